"""How customers answer a higher price or less service: an assumption, written down."""

from dataclasses import dataclass

import numpy as np

from centricity._typing import ArrayOrFloat
from centricity._validate import number


@dataclass(frozen=True)
class Reaction:
    r"""Chance that an account leaves, and what it still buys when it stays.

    An assumption and no finding: ``base`` and ``price`` have no default on purpose. Where you can,
    estimate them from a price round given out by lot.

    Parameters
    ----------
    base : float
        Probability that an account leaves in a year in which nothing changes; between 0 and 1.
    price : float
        What a price rise adds to the log-odds of leaving, per unit of rise: with 10, a rise of
        10 % adds 1, which multiplies the odds by e. At least 0.
    service : float
        The same for service: per unit of the share that is taken away.
    elasticity : float
        Of those who stay: their volume is multiplied by (1 + rise) to the power −elasticity.
    unsure : float
        How little we know: standard deviation of the logarithm of ``price`` and ``service``,
        common to all accounts, used by :func:`simulate`.

    Raises
    ------
    ValueError
        When a number is outside its bounds.

    Notes
    -----
    With rise r and service share s taken away,

    .. math:: \operatorname{logit} p = \operatorname{logit}(base) + price\cdot r + service\cdot s.

    Examples
    --------
    >>> reaction = Reaction(base=0.05, price=10)
    >>> reaction.loss_probability(np.array([0.0, 0.1, 0.2])).round(3)
    array([0.05 , 0.125, 0.28 ])
    """

    base: float
    price: float
    service: float = 0.0
    elasticity: float = 0.0
    unsure: float = 0.0

    def __post_init__(self) -> None:
        number(self.base, "base", "Reaction", above=0, below=1)
        for name in ("price", "service", "elasticity", "unsure"):
            number(getattr(self, name), name, "Reaction", minimum=0)

    def loss_probability(
        self, rise: ArrayOrFloat, saving: ArrayOrFloat = 0.0, *, scale: ArrayOrFloat = 1.0
    ) -> np.ndarray:
        """Return the probability of leaving; ``scale`` multiplies both slopes."""
        pull = self.price * np.asarray(rise) + self.service * np.asarray(saving)
        odds = self.base / (1 - self.base) * np.exp(np.minimum(np.asarray(scale) * pull, 700.0))
        return odds / (1 + odds)

    def volume_kept(self, rise: ArrayOrFloat) -> np.ndarray:
        """Return what those who stay still buy, as a share of before."""
        return (1 + np.asarray(rise, dtype=float)) ** -self.elasticity
