"""What points buy: the reward catalogue, and paying with points."""

from dataclasses import dataclass

from centricity import _validate
from centricity.loyalty._rules import check_span, covers


@dataclass(frozen=True)
class Reward:
    """One entry of the reward catalogue.

    Parameters
    ----------
    name : str
    points : int
        Price in points, at least 1.
    face_value : float
        What the reward would cost a customer in the shop, in euros.
    marginal_cost : float
        What one more of it costs the firm, in euros. It has no default, because none is right for
        all: goods from the shelf cost what was paid for them, and a search believes what it is
        told, so that a forgotten cost would make the reward free.
    first, last : int, optional
        The periods of the simulation, both inclusive, in which it can be had; None leaves
        that end open.

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds, or the reward ends before it starts.

    Examples
    --------
    >>> Reward("free coffee", points=10, face_value=3.50, marginal_cost=0.60).value_per_point
    0.35
    >>> Reward("Advent box", 400, 6, 2, first=11, last=11).available(12)
    False
    """

    name: str
    points: int
    face_value: float
    marginal_cost: float
    first: int | None = None
    last: int | None = None

    def __post_init__(self) -> None:
        where = f"{type(self).__name__} '{self.name}'"
        if isinstance(self.points, int | float) and 0 < self.points < 1:
            raise _validate.problem(
                where,
                f"it costs {self.points:g} points",
                "No reward is cheaper than a point",
                "Raise its price, or let members earn fewer and larger points",
            )
        _validate.number(self.points, "points, the price,", where, minimum=1, whole=True)
        _validate.number(self.face_value, "face_value", where, minimum=0)
        _validate.number(self.marginal_cost, "marginal_cost", where, minimum=0)
        check_span(self.first, self.last, where)

    @property
    def value_per_point(self) -> float:
        """Face value of one point spent on this reward, in euros.

        Examples
        --------
        >>> Reward("pen", points=200, face_value=3, marginal_cost=1).value_per_point
        0.015
        """
        return self.face_value / self.points

    def available(self, period: int) -> bool:
        """Whether it can be had in a period.

        Examples
        --------
        >>> Reward("Easter egg", 50, 3, 1, first=3).available(2)
        False
        """
        return covers(self.first, self.last, period)


@dataclass(frozen=True)
class PayWithPoints(Reward):
    """Points as money: every ``points`` of them take ``face_value`` off the bill.

    A member takes as many steps at once as the balance allows, but never more than the bill.

    Parameters
    ----------
    name : str
    points : int
        Points in one step.
    face_value : float
        What one step takes off the bill, in euros; more than 0.
    marginal_cost : float
        What that costs the firm, in euros: ``face_value`` where the member would have paid the
        bill anyway (the whole bill is among the sales, so that its margin is counted already);
        less where the points bring more goods out of the shop, which cost the firm what it paid
        for them. As for any reward, there is no default.
    first, last : int, optional
        As in :class:`Reward`.

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds.

    Examples
    --------
    A hundred points are worth a euro at the till:

    >>> PayWithPoints("at the till", 100, face_value=1.0, marginal_cost=0.7).value_per_point
    0.01
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        where = f"PayWithPoints '{self.name}'"
        _validate.number(self.face_value, "face_value", where, minimum=0.01)
