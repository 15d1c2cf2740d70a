"""The data of Quillmere Hire, fictional business accounts whose true profits are known."""

import json

import pandas as pd

from centricity.datasets._files import locate, read_table


def load_hire_accounts() -> pd.DataFrame:
    """Load the accounts of Quillmere Hire, one row each.

    Returns
    -------
    pandas.DataFrame
        Index ``account_id`` (text). ``trade`` (text); ``since`` (year of the first contract);
        ``discount`` (agreed, as a share of the list price).

    Examples
    --------
    >>> load_hire_accounts().head(2)
                         trade  since  discount
    account_id
    H001        house building   2021     0.106
    H002        house building   2004     0.061
    """
    table = read_table("hire_accounts.csv", "load_hire_accounts", text=("account_id", "trade"))
    return table.set_index("account_id")


def load_hire_years() -> pd.DataFrame:
    """Load what each account paid and what its machines cost, 2023 to 2025.

    Returns
    -------
    pandas.DataFrame
        ``account_id`` (text), ``year``, ``revenue`` (€), ``machine_cost`` (€: wear, repair,
        insurance and capital of the machines while they were on hire).

    Examples
    --------
    >>> load_hire_years().groupby("year")["revenue"].sum().round(-3).astype(int).to_dict()
    {2023: 11391000, 2024: 10929000, 2025: 11074000}
    """
    return read_table("hire_years.csv", "load_hire_years", text=("account_id",))


def load_hire_activities() -> pd.DataFrame:
    """Load what Quillmere Hire did for each account, 2023 to 2025.

    Returns
    -------
    pandas.DataFrame
        ``account_id`` (text), ``year``, ``activity`` (text), ``quantity`` (count, above zero: what
        was not done has no row). For ``profitability.usage_table``.

    Examples
    --------
    >>> log = load_hire_activities()
    >>> log[log["year"] == 2024].groupby("activity")["quantity"].sum()["visits"]
    np.int64(1010)
    """
    text = ("account_id", "activity")
    return read_table("hire_activities.csv", "load_hire_activities", text=text)


def load_hire_times() -> pd.DataFrame:
    """Load how long each activity takes, and who does it.

    Returns
    -------
    pandas.DataFrame
        Index ``activity``. ``pool`` (who does it), ``driver`` (what is counted), ``hours`` (of the
        pool, for one unit of the driver).

    Examples
    --------
    >>> load_hire_times().loc["visits"].to_dict()
    {'pool': 'Sales', 'driver': 'visit by a sales engineer', 'hours': 3.0}
    """
    table = read_table("hire_times.csv", "load_hire_times", text=("activity", "pool", "driver"))
    return table.set_index("activity")


def load_hire_pools() -> pd.DataFrame:
    """Load what each pool of people and vehicles cost, and what it could do, 2023 to 2025.

    Returns
    -------
    pandas.DataFrame
        ``year``, ``pool`` (text), ``cost`` (€), ``capacity`` (hours that could have been worked;
        missing for the head office, which no account drives), ``within_a_year`` and
        ``within_three_years`` (share of the cost that goes away when the work does).

    Examples
    --------
    >>> pools = load_hire_pools().set_index(["year", "pool"])
    >>> pools.loc[(2024, "Transport"), ["cost", "capacity"]].to_dict()
    {'cost': 2392500.0, 'capacity': 43500.0}
    """
    return read_table("hire_pools.csv", "load_hire_pools", text=("pool",))


def hire_truth() -> pd.DataFrame:
    """Load what each account of Quillmere Hire truly is: the expected year, without luck.

    Returns
    -------
    pandas.DataFrame
        Index ``account_id``. Expected per year: ``revenue``, ``machine_cost``, ``cost_to_serve``
        and ``profit`` (€, at the rates of the time-driven costing, which are the same in all
        years), and the quantity of each activity.

    Examples
    --------
    >>> truth = hire_truth()
    >>> truth.loc["H051", ["revenue", "profit"]].round().astype(int).to_dict()
    {'revenue': 790951, 'profit': -94772}
    """
    path = locate("hire_truth.json", "hire_truth")
    accounts = json.loads(path.read_text(encoding="utf-8"))["expected_per_year"]
    return pd.DataFrame(accounts).set_index("account_id")
