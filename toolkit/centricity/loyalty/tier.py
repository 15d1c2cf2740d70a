"""A status level and its privileges."""

from dataclasses import dataclass

from centricity import _validate


@dataclass(frozen=True)
class Tier:
    """A status level, held by members who qualify for it.

    Parameters
    ----------
    name : str
    threshold : float
        What must be reached inside one qualification window: euros, visits or base points,
        as ``Programme.qualify_by`` says. The lowest tier has threshold 0.
    multiplier : float
        Points earned per base point.
    cost : float
        Cost of the tier's privileges, in euros per member and period.
    hazard_cut : float
        Share by which the privileges cut the chance of leaving; 0 = no effect. Scaled by
        ``Behaviour.privileges``.
    rate_lift : float
        Share by which the privileges raise the purchase rate of a member whose whole wallet is
        elsewhere; 0 = no effect. Scaled by ``Behaviour.privileges`` and by the room that the
        share of wallet leaves.

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds.

    Examples
    --------
    >>> Tier("gold", 600, multiplier=2, cost=1.5, hazard_cut=0.1).rate_lift
    0.0
    """

    name: str
    threshold: float
    multiplier: float = 1.0
    cost: float = 0.0
    hazard_cut: float = 0.0
    rate_lift: float = 0.0

    def __post_init__(self) -> None:
        where = f"Tier '{self.name}'"
        _validate.number(self.threshold, "threshold", where, minimum=0)
        _validate.number(self.multiplier, "multiplier", where, minimum=0)
        _validate.number(self.cost, "cost", where, minimum=0)
        _validate.number(self.hazard_cut, "hazard_cut", where, minimum=0, maximum=1)
        _validate.number(self.rate_lift, "rate_lift", where, minimum=0, maximum=1)
