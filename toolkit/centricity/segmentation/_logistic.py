"""Logistic regression on the columns of a design: fit, scores out of fold, coefficients."""

import warnings

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import problem
from centricity.clv.errors import ConvergenceError
from centricity.segmentation._design import Design

WIDEST = 12.0
"""Per standard deviation; a coefficient beyond has no end, whatever the optimiser says."""


def logit(X: Float, y: Float) -> tuple[Float, Float, bool]:
    """Fit, without a word: coefficients, their covariance, and whether the fit settled."""
    from statsmodels.discrete.discrete_model import Logit

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            fitted = Logit(y, X).fit(disp=0, maxiter=100)
            params, cov = np.asarray(fitted.params), np.asarray(fitted.cov_params())
            settled = bool(fitted.mle_retvals["converged"])
        except np.linalg.LinAlgError:
            return np.full(X.shape[1], np.nan), np.full((X.shape[1],) * 2, np.nan), False
    good = settled and bool(np.isfinite(params).all() and np.isfinite(cov).all())
    return params, cov, good


def fit_all(X: Float, y: Float, where: str) -> tuple[Float, Float]:
    """Fit to all customers, or raise where a coefficient has no end."""
    params, cov, good = logit(X, y)
    if not good or np.abs(params[1:]).max() > WIDEST:
        raise problem(
            where, "the features together separate the target perfectly or nearly so",
            "Coefficients that fit perfectly have no end",
            "Use fewer features, join rare categories, and check that each feature was known on "
            "day one", error=ConvergenceError,
        )  # fmt: skip
    return params, cov


def out_of_fold(X: Float, y: Float, folds: int, rng: np.random.Generator) -> tuple[Float, int]:
    """Score each part by a fit to the others; count the fits in which a coefficient had no end."""
    from sklearn.model_selection import StratifiedKFold

    parts = StratifiedKFold(folds, shuffle=True, random_state=int(rng.integers(2**31)))
    scores, rough = np.empty(len(y)), 0
    for train, test in parts.split(X, y):
        params, _, good = logit(X[train], y[train])
        if not np.isfinite(params).all():
            raise problem(
                "look_alikes",
                f"a fit to {len(train):,} of {len(y):,} customers found no coefficients",
                "Each part is scored by a fit to the others",
                "Use fewer folds, fewer features, or join rare categories",
                error=ConvergenceError,
            )
        scores[test] = chance(X[test] @ params)
        rough += not good or np.abs(params[1:]).max() > WIDEST
    return scores, rough


def chance(log_odds: Float) -> Float:
    """Turn log odds into probabilities.

    >>> chance(np.log(np.array([1.0, 3.0]))).round(6).tolist()
    [0.5, 0.75]
    """
    from scipy.special import expit

    return expit(log_odds)


def coefficient_table(design: Design, params: Float, cov: Float, level: float) -> pd.DataFrame:
    """Undo the standardising: only the constant mixes with the others."""
    from scipy.stats import norm

    back = np.diag(1 / design.scale)
    back[0, 1:] = -design.center[1:] / design.scale[1:]
    coef, error = back @ params, np.sqrt(np.diag(back @ cov @ back.T))
    z = norm.ppf(0.5 + level / 2)
    return pd.DataFrame(
        {"coef": coef, "std_error": error, "low": coef - z * error, "high": coef + z * error,
         "odds_ratio": np.exp(np.clip(coef, -700, 700)), "per_sd": params},
        index=pd.Index(design.terms, name="term"),
    )  # fmt: skip


def calibration_slope(scores: Float, y: Float) -> float:
    """Regress the outcome on the log odds of the scores (Cox 1958)."""
    p = np.clip(scores, 1e-9, 1 - 1e-9)
    odds = np.log(p / (1 - p))
    if np.ptp(odds) < 1e-9:
        return float("nan")
    params, _, good = logit(np.column_stack([np.ones(len(y)), odds]), y)
    return float(params[1]) if good else float("nan")
