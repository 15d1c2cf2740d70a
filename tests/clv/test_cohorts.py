"""From members to survivors: nobody is lost, and the likelihood is that of every single member."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from centricity.clv import BetaDiscreteWeibull, ShiftedBetaGeometric, survivors

MEMBERS = pd.DataFrame(
    {
        "joined": [2022, 2022, 2022, 2022, 2023, 2023, 2024],
        "renewals": [3, 3, 0, 1, 2, 1, 1],
        "still_member": [True, True, False, False, True, False, True],
    },
    index=list("abcdefg"),
)


def test_survivors_counted_by_hand():
    table = survivors(MEMBERS, cohort="joined")
    by_hand = [[4, 3, 2, 2], [2, 2, 1, np.nan], [1, 1, np.nan, np.nan]]
    np.testing.assert_array_equal(table.to_numpy(), by_hand)
    assert table.index.tolist() == [2022, 2023, 2024]
    assert table.columns.tolist() == [0, 1, 2, 3]


def test_several_columns_make_a_cohort():
    table = survivors(MEMBERS.assign(plan=list("xxyxyyx")), cohort=["plan", "joined"])
    assert table.index.names == ["plan", "joined"]
    assert table.loc[("y", 2022)].tolist()[:2] == [1, 0]
    assert table[0].sum() == len(MEMBERS)


def test_columns_may_have_any_name_and_rows_any_label():
    renamed = MEMBERS.rename(columns={"joined": "there", "renewals": "made", "still_member": "own"})
    renamed.index = pd.Index([7] * len(renamed))
    table = survivors(renamed, cohort="there", renewals="made", still="own")
    same = survivors(MEMBERS, cohort="joined")
    np.testing.assert_array_equal(table.to_numpy(), same.to_numpy())


def test_a_cohort_of_which_nobody_is_left_ends_with_zero():
    gone = pd.DataFrame({"joined": 1, "renewals": [0, 2, 2], "still_member": False})
    assert survivors(gone, cohort="joined").iloc[0].tolist() == [3, 2, 2, 0]


def test_horizon_cuts_what_came_later():
    table = survivors(MEMBERS, cohort="joined", horizon=1)
    np.testing.assert_array_equal(table.to_numpy(), [[4, 3], [2, 2], [1, 1]])


members_of_cohorts = st.lists(
    st.tuples(st.integers(0, 6), st.lists(st.integers(1, 9), min_size=1, max_size=12)),
    min_size=1,
    max_size=5,
)


def observed(cohorts):
    """Members of cohorts given as (renewals due, number of the renewal each refuses)."""
    rows = [
        (number, min(refuses - 1, due), refuses > due)
        for number, (due, lifetimes) in enumerate(cohorts)
        for refuses in lifetimes
    ]
    return pd.DataFrame(rows, columns=["joined", "renewals", "still_member"])


@given(members_of_cohorts)
def test_no_member_is_lost_and_counts_are_those_of_a_loop(cohorts):
    table = survivors(observed(cohorts), cohort="joined")
    assert table[0].sum() == sum(len(lifetimes) for _, lifetimes in cohorts)
    for number, (due, lifetimes) in enumerate(cohorts):
        seen = table.loc[number].dropna()
        assert seen.tolist() == [sum(t > n for t in lifetimes) for n in seen.index]
        nobody_left = seen.iloc[-1] == 0
        assert len(seen) == due + 1 or nobody_left


@given(members_of_cohorts)
def test_loglikelihood_of_a_table_is_the_sum_over_members(cohorts):
    members, model = observed(cohorts), BetaDiscreteWeibull(0.8, 3.0, 1.3)
    lost, told = ~members["still_member"], members["renewals"] > 0
    assume(lost.any() and told.any())
    made = members["renewals"]
    chance = np.where(lost, model.survival(made) - model.survival(made + 1), model.survival(made))
    by_hand = np.log(chance).sum()
    assert model.loglike(survivors(members, cohort="joined")) == pytest.approx(by_hand, rel=1e-9)


def test_cohorts_together_are_fitted_by_the_sum_of_their_likelihoods():
    model = ShiftedBetaGeometric(0.8, 3.0)
    rows = [model.simulate(size, due, rng=due) for size, due in ((400, 7), (900, 3), (700, 1))]
    table = pd.DataFrame(rows)
    assert table.loc[:, 2].isna().sum() == 1
    assert model.loglike(table) == pytest.approx(sum(model.loglike(row) for row in rows))
    fit = ShiftedBetaGeometric.fit(table)
    assert fit.n == 2000
    assert fit.converged


def test_a_cohort_before_its_first_renewal_changes_nothing():
    one = [1000, 800, 690]
    two = pd.DataFrame([one, [5000, np.nan, np.nan]])
    alone, beside = ShiftedBetaGeometric.fit(one), ShiftedBetaGeometric.fit(two)
    assert alone.params.tolist() == beside.params.tolist()
    assert alone.n == beside.n == 1000


def test_a_row_of_a_table_with_renewals_yet_to_come_is_a_cohort():
    table = pd.DataFrame([[1000, 800, 690], [900, 730, np.nan]])
    assert ShiftedBetaGeometric(1, 4).loglike(table.loc[1]) == pytest.approx(
        730 * np.log(0.8) + 170 * np.log(0.2)
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"renewals": [3, 2, 0, 1, 2, 1, 1]}, r"in 1 of 3 cohorts \(first: cohorts 2022\): from 2"),
        (
            {"renewals": [3, 3, 3, 1, 2, 1, 1]},
            r"1 of 7 members \(first: members c\) have left, but",
        ),
        ({"renewals": [3, 3, -1, 1, 2, 1, 1]}, r"'renewals' is below 0 in 1 of 7 members"),
        ({"renewals": [3, 3, 0.5, 1, 2, 1, 1]}, r"'renewals' is not a whole number in 1 of 7"),
        ({"joined": [None, *[2022] * 6]}, r"the cohort is missing in 1 of 7 members"),
        ({"still_member": ["yes"] * 7}, r"'still_member' is neither True nor False in 7 of 7"),
    ],
)
def test_members_that_cannot_be_are_refused(change, message):
    with pytest.raises(ValueError, match=rf"^survivors: .*{message}"):
        survivors(MEMBERS.assign(**change), cohort="joined")


def test_tables_that_cannot_be_counted_are_refused():
    with pytest.raises(ValueError, match="the column 'year' is missing"):
        survivors(MEMBERS, cohort="year")
    with pytest.raises(ValueError, match="the table has no rows"):
        survivors(MEMBERS.head(0), cohort="joined")
    with pytest.raises(TypeError, match="takes a pandas DataFrame"):
        survivors([1, 2], cohort="joined")
    with pytest.raises(ValueError, match="horizon is 0"):
        survivors(MEMBERS, cohort="joined", horizon=0)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ([[100, 90], [100, 110]], r"survivors rises in 1 of 2 cohorts \(first: cohorts 1\)"),
        ([[100, np.nan, 80], [90, 80, 70]], "is negative, missing or infinite in 1 of 2 cohorts"),
        ([[np.nan, 90], [90, 80]], "is negative, missing or infinite in 1 of 2 cohorts"),
        ([[100, np.nan], [90, np.nan]], "with no renewal of any customer in it"),
        (pd.DataFrame([[9, 8]], columns=["a", "b"]), r"the columns of survivors are a, b …"),
    ],
)
def test_tables_of_survivors_that_cannot_be_are_refused(table, message):
    with pytest.raises(ValueError, match=rf"ShiftedBetaGeometric.fit: .*{message}"):
        ShiftedBetaGeometric.fit(table)


def test_a_table_lying_on_its_side_is_told_to_turn():
    with pytest.raises(ValueError, match=r"columns of survivors are x, y .*give table\.T"):
        ShiftedBetaGeometric.fit(pd.DataFrame({"x": [9, 8, 7], "y": [9, 7, 6]}))


def test_a_large_table_is_counted_without_a_loop_over_members():
    model = BetaDiscreteWeibull(0.5, 5.0, 1.25)
    parts = [
        model.simulate_members(4000, due, rng=due).assign(joined=due) for due in range(0, 60, 3)
    ]
    members = pd.concat(parts, ignore_index=True)
    table = survivors(members, cohort="joined")
    assert table.shape == (20, 58)
    for due in (0, 30, 57):
        cohort = members[members["joined"] == due]
        gone_by = [(cohort["renewals"][~cohort["still_member"]] < n).sum() for n in range(due + 1)]
        assert (4000 - table.loc[due].dropna()).tolist() == gone_by
