"""What a simulation was asked for and what never happened in it: the warnings of `simulate`."""

from collections.abc import Iterator, Sequence

from centricity import _validate
from centricity.loyalty._engine import Block
from centricity.loyalty._rules import overlaps
from centricity.loyalty._scheme import Rules
from centricity.loyalty.campaign import Campaign
from centricity.loyalty.rewards import Reward

WHERE = "simulate"
NOTHING = "What never happens changes nothing"


def surprises(rules: Rules, done: Sequence[Block]) -> Iterator[UserWarning]:
    """Yield a warning for each tier, reward or campaign that played no part."""
    yield from _empty_tiers(rules, max(block.best for block in done))
    yield from _rewards_out_of_time(rules)
    yield from _rewards_out_of_reach(rules, done)
    yield from _idle_campaigns(rules)


def _empty_tiers(rules: Rules, best: float) -> Iterator[UserWarning]:
    programme = rules.programme
    empty = [tier for tier in programme.tiers if tier.threshold > best]
    if empty:
        unit = {"spend": "euros", "visits": "visits", "points": "base points"}
        yield _validate.problem(
            WHERE,
            f"nobody reached tier {_validate.listing(tier.name for tier in empty)}: it starts at "
            f"{empty[0].threshold:,.10g} {unit[programme.qualify_by]}, the best member had "
            f"{best:,.0f} in one window",
            "A tier that no one can reach changes nothing",
            "Lower its threshold, lengthen the window or simulate more periods",
            error=UserWarning,
        )


def _rewards_out_of_time(rules: Rules) -> Iterator[UserWarning]:
    end = rules.periods if rules.close is None else min(rules.close.end, rules.periods)
    for reward in rules.programme.rewards:
        if not overlaps(reward.first, reward.last, range(rules.launch, end)):
            yield _validate.problem(
                WHERE,
                f"reward '{reward.name}' can never be had: it is offered in {_when(reward)}, and "
                f"the programme runs in {_span(rules.launch, end)}",
                NOTHING,
                "Move it, or simulate more periods",
                error=UserWarning,
            )


def _rewards_out_of_reach(rules: Rules, done: Sequence[Block]) -> Iterator[UserWarning]:
    every = [*done, *(block.friends for block in done if block.friends is not None)]
    missed = frozenset.intersection(*(block.missed for block in every))
    end = rules.periods if rules.close is None else min(rules.close.end, rules.periods)
    most = max(block.most for block in every)
    for reward in rules.programme.rewards:
        in_time = overlaps(reward.first, reward.last, range(rules.launch, end))
        if reward.name in missed and in_time:
            yield _validate.problem(
                WHERE,
                f"nobody could have reward '{reward.name}': it costs {reward.points:,} points, and "
                f"the most that anyone could spend at once was {most:,}",
                f"Points live for {rules.programme.validity} periods, and smaller rewards may take "
                "them before",
                "Lower its price, let points live longer, or take a smaller reward out",
                error=UserWarning,
            )


def _idle_campaigns(rules: Rules) -> Iterator[UserWarning]:
    alike: dict[tuple[float, tuple[str, ...]], list[Campaign]] = {}
    for campaign in rules.programme.campaigns:
        alike.setdefault((campaign.multiplier, campaign.tiers), []).append(campaign)
    for group in alike.values():
        # A calendar of the same promotion may well be longer than one simulation.
        if not any(overlaps(each.first, each.last, rules.earning) for each in group):
            names = _validate.listing(campaign.name for campaign in group)
            yield _validate.problem(
                WHERE,
                f"campaign {names} never runs: it is set for {_when(group[0])}, and members "
                f"earn in {_span(rules.earning.start, rules.earning.stop)}",
                NOTHING,
                "Move it (the first period is 0), or simulate more periods",
                error=UserWarning,
            )


def _when(offer: Reward | Campaign) -> str:
    """Say in which periods something is offered."""
    if offer.first is None:
        return f"period {offer.last} and before"
    if offer.last is None:
        return f"period {offer.first} and later"
    return _span(offer.first, offer.last + 1)


def _span(start: int, stop: int) -> str:
    """Say a range of periods in words.

    >>> _span(3, 6), _span(3, 4), _span(3, 3)
    ('periods 3 to 5', 'period 3', 'no period')
    """
    if stop <= start:
        return "no period"
    return f"period {start}" if stop == start + 1 else f"periods {start} to {stop - 1}"
