"""Clusters of like customers: k-means and Gaussian mixtures, on scikit-learn."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import RNG, Float
from centricity._validate import number, numeric_column, problem, require_columns, require_frame
from centricity.clv.errors import ConvergenceError
from centricity.segmentation.scaling import Scaling, fit_scaling, read_features

METHODS = ("kmeans", "mixture")
LARGEST_FOR_SILHOUETTE = 2_000
NARROWEST_VARIANCE = 0.01


@dataclass(frozen=True)
class Clustering:
    """Customers grouped into k segments by likeness.

    Attributes
    ----------
    method : str
        "kmeans" or "mixture".
    k : int
        Number of segments.
    labels : pandas.Series
        Segment of each customer, 1 to k. Segment 1 has the highest centre on the first feature,
        so that numbers don't change their meaning from run to run.
    centers : pandas.DataFrame
        One row per segment, in the features' own units. For a feature of which the logarithm was
        taken this is a geometric kind of mean, below the plain mean: a typical customer.
    sizes : pandas.Series
        Customers in each segment.
    silhouette : float
        Mean silhouette width on scaled features (Rousseeuw 1987), −1 to 1; measured on 2,000
        customers when there are more; missing for k = 1.
    score : float
        What the method made as small as it could: for k-means the sum of squared distances to
        the centres (scaled features), for a mixture the BIC.
    scaling : Scaling
        How features were scaled.
    probabilities : pandas.DataFrame or None
        For a mixture, the probability of each segment for each customer; None for k-means.

    Examples
    --------
    Two come often for little, two seldom for much:

    >>> table = pd.DataFrame({"visits": [20, 22, 1, 3], "basket": [5, 7, 60, 70]},
    ...                      index=list("ABCD"))
    >>> found = kmeans(table, 2, rng=1)
    >>> found.labels.to_dict()
    {'A': 1, 'B': 1, 'C': 2, 'D': 2}
    >>> found.centers.round(6).loc[2].to_dict()
    {'visits': 2.0, 'basket': 65.0}
    >>> found.silhouette > 0.8  # 1 is as far apart as can be
    True
    """

    method: str
    k: int
    labels: pd.Series = field(repr=False)
    centers: pd.DataFrame
    sizes: pd.Series
    silhouette: float
    score: float
    scaling: Scaling = field(repr=False)
    probabilities: pd.DataFrame | None = field(repr=False)
    _estimator: Any = field(repr=False, compare=False)
    _order: np.ndarray = field(repr=False, compare=False)

    def assign(self, features: pd.DataFrame) -> pd.Series:
        """Put other customers (or the same, a period later) into these segments, unchanged.

        Parameters
        ----------
        features : pandas.DataFrame
            The same columns, in the same units; one row is enough.

        Returns
        -------
        pandas.Series
            Segment 1 to k per customer, same index.

        Raises
        ------
        ValueError
            When a feature is missing, or a value is missing, infinite or, where a logarithm is
            taken, not above -1.
        TypeError
            When the features are no DataFrame or not numbers.

        Examples
        --------
        A new customer with 15 visits of 9 is like the frequent ones, not the others:

        >>> table = pd.DataFrame({"visits": [20, 22, 1, 3], "basket": [5, 7, 60, 70]})
        >>> found = kmeans(table, 2, rng=1)
        >>> found.assign(pd.DataFrame({"visits": [15], "basket": [9]}, index=["new"])).to_dict()
        {'new': 1}
        """
        where = "Clustering.assign"
        require_frame(features, where)
        names = list(self.scaling.features)
        require_columns([str(c) for c in features.columns], names, where, "Same features as before")
        values = np.column_stack([
            numeric_column(features, name, where, minimum=-1 if take else None)
            for name, take in zip(names, self.scaling.log, strict=True)
        ])  # fmt: skip
        found = self._estimator.predict(self.scaling.apply(values))
        return pd.Series(_renumber(found, self._order), index=features.index, name="segment")


def kmeans(
    features: pd.DataFrame,
    k: int,
    *,
    log: str | Sequence[str] = "auto",
    restarts: int = 10,
    rng: RNG = None,
) -> Clustering:
    """Group customers into k segments around k centres (k-means).

    Parameters
    ----------
    features : pandas.DataFrame
        One row per customer, one column per feature, all numbers.
    k : int
        Number of segments, at most the number of distinct rows.
    log : "auto" or sequence of str
        Features to take ``log(1 + x)`` of before standardising; "auto" takes those that are never
        below zero and have a skewness above 1, as spend and counts usually do.
    restarts : int
        Random starts, of which the best is kept.
    rng : numpy.random.Generator, int or None
        Randomness of the starts.

    Returns
    -------
    Clustering
        Labels, centres in original units, sizes, silhouette.

    Raises
    ------
    ValueError
        When a value is missing or infinite, a feature is constant, a customer has two rows, there
        is one customer only, or k exceeds the number of distinct rows.
    TypeError
        When the features are no DataFrame or not numbers.

    Notes
    -----
    Distance adds up unlike things (days, euros), so every feature is standardised to mean 0 and
    standard deviation 1, after the logarithm where it is skewed: otherwise the few largest
    customers become clusters of their own. K-means (Lloyd 1982; starts by Arthur & Vassilvitskii
    2007) looks for round clusters of like size, and *always* returns k of them, whether there is
    anything to find or not: see :func:`choose_k`.

    Examples
    --------
    >>> table = pd.DataFrame({"visits": [20, 22, 21, 1, 2, 3], "basket": [5, 6, 7, 60, 70, 65]},
    ...                      index=list("ABCDEF"))
    >>> found = kmeans(table, 2, rng=1)
    >>> found.labels.to_list()
    [1, 1, 1, 2, 2, 2]
    >>> found.centers.round(1)
             visits  basket
    segment
    1          21.0     6.0
    2           2.0    65.0
    """
    return _cluster("kmeans", features, k, log, restarts, rng)


def mixture(
    features: pd.DataFrame,
    k: int,
    *,
    log: str | Sequence[str] = "auto",
    restarts: int = 5,
    rng: RNG = None,
) -> Clustering:
    """Group customers into k segments as a mixture of k Gaussian kinds.

    Parameters
    ----------
    features, k, log, restarts, rng
        As for :func:`kmeans`.

    Returns
    -------
    Clustering
        With ``probabilities``: each customer belongs to each segment with some probability, and
        ``labels`` is the most probable one. ``score`` is the BIC: smaller is better.

    Raises
    ------
    ValueError
        As for :func:`kmeans`.
    TypeError
        As for :func:`kmeans`.
    ConvergenceError
        When the likelihood did not settle.

    Notes
    -----
    Each kind has its own size, centre and covariance, so segments may be large and small, long
    and tilted (EM; McLachlan & Peel 2000, chapter 3). The features are scaled as in
    :func:`kmeans`. No kind may be narrower than a tenth of a feature's standard deviation: a
    single point, such as "ordered once", would otherwise have infinite likelihood. A Gaussian
    mixture also needs several kinds to describe *one* crooked cloud; the BIC doesn't know whether
    kinds are segments.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> table = pd.DataFrame({"visits": np.r_[rng.normal(30, 2, 50), rng.normal(10, 2, 50)],
    ...                       "basket": np.r_[rng.normal(8, 1, 50), rng.normal(40, 5, 50)]})
    >>> found = mixture(table, 2, rng=1)
    >>> found.sizes.to_list()
    [50, 50]
    """
    return _cluster("mixture", features, k, log, restarts, rng)


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep the many small fits on one thread each: threads that wait for each other cost more."""
    import sklearn.cluster
    import sklearn.mixture  # noqa: F401  (the limit holds for what is loaded when it is set)
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        yield


@one_thread()
def _cluster(
    method: str, features: pd.DataFrame, k: int, log: str | Sequence[str], restarts: int, rng: RNG
) -> Clustering:
    values = read_features(features, method)
    k = int(number(k, "k", method, minimum=1, whole=True))
    restarts = int(number(restarts, "restarts", method, minimum=1, whole=True))
    check_k(values, k, method)
    scaling = fit_scaling(features, values, log, method)
    scaled = scaling.apply(values)
    rng = np.random.default_rng(rng)
    estimator = fit_estimator(method, scaled, k, restarts, rng)
    if method == "mixture" and not estimator.converged_:
        raise problem(
            method,
            f"the fit with k = {k} did not converge",
            "The likelihood must settle",
            "Use fewer segments, more restarts or fewer features",
            error=ConvergenceError,
        )
    middle = estimator.cluster_centers_ if method == "kmeans" else estimator.means_
    order = np.lexsort(middle.T[::-1])[::-1]
    found = _renumber(estimator.predict(scaled), order)
    segment = pd.RangeIndex(1, k + 1, name="segment")
    labels = pd.Series(found, index=features.index, name="segment")
    probabilities = None
    if method == "mixture":
        chances = estimator.predict_proba(scaled)[:, order]
        probabilities = pd.DataFrame(chances, index=features.index, columns=segment)
    return Clustering(
        method=method,
        k=k,
        labels=labels,
        centers=pd.DataFrame(scaling.undo(middle[order]), segment, list(scaling.features)),
        sizes=labels.value_counts().reindex(segment, fill_value=0).rename("customers"),
        silhouette=silhouette(scaled, found, rng),
        score=float(estimator.inertia_ if method == "kmeans" else estimator.bic(scaled)),
        scaling=scaling,
        probabilities=probabilities,
        _estimator=estimator,
        _order=order,
    )


def check_k(values: Float, k: int, where: str) -> None:
    """Raise when there are fewer distinct rows than segments."""
    distinct = len(np.unique(values, axis=0))
    if k > distinct:
        raise problem(
            where,
            f"k is {k} and there are {distinct:,} distinct rows among {len(values):,} customers",
            "Customers who are alike in every feature are in one segment",
            f"Use a k of at most {distinct:,}, or more features",
        )


def fit_estimator(
    method: str,
    scaled: Float,
    k: int,
    restarts: int,
    rng: np.random.Generator,
) -> Any:  # noqa: ANN401
    """Fit scikit-learn's estimator to scaled features; its verdict is read by the caller."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.mixture import GaussianMixture

    seed = int(rng.integers(2**31))
    if method == "kmeans":
        estimator = KMeans(k, n_init=restarts, random_state=seed)
    else:
        estimator = GaussianMixture(
            k, n_init=restarts, random_state=seed, reg_covar=NARROWEST_VARIANCE, max_iter=1_000
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return estimator.fit(scaled)


def silhouette(scaled: Float, labels: np.ndarray, rng: np.random.Generator) -> float:
    """Mean silhouette width, on a sample when there are many customers; NaN if undefined."""
    from sklearn.metrics import silhouette_score

    if len(scaled) > LARGEST_FOR_SILHOUETTE:
        rows = rng.choice(len(scaled), LARGEST_FOR_SILHOUETTE, replace=False)
        scaled, labels = scaled[rows], labels[rows]
    if not 2 <= len(np.unique(labels)) < len(scaled):
        return float("nan")
    return float(silhouette_score(scaled, labels))


def _renumber(found: np.ndarray, order: np.ndarray) -> np.ndarray:
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(1, len(order) + 1)
    return position[found]
