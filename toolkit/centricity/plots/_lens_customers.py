"""Figures of the customers of periods: how unlike, by group, and how they move."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from centricity._validate import a_type, choice, problem
from centricity.plots._lens_words import BLUES, bars_to_zero, money, money_axis, thousands
from centricity.plots._words import check, per_cent
from centricity.plots.style import BLUE, INK, RED, TICK_SIZE, axes, label
from centricity.segmentation.movements import GONE, NEW, Migration


def distribution(
    customers: pd.DataFrame,
    *,
    measure: str = "sales",
    currency: str = "€",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how many customers ordered so often, or spent so much, in one period.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``OnePeriod.customers``.
    measure : str
        "orders", "sales", "sales_per_order" or "profit".
    currency : str
        Sign before amounts.
    title : str, optional
        Default: the finding.
    ax : matplotlib.axes.Axes, optional
        Where to draw; default a new figure.

    Returns
    -------
    matplotlib.axes.Axes
        Customers with an order. The last bar holds all those above the others (a tenth or fewer),
        and so does the first of profits with those below.

    Raises
    ------
    ValueError
        When a column is missing, or no customer has an order.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"orders": [1, 1, 2], "sales": [5.0, 10.0, 45.0]})
    >>> distribution(table).get_title(loc="left")
    'Half of the customers spent less than €10; the mean is €20'
    >>> distribution(table, measure="orders").get_title(loc="left")
    '67 % of customers ordered once; the mean is 1.3 orders'
    """
    where = "plots.lenses.distribution"
    check(customers, where, ("orders",))
    choice(measure, "measure", where, [str(name) for name in customers.columns])
    values = customers.loc[customers["orders"] > 0, measure].astype(float)
    if values.empty:
        raise problem(where, "no customer has an order", "A distribution needs at least one")
    ax = axes(ax)
    if measure == "orders":
        names, counts = _counted(values)
        once = (values == 1).mean()
        said = f"{per_cent(once)} of customers ordered once; the mean is {values.mean():.1f} orders"
    else:
        names, counts = _binned(values, currency)
        said = _half(values, measure, currency)
    bars = ax.bar(range(len(counts)), counts, 0.92, color=BLUE)
    ax.bar_label(bars, [f"{n:,}" for n in counts], fontsize=TICK_SIZE - 1, padding=3)
    crowded = max(map(len, names)) * len(names) > 75
    ax.set_xticks(range(len(names)), names, rotation=35 if crowded else 0,
                  ha="right" if crowded else "center")  # fmt: skip
    thousands(ax)
    ax.margins(y=0.12)
    ax.grid(visible=False, axis="x")
    what = measure.replace("_", " ")
    unit = "number in the period" if measure == "orders" else f"{currency or 'money'} per customer"
    if measure == "sales_per_order":
        unit = f"{currency or 'money'}, mean of the customer"
    return label(ax, title=title or said, x=f"{what[0].upper()}{what[1:]} ({unit})", y="Customers")


def _counted(values: pd.Series) -> tuple[list[str], np.ndarray]:
    most = int(min(values.max(), max(10, values.quantile(0.9))))
    counts = np.bincount(values.clip(upper=most).astype(int), minlength=most + 1)[1:]
    names = [str(n) for n in range(1, most + 1)]
    if values.max() > most:
        names[-1] += "+"
    return names, counts


def _binned(values: pd.Series, currency: str) -> tuple[list[str], np.ndarray]:
    """Cut at round numbers; the outer bars are open where values lie far out."""
    low, high = min(0.0, float(values.quantile(0.05))), float(values.quantile(0.9))
    ticks = MaxNLocator(nbins=12, steps=[1, 2, 2.5, 5, 10])
    edges = np.asarray(ticks.tick_values(low, max(high, low + 1e-9)))
    edges = edges[edges <= max(high, edges[1])]
    cut = np.concatenate([[-np.inf], edges[1:], [np.inf]])
    counts, _ = np.histogram(values, cut)
    step = edges[1] - edges[0]
    digits = 0 if step >= 1 else 2
    words = [f"{edge:,.{digits}f}".replace("-", "−") for edge in edges]
    names = [f"{a}–{b}" for a, b in pairwise(words)]
    names.append(f"from {words[-1]}")
    if values.min() < edges[0]:
        names[0] = f"below {words[1]}"
    return names, counts


def _half(values: pd.Series, measure: str, currency: str) -> str:
    middle, mean = money(values.median(), currency), money(values.mean(), currency)
    if measure == "sales":
        return f"Half of the customers spent less than {middle}; the mean is {mean}"
    if measure == "profit":
        below = (values < 0).mean()
        lost = f"; {per_cent(below)} cost money" if below else f"; the mean is {mean}"
        return f"Half of the customers brought less than {middle} of profit{lost}"
    return f"Half of the customers spend less than {middle} an order; the mean is {mean}"


def migration(result: Migration, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw where the customers of each tenth were one period later, as shares of the row.

    Parameters
    ----------
    result : segmentation.Migration
        ``TwoPeriods.migration``.
    title, ax
        As for :func:`distribution`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError
        When the result is no Migration; it is None where nobody bought in both periods.

    Examples
    --------
    >>> from centricity import segmentation
    >>> before = pd.Series([1, 2, 2], index=list("ABC"))
    >>> after = pd.Series([1, 2, 1], index=list("ABD"))
    >>> migration(segmentation.migration(before, after)).get_title(loc="left")
    'Of the best group, 100 % stayed and 0 % did not buy; of the last, 50 % did not'
    """
    if not isinstance(result, Migration):
        raise problem(
            "plots.lenses.migration", f"{a_type(result)} was given",
            "This figure shows TwoPeriods.migration", "It is None where nobody bought twice",
            error=TypeError,
        )  # fmt: skip
    shares = result.shares[result.counts.sum(axis=1) > 0]
    names = [str(name).replace(NEW, "new or back").replace(GONE, "did not buy")
             for name in (*shares.index, *shares.columns)]  # fmt: skip
    rows, columns = names[: len(shares)], names[len(shares) :]
    ax = axes(ax, width=2.6 + 0.82 * len(columns), height=1.9 + 0.5 * len(rows))
    depth = shares.to_numpy(dtype=float)
    ax.imshow(depth, cmap=BLUES, vmin=0, vmax=max(float(depth.max()), 1e-12), aspect="auto")
    for row, column in np.ndindex(depth.shape):
        if rows[row] == "new or back" and columns[column] == "did not buy":
            continue
        dark = depth[row, column] > 0.5 * depth.max()
        ax.text(column, row, per_cent(float(depth[row, column])), ha="center", va="center",
                fontsize=TICK_SIZE, color="white" if dark else INK)  # fmt: skip
    ax.set_xticks(range(len(columns)), [c.replace("did not", "did not\n") for c in columns])
    ax.set_yticks(range(len(rows)), rows)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.tick_params(length=0)
    if title is None:
        people = shares.drop(index=NEW, errors="ignore")
        gone = people[GONE] if GONE in people else pd.Series(0.0, index=people.index)
        stay = people.iloc[0].get(people.index[0], 0.0)
        best = "tenth" if len(people) == 10 else "group"
        title = (f"Of the best {best}, {per_cent(stay)} stayed and {per_cent(gone.iloc[0])} did "
                 f"not buy; of the last, {per_cent(gone.iloc[-1])} did not")  # fmt: skip
    what = "Tenth" if len(shares.columns) == 11 else "Group"
    return label(ax, title=title, x=f"{what} by sales after (1 = best)",
                 y=f"{what} by sales before (1 = best)")  # fmt: skip


def by_group(
    table: pd.DataFrame,
    *,
    measure: str = "sales",
    currency: str = "€",
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw one number of each channel, category or other group, the largest first.

    Parameters
    ----------
    table : pandas.DataFrame
        ``by`` of a result: one row per group. At most 15 are drawn; the rest are added up.
    measure : str
        A column in money, such as "sales", "profit" or "change".
    currency, title, ax
        As for :func:`distribution`.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When a column is missing or the table has no rows.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"sales": [30.0, 70.0]}, index=pd.Index(["web", "shop"],
    ...                                                              name="channel"))
    >>> by_group(table).get_title(loc="left")
    'shop brings 70 % of sales, the largest of 2'
    """
    where = "plots.lenses.by_group"
    check(table, where, (measure,))
    values = table[measure].astype(float).sort_values(ascending=False)
    if len(values) > 15:
        rest = values.iloc[14:]
        values = values.iloc[:14]
        values[f"{len(rest)} others"] = rest.sum()
    ax = axes(ax, width=9.0, height=1.6 + 0.46 * len(values))
    colours = [BLUE if v >= 0 else RED for v in values]
    bars = ax.barh(range(len(values)), values, 0.7, color=colours)
    moved = measure.startswith("change")
    ax.bar_label(bars, [money(v, currency, sign=moved) for v in values], fontsize=TICK_SIZE,
                 padding=5)  # fmt: skip
    ax.set_yticks(range(len(values)), [str(name) for name in values.index])
    ax.invert_yaxis()
    bars_to_zero(ax)
    ax.grid(visible=False, axis="y")
    money_axis(ax, currency, axis="x")
    words = measure.replace("_", " ")
    if title is None:
        best, whole = values.index[0], float(values.sum())
        if moved:
            title = f"{best} moved up most ({money(values.iloc[0], currency, sign=True)}) of "
            title += f"{len(table)}, {values.index[-1]} least"
        elif whole > 0:
            share = per_cent(values.iloc[0] / whole)
            title = f"{best} brings {share} of {words}, the largest of {len(table)}"
        else:
            title = f"{best} is the largest of {len(table)} by {words}"
    said = words if not moved else f"change in {words[7:] or 'sales'}"
    return label(ax, title=title, x=f"{said[0].upper()}{said[1:]} ({currency or 'money'})", y="")
