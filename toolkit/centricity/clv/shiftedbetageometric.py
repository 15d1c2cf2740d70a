"""The shifted beta-geometric model of Fader & Hardie (2007)."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from centricity._typing import Float
from centricity.clv._contractual import ContractModel, Losses
from centricity.clv.betadiscreteweibull import lifetimes, log_survival


@dataclass(frozen=True)
class ShiftedBetaGeometric(ContractModel):
    r"""Shifted beta-geometric: at each renewal everyone tosses a coin of their own.

    At the end of every period a customer leaves with a probability :math:`\theta` of their own,
    which never changes. Across customers, :math:`\theta` follows a beta distribution. Nobody grows
    more loyal, yet the retention rate of a cohort rises, because those who leave easily go first.

    Parameters
    ----------
    alpha, beta : float
        Beta distribution of :math:`\theta`; its mean, the loss at the first renewal, is
        alpha/(alpha + beta). The smaller both are, the more unequal the customers.

    Notes
    -----
    What makes it fail. A customer's odds of leaving do not change with age (the
    beta-discrete-Weibull mends this). Prices, seasons and events of the calendar are not in it, and
    all customers come from one distribution: two cohorts of different quality need two fits.

    References
    ----------
    Fader, P. S., & Hardie, B. G. S. (2007). How to project customer retention. Journal of
    Interactive Marketing, 21(1), 76–90. Equations (5) to (8).

    Fader, P. S., & Hardie, B. G. S. (2010). Customer-base valuation in a contractual setting: the
    perils of ignoring heterogeneity. Marketing Science, 29(1), 85–93.

    Examples
    --------
    >>> fit = ShiftedBetaGeometric.fit([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> fit.params.round(3).to_dict()
    {'alpha': 0.668, 'beta': 3.806}
    >>> float(fit.model.survival(12).round(3))  # five years later it was .394
    0.378
    """

    remedy: ClassVar[str] = (
        "Use more renewals or more cohorts. Where the retention rate does not rise with age, all "
        "customers may be alike, or grow likelier to leave: try the beta-discrete-Weibull"
    )

    alpha: float
    beta: float

    @classmethod
    def _starts(cls, data: Losses) -> list[Float]:
        return [np.array(start) for start in ((1.0, 2.0), (0.5, 0.5), (1.0, 10.0))]

    @classmethod
    def _log_survival(cls, params: Float, t: Float) -> tuple[Float, Float]:
        alpha, beta = params
        value, gradient = log_survival(alpha, beta, 1.0, t)
        return value, gradient[:2]

    def _lifetimes(self, customers: int, rng: np.random.Generator) -> tuple[Float, Float]:
        return lifetimes(self.alpha, self.beta, 1.0, customers, rng)

    def _to_come(self, n: float) -> float:
        # The mean of (1 − θ)/θ under Beta(α, β + n), which is θ's distribution after n renewals.
        return (self.beta + n) / (self.alpha - 1) if self.alpha > 1 else float("inf")
