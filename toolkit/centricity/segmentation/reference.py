"""Data that have the features' own distributions and correlations, but no segments."""

import numpy as np

from centricity._typing import Float

ROUNDS = 6
LEAST_DRAWS = 4_000


def latent_correlation(values: Float, rng: np.random.Generator) -> Float:
    """Find the normal correlations that give back the data's rank correlations.

    Ties weaken rank correlations, so the answer is found by drawing and correcting: values of
    shape (n, d) in, a correlation matrix (d, d) out.
    """
    target = _rank_correlation(values)
    noise = rng.standard_normal((max(LEAST_DRAWS, len(values)), values.shape[1]))
    latent = target.copy()
    for _ in range(ROUNDS):
        seen = _rank_correlation(_dress(noise @ _root(latent).T, values))
        latent = _correlation(np.clip(latent + target - seen, -0.999, 0.999))
    return latent


def reference_sample(values: Float, latent: Float, rng: np.random.Generator) -> Float:
    """Draw n rows from a Gaussian copula, each column holding exactly the values it holds now."""
    return _dress(rng.standard_normal(values.shape) @ _root(latent).T, values)


def _dress(normal: Float, values: Float) -> Float:
    """Give each normal column the distribution of the data's column, rank by rank."""
    ranks = normal.argsort(axis=0).argsort(axis=0)
    place = ranks * len(values) // len(normal)
    return np.take_along_axis(np.sort(values, axis=0), place, axis=0)


def _rank_correlation(values: Float) -> Float:
    from scipy.stats import rankdata

    return np.corrcoef(rankdata(values, axis=0), rowvar=False)


def _correlation(matrix: Float) -> Float:
    """Return the matrix with a unit diagonal and no eigenvalue below zero."""
    np.fill_diagonal(matrix, 1.0)
    size, direction = np.linalg.eigh(matrix)
    positive = (direction * np.maximum(size, 1e-9)) @ direction.T
    scale = np.sqrt(np.diag(positive))
    return positive / np.outer(scale, scale)


def _root(correlation: Float) -> Float:
    size, direction = np.linalg.eigh(correlation)
    return direction * np.sqrt(np.maximum(size, 0.0))
