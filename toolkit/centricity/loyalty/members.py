"""The customers whom a programme meets: who they are before anyone offers them a point."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from centricity import _validate
from centricity._typing import RNG, Float
from centricity.loyalty import _from_data
from centricity.loyalty._streams import blocks, streams
from centricity.loyalty._traits import MOST_ORDERS, TRAITS, Unseen, beta, check_traits, kinds

SHAPE = 1.2
MONTH = 365.25 / 12 / 7  # weeks


@dataclass(frozen=True, eq=False)
class Members:
    r"""Customers, one row each, ready for :func:`simulate`.

    Draw them with :meth:`draw`, take them from a fitted model with :meth:`from_model` or from
    an order log with :meth:`from_log`, or hand in a table of your own.

    Parameters
    ----------
    table : DataFrame
        One row per customer, index kept, with the columns

        * ``purchase_rate`` : orders per period, at most 100;
        * ``basket`` : euros per order;
        * ``margin`` : contribution as a share of sales;
        * ``hazard`` : chance of leaving for good at the end of a period;
        * ``share_of_wallet`` : part of the category's orders that this shop gets;
        * ``forward_looking`` : 1 for who plans towards a status deadline, else 0;
        * ``flexibility`` : how freely purchases can be moved in time;
        * ``redemption`` : chance that a customer who orders and can afford a reward takes it;
        * ``price_sensitivity`` : 1 for the usual customer; where the column is missing, all 1;
        * ``arrives`` : period of the simulation in which the customer first appears; where the
          column is missing, all 0.
    origin : mapping, optional
        Where each trait comes from, for :meth:`summary`.
    left_out : int
        Customers of an order log who, by the draw, had left before its end.

    Raises
    ------
    ValueError, TypeError
        If a column is missing, or a trait lies outside its bounds.

    Examples
    --------
    >>> members = Members.draw(1_000, rng=7)
    >>> len(members), members.table["share_of_wallet"].mean().round(1)
    (1000, np.float64(0.4))
    >>> keen = members.assign(redemption=1.0)
    """

    table: pd.DataFrame = field(repr=False)
    origin: Mapping[str, str] = field(default_factory=dict, repr=False)
    left_out: int = 0

    def __post_init__(self) -> None:
        check_traits(self.table, "Members")
        object.__setattr__(self, "origin", MappingProxyType(dict(self.origin)))

    def __len__(self) -> int:
        return len(self.table)

    def __reduce__(self) -> tuple[Any, ...]:
        return Members, (self.table, dict(self.origin), self.left_out)

    def head(self, n: int) -> "Members":
        """Return the first n of them; these live the same lives as among all.

        Examples
        --------
        >>> len(Members.draw(100, rng=1).head(10))
        10
        """
        return replace(self, table=self.table.head(n))

    def assign(self, **traits: Any) -> "Members":  # noqa: ANN401
        """Return them with some traits replaced, as ``DataFrame.assign`` does.

        Examples
        --------
        >>> keen = Members.draw(100, rng=1).assign(redemption=1.0)
        >>> keen.summary().loc["redemption", "from"]
        'given'
        """
        unknown = [name for name in traits if name not in (*TRAITS, "arrives")]
        if unknown:
            raise _validate.problem(
                "Members.assign",
                f"there is no trait {_validate.listing(unknown)}",
                "It replaces traits",
                _validate.did_you_mean(unknown[0], TRAITS),
                error=TypeError,
            )
        table = self.table.assign(**traits)
        return replace(self, table=table, origin={**self.origin, **dict.fromkeys(traits, "given")})

    def summary(self) -> pd.DataFrame:
        """Describe each trait, and say where it comes from.

        Returns
        -------
        DataFrame
            Index: the traits. ``mean``, ``sd``, ``lowest tenth``, ``median``, ``highest tenth``
            (the 10 %, 50 % and 90 % quantiles) and ``from``: drawn, model, data, given; what no log
            tells is "assumed".

        Examples
        --------
        >>> Members.draw(500, rng=1).summary().loc["hazard", "from"]
        'drawn'
        """
        traits = [name for name in TRAITS if name in self.table.columns]
        values = self.table[traits]
        tenths = values.quantile([0.1, 0.5, 0.9])
        return pd.DataFrame(
            {
                "mean": values.mean(),
                "sd": values.std(),
                "lowest tenth": tenths.loc[0.1],
                "median": tenths.loc[0.5],
                "highest tenth": tenths.loc[0.9],
                "from": [self.origin.get(name, "given") for name in traits],
            }
        ).rename_axis("trait")

    @classmethod
    def draw(
        cls,
        n: int,
        *,
        purchase_rate: float = 1.2,
        basket: float = 35.0,
        margin: float = 0.35,
        hazard: float = 0.02,
        share_of_wallet: float = 0.4,
        forward_looking: float = 0.3,
        flexibility: float = 0.4,
        redemption: float = 0.6,
        price_sensitivity: float = 1.0,
        rng: RNG = None,
    ) -> "Members":
        r"""Draw heterogeneous customers; each argument is the mean over them.

        Own orders are :math:`\lambda \sim \text{Gamma}(1.2)` and orders elsewhere in the
        category an independent gamma of the same scale, so that the share of wallet
        :math:`\lambda/(\lambda+\text{elsewhere})` is beta distributed and heavy buyers have
        little left to bring (compare Liu, 2007).

        Parameters
        ----------
        n : int
            Number of customers, at least 1.
        purchase_rate : float
            Orders per period (month), at most 10; gamma with shape 1.2, cut at 100.
        basket : float
            Euros per order; gamma with shape 6.
        margin : float
            Contribution as a share of sales; beta with a + b = 60.
        hazard : float
            Chance of leaving for good at the end of a period; beta with a + b = 40.
        share_of_wallet : float
            Share of the category's orders that this shop gets; see above. It averages this
            value, which must lie strictly between 0 and 1.
        forward_looking : float
            Share of customers who plan towards a status deadline (the column is 0 or 1).
        flexibility : float
            How freely a customer can move purchases in time; beta with a + b = 4.
        redemption : float
            Chance that a customer who orders and can afford a reward takes it in that period;
            beta with a + b = 3. Some hardly ever bother, which is where breakage comes from.
        price_sensitivity : float
            Gamma with shape 4.
        rng : Generator, int or None

        Returns
        -------
        Members
            Index ``member`` 0 … n − 1. The first rows stay the same when n grows.

        Raises
        ------
        ValueError, TypeError
            If n is not a positive whole number or a mean lies outside its bounds.

        References
        ----------
        Liu (2007). The long-term impact of loyalty programs on consumer purchase behavior and
        loyalty. Journal of Marketing 71(4), 19-35.

        Examples
        --------
        >>> few, more = Members.draw(3, rng=7), Members.draw(40_000, rng=7)
        >>> few.table.equals(more.table.head(3))
        True
        """
        where = "Members.draw"
        _validate.number(n, "n", where, minimum=1, whole=True)
        _validate.number(purchase_rate, "purchase_rate", where, above=0, maximum=MOST_ORDERS / 10)
        _validate.number(basket, "basket", where, above=0)
        _validate.number(hazard, "hazard", where, minimum=0, maximum=1)
        unseen = Unseen.checked(where, margin, share_of_wallet, forward_looking, flexibility,
                                redemption, price_sensitivity)  # fmt: skip

        def one_block(seed: np.random.SeedSequence, size: int) -> dict[str, Float]:
            own, scale = kinds(seed, 3), purchase_rate / SHAPE
            rate = np.clip(own[0].gamma(SHAPE, scale, size), 1e-9, MOST_ORDERS)
            seen = {
                "purchase_rate": rate,
                "basket": own[1].gamma(6.0, basket / 6.0, size),
                "hazard": beta(own[2], hazard, 40.0, size),
            }
            return seen | unseen.draw(seed, rate, SHAPE, scale)

        return cls(stack(one_block, int(n), rng), dict.fromkeys(TRAITS, "drawn"))

    @classmethod
    def from_model(
        cls,
        purchases: Any,  # noqa: ANN401
        spend: Any,  # noqa: ANN401
        n: int,
        *,
        units: float = MONTH,
        margin: float = 0.35,
        share_of_wallet: float = 0.4,
        forward_looking: float = 0.3,
        flexibility: float = 0.4,
        redemption: float = 0.6,
        price_sensitivity: float = 1.0,
        rng: RNG = None,
    ) -> "Members":
        r"""Draw new customers as a fitted model of buying and spending describes them.

        Orders per period are :math:`\lambda \cdot \text{units}`. The chance of leaving in a period
        is :math:`1 - e^{-\mu\,\text{units}}`: under the Pareto/NBD μ is the member's own rate of
        leaving; under the BG/NBD and the MBG/NBD a customer leaves with chance p after an order,
        so that :math:`\mu = \lambda p`. The basket is the customer's mean under the gamma-gamma.

        Parameters
        ----------
        purchases : ParetoNBD, BGNBD or MBGNBD, or a Fit of one
        spend : GammaGamma or a Fit of it
        n : int
            Number of customers, at least 1.
        units : float
            The model's time units in one period of the simulation; the default makes a month
            of weeks.
        margin, share_of_wallet, forward_looking, flexibility, redemption, price_sensitivity : float
            What no model of orders tells, drawn as in :meth:`draw`.
        rng : Generator, int or None

        Returns
        -------
        Members

        Raises
        ------
        ValueError, TypeError
            If a model is of another kind, or a number lies outside its bounds.

        Examples
        --------
        >>> from centricity import clv
        >>> buying = clv.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669)  # CDNOW, weeks
        >>> spending = clv.GammaGamma(p=6.25, q=3.74, gamma=15.44)
        >>> buyers = Members.from_model(buying, spending, 40_000, rng=1)
        >>> buyers.table["basket"].mean().round(0)  # 6.25 × 15.44 / 2.74 = 35.2
        np.float64(35.0)
        """
        where = "Members.from_model"
        _validate.number(n, "n", where, minimum=1, whole=True)
        units = _validate.number(units, "units", where, above=0)
        unseen = Unseen.checked(where, margin, share_of_wallet, forward_looking, flexibility,
                                redemption, price_sensitivity)  # fmt: skip
        buying = _from_data.purchase_model(purchases, where)
        spending = _from_data.spend_model(spend, where)

        def one_block(seed: np.random.SeedSequence, size: int) -> dict[str, Float]:
            return _from_data.new_customers(buying, spending, unseen, units, seed, size)

        return cls(stack(one_block, int(n), rng), _from_data.origin("model"))

    @classmethod
    def from_log(
        cls,
        log: Any,  # noqa: ANN401
        *,
        customer: str = "customer_id",
        date: str = "date",
        amount: str = "amount",
        observation_end: Any = None,  # noqa: ANN401
        purchases: Any = None,  # noqa: ANN401
        spend: Any = None,  # noqa: ANN401
        units: float = MONTH,
        margin: float = 0.35,
        share_of_wallet: float = 0.4,
        forward_looking: float = 0.3,
        flexibility: float = 0.4,
        redemption: float = 0.6,
        price_sensitivity: float = 1.0,
        rng: RNG = None,
    ) -> "Members":
        r"""Put a client's own customers into the simulator, from the order log.

        A model of buying is fitted to the log. Each customer is drawn as still here or gone
        with the model's P(alive), and those still here get a purchase rate, a chance of
        leaving and a basket from their own posterior, which has a closed form. After x repeat
        purchases in time T, while alive, :math:`\lambda \sim \text{Gamma}(r + x, \alpha + T)`;
        :math:`\mu \sim \text{Gamma}(s, \beta + T)` (Pareto/NBD) or
        :math:`p \sim \text{Beta}(a, b + x)` (BG/NBD; :math:`b + x + 1` for the MBG/NBD); and
        the basket is :math:`p/\nu` with :math:`\nu \sim \text{Gamma}(px + q, \gamma + x\bar z)`.

        Parameters
        ----------
        log : table
            One row per order, as :func:`transactions.summarize` takes it.
        customer, date, amount : str
            Names of its columns.
        observation_end : date, optional
            The last day of the data; default the last date in the log.
        purchases : ParetoNBD, BGNBD or MBGNBD, or a Fit of one, optional
            The model of buying, in weeks; default: a BG/NBD fitted to the log.
        spend : GammaGamma or a Fit of it, optional
            The model of spending; default: fitted to the log.
        units : float
            Weeks in one period of the simulation; the default makes it a month.
        margin, share_of_wallet, forward_looking, flexibility, redemption, price_sensitivity : float
            What no order log tells, drawn as in :meth:`draw`. Ask the client.
        rng : Generator, int or None

        Returns
        -------
        Members
            One row per customer who is still here, index as in the log; ``left_out`` counts the
            others.

        Raises
        ------
        ValueError, TypeError
            If the log is faulty, a model is of another kind, or nobody is left.

        Warns
        -----
        ConvergenceWarning
            If a model fitted to the log has not settled.

        References
        ----------
        Schmittlein, Morrison & Colombo (1987), Management Science 33(1), 1-24; Fader, Hardie &
        Lee (2005), Marketing Science 24(2), 275-284; Fader & Hardie (2013), The gamma-gamma
        model of monetary value.

        Examples
        --------
        >>> from centricity import datasets
        >>> orders = datasets.load_shop_orders()
        >>> shop = Members.from_log(orders, rng=1)
        >>> len(shop) + shop.left_out == orders["customer_id"].nunique()
        True
        >>> shop.summary().loc[["basket", "share_of_wallet"], "from"].tolist()
        ['data', 'assumed']
        """
        where = "Members.from_log"
        units = _validate.number(units, "units", where, above=0)
        unseen = Unseen.checked(where, margin, share_of_wallet, forward_looking, flexibility,
                                redemption, price_sensitivity)  # fmt: skip
        names = {"customer": customer, "date": date, "amount": amount}
        base = _from_data.customers(log, names, observation_end)
        table = _from_data.known_customers(base, purchases, spend, unseen, units, rng)
        return cls(table, _from_data.origin("data"), len(base) - len(table))


def stack(
    one_block: Callable[[np.random.SeedSequence, int], dict[str, Float]], n: int, rng: RNG
) -> pd.DataFrame:
    """Draw blocks of traits and put them under each other."""
    cuts = zip(streams(rng, n, "members"), blocks(n), strict=True)
    parts = [one_block(seed, cut.stop - cut.start) for seed, cut in cuts]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in TRAITS}
    return pd.DataFrame(columns).rename_axis("member")
