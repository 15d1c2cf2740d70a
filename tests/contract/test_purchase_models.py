"""What every model of buying and leaving owes its user, checked against simulation."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.clv import BGNBD, MBGNBD, ParetoNBD

MODELS = [
    BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426),
    BGNBD(r=1.5, alpha=8.0, a=1.0, b=6.0),
    BGNBD(r=4.0, alpha=2.0, a=3.0, b=9.0),
    MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614),
    ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669),
    ParetoNBD(r=3.0, alpha=5.0, s=1.0, beta=12.0),
]
every_model = pytest.mark.parametrize("model", MODELS, ids=repr)


def table(frequency, recency, T):
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T})


@every_model
def test_pmf_sums_to_one(model):
    for t in (0.0, 1.0, 39.0, 200.0):
        assert model.pmf(np.arange(20_000), t).sum() == pytest.approx(1, abs=2e-4)


@every_model
def test_expectation_is_the_mean_of_the_pmf_and_of_simulation(model, rng):
    t = 20.0
    n = np.arange(20_000)
    assert model.expected_purchases_new(t) == pytest.approx(model.pmf(n, t) @ n, rel=2e-3)
    x = model.simulate(np.full(100_000, t), rng=rng).customers["frequency"]
    assert abs(x.mean() - model.expected_purchases_new(t)) < 4 * x.std() / np.sqrt(len(x))


@every_model
def test_pmf_matches_simulated_frequencies(model, rng):
    n, size = np.arange(6), 100_000
    x = model.simulate(np.full(size, 12.0), rng=rng).customers["frequency"]
    share = np.array([(x == k).mean() for k in n])
    p = model.pmf(n, 12.0)
    assert (np.abs(share - p) < 4 * np.sqrt(p * (1 - p) / size)).all()


@every_model
def test_p_alive_and_expected_purchases_match_what_simulated_customers_did(model, rng):
    """Simulate to T + t, look only at (0, T], predict, and compare with the truth by group."""
    T, t, size = 30.0, 25.0, 100_000
    world = model.simulate(np.full(size, T + t), rng=rng)
    repeats = world.purchases[world.purchases["time"] > 0]
    early = repeats[repeats["time"] <= T].groupby("customer")["time"].agg(["size", "max"])
    early = early.reindex(range(size), fill_value=0.0)
    customers = table(early["size"], early["max"], T)
    later = repeats[repeats["time"] > T].groupby("customer").size()
    customers["later"] = later.reindex(customers.index, fill_value=0)
    customers["alive"] = world.customers["lifetime"] > T
    customers["p"] = model.p_alive(customers)
    customers["e"] = model.expected_purchases(customers, t)
    group = [
        customers["frequency"].clip(upper=4),
        pd.cut(customers["recency"], [-1, 0, 10, 20, 30]),
    ]
    seen = customers.groupby(group, observed=True)[["later", "alive", "p", "e"]].agg(
        ["mean", "var"]
    )
    size = customers.groupby(group, observed=True).size()
    enough = size > 500
    for truth, forecast in (("alive", "p"), ("later", "e")):
        error = seen[truth, "mean"] - seen[forecast, "mean"]
        # Where a rare event was never seen its variance is the forecast's, not zero.
        spread = np.maximum(seen[truth, "var"], seen[forecast, "mean"])
        standard = np.sqrt(spread / size)
        assert (error[enough].abs() / standard[enough] < 4.5).all(), truth


@every_model
def test_dert_is_the_discounted_sum_of_expected_purchases(model):
    customers = table([0, 1, 4, 30], [0.0, 5.0, 30.0, 38.0], 39.0)
    rate = 0.15 / 52
    edges = np.concatenate([np.linspace(0, 500, 501), np.geomspace(500, 60 / rate, 800)[1:]])
    expected = np.array([model.expected_purchases(customers, t) for t in edges])
    middle = (edges[1:] + edges[:-1]) / 2
    by_hand = ((1 + rate) ** -middle) @ np.diff(expected, axis=0)
    np.testing.assert_allclose(model.dert(customers, rate), by_hand, rtol=1e-4)


@every_model
def test_a_long_horizon_approaches_dert_and_a_zero_rate_is_no_discount(model):
    customers = table([0, 1, 4], [0.0, 5.0, 30.0], 39.0)
    long = model.discounted_purchases(customers, 3000.0, 0.02)
    np.testing.assert_allclose(long, model.dert(customers, 0.02), rtol=1e-5)
    np.testing.assert_allclose(
        model.discounted_purchases(customers, 52.0, 0.0), model.expected_purchases(customers, 52.0)
    )


@every_model
def test_time_unit_does_not_matter(model):
    customers = table([0, 1, 4], [0.0, 5.0, 30.0], 39.0)
    days = customers.assign(recency=customers["recency"] * 7, T=customers["T"] * 7)
    in_days = replace(
        model,
        **{name: getattr(model, name) * 7 for name in ("alpha", "beta") if hasattr(model, name)},
    )
    np.testing.assert_allclose(model.p_alive(customers), in_days.p_alive(days))
    np.testing.assert_allclose(
        model.expected_purchases(customers, 39), in_days.expected_purchases(days, 273)
    )


@settings(max_examples=200)
@given(
    x=st.integers(0, 5000),
    T=st.floats(0.01, 1e5),
    share=st.floats(0.001, 1),
    t=st.floats(0, 1e5),
    model=st.sampled_from(MODELS),
)
def test_extreme_histories_give_finite_sensible_answers(x, T, share, t, model):
    customers = table([x], [share * T if x else 0.0], [T])
    alive = model.p_alive(customers).item()
    expected = model.expected_purchases(customers, t).item()
    assert 0 <= alive <= 1
    assert 0 <= expected <= alive * t * (model.r + x) / (model.alpha + T) * (1 + 1e-9) + 1e-9
    assert np.isfinite(model.dert(customers, 0.002)).all()


@every_model
def test_index_is_kept_and_duplicates_do_not_matter(model):
    customers = table([0, 1, 1], [0.0, 5.0, 5.0], 39.0).set_axis(["c", "a", "a"])
    alive = model.p_alive(customers)
    assert alive.index.tolist() == ["c", "a", "a"]
    assert alive.iloc[1] == alive.iloc[2]


@every_model
@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"recency": [5.0, 50.0]}, "recency is above T in 1 of 2 customers (first: customers B)"),
        ({"frequency": [0, 2]}, "frequency is 0 but recency is above 0 in 1 of 2 customers"),
        ({"recency": [0.0, 8.0]}, "frequency is above 0 but recency is 0 in 1 of 2 customers"),
        ({"frequency": [1.5, 2]}, "'frequency' is not a whole number in 1 of 2 customers"),
        ({"T": [np.nan, 39]}, "'T' is missing or infinite in 1 of 2 customers"),
        ({"recency": [np.inf, 3]}, "'recency' is missing or infinite in 1 of 2 customers"),
        ({"frequency": [-1, 3]}, "'frequency' is below 0 in 1 of 2 customers"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused_with_the_customers_named(
    model, columns, message
):
    good = table([1, 2], [5.0, 8.0], 39.0).set_axis(["A", "B"])
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        model.p_alive(good.assign(**columns))
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{type(model).__name__}.p_alive: ")


@every_model
def test_wrong_types_are_refused(model):
    good = table([1, 2], [5.0, 8.0], 39.0)
    with pytest.raises(TypeError, match="'T' has dtype"):
        model.p_alive(good.astype({"T": str}))
    with pytest.raises(TypeError, match="a list was given"):
        model.p_alive([1, 2, 3])
    with pytest.raises(ValueError, match="the column 'T' is missing"):
        model.p_alive(good.drop(columns="T"))
    with pytest.raises(ValueError, match="has no rows"):
        model.p_alive(good.head(0))
    with pytest.raises(ValueError, match="t is -1"):
        model.expected_purchases(good, -1)
