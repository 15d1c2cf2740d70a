"""Figures of the hold-out: forecasts beside what customers then did."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from centricity import _validate
from centricity.plots import style

# Told apart by colour and by dash; no red, which is the naive forecast's.
_LINES = (
    (style.BLUE, "--"),
    (style.ORANGE, "-."),
    (style.GREEN, (0, (1, 1))),
    (style.PURPLE, (0, (5, 1))),
)
_FILLS = (style.SKY, style.ORANGE, style.GREEN, style.PURPLE)
_RULES = ("same rate", "hiatus", "last period")
# Axis, whether larger is better, and how the number is written.
_SCORES = {
    "mae": ("Mean absolute error (purchases per customer)", False, "{:.2f}"),
    "rmse": ("Root mean squared error (purchases per customer)", False, "{:.2f}"),
    "bias": ("Forecast total against actual total", False, "{:+.0%}"),
    "rank_correlation": ("Rank correlation with what customers did", True, "{:.2f}"),
    "top_hits": ("Share of the best customers found", True, "{:.0%}"),
    "top_share": ("Purchases of the customers ranked highest, share of all", True, "{:.0%}"),
}


def tracking(
    tracked: pd.DataFrame,
    *,
    cumulative: bool = True,
    title: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw actual and expected repeat purchases over the calendar.

    Parameters
    ----------
    tracked : pandas.DataFrame
        From ``clv.tracking``, with one model or several.
    cumulative : bool
        Sums to date, or each period by itself.
    title : str, optional
        The finding; default: by how much each model misses the total of the hold-out, or of all
        periods when there is none.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When a column is missing, or the table holds no model or too many for one figure.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> weeks = pd.date_range("2025-01-05", periods=2, freq="W", name="period_end")
    >>> tracked = pd.DataFrame({"actual": [1, 3], "expected": [1.5, 2.0], "holdout": False,
    ...                         "actual_cumulative": [1, 4], "expected_cumulative": [1.5, 3.5]},
    ...                        index=weeks)
    >>> tracking(tracked).get_title(loc="left")
    'The model expects 12 % fewer repeat purchases than were made'
    """
    names = _models(tracked, ("actual", "holdout"), "plots.clv.tracking", "clv.tracking")
    ax = style.axes(ax)
    suffix = "_cumulative" if cumulative else ""
    ax.plot(tracked[f"actual{suffix}"], color=style.INK, linewidth=2.2, label="actual")
    for name, colour, dash in _looks(names):
        line = tracked[f"{name}{suffix}"]
        ax.plot(line, color=colour, linewidth=2.4, linestyle=dash, label=name)
    held = tracked["holdout"].to_numpy(dtype=bool)
    if held.any() and not held.all():
        ax.axvline(tracked.index[~held][-1], color=style.GREY, linewidth=1.2)
        ax.annotate(
            " hold-out", (tracked.index[~held][-1], 1), xycoords=("data", "axes fraction"),
            va="top", fontsize=style.TICK_SIZE, color=style.GREY,
        )  # fmt: skip
    y = "Repeat purchases to date" if cumulative else "Repeat purchases per period"
    ax.set_ylim(bottom=0)
    style.label(ax, title=title or _misses(tracked, names), x="Period ending", y=y)
    ax.tick_params(axis="x", rotation=20)
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    return style.legend(ax, loc="upper left" if cumulative else "upper right")


def frequencies(table: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw customers by number of repeat purchases, actual beside expected.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``clv.frequency_table``: columns actual and one for each model.
    title : str, optional
        The finding; default: the share of customers who never came back.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When a column is missing, or the table holds no model or too many for one figure.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"actual": [60, 40], "expected": [58.0, 42.0]}, index=["0", "1+"])
    >>> frequencies(table).get_title(loc="left")
    '60 % never bought again; the model says 58 %'
    """
    names = _models(table, ("actual",), "plots.clv.frequencies", "clv.frequency_table")
    ax = style.axes(ax)
    place, width = np.arange(len(table)), 0.8 / (1 + len(names))
    colours = (style.INK, *_FILLS)
    for position, (name, colour) in enumerate(zip(["actual", *names], colours, strict=False)):
        offset = (position - len(names) / 2) * width
        ax.bar(place + offset, table[name], 0.95 * width, color=colour, label=name)
    ax.set_xticks(place, table.index)
    share = table.iloc[0] / table.sum()
    said = [f"{_model_word(name)} says {share[name]:.0%}" for name in names]
    default = f"{share['actual']:.0%} never bought again; {', '.join(said)}".replace("%", " %")
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    style.label(ax, title=title or default, x="Repeat purchases", y="Customers")
    return style.legend(ax)


def holdout(table: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw mean hold-out purchases by past frequency: actual, each model, the naive forecast.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``clv.holdout_by_frequency``.
    title : str, optional
        The finding; default: mean absolute error of each model against the naive forecast.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When a column is missing, or the table holds no model or too many for one figure.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"customers": [9, 1], "actual": [0.2, 3.0], "expected": [0.3, 3.2],
    ...                       "naive": [0.0, 5.0]}, index=pd.Index([0, 7], name="frequency"))
    >>> holdout(table).get_title(loc="left")
    'By group, the model misses by 0.11 purchases, the naive forecast by 0.38'
    """
    known, source = ("customers", "actual", "naive"), "clv.holdout_by_frequency"
    names = _models(table, known, "plots.clv.holdout", source)
    ax = style.axes(ax)
    lines = [("actual", style.INK, "-"), *_looks(names), ("naive", style.RED, ":")]
    for name, colour, dash in lines:
        said = {"expected": "model", "naive": "naive: same rate as before"}.get(name, name)
        ax.plot(
            table.index, table[name], color=colour, linestyle=dash, linewidth=2.4, marker="o",
            label=said,
        )  # fmt: skip
    weight = table["customers"] / table["customers"].sum()
    gaps = table[[*names, "naive"]].sub(table["actual"], axis=0).abs()
    miss = gaps.mul(weight, axis=0).sum()
    first, *others = [f"{_model_word(name)} misses by {miss[name]:.2f}" for name in names]
    of_models = ", ".join([f"{first} purchases", *others])
    default = f"By group, {of_models}, the naive forecast by {miss['naive']:.2f}"
    ax.set_xticks(table.index, [*table.index[:-1].astype(str), f"{table.index[-1]}+"])
    style.label(
        ax,
        title=title or default,
        x="Repeat purchases in calibration",
        y="Purchases per customer in hold-out",
    )
    return style.legend(ax)


def calibration(table: pd.DataFrame, *, title: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw by group the share who bought in the hold-out, the share expected, and P(alive).

    Parameters
    ----------
    table : pandas.DataFrame
        From ``clv.calibration``, for one model.
    title : str, optional
        The finding; default: in how many groups the share is within two standard errors.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When a column is missing, or the table holds several models.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"customers": 50, "p_alive": [0.3, 0.9], "expected": [0.1, 0.8],
    ...                       "actual": [0.12, 0.5], "std_error": 0.05}, index=[1, 2])
    >>> calibration(table).get_title(loc="left")
    'The share who bought is as expected in 1 of 2 groups'
    """
    where, source = "plots.clv.calibration", "clv.calibration"
    _require(table, ("p_alive", "expected", "actual", "std_error"), where, source)
    if table.index.nlevels > 1:
        says, rule = "the table holds several models", "One figure shows the groups of one model"
        raise _validate.problem(where, says, rule, 'Take one of them: table.loc["BG/NBD"]')
    ax = style.axes(ax)
    ax.plot(table.index, table["p_alive"], ":", color=style.GREY, linewidth=2.4, label="P(alive)")
    ax.errorbar(
        table.index, table["expected"], 2 * table["std_error"], color=style.BLUE, linestyle="--",
        linewidth=2.4, elinewidth=1.4, capsize=4, label="P(at least one purchase), ± 2 std. errors",
    )  # fmt: skip
    ax.plot(table.index, table["actual"], "o", color=style.INK, markersize=8, label="bought")
    close = ((table["actual"] - table["expected"]).abs() <= 2 * table["std_error"]).sum()
    default = f"The share who bought is as expected in {close} of {len(table)} groups"
    ax.set_ylim(0, 1.02)
    ax.set_xticks(table.index)
    ax.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}".replace("%", " %"))
    x = "Group of customers, least likely first"
    style.label(ax, title=title or default, x=x, y="Share of the group in the hold-out")
    return style.legend(ax, loc="lower right")


def errors(
    table: pd.DataFrame, *, score: str = "rmse", title: str | None = None, ax: Axes | None = None
) -> Axes:
    """Draw one score of each forecast as a bar, the rules of thumb in grey, the best on top.

    Parameters
    ----------
    table : pandas.DataFrame
        From ``clv.forecast_errors``.
    score : str
        A column: mae, rmse, bias, rank_correlation, top_hits or top_share.
    title : str, optional
        The finding; default: the best forecast and the best rule of thumb.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        When there is no such score, or its column is missing.
    TypeError
        When the table is no DataFrame.

    Examples
    --------
    >>> table = pd.DataFrame({"rmse": [3.9, 5.6]}, index=["BG/NBD", "same rate"])
    >>> errors(table).get_title(loc="left")
    'BG/NBD is best with 3.90, the best rule of thumb is same rate with 5.60'
    """
    where = "plots.clv.errors"
    _validate.choice(score, "score", where, list(_SCORES))
    _require(table, (score,), where, "clv.forecast_errors")
    ax = style.axes(ax, height=1.6 + 0.5 * len(table))
    axis, larger_is_better, form = _SCORES[score]
    worth = table[score] if larger_is_better else -table[score].abs()
    order = worth.sort_values(na_position="first").index
    rules = [name for name in order if name in _RULES]
    colours = [style.GREY if name in rules else style.BLUE for name in order]
    values = table.loc[order, score]
    ax.barh(order, values.fillna(0.0), color=colours)
    said = {name: _minus(form.format(value)) for name, value in values.dropna().items()}
    for place, name in enumerate(order):
        negative = values[name] < 0
        ax.annotate(
            f" {said.get(name, 'none')} ", (0.0 if name not in said else values[name], place),
            va="center", ha="right" if negative else "left", fontsize=style.TICK_SIZE,
        )  # fmt: skip
    default = f"{order[-1]} is best with {said[order[-1]]}"
    if rules and order[-1] not in rules and rules[-1] in said:
        default += f", the best rule of thumb is {rules[-1]} with {said[rules[-1]]}"
    if score == "bias":
        ax.axvline(0, color=style.INK, linewidth=1.2)
    ax.margins(x=0.15)
    ax.xaxis.set_major_formatter(lambda value, _: _minus(form.format(value)).replace("+0 %", "0 %"))
    return style.label(ax, title=title or default, x=axis, y="")


def _require(table: pd.DataFrame, columns: Sequence[str], where: str, source: str) -> None:
    rule = f"This figure shows a table of {source}"
    frame = _validate.require_frame(table, where)
    _validate.require_columns([str(c) for c in frame.columns], columns, where, rule)


def _models(table: pd.DataFrame, known: Sequence[str], where: str, source: str) -> list[str]:
    """Name the models in a table: the columns that are not known otherwise."""
    _require(table, known, where, source)
    names = [str(c) for c in table if c not in known and not str(c).endswith("_cumulative")]
    if not 1 <= len(names) <= len(_LINES):
        says = f"the table holds {len(names)} models"
        raise _validate.problem(where, says, f"One figure shows 1 to {len(_LINES)} models")
    return names


def _looks(names: Sequence[str]) -> list[tuple[str, str, Any]]:
    return [(name, *look) for name, look in zip(names, _LINES, strict=False)]


def _model_word(name: str) -> str:
    return "the model" if name == "expected" else name


def _minus(number: str) -> str:
    return number.replace("-", "−").replace("%", " %")


def _misses(tracked: pd.DataFrame, names: Sequence[str]) -> str:
    """Say by how much each model misses the total, of the hold-out where there is one."""
    held = tracked["holdout"].to_numpy(dtype=bool)
    judged = tracked[held] if held.any() else tracked
    made = max(judged["actual"].sum(), 1)
    miss = {name: judged[name].sum() / made - 1 for name in names}
    period = " in the hold-out" if held.any() else ""
    if names == ["expected"]:
        word = "more" if miss["expected"] >= 0 else "fewer"
        share = _minus(f"{abs(miss['expected']):.0%}")
        return f"The model expects {share} {word} repeat purchases than were made{period}"
    said = ", ".join(f"{name} {_minus(f'{miss[name]:+.0%}')}" for name in names)
    return f"Expected against made{period}: {said}"
