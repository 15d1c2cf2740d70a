"""The design canvas of a workshop: one page on which a team writes its programme, and runs it."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import pandas as pd

from centricity import _validate
from centricity._typing import RNG
from centricity.loyalty.behaviour import Behaviour
from centricity.loyalty.enrolment import Closed, Fee, Open
from centricity.loyalty.members import Members
from centricity.loyalty.outcome import Outcome
from centricity.loyalty.programme import Programme
from centricity.loyalty.rewards import Reward
from centricity.loyalty.simulate import simulate
from centricity.loyalty.tier import Tier

WHERE = "Canvas"
GOALS = ("more members", "higher value", "continued buying", "stored value")
DRIVERS = ("reward", "data", "interaction")
FEELINGS = ("honour", "participation", "responsibility")
DEAR = 0.05  # more than this share back at face value is a price cut


@dataclass(frozen=True)
class Canvas:
    """A programme as a team of three writes it down in twenty minutes.

    Five minutes each: (1) ``goals`` and ``brand``; (2) the three drivers, and the three feelings;
    (3) the rules; (4) the costs, then :meth:`run`, :meth:`questions`, and once more with another
    rule. One reads the questions aloud, one writes, one plays the customer.

    Parameters
    ----------
    name : str
    goals : sequence of str
        What it is for: "more members", "higher value", "continued buying", "stored value".
    brand : str
        Why it fits this brand and no other.
    reward, data, interaction : str
        The three drivers, a sentence each: why people join; what the firm will learn and do with
        it; what occasion it gives to be useful.
    honour, participation, responsibility : str
        The three feelings, a sentence each: what shows respect, trust and gratitude; what is
        warm or fun; who puts things right, and how.
    points_per_euro : float
    reward_points : int
        Price of the reward in points.
    reward_worth, reward_cost : float
        Its face value to the member and its marginal cost to the firm, in euros.
    validity : int or None
        Periods that points live; None = for ever.
    joining_bonus : int
        Points given on joining.
    top_tier : float or None
        Spending in a year, in euros, from which the top tier is held; None = no tiers.
    top_multiplier, top_cost, top_hazard_cut : float
        Points per base point in the top tier; cost of its privileges, € per member and period; and
        the share by which they cut the chance of leaving.
    joining : float
        Share of customers with one order per period who join; 1 = everybody is enrolled.
    selection : float
        How much likelier heavy buyers join, as in :class:`Open`.
    invited_from : float or None
        Closed enrolment: spending in twelve periods, in euros, that earns an invitation.
    fee : float
        What a year of membership costs the member, in euros.
    platform_cost : float
        Fixed cost, € per period.

    Raises
    ------
    ValueError, TypeError
        If a goal is unknown or a rule makes no sense.

    Examples
    --------
    >>> page = Canvas("Ink Circle", goals=["continued buying"], reward="a refill every autumn")
    >>> page.questions()[0]
    'Brand: why does it fit this brand and no other?'
    """

    name: str
    goals: Sequence[str] = ()
    brand: str = ""
    reward: str = ""
    data: str = ""
    interaction: str = ""
    honour: str = ""
    participation: str = ""
    responsibility: str = ""
    points_per_euro: float = 1.0
    reward_points: int = 200
    reward_worth: float = 4.0
    reward_cost: float = 2.0
    validity: int | None = 12
    joining_bonus: int = 0
    top_tier: float | None = None
    top_multiplier: float = 1.5
    top_cost: float = 1.0
    top_hazard_cut: float = 0.1
    joining: float = 0.4
    selection: float = 1.5
    invited_from: float | None = None
    fee: float = 0.0
    platform_cost: float = 100.0

    def __post_init__(self) -> None:
        goals = (self.goals,) if isinstance(self.goals, str) else tuple(self.goals)
        for goal in goals:
            _validate.choice(goal, "a goal", WHERE, GOALS)
        object.__setattr__(self, "goals", goals)
        for name in ("name", "brand", *DRIVERS, *FEELINGS):
            if not isinstance(getattr(self, name), str):
                says = f"{name} is {_validate.a_type(getattr(self, name))}"
                remedy = "Leave it out, or write '' as long as the team has none"
                raise _validate.problem(WHERE, says, "It is a sentence", remedy, TypeError)
        _validate.number(self.fee, "fee", WHERE, minimum=0)
        self.programme()

    def programme(self) -> Programme:
        """Return the rules as a programme.

        Examples
        --------
        >>> Canvas("plain", top_tier=600).programme().tiers[1].threshold
        600
        """
        tiers = [Tier("member", 0)]
        if self.top_tier is not None:
            tiers.append(
                Tier("top", self.top_tier, self.top_multiplier, self.top_cost, self.top_hazard_cut)
            )
        enrolment: Open | Closed | None = Open(self.joining, self.selection)
        if self.invited_from is not None:
            enrolment = Closed(self.invited_from, share=self.joining)
        elif self.joining == 1:
            enrolment = None
        return Programme(
            points_per_euro=self.points_per_euro,
            rewards=(Reward("reward", self.reward_points, self.reward_worth, self.reward_cost),),
            tiers=tuple(tiers),
            validity=self.validity,
            joining_bonus=self.joining_bonus,
            enrolment=enrolment,
            fee=Fee(self.fee) if self.fee else None,
            platform_cost=self.platform_cost,
        )

    @property
    def back(self) -> float:
        """Share of a euro that comes back in points, at face value, below the top tier.

        Examples
        --------
        >>> Canvas("plain", points_per_euro=1, reward_points=200, reward_worth=4).back
        0.02
        """
        return self.points_per_euro * self.reward_worth / self.reward_points

    def questions(self) -> list[str]:
        """Return what the page leaves open, and where its parts disagree; empty when all is said.

        Examples
        --------
        >>> page = Canvas("plain", goals=["higher value"], **dict.fromkeys(
        ...     ("brand", "reward", "data", "interaction", "honour", "participation",
        ...      "responsibility"), "said"))
        >>> page.questions()
        ['Higher value: no tier asks for more. What will make a member spend more?']
        """
        asks = [] if self.goals else ["Goals: what is it for? Choose one or two of the four."]
        if len(self.goals) > 2:
            asks.append("Goals: more than two. Which one would you give up last?")
        blanks = {
            "brand": "why does it fit this brand and no other?",
            "reward": "why will people join?",
            "data": "what will you learn, and what will you do differently because of it?",
            "interaction": "what occasion does it give you to be useful?",
            "honour": "what shows respect, trust or gratitude?",
            "participation": "what is warm, or fun?",
            "responsibility": "when something goes wrong, who puts it right?",
        }
        asks += [f"{name.capitalize()}: {ask}" for name, ask in blanks.items()
                 if not getattr(self, name).strip()]  # fmt: skip
        return asks + [says for wrong, says in self._clashes() if wrong]

    def _clashes(self) -> list[tuple[bool, str]]:
        short = self.validity is not None and self.validity < 12
        return [
            (
                "more members" in self.goals and (self.fee > 0 or self.invited_from is not None),
                "More members: a fee or an invitation keeps people out. Is that meant?",
            ),
            (
                "higher value" in self.goals and self.top_tier is None,
                "Higher value: no tier asks for more. What will make a member spend more?",
            ),
            (
                "continued buying" in self.goals and self.validity is None and not self.top_tier,
                "Continued buying: nothing has a date. What brings a member in this month?",
            ),
            (
                "stored value" in self.goals and short,
                f"Stored value: points die after {self.validity} periods. What is there to store?",
            ),
            (
                short and bool(self.honour.strip()),
                "Honour: points that die within a year, and respect. Say both to a customer.",
            ),
            (
                self.back > DEAR,
                f"Cost: {100 * self.back:.1f} % back at face value is a price cut. Is that meant?",
            ),
            (
                self.reward_cost > self.reward_worth,
                "Cost: the reward costs you more than it is worth to the customer.",
            ),
            (
                self.selection == 0 and self.enrolment_is_a_choice,
                "Joining: selection is 0. Will heavy buyers really be no likelier to join?",
            ),
        ]

    @property
    def enrolment_is_a_choice(self) -> bool:
        """Whether customers decide for themselves.

        Examples
        --------
        >>> Canvas("plain", joining=1.0).enrolment_is_a_choice
        False
        """
        return self.invited_from is None and self.joining < 1

    def run(
        self,
        members: Members | pd.DataFrame,
        periods: int = 24,
        *,
        behaviour: Behaviour | None = None,
        launch: int = 0,
        rng: RNG = None,
    ) -> "CanvasResult":
        """Simulate the page.

        Some 5,000 members over 24 months take a small part of a second.

        Parameters
        ----------
        members : Members or DataFrame
        periods, launch : int
        behaviour : Behaviour, optional
        rng : Generator, int or None
            Give every team the same seed and members: differences are then the designs' doing.

        Returns
        -------
        CanvasResult

        Examples
        --------
        >>> from centricity import loyalty
        >>> page = Canvas("Ink Circle", goals=["continued buying"])
        >>> result = page.run(loyalty.Members.draw(1_000, rng=1), rng=1)
        >>> result.scores.index[0]
        'members, % of customers'
        """
        with warnings.catch_warnings():  # said again by CanvasResult.questions
            warnings.filterwarnings("ignore", message="simulate: nobody")
            outcome = simulate(
                self.programme(), members, periods, behaviour=behaviour, launch=launch, rng=rng
            )
        return CanvasResult(self, outcome, _scores(outcome).rename(self.name))

    def page(self) -> pd.DataFrame:
        """Return the page as a table: one row per field, ready to print.

        Examples
        --------
        >>> Canvas("Ink Circle").page().loc["validity", "what we say"]
        '12'
        """
        said = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        said["goals"] = ", ".join(self.goals)
        shown = {name: "—" if value in (None, "") else f"{value}" for name, value in said.items()}
        return pd.DataFrame({"what we say": shown}).rename_axis("field")


@dataclass(frozen=True, eq=False)
class CanvasResult:
    """What a page does when it is run.

    Parameters
    ----------
    canvas : Canvas
    outcome : Outcome
    scores : Series
        What a team compares: members, lift of their sales, costs, break-even lift, profit, reach
        and redemption, each with its unit in the label.

    Examples
    --------
    >>> from centricity import loyalty
    >>> page = Canvas("everybody", joining=1.0)
    >>> result = page.run(loyalty.Members.draw(200, rng=1), rng=1)
    >>> float(result.scores["members, % of customers"])
    100.0
    """

    canvas: Canvas
    outcome: Outcome = field(repr=False)
    scores: pd.Series = field(repr=False)

    def questions(self) -> list[str]:
        """Return what the page leaves open, and what the run adds to it.

        Examples
        --------
        >>> from centricity import loyalty
        >>> page = Canvas("plain", goals=["higher value"], top_tier=1e6, **dict.fromkeys(
        ...     ("brand", "reward", "data", "interaction", "honour", "participation",
        ...      "responsibility"), "said"))
        >>> page.run(loyalty.Members.draw(200, rng=1), rng=1).questions()
        ['Top tier: nobody got there. Whom is it for?']
        """
        tiers, asks = self.outcome.tiers, self.canvas.questions()
        if tiers.shape[1] > 1 and not tiers.iloc[:, -1].any():
            asks.append("Top tier: nobody got there. Whom is it for?")
        if not self.outcome.history["redeemed"].any():
            asks.append("Reward: nobody got one. Is it within reach?")
        return asks


def _scores(outcome: Outcome) -> pd.Series:
    people, history = outcome.members, outcome.history.loc[outcome.launch :]
    inside = people[people["group"] == "member"]
    total = outcome.incremental().sum()
    costs = total[["reward_cost", "tier_cost", "platform_cost"]].sum() - total["fees"]
    sales, twin = inside["sales"].sum(), inside["twin_sales"].sum()
    margin = history["margin"].sum() / history["sales"].sum() if history["sales"].sum() else 0.0
    share = costs / sales if sales else float("nan")
    present = len(people) - (people["group"] == "gone").sum()
    return pd.Series(
        {
            "members, % of customers": 100 * len(inside) / present if present else float("nan"),
            "lift of members' sales, %": 100 * (sales / twin - 1) if twin else float("nan"),
            "lift needed to break even, %": 100 * share / (margin - share)
            if margin > share
            else float("inf"),
            "net costs, % of members' sales": 100 * share,
            "profit, €": total["profit"],
            "members with a reward, %": 100 * (inside["redeemed"] > 0).mean(),
            "points redeemed so far, %": 100 * outcome.redemption_rate,
        }
    )
