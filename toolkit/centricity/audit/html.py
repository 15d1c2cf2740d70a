"""Pieces of HTML; every text that goes in is escaped here and nowhere else."""

import base64
import html
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from centricity.audit.finding import Finding

Formats = Mapping[str, Any]  # by column: a function from a value to text


@dataclass(frozen=True)
class Block:
    """A finished piece of the report: a notebook shows it as HTML, a terminal as text."""

    html: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return f"<Block of {len(self.html):,} characters>"

    def __add__(self, other: "Block") -> "Block":
        return Block(f"{self.html}\n{other.html}")


NOTHING = Block("")


def escape(text: object) -> str:
    """Escape a text; control characters, which no reader can see, become a replacement sign.

    >>> escape("<script>alert(1)</script>")
    '&lt;script&gt;alert(1)&lt;/script&gt;'
    """
    return html.escape("".join(map(_visible, str(text))), quote=True)


def _visible(sign: str) -> str:
    """Let joiners pass, which some scripts need; hide no other control or direction mark."""
    hidden = unicodedata.category(sign).startswith("C") and sign not in "\t\n\u200c\u200d"
    return "\N{REPLACEMENT CHARACTER}" if hidden else sign


def paragraph(text: str, kind: str = "") -> Block:
    """Write a paragraph of plain text.

    >>> paragraph("a < b", "note").html
    '<p class="note">a &lt; b</p>'
    """
    mark = f' class="{kind}"' if kind else ""
    return Block(f"<p{mark}>{escape(text)}</p>")


def heading(text: str) -> Block:
    """Write a small heading."""
    return Block(f"<h4>{escape(text)}</h4>")


def bullets(items: Iterable[str], kind: str = "") -> Block:
    """Write a list; ``**bold**`` at the start of an item is its lead."""
    mark = f' class="{kind}"' if kind else ""
    return Block(f"<ul{mark}>{''.join(f'<li>{lead(item)}</li>' for item in items)}</ul>")


def lead(text: str) -> str:
    """Escape a text and set a part in front, between double stars, in bold.

    >>> lead("**One & all.** The rest")
    '<strong>One &amp; all.</strong> The rest'
    """
    if text.startswith("**") and "**" in text[2:]:
        bold, rest = text[2:].split("**", 1)
        return f"<strong>{escape(bold)}</strong>{escape(rest)}"
    return escape(text)


def cards(facts: Sequence[tuple[str, str]]) -> Block:
    """Write a row of large numbers, each with its word below."""
    inside = "".join(
        f'<div class="card"><div class="number">{escape(number)}</div>'
        f'<div class="word">{escape(word)}</div></div>'
        for number, word in facts
    )
    return Block(f'<div class="cards">{inside}</div>')


def definitions(pairs: Iterable[tuple[str, str]]) -> Block:
    """Write words with their meanings."""
    inside = "".join(f"<dt>{escape(term)}</dt><dd>{escape(text)}</dd>" for term, text in pairs)
    return Block(f"<dl>{inside}</dl>")


def table(
    frame: pd.DataFrame,
    names: Mapping[str, str],
    formats: Formats | None = None,
    *,
    index: str = "",
    last_is_total: bool = False,
) -> Block:
    """Write the named columns of a frame as a table that scrolls when it is wide.

    Parameters
    ----------
    frame : pandas.DataFrame
    names : mapping of str to str
        The columns to show, in order, with their heads.
    formats : mapping of str to callable, optional
        How to write the numbers of a column; other columns are text.
    index : str
        Head of the index's column.
    last_is_total : bool
        Set the last row apart.

    Examples
    --------
    >>> shown = table(pd.DataFrame({"n": [1]}, index=["<b>"]), {"n": "Number"}, {"n": str})
    >>> "&lt;b&gt;" in shown.html
    True
    """
    formats = formats or {}
    heads = [f'<th scope="col">{escape(index)}</th>']
    for column, name in names.items():
        mark = ' class="n"' if column in formats else ""
        heads.append(f'<th scope="col"{mark}>{escape(name)}</th>')
    rows = []
    for place, (label, row) in enumerate(frame[list(names)].iterrows()):
        cells = [f'<th scope="row">{escape(label)}</th>']
        for column, value in zip(names, row, strict=True):
            form = formats.get(column)
            text, mark = (form(value), ' class="n"') if form else (value, "")
            cells.append(f"<td{mark}>{escape(text)}</td>")
        total = ' class="total"' if last_is_total and place == len(frame) - 1 else ""
        rows.append(f"<tr{total}>{''.join(cells)}</tr>")
    return Block(
        f'<div class="scroll"><table><thead><tr>{"".join(heads)}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def figure(draw: Callable[[], object], caption: str) -> Block:
    """Draw a figure and embed it as a picture, with its caption as the text for every reader."""
    from centricity.plots._figures import collected

    with collected(dpi=130) as pictures:
        draw()
    images = "".join(
        f'<img alt="{escape(caption)}" src="data:image/png;base64,'
        f'{base64.b64encode(picture).decode("ascii")}">'
        for picture in pictures
    )
    return Block(f"<figure>{images}<figcaption>{escape(caption)}</figcaption></figure>")


def thumbnail(draw: Callable[[], Any], alt: str) -> Block:
    """Draw a figure small, for a page that holds many; its text is ``alt``."""
    from centricity import plots
    from centricity.plots._figures import collected

    with collected(dpi=200) as pictures:
        plots.audit.shrink(draw())
    return Block(
        f'<img alt="{escape(alt)}" src="data:image/png;base64,'
        f'{base64.b64encode(pictures[0]).decode("ascii")}">'
    )


def finding(one: Finding) -> Block:
    """Write a finding: number, sentence with evidence, picture, and what follows from it."""
    if one.picture is None:
        picture = f'<div class="none">No picture: {escape(one.no_picture)}.</div>'
    else:
        picture = thumbnail(one.picture, f"{one.title}. {one.number} {one.label}.").html
    return Block(
        f'<div class="finding"><div><div class="big">{escape(one.number)}</div>'
        f'<div class="word">{escape(one.label)}</div></div>'
        f"<div><h3>{escape(one.title)}</h3><p>{escape(one.says)}</p>"
        f'<p class="so"><strong>So what?</strong> {escape(one.so_what)}</p></div>'
        f'<div class="picture">{picture}</div></div>'
    )


def absent(reason: str) -> Block:
    """Say why there is nothing to show."""
    return paragraph(f"Not shown: {reason}.", "absent")
