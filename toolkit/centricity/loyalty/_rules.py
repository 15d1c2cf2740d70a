"""Input checks that several rules of a programme share."""

from centricity import _validate


def check_span(first: int | None, last: int | None, where: str) -> None:
    """Check the periods, both inclusive, in which something is offered."""
    if first is not None:
        _validate.number(first, "first", where, minimum=0, whole=True)
    if last is not None:
        _validate.number(last, "last", where, minimum=0, whole=True)
    if first is not None and last is not None and last < first:
        raise _validate.problem(
            where,
            f"it ends in period {last} and starts in period {first}",
            "What is offered for a time ends after it starts",
            "Swap first and last",
        )


def covers(first: int | None, last: int | None, period: int) -> bool:
    """Say whether a period lies within a span; None leaves that end open.

    >>> covers(3, None, 2), covers(3, None, 3), covers(None, 4, 5)
    (False, True, False)
    """
    return (first is None or period >= first) and (last is None or period <= last)


def overlaps(first: int | None, last: int | None, periods: range) -> bool:
    """Say whether any of some periods lies within a span; None leaves that end open.

    >>> overlaps(3, None, range(3)), overlaps(3, None, range(4)), overlaps(None, 4, range(5, 9))
    (False, True, False)
    """
    return any(covers(first, last, period) for period in periods)


def check_members_of(
    entries: object, name: str, kind: type, example: str, where: str, *, least: int = 1
) -> None:
    """Check that a rule is a tuple of the right things."""
    fine = (
        isinstance(entries, tuple)
        and len(entries) >= least
        and all(isinstance(entry, kind) for entry in entries)
    )
    if not fine:
        some = "at least one " if least else ""
        raise _validate.problem(
            where,
            f"{name} is {entries!r}",
            f"It must be a tuple of {some}{kind.__name__}",
            f"Write {name}=({example},)",
            error=TypeError,
        )


def check_names(names: list[str], what: str, where: str) -> None:
    """Check that no two things of one kind share a name."""
    if len(set(names)) < len(names):
        raise _validate.problem(
            where,
            f"the {what} are named {_validate.listing(names)}",
            f"Each of the {what} needs its own name",
        )
