"""A naming aid: from what sets a segment apart to a short plain name."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from centricity._validate import number, problem, require_columns, require_frame

LIKE_THE_REST = "like the rest"
# What a low and a high value of a feature is called.
WORDS: dict[str, tuple[str, str]] = {
    "orders": ("few orders", "many orders"),
    "frequency": ("seldom back", "often back"),
    "spend": ("low spend", "high spend"),
    "sales": ("low sales", "high sales"),
    "profit": ("low profit", "high profit"),
    "recency_days": ("lately", "long silent"),
    "basket": ("small orders", "large orders"),
    "sales_per_order": ("small orders", "large orders"),
    "monetary_value": ("small orders", "large orders"),
    "returns": ("few returns", "many returns"),
    "discount": ("little discount", "much discount"),
}
_HOW_MANY = {"few orders": "few", "many orders": "many"}
_HOW_LARGE = ("small orders", "large orders")


def names(
    profile: pd.DataFrame,
    *,
    categories: pd.DataFrame | None = None,
    most: int = 2,
    smallest: float = 0.2,
    words: Mapping[str, tuple[str, str]] | None = None,
) -> pd.Series:
    """Suggest a short plain name for each segment, by what sets it most apart.

    Parameters
    ----------
    profile : pandas.DataFrame
        From :func:`profile`.
    categories : pandas.DataFrame, optional
        From :func:`category_profile`, for the same segments.
    most : int
        How many features a name mentions; more only where two segments would share a name.
    smallest : float
        Least effect that is mentioned, in standard deviations (for categories Cohen's h); by
        default the smallest that Cohen calls an effect at all.
    words : mapping, optional
        How to call a low and a high value of a feature, such as
        ``{"visits": ("few visits", "many visits")}``; added to the built-in ones. Others become
        "low visits" and "high visits".

    Returns
    -------
    pandas.Series
        One name per segment, all different. "like the rest" where nothing reaches ``smallest``.

    Raises
    ------
    ValueError
        When a table isn't a profile, or the two are of other segments.
    TypeError
        When a table is no DataFrame, or words aren't pairs.

    Notes
    -----
    A name compares with the other customers: "many orders" is many for these. Where two segments
    differ from the rest in the same features the same way, further features are added, then "more
    so" to the one further off, then the segment's own label. It is an aid: people remember a name
    they chose, and the largest difference needn't be the one that matters.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["1", "2", "3"], ["orders", "basket", "recency_days"]],
    ...                                    names=["segment", "feature"])
    >>> table = pd.DataFrame({"effect": [1.9, -1.2, -0.9, -0.5, 0.1, 2.0, 0.1, 0.1, -0.1]}, index)
    >>> names(table, most=3).to_dict()
    {'1': 'many small orders, lately', '2': 'long silent, few orders', '3': 'like the rest'}
    """
    where = "names"
    most = int(number(most, "most", where, minimum=1, whole=True))
    number(smallest, "smallest", where, above=0)
    said = {**WORDS, **_pairs(words, where)}
    facts = _facts(profile, ["segment", "feature"], where)
    rows = [(s, _word(str(f), e, said), abs(e)) for s, f, e in facts.itertuples(index=False)]
    segments = list(dict.fromkeys(facts["segment"]))
    if categories is not None:
        more = _facts(categories, ["segment", "feature", "category"], where)
        if set(more["segment"]) != set(segments):
            raise problem(where, "profile and categories are of different segments",
                          "Both describe the same segments")  # fmt: skip
        rows += [(s, _kind(str(f), c, e), abs(e)) for s, f, c, e in more.itertuples(index=False)]
    large = sorted((row for row in rows if row[2] >= smallest), key=lambda row: -row[2])
    ranked = {name: [(word, size) for s, word, size in large if s == name] for name in segments}
    found = _unique(ranked, most)
    return pd.Series(found, pd.Index(segments, name="segment"), name="name")


def _facts(table: object, levels: list[str], where: str) -> pd.DataFrame:
    frame = require_frame(table, where)
    rule = "Names are made from the table of profile() or category_profile()"
    require_columns([str(c) for c in frame.columns], ["effect"], where, rule)
    if list(frame.index.names) != levels or frame.empty:
        raise problem(where, f"the index is {list(frame.index.names)} with {len(frame)} rows", rule)
    return frame[["effect"]].reset_index()


def _pairs(words: object, where: str) -> dict[str, tuple[str, str]]:
    """Check that each feature has a word for low and one for high."""
    given: dict[str, Any] = {} if words is None else {"": words}
    if isinstance(words, Mapping):
        given = {str(feature): pair for feature, pair in words.items()}
    for feature, pair in given.items():
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise problem(
                where, f"words for '{feature}' are {pair!r}" if feature else f"words are {words!r}",
                "Each feature has two: for a low value and for a high one",
                "Write words={'visits': ('few visits', 'many visits')}", error=TypeError,
            )  # fmt: skip
    return {feature: (str(low), str(high)) for feature, (low, high) in given.items()}


def _word(feature: str, effect: float, said: Mapping[str, tuple[str, str]]) -> str:
    plain = feature.replace("_", " ")
    low, high = said.get(feature, (f"low {plain}", f"high {plain}"))
    return high if effect > 0 else low


def _kind(feature: str, category: Hashable, effect: float) -> str:
    plain = feature.replace("_", " ")
    if isinstance(category, bool | np.bool_):
        return f"{'mostly' if bool(category) == (effect > 0) else 'seldom'} {plain}"
    return f"{'more' if effect > 0 else 'less'} {category}"


def _unique(ranked: dict[Hashable, list[tuple[str, float]]], most: int) -> list[str]:
    """Name each segment; where names are equal mention more, then say more."""
    count = dict.fromkeys(ranked, most)
    while True:
        named = {s: _join([w for w, _ in facts[: count[s]]]) for s, facts in ranked.items()}
        twins = [s for s in ranked if list(named.values()).count(named[s]) > 1]
        longer = [s for s in twins if count[s] < len(ranked[s])]
        if not longer:
            break
        for segment in longer:
            count[segment] += 1
    for name in dict.fromkeys(named[s] for s in twins):
        same = sorted((s for s in twins if named[s] == name),
                      key=lambda s: -sum(size for _, size in ranked[s]))  # fmt: skip
        if len(same) == 2 and name != LIKE_THE_REST and f"{name}, more so" not in named.values():
            named[same[0]] = f"{name}, more so"
        else:
            for segment in same:
                named[segment] = f"{name} ({segment})"
    return list(named.values())


def _join(words: list[str]) -> str:
    words = list(dict.fromkeys(words))
    if not words:
        return LIKE_THE_REST
    many = next((w for w in words if w in _HOW_MANY), None)
    large = next((w for w in words if w in _HOW_LARGE), None)
    if many and large:
        place = min(words.index(many), words.index(large))
        words = [w for w in words if w not in (many, large)]
        words.insert(place, f"{_HOW_MANY[many]} {large}")
    return ", ".join(words)
