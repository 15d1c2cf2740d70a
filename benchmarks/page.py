"""Turn rows into text: the table on the screen, RESULTS.md, and the README's part of it."""

import re

START, END = "<!-- bench:start, written by make bench -->", "<!-- bench:end -->"
HEAD = ("what", "ours", "theirs", "ratio", "CPU ratio", "promised", "peak memory, ours / theirs")


def amount(value, unit="s"):
    """Write three digits with a unit that suits them."""
    if value is None:
        return "–"
    if unit == "s" and value < 1:
        return f"{value * 1000:.3g} ms"
    if unit == "GB" and value < 1:
        return f"{value * 1000:.0f} MB"
    return f"{value:,.3g} {unit}" if value < 1000 else f"{value:,.0f} {unit}"


def times(ratio):
    if ratio is None:
        return "–"
    return f"× {ratio:.2g}" if ratio < 10 else f"× {ratio:,.0f}"


def promise(row):
    """Write the target or limit, and whether it was kept."""
    if row.met is None:
        return "–"
    words = f"≥ × {round(row.target, 2):g}" if row.target else f"< {amount(row.limit, row.unit)}"
    share = f" ({row.ours / row.limit:.0%} of it)" if row.limit else ""
    return f"{words}: {'kept' if row.met else 'MISSED'}{share}"


def cells(row):
    """Return the cells of one row as text."""
    peer = f" ({row.peer})" if row.theirs is not None else ""
    memory = amount(row.memory_ours, "GB")
    if row.memory_theirs is not None:
        memory += f" / {amount(row.memory_theirs, 'GB')}"
    return (
        row.what,
        amount(row.ours, row.unit),
        amount(row.theirs, row.unit) + peer,
        times(row.ratio),
        times(row.cpu_ratio),
        promise(row),
        memory,
    )


def text(rows):
    """Lay rows out in columns for a terminal."""
    lines = [HEAD, *map(cells, rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(HEAD))]
    return "\n".join(
        "  ".join(
            part.ljust(width) if HEAD[k] in ("what", "promised") else part.rjust(width)
            for k, (part, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def markdown(rows):
    """Lay rows out as a Markdown table."""
    lines = [HEAD, ("---", *["--:"] * 4, "---", "--:"), *map(cells, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def block(rows, conditions):
    """The part that RESULTS.md and README.md share, between its markers."""
    headline = markdown([row for row in rows if row.headline])
    return f"{START}\n{headline}\n\n{conditions}\n{END}"


def between(page):
    """Find the shared part of a page, markers included."""
    found = re.findall(f"{re.escape(START)}.*?{re.escape(END)}", page, flags=re.DOTALL)
    if len(found) != 1:
        raise SystemExit(f"bench: expected one marked part in the page, found {len(found)}.")
    return found[0]


def replaced(page, new):
    return page.replace(between(page), new)
