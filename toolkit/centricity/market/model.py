"""The market in which the two strategies meet, and how its customers choose."""

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import expit

from centricity._typing import Float
from centricity._validate import number, problem, which

BOUNDS: dict[str, dict[str, float | bool]] = {
    "customers": {"minimum": 2, "whole": True},
    "needs": {"minimum": 0, "maximum": 100},
    "values": {"minimum": 0, "maximum": 5},
    "volume": {"above": 0},
    "price": {"above": 0},
    "rival_price": {"above": 0},
    "unit_cost": {"minimum": 0},
    "price_weight": {"minimum": 0},
    "appeal": {},
    "rivals": {"minimum": 0, "whole": True},
    "knowing_rivals": {"minimum": 0, "whole": True},
    "system": {"minimum": 0},
    "knowing": {"minimum": 0},
    "care": {"minimum": 0},
    "learning": {"above": 0, "maximum": 1},
    "variant": {"minimum": 0},
    "most_variants": {"minimum": 1, "maximum": 50, "whole": True},
    "years": {"minimum": 1, "maximum": 200, "whole": True},
    "discount_rate": {"minimum": 0, "maximum": 1},
}


@dataclass(frozen=True)
class Market:
    r"""A market of customers with ideal points, one firm of ours, and its rivals.

    A firm that knows its customers has all that the other has, and knowing on top. So among alike
    customers it loses what knowing costs, and were knowing free it would never lose: both ends are
    built in. What the market tells is where, between them, the better strategy flips, and what
    moves that place.

    Every customer i has a need, a point :math:`x_i` on a line, and a volume :math:`v_i`. A product
    at the point p attracts them by :math:`a - (x_i - p)^2`; the price is the same for all. They
    split their volume among our firm, the rivals and buying nothing, by logit:

    .. math:: s_i = \frac{e^{a - g_i^2 - \beta(P - P')}}
        {e^{a - g_i^2 - \beta(P - P')} + R\,e^{a - x_i^2} + K\,e^{a} + 1}

    with :math:`g_i` the gap between the need and what our firm offers, P and P' our price and the
    rivals', R rivals who aim at the average customer and K rivals who know everybody. What
    :math:`s_i` is for one customer is the *share of customer*; its mean, weighted by volume, is
    the *market share*.

    Parameters
    ----------
    customers : int
        How many; at least 2.
    needs : float
        Heterogeneity of needs: standard deviation of the ideal points. At a gap of 1, the odds of
        buying rather than not buying are 1/e of those at a gap of 0.
    values : float
        Heterogeneity of value: standard deviation of the logarithm of volumes.
    volume : float
        What a customer could use a year, on average, in units: bought from any firm, or not at all.
    price, rival_price, unit_cost : float
        Money per unit. Only the difference of the two prices counts: what all firms charge in
        common is part of ``appeal``.
    price_weight : float
        :math:`\beta`: attraction lost per unit of money.
    appeal : float
        a: attraction of a product that fits, at the rivals' price, against buying nothing.
    rivals, knowing_rivals : int
        All rivals, and how many of them know every customer and fit everybody.
    system : float
        What it costs once to become able to know customers (data, training), before year 1.
    knowing : float
        Cost of getting to know one customer, once, before year 1.
    care : float
        Cost of adapting offer and service to a known customer, per year.
    learning : float
        Share of the remaining gap that is closed each year: after t years,
        :math:`1 - (1 - \text{learning})^t` of a known customer's gap is gone.
    variant : float
        Fixed cost of one standard product, per year.
    most_variants : int
        How many standard products a firm may offer; it takes the number that pays best.
    years : int
        Horizon.
    discount_rate : float
        Effective rate per year, from 0 to 1; money of year t comes at its end.

    Raises
    ------
    ValueError, TypeError
        When a number is outside its bounds, or more rivals know the customers than there are.

    Notes
    -----
    Ideal points follow Lancaster (1966) and, on a line, Hotelling (1929), with the quadratic loss
    of d'Aspremont, Gabszewicz & Thisse (1979). What makes it wrong: rivals don't react, and all
    stand at the average; needs stand still and have nothing to do with volume; knowledge has no use
    but fit (none for prices or for choosing new customers) and none after the horizon; customers
    don't mind being known. Of these, the tie of need and volume moves the crossing most: it flips
    later where the largest customers are the most ordinary ones.

    References
    ----------
    d'Aspremont, C., Gabszewicz, J. J., & Thisse, J.-F. (1979). On Hotelling's "Stability in
    competition". *Econometrica*, 47(5), 1145-1150.

    Hotelling, H. (1929). Stability in competition. *The Economic Journal*, 39(153), 41-57.

    Lancaster, K. J. (1966). A new approach to consumer theory. *Journal of Political Economy*,
    74(2), 132-157.

    Examples
    --------
    >>> alike = Market(needs=0.0, rivals=3)
    >>> round(float(alike.share(gap=0.0, need=0.0)), 3)  # ours, three rivals, buying nothing
    0.242
    """

    customers: int = 1000
    needs: float = 1.0
    values: float = 1.0
    volume: float = 24.0
    price: float = 50.0
    rival_price: float = 50.0
    unit_cost: float = 38.0
    price_weight: float = 0.12
    appeal: float = 2.0
    rivals: int = 3
    knowing_rivals: int = 0
    system: float = 30_000.0
    knowing: float = 120.0
    care: float = 30.0
    learning: float = 0.6
    variant: float = 40_000.0
    most_variants: int = 4
    years: int = 6
    discount_rate: float = 0.1

    def __post_init__(self) -> None:
        for field in fields(self):
            bounds = BOUNDS[field.name]
            value = number(getattr(self, field.name), field.name, "Market", **bounds)  # type: ignore[arg-type]
            object.__setattr__(self, field.name, int(value) if "whole" in bounds else value)
        if self.knowing_rivals > self.rivals:
            raise problem(
                "Market",
                f"knowing_rivals is {self.knowing_rivals} and rivals is {self.rivals}",
                "Rivals who know the customers are some of all rivals",
            )

    @property
    def margin(self) -> float:
        """Contribution of one unit, money: price less unit cost.

        Examples
        --------
        >>> Market(price=50.0, unit_cost=38.0).margin
        12.0
        """
        return self.price - self.unit_cost

    @property
    def discounts(self) -> Float:
        """Present value of one unit of money at the end of years 1, 2, ...

        Examples
        --------
        >>> Market(years=2, discount_rate=0.25).discounts.tolist()
        [0.8, 0.64]
        """
        return (1 + self.discount_rate) ** -np.arange(1.0, self.years + 1)

    @property
    def known(self) -> Float:
        """Share of a known customer's gap that is closed in years 1, 2, ...

        Examples
        --------
        >>> Market(years=3, learning=0.5).known.tolist()
        [0.5, 0.75, 0.875]
        """
        return 1 - (1 - self.learning) ** np.arange(1.0, self.years + 1)

    def share(self, gap: Float | float, need: Float | float) -> Float:
        """Share of their volume that customers buy from our firm.

        Parameters
        ----------
        gap : float or array
            Distance between the customer's need and what our firm offers them.
        need : float or array
            Distance between the customer's need and the average, where ordinary rivals aim.

        Returns
        -------
        numpy.ndarray
            Between 0 and 1.

        Raises
        ------
        ValueError, TypeError
            When a distance is missing, infinite or no number, or the two don't fit together.

        Examples
        --------
        >>> town = Market(rivals=1)
        >>> town.share(gap=[1.0, 0.0], need=[1.0, 1.0]).round(2).tolist()  # standard; adapted
        [0.42, 0.67]
        """
        gaps, needs = _distances(gap, "gap"), _distances(need, "need")
        try:
            np.broadcast_shapes(gaps.shape, needs.shape)
        except ValueError:
            says = f"gap has the shape {gaps.shape} and need {needs.shape}"
            raise problem("Market.share", says, "One gap belongs to each need") from None
        return self._share(gaps, needs)

    def _share(self, gap: Float, need: Float) -> Float:
        ours = self.appeal - gap**2 - self.price_weight * (self.price - self.rival_price)
        others = np.zeros_like(need)
        if ordinary := self.rivals - self.knowing_rivals:
            others = np.logaddexp(others, self.appeal - need**2 + np.log(ordinary))
        if self.knowing_rivals:
            others = np.logaddexp(others, self.appeal + np.log(self.knowing_rivals))
        return np.asarray(expit(ours - others))


def _distances(given: object, name: str) -> Float:
    """Return distances as an array of finite floats, or raise."""
    rule, where = f"{name} is a distance, or an array of them", "Market.share"
    try:
        values = np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        raise problem(where, f"{name} is {given!r}", rule, error=TypeError) from None
    if not np.isfinite(values).all():
        bad = ~np.isfinite(np.atleast_1d(values).ravel())
        raise problem(where, f"{name} is missing or infinite in {which(bad, 'places')}", rule)
    return values
