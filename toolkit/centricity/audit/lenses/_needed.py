"""How many new customers a sales target needs: existing cohorts aged by a chain ladder."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import problem
from centricity.audit.lenses._periods import EVERY, WORDS, stamp, text

MOST = 60
"""Blocks kept; customers born before count as one cohort, the older ones."""

RECENT = {"W": 52, "M": 12, "Q": 8, "Y": 5}
"""Steps from one block to the next that are learnt from: the last ones, in whole years."""

SLACK = 0.05
"""Share of its length by which the first block may lack days and yet count as whole."""


@dataclass(frozen=True)
class Triangle:
    """Sales of cohorts by age, in blocks of time that end with the last day observed.

    `edges` are the first days of the blocks, and the day after the last. Row i of `sales` is the
    cohort born in block i, column k its sales k blocks later; NaN after the end. `sizes` are its
    customers. Where `partial`, block 0 is not whole: it holds all who were born before block 1.
    """

    edges: np.ndarray
    sales: Float
    sizes: np.ndarray
    partial: bool
    every: str

    @property
    def whole(self) -> int:
        """Blocks that the log covers wholly."""
        return len(self.sizes) - self.partial


@dataclass(frozen=True, repr=False)
class Needed:
    r"""How many new customers the next period needs for a target.

    Attributes
    ----------
    target : float
        The sales wanted.
    start, end : pandas.Timestamp
        First and last day of the next period.
    existing : float
        Sales expected from the customers there are, with ``existing_low`` and ``existing_high``.
    per_new : float
        Sales that a new customer is expected to bring within the period of joining.
    new_customers : float
        Customers needed, ``(target - existing) / per_new``, at least 0; not rounded.
    low, high : float
        The low and the high case; ``high`` is infinite where the past varied too much for a bound.
    if_trend_continues : float
        Customers needed when the newest cohort's sales per customer go on changing as they did
        from cohort to cohort (``trend``), in place of staying at the last cohort's; NaN where no
        trend is seen.
    acquired_last : int
        Customers acquired in the last period, to compare.
    level : float
        How sure the cases are meant to be.
    by_cohort : pandas.DataFrame
        By cohort: ``customers``, ``last_sales``, ``ratio`` and ``expected`` sales.
    ageing : pandas.DataFrame
        Sales per customer acquired, cohort (rows) by age (columns).
    trend : pandas.DataFrame
        By age: sales per customer in the ``oldest`` and the ``newest`` cohort that reached it, and
        the mean ``change`` from one cohort to the next, as a fraction; negative where cohorts get
        worse.
    assumptions : tuple of str

    Notes
    -----
    Time is cut into blocks as long as ``every``, the last of which ends with the last day observed,
    so that all are whole. A cohort is who was first seen in a block. With :math:`S_{ik}` the sales
    of cohort :math:`i` at age :math:`k`, the chain ladder expects

    .. math:: \hat S_{i,k+1} = f_k S_{ik}, \qquad f_k = \sum_j S_{j,k+1} / \sum_j S_{jk}

    over the earlier cohorts :math:`j` that have reached age :math:`k + 1` (Mack 1993, *ASTIN
    Bulletin* 23, 213-225, for claims), in the last 5 steps from year to year (8 quarters, 12
    months, 52 weeks). The last ages, reached by fewer than two cohorts, share one ratio. A new
    customer brings what one of the last cohort did.

    The cases come from the spread between cohorts. For existing customers: the deviations of past
    steps from their ratio, in proportion to the root of sales (the overdispersed Poisson model),
    and what whole periods deviate beyond that, since all cohorts may have a good or a bad one
    together. For new customers: the root mean square of the changes from one cohort to the next,
    so that a trend widens the cases. A period good for the ones is taken to be good for the others.
    The number needed is a quotient; its limits are Fieller's (1954), with Student's t on one
    degree of freedom fewer than there are steps.

    In simulated worlds of four to ten years (cohorts alike, unlike, getting steadily worse, or
    good and bad years for all) a level of 80 % held the number truly needed in about 80 % to 95 %
    of them. The expected number itself errs to the low side where newer cohorts not only start
    lower but fall off faster.
    """

    target: float
    start: pd.Timestamp
    end: pd.Timestamp
    existing: float
    existing_low: float
    existing_high: float
    per_new: float
    new_customers: float
    low: float
    high: float
    if_trend_continues: float
    acquired_last: int
    level: float
    by_cohort: pd.DataFrame
    ageing: pd.DataFrame
    trend: pd.DataFrame
    assumptions: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"Needed for {self.target:,.0f} from {self.start.date()} to {self.end.date()}: "
            f"{self.new_customers:,.0f} new customers ({self.low:,.0f} to {self.high:,.0f})"
        )


def block_edges(end: int, first: int, every: str) -> np.ndarray:
    """First days of the blocks counted back from the day after the end, that day the last entry.

    >>> block_edges(20_453, 19_723, "Y").astype("datetime64[D]").astype(str).tolist()
    ['2024-01-01', '2025-01-01', '2026-01-01']
    """
    after = end + 1
    back = np.arange(min(MOST, int((after - first) / EVERY[every]) + 2) + 1)
    if every == "W":
        starts = after - 7 * back
    else:
        month = np.datetime64(after, "D").astype("datetime64[M]")
        months = month - {"M": 1, "Q": 3, "Y": 12}[every] * back
        here = months.astype("datetime64[D]").astype(np.int64)
        following = (months + 1).astype("datetime64[D]").astype(np.int64)
        starts = np.minimum(here + (after - here[0]), following - 1)
    covered = starts >= first - SLACK * EVERY[every]
    return starts[covered][::-1]


def triangle(table: pd.DataFrame, births: np.ndarray, end: int, every: str) -> Triangle:
    """Add up sales by cohort and age, in blocks that end with the last day observed."""
    edges = block_edges(end, int(births.min()), every)
    partial = bool(births.min() < edges[0])
    if partial:
        edges = np.concatenate([[births.min()], edges])
    blocks = len(edges) - 1
    born = np.searchsorted(edges, births, side="right") - 1
    now = np.searchsorted(edges, table["day"].to_numpy(), side="right") - 1
    row = born[table["code"].to_numpy()]
    cells = np.bincount(row * blocks + now - row, table["sales"].to_numpy(), blocks * blocks)
    sales = cells.reshape(blocks, blocks)
    reached = np.arange(blocks)[None, :] < blocks - np.arange(blocks)[:, None]
    sizes = np.bincount(born, minlength=blocks)
    return Triangle(edges, np.where(reached, sales, np.nan), sizes, partial, every)


def needed(tri: Triangle, target: float, level: float, where: str) -> Needed:
    """Forecast existing cohorts and divide what is left of the target by a new customer's sales."""
    _require_blocks(tri, where)
    fresh = _fresh(tri, where)
    ladder = _climb(tri)
    steps = min(tri.whole - 1, RECENT[tri.every])
    quantile = _student(level, steps - 1)
    half = quantile * float(np.hypot(ladder.alone, ladder.together))
    spread = _spread(fresh[-steps - 1 :])
    gap, per_new = target - float(ladder.expected.sum()), float(fresh[-1])
    low, high = _fieller(gap, ladder, spread, quantile)
    trend = _trend(tri)
    goes_on = per_new * (1 + float(trend["change"].iloc[0]))
    after, length = int(tri.edges[-1]), WORDS[tri.every]
    return Needed(
        target=target,
        start=stamp(int(after)),
        end=stamp(_next_end(after, tri.every)),
        existing=target - gap,
        existing_low=target - gap - half,
        existing_high=target - gap + half,
        per_new=per_new,
        new_customers=max(0.0, gap / per_new),
        low=max(0.0, low / per_new),
        high=max(0.0, high / per_new),
        if_trend_continues=float(np.maximum(0.0, gap / goes_on)),
        acquired_last=int(tri.sizes[-1]),
        level=level,
        by_cohort=_by_cohort(tri, ladder),
        ageing=_ageing(tri),
        trend=trend,
        assumptions=_assumptions(length, trend),
    )


def _require_blocks(tri: Triangle, where: str) -> None:
    if tri.whole < 3:
        shorter = {"Y": "Q", "Q": "M", "M": "W", "W": "W"}[tri.every]
        whole = f"{tri.whole} whole {WORDS[tri.every]}{'' if tri.whole == 1 else 's'}"
        raise problem(
            where, f"the log covers {whole} up to the end",
            "Ageing is learnt from three at least: two steps of one cohort, one of another",
            f"Use a shorter unit, every='{shorter}'" if tri.every != "W" else "Use a longer log",
        )  # fmt: skip


def _fresh(tri: Triangle, where: str) -> Float:
    """Sales per customer acquired, in the block of joining, of the cohorts of whole blocks."""
    sizes, sales = tri.sizes[tri.partial :], tri.sales[tri.partial :, 0]
    if not (sizes[-1] > 0 and sales[-1] > 0):
        raise problem(
            where, f"the last {WORDS[tri.every]} before the end has no new customers with sales",
            "What a new customer brings is taken from the last cohort",
            "Choose another end, or longer cohorts",
        )  # fmt: skip
    return sales[sizes > 0] / sizes[sizes > 0]


def _spread(fresh: Float) -> float:
    """Root mean square of the relative changes from cohort to cohort; infinite where unknown."""
    if len(fresh) < 2 or not (fresh > 0).all():
        return float("inf")
    return float(np.sqrt(np.mean(np.diff(np.log(fresh)) ** 2)))


@dataclass(frozen=True)
class _Ladder:
    """Expected sales of each cohort; deviations of their sum: cohort by cohort, and in common."""

    expected: Float
    ratios: Float
    alone: float
    together: float


def _climb(tri: Triangle) -> _Ladder:
    """Take every cohort one age on, and say how far such steps were off in the past."""
    blocks = len(tri.sizes)
    cells = tri.sales.copy()
    if tri.partial:
        cells[0, 0] = np.nan  # not a whole block: no step starts from it
    old, new = cells[:, :-1], cells[:, 1:]
    when = np.arange(blocks)[:, None] + np.arange(1, blocks)[None, :]
    known = np.isfinite(old) & np.isfinite(new) & (when >= blocks - RECENT[tri.every])
    group = np.tile(_age_groups(known.sum(axis=0), blocks), (blocks, 1))
    if tri.partial and blocks > MOST:  # of many ages, so that no cohort's ratios are theirs
        group[0] = blocks
    steps = group[:, :-1][known]
    base, came = old[known], new[known]
    sums = np.bincount(steps, base, blocks + 1)
    ends = np.bincount(steps, came, blocks + 1)
    factor = np.divide(ends, sums, out=np.ones(blocks + 1), where=(sums > 0) & (ends >= 0))
    diagonal = (np.arange(blocks), np.arange(blocks)[::-1])
    now, ratios = tri.sales[diagonal], factor[group[diagonal]]
    expected = now * ratios
    fitted = base * factor[steps]
    errors, usable = came - fitted, fitted > 0
    free = max(int(usable.sum()) - len(np.unique(steps[usable])), 1)
    heat = float((errors[usable] ** 2 / fitted[usable]).sum()) / free
    mine = np.bincount(group[diagonal], now, blocks + 1)
    learnt = np.divide(mine**2 * factor, sums, out=np.zeros(blocks + 1), where=sums > 0)
    alone = heat * (np.maximum(expected, 0).sum() + learnt.sum())
    whole = _by_period(errors, fitted, when[known]) * usable.sum() / free
    together = max(whole * expected.sum() ** 2 - alone, 0.0)
    return _Ladder(expected, ratios, float(np.sqrt(alone)), float(np.sqrt(together)))


def _age_groups(cohorts: np.ndarray, blocks: int) -> np.ndarray:
    """Which ages share a ratio: each its own, the last ones (few cohorts reached them) together."""
    few = np.flatnonzero(cohorts < 2)
    late = int(few[0]) if len(few) else len(cohorts)
    if cohorts[late:].sum() < 2:
        late -= 1
    return np.minimum(np.arange(blocks), max(late, 1))


def _by_period(errors: Float, fitted: Float, when: np.ndarray) -> float:
    """Mean square of the relative error of whole periods: all cohorts of one period together."""
    off, of = np.bincount(when, errors), np.bincount(when, fitted)
    relative = off[of > 0] / of[of > 0]
    return float((relative**2).sum()) / max(len(relative) - 1, 1)


def _student(level: float, freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + level) / 2, freedom))


def _fieller(gap: float, ladder: _Ladder, spread: float, quantile: float) -> tuple[float, float]:
    """Limits of x, the new sales: ``(gap - x)² = t² (alone² + (together + spread x)²)``."""
    if not np.isfinite(spread):
        return 0.0, np.inf
    lead = 1 - (quantile * spread) ** 2
    half = gap + quantile**2 * ladder.together * spread
    rest = gap**2 - quantile**2 * (ladder.alone**2 + ladder.together**2)
    inside = half**2 - lead * rest
    if lead <= 0:  # so wide that no x is too large: only a lower limit is left
        bounded = lead < 0 and inside >= 0 and rest > 0 and gap > 0
        low = (half - np.sqrt(inside)) / lead if bounded else 0.0
        return max(0.0, float(low)), np.inf
    root = float(np.sqrt(max(inside, 0.0)))
    return (half - root) / lead, (half + root) / lead


def _names(tri: Triangle) -> pd.Index:
    names = [
        f"{text(int(a))} to {text(int(b) - 1)}"
        for a, b in zip(tri.edges[:-1], tri.edges[1:], strict=True)
    ]
    return pd.Index(names, name="cohort")


def _by_cohort(tri: Triangle, ladder: _Ladder) -> pd.DataFrame:
    blocks = len(tri.sizes)
    now = tri.sales[np.arange(blocks), np.arange(blocks)[::-1]]
    return pd.DataFrame(
        {"customers": tri.sizes, "last_sales": now, "ratio": ladder.ratios,
         "expected": ladder.expected},
        index=_names(tri),
    )  # fmt: skip


def _ageing(tri: Triangle) -> pd.DataFrame:
    sizes = np.where(tri.sizes > 0, tri.sizes, np.nan)[:, None]
    ages = pd.RangeIndex(len(tri.sizes), name="age")
    return pd.DataFrame(tri.sales / sizes, index=_names(tri), columns=ages)


def _trend(tri: Triangle) -> pd.DataFrame:
    """By age: the oldest and the newest cohort's sales per customer, and the change by cohort."""
    table = _ageing(tri).to_numpy()[tri.partial :]
    rows = {}
    for age in range(min(3, tri.whole)):
        reached = table[: tri.whole - age, age]
        places = np.flatnonzero(np.isfinite(reached))
        if len(places):
            old, new = reached[places[0]], reached[places[-1]]
            steps = places[-1] - places[0]
            told = steps > 0 and old > 0 and new > 0
            change = (new / old) ** (1 / steps) - 1 if told else np.nan
            rows[age] = {"oldest": old, "newest": new, "change": change}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("age")


def _next_end(after: int, every: str) -> int:
    """Last day of the block that starts the day after the end."""
    if every == "W":
        return after + 6
    start = stamp(after)
    months = {"M": 1, "Q": 3, "Y": 12}[every]
    following = (start + pd.DateOffset(months=months)).to_datetime64()
    return int(following.astype("datetime64[D]").astype(np.int64)) - 1


def _assumptions(length: str, trend: pd.DataFrame) -> tuple[str, ...]:
    said = [
        f"each existing cohort goes from one {length} of age to the next as earlier cohorts did",
        f"a new customer brings in the first {length} what one of the last cohort did, joining as "
        "evenly over it",
        "prices, offer, marketing and the economy stay as they were in the periods observed",
    ]
    if length != "year":
        said.append(f"no season: the next {length} is like any other (use years where it isn't)")
    change = trend["change"].iloc[0]
    if np.isfinite(change) and abs(change) >= 0.01:
        way = "less" if change < 0 else "more"
        said.append(
            f"cohorts stay as good as the last one, although each brought {abs(change):.0%} "
            f"{way} per new customer than the one before".replace("%", " %")
        )
    return tuple(said)
