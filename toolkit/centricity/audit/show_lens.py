"""What the five chapters of the lenses share: safe pictures, notes, and splits by group."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeAlias

import pandas as pd

from centricity.audit import html
from centricity.audit.analysis import Audit
from centricity.audit.html import Block
from centricity.audit.parts import Part, attempt, without_remedy
from centricity.audit.words import Money

Heads: TypeAlias = Mapping[str, tuple[str, Callable[..., str]]]
"""By column: its head, and the function that writes its values."""


def seen_by(audit: Audit, lens: str) -> Part[Any]:
    """Return what a lens shows, or why it shows nothing.

    Parameters
    ----------
    audit : Audit
    lens : str
        A field of `Views`: period, periods, cohort, cohorts or history.
    """
    views = audit.views.value
    if views is None:
        return Part.missing(audit.views.reason)
    part: Part[Any] = getattr(views, lens)
    return part


def picture(draw: Callable[[], object], caption: str) -> Block:
    """Draw a figure; what the data do not support becomes a sentence that says why."""
    drawn = attempt(lambda: html.figure(draw, caption))
    return html.absent(without_remedy(drawn.reason)) if drawn.value is None else drawn.value


def notes(texts: Iterable[str]) -> Block:
    """Write what a reader should know of a table, as sentences."""
    said = [f"{text[0].upper()}{text[1:]}." for text in texts if text]
    return html.bullets(said, "notes") if said else html.NOTHING


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out the row of all small groups together, which is no group to talk of.

    >>> named(pd.DataFrame({"sales": [1, 2]}, index=["web", "19 others"])).index.tolist()
    ['web']
    """
    alone = ~table.index.astype(str).str.fullmatch(r"[\d,]+ others")
    return table[alone] if alone.any() else table


def sign_of(audit: Audit) -> str:
    """Return the currency as a figure can write it: a dollar sign starts no formula."""
    return audit.options.currency.replace("$", r"\$")


def splits(
    audit: Audit, lens: str, says: Callable[[pd.DataFrame, str], str],
    shown: Callable[[pd.DataFrame], pd.DataFrame], draw: Callable[[pd.DataFrame], object],
    caption: str,
) -> Block:  # fmt: skip
    """Show one lens by channel and by category, as far as the file has them.

    Parameters
    ----------
    audit : Audit
    lens : str
    says : callable
        A sentence from the table and the name of its groups.
    shown : callable
        From the table to the columns to show, with heads and texts as a reader wants them.
    draw : callable
        Draws the table.
    caption : str
        What the bars show; the name of the groups follows.
    """
    views = audit.views.value
    out = html.NOTHING
    for name, parts in (views.by if views is not None else {}).items():
        out += html.heading(f"By {name}")
        table = parts[lens].value
        if table is None:
            out += html.absent(parts[lens].reason)
            continue
        out += html.paragraph(says(table, name))
        out += picture(partial(draw, table), f"{caption} by {name}.")
        out += lines(shown(table), index=name.capitalize())
    return out


def written(table: pd.DataFrame, heads: Heads) -> pd.DataFrame:
    """Write the columns that there are as text, under the heads a reader wants.

    >>> heads = {"n": ("Customers", "{:,}".format), "m": ("M", str)}
    >>> written(pd.DataFrame({"n": [1200]}), heads).to_dict("list")
    {'Customers': ['1,200']}
    """
    known = {name: head for name, head in heads.items() if name in table}
    return pd.DataFrame(
        {head: [form(value) for value in table[name]] for name, (head, form) in known.items()},
        index=table.index.astype(str),
    )


def wide(table: pd.DataFrame, most: int = 10) -> tuple[pd.DataFrame, str]:
    """Keep the last columns of a wide table, and say so.

    >>> wide(pd.DataFrame([[1, 2, 3]], columns=["a", "b", "c"]), 2)[1]
    'Only the last 2 of 3 columns are shown.'
    """
    if table.shape[1] <= most:
        return table, ""
    return table.iloc[:, -most:], f"Only the last {most} of {table.shape[1]} columns are shown."


def amount(value: float) -> str:
    """Write an amount without its currency, a dash for nothing."""
    return "–" if value == 0 else Money()(value)


def gain(value: float) -> str:
    """Write a change in money with its sign, a dash for nothing."""
    return "–" if value == 0 else Money().change(value)


def lines(table: pd.DataFrame, *, index: str, total: bool = False) -> Block:
    """Write a table whose cells are text already; its numbers stand to the right."""
    names = {str(column): str(column) for column in table.columns}
    shown = table.set_axis(list(names), axis=1)
    return html.table(shown, names, dict.fromkeys(names, str), index=index, last_is_total=total)
