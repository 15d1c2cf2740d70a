"""The members' table is what its programme and its seed make of it."""

import pandas as pd

from centricity import datasets, loyalty


def test_the_written_traits_give_the_written_outcome_again(generator):
    members, card = datasets.load_loyalty_members(), generator.draw_loyalty
    again = loyalty.simulate(
        card.CARD, members, card.PERIODS, launch=card.LAUNCH, holdout=card.HOLDOUT, rng=card.SEED
    )
    for name in ("sales", "twin_sales", "issued", "redeemed", "expired", "outstanding"):
        pd.testing.assert_series_equal(
            again.members[name], members[name], check_dtype=False, check_index_type=False
        )


def test_points_are_all_accounted_for_and_only_members_have_any():
    members = datasets.load_loyalty_members()
    held = members["issued"] - members["redeemed"] - members["expired"]
    assert (held == members["outstanding"]).all()
    inside = members["group"] == "member"
    assert (members.loc[~inside, "issued"] == 0).all()
    assert (members["tier"].notna() == inside).all()


def test_the_card_changes_nobody_who_does_not_hold_it():
    members = datasets.load_loyalty_members()
    outside = members[members["group"] != "member"]
    assert (outside["sales"] == outside["twin_sales"]).all()


def test_members_against_others_overstate_the_card_many_times():
    members = datasets.load_loyalty_members()
    inside = members["group"] == "member"
    seen = members.loc[inside, "sales"].mean() - members.loc[~inside, "sales"].mean()
    true = (members["sales"] - members["twin_sales"])[inside].mean()
    assert 0 < true < seen / 10


def test_datasheet_prints_the_sums(source):
    readme = (source / "README.md").read_text(encoding="utf-8")
    members = datasets.load_loyalty_members()
    inside = members[members["group"] == "member"]
    true = (inside["sales"] - inside["twin_sales"]).mean()
    share = (inside["sales"].sum() / inside["twin_sales"].sum() - 1) * 100
    text = " ".join(readme.split())
    assert f"{len(inside):,} members" in text
    assert f"effect of the card is {true:.0f} € per member, {share:.1f} % of their sales" in text
    assert f"Of {members['issued'].sum():,} points issued" in text
