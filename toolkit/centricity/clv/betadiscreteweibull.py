"""The beta-discrete-Weibull model of Fader, Hardie, Liu, Davin & Steenburgh (2018)."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from centricity._typing import Float
from centricity.clv import _lifetime
from centricity.clv._contractual import ContractModel, Losses


@dataclass(frozen=True)
class BetaDiscreteWeibull(ContractModel):
    r"""Beta-discrete-Weibull: a coin of one's own at each renewal, whose odds may drift with age.

    A customer with coin :math:`\theta` is still there after t renewals with probability
    :math:`(1-\theta)^{t^c}`. With c above 1 each one grows likelier to leave with age, below 1 less
    likely; c = 1 is the shifted beta-geometric. Across customers, :math:`\theta` follows a beta
    distribution.

    Parameters
    ----------
    alpha, beta : float
        Beta distribution of :math:`\theta`.
    c : float
        Drift of one customer's odds with age: 1 for none.

    Notes
    -----
    What makes it fail. All customers share one c. Prices, seasons and events of the calendar are
    not in it. With few renewals, c and the spread of the coins can hardly be told apart.

    References
    ----------
    Fader, P. S., Hardie, B. G. S., Liu, Y., Davin, J., & Steenburgh, T. (2018). "How to project
    customer retention" revisited: the role of duration dependence. Journal of Interactive
    Marketing, 43, 1–16.

    Examples
    --------
    >>> fit = BetaDiscreteWeibull.fit([1000, 869, 743, 653, 593])
    >>> fit.params.round(2).to_dict()
    {'alpha': 0.26, 'beta': 1.72, 'c': 1.58}
    """

    alpha: float
    beta: float
    c: float

    @classmethod
    def _starts(cls, data: Losses) -> list[Float]:
        return [np.array(start) for start in ((0.5, 1.0, 1.2), (1.0, 3.0, 1.0), (0.3, 1.5, 2.0))]

    @classmethod
    def _log_survival(cls, params: Float, t: Float) -> tuple[Float, Float]:
        alpha, beta, c = params
        return log_survival(alpha, beta, c, t)

    def _lifetimes(self, customers: int, rng: np.random.Generator) -> tuple[Float, Float]:
        return lifetimes(self.alpha, self.beta, self.c, customers, rng)

    def _to_come(self, n: float) -> float:
        return _lifetime.undiscounted(self.alpha, self.beta, self.c, n)


def lifetimes(
    alpha: float, beta: float, c: float, customers: int, rng: np.random.Generator
) -> tuple[Float, Float]:
    """Draw each customer's coin θ, and the number of the renewal that is not made."""
    theta = rng.beta(alpha, beta, customers)
    # S(t | θ) = exp(t^c ln(1−θ)): the inverse of an exponential draw, rounded up.
    with np.errstate(divide="ignore", over="ignore"):
        age = (rng.exponential(1.0, customers) / -np.log1p(-theta)) ** (1 / c)
    return theta, np.maximum(np.ceil(age), 1.0)


def log_survival(alpha: float, beta: float, c: float, t: Float) -> tuple[Float, Float]:
    """Logarithm of S(t), ln B(α, β + t^c) − ln B(α, β), with derivatives by α, β, c."""
    power = t**c
    there = special.digamma(beta + power) - special.digamma(alpha + beta + power)
    here = special.digamma(beta) - special.digamma(alpha + beta)
    by_alpha = special.digamma(alpha + beta) - special.digamma(alpha + beta + power)
    by_c = there * power * np.log(np.where(t > 0, t, 1.0))
    value = special.betaln(alpha, beta + power) - special.betaln(alpha, beta)
    return value, np.array([by_alpha, there - here, by_c])
