"""What a loyalty programme is: its earning, its tiers, its rewards, its rules and its costs."""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from centricity import _validate
from centricity.loyalty._rules import check_members_of, check_names
from centricity.loyalty.campaign import Campaign
from centricity.loyalty.enrolment import Closed, Enrolment, Fee, Open
from centricity.loyalty.rewards import Reward
from centricity.loyalty.tier import Tier
from centricity.loyalty.windows import WINDOWS, Calendar, Rolling, Window

QUALIFY_BY = ("spend", "visits", "points")
DOWNGRADES = ("one_level", "by_balance")
WHERE = "Programme"


@dataclass(frozen=True)
class Programme:
    """A loyalty programme. Periods are whatever the members' purchase rate is per, say months.

    Parameters
    ----------
    rewards : tuple of Reward
        The catalogue, at least one; :class:`PayWithPoints` is one kind of reward.
    points_per_euro, points_per_visit : float
        Base earn rates; at least one is positive. Whole points are credited, rounded down
        once per member and period.
    tiers : tuple of Tier
        Lowest first; the first has threshold 0. Leave it out for a programme without tiers.
    qualify_by : {"spend", "visits", "points"}
        What counts towards a tier. "points" counts whole base points, before any multiplier;
        these qualifying points are not spent.
    window : Calendar, Anniversary or Rolling
        The qualification window.
    downgrade : {"one_level", "by_balance"}
        What happens to a member who did not requalify: one tier down, or down to the tier that
        the balance earns.
    grace : int
        Periods for which such a member keeps the tier; who reaches its threshold meanwhile
        keeps it for good. Less than a calendar or anniversary window, and 0 without tiers.
    validity : int or None
        Fixed expiry. Points earned in period e can be spent in periods e … e + validity − 1;
        None = they do not expire by age. While behaviour stays as it is, a longer validity lets
        no more points expire, provided that each price in the catalogue divides the next dearer
        one; otherwise a member may take a small reward early and miss the large one.
    inactivity : int or None
        Expiry by inactivity. The whole balance lapses at the start of period a + inactivity,
        where a is the period of the last order (or of the enrolment); None = it does not.
        Less than ``validity``.
    pending : int
        Periods before earned points become active; less than ``validity``.
    joining_bonus : int
        Points given at enrolment: a head start towards the first reward.
    referral_bonus : int
        Points given to a member who has brought a friend.
    campaigns : tuple of Campaign
        Promotional earning.
    enrolment : Open, Closed or None
        None enrols every customer.
    fee : Fee or None
        What membership costs the member.
    platform_cost : float
        Fixed cost of running the programme, in euros per period.
    expected_redemption : float
        Management's estimate of the ultimate redemption rate, used for deferred revenue.

    Raises
    ------
    ValueError, TypeError
        If a rule makes no sense: tiers out of order, a negative rate, a validity of zero …

    Examples
    --------
    Buy ten, get one free:

    >>> from centricity import loyalty
    >>> card = loyalty.Programme(
    ...     points_per_visit=1,
    ...     rewards=(loyalty.Reward("free coffee", 10, face_value=3.50, marginal_cost=0.60),),
    ... )
    >>> guests = loyalty.Members.draw(500, purchase_rate=4, basket=4, rng=1)
    >>> coffee = loyalty.simulate(card, guests, periods=12, rng=1)
    >>> bool(coffee.history["redeemed"].sum() % 10 == 0)
    True

    Two tiers on the calendar year; points live for a year and a half; double points in period 10:

    >>> club = loyalty.Programme(
    ...     points_per_euro=1,
    ...     tiers=(loyalty.Tier("member", 0), loyalty.Tier("gold", 600, multiplier=2)),
    ...     rewards=(loyalty.Reward("voucher", 200, face_value=5, marginal_cost=3),),
    ...     campaigns=(loyalty.Campaign("autumn", first=10, last=10),),
    ...     validity=18,
    ... )
    >>> outcome = loyalty.simulate(club, loyalty.Members.draw(500, rng=1), periods=24, rng=1)
    >>> list(outcome.tiers.columns)
    ['member', 'gold']
    """

    rewards: tuple[Reward, ...]
    points_per_euro: float = 0.0
    points_per_visit: float = 0.0
    tiers: tuple[Tier, ...] = (Tier("member", 0),)
    qualify_by: str = "spend"
    window: Window = field(default_factory=Calendar)
    downgrade: str = "one_level"
    grace: int = 0
    validity: int | None = None
    inactivity: int | None = None
    pending: int = 0
    joining_bonus: int = 0
    referral_bonus: int = 0
    campaigns: tuple[Campaign, ...] = ()
    enrolment: Enrolment | None = None
    fee: Fee | None = None
    platform_cost: float = 0.0
    expected_redemption: float = 0.8

    def __post_init__(self) -> None:
        example = 'Reward("voucher", 500, face_value=5, marginal_cost=3)'
        check_members_of(self.rewards, "rewards", Reward, example, WHERE)
        check_members_of(self.tiers, "tiers", Tier, 'Tier("member", 0)', WHERE)
        example = 'Campaign("double points", first=4, last=4)'
        check_members_of(self.campaigns, "campaigns", Campaign, example, WHERE, least=0)
        _check_earning(self)
        _check_thresholds(self.tiers)
        _check_kinds(self)
        _check_times(self)
        _check_campaigns(self)
        for name in ("joining_bonus", "referral_bonus"):
            _validate.number(getattr(self, name), name, WHERE, minimum=0, whole=True)
        _validate.number(self.platform_cost, "platform_cost", WHERE, minimum=0)
        _validate.number(self.expected_redemption, "expected_redemption", WHERE, above=0, maximum=1)

    @property
    def point_value(self) -> float:
        """Face value of a point in the reward with the lowest price, in euros.

        Examples
        --------
        >>> pen = Reward("pen", points=200, face_value=3, marginal_cost=1)
        >>> Programme(points_per_euro=1, rewards=(pen,)).point_value
        0.015
        """
        return min(self.rewards, key=lambda reward: reward.points).value_per_point

    @property
    def point_cost(self) -> float:
        """Marginal cost of a point in the reward with the lowest price, in euros.

        Examples
        --------
        >>> pen = Reward("pen", points=200, face_value=3, marginal_cost=1)
        >>> Programme(points_per_euro=1, rewards=(pen,)).point_cost
        0.005
        """
        cheapest = min(self.rewards, key=lambda reward: reward.points)
        return cheapest.marginal_cost / cheapest.points

    def goal(self, period: int) -> Reward | None:
        """Return the reward with the lowest price that can be had in a period, if any.

        Examples
        --------
        >>> pen, box = Reward("pen", 200, 3, 1), Reward("Advent box", 150, 3, 1, first=11, last=11)
        >>> card = Programme(points_per_euro=1, rewards=(pen, box))
        >>> [card.goal(period).name for period in (10, 11)]
        ['pen', 'Advent box']
        """
        there = [reward for reward in self.rewards if reward.available(period)]
        return min(there, key=lambda reward: reward.points) if there else None


def _check_earning(programme: Programme) -> None:
    euro = _validate.number(programme.points_per_euro, "points_per_euro", WHERE, minimum=0)
    visit = _validate.number(programme.points_per_visit, "points_per_visit", WHERE, minimum=0)
    if euro == visit == 0:
        raise _validate.problem(
            WHERE,
            "points_per_euro and points_per_visit are both 0",
            "Members must be able to earn points",
            "Give one of them a positive rate",
        )


def _check_thresholds(tiers: tuple[Tier, ...]) -> None:
    names = [tier.name for tier in tiers]
    check_names(names, "tiers", WHERE)
    if tiers[0].threshold != 0:
        there = any(tier.threshold == 0 for tier in tiers)
        raise _validate.problem(
            WHERE,
            f"the first tier, '{names[0]}', has threshold {tiers[0].threshold:g}",
            "Every member holds a tier, so the lowest one starts at 0",
            "List the tiers from low to high" if there else 'Put Tier("member", 0) before it',
        )
    for below, above in pairwise(tiers):
        if above.threshold <= below.threshold:
            raise _validate.problem(
                WHERE,
                f"the threshold of tier '{above.name}' ({above.threshold:g}) does not exceed "
                f"that of '{below.name}' ({below.threshold:g})",
                "Thresholds rise from the lowest tier to the highest",
                "List the tiers from low to high",
            )


def _check_kinds(programme: Programme) -> None:
    _validate.choice(programme.qualify_by, "qualify_by", WHERE, QUALIFY_BY)
    _validate.choice(programme.downgrade, "downgrade", WHERE, DOWNGRADES)
    rules = (
        ("window", programme.window, WINDOWS, "a qualification window", "window=Calendar(12)"),
        ("enrolment", programme.enrolment, (Open, Closed, type(None)),
         "None (everyone), Open or Closed", "enrolment=Open(share=0.4)"),
        ("fee", programme.fee, (Fee, type(None)), "None or a Fee", "fee=Fee(49)"),
    )  # fmt: skip
    for name, value, kinds, rule, example in rules:
        if not isinstance(value, kinds):
            raise _validate.problem(
                WHERE, f"{name} is {value!r}", f"It must be {rule}", f"Write {example}",
                error=TypeError,
            )  # fmt: skip


def _check_times(programme: Programme) -> None:
    validity, window = programme.validity, programme.window
    for name in ("validity", "inactivity"):
        if getattr(programme, name) is not None:
            _validate.number(getattr(programme, name), name, WHERE, minimum=1, whole=True)
    _validate.number(programme.pending, "pending", WHERE, minimum=0, whole=True, below=validity)
    if (programme.inactivity or 0) >= (validity or np.inf):
        raise _validate.problem(
            WHERE,
            f"inactivity is {programme.inactivity} and validity is {validity}",
            "Points that have expired by age cannot lapse by inactivity any more",
            "Let inactivity be shorter than validity, or leave one of them out",
        )
    _validate.number(programme.grace, "grace", WHERE, minimum=0, whole=True)
    if programme.grace and len(programme.tiers) == 1:
        raise _validate.problem(
            WHERE,
            f"grace is {programme.grace} and there is one tier, '{programme.tiers[0].name}'",
            "Grace puts off the fall from a tier, and from the lowest nobody falls",
            "Add a tier with a threshold, or leave grace out",
        )
    if not isinstance(window, Rolling) and programme.grace >= window.periods:
        raise _validate.problem(
            WHERE,
            f"grace is {programme.grace} and the window has {window.periods} periods",
            "A grace period ends before the next window does",
            "Shorten the grace period or lengthen the window",
        )


def _check_campaigns(programme: Programme) -> None:
    names = [tier.name for tier in programme.tiers]
    check_names([campaign.name for campaign in programme.campaigns], "campaigns", WHERE)
    check_names([reward.name for reward in programme.rewards], "rewards", WHERE)
    for campaign in programme.campaigns:
        for wanted in campaign.tiers:
            if wanted not in names:
                raise _validate.problem(
                    WHERE,
                    f"campaign '{campaign.name}' is for tier '{wanted}', which does not exist",
                    "A campaign is for tiers of its programme",
                    _validate.did_you_mean(wanted, names),
                )
