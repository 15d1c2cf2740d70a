"""How customers answer a higher price or less service: an assumption, written down."""

from dataclasses import dataclass

import numpy as np

from centricity._typing import ArrayOrFloat, Float
from centricity._validate import a_type, number, problem


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
        common to all accounts, used by :func:`simulate`; at most 5.

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
        for name in ("price", "service", "elasticity"):
            number(getattr(self, name), name, "Reaction", minimum=0)
        number(self.unsure, "unsure", "Reaction", minimum=0, maximum=5)

    def loss_probability(
        self, rise: ArrayOrFloat, saving: ArrayOrFloat = 0.0, *, scale: ArrayOrFloat = 1.0
    ) -> np.ndarray:
        """Return the probability of leaving within the year.

        Parameters
        ----------
        rise, saving : float or array
            Price rise (share, at least 0) and share of the service that is taken away (0 to 1).
        scale : float or array
            Multiplies both slopes; at least 0.

        Returns
        -------
        numpy.ndarray
            Probabilities, of the shape that the three give together.

        Raises
        ------
        ValueError
            When a number is outside its bounds, or not finite.

        Examples
        --------
        >>> reaction = Reaction(base=0.05, price=10, service=2)
        >>> [round(float(reaction.loss_probability(*what)), 3) for what in ((0, 0), (0.1, 0.25))]
        [0.05, 0.191]
        """
        where = "Reaction.loss_probability"
        rise, saving = _at_least_zero(rise, "rise", where), _at_least_zero(saving, "saving", where)
        if (saving > 1).any():
            raise problem(where, f"saving is {saving.max():g}", "It is a share from 0 to 1")
        pull = self.price * rise + self.service * saving
        scaled = np.minimum(_at_least_zero(scale, "scale", where) * pull, 700.0)
        odds = self.base / (1 - self.base) * np.exp(scaled)
        return odds / (1 + odds)

    def volume_kept(self, rise: ArrayOrFloat) -> np.ndarray:
        """Return what those who stay still buy after a price rise, as a share of before.

        Parameters
        ----------
        rise : float or array
            Price rise, a share of at least 0.

        Returns
        -------
        numpy.ndarray
            Above 0, at most 1.

        Raises
        ------
        ValueError
            When a rise is below zero, or not finite.

        Examples
        --------
        >>> round(float(Reaction(base=0.05, price=10, elasticity=0.5).volume_kept(0.21)), 3)
        0.909
        """
        rise = _at_least_zero(rise, "rise", "Reaction.volume_kept")
        return (1 + rise) ** -self.elasticity


def _at_least_zero(value: ArrayOrFloat, name: str, where: str) -> Float:
    """Return finite numbers of at least zero, or raise."""
    try:
        numbers = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise problem(
            where, f"{name} is {a_type(value)}", f"{name} is a number or an array of numbers",
            error=TypeError,
        ) from None  # fmt: skip
    bad = ~(np.isfinite(numbers) & (numbers >= 0))
    if bad.any():
        rule = "It is a share of at least 0, such as 0.1 for 10 %"
        raise problem(where, f"{name} is {numbers[bad].flat[0]:g}", rule)
    return numbers


def require_reaction(reaction: object, where: str) -> None:
    """Raise unless this is a Reaction."""
    if not isinstance(reaction, Reaction):
        raise problem(
            where, f"reaction is {a_type(reaction)}", "How customers answer is a Reaction",
            "For example Reaction(base=0.05, price=10); its numbers are your assumption",
            error=TypeError,
        )  # fmt: skip
