"""How many accounts a price rise may cost before it costs more than it brings."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import RNG, ArrayOrFloat, Float
from centricity._validate import a_type, number, problem
from centricity.profitability._economics import economics_of

WHERE = "break_even_loss"


def break_even_loss(
    rise: ArrayOrFloat, margin: ArrayOrFloat, *, volume: ArrayOrFloat = 1.0
) -> ArrayOrFloat:
    r"""Share of the business that a price rise may lose before it stops paying.

    Parameters
    ----------
    rise : float or array
        Price rise as a share of the price, at least 0: 0.08 for 8 % (8 would be 800 %).
    margin : float or array
        Contribution margin: the share of revenue that would be missing if the business went, that
        is, revenue less *avoidable* costs, over revenue. Not the margin after all costs.
    volume : float or array
        What those who stay still buy, as a share of before; above 0, at most 1.

    Returns
    -------
    float or array
        Between 0 and 1; 1 where the margin isn't above zero (the firm is no worse off than before
        even if all go); below zero where the volume that is lost among those who stay already costs
        more than the rise brings.

    Raises
    ------
    ValueError
        When a number is outside its bounds, or arrays don't fit together.
    TypeError
        When something isn't a number or an array of numbers.

    Notes
    -----
    Who stays brings :math:`v(m + r)` instead of m for each euro of revenue before, so nothing is
    gained when :math:`(1 - L)\,v\,(m + r) = m`:

    .. math:: L^* = 1 - \frac{m}{v\,(m + r)}, \qquad v = 1:\quad L^* = \frac{r}{m + r}.

    Nagle, T. T., & Müller, G. (2018). *The strategy and tactics of pricing* (6th ed.). Routledge,
    on break-even sales changes.

    Examples
    --------
    >>> round(break_even_loss(0.10, 0.40), 3)
    0.2
    >>> break_even_loss(0.10, np.array([0.05, 0.40])).round(3)
    array([0.667, 0.2  ])
    """
    r, m, v = _ranges(rise, margin, volume, WHERE)
    safe = np.where(m > 0, m, 1.0)
    loss = np.where(m > 0, 1 - safe / (v * (safe + r)), 1.0)
    return float(loss) if loss.ndim == 0 else loss


def break_even_rise(
    loss: ArrayOrFloat, margin: ArrayOrFloat, *, volume: ArrayOrFloat = 1.0
) -> ArrayOrFloat:
    r"""Smallest price rise that makes up for losing a share of the business.

    Parameters
    ----------
    loss : float or array
        Share lost, at least 0 and below 1.
    margin, volume : float or array
        As in :func:`break_even_loss`; the margin is above 0.

    Returns
    -------
    float or array
        :math:`r^* = m \left(\frac{1}{v(1-L)} - 1\right)`, a share of the price.

    Raises
    ------
    ValueError
        When a number is outside its bounds, or arrays don't fit together.
    TypeError
        When something isn't a number or an array of numbers.

    Examples
    --------
    >>> round(break_even_rise(0.2, 0.40), 3)
    0.1
    """
    where = "break_even_rise"
    lost, m, v = _arrays({"loss": loss, "margin": margin, "volume": volume}, where)
    _ranges(0.0, m, v, where)
    fits = (lost >= 0) & (lost < 1)
    if not fits.all():
        says = f"loss is {lost[~fits].flat[0]:g}"
        raise problem(where, says, "It is a share of at least 0 and below 1")
    if not (m > 0).all():
        raise problem(
            where,
            f"margin is {m.min():g}",
            "The margin is above 0: where a customer costs more than they pay, no loss needs "
            "making up for",
        )
    rise = m * (1 / (v * (1 - lost)) - 1)
    return float(rise) if rise.ndim == 0 else rise


def _arrays(given: dict[str, object], where: str) -> list[Float]:
    """Return arrays of numbers that fit together, or raise."""
    held = []
    for name, value in given.items():
        try:
            held.append(np.asarray(value, dtype=float))
        except (TypeError, ValueError):
            raise problem(
                where, f"{name} is {a_type(value)}", f"{name} is a number or an array of numbers",
                error=TypeError,
            ) from None  # fmt: skip
    try:
        np.broadcast_shapes(*(array.shape for array in held))
    except ValueError:
        shapes = ", ".join(f"{name} {x.shape}" for name, x in zip(given, held, strict=True))
        raise problem(
            where, f"the shapes are {shapes}", "Arrays have one shape; a number goes with any",
        ) from None  # fmt: skip
    return held


def _ranges(rise: object, margin: object, volume: object, where: str) -> tuple[Float, Float, Float]:
    r, m, v = _arrays({"rise": rise, "margin": margin, "volume": volume}, where)
    rules = (
        (r, np.isfinite(r) & (r >= 0), "rise", "a share of at least 0, such as 0.08 for 8 %"),
        (m, np.isfinite(m) & (m <= 1), "margin", "a share of revenue of at most 1"),
        (v, (v > 0) & (v <= 1), "volume", "a share above 0 and at most 1"),
    )
    for values, good, name, rule in rules:
        if not good.all():
            raise problem(where, f"{name} is {values[~good].flat[0]:g}", f"It is {rule}")
    return r, m, v


@dataclass(frozen=True)
class BreakEven:
    """Break-even loss rates of a price rise, when accounts are few and unequal.

    Attributes
    ----------
    closed_form : float
        The formula, with the accounts' contribution margin taken together.
    draws : numpy.ndarray
        One break-even share of accounts per draw: accounts leave one by one in random order until
        the gain is used up.

    Examples
    --------
    >>> BreakEven(closed_form=0.2, draws=np.array([0.1, 0.3])).mean
    0.2
    """

    closed_form: float
    draws: Float

    @property
    def mean(self) -> float:
        """Mean of the draws.

        Examples
        --------
        >>> BreakEven(closed_form=0.2, draws=np.array([0.1, 0.4])).mean
        0.25
        """
        return float(self.draws.mean())

    def interval(self, level: float = 0.9) -> tuple[float, float]:
        """Range that holds ``level`` of the draws, with equal tails.

        Examples
        --------
        >>> BreakEven(closed_form=0.2, draws=np.linspace(0, 1, 5)).interval(0.5)
        (0.25, 0.75)
        """
        level = number(level, "level", "BreakEven.interval", above=0, below=1)
        low, high = np.quantile(self.draws, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)


def simulate_break_even(
    table: pd.DataFrame, rise: float, *, volume: float = 1.0, draws: int = 2000, rng: RNG = None
) -> BreakEven:
    """Let accounts leave in random order until a price rise has lost what it brought.

    Parameters
    ----------
    table : pandas.DataFrame
        The accounts whose price rises, as from :func:`statement`.
    rise, volume : float
        As in :func:`break_even_loss`; the rise at most 1.
    draws : int
        How many random orders.
    rng : numpy.random.Generator, int or None
        Source of randomness.

    Returns
    -------
    BreakEven
        ``closed_form``, ``draws``, ``mean``, ``interval(level)``.

    Raises
    ------
    ValueError
        When a column is missing or a number is outside its bounds.

    Notes
    -----
    With many equal accounts all draws equal the formula. With few unequal ones they scatter: it
    matters *who* leaves. An account that leaves in the moment of break-even counts in part.

    Examples
    --------
    >>> table = pd.DataFrame({"revenue": [100.0] * 10, "goods": [60.0] * 10,
    ...     "cost_to_serve": [0.0] * 10, "avoidable_goods": [60.0] * 10,
    ...     "avoidable_service": [0.0] * 10})
    >>> result = simulate_break_even(table, 0.10, draws=50, rng=1)
    >>> round(result.closed_form, 3), round(result.mean, 3)
    (0.2, 0.2)
    """
    where = "simulate_break_even"
    money = economics_of(table, where)
    rise = number(rise, "rise", where, minimum=0, maximum=1)
    volume = number(volume, "volume", where, above=0, maximum=1)
    draws = int(number(draws, "draws", where, minimum=1, whole=True))
    kept = volume * (money.contribution + rise * money.revenue)
    gain = float((kept - money.contribution).sum())
    rng = np.random.default_rng(rng)
    share = np.array([_first_below(kept[rng.permutation(len(kept))], gain) for _ in range(draws)])
    sold = money.revenue.sum()
    margin = float(money.contribution.sum() / sold) if sold > 0 else float("nan")
    if np.isnan(margin):
        raise problem(where, "revenue of all accounts is not above zero", "A price rise needs one")
    return BreakEven(float(break_even_loss(rise, margin, volume=volume)), share)


def _first_below(kept: Float, gain: float) -> float:
    """Share of accounts gone when the gain is used up, for one order of leaving."""
    if gain < 0:
        return 0.0
    left = gain - np.cumsum(kept)
    below = np.flatnonzero(left < 0)
    if len(below) == 0:
        return 1.0
    at = below[0]
    before = left[at - 1] if at else gain
    return float((at + before / kept[at]) / len(kept))
