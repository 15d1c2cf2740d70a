"""Value to the customer: benefits less all costs, as promised, expected and realised."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._validate import (
    listing,
    numeric_column,
    problem,
    require_columns,
    require_frame,
    which,
)

WHERE = "customer_value"
STAGES = ("potential", "perceived", "realised")
KINDS = ("benefit", "cost")


@dataclass(frozen=True)
class CustomerValue:
    """Benefits less costs at three moments.

    Attributes
    ----------
    items : pandas.DataFrame
        What was given, costs as negative numbers: ``kind``, ``potential``, ``perceived``,
        ``realised`` (money).

    Examples
    --------
    >>> items = pd.DataFrame({"kind": ["benefit", "cost"], "potential": [60.0, 46.0],
    ...                       "perceived": [58.0, 46.0], "realised": [57.0, 47.5]},
    ...                      index=["basket", "price"])
    >>> customer_value(items).items.loc["price", "realised"]
    np.float64(-47.5)
    """

    items: pd.DataFrame

    @property
    def totals(self) -> pd.DataFrame:
        """Benefits, costs (positive) and value at each stage.

        Examples
        --------
        >>> items = pd.DataFrame({"kind": ["benefit", "cost"], "potential": [60.0, 46.0],
        ...                       "perceived": [58.0, 46.0], "realised": [57.0, 47.5]},
        ...                      index=["basket", "price"])
        >>> customer_value(items).totals.loc["realised"].to_dict()
        {'benefits': 57.0, 'costs': 47.5, 'value': 9.5}
        """
        stages = self.items[list(STAGES)]
        good = self.items["kind"] == "benefit"
        totals = pd.DataFrame({"benefits": stages[good].sum(), "costs": -stages[~good].sum()})
        return totals.assign(value=totals["benefits"] - totals["costs"]).rename_axis("stage")

    @property
    def gaps(self) -> pd.DataFrame:
        """By item: perceived less potential, and realised less perceived; below zero is a loss.

        ``unseen`` is what customers do not know of (or overrate, where above zero); ``expectation``
        is the expectation gap. The rows add up to the differences between the totals.

        Examples
        --------
        >>> items = pd.DataFrame({"kind": ["benefit", "cost"], "potential": [60.0, 46.0],
        ...                       "perceived": [58.0, 46.0], "realised": [57.0, 47.5]},
        ...                      index=["basket", "price"])
        >>> customer_value(items).gaps["expectation"].to_dict()
        {'basket': -1.0, 'price': -1.5}
        """
        return pd.DataFrame(
            {
                "unseen": self.items["perceived"] - self.items["potential"],
                "expectation": self.items["realised"] - self.items["perceived"],
            }
        )

    @property
    def expectation_gap(self) -> float:
        """Value realised less value perceived: below zero is disappointment.

        Examples
        --------
        >>> items = pd.DataFrame({"kind": ["benefit", "cost"], "potential": [60.0, 46.0],
        ...                       "perceived": [58.0, 46.0], "realised": [57.0, 47.5]},
        ...                      index=["basket", "price"])
        >>> customer_value(items).expectation_gap
        -2.5
        """
        return float(self.gaps["expectation"].sum())


def customer_value(items: pd.DataFrame) -> CustomerValue:
    """Add up an offer's benefits and costs to a customer, in money.

    Parameters
    ----------
    items : pandas.DataFrame
        One row per benefit or cost, index its name. ``kind`` ("benefit" or "cost"); ``potential``
        (what it could be worth if known and used well), ``perceived`` (what the customer reckons
        with on buying), ``realised`` (what it turned out to be), all in money. Amounts are at least
        zero: effort, risk and what comes after the purchase are costs like the price.

    Returns
    -------
    CustomerValue

    Raises
    ------
    ValueError
        When a column is missing, an amount is missing or below zero, a name is repeated, a kind is
        unknown, or there is no benefit or no cost.
    TypeError
        When an amount is no number.

    Notes
    -----
    Zeithaml, V. A. (1988). Consumer perceptions of price, quality, and value: A means-end model and
    synthesis of evidence. *Journal of Marketing*, 52(3), 2-22.

    Examples
    --------
    >>> items = pd.DataFrame(
    ...     {"kind": ["benefit", "cost", "cost"], "potential": [60.0, 46.0, 2.0],
    ...      "perceived": [58.0, 46.0, 3.0], "realised": [57.0, 46.0, 6.0]},
    ...     index=["basket", "price", "waiting"])
    >>> value = customer_value(items)
    >>> value.totals["value"].to_dict()
    {'potential': 12.0, 'perceived': 9.0, 'realised': 5.0}
    >>> value.expectation_gap
    -4.0
    """
    frame = require_frame(items, WHERE)
    present = [str(column) for column in frame.columns]
    require_columns(present, ["kind", *STAGES], WHERE, "Each row is one benefit or cost")
    if frame.index.duplicated().any():
        twice = pd.Series(frame.index.duplicated(), index=frame.index)
        raise problem(WHERE, f"the name is repeated in {which(twice)}", "Each item is named once")
    odd = ~frame["kind"].isin(KINDS)
    if odd.any():
        rule = f"A kind is one of {listing(KINDS)}"
        raise problem(WHERE, f"'kind' is something else in {which(odd)}", rule)
    if set(frame["kind"]) != set(KINDS):
        lacks = listing(set(KINDS) - set(frame["kind"]))
        raise problem(
            WHERE,
            f"there is no row of kind {lacks}",
            "Value is benefits less costs",
            "Even a free offer costs effort: give it a row, with zeros if you must",
        )
    sign = np.where(frame["kind"] == "benefit", 1.0, -1.0)
    amounts = {s: sign * numeric_column(frame, s, WHERE, minimum=0, noun="rows") for s in STAGES}
    return CustomerValue(frame[["kind"]].assign(**amounts))
