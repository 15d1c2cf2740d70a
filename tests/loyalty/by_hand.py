"""One member whose orders are given, so that points and tiers can be worked out on paper."""

import numpy as np
from scipy import stats

from centricity import loyalty
from centricity.loyalty import _engine
from centricity.loyalty._enrol import Joining
from centricity.loyalty._scheme import Rules
from centricity.loyalty._worlds import Draws

RATE = 3.0
ONE = {
    "purchase_rate": RATE, "basket": 10.0, "margin": 0.3, "hazard": 0.0,
    "share_of_wallet": 0.5, "forward_looking": 0.0, "flexibility": 0.0, "redemption": 1.0,
    "price_sensitivity": 1.0, "arrives": 0.0,
}  # fmt: skip


def live(programme, orders, *, launch=0, events=(), renew=0.0):
    """Run a member who redeems whenever possible and is moved by nothing."""
    traits = {name: np.array([value]) for name, value in ONE.items()}
    rest = np.full(1, 0.5)
    draws = (Draws(np.array([stats.poisson.cdf(k, RATE) - 1e-9]), rest, rest, rest, rest * 0)
             for k in orders)  # fmt: skip
    rules = Rules(programme, loyalty.Behaviour.none(), tuple(events), len(orders), launch, 0.0)
    joining = Joining(traits, programme, np.full((3, 1), 0.5), launch=launch, holdout=0.0)
    return _engine.run_block(traits, joining, draws, lambda _: np.full(1, renew), rules)


def flow(block, name):
    """Return what happened in each period."""
    return block.flows[:, _engine.FLOWS.index(name)].astype(int).tolist()


def tiers(block):
    """Return the position of the member's tier in each period."""
    return [int(np.argmax(row)) if row.any() else None for row in block.tiers]


def card(**changes):
    """One point a visit, no reward within reach unless asked for."""
    usual = {"points_per_visit": 1, "rewards": (loyalty.Reward("far", 10_000, 1, 0),)}
    return loyalty.Programme(**(usual | changes))
