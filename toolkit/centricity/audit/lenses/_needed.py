"""How many new customers a sales target needs: existing cohorts aged by a chain ladder."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import problem
from centricity.audit.lenses._ladder import Ladder, climb, student
from centricity.audit.lenses._periods import WORDS, stamp, text
from centricity.audit.lenses._triangle import RECENT, Triangle


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
    fade : float
        Change of the ratios from one cohort to the next that is let go on, as a fraction; 0 where
        none is sure. Negative where newer cohorts keep less of their sales.
    by_cohort : pandas.DataFrame
        By cohort: ``customers``, ``last_sales``, ``ratio`` (``fade`` included) and ``expected``
        sales.
    ageing : pandas.DataFrame
        Sales per customer acquired, cohort (rows) by age (columns).
    trend : pandas.DataFrame
        By age: sales per customer in the ``oldest`` and the ``newest`` cohort that reached it, and
        the mean ``change`` from one cohort to the next, as a fraction; negative where cohorts get
        worse.
    assumptions : tuple of str
        What the numbers take for granted, one sentence part each.

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

    Where newer cohorts fall off faster, such ratios are too kind to the newest. So they are
    multiplied by :math:`e^{b (i - \bar\imath_k)}`, with :math:`\bar\imath_k` the mean cohort that
    :math:`f_k` was learnt from and :math:`b` (``fade``, the same at all ages) the regression of
    the steps' deviations on :math:`i - \bar\imath_k`, weighted like the deviations below. Only
    what lies beyond the limits of chance (an interval at 80 %, Student's t) is used of it, since
    few steps mostly show chance: in simulated worlds the whole slope did more harm than good.

    The cases come from the spread between cohorts. For existing customers: the deviations of past
    steps from their ratio, in proportion to the root of sales (the overdispersed Poisson model),
    and what whole periods deviate beyond that, since all cohorts may have a good or a bad one
    together. For new customers: the root mean square of the changes from one cohort to the next,
    so that a trend widens the cases. A period good for the ones is taken to be good for the others.
    The number needed is a quotient; its limits are Fieller's (1954), with Student's t on one
    degree of freedom fewer than there are steps.

    In simulated worlds of four to ten years (cohorts alike, unlike, getting steadily worse, fading
    ever faster, or good and bad years for all) a level of 80 % held the number truly needed in
    about 80 % to 99 % of them: the range is rather wide than narrow. In logs of four years with
    cohorts that fade ever faster, sales of existing customers were right on average (within 1 %;
    5 % too high without ``fade``); in blocks of a quarter or a month, where ``fade`` is seldom
    sure, they were 2 % to 4 % too high. Where new customers get worse from cohort to cohort, the
    number needed errs to the low side, by as much as the next cohort is worse than the last;
    ``if_trend_continues`` says how much that may be.

    Examples
    --------
    Every year one new customer brings 100, half of that in the year after, and a quarter in the
    third. So the three there are bring 12.5 + 25 + 50 next year, and what is missing to 287.5 takes
    two new ones. Nothing ever varied, so the low and the high case are the same:

    >>> from centricity.audit import all_cohorts
    >>> sales = [("A", 2022, 100), ("A", 2023, 50), ("A", 2024, 25), ("B", 2023, 100),
    ...          ("B", 2024, 50), ("C", 2024, 100)]
    >>> log = pd.DataFrame(sales, columns=["customer_id", "year", "amount"])
    >>> log["date"] = pd.to_datetime(log["year"].astype(str) + "-01-01")
    >>> found = all_cohorts(log, end="2024-12-31").needed(287.5)
    >>> found
    Needed for 288 from 2025-01-01 to 2025-12-31: 2 new customers (2 to 2)
    >>> found.by_cohort[["last_sales", "ratio", "expected"]].to_numpy().round(6).tolist()
    [[25.0, 0.5, 12.5], [50.0, 0.5, 25.0], [100.0, 0.5, 50.0]]
    >>> round(found.per_new, 6), found.acquired_last
    (100.0, 1)
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
    fade: float
    by_cohort: pd.DataFrame
    ageing: pd.DataFrame
    trend: pd.DataFrame
    assumptions: tuple[str, ...]

    def __repr__(self) -> str:
        return (
            f"Needed for {self.target:,.0f} from {self.start.date()} to {self.end.date()}: "
            f"{self.new_customers:,.0f} new customers ({self.low:,.0f} to {self.high:,.0f})"
        )


def needed(tri: Triangle, target: float, level: float, where: str) -> Needed:
    """Forecast existing cohorts and divide what is left of the target by a new customer's sales."""
    _require_blocks(tri, where)
    fresh = _fresh(tri, where)
    ladder = climb(tri)
    steps = min(tri.whole - 1, RECENT[tri.every])
    quantile = student(level, steps - 1)
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
        fade=ladder.fade,
        by_cohort=_by_cohort(tri, ladder),
        ageing=_ageing(tri),
        trend=trend,
        assumptions=_assumptions(length, trend, ladder.fade),
    )


def _require_blocks(tri: Triangle, where: str) -> None:
    if tri.whole < 3:
        shorter = {"Y": "Q", "Q": "M"}.get(tri.every)
        whole = f"{tri.whole} whole {WORDS[tri.every]}{'' if tri.whole == 1 else 's'}"
        raise problem(
            where, f"the log covers {whole} up to the end",
            "Ageing is learnt from three at least: two steps of one cohort, one of another",
            f"Use a shorter unit, every='{shorter}'" if shorter else "Use a longer log",
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


def _fieller(gap: float, ladder: Ladder, spread: float, quantile: float) -> tuple[float, float]:
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


def _by_cohort(tri: Triangle, ladder: Ladder) -> pd.DataFrame:
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


def _assumptions(length: str, trend: pd.DataFrame, fade: float) -> tuple[str, ...]:
    existing = f"each existing cohort goes from one {length} of age to the next as earlier ones did"
    if abs(fade) >= 0.0005:
        way = "lower" if fade < 0 else "higher"
        share = f"{abs(np.expm1(fade)):.1%}".replace("%", " %")
        existing += f", at ratios {share} {way} from cohort to cohort (as far as that is sure)"
    said = [
        existing,
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
