"""A promotion: more points for a while."""

from dataclasses import dataclass

from centricity import _validate
from centricity.loyalty._rules import check_span, covers


@dataclass(frozen=True)
class Campaign:
    """A time in which some or all members earn points faster (promotional earning).

    Parameters
    ----------
    name : str
    first, last : int
        The periods of the simulation, both inclusive, in which it runs.
    multiplier : float
        Points per usual point; 2 = double points. On top of the tier's multiplier. Where
        campaigns overlap, their multipliers multiply.
    tiers : tuple of str
        Names of the tiers whose members it is for; empty = all members.

    Raises
    ------
    ValueError, TypeError
        If it ends before it starts, or a number lies outside its bounds.

    Examples
    --------
    >>> Campaign("double points in May", first=4, last=4).runs(4)
    True
    """

    name: str
    first: int
    last: int
    multiplier: float = 2.0
    tiers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        where = f"Campaign '{self.name}'"
        _validate.number(self.first, "first", where, minimum=0, whole=True)
        _validate.number(self.last, "last", where, minimum=0, whole=True)
        check_span(self.first, self.last, where)
        _validate.number(self.multiplier, "multiplier", where, minimum=0)
        if not isinstance(self.tiers, tuple):
            raise _validate.problem(
                where,
                f"tiers is {self.tiers!r}",
                "It must be a tuple of tier names",
                'Write tiers=("gold",)',
                error=TypeError,
            )

    def runs(self, period: int) -> bool:
        """Whether it runs in a period.

        Examples
        --------
        >>> [Campaign("summer", first=5, last=6).runs(period) for period in (4, 5, 6, 7)]
        [False, True, True, False]
        """
        return covers(self.first, self.last, period)
