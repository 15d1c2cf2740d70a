"""The profit statement of each account, and the bridge from all accounts to the firm."""

import pandas as pd

from centricity._validate import (
    a_type,
    number,
    numeric_column,
    problem,
    require_columns,
    require_frame,
)
from centricity.profitability._checks import (
    one_currency,
    one_of_each,
    require_accounts,
    same_accounts,
    to_cents,
)
from centricity.profitability.costing import CostToServe

WHERE = "statement"


def statement(
    accounts: pd.DataFrame,
    costs: CostToServe,
    *,
    revenue: str = "revenue",
    goods: str = "goods",
    goods_avoidable: float = 1.0,
) -> pd.DataFrame:
    """Write the profit of each account: revenue, goods, cost to serve by activity, profit.

    Parameters
    ----------
    accounts : pandas.DataFrame
        Accounts in the index: what they paid and what the goods cost, money per period. Revenue
        may be below zero (refunds of an earlier period).
    costs : CostToServe
        What it cost to serve the same accounts in the same period.
    revenue, goods : str
        Names of the two columns.
    goods_avoidable : float
        Share of the cost of goods that goes away with the account: 1 for what is bought only for
        them, less for what the firm owns and goes on owning.

    Returns
    -------
    pandas.DataFrame
        In the order of ``accounts``: ``revenue``, ``goods``, ``gross_profit``, one column per
        activity, ``cost_to_serve``, ``profit`` (what is left when every traced cost is paid),
        ``margin`` (profit over revenue, missing without revenue); ``avoidable_goods`` and
        ``avoidable_service`` (what would be saved without the account) and ``contribution``
        (revenue less both: what the firm would miss).

    Raises
    ------
    ValueError
        When a column is missing or holds gaps, revenue and goods are one column, goods are below
        zero, the accounts differ from those of ``costs``, or a column 'currency' names several.
    TypeError
        When a table isn't a DataFrame or a column doesn't hold numbers.

    Notes
    -----
    Unused capacity and untraced costs are nobody's: :func:`bridge` carries them to the firm.

    Examples
    --------
    >>> from centricity.profitability import cost_to_serve
    >>> usage = pd.DataFrame({"visit": [8, 2]}, index=["A", "B"])
    >>> costs = cost_to_serve(usage, pd.DataFrame({"cost": [500.0]}, index=["visit"]))
    >>> accounts = pd.DataFrame({"revenue": [900.0, 700.0], "goods": [600.0, 400.0]},
    ...                         index=["A", "B"])
    >>> statement(accounts, costs)[["gross_profit", "visit", "profit"]]
       gross_profit  visit  profit
    A         300.0  400.0  -100.0
    B         300.0  100.0   200.0
    """
    frame = require_frame(accounts, WHERE)
    _require_costs(costs, WHERE)
    one_of_each(frame, WHERE)
    require_columns([str(name) for name in frame.columns], [revenue, goods], WHERE,
                    "A statement starts from revenue and goods: name their columns with "
                    "revenue= and goods=")  # fmt: skip
    if revenue == goods:
        raise problem(WHERE, f"revenue and goods are both '{goods}'", "They are two columns")
    require_accounts(frame.index, WHERE)
    one_currency({"accounts": frame}, WHERE)
    same_accounts(frame.index, costs.by_account.index, ("accounts", "costs"), WHERE)
    share = number(goods_avoidable, "goods_avoidable", WHERE, minimum=0, maximum=1)
    sold = numeric_column(frame, revenue, WHERE, noun="accounts")
    bought = numeric_column(frame, goods, WHERE, minimum=0, noun="accounts")
    served, total = costs.by_account.loc[frame.index], costs.total.loc[frame.index]
    own = pd.DataFrame({"revenue": sold, "goods": bought}, index=frame.index).round(2)
    own["gross_profit"] = (own["revenue"] - own["goods"]).round(2)
    _refuse_clash(served, own)
    table = pd.concat([own, served], axis=1).assign(cost_to_serve=total)
    table["profit"] = (table["gross_profit"] - table["cost_to_serve"]).round(2)
    table["margin"] = table["profit"] / table["revenue"].where(table["revenue"] != 0)
    table["avoidable_goods"] = table["goods"] * share
    table["avoidable_service"] = costs.avoidable.loc[frame.index]
    kept = table["avoidable_goods"] + table["avoidable_service"]
    return table.assign(contribution=table["revenue"] - kept)


def _require_costs(costs: object, where: str) -> None:
    if not isinstance(costs, CostToServe):
        raise problem(
            where, f"costs is {a_type(costs)}", "Costs come from cost_to_serve(...)",
            error=TypeError,
        )  # fmt: skip


OWN = ("revenue", "goods", "gross_profit", "cost_to_serve", "profit", "margin", "avoidable_goods",
       "avoidable_service", "contribution")  # fmt: skip


def _refuse_clash(served: pd.DataFrame, own: pd.DataFrame) -> None:
    clash = [str(name) for name in served.columns if name in OWN]
    if clash:
        raise problem(
            WHERE,
            f"an activity is called '{clash[0]}'",
            "That name is kept for a line of the statement",
            "Give the activity another name",
        )


def bridge(table: pd.DataFrame, costs: CostToServe) -> pd.Series:
    """Lead from the profit of all accounts to the profit of the firm, line by line.

    Parameters
    ----------
    table : pandas.DataFrame
        The result of :func:`statement` for all accounts.
    costs : CostToServe
        The same costs.

    Returns
    -------
    pandas.Series
        ``revenue``, ``goods``, ``cost to serve``, ``profit of all accounts``, then what no account
        caused: ``unused: <pool>``, ``untraced: <pool>``, ``odd cents``; last ``profit of the
        firm``, which is revenue less goods less every cost incurred. Costs are negative.

    Raises
    ------
    ValueError
        When the accounts differ from those of ``costs``, or a column is missing.
    TypeError
        When ``table`` isn't a DataFrame or ``costs`` don't come from :func:`cost_to_serve`.

    Examples
    --------
    >>> from centricity.profitability import cost_to_serve
    >>> activities = pd.DataFrame({"cost": [500.0, 90.0], "driver": ["visits", None]},
    ...                           index=["visit", "rent"])
    >>> costs = cost_to_serve(pd.DataFrame({"visit": [8, 2]}, index=["A", "B"]), activities)
    >>> accounts = pd.DataFrame({"revenue": [900.0, 700.0], "goods": [600.0, 400.0]},
    ...                         index=["A", "B"])
    >>> bridge(statement(accounts, costs), costs)
    revenue                   1600.0
    goods                    -1000.0
    cost to serve             -500.0
    profit of all accounts     100.0
    untraced: rent             -90.0
    profit of the firm          10.0
    Name: bridge, dtype: float64
    """
    frame = require_frame(table, "bridge")
    _require_costs(costs, "bridge")
    require_columns([str(n) for n in frame.columns], ["revenue", "goods", "cost_to_serve"],
                    "bridge", "The bridge starts from a statement")  # fmt: skip
    same_accounts(
        frame.index,
        costs.by_account.index,
        ("the statement", "costs"),
        "bridge",
        "The bridge leads to the whole firm: give the statement of all accounts",
    )
    sold, bought, served = (
        int(to_cents(frame[name], "bridge").sum()) for name in ("revenue", "goods", "cost_to_serve")
    )
    lines = {"revenue": sold, "goods": -bought, "cost to serve": -served}
    lines["profit of all accounts"] = sum(lines.values())
    rest = 0
    for kind in ("unused", "untraced"):
        amounts = to_cents(costs.reconciliation[kind], "bridge")
        for pool, cents in zip(costs.reconciliation.index, amounts.tolist(), strict=True):
            if cents:
                lines[f"{kind}: {pool}"] = -cents
                rest -= cents
    odd = int(to_cents(costs.reconciliation["rounding"], "bridge").sum())
    if odd:
        lines["odd cents"] = -odd
    lines["profit of the firm"] = lines["profit of all accounts"] + rest - odd
    return (pd.Series(lines) / 100).rename("bridge")
