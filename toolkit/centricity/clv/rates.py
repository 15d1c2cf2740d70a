"""Interest rates, from a year to the time unit of a table."""

from centricity._validate import number
from centricity.transactions import UNITS
from centricity.transactions._in_engine import check_unit


def per_period_rate(annual: float, *, unit: str = "W") -> float:
    """Effective rate per time unit that compounds to an effective rate per year.

    Parameters
    ----------
    annual : float
        Effective rate per year, such as 0.10 for 10 %; above −1 and at most 1.
    unit : {"h", "D", "W", "M", "Q", "Y"}
        Time unit of the customers table, as in ``transactions.summarize``.

    Returns
    -------
    float
        (1 + annual) to the power of the unit's share of a year (365.25 days), less one.

    Raises
    ------
    ValueError, TypeError
        For a rate of −100 % or less or above 100 % (10 is no 10 %), or a unit that does not exist.

    Examples
    --------
    Over the weeks of a year it compounds to the yearly rate; a 52nd part of that would be too much:

    >>> weeks = 365.25 / 7
    >>> round((1 + per_period_rate(0.10, unit="W")) ** weeks - 1, 4)
    0.1
    >>> round((1 + 0.10 / 52) ** weeks - 1, 4)
    0.1054
    >>> round((1 + per_period_rate(0.10, unit="M")) ** 12, 12)
    1.1
    """
    where = "clv.per_period_rate"
    rate = number(annual, "annual", where, above=-1, maximum=1)
    days = UNITS[check_unit(unit, where)]
    return float((1 + rate) ** (days / UNITS["Y"]) - 1)
