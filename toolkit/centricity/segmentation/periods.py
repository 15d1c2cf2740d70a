"""Migration over several periods: each, pooled, alike over time, and how long its memory is."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import number, problem, require_frame
from centricity.segmentation._checks import categories_of, require_unique
from centricity.segmentation.movements import NEW, Migration, migration


@dataclass(frozen=True)
class ChainTest:
    """A likelihood-ratio test about moves between segments.

    Attributes
    ----------
    statistic : float
        Minus twice the logarithm of the likelihood ratio, G².
    df : int
        Degrees of freedom.
    p_value : float
        Chance of so large a statistic if the claim held (chi-square with ``df``, after Williams'
        correction for small counts); missing without degrees of freedom.
    difference : float
        How far off the claim is in practice: the average share of customers (0 to 1) who would
        have to move elsewhere to make it true. Chance alone makes it larger than zero.
    moves : int
        Moves counted.
    says : str
        One sentence.

    Examples
    --------
    Four customers in two segments, three years. From 2023 to 2024 half of each segment moves, and
    from 2024 to 2025 half again: the moves are alike.

    >>> panel = pd.DataFrame({2023: list("aabb"), 2024: list("abab"), 2025: list("abba")})
    >>> found = migrations(panel)
    >>> found.alike.difference, found.alike.p_value
    (0.0, 1.0)

    But who was in a in 2023 stays put from 2024 to 2025, and who was in b moves. So the year before
    decides all, and half of the moves would have to change to make it useless. G² is 8 ln 2:

    >>> found.memory.difference, round(found.memory.statistic / float(np.log(2)), 6)
    (0.5, 8.0)
    >>> found.memory.moves, found.memory.df
    (4, 2)
    """

    statistic: float
    df: int
    p_value: float
    difference: float
    moves: int
    says: str


@dataclass(frozen=True)
class Migrations:
    """Moves between segments over several periods.

    Attributes
    ----------
    each : dict
        One :class:`Migration` per step, by the pair (before, after) of columns.
    pooled : Migration
        All steps counted together; ``pooled.stationary()``, ``pooled.steady()`` and
        ``pooled.project()`` look ahead.
    intervals : pandas.DataFrame
        One row per ``before`` and ``after`` of the pooled matrix: ``customers`` (in the row),
        ``moves``, ``share``, ``low`` and ``high`` (Wilson's interval).
    flow : pandas.DataFrame
        One row per step: ``stayed`` (share of those seen in both periods whose segment is the
        same), its ``low`` and ``high``, ``both`` (how many they are), ``new`` (never seen before),
        ``back`` (seen before, not in the last period) and ``gone``.
    alike : ChainTest
        Whether the moves are the same in every step.
    memory : ChainTest or None
        Whether the segment now is enough, and the one before it adds nothing; None with fewer than
        three periods.

    Examples
    --------
    A falls at once, B a year later, C never moves. Each year has its own matrix; pooled, two of
    the five years spent in "gold" end in "blue":

    >>> panel = pd.DataFrame({2023: ["gold", "gold", "gold"], 2024: ["blue", "gold", "gold"],
    ...                       2025: ["blue", "blue", "gold"]}, index=list("ABC"))
    >>> found = migrations(panel)
    >>> found.each[2023, 2024].counts.loc["gold"].to_dict()
    {'blue': 1, 'gold': 2, '(gone)': 0}
    >>> found.pooled.counts.loc["gold"].to_dict()
    {'blue': 2, 'gold': 3, '(gone)': 0}
    >>> found.intervals.loc[("gold", "blue"), ["customers", "moves", "share"]].to_list()
    [5.0, 2.0, 0.4]
    >>> found.flow["stayed"].round(2).to_list()
    [0.67, 0.67]
    """

    each: dict[tuple[Hashable, Hashable], Migration] = field(repr=False)
    pooled: Migration
    intervals: pd.DataFrame = field(repr=False)
    flow: pd.DataFrame
    alike: ChainTest
    memory: ChainTest | None


def migrations(panel: pd.DataFrame, *, outside: bool = True, level: float = 0.95) -> Migrations:
    r"""Follow customers through the segments of several periods.

    Parameters
    ----------
    panel : pandas.DataFrame
        One row per customer, one column per period in the order of time, a segment in each cell;
        missing where the customer isn't there (:func:`segment_panel` makes one).
    outside : bool
        As for :func:`migration`: whether those who come and go are counted.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Migrations
        ``each``, ``pooled``, ``intervals``, ``flow``, ``alike`` and ``memory``.

    Raises
    ------
    ValueError
        When there are fewer than two periods, a period has no customers or shares none with the
        next, a customer has two rows, or a segment is called "(new)" or "(gone)".
    TypeError
        When the panel is no DataFrame.

    Notes
    -----
    With :math:`n_{ij}(t)` moves from i to j in step t, pooled shares are
    :math:`\hat p_{ij} = \sum_t n_{ij}(t) / \sum_t n_i(t)`, the maximum-likelihood estimate if the
    moves are alike. *Alike over time* is tested by

    .. math:: G^2 = 2 \sum_{t,i,j} n_{ij}(t) \ln \frac{\hat p_{ij}(t)}{\hat p_{ij}}

    (Anderson & Goodman 1957, section 3.2), *one step of memory* by the same with
    :math:`n_{ijk}`, moves from i over j to k, against :math:`\hat p_{jk}` (section 3.3). Moves
    start in a segment; "(gone)" is one of the places they end. Degrees of freedom count only rows
    and columns in which somebody was. With thousands of customers any trifle is significant, so
    ``difference`` says how large it is. Small counts make G² too large on average; p-values are
    corrected for it row by row (Williams 1976). With fewer than some hundred customers the tests
    are cautious: they find a difference that isn't there in fewer than 5 % of cases.

    The intervals are Wilson's (1927), of moves that are independent given the segment. Where
    memory matters, customers aren't independent from step to step, and the truth is less sure than
    they say.

    References
    ----------
    Anderson, T. W., & Goodman, L. A. (1957). Statistical inference about Markov chains. *Annals of
    Mathematical Statistics*, 28(1), 89–110.

    Williams, D. A. (1976). Improved likelihood ratio tests for complete contingency tables.
    *Biometrika*, 63(1), 33–37.

    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    *Journal of the American Statistical Association*, 22(158), 209–212.

    Examples
    --------
    >>> panel = pd.DataFrame({2023: ["a", "a", "b", None], 2024: ["a", "b", "b", "a"],
    ...                       2025: ["b", "b", None, "a"]}, index=list("ABCD"))
    >>> found = migrations(panel)
    >>> found.pooled.counts
    after   a  b  (gone)
    before
    a       2  2       0
    b       0  2       1
    (new)   1  0       0
    >>> found.flow[["stayed", "both", "new", "back", "gone"]].round(2)
                 stayed  both  new  back  gone
    before after
    2023   2024    0.67     3    1     0     0
    2024   2025    0.67     3    0     0     1
    """
    where = "migrations"
    number(level, "level", where, above=0, below=1)
    names = _read(panel, where)
    columns: list[Hashable] = list(panel.columns)
    kind = pd.CategoricalDtype(names)
    held = {c: panel[c].dropna().astype(object).astype(kind) for c in columns}
    pairs = list(pairwise(columns))
    each: dict[tuple[Hashable, Hashable], Migration] = {}
    for before, after in pairs:
        if not held[before].index.isin(held[after].index).any():
            raise problem(
                where, f"no customer of {before} is there in {after}",
                "Migration follows the same customers from one period to the next",
                "Leave one of the two periods out",
            )  # fmt: skip
        each[before, after] = migration(held[before], held[after], outside=outside)
    first, *others = [step.counts for step in each.values()]
    counts = sum(others, first)
    totals = counts.sum(axis=1)
    pooled = Migration(counts, counts.div(totals.where(totals > 0), axis=0), len(pairs))
    return Migrations(
        each, pooled, _intervals(pooled, level), _flow(panel, each, level),
        _alike(each, names), _memory(panel, names, outside),
    )  # fmt: skip


def _read(panel: object, where: str) -> list[Hashable]:
    """Check a panel and list its segments in order."""
    frame = require_frame(panel, where)
    if frame.shape[1] < 2 or frame.columns.has_duplicates:
        raise problem(
            where, f"the columns are {list(frame.columns)}",
            "At least two periods, each in a column of its own name",
        )  # fmt: skip
    require_unique(frame.index, where)
    empty = [name for name in frame.columns if frame[name].isna().all()]
    if empty:
        raise problem(where, f"nobody is there in {empty[0]}", "Each period has customers",
                      "Leave this period out")  # fmt: skip
    if all(isinstance(kind, pd.CategoricalDtype) for kind in frame.dtypes):
        return list(dict.fromkeys(n for c in frame.columns for n in frame[c].cat.categories))
    return categories_of(pd.concat([frame[c].dropna().astype(object) for c in frame.columns]))


def wilson(count: Float, total: Float, level: float) -> tuple[Float, Float]:
    """Lower and upper end of Wilson's interval of a share; missing without customers.

    >>> low, high = wilson(np.array([5.0]), np.array([10.0]), 0.95)
    >>> low.round(4), high.round(4)
    (array([0.2366]), array([0.7634]))
    """
    from scipy.stats import norm

    z = norm.ppf(0.5 + level / 2)
    n = np.where(total > 0, total, np.nan)
    share = count / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def _intervals(pooled: Migration, level: float) -> pd.DataFrame:
    table = pd.DataFrame({"moves": pooled.counts.stack()})
    totals = pooled.counts.sum(axis=1)
    table.insert(0, "customers", totals.reindex(table.index.get_level_values(0)).to_numpy())
    table["share"] = pooled.shares.stack().reindex(table.index)
    n = table["customers"].to_numpy(dtype=float)
    table["low"], table["high"] = wilson(table["moves"].to_numpy(dtype=float), n, level)
    return table[table["customers"] > 0]


def _flow(
    panel: pd.DataFrame, each: dict[tuple[Hashable, Hashable], Migration], level: float
) -> pd.DataFrame:
    seen = panel.notna()
    known = seen.cummax(axis=1)
    rows = []
    for (before, after), step in each.items():
        both = int((seen[before] & seen[after]).sum())
        low, high = wilson(np.array([step.stayed * both]), np.array([float(both)]), level)
        rows.append(
            {"before": before, "after": after, "stayed": step.stayed, "low": low[0],
             "high": high[0], "both": both, "new": int((~known[before] & seen[after]).sum()),
             "back": int((known[before] & ~seen[before] & seen[after]).sum()),
             "gone": int((seen[before] & ~seen[after]).sum())}
        )  # fmt: skip
    return pd.DataFrame(rows).set_index(["before", "after"])


def _alike(each: dict[tuple[Hashable, Hashable], Migration], names: list[Hashable]) -> ChainTest:
    """Anderson & Goodman (1957), section 3.2: a table of steps × ends for each start."""
    steps = np.array([step.counts.drop(index=NEW, errors="ignore").loc[names].to_numpy()
                      for step in each.values()], dtype=float)  # fmt: skip
    if len(steps) == 1:
        return ChainTest(0.0, 0, float("nan"), 0.0, int(steps.sum()),
                         "There is one step only, so nothing to compare.")  # fmt: skip
    yes = "Moves are much the same in every step"
    no = "Moves differ from step to step, by more than chance"
    return _test(steps.transpose(1, 0, 2), yes, no)


def _memory(panel: pd.DataFrame, names: list[Hashable], outside: bool) -> ChainTest | None:
    """Anderson & Goodman (1957), section 3.3: a table of starts × ends for each middle."""
    if panel.shape[1] < 3:
        return None
    place = {name: i for i, name in enumerate(names)}
    codes = np.column_stack([
        panel[c].astype(object).map(place).fillna(-1).to_numpy(dtype=np.int64)
        for c in panel.columns
    ])  # fmt: skip
    k = len(names)
    table = np.zeros((k, k, k + 1))
    for first, middle, last in zip(codes.T, codes.T[1:], codes.T[2:], strict=False):
        use = (first >= 0) & (middle >= 0) & (outside | (last >= 0))
        np.add.at(table, (middle[use], first[use], np.where(last < 0, k, last)[use]), 1)
    yes = "The segment now is enough: the one before adds little"
    no = "The segment before matters too, beyond the segment now"
    return _test(table, yes, no)


def _test(table: Float, yes: str, no: str) -> ChainTest:
    """Test in each layer (layer, row, column) that all rows have the same shares."""
    from scipy.stats import chi2

    rows = table.sum(axis=2, keepdims=True)
    columns = table.sum(axis=1, keepdims=True)
    layers = table.sum(axis=(1, 2), keepdims=True)
    expected = rows * columns / np.where(layers > 0, layers, 1)
    safe = np.where(table > 0, table / np.where(expected > 0, expected, 1), 1)
    each = 2 * (table * np.log(safe)).sum(axis=(1, 2))
    statistic = max(float(each.sum()), 0.0)
    free = np.maximum((rows > 0).sum(axis=1) - 1, 0) * np.maximum((columns > 0).sum(axis=2) - 1, 0)
    df, n = int(free.sum()), float(table.sum())
    # Total variation between each row's shares and its layer's, weighted by customers.
    difference = float(np.abs(table - expected).sum()) / (2 * n) if n else 0.0
    if df == 0:
        return ChainTest(statistic, 0, float("nan"), difference, int(n),
                         "There are too few different moves to compare.")  # fmt: skip
    p = float(chi2.sf((each / _williams(table, free.ravel())).sum(), df))
    chance = f"p = {p:.3f}" if p >= 0.001 else "p below 0.001"
    evidence = f"(G² = {statistic:.1f} with {df} degrees of freedom, {chance}"
    off = f"; {difference:.1%}".replace("%", " %") + " of moves would have to change)"
    return ChainTest(statistic, df, p, difference, int(n),
                     f"{no if p < 0.05 else yes} {evidence}{off}.")  # fmt: skip


def _williams(table: Float, free: np.ndarray) -> Float:
    """Williams' (1976) divisor, which takes the excess of small counts out of G², per layer."""
    n = table.sum(axis=(1, 2))
    inverse = []
    for axis in (1, 2):
        sums = table.sum(axis=axis)
        parts = np.where(sums > 0, 1 / np.where(sums > 0, sums, 1), 0)
        inverse.append(n * parts.sum(axis=1) - 1)
    return 1 + inverse[0] * inverse[1] / np.where(free > 0, 6 * n * free, np.inf)
