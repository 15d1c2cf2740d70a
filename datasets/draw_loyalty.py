"""Members of the Quillmere Card: who they are, and two years of the card beside their twins."""

from dataclasses import asdict

import pandas as pd

from centricity import loyalty

SEED, CUSTOMERS, PERIODS, LAUNCH, HOLDOUT = 20240101, 3_000, 36, 12, 0.1
CARD = loyalty.Programme(
    points_per_euro=1,
    tiers=(
        loyalty.Tier("member", 0),
        loyalty.Tier("silver", 400, multiplier=1.25, cost=0.20, hazard_cut=0.05),
        loyalty.Tier("gold", 900, multiplier=1.5, cost=0.60, hazard_cut=0.10),
    ),
    rewards=(
        loyalty.Reward("voucher", 250, face_value=5.0, marginal_cost=3.2),
        loyalty.Reward("fountain pen", 1_500, face_value=36.0, marginal_cost=19.0),
    ),
    window=loyalty.Calendar(12),
    validity=18,
    pending=1,
    enrolment=loyalty.Open(share=0.45, selection=1.0),
    platform_cost=900.0,
)
BEHAVIOUR = loyalty.Behaviour()
OBSERVED = [
    "group", "active", "tier", "periods", "sales_before", "orders", "twin_orders",
    "sales", "twin_sales", "issued", "redeemed", "expired", "outstanding",
]  # fmt: skip


def draw(seed: int = SEED) -> pd.DataFrame:
    """Draw the customers and run the card; the traits as written give the outcome as written."""
    members = loyalty.Members.draw(CUSTOMERS, rng=seed).table.round(4)
    members["basket"] = members["basket"].round(2)
    members.index = pd.Index([f"M{n:04d}" for n in range(1, len(members) + 1)], name="member_id")
    outcome = loyalty.simulate(
        CARD, members, PERIODS, behaviour=BEHAVIOUR, launch=LAUNCH, holdout=HOLDOUT, rng=seed
    )
    state = outcome.members[OBSERVED]
    tier = state["tier"].astype("str").where(state["group"] == "member", "")
    members = members.astype({"forward_looking": int})
    return members.join(state.assign(tier=tier)).reset_index()


def truth() -> dict[str, object]:
    """Return the programme, the behaviour and the seed that made the table."""
    return {
        "seed": SEED,
        "periods": PERIODS,
        "launch": LAUNCH,
        "holdout": HOLDOUT,
        "programme": asdict(CARD),
        "behaviour": asdict(BEHAVIOUR),
    }
