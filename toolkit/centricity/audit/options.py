"""How to read the orders, and the few business numbers that a file of orders does not hold."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from centricity._validate import choice, number, problem
from centricity.transactions import UNITS

WHERE = "audit"


@dataclass(frozen=True, kw_only=True)
class Options:
    """Everything that an audit can be told; every field may be left out.

    Parameters
    ----------
    customer, date, amount, order : str, optional
        Names of the columns; default guessed from the names in the file.
    cost : str, optional
        Column of the cost of goods of each line; with it the audit knows profit (sales less cost).
        Guessed by the name where that is obvious, as are the next three.
    channel, category : str, optional
        Columns by which sales (and profit) are split.
    currency_column : str, optional
        Column that names the currency of each line. Two currencies in it are refused.
    only_currency : str, optional
        The currency to audit, as ``"EUR"``; rows in any other are set aside.
    merge_ids : bool
        Merge customer ids that differ only by case or blanks (into the most frequent one). By
        default they are kept apart and reported.
    names : tuple of str, optional
        Column names for a file without any.
    delimiter, decimal, encoding, sheet : optional
        As for :func:`centricity.transactions.read`.
    day_first, timezone, test_accounts, duplicates, zero_amounts : optional
        As for :func:`centricity.transactions.clean`.
    as_of : str, optional
        The last day of the data, as ``"2025-12-31"``; default the day of the last order. Later
        orders are set aside.
    unit : {"D", "W", "M", "Q", "Y"}
        Time unit of the models.
    margin : float, optional
        Contribution margin as a share of sales, above 0 and at most 1. Without it (and without a
        column of costs, from which it is calculated) values are sales, not profit, and the report
        says so.
    discount_rate : float
        Effective yearly rate at which later money counts less.
    horizon : float
        Years ahead that lifetime value counts.
    currency : str
        A sign or code to write before amounts; default the one currency that the file names.

    Raises
    ------
    ValueError, TypeError
        For a number out of its bounds or an unknown unit.

    Examples
    --------
    >>> Options(margin=0.4, currency="€").margin
    0.4
    >>> round(Options(unit="W", horizon=3).units_ahead, 1)
    156.5
    """

    customer: str | None = None
    date: str | None = None
    amount: str | None = None
    order: str | None = None
    cost: str | None = None
    channel: str | None = None
    category: str | None = None
    currency_column: str | None = None
    only_currency: str | None = None
    merge_ids: bool = False
    names: tuple[str, ...] | None = None
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    day_first: bool | None = None
    timezone: str | None = None
    test_accounts: bool = True
    duplicates: str = "reject"
    zero_amounts: str = "keep"
    as_of: str | None = None
    unit: str = "W"
    margin: float | None = None
    discount_rate: float = 0.10
    horizon: float = 3.0
    currency: str = ""

    def __post_init__(self) -> None:
        choice(self.unit, "unit", WHERE, [unit for unit in UNITS if unit != "h"])
        if self.margin is not None:
            if isinstance(self.margin, int | float) and not 0 < self.margin <= 1:
                raise problem(
                    WHERE, f"margin is {self.margin:g}",
                    "It must be a number above 0 and of at most 1", "Write 0.4 for 40 %",
                )  # fmt: skip
            number(self.margin, "margin", WHERE, above=0, maximum=1)
        number(self.discount_rate, "discount_rate", WHERE, minimum=0, maximum=1)
        number(self.horizon, "horizon", WHERE, above=0, maximum=50)
        if self.names is not None:
            object.__setattr__(self, "names", tuple(self.names))

    @property
    def share(self) -> float:
        """Margin used in the calculation: all of the sales where none was given."""
        return 1.0 if self.margin is None else float(self.margin)

    @property
    def units_ahead(self) -> float:
        """Horizon in time units of the models."""
        return self.horizon * 365.25 / UNITS[self.unit]

    @property
    def unit_rate(self) -> float:
        """Discount rate per time unit."""
        return float((1 + self.discount_rate) ** (UNITS[self.unit] / 365.25) - 1)

    def changed(self) -> dict[str, Any]:
        """Return the options that differ from their defaults, for the notebook's parameters.

        >>> Options(margin=0.4).changed()
        {'margin': 0.4}
        """
        defaults = {field.name: field.default for field in fields(self)}
        given = {name: value for name, value in asdict(self).items() if value != defaults[name]}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in given.items()}
