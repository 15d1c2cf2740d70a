"""The whale curve: how much of the profit the best accounts make, and the last ones lose."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._validate import number
from centricity.profitability._checks import values_by_account


@dataclass(frozen=True)
class Whale:
    """Accounts from the most to the least profitable, and their profit added up.

    Attributes
    ----------
    curve : pandas.DataFrame
        Index: the accounts, best first. ``profit``; ``cumulative`` (its running total);
        ``account_share`` (accounts so far, share of all).

    Examples
    --------
    >>> whale = whale_curve(pd.Series([60.0, -30.0, 70.0]))
    >>> whale.total, whale.peak, whale.profitable, whale.losing
    (100.0, 130.0, 2, 1)
    """

    curve: pd.DataFrame

    @property
    def total(self) -> float:
        """Profit of all accounts: where the whale ends."""
        return float(self.curve["cumulative"].iloc[-1])

    @property
    def peak(self) -> float:
        """Most that any number of accounts make together: profit of all above zero."""
        return float(max(self.curve["cumulative"].max(), 0.0))

    @property
    def profitable(self) -> int:
        """How many accounts have a profit above zero."""
        return int((self.curve["profit"] > 0).sum())

    @property
    def losing(self) -> int:
        """How many accounts have a profit below zero."""
        return int((self.curve["profit"] < 0).sum())

    @property
    def given_back(self) -> float:
        """What the accounts below zero lose: peak less total."""
        return self.peak - self.total

    @property
    def peak_share(self) -> float:
        """Peak as a multiple of the total; missing unless the total is above zero."""
        return self.peak / self.total if self.total > 0 else float("nan")

    def top_share(self, share: float) -> float:
        """Profit of the best ``share`` of accounts as a multiple of the total.

        Where ``share`` times the number of accounts isn't whole, the last one counts in part.
        Missing unless the total is above zero.

        Examples
        --------
        >>> whale_curve(pd.Series([60.0, -30.0, 70.0, 0.0])).top_share(0.25)
        0.7
        """
        share = number(share, "share", "Whale.top_share", minimum=0, maximum=1)
        if self.total <= 0:
            return float("nan")
        places = np.concatenate([[0.0], self.curve["account_share"]])
        heights = np.concatenate([[0.0], self.curve["cumulative"]])
        return float(np.interp(share, places, heights) / self.total)

    def summary(self) -> pd.Series:
        """Return the main numbers as a labelled Series.

        Examples
        --------
        >>> whale_curve(pd.Series([60.0, -30.0, 70.0, 0.0])).summary()[["peak_share", "top_20"]]
        peak_share    1.30
        top_20        0.56
        Name: whale, dtype: float64
        """
        return pd.Series(
            {
                "accounts": len(self.curve),
                "total": self.total,
                "profitable": self.profitable,
                "losing": self.losing,
                "peak": self.peak,
                "peak_share": self.peak_share,
                "top_20": self.top_share(0.2),
                "given_back": self.given_back,
            },
            name="whale",
        )


def whale_curve(profit: pd.Series) -> Whale:
    """Sort accounts by profit, best first, and add up.

    Parameters
    ----------
    profit : pandas.Series
        One profit per account (money), accounts in the index.

    Returns
    -------
    Whale
        ``curve``, ``total``, ``peak``, ``peak_share``, ``profitable``, ``losing``, ``given_back``,
        ``top_share(p)``, ``summary()``.

    Raises
    ------
    ValueError
        When there are no accounts, a profit is missing or infinite, or an account has two rows.
    TypeError
        When it isn't a Series of numbers.

    Notes
    -----
    The curve rises while accounts make money, peaks where they stop, and comes down to the total.
    It is drawn from *sorted* profits: luck that happens to be good counts to the left and bad luck
    to the right, so one year's whale is more humped than that of the accounts' true profits.
    Accounts with equal profits stand in the order of their labels, so that the order of the rows
    never matters.

    Kaplan, R. S., & Narayanan, V. G. (2001). Measuring and managing customer profitability.
    *Journal of Cost Management*, 15(5), 5–15.

    Examples
    --------
    >>> whale = whale_curve(pd.Series([60.0, -30.0, 70.0, 0.0], index=list("ABCD")))
    >>> whale.curve["cumulative"].to_dict()
    {'C': 70.0, 'A': 130.0, 'D': 130.0, 'B': 100.0}
    >>> whale.peak_share, whale.given_back
    (1.3, 30.0)
    """
    held = values_by_account(profit, "profit", "whale_curve")
    by_label = held.iloc[np.argsort(held.index.astype(str), kind="stable")]
    ordered = by_label.iloc[np.argsort(-by_label.to_numpy(), kind="stable")]
    curve = ordered.to_frame()
    curve["cumulative"] = np.cumsum(ordered.to_numpy())
    curve["account_share"] = np.arange(1, len(curve) + 1) / len(curve)
    return Whale(curve)
