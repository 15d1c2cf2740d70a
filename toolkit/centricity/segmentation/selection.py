"""How many segments, if any: stability under resampling, and separation beyond chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import RNG, Float
from centricity._validate import choice, number, problem
from centricity.segmentation.clusters import (
    METHODS,
    Clustering,
    check_k,
    fit_estimator,
    one_thread,
    silhouette,
)
from centricity.segmentation.reference import latent_correlation, reference_sample
from centricity.segmentation.scaling import fit_scaling, read_features

RESTARTS = 3


@dataclass(frozen=True)
class Choice:
    """What :func:`choose_k` found.

    Attributes
    ----------
    method : str
        "kmeans" or "mixture".
    k : int or None
        The number of segments, or None when there is no clear structure.
    verdict : str
        One sentence that says so, and why.
    table : pandas.DataFrame
        One row per k tried: ``silhouette``; ``bic`` (mixture only); ``separation``; its mean among
        data without segments, ``reference``, and the ``reference_limit`` to pass; ``stability``
        (mean adjusted Rand index), ``stability_low`` (its lowest tenth); ``stable`` and
        ``separated``, the two verdicts.
    stable_from : float
        The stability asked for.
    n : int
        Customers used.

    Examples
    --------
    Customers spread evenly over a square can be cut into any number of segments, and have none:

    >>> x, y = np.meshgrid(np.arange(10), np.arange(10))
    >>> square = pd.DataFrame({"x": x.ravel(), "y": y.ravel()})
    >>> found = choose_k(square, ks=[2, 3, 4], bootstraps=5, references=9, rng=1)
    >>> found.k, found.verdict[:19]
    (None, 'No clear structure:')
    >>> found.table["separated"].to_dict()
    {2: False, 3: False, 4: False}
    """

    method: str
    k: int | None
    verdict: str
    table: pd.DataFrame
    stable_from: float
    n: int


@one_thread()
def choose_k(
    features: pd.DataFrame,
    ks: Sequence[int] = (2, 3, 4, 5, 6),
    *,
    method: str = "kmeans",
    log: str | Sequence[str] = "auto",
    bootstraps: int = 20,
    references: int = 19,
    stable_from: float = 0.8,
    margin: float = 0.05,
    sample: int = 1_000,
    rng: RNG = None,
) -> Choice:
    r"""Look for a number of segments that is both stable and more separated than chance.

    Parameters
    ----------
    features : pandas.DataFrame
        One row per customer, at least two columns of numbers.
    ks : sequence of int
        Numbers of segments to try, each at least 2.
    method : {"kmeans", "mixture"}
        How to make segments.
    log : "auto" or sequence of str
        As for :func:`kmeans`.
    bootstraps : int
        Pairs of resampled data sets for the stability of each k.
    references : int
        Data sets without segments to compare with.
    stable_from : float
        The mean adjusted Rand index from which k counts as stable.
    margin : float
        How far separation must lie above the reference mean at least: with many customers a
        trifling difference is beyond chance, and still no reason to run three programmes.
    sample : int
        Customers used; more are thinned out at random.
    rng : numpy.random.Generator, int or None
        Randomness of starts, resampling and references.

    Returns
    -------
    Choice
        ``k`` (None when there is no clear structure), ``verdict``, ``table``.

    Raises
    ------
    ValueError
        As for :func:`kmeans`; also with a single feature, a k below 2, or k repeated.
    TypeError
        As for :func:`kmeans`.

    Notes
    -----
    *Stability.* Two bootstrap samples are drawn and clustered, each clustering assigns all the
    customers, and the adjusted Rand index (Hubert & Arabie 1985: 1 for equal partitions, 0 on
    average for unrelated ones) compares the two; ``stability`` is the mean over ``bootstraps``
    pairs (Dolnicar & Leisch 2010). Hennig (2007) does the same segment by segment: see
    :func:`segment_stability`.

    *Separation.* Stability isn't enough: one long cloud is cut in two at the same place each
    time, and a square into four. So separation is compared with what the same method finds in
    ``references`` data sets that have the marginal distribution of each feature and the rank
    correlations of the data, and no segments (a Gaussian copula), in the manner of the gap
    statistic (Tibshirani, Walther & Hastie 2001). Separation is the mean silhouette for k-means;
    for a mixture, the fall of the BIC from one component to k, per customer.

    *Rule.* k is *stable* if ``stability >= stable_from``. It is *separated* if it lies above the
    reference mean by more than ``margin`` and by more than c standard deviations of the references,
    c being the largest such deviation of any reference at any k: without segments that happens
    in about one data set in ``references + 1``. Among the k that are both, k-means takes the one
    furthest above its reference mean, a mixture the one of smallest BIC. If there is none, the
    verdict is "no clear structure", and any cut is as good as your use for it.

    A split that one feature shows by itself is in the references too, and so isn't found here: a
    histogram shows it, and :func:`tiers` with ``cuts`` makes it.

    Examples
    --------
    >>> rng = np.random.default_rng(5)
    >>> blobs = pd.DataFrame(rng.normal(size=(150, 2)), columns=["x", "y"])
    >>> blobs += np.repeat([[0, 0], [8, 0], [4, 7]], 50, axis=0)
    >>> choose_k(blobs, ks=[2, 3, 4], bootstraps=5, references=9, rng=5).k
    3
    """
    where = "choose_k"
    choice(method, "method", where, METHODS)
    values = _two_features(features, where)
    ks = _numbers_of_segments(ks, values, where)
    number(bootstraps, "bootstraps", where, minimum=1, whole=True)
    number(references, "references", where, minimum=2, whole=True)
    number(stable_from, "stable_from", where, minimum=0, maximum=1)
    number(margin, "margin", where, minimum=0)
    number(sample, "sample", where, minimum=50, whole=True)
    rng = np.random.default_rng(rng)
    scaled = fit_scaling(features, values, log, where).apply(values)
    if len(scaled) > sample:
        scaled = scaled[rng.choice(len(scaled), sample, replace=False)]
        check_k(scaled, max(ks), where)

    table = pd.DataFrame(
        [_measure(method, scaled, k, rng) for k in ks], index=pd.Index(ks, name="k")
    )
    latent = latent_correlation(scaled, rng)
    chance = np.array([
        [_measure(method, drawn, k, rng)["separation"] for k in ks]
        for drawn in (reference_sample(scaled, latent, rng) for _ in range(references))
    ])  # fmt: skip
    table["reference"], table["reference_limit"] = _limits(chance, margin)
    agreement = np.array([_agreement(method, scaled, k, bootstraps, rng) for k in ks])
    table["stability"] = agreement.mean(axis=1)
    table["stability_low"] = np.quantile(agreement, 0.1, axis=1)
    table["stable"] = table["stability"] >= stable_from
    table["separated"] = table["separation"] > table["reference_limit"]
    k, verdict = _verdict(method, table)
    return Choice(method, k, verdict, table, stable_from, len(scaled))


def _two_features(features: pd.DataFrame, where: str) -> Float:
    values = read_features(features, where)
    if values.shape[1] < 2:
        raise problem(
            where,
            "there is one feature",
            "Segments are looked for in how features go together, so at least two are needed",
            "Look at a histogram, and cut a single feature with tiers()",
        )
    return values


def _numbers_of_segments(ks: Sequence[int], values: Float, where: str) -> list[int]:
    if isinstance(ks, str) or not np.iterable(ks):
        raise problem(where, f"ks are {ks!r}", "They are a list of numbers of segments",
                      f"Write ks=[{ks}] to try one", error=TypeError)  # fmt: skip
    found = [int(number(k, "a k", where, minimum=2, whole=True)) for k in ks]
    if not found or len(set(found)) < len(found):
        raise problem(where, f"ks are {list(ks)}", "At least one k, and each only once")
    check_k(values, max(found), where)
    return sorted(found)


def _measure(method: str, scaled: Float, k: int, rng: np.random.Generator) -> dict[str, float]:
    fitted = fit_estimator(method, scaled, k, RESTARTS, rng)
    width = silhouette(scaled, fitted.predict(scaled), rng)
    if method == "kmeans":
        return {"silhouette": width, "separation": width}
    one = fit_estimator(method, scaled, 1, 1, rng).bic(scaled)
    bic = float(fitted.bic(scaled))
    return {"silhouette": width, "bic": bic, "separation": (one - bic) / len(scaled)}


def _limits(chance: Float, margin: float) -> tuple[Float, Float]:
    """Mean per k, and the limit that allows for the best of all k being looked at."""
    mean, spread = chance.mean(axis=0), chance.std(axis=0, ddof=1)
    farthest = ((chance - mean) / np.maximum(spread, 1e-12)).max()
    return mean, mean + np.maximum(margin, farthest * spread)


def _agreement(
    method: str, scaled: Float, k: int, pairs: int, rng: np.random.Generator
) -> list[float]:
    from sklearn.metrics import adjusted_rand_score

    return [
        float(adjusted_rand_score(_refit(method, scaled, k, rng), _refit(method, scaled, k, rng)))
        for _ in range(pairs)
    ]


def _refit(method: str, scaled: Float, k: int, rng: np.random.Generator) -> np.ndarray:
    """Cluster a bootstrap sample, and say where every customer falls."""
    rows = rng.integers(len(scaled), size=len(scaled))
    fitted: Any = fit_estimator(method, scaled[rows], k, RESTARTS, rng)
    return fitted.predict(scaled)


def _verdict(method: str, table: pd.DataFrame) -> tuple[int | None, str]:
    good = table[table["stable"] & table["separated"]]
    if len(good):
        above = good["separation"] - good["reference"] if method == "kmeans" else -good["bic"]
        k = int(good.index[int(above.to_numpy().argmax())])
        row = good.loc[k]
        return k, (
            f"{k} segments: re-fits agree (adjusted Rand index {row['stability']:.2f}), and "
            f"separation is {row['separation']:.2f} where data without segments give "
            f"{row['reference']:.2f}."
        )
    stable = _list(table.index[table["stable"]])
    separated = _list(table.index[table["separated"]])
    chance = "more separated than the features' own distributions and correlations explain"
    if stable and separated:
        why = f"k = {stable} stable, k = {separated} {chance}, but none is both"
    elif stable:
        why = f"k = {stable} stable, but no k is {chance}"
    elif separated:
        why = f"k = {separated} {chance}, but no k is stable under resampling"
    else:
        why = f"no k is stable under resampling, and none is {chance}"
    return None, f"No clear structure: {why}. Cut by use (tiers, life stages), not by clustering."


def _list(ks: pd.Index) -> str:
    return ", ".join(str(k) for k in ks)


@one_thread()
def segment_stability(
    features: pd.DataFrame, clustering: Clustering, *, bootstraps: int = 50, rng: RNG = None
) -> pd.Series:
    """Measure how well each segment survives when the customers are drawn again.

    Parameters
    ----------
    features : pandas.DataFrame
        The features that the clustering was made from.
    clustering : Clustering
        From :func:`kmeans` or :func:`mixture`.
    bootstraps : int
        Resampled data sets.
    rng : numpy.random.Generator, int or None
        Randomness of resampling and starts.

    Returns
    -------
    pandas.Series
        Mean Jaccard index of each segment with its best match in the re-fits, 0 to 1.

    Raises
    ------
    ValueError
        As for :func:`kmeans`, and when the customers are not those of the clustering.

    Notes
    -----
    Hennig (2007): the customers of the segment who are in the bootstrap sample are compared with
    each new cluster there, by the size of the overlap over the size of the union, and the best is
    taken. In his reading a segment below 0.6 should not be trusted, 0.75 is a valid one, 0.85 a
    highly stable one; 0.5 is where it has dissolved.

    Examples
    --------
    >>> table = pd.DataFrame({"x": [0, 1, 2, 50, 51, 52] * 5, "y": [0, 2, 1, 9, 8, 7] * 5})
    >>> from centricity.segmentation import kmeans
    >>> segment_stability(table, kmeans(table, 2, rng=1), bootstraps=10, rng=1).to_list()
    [1.0, 1.0]
    """
    where = "segment_stability"
    values = read_features(features, where)
    if not features.index.equals(clustering.labels.index):
        raise problem(
            where,
            f"the index of {len(features):,} customers is not that of the clustering",
            "Stability is measured on the customers that the segments were made from",
        )
    number(bootstraps, "bootstraps", where, minimum=1, whole=True)
    rng = np.random.default_rng(rng)
    scaled = clustering.scaling.apply(values)
    labels = clustering.labels.to_numpy()
    found = np.full((bootstraps, clustering.k), np.nan)
    for row in found:
        drawn = rng.integers(len(scaled), size=len(scaled))
        fitted = fit_estimator(clustering.method, scaled[drawn], clustering.k, RESTARTS, rng)
        drawn = np.unique(drawn)
        row[:] = _best_jaccard(labels[drawn], fitted.predict(scaled[drawn]), clustering.k)
    index = clustering.sizes.index
    return pd.Series(np.nanmean(found, axis=0), index=index, name="jaccard")


def _best_jaccard(before: np.ndarray, after: np.ndarray, k: int) -> Float:
    """Best Jaccard index of segments 1 to k; a segment with nobody drawn counts as lost."""
    best = np.zeros(k)
    for segment in range(1, k + 1):
        mine = before == segment
        for cluster in np.unique(after):
            other = after == cluster
            union = (mine | other).sum()
            best[segment - 1] = max(best[segment - 1], (mine & other).sum() / union)
    return best
