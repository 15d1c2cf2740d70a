"""The members of the Quillmere Card."""

import pandas as pd

from centricity.datasets._files import read_table


def load_loyalty_members() -> pd.DataFrame:
    """Load 3,000 customers of the shop before and after the Quillmere Card, beside their twins.

    Returns
    -------
    pandas.DataFrame
        Index ``member_id``. Who they are, as ``loyalty.Members`` says (so that the table can
        be given to ``loyalty.simulate``): ``purchase_rate`` (orders per month), ``basket`` (€),
        ``margin``, ``hazard`` (per month), ``share_of_wallet``, ``forward_looking`` (0 or 1),
        ``flexibility``, ``redemption``, ``price_sensitivity``. What was seen: ``group`` (member,
        holdout, nonmember; gone: left before the launch), ``active`` at the end (True or False),
        ``tier`` (of members), ``periods`` as a customer (months, of 36), ``sales_before`` (€, 12
        months before the launch); since the launch
        (24 months) ``orders``, ``sales`` (€) and points ``issued``, ``redeemed``, ``expired``,
        ``outstanding``; and what only a simulation knows: ``twin_orders`` and ``twin_sales`` (€)
        of the same customers in a world without the card.

    Notes
    -----
    Simulated; the programme and the true effects are in ``datasets/loyalty_truth.json``.

    Examples
    --------
    >>> members = load_loyalty_members()
    >>> members["group"].value_counts().to_dict()
    {'nonmember': 1486, 'member': 871, 'gone': 540, 'holdout': 103}
    >>> bool((members["issued"] == members["redeemed"] + members["expired"]
    ...       + members["outstanding"]).all())
    True
    """
    frame = read_table("loyalty_members.csv", "load_loyalty_members", text=("member_id",))
    tiers = pd.CategoricalDtype(["member", "silver", "gold"], ordered=True)
    groups = pd.CategoricalDtype(["member", "holdout", "nonmember", "gone"])
    return frame.astype({"tier": tiers, "group": groups}).set_index("member_id")
