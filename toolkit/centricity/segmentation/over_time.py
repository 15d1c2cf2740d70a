"""Whether segments hold from one period to the next, beyond what luck alone would do to them."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import RNG
from centricity._validate import a_type, number, problem
from centricity.segmentation._matching import MakeSegments, Pair, compare
from centricity.segmentation._windows import Window, read_windows, warn_if_cut_short
from centricity.segmentation.panel import order_days

TRIFLE = 0.005


@dataclass(frozen=True)
class OverTime:
    """How well segments hold from one window to the next.

    Attributes
    ----------
    customers : int
        Customers followed.
    kept : float
        Share whose segment is the same in both windows.
    kept_if_luck : tuple of float
        Mean, low and high of that share if nothing had changed but luck: in nine of ten such worlds
        it lies between low and high (with fewer than 19 repeats in fewer).
    kept_if_random : float
        That share if the two segments of a customer had nothing to do with each other.
    rand : float
        Adjusted Rand index of the two windows: 1 for equal partitions, 0 on average for unrelated
        ones.
    rand_if_luck : tuple of float
        As above.
    segments : pandas.DataFrame
        One row per segment of the first window: ``customers``, ``match`` (the segment of the
        second window that it is compared with), ``customers_later``, ``kept``, ``kept_if_luck``
        (mean), ``distance`` (between the two centres, in standard deviations), ``neighbour``
        (distance to the nearest other segment at first) and ``returns``.
    vanished : tuple
        The segments that don't return.
    moves : pandas.DataFrame
        Customers by segment before (rows) and after (columns, the second window's own names).
    says : str
        One sentence.

    Examples
    --------
    "High" is who spends 50 or more in a year. A and C were high in 2024, only A in 2025; B was low
    in both. If the two years had nothing to do with each other, the two high ones would be high
    again with 1/3 and the low one low with 2/3: 4/9 on average.

    >>> from centricity.segmentation import stability_over_time
    >>> log = pd.DataFrame([("A", 2023, 10.0), ("A", 2024, 90), ("A", 2025, 90), ("B", 2023, 10),
    ...                     ("B", 2024, 20), ("B", 2025, 20), ("C", 2023, 10), ("C", 2024, 80)],
    ...                    columns=["customer_id", "year", "amount"])
    >>> log["date"] = pd.to_datetime(log["year"].astype(str) + "-07-01")
    >>> found = stability_over_time(log, "2024", "2025", rng=1,
    ...     rule=lambda f: pd.Series(np.where(f["spend"] >= 50, "high", "low"), f.index))
    >>> found.segments[["customers", "match", "customers_later", "kept"]]
             customers match  customers_later  kept
    segment
    high             2  high                1   0.5
    low              1   low                2   1.0
    >>> found.customers, round(found.kept, 3), round(found.kept_if_random, 3)
    (3, 0.667, 0.444)
    """

    customers: int
    kept: float
    kept_if_luck: tuple[float, float, float]
    kept_if_random: float
    rand: float
    rand_if_luck: tuple[float, float, float]
    segments: pd.DataFrame
    vanished: tuple[Hashable, ...]
    moves: pd.DataFrame = field(repr=False)
    says: str


def stability_over_time(
    log: Any,  # noqa: ANN401
    before: Window,
    after: Window,
    rule: MakeSegments,
    *,
    customer: str = "customer_id",
    date: str = "date",
    amount: str = "amount",
    buyers_only: bool = False,
    repeats: int = 20,
    rng: RNG = None,
) -> OverTime:
    r"""Make segments by the same rule in two windows, and see what stays.

    Parameters
    ----------
    log : table
        A clean order log.
    before, after : pair of dates, or period
        Two windows of equal length that don't overlap. A year apart is best: other seasons make
        other segments.
    rule : function
        Given features of customers in a window, it returns a :class:`Clustering` or one segment
        per customer. Features: ``recency_days`` (from the last order in the window to its end; the
        window's length if there is none), ``orders`` (days with an order) and ``spend``.
    customer, date, amount : str
        Names of the columns.
    buyers_only : bool
        Whether only customers with an order in both windows are followed.
    repeats : int
        How often luck alone is played, best 19 or more.
    rng : numpy.random.Generator, int or None
        Randomness of luck.

    Returns
    -------
    OverTime
        ``kept``, ``rand``, their values under luck alone and at random, ``segments``, ``vanished``.

    Raises
    ------
    ValueError
        When a window is no window, the windows overlap or differ in length, nobody was a customer
        before them, or the rule leaves customers out.
    TypeError
        When the log is no table, or the rule is no function or returns something else.

    Warns
    -----
    UserWarning
        When the last order lies so long before the end of the second window that the log seems to
        end there.

    Notes
    -----
    *Who*: customers whose first order was before the first window, so that everybody had the whole
    of both windows. *What is matched*: names, or for clusters, whose numbers mean nothing, the
    segments whose centres are nearest (the pairing with the least sum of distances). A segment
    *returns* if its new centre is nearer to the old one than halfway to the old neighbour, and
    anybody is in it.

    *Luck alone.* Suppose that every customer went on exactly as before, ordering at random moments
    at a constant pace. Then each of their orders could as well have fallen into the other window:
    given how many there were, a fair coin decides for each. So all orders of both windows are
    dealt anew by coin, ``repeats`` times, and the rule is applied to both halves (with
    ``buyers_only`` until everybody followed has an order in both, as they really had). Movement
    in this world is regression to the mean and nothing else; only what goes beyond it is change.
    (It is the permutation argument of Fisher 1935.) Customers more regular than random would keep
    their segments even better by luck alone, so the comparison is in favour of the segments.

    References
    ----------
    Fisher, R. A. (1935). *The Design of Experiments*. Oliver & Boyd.

    Hubert, L., & Arabie, P. (1985). Comparing partitions. *Journal of Classification*, 2, 193–218.

    Examples
    --------
    >>> log = pd.DataFrame({
    ...     "customer_id": list("ABCABCABA"),
    ...     "date": pd.to_datetime(["2023-06-01"] * 3 + ["2024-03-01"] * 3 + ["2025-05-01"] * 2
    ...                            + ["2025-08-01"]),
    ...     "amount": [10.0, 10, 10, 90, 20, 80, 90, 20, 5],
    ... })
    >>> found = stability_over_time(log, "2024", "2025", rng=1,
    ...     rule=lambda f: pd.Series(np.where(f["spend"] >= 50, "high", "low"), f.index))
    >>> found.moves
    after   high  low
    before
    high       1    1
    low        0    1
    >>> round(found.kept, 2), round(found.kept_if_random, 2)
    (0.67, 0.44)
    """
    where = "stability_over_time"
    number(repeats, "repeats", where, minimum=1, whole=True)
    if not callable(rule):
        raise problem(
            where,
            f"the rule is {a_type(rule)}",
            "A rule is a function from features to segments",
            error=TypeError,
        )
    rng = np.random.default_rng(rng)
    windows = read_windows(before, after, where)
    days = order_days(log, customer, date, amount, where)
    warn_if_cut_short(days["day"], windows[1][1], where)
    orders, who = _followed(days, windows, buyers_only, where)
    length = (windows[0][1] - windows[0][0]).days + 1
    found = compare(_features(orders, orders["window"].to_numpy(), who, length), rule, where)
    dealt = []
    for _ in range(int(repeats)):
        coin = _deal(orders["code"].to_numpy(), buyers_only, rng)
        dealt.append(compare(_features(orders, coin, who, length), rule, where))
    return _report(found, dealt, len(who))


def _followed(
    days: pd.DataFrame, windows: tuple[tuple[pd.Timestamp, pd.Timestamp], ...],
    buyers_only: bool, where: str,
) -> tuple[pd.DataFrame, pd.Index]:  # fmt: skip
    """Orders in the two windows, with day counted from its start, and the customers followed."""
    start = windows[0][0]
    firsts = days.groupby("customer_id")["day"].min()
    who = firsts.index[firsts < start]
    parts = []
    for place, (begin, end) in enumerate(windows):
        inside = days[(days["day"] >= begin) & (days["day"] <= end)]
        parts.append(inside.assign(window=place, offset=(inside["day"] - begin).dt.days))
        if inside.empty:
            raise problem(
                where, f"nobody ordered from {begin:%Y-%m-%d} to {end:%Y-%m-%d}",
                "Each window has orders", "Choose windows that the log covers",
            )  # fmt: skip
        if buyers_only:
            who = who[who.isin(inside["customer_id"])]
    if len(who) < 2:
        raise problem(
            where, f"{len(who)} of {len(firsts):,} customers had ordered before {start:%Y-%m-%d}"
            + (" and in both windows" if buyers_only else ""),
            "Those are followed who were there throughout both windows",
            "Choose later or shorter windows",
        )  # fmt: skip
    orders = pd.concat(parts, ignore_index=True)
    orders["code"] = who.get_indexer(pd.Index(orders["customer_id"]))
    return orders[orders["code"] >= 0], who


def _deal(code: np.ndarray, both: bool, rng: np.random.Generator) -> np.ndarray:
    """Throw a coin for each order; with ``both``, again for customers with a window left empty."""
    coin = rng.integers(2, size=len(code))
    total = np.bincount(code)
    while both:
        second = np.bincount(code, coin, len(total))
        again = ((second == 0) | (second == total))[code]
        if not again.any():
            break
        coin[again] = rng.integers(2, size=int(again.sum()))
    return coin


def _features(
    orders: pd.DataFrame, window: np.ndarray, who: pd.Index, length: int
) -> list[pd.DataFrame]:
    code, offset, amount = (orders[name].to_numpy() for name in ("code", "offset", "amount"))
    tables = []
    for place in (0, 1):
        mine = window == place
        last = np.full(len(who), -1)  # nobody seen: silent for the whole window
        np.maximum.at(last, code[mine], offset[mine])
        columns = {
            "recency_days": np.maximum(length - 1 - last, 0),
            "orders": np.bincount(code[mine], minlength=len(who)),
            "spend": np.bincount(code[mine], amount[mine], len(who)),
        }
        tables.append(pd.DataFrame(columns, index=who))
    return tables


def _report(found: Pair, dealt: list[Pair], customers: int) -> OverTime:
    kept, by_luck = float(found.same.mean()), [float(pair.same.mean()) for pair in dealt]
    rand_luck = [pair.rand for pair in dealt]
    sizes, later = dict(found.before.value_counts()), dict(found.after.value_counts())
    random = sum(sizes[a] * later[b] for a, b in found.matches.items()) / customers**2
    rows = []
    for name in found.neighbour:
        match = found.matches.get(name)
        there = match is not None
        gap = found.distance[name] if there else float("nan")
        rows.append(
            {"segment": name, "customers": int(sizes[name]), "match": match,
             "customers_later": int(later[match]) if there else 0,
             "kept": float(found.same[(found.before == name).to_numpy()].mean()),
             "kept_if_luck": _kept_of(name, dealt), "distance": gap,
             "neighbour": found.neighbour[name],
             "returns": bool(there and gap < found.neighbour[name] / 2)}
        )  # fmt: skip
    table = pd.DataFrame(rows).set_index("segment")
    vanished = tuple(table.index[~table["returns"]])
    moves = pd.crosstab(found.before.rename("before"), found.after.rename("after"))
    luck = _middle(by_luck)
    return OverTime(
        customers, kept, luck, float(random), found.rand, _middle(rand_luck), table, vanished,
        moves, _says(kept, luck, float(random), vanished),
    )  # fmt: skip


def _kept_of(name: Hashable, dealt: list[Pair]) -> float:
    shares = [pair.same[(pair.before == name).to_numpy()] for pair in dealt]
    filled = [float(share.mean()) for share in shares if len(share)]
    return float(np.mean(filled)) if filled else float("nan")


def _middle(values: list[float]) -> tuple[float, float, float]:
    # By ranks of n + 1: so the real world, one more draw of the same kind, is outside in 10 %.
    low, high = np.quantile(values, [0.05, 0.95], method="weibull")
    return float(np.mean(values)), float(low), float(high)


def _says(
    kept: float, luck: tuple[float, float, float], random: float, vanished: tuple[Hashable, ...]
) -> str:
    if abs(kept - luck[0]) < TRIFLE:
        verdict = "no more than luck alone moves"
    elif kept < luck[1]:
        verdict = "more moved than luck alone would move"
    elif kept > luck[2]:
        verdict = "they hold better than random buying would let them"
    else:
        verdict = "no more than luck alone moves"
    text = (f"{kept:.0%} of customers keep their segment; {luck[0]:.0%} would if nothing had "
            f"changed but luck, {random:.0%} if segments meant nothing: {verdict}")  # fmt: skip
    if vanished:
        text += f". Not there any more: {', '.join(str(name) for name in vanished)}"
    return f"{text.replace('%', ' %')}."
