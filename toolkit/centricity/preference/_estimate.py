"""Maximum likelihood of the conditional logit, by Newton on a concave function."""

from dataclasses import dataclass

import numpy as np

from centricity._typing import Float
from centricity._validate import problem
from centricity.clv.errors import ConvergenceError
from centricity.preference._tasks import Tasks

STEPS = 60
FLAT = 1e-7  # curvature per task, attributes scaled to one standard deviation


@dataclass(frozen=True)
class Estimate:
    """Weights, the two covariances, and the log-likelihood."""

    weights: Float
    cov: Float  # clustered by respondent where there are any
    independent: Float  # inverse of the information matrix
    loglike: float


def maximise(
    tasks: Tasks, within: Float, chosen: np.ndarray, *, clustered: bool, where: str
) -> Estimate:
    """Find the weights that make the choices most likely; raise where there are none."""
    scale = within.std(axis=0)
    scaled = Tasks(tasks.names, within / scale, tasks.rows, tasks.starts, tasks.sizes,
                   tasks.owner, tasks.labels)  # fmt: skip
    at, step = np.zeros(len(scale)), np.ones(len(scale))
    value = _loglike(scaled, chosen, at)
    for _ in range(STEPS):
        score, information = _derivatives(scaled, chosen, at)
        try:
            step = np.linalg.solve(information, score.sum(axis=0))
        except np.linalg.LinAlgError:
            break
        share, there = 1.0, _loglike(scaled, chosen, at + step)
        while there < value - 1e-9 * abs(value) and share > 1e-6:
            share /= 2
            there = _loglike(scaled, chosen, at + share * step)
        at, value = at + share * step, there
        if np.abs(step).max() < 1e-9:
            break
    else:
        step = np.ones(len(scale))
    score, information = _derivatives(scaled, chosen, at)
    # Where choices are predicted without error the weights grow for ever, and the curvature that
    # would pin them down dies out.
    flat = np.linalg.eigvalsh(information)[0] < FLAT * len(tasks.sizes)
    if flat or not np.abs(step).max() < 1e-9:
        worst = tasks.names[int(np.abs(at).argmax())]
        raise problem(
            where,
            f"the choices follow '{worst}', or something made of several attributes, without any "
            "exception",
            "Weights can be estimated only where the attributes do not tell every choice",
            "Ask more people or more tasks, drop the attribute, or merge levels that were always "
            "or never chosen",
            error=ConvergenceError,
        )
    bread = np.linalg.inv(information)
    bread = (bread + bread.T) / 2
    meat = _sandwich(bread, score, tasks.owner) if clustered else bread
    unit = np.outer(scale, scale)
    return Estimate(at / scale, meat / unit, bread / unit, value)


def _loglike(tasks: Tasks, chosen: np.ndarray, weights: Float) -> float:
    utility = tasks.x @ weights
    top = np.maximum.reduceat(utility, tasks.starts)
    odds = np.exp(utility - np.repeat(top, tasks.sizes))
    return float((utility[chosen] - top - np.log(np.add.reduceat(odds, tasks.starts))).sum())


def _derivatives(tasks: Tasks, chosen: np.ndarray, weights: Float) -> tuple[Float, Float]:
    """Score of each task, and the information matrix of all."""
    p = tasks.probabilities(weights)[:, None]
    mean = np.add.reduceat(p * tasks.x, tasks.starts)
    away = tasks.x - np.repeat(mean, tasks.sizes, axis=0)
    return away[chosen], (p * away).T @ away


def _sandwich(bread: Float, score: Float, owner: np.ndarray) -> Float:
    """Covariance that allows the choices of one respondent to hang together."""
    people = owner.max() + 1
    by_person = np.zeros((people, score.shape[1]))
    np.add.at(by_person, owner, score)
    by_person = by_person @ bread
    return by_person.T @ by_person * people / (people - 1)
