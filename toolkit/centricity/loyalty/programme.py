"""What a loyalty programme is: its earning, its tiers, its rewards, its rules and its costs."""

from dataclasses import dataclass, field
from itertools import pairwise

from centricity import _validate
from centricity.loyalty.windows import Calendar

QUALIFY_BY = ("spend", "visits", "points")
DOWNGRADES = ("one_level", "by_balance")


@dataclass(frozen=True)
class Tier:
    """A status level, held by members who qualify for it.

    Parameters
    ----------
    name : str
    threshold : float
        What must be reached inside one qualification window: euros, visits or base points,
        as ``Programme.qualify_by`` says. The lowest tier has threshold 0.
    multiplier : float
        Points earned per base point.
    cost : float
        Cost of the tier's privileges, in euros per member and period.
    retention : float
        Share by which the privileges cut the leaving hazard; 0 = no effect. Scaled by
        ``Behaviour.privileges``.

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds.

    Examples
    --------
    >>> Tier("gold", 600, multiplier=2).cost
    0.0
    """

    name: str
    threshold: float
    multiplier: float = 1.0
    cost: float = 0.0
    retention: float = 0.0

    def __post_init__(self) -> None:
        where = f"Tier '{self.name}'"
        _validate.number(self.threshold, "threshold", where, minimum=0)
        _validate.number(self.multiplier, "multiplier", where, minimum=0)
        _validate.number(self.cost, "cost", where, minimum=0)
        _validate.number(self.retention, "retention", where, minimum=0, maximum=1)


@dataclass(frozen=True)
class Reward:
    """One entry of the reward catalogue.

    Parameters
    ----------
    name : str
    points : int
        Price in points, at least 1.
    face_value : float
        What the reward would cost a customer in the shop, in euros.
    marginal_cost : float
        What one more of it costs the firm, in euros.

    Raises
    ------
    ValueError, TypeError
        If a number lies outside its bounds.

    Examples
    --------
    >>> Reward("free coffee", points=10, face_value=3.50, marginal_cost=0.60).value_per_point
    0.35
    """

    name: str
    points: int
    face_value: float
    marginal_cost: float = 0.0

    def __post_init__(self) -> None:
        where = f"Reward '{self.name}'"
        _validate.number(self.points, "points, the price,", where, minimum=1, whole=True)
        _validate.number(self.face_value, "face_value", where, minimum=0)
        _validate.number(self.marginal_cost, "marginal_cost", where, minimum=0)

    @property
    def value_per_point(self) -> float:
        """Face value of one point spent on this reward, in euros."""
        return self.face_value / self.points


@dataclass(frozen=True)
class Voluntary:
    r"""Open enrolment: joining is a choice, and likelier for heavy buyers.

    At launch a customer with purchase rate :math:`\lambda` (orders per period) joins with
    odds :math:`\frac{p}{1-p}\,\lambda^{s}`, where p is ``share`` and s is ``selection``.
    With s = 0 joining says nothing about the buyer; the larger s, the deeper the
    self-selection trap of comparing members with non-members.

    Parameters
    ----------
    share : float
        Chance of joining of a customer with one order per period, in [0, 1].
    selection : float
        How steeply the odds of joining rise with the purchase rate, at least 0.

    Examples
    --------
    >>> Voluntary(share=0.4, selection=1.5)
    Voluntary(share=0.4, selection=1.5)
    """

    share: float = 0.5
    selection: float = 1.0

    def __post_init__(self) -> None:
        _validate.number(self.share, "share", "Voluntary", minimum=0, maximum=1)
        _validate.number(self.selection, "selection", "Voluntary", minimum=0)


@dataclass(frozen=True, kw_only=True)
class Programme:
    """A loyalty programme.

    Parameters
    ----------
    rewards : tuple of Reward
        The catalogue, at least one.
    points_per_euro, points_per_visit : float
        Base earn rates; at least one is positive. Whole points are credited, rounded down
        once per member and period.
    tiers : tuple of Tier
        Lowest first; the first has threshold 0. Leave it out for a programme without tiers.
    qualify_by : {"spend", "visits", "points"}
        What counts towards a tier. "points" counts base points, before any multiplier.
    window : Calendar
        The qualification window. (Rolling and anniversary windows belong in ``windows.py``.)
    downgrade : {"one_level", "by_balance"}
        What happens at the end of a window to a member who did not requalify.
    validity : int or None
        Points earned in period e can be spent in periods e … e + validity − 1;
        None = they never expire. While behaviour stays as it is, a longer validity lets no
        more points expire, provided that each price in the catalogue divides the next dearer
        one; otherwise a member may take a small reward early and miss the large one.
    pending : int
        Periods before earned points become active; less than ``validity``.
    joining_bonus : int
        Points given at enrolment: a head start towards the first reward.
    enrolment : Voluntary or None
        None enrols every customer.
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
    >>> guests = loyalty.draw_members(500, purchase_rate=4, basket=4, rng=1)
    >>> coffee = loyalty.simulate(card, guests, periods=12, rng=1)
    >>> bool(coffee.history["redeemed"].sum() % 10 == 0)
    True

    Two tiers on the calendar year; points live for a year and a half:

    >>> club = loyalty.Programme(
    ...     points_per_euro=1,
    ...     tiers=(loyalty.Tier("member", 0), loyalty.Tier("gold", 600, multiplier=2)),
    ...     rewards=(loyalty.Reward("voucher", 200, face_value=5, marginal_cost=3),),
    ...     validity=18,
    ... )
    >>> outcome = loyalty.simulate(club, loyalty.draw_members(500, rng=1), periods=24, rng=1)
    >>> list(outcome.tiers.columns)
    ['member', 'gold']
    """

    rewards: tuple[Reward, ...]
    points_per_euro: float = 0.0
    points_per_visit: float = 0.0
    tiers: tuple[Tier, ...] = (Tier("member", 0),)
    qualify_by: str = "spend"
    window: Calendar = field(default_factory=Calendar)
    downgrade: str = "one_level"
    validity: int | None = None
    pending: int = 0
    joining_bonus: int = 0
    enrolment: Voluntary | None = None
    platform_cost: float = 0.0
    expected_redemption: float = 0.8

    def __post_init__(self) -> None:
        _check_members_of(self.rewards, "rewards", Reward, 'Reward("voucher", 500, face_value=5)')
        _check_members_of(self.tiers, "tiers", Tier, 'Tier("member", 0)')
        _check_earning(self)
        _check_thresholds(self.tiers)
        _check_rules(self)

    @property
    def point_value(self) -> float:
        """Face value of a point in the cheapest reward, in euros."""
        return min(self.rewards, key=lambda reward: reward.points).value_per_point


def _check_members_of(entries: object, name: str, kind: type, example: str) -> None:
    fine = isinstance(entries, tuple) and entries and all(isinstance(e, kind) for e in entries)
    if not fine:
        raise _validate.problem(
            "Programme",
            f"{name} is {entries!r}",
            f"It must be a tuple of at least one {kind.__name__}",
            f"Write {name}=({example},)",
            error=TypeError,
        )


def _check_earning(programme: Programme) -> None:
    where = "Programme"
    euro = _validate.number(programme.points_per_euro, "points_per_euro", where, minimum=0)
    visit = _validate.number(programme.points_per_visit, "points_per_visit", where, minimum=0)
    if euro == visit == 0:
        raise _validate.problem(
            where,
            "points_per_euro and points_per_visit are both 0",
            "Members must be able to earn points",
            "Give one of them a positive rate",
        )


def _check_thresholds(tiers: tuple[Tier, ...]) -> None:
    where, names = "Programme", [tier.name for tier in tiers]
    if len(set(names)) < len(names):
        raise _validate.problem(
            where,
            f"the tiers are named {_validate.listing(names)}",
            "Each tier needs its own name",
        )
    if tiers[0].threshold != 0:
        raise _validate.problem(
            where,
            f"the first tier, '{names[0]}', has threshold {tiers[0].threshold:g}",
            "Every member holds a tier, so the lowest one starts at 0",
            'Put Tier("member", 0) before it',
        )
    for below, above in pairwise(tiers):
        if above.threshold <= below.threshold:
            raise _validate.problem(
                where,
                f"the threshold of tier '{above.name}' ({above.threshold:g}) does not exceed "
                f"that of '{below.name}' ({below.threshold:g})",
                "Thresholds rise from the lowest tier to the highest",
                "List the tiers from low to high",
            )


def _check_rules(programme: Programme) -> None:
    where = "Programme"
    _validate.choice(programme.qualify_by, "qualify_by", where, QUALIFY_BY)
    _validate.choice(programme.downgrade, "downgrade", where, DOWNGRADES)
    if not isinstance(programme.window, Calendar):
        raise _validate.problem(
            where,
            f"window is {programme.window!r}",
            "It must be a qualification window",
            "Write window=Calendar(12)",
            error=TypeError,
        )
    if programme.enrolment is not None and not isinstance(programme.enrolment, Voluntary):
        raise _validate.problem(
            where,
            f"enrolment is {programme.enrolment!r}",
            "It is None (everyone) or a Voluntary rule",
            "Write enrolment=Voluntary(share=0.4)",
            error=TypeError,
        )
    if programme.validity is not None:
        _validate.number(programme.validity, "validity", where, minimum=1, whole=True)
    _validate.number(
        programme.pending, "pending", where, minimum=0, below=programme.validity, whole=True
    )
    _validate.number(programme.joining_bonus, "joining_bonus", where, minimum=0, whole=True)
    _validate.number(programme.platform_cost, "platform_cost", where, minimum=0)
    _validate.number(
        programme.expected_redemption, "expected_redemption", where, above=0, maximum=1
    )
