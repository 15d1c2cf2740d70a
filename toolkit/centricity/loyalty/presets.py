"""Four well-known shapes of programme, ready to run, under fictional names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from centricity._typing import RNG
from centricity.loyalty.campaign import Campaign
from centricity.loyalty.enrolment import Fee, Open
from centricity.loyalty.members import Members
from centricity.loyalty.programme import Programme
from centricity.loyalty.rewards import PayWithPoints, Reward
from centricity.loyalty.tier import Tier
from centricity.loyalty.windows import Calendar


@dataclass(frozen=True)
class Preset:
    """A programme and the customers for whom it was made.

    Parameters
    ----------
    name : str
    story : str
        What it is, in a sentence or two.
    programme : Programme
        One period is a month. Its platform cost suits about ten thousand customers.
    customers : mapping
        Arguments for :meth:`Members.draw`.

    Examples
    --------
    >>> preset = coffee_stamps()
    >>> len(preset.members(50, rng=1))
    50
    """

    name: str
    story: str
    programme: Programme
    customers: Mapping[str, float]

    def members(self, n: int = 10_000, *, rng: RNG = None) -> Members:
        """Draw customers of the kind that the programme is for.

        Examples
        --------
        >>> guests = coffee_stamps().members(5_000, rng=1)
        >>> guests.summary().loc["purchase_rate", "mean"].round()  # four coffees a month
        np.float64(4.0)
        """
        return Members.draw(n, **self.customers, rng=rng)


def coffee_stamps() -> Preset:
    """A card of ten stamps, one for each visit, two of them given at the start.

    The simplest programme there is: everybody gets a card, stamps never expire, the tenth coffee
    is free. The reward is worth about one order and costs the shop little.

    Returns
    -------
    Preset

    Examples
    --------
    >>> from centricity import loyalty
    >>> preset = loyalty.presets.coffee_stamps()
    >>> guests = preset.members(2_000, rng=1)
    >>> outcome = loyalty.simulate(preset.programme, guests, periods=24, rng=1)
    >>> bool(outcome.history["redeemed"].sum() > 0)
    True
    """
    return Preset(
        "Kettle & Crumb card",
        "A coffee bar stamps a card at each visit; two stamps are a present, the tenth pays.",
        Programme(
            points_per_visit=1,
            rewards=(Reward("free coffee", 10, face_value=3.60, marginal_cost=0.70),),
            joining_bonus=2,
            platform_cost=200.0,
            expected_redemption=0.96,
        ),
        {
            "purchase_rate": 4.0, "basket": 5.2, "margin": 0.65, "hazard": 0.03,
            "share_of_wallet": 0.45, "redemption": 0.9,
        },
    )  # fmt: skip


def airline_tiers() -> Preset:
    """Miles and three tiers by qualifying miles in a calendar year, with a soft landing.

    Miles lapse after two years without a flight; who misses a tier keeps it for two more months
    and then falls by one level only. Enrolment is open, and frequent flyers join first.

    Returns
    -------
    Preset

    Examples
    --------
    >>> from centricity import loyalty
    >>> preset = loyalty.presets.airline_tiers()
    >>> flyers = preset.members(4_000, rng=1)
    >>> outcome = loyalty.simulate(preset.programme, flyers, periods=36, launch=12, rng=1)
    >>> list(outcome.tiers.columns)
    ['blue', 'silver', 'gold']
    """
    return Preset(
        "Meridian Miles",
        "An airline gives five miles a euro, and lounges and upgrades to those who fly most.",
        Programme(
            points_per_euro=5,
            tiers=(
                Tier("blue", 0),
                Tier("silver", 12_000, 1.25, cost=1.0, hazard_cut=0.10, rate_lift=0.01),
                Tier("gold", 30_000, 1.5, cost=4.0, hazard_cut=0.20, rate_lift=0.02),
            ),
            qualify_by="points",
            window=Calendar(12),
            downgrade="one_level",
            grace=2,
            inactivity=24,
            rewards=(
                Reward("upgrade", 6_000, face_value=60.0, marginal_cost=6.0),
                Reward("flight", 24_000, face_value=240.0, marginal_cost=45.0),
            ),
            enrolment=Open(share=0.6, selection=1.0, pace=0.1),
            platform_cost=3_000.0,
            expected_redemption=0.84,
        ),
        {
            "purchase_rate": 0.5, "basket": 230.0, "margin": 0.18, "hazard": 0.015,
            "share_of_wallet": 0.4, "redemption": 0.4, "forward_looking": 0.5, "flexibility": 0.2,
        },
    )  # fmt: skip


def supermarket_points() -> Preset:
    """A points card shared by several shops, a coalition: thin, for everybody, paid at the till.

    A point a euro, worth half a cent, off the bill in steps of 500; a catalogue for collectors;
    double points in May and November; points live for two years.

    Returns
    -------
    Preset

    Examples
    --------
    >>> from centricity import loyalty
    >>> preset = loyalty.presets.supermarket_points()
    >>> shoppers = preset.members(4_000, rng=1)
    >>> outcome = loyalty.simulate(preset.programme, shoppers, periods=36, launch=12, rng=1)
    >>> lift = outcome.incremental()["sales"].sum() / outcome.history["twin_sales"][12:].sum()
    >>> bool(0 < lift < 0.03)
    True
    """
    return Preset(
        "Fairground points",
        "A grocer, a chemist and a petrol station share a card; half a per cent comes back.",
        Programme(
            points_per_euro=1,
            rewards=(
                PayWithPoints("off the bill", 500, face_value=2.50, marginal_cost=2.0),
                Reward("picnic blanket", 3_000, face_value=24.0, marginal_cost=11.0),
            ),
            validity=24,
            pending=1,
            campaigns=tuple(
                Campaign(f"double points, month {month}", month, month, 2.0)
                for month in (16, 22, 28, 34, 40, 46)
            ),
            enrolment=Open(share=0.45, selection=0.8, pace=0.5),
            platform_cost=800.0,
            expected_redemption=0.92,
        ),
        {
            "purchase_rate": 4.5, "basket": 38.0, "margin": 0.24, "hazard": 0.01,
            "share_of_wallet": 0.5, "redemption": 0.5,
        },
    )  # fmt: skip


def paid_membership() -> Preset:
    """A yearly fee for free delivery and points: few join, those who buy most.

    The privileges cost the shop money every month and make members come back more often; four in
    five renew when the year is over.

    Returns
    -------
    Preset

    Examples
    --------
    >>> from centricity import loyalty
    >>> preset = loyalty.presets.paid_membership()
    >>> customers = preset.members(4_000, rng=1)
    >>> outcome = loyalty.simulate(preset.programme, customers, periods=36, launch=12, rng=1)
    >>> bool(outcome.pnl["fees"].sum() > 0)
    True
    """
    return Preset(
        "Larkspur Plus",
        "An online shop sells a year of free delivery and a point for each euro.",
        Programme(
            points_per_euro=1,
            tiers=(Tier("plus", 0, cost=3.2, hazard_cut=0.3, rate_lift=0.25),),
            rewards=(Reward("voucher", 500, face_value=5.0, marginal_cost=3.5),),
            validity=12,
            enrolment=Open(share=0.15, selection=1.2, pace=0.15),
            fee=Fee(49.0, periods=12, renewal=0.8),
            platform_cost=1_500.0,
            expected_redemption=0.84,
        ),
        {
            "purchase_rate": 1.4, "basket": 42.0, "margin": 0.30, "hazard": 0.025,
            "share_of_wallet": 0.35,
        },
    )  # fmt: skip


ALL: tuple[Callable[[], Preset], ...] = (
    coffee_stamps,
    airline_tiers,
    supermarket_points,
    paid_membership,
)
