"""Input checks, and the one way in which this toolkit words an error.

Every message has four parts: where it happened; what, how many and which; the rule; the remedy.

>>> raise problem("summarize", "'date' is missing in 3 of 6,919 rows", "Every order needs a date",
...               "Use transactions.clean(log) to set such rows aside with a report")
Traceback (most recent call last):
ValueError: summarize: 'date' is missing in 3 of 6,919 rows. Every order needs a date. \
Use transactions.clean(log) to set such rows aside with a report.
"""

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

import numpy as np
import pandas as pd

E = TypeVar("E", bound=Exception)


def problem(
    where: str,
    what: str,
    rule: str,
    remedy: str = "",
    error: type[E] = ValueError,  # type: ignore[assignment]
) -> E:
    """Build (not raise) an error in the house's wording."""
    sentences = [part.rstrip(". ") + "." for part in (what, rule, remedy) if part]
    return error(f"{where}: {' '.join(sentences)}")


def which(mask: np.ndarray | pd.Series, noun: str = "rows", most: int = 3) -> str:
    """Say how many and which entries of a mask are true.

    >>> which(np.array([False, True, True, False]))
    '2 of 4 rows (first: rows 1, 2)'
    >>> which(pd.Series([True], index=["C07"]), noun="customers")
    '1 of 1 customers (first: customers C07)'
    """
    labels = mask.index if isinstance(mask, pd.Series) else np.arange(len(mask))
    hits = np.flatnonzero(np.asarray(mask))
    first = ", ".join(str(labels[i]) for i in hits[:most])
    return f"{len(hits):,} of {len(labels):,} {noun} (first: {noun} {first})"


def a_type(value: object) -> str:
    """Name the type of a value, with its article.

    >>> a_type(3), a_type("x")
    ('an int', 'a str')
    """
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def listing(names: Iterable[object]) -> str:
    """Quote names and join them with commas.

    >>> listing(["a", "b"])
    "'a', 'b'"
    """
    return ", ".join(f"'{name}'" for name in names)


def did_you_mean(name: str, names: Collection[str]) -> str:
    """Suggest the nearest existing name, or list what exists.

    >>> did_you_mean("dat", ["date", "amount"])
    "Did you mean 'date'? There are: 'date', 'amount'"
    """
    lowered = {str(n).lower(): str(n) for n in names}
    near = difflib.get_close_matches(str(name).lower(), list(lowered), n=1)
    hint = f"Did you mean '{lowered[near[0]]}'? " if near else ""
    return f"{hint}There are: {listing(names)}"


def refuse_arguments(
    where: str,
    unnamed: Collection[Any],
    named: Mapping[str, Any],
    takes: str,
    known: Mapping[str, str],
) -> None:
    """Raise a TypeError for arguments that a function does not take.

    ``known`` holds what to do in place of some of them, by name.

    >>> refuse_arguments("summarize", (), {"freq": "W"}, "It takes a log", {"freq": "Say unit"})
    Traceback (most recent call last):
    TypeError: summarize: there is no argument 'freq'. It takes a log. Say unit.
    """
    for name in named:
        says = f"there is no argument '{name}'"
        raise problem(where, says, takes, known.get(name, ""), TypeError)
    if unnamed:
        says = f"{len(unnamed) + 1} arguments were given without a name"
        raise problem(where, says, takes, error=TypeError)


def require_columns(present: Collection[str], needed: Iterable[str], where: str, rule: str) -> None:
    """Raise a ValueError naming every column that is needed and absent."""
    present = list(present)
    missing = [name for name in needed if name not in present]
    if missing:
        noun = "column" if len(missing) == 1 else "columns"
        raise problem(
            where,
            f"the {noun} {listing(missing)} {'is' if len(missing) == 1 else 'are'} missing",
            rule,
            did_you_mean(missing[0], present),
        )


def require_frame(data: object, where: str) -> pd.DataFrame:
    """Return a pandas DataFrame or raise a TypeError that says what came instead."""
    if isinstance(data, pd.DataFrame):
        return data
    rule = "This function takes a pandas DataFrame"
    if not any(hasattr(data, way) for way in ("to_pandas", "df", "collect")):
        remedy = "Make one, for example with pandas.DataFrame(...)"
        raise problem(where, f"{a_type(data)} was given", rule, remedy, TypeError)
    library = type(data).__module__.partition(".")[0]
    says = f"a {library} {type(data).__name__} was given"
    remedy = "Convert it first, for example with .to_pandas() or .df()"
    raise problem(where, says, rule, remedy, TypeError)


def numeric_column(
    frame: pd.DataFrame,
    name: str,
    where: str,
    *,
    minimum: float | None = None,
    whole: bool = False,
    noun: str = "customers",
) -> np.ndarray:
    """Return a column as finite float64, or raise an error that counts and names the rows.

    Booleans and text are refused; ``minimum`` is inclusive.
    """
    column = frame[name]
    types = pd.api.types
    real = types.is_numeric_dtype(column) and not types.is_complex_dtype(column)
    if not real or types.is_bool_dtype(column):
        raise problem(
            where,
            f"'{name}' has dtype {column.dtype}",
            f"'{name}' must hold numbers",
            "Convert it first, for example with pandas.to_numeric",
            error=TypeError,
        )
    values = column.to_numpy(dtype=float, na_value=np.nan)
    checks = [(~np.isfinite(values), "missing or infinite", f"'{name}' must be a finite number")]
    if minimum is not None:
        checks.append((values < minimum, f"below {minimum:g}", f"'{name}' is at least {minimum:g}"))
    if whole:
        checks.append((values != np.round(values), "not a whole number", f"'{name}' is a count"))
    for bad, says, rule in checks:
        if bad.any():
            seen = which(pd.Series(bad, index=frame.index), noun=noun)
            raise problem(
                where, f"'{name}' is {says} in {seen}", rule, "Correct these rows or leave them out"
            )
    return values


def number(
    value: object,
    name: str,
    where: str,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    above: float | None = None,
    below: float | None = None,
    whole: bool = False,
) -> float:
    """Return a finite number inside its bounds, or raise.

    ``minimum`` and ``maximum`` are inclusive, ``above`` and ``below`` exclusive.

    >>> number(0.1, "discount_rate", "clv.value", minimum=0)
    0.1
    >>> number(-1, "discount_rate", "clv.value", minimum=0)
    Traceback (most recent call last):
    ValueError: clv.value: discount_rate is -1. It must be a number of at least 0.
    """
    bounds: Mapping[str, float | None] = {
        "of at least": minimum,
        "of at most": maximum,
        "above": above,
        "below": below,
    }
    said = " and ".join(f"{word} {bound:g}" for word, bound in bounds.items() if bound is not None)
    kind = "a whole number" if whole else "a number"
    rule = f"It must be {kind}{' ' + said if said else ''}"
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise problem(where, f"{name} is {value!r}, {a_type(value)}", rule, error=TypeError)
    result = float(value)
    inside = (
        np.isfinite(result)
        and (minimum is None or result >= minimum)
        and (maximum is None or result <= maximum)
        and (above is None or result > above)
        and (below is None or result < below)
        and (not whole or result == round(result))
    )
    if not inside:
        raise problem(where, f"{name} is {value}", rule)
    return result


def choice(value: Any, name: str, where: str, options: Collection[str]) -> str:  # noqa: ANN401
    """Return a value that is one of the options, or raise with the nearest one.

    >>> choice("W", "unit", "summarize", ["D", "W"])
    'W'
    """
    if value not in options:
        raise problem(
            where,
            f"{name} is {value!r}",
            f"{name} is one of a fixed list",
            did_you_mean(str(value), options),
        )
    return str(value)
