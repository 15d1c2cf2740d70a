"""Who becomes a member: open and closed enrolment, and the fee."""

from dataclasses import dataclass

from centricity import _validate


@dataclass(frozen=True)
class Open:
    r"""Anyone may join; joining is a choice, and likelier for heavy buyers.

    A customer with purchase rate :math:`\lambda` (orders per period) is of the joining kind
    with odds :math:`\frac{p}{1-p}\,\lambda^{s}`, where p is ``share`` and s is ``selection``.
    With s = 0 joining says nothing about the buyer; the larger s, the deeper the
    self-selection trap of comparing members with non-members.

    Parameters
    ----------
    share : float
        Chance of joining of a customer with one order per period, in [0, 1].
    selection : float
        How steeply the odds of joining rise with the purchase rate, at least 0.
    pace : float
        Share of those of the joining kind, not yet members, who join in each period from the
        launch on, in (0, 1]; 1 = all of them at once.

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds.

    Examples
    --------
    >>> Open(share=0.4, selection=1.5)
    Open(share=0.4, selection=1.5, pace=1.0)
    """

    share: float = 0.5
    selection: float = 1.0
    pace: float = 1.0

    def __post_init__(self) -> None:
        _validate.number(self.share, "share", "Open", minimum=0, maximum=1)
        _validate.number(self.selection, "selection", "Open", minimum=0)
        _validate.number(self.pace, "pace", "Open", above=0, maximum=1)


@dataclass(frozen=True)
class Closed:
    """By invitation: who has bought for ``minimum`` euros of late is asked, and may accept.

    Parameters
    ----------
    minimum : float
        Euros of sales in the last ``periods`` periods, before the present one, that earn an
        invitation; looked at in every period from the launch on.
    periods : int
        How far the firm looks back, at least 1.
    share : float
        Share of customers who accept when they are first invited, in [0, 1]; the others never
        do.

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds.

    Examples
    --------
    >>> Closed(minimum=500)
    Closed(minimum=500, periods=12, share=1.0)
    """

    minimum: float
    periods: int = 12
    share: float = 1.0

    def __post_init__(self) -> None:
        _validate.number(self.minimum, "minimum", "Closed", minimum=0)
        _validate.number(self.periods, "periods", "Closed", minimum=1, whole=True)
        _validate.number(self.share, "share", "Closed", minimum=0, maximum=1)


@dataclass(frozen=True)
class Fee:
    """What membership costs the member: paid on joining and again for every new term.

    Parameters
    ----------
    amount : float
        Euros for one term.
    periods : int
        Length of a term.
    renewal : float
        Chance that a member who is still a customer renews when a term ends, in [0, 1]. Who
        does not renew earns, redeems and holds no tier any more; the points stay on the account
        until they expire.

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds.

    Examples
    --------
    >>> Fee(49.0)
    Fee(amount=49.0, periods=12, renewal=0.85)
    """

    amount: float
    periods: int = 12
    renewal: float = 0.85

    def __post_init__(self) -> None:
        _validate.number(self.amount, "amount", "Fee", minimum=0)
        _validate.number(self.periods, "periods", "Fee", minimum=1, whole=True)
        _validate.number(self.renewal, "renewal", "Fee", minimum=0, maximum=1)


Enrolment = Open | Closed
