"""The data of Quillmere Shop, a fictional retailer whose true parameters are known."""

import json
from pathlib import Path

import pandas as pd

from centricity.datasets._files import locate, read_table


def load_shop_orders() -> pd.DataFrame:
    """Load every order of Quillmere Shop, 2022-01-01 to 2025-12-31, one row each.

    Returns
    -------
    pandas.DataFrame
        ``order_id`` and ``customer_id`` (text), ``date`` (day), ``category`` (text), ``amount``
        (what was paid, €) and ``cost`` (what the goods cost, €), in order of date.

    Notes
    -----
    Simulated: cohort by cohort from a BG/NBD model, see :func:`shop_truth` and the datasheet in
    ``datasets/README.md``.

    Examples
    --------
    >>> orders = load_shop_orders()
    >>> orders["customer_id"].nunique()
    9280
    >>> orders.groupby(orders["date"].dt.year)["amount"].sum().round(-3).astype(int).to_dict()
    {2022: 239000, 2023: 453000, 2024: 607000, 2025: 748000}
    """
    return read_table(
        "shop_orders.csv",
        "load_shop_orders",
        text=("order_id", "customer_id", "category"),
        dates=("date",),
    )


def load_shop_customers() -> pd.DataFrame:
    """Load the customers of Quillmere Shop, one row each.

    Returns
    -------
    pandas.DataFrame
        ``customer_id`` (text), ``channel`` through which the customer was acquired (store,
        search, social, referral or marketplace) and ``first_order`` (day).

    Examples
    --------
    >>> load_shop_customers().head(2)
      customer_id channel first_order
    0      Q00001  search  2022-01-01
    1      Q00002   store  2022-01-01
    """
    return read_table(
        "shop_customers.csv",
        "load_shop_customers",
        text=("customer_id", "channel"),
        dates=("first_order",),
    )


def load_shop_channels() -> pd.DataFrame:
    """Load what Quillmere Shop paid to acquire customers, one row per year and channel.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``channel`` (text), ``new_customers`` (count), ``acquisition_cost`` (€ per new
        customer).

    Examples
    --------
    >>> channels = load_shop_channels()
    >>> spent = channels["new_customers"] * channels["acquisition_cost"]
    >>> spent.groupby(channels["year"]).sum().round().astype(int).to_dict()
    {2022: 22333, 2023: 31066, 2024: 46184, 2025: 82034}
    """
    return read_table("shop_channels.csv", "load_shop_channels", text=("channel",))


def shop_export_path() -> Path:
    """Path of a raw till-and-web export of the shop with every usual fault, to practise cleaning.

    The number of each fault is written in the datasheet (``datasets/README.md``) and in
    ``shop_export_truth.json`` beside the file.

    Returns
    -------
    pathlib.Path
        For ``transactions.read``. Fields are separated by semicolons: ``order_no``,
        ``customer_no``, ``card_no`` (loyalty card), ``source`` (till 1, till 2, web,
        marketplace), ``date``, ``category``, ``amount`` (€).

    Examples
    --------
    >>> shop_export_path().name
    'shop_export_raw.csv'
    """
    return locate("shop_export_raw.csv", "shop_export_path")


def shop_truth() -> pd.DataFrame:
    """Load the true parameters of each quarterly cohort of the shop.

    Returns
    -------
    pandas.DataFrame
        Index ``cohort`` (such as 2022Q1, quarter of the first order). ``customers`` (count);
        ``r, alpha, a, b`` of ``clv.BGNBD`` in weeks; ``p, q, gamma`` of ``clv.GammaGamma``
        in euros.

    Examples
    --------
    >>> shop_truth().loc[["2022Q1", "2025Q4"], ["r", "alpha", "a", "b"]]
              r  alpha      a    b
    cohort
    2022Q1  0.6    7.0  0.400  3.0
    2025Q4  0.6   11.2  0.775  3.0
    """
    path = locate("shop_truth.json", "shop_truth")
    cohorts = json.loads(path.read_text(encoding="utf-8"))["cohorts"]
    return pd.DataFrame(cohorts).set_index("cohort")
