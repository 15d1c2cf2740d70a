"""Who is who: missing ids, test accounts, ids alike to the eye, one person under two ids."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from centricity._validate import problem
from centricity.transactions._dates import MISSING

TEST_PATTERN = r"^(?:test|dummy)(?:[\W\d_]|$|user|account|customer|kunde|client|order)"
TestRule: TypeAlias = str | Collection[object] | Callable[[Any], Any] | bool | None
UNSEEN = r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+"
MAIL = re.compile(r"^(?:.*\W)?e?[-_ ]?mail(?:[-_ ]?address)?$", re.IGNORECASE)


def read_ids(column: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """Return ids as whole numbers or text, and where there is none."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        missing = ~np.isfinite(values)
        if pd.api.types.is_integer_dtype(column.dtype) and not missing.any():
            return pd.Series(column.to_numpy(dtype=np.int64)), missing
        if (values[~missing] == np.rint(values[~missing])).all():
            return pd.Series(np.where(missing, 0, values).astype(np.int64)), missing
    if isinstance(column.dtype, pd.StringDtype):
        plain = column.str.strip().str.lower().isin(MISSING).to_numpy(dtype=bool)
        return column.fillna("").astype("str"), plain | column.isna().to_numpy()
    codes, distinct = pd.factorize(column)
    texts = [_as_text(value) for value in distinct]
    none = np.array([text.strip().lower() in MISSING for text in texts], dtype=bool)
    missing = (codes < 0) | (none[codes] if len(texts) else False)
    ids = np.array([*texts, ""], dtype=object)[codes]
    return pd.Series(ids, dtype="str"), missing


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def test_rows(rule: TestRule, ids: pd.Series, frame: Any, mails: list[pd.Series]) -> np.ndarray:  # noqa: ANN401
    """Mark the rows of test accounts: by pattern, by list, or by the user's own function."""
    if rule is None or rule is False:
        return np.zeros(len(ids), dtype=bool)
    if callable(rule):
        marked = np.asarray(rule(frame))
        if marked.shape != (len(ids),) or marked.dtype != bool:
            raise problem(
                "clean",
                f"test_accounts returned {marked.dtype} of shape {marked.shape}",
                f"A function given as test_accounts= returns True or False for each of the "
                f"{len(ids):,} rows of the table",
                error=TypeError,
            )
        return marked
    if rule is True or isinstance(rule, str):
        pattern = _compile(TEST_PATTERN if rule is True else rule)
        found = _matching(ids, pattern)
        for mail in mails:
            found |= _matching(mail, pattern)
        return found
    return ids.astype("str").isin([str(one) for one in rule]).to_numpy()


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise problem(
            "clean", f"test_accounts is {pattern!r} ({error})",
            "Text given as test_accounts= is a regular expression",
            "For a list of ids write test_accounts=['id1', 'id2']",
        ) from None  # fmt: skip


def _matching(column: pd.Series, pattern: re.Pattern[str]) -> np.ndarray:
    codes, distinct = pd.factorize(column)
    hits = np.array([*(bool(pattern.search(str(v).strip())) for v in distinct), False])
    return hits[codes]


def is_mail_column(name: str) -> bool:
    """Tell whether a column holds e-mail addresses, by its name.

    >>> [is_mail_column(n) for n in ("email", "E-Mail", "customer_email", "mailing_cost")]
    [True, True, True, False]
    """
    return MAIL.match(name.replace("_", " ")) is not None


def apply_aliases(
    ids: pd.Series, aliases: Mapping[Any, Any] | None
) -> tuple[pd.Series, np.ndarray]:
    """Replace ids that the user says are other ids; return also the rows changed."""
    if not aliases:
        return ids, np.zeros(len(ids), dtype=bool)
    as_text = {str(old): str(new) for old, new in aliases.items()}
    for old in as_text:
        seen = {old}
        while as_text[old] in as_text and as_text[old] not in seen:
            seen.add(as_text[old])
            as_text[old] = as_text[as_text[old]]
    texts = ids.astype("str")
    changed = texts.isin(list(as_text)).to_numpy()
    merged = texts.where(~changed, texts.map(as_text))
    if ids.dtype.kind == "i" and merged.str.fullmatch(r"-?\d{1,18}").all():
        return merged.astype(np.int64), changed
    return (merged if changed.any() else ids), changed


def alike(ids: pd.Series) -> list[list[Any]]:
    """List groups of ids that differ only by what hardly anybody sees, the most used first.

    That is case, blanks of every kind, signs without width (a byte order mark in the middle of a
    file), and full-width letters as East Asian keyboards write them.
    """
    if ids.dtype.kind == "i":
        return []
    counts = ids.value_counts()
    frame = pd.DataFrame({"id": counts.index.to_numpy(), "n": counts.to_numpy()})
    plain = frame["id"].str.normalize("NFKC").str.replace(UNSEEN, "", regex=True)
    frame["key"] = plain.str.casefold()
    twice = frame[frame["key"].duplicated(keep=False)]
    twice = twice.sort_values(["n", "id"], ascending=[False, True])
    return _lists(twice["id"], twice["key"])


def same_people(ids: pd.Series, person: pd.Series, date: np.ndarray) -> list[list[Any]]:
    """List groups of ids tied by a common value of ``person``, the earliest customer first."""
    values, missing = read_ids(person.reset_index(drop=True))
    codes, names = pd.factorize(ids)
    pairs = pd.DataFrame({"id": codes, "person": pd.factorize(values)[0]})[~missing]
    pairs = pairs.drop_duplicates()
    shared = pairs[pairs["person"].duplicated(keep=False)]
    if shared.empty:
        return []
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(names)
    size = n + int(pairs["person"].max()) + 1
    links = coo_matrix(
        (np.ones(len(shared)), (shared["id"], n + shared["person"])), shape=(size, size)
    )
    _, label = connected_components(links, directed=False)
    tied = pd.DataFrame({"id": shared["id"].unique()})
    tied["group"] = label[tied["id"].to_numpy()]
    first = pd.Series(date).groupby(codes).min()
    tied["first"] = first.reindex(tied["id"]).to_numpy()
    tied["name"] = np.asarray(names)[tied["id"].to_numpy()]
    tied = tied.sort_values(["first", "name"])
    return sorted(group for group in _lists(tied["name"], tied["group"]) if len(group) > 1)


def _lists(names: pd.Series, group: pd.Series) -> list[list[Any]]:
    """List the names of each group, groups sorted, without a loop of pandas over them."""
    if names.empty:
        return []
    codes = pd.factorize(group, sort=True)[0]
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order])) + 1
    return [part.tolist() for part in np.split(names.to_numpy(dtype=object)[order], starts)]


def merge_groups(ids: pd.Series, groups: list[list[Any]]) -> tuple[pd.Series, np.ndarray]:
    """Give every id of a group the first one's name; return also the rows changed."""
    to = {other: group[0] for group in groups for other in group[1:]}
    changed = ids.isin(list(to)).to_numpy()
    return ids.where(~changed, ids.map(to)).astype(ids.dtype), changed
