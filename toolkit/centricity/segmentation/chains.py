"""Where a matrix of moves leads in the long run, and when it leads nowhere in particular."""

from collections.abc import Hashable

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import a_type, listing, numeric_column, problem, require_frame, which

GONE = "(gone)"
ROUNDING = 1e-6


def chain_kind(matrix: pd.DataFrame) -> str:
    """Say in one sentence where a matrix of moves leads.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Shares of the customers of each segment (row) by segment one period later (column): the
        same segments in rows and columns, each row sums to one. A column "(gone)" may come on top.

    Returns
    -------
    str
        Whether a mix is reached in the long run, and if not why.

    Raises
    ------
    ValueError
        When the matrix isn't one of moves.
    TypeError
        When it is no DataFrame.

    Examples
    --------
    >>> names = ["gold", "blue"]
    >>> chain_kind(pd.DataFrame([[0.9, 0.1], [0.2, 0.8]], names, names))
    'one steady mix, reached from any start'
    >>> chain_kind(pd.DataFrame([[0.9, 0.1], [0.0, 1.0]], names, names))
    "absorbing: everybody ends in 'blue'"
    >>> chain_kind(pd.DataFrame([[0.0, 1.0], [1.0, 0.0]], names, names))
    "periodic: 'gold', 'blue' return every 2 periods, so the mix swings for ever"
    >>> chain_kind(pd.DataFrame([[1.0, 0.0], [0.0, 1.0]], names, names))
    "several ends: 'gold' | 'blue' are never left, so the mix depends on the start"
    """
    names, moves, leaks = read_moves(matrix, "chain_kind")
    return _kind(names, moves, leaks)


def stationary(matrix: pd.DataFrame, *, inflow: pd.Series | None = None) -> pd.Series:
    r"""Find the mix of segments to which a matrix of moves leads if nothing else changes.

    Parameters
    ----------
    matrix : pandas.DataFrame
        As for :func:`chain_kind`.
    inflow : pandas.Series, optional
        New customers per period by segment. Needed when the matrix has customers who go.

    Returns
    -------
    pandas.Series
        Share of each segment, named "share"; they sum to one.

    Raises
    ------
    ValueError
        When the matrix isn't one of moves; when there is no such mix (see Notes); when customers
        go and no inflow is given, or an inflow is given and nobody goes.
    TypeError
        When the matrix is no DataFrame or the inflow no Series.

    Notes
    -----
    *Closed* (nobody comes, nobody goes): the mix π that the moves P leave as it is,

    .. math:: \pi P = \pi, \qquad \sum_i \pi_i = 1

    (Kemeny & Snell 1960, theorem 4.1.4, for a chain without transient segments). It doesn't exist
    as *the* mix where several groups of segments are never left (it depends on the start), nor
    where the chain is periodic (the mix swings for ever). One segment that is never left takes
    everybody in the end: that mix is returned.

    *Open* (b new customers come per period, a share of each segment goes): the numbers n that
    moves, leaving and coming leave as they are,

    .. math:: n = n Q + b \quad\Longrightarrow\quad n = b\,(I - Q)^{-1}

    with Q the moves among the segments (Bartholomew 1982, chapter 3). They exist if everybody can
    leave in the end from wherever new customers can get to; else the base grows for ever.

    It is not a forecast: it says where *these* moves would lead if they stayed as they are, from
    one kind of customer per segment. Customers who have been in a segment for long move less than
    the matrix says.

    References
    ----------
    Bartholomew, D. J. (1982). *Stochastic Models for Social Processes* (3rd ed.). Wiley.
    Kemeny, J. G., & Snell, J. L. (1960). *Finite Markov Chains*. Van Nostrand.

    Examples
    --------
    A tenth of gold falls, a fifth of blue rises. In balance, 0.1 gold = 0.2 blue:

    >>> names = ["gold", "blue"]
    >>> stationary(pd.DataFrame([[0.9, 0.1], [0.2, 0.8]], names, names)).round(3).to_dict()
    {'gold': 0.667, 'blue': 0.333}

    Half of blue goes each period and 100 new ones come; nobody moves: 200 blue in the end.

    >>> half = pd.DataFrame([[0.5, 0.5]], ["blue"], ["blue", "(gone)"])
    >>> steady_customers(half, inflow=pd.Series({"blue": 100})).to_dict()
    {'blue': 200.0}
    """
    where = "stationary"
    names, moves, leaks = read_moves(matrix, where)
    if inflow is not None:
        found = steady_customers(matrix, inflow=inflow)
        return (found / found.sum()).rename("share")
    if (leaks > 0).any():
        raise problem(
            where,
            "customers go and no inflow is given",
            "Without new customers nobody is left in the end",
            "Give inflow=, new customers per period by segment; or leave those who went out of "
            "the matrix",
        )
    kind = _kind(names, moves, leaks)
    if kind.startswith(("several", "periodic")):
        raise problem(
            where, f"there is no one mix to which these moves lead ({kind})",
            "A steady mix needs moves that mix everybody in the end",
            "Look at the groups one by one, or at the mix after a number of periods",
        )  # fmt: skip
    return pd.Series(_balance(moves), pd.Index(names, name="segment"), name="share")


def steady_customers(matrix: pd.DataFrame, *, inflow: pd.Series) -> pd.Series:
    """Find how many customers each segment holds in the end under a constant inflow.

    Parameters
    ----------
    matrix : pandas.DataFrame
        As for :func:`chain_kind`, with a column "(gone)".
    inflow : pandas.Series
        New customers per period by segment; segments left out get none.

    Returns
    -------
    pandas.Series
        Customers by segment, named "customers": see :func:`stationary`.

    Raises
    ------
    ValueError
        When new customers can get to segments that nobody ever leaves the firm from, the inflow
        is negative, zero in all or of unknown segments, or the matrix isn't one of moves.
    TypeError
        When the matrix is no DataFrame or the inflow no Series.

    Examples
    --------
    100 come as blue; a tenth of them become gold, four tenths go; half of gold goes:

    >>> moves = pd.DataFrame([[0.5, 0.0, 0.5], [0.1, 0.5, 0.4]],
    ...                      ["gold", "blue"], ["gold", "blue", "(gone)"])
    >>> steady_customers(moves, inflow=pd.Series({"blue": 100})).round(1).to_dict()
    {'gold': 40.0, 'blue': 200.0}
    """
    where = "steady_customers"
    names, moves, leaks = read_moves(matrix, where)
    coming = read_inflow(inflow, names, where)
    can = _reach(moves)
    reached = (can[coming > 0]).any(axis=0)
    stuck = reached & ~(can[:, leaks > ROUNDING]).any(axis=1)
    if stuck.any():
        raise problem(
            where,
            f"new customers get to {listing(np.array(names, dtype=object)[stuck])} and nobody ever "
            "goes from there",
            "With a constant inflow and no way out the base grows for ever",
            "Leave inflow out for a base that nobody leaves, or let lapsed customers count as gone",
        )
    # Segments that nobody gets to stay empty; without them I - Q has an inverse.
    found = np.zeros(len(names))
    inside = np.flatnonzero(reached)
    Q = moves[np.ix_(inside, inside)]
    found[inside] = np.linalg.solve(np.eye(len(inside)) - Q.T, coming[inside])
    return pd.Series(found, pd.Index(names, name="segment"), name="customers")


def read_moves(matrix: object, where: str) -> tuple[list[Hashable], Float, Float]:
    """Return segments, moves among them (k, k) and the share that goes (k,), or raise."""
    frame = require_frame(matrix, where)
    names = list(frame.index)
    square = [name for name in frame.columns if name != GONE]
    if not names or frame.index.has_duplicates or frame.columns.has_duplicates:
        raise problem(
            where, f"the rows are {names} and the columns {list(frame.columns)}",
            "Each segment has exactly one row and one column",
        )  # fmt: skip
    if set(names) != set(square):
        odd = set(names) ^ set(square)
        raise problem(
            where, f"{listing(odd)} is only in rows or only in columns",
            "Rows and columns hold the same segments; only '(gone)' is a column alone",
            "Leave out a row of new customers, and give it as inflow=",
        )  # fmt: skip
    values = np.column_stack(
        [numeric_column(frame, c, where, minimum=0, noun="rows") for c in frame.columns]
    )
    off = np.abs(values.sum(axis=1) - 1) > ROUNDING
    if off.any():
        found = which(pd.Series(off, index=frame.index), noun="rows")
        raise problem(
            where, f"the sum isn't one in {found}", "Each row is shares of the customers of a "
            "segment, and sums to one", "Divide counts by their row's sum",
        )  # fmt: skip
    table = pd.DataFrame(values / values.sum(axis=1, keepdims=True), names, list(frame.columns))
    leaks = table[GONE].to_numpy() if GONE in table.columns else np.zeros(len(names))
    return names, table[names].to_numpy(), leaks


def read_inflow(
    inflow: object, names: list[Hashable], where: str, *, name: str = "inflow"
) -> Float:
    """Return customers per segment in the order of ``names``, or raise."""
    if not isinstance(inflow, pd.Series):
        raise problem(
            where, f"{name} is {a_type(inflow)}", "It is a pandas Series: customers by segment, "
            "segments in the index", error=TypeError,
        )  # fmt: skip
    numeric_column(inflow.rename(name).to_frame(), name, where, minimum=0, noun="segments")
    # A segment that nobody is ever in may stand there with a zero.
    strange = [n for n in inflow.index[inflow.to_numpy(dtype=float) > 0] if n not in names]
    if strange or inflow.index.has_duplicates:
        raise problem(
            where,
            f"{name} is for {listing(inflow.index)}",
            f"Each of its segments is one of these and comes once: {listing(names)}",
        )
    coming = inflow.reindex(names, fill_value=0).to_numpy(dtype=float)
    if coming.sum() <= 0:
        raise problem(where, f"{name} is zero in all", "There must be somebody to follow")
    return coming


def _reach(moves: Float) -> np.ndarray:
    """Whether segment j can be got to from i in any number of periods, none included."""
    can = np.eye(len(moves), dtype=bool) | (moves > 0)
    for _ in range(len(moves).bit_length()):
        can = (can.astype(int) @ can.astype(int)) > 0
    return can


def _ends(moves: Float) -> list[np.ndarray]:
    """List the groups of segments that are never left (the closed classes)."""
    can = _reach(moves)
    both = can & can.T
    closed = [i for i in range(len(moves)) if (can[i] == both[i]).all()]
    return [np.flatnonzero(row) for row in np.unique(both[closed], axis=0)[::-1]]


def _period(moves: Float, group: np.ndarray) -> int:
    """Greatest common divisor of the lengths of all ways from a segment back to itself."""
    inside = moves[np.ix_(group, group)] > 0
    depth = np.full(len(group), -1)
    depth[0], queue, common = 0, [0], 0
    while queue:
        here = queue.pop(0)
        for there in np.flatnonzero(inside[here]):
            if depth[there] < 0:
                depth[there] = depth[here] + 1
                queue.append(int(there))
            common = int(np.gcd(common, depth[here] + 1 - depth[there]))
    return common


def _kind(names: list[Hashable], moves: Float, leaks: Float) -> str:
    if (leaks > 0).any():
        return "open: customers go, so the mix depends on who comes"
    ends = [[names[i] for i in group] for group in _ends(moves)]
    if len(ends) > 1:
        groups = " | ".join(listing(group) for group in ends)
        return f"several ends: {groups} are never left, so the mix depends on the start"
    period = _period(moves, _ends(moves)[0])
    if period > 1:
        return (f"periodic: {listing(ends[0])} return every {period} periods, so the mix swings "
                "for ever")  # fmt: skip
    if len(ends[0]) == len(names):
        return "one steady mix, reached from any start"
    if len(ends[0]) == 1:
        return f"absorbing: everybody ends in {listing(ends[0])}"
    return f"one steady mix, in which only {listing(ends[0])} remain"


def _balance(moves: Float) -> Float:
    """Solve pi P = pi inside the one group that is never left; the others end empty."""
    group = _ends(moves)[0]
    P = moves[np.ix_(group, group)]
    system = np.vstack([P.T - np.eye(len(group)), np.ones(len(group))])
    goal = np.zeros(len(group) + 1)
    goal[-1] = 1.0
    mix = np.zeros(len(moves))
    mix[group] = np.maximum(np.linalg.lstsq(system, goal, rcond=None)[0], 0.0)
    return mix / mix.sum()
