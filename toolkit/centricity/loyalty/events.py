"""What may happen to a programme: a run on its points, its end, a cut in how long points live."""

from dataclasses import dataclass

from centricity import _validate


@dataclass(frozen=True)
class Run:
    """Everyone redeems: in one period all who hold enough active points take rewards.

    Customers who have left come back for it, and nobody waits for an order.

    Parameters
    ----------
    period : int

    Examples
    --------
    >>> Run(24)
    Run(period=24)
    """

    period: int

    def __post_init__(self) -> None:
        _validate.number(self.period, "period", "Run", minimum=0, whole=True)


@dataclass(frozen=True)
class Close:
    """The programme ends.

    From ``period`` on nobody joins, earns or rises. For ``notice`` periods points can still be
    redeemed; then what is left expires, the tiers end and the platform is switched off. Who
    loses points feels it as ``Behaviour.frustration`` says.

    Parameters
    ----------
    period : int
        When the end is announced.
    notice : int
        Periods from the announcement to the end; 0 = at once, without notice.
    rush : float
        Least chance that a member who orders and can afford a reward takes it during the
        notice, in [0, 1].
    refund : bool
        Whether members get back, pro rata to the cent, what they have paid for time after the
        end: of a fee of 60 for 12 periods, 35 where 7 of them are still to come. Customers who no
        longer buy get it too, if their membership has been paid for. False keeps the fees.

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds.

    Examples
    --------
    >>> Close(24, notice=3).end
    27
    """

    period: int
    notice: int = 0
    rush: float = 0.9
    refund: bool = False

    def __post_init__(self) -> None:
        _validate.number(self.period, "period", "Close", minimum=0, whole=True)
        _validate.number(self.notice, "notice", "Close", minimum=0, whole=True)
        _validate.number(self.rush, "rush", "Close", minimum=0, maximum=1)
        if not isinstance(self.refund, bool):
            raise _validate.problem(
                "Close",
                f"refund is {self.refund!r}, {_validate.a_type(self.refund)}",
                "It is True or False: what was paid for later goes back to members, or it does not",
                error=TypeError,
            )

    @property
    def end(self) -> int:
        """The first period without the programme.

        Examples
        --------
        >>> Close(24).end
        24
        """
        return self.period + self.notice


@dataclass(frozen=True)
class CutValidity:
    """Points live less long from now on, those already earned as well.

    Who loses points at the cut feels it as ``Behaviour.frustration`` says.

    Parameters
    ----------
    period : int
        When the new rule takes effect, without warning.
    validity : int
        The new validity in periods, less than the old one and more than ``pending``.

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds.

    Examples
    --------
    >>> CutValidity(24, validity=6)
    CutValidity(period=24, validity=6)
    """

    period: int
    validity: int

    def __post_init__(self) -> None:
        _validate.number(self.period, "period", "CutValidity", minimum=0, whole=True)
        _validate.number(self.validity, "validity", "CutValidity", minimum=1, whole=True)


Event = Run | Close | CutValidity
EVENTS = (Run, Close, CutValidity)
