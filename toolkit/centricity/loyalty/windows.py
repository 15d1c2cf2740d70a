"""Qualification windows: the stretch of time over which a member earns status."""

from dataclasses import dataclass

from centricity import _validate


@dataclass(frozen=True)
class Calendar:
    """The same window for everyone, such as the calendar year; it starts again from nothing.

    Parameters
    ----------
    periods : int
        Length of the window; 12 = a year of months.
    start : int
        Position of the simulation's period 0 in the window, 0 … periods − 1.

    Examples
    --------
    >>> year = Calendar(12, start=9)  # the simulation starts in October
    >>> [year.opens(period) for period in (2, 3, 4)]
    [False, True, False]
    >>> year.elapsed(0)  # ten of twelve months, this one included
    0.8333333333333334
    """

    periods: int = 12
    start: int = 0

    def __post_init__(self) -> None:
        _check_length(self.periods, "Calendar")
        _validate.number(self.start, "start", "Calendar", minimum=0, below=self.periods, whole=True)

    def position(self, period: int) -> int:
        """Place of a period in its window, 0 for the first.

        Examples
        --------
        >>> Calendar(12, start=9).position(4)
        1
        """
        return (period + self.start) % self.periods

    def opens(self, period: int) -> bool:
        """Whether a new window opens with this period (and the last one has closed).

        Examples
        --------
        >>> Calendar(12).opens(12)
        True
        """
        return self.position(period) == 0

    def elapsed(self, period: int) -> float:
        """Share of the window that has passed once this period is over, in (0, 1].

        Examples
        --------
        >>> Calendar(12).elapsed(5)
        0.5
        """
        return (self.position(period) + 1) / self.periods


@dataclass(frozen=True)
class Anniversary:
    """A window of one's own: it opens with the enrolment and again every ``periods`` later.

    Parameters
    ----------
    periods : int
        Length of the window; 12 = a year of months.

    Examples
    --------
    >>> Anniversary(12)
    Anniversary(periods=12)
    """

    periods: int = 12

    def __post_init__(self) -> None:
        _check_length(self.periods, "Anniversary")


@dataclass(frozen=True)
class Rolling:
    """The last ``periods`` periods, looked at afresh in every period.

    There is no common deadline: what was earned longest ago drops out, period by period.

    Parameters
    ----------
    periods : int
        Length of the window; 12 = the last twelve months.

    Examples
    --------
    >>> Rolling(12)
    Rolling(periods=12)
    """

    periods: int = 12

    def __post_init__(self) -> None:
        _check_length(self.periods, "Rolling")


def _check_length(periods: int, where: str) -> None:
    _validate.number(periods, "periods", where, minimum=1, whole=True)


Window = Calendar | Anniversary | Rolling
WINDOWS = (Calendar, Anniversary, Rolling)
