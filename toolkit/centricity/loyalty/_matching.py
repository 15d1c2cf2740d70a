"""One nearest neighbour for each member, with replacement, and an honest standard error."""

import numpy as np
from scipy.spatial import cKDTree

from centricity._typing import Float


def match(known: Float, sales: Float, others: Float, others_sales: Float) -> tuple[float, float]:
    """Return the mean difference between members and their nearest others, and its error.

    Parameters
    ----------
    known, others : array, customers × covariates
    sales, others_sales : array, customers

    Notes
    -----
    Distances are Euclidean in covariates of unit spread. Others at the same place share the
    weight of a match. The error is that of Abadie & Imbens (2006) for the effect on the
    treated; with ties, K is a sum of weights and K' one of their squares (Abadie, Drukker,
    Herr & Imbens, 2004).
    """
    spread = np.concatenate([known, others]).std(axis=0)
    spread[spread == 0] = 1.0
    places, place_of, crowd = np.unique(
        others / spread, axis=0, return_inverse=True, return_counts=True
    )
    place_of = place_of.ravel()
    mean = np.bincount(place_of, others_sales) / crowd
    nearest = cKDTree(places).query(known / spread)[1]
    effects = sales - mean[nearest]
    times = np.bincount(nearest, minlength=len(places))
    weight, squares = times / crowd, times / crowd**2
    noise = _local_variance(places, place_of, crowd, mean, others_sales)
    spread_of_effects = ((effects - effects.mean()) ** 2).sum()
    shared = ((weight**2 - squares) * crowd * noise).sum()
    return float(effects.mean()), float(np.sqrt(spread_of_effects + shared)) / len(sales)


def _local_variance(
    places: Float, place_of: np.ndarray, crowd: np.ndarray, mean: Float, sales: Float
) -> Float:
    """Return the variance of sales at each place: among those there, or with the next place."""
    inside = np.bincount(place_of, (sales - mean[place_of]) ** 2)
    noise = inside / np.maximum(crowd - 1, 1)
    if len(places) > 1:
        alone = np.flatnonzero(crowd == 1)
        other = cKDTree(places).query(places[alone], k=2)[1][:, 1]
        share = crowd[other] / (crowd[other] + 1)  # J / (J + 1) with J neighbours
        noise[alone] = share * (mean[alone] - mean[other]) ** 2
    return np.asarray(noise)
