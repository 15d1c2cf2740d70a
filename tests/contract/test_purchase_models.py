"""What every model of buying and leaving owes its user, checked against simulation.

A new model is added in tests/support/contract_models.py.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from contract_models import BUYING
from hypothesis import given, settings
from hypothesis import strategies as st

from centricity.clv import BGNBD

# Steadier, faster and larger than those of the papers.
CASES = [*BUYING, BUYING[0]._replace(truth=BGNBD(r=4.0, alpha=2.0, a=3.0, b=9.0))]
every_model = pytest.mark.parametrize("case", CASES, ids=repr)
in_time = [case for case in CASES if not case.whole]


def table(frequency, recency, T):
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T})


def panels(edges):
    """Nodes and weights of Gauss and Legendre's rule, twelve between any two edges."""
    nodes, weights = np.polynomial.legendre.leggauss(12)
    half, middle = np.diff(edges)[:, None] / 2, (np.array(edges[1:]) + edges[:-1])[:, None] / 2
    return (middle + half * nodes).ravel(), (half * weights).ravel()


@pytest.fixture(scope="module", params=CASES, ids=repr)
def lived(request):
    """Customers as seen at T = 30, and what they then did up to T + 25, by the simulator."""
    case, T, t, size = request.param, 30.0, 25.0, 60_000
    world = case.truth.simulate(np.full(size, T + t), rng=20261121)
    repeats = world.purchases[world.purchases["time"] > 0]
    early = repeats[repeats["time"] <= T].groupby("customer")["time"].agg(["size", "max"])
    early = early.reindex(range(size), fill_value=0.0)
    customers = table(early["size"], early["max"], T)
    late = repeats[repeats["time"] > T]
    done = pd.DataFrame({"alive": (world.customers["lifetime"] > T).astype(float)})
    done["alive later"] = (world.customers["lifetime"] > T + t).astype(float)
    done["purchases"] = late.groupby("customer").size().reindex(done.index, fill_value=0)
    worth = 1.02 ** (T - late["time"])
    done["worth"] = worth.groupby(late["customer"]).sum().reindex(done.index, fill_value=0.0)
    done["time"] = world.customers["lifetime"].clip(T, T + t) - T
    return case, t, customers, done


def agree(customers, done, forecast):
    """Group by history, and compare means within 4.5 standard errors."""
    group = [
        customers["frequency"].clip(upper=4),
        pd.cut(customers["recency"], [-1, 0, 10, 20, 30]),
    ]
    both = pd.DataFrame({"done": done, "forecast": forecast}).groupby(group, observed=True)
    size, mean = both.size(), both.mean()
    # Where a rare event was never seen its variance is the forecast's, not zero.
    spread = np.maximum(both["done"].var(), mean["forecast"].abs())
    z = (mean["done"] - mean["forecast"]).abs() / np.sqrt(spread / size)
    assert (size > 500).sum() >= 4
    assert (z[size > 500] < 4.5).all(), z
    total = (done - forecast).mean() / ((done - forecast).std() / np.sqrt(len(done)))
    assert abs(total) < 4


def test_p_alive_is_the_share_who_were_still_there(lived):
    case, _, customers, done = lived
    agree(customers, done["alive"], case.truth.p_alive(customers))


def test_p_alive_ahead_is_the_share_who_stayed_so_long(lived):
    case, t, customers, done = lived
    agree(customers, done["alive later"], case.truth.p_alive(customers, t))


def test_expected_purchases_are_the_mean_of_what_followed(lived):
    case, t, customers, done = lived
    agree(customers, done["purchases"], case.truth.expected_purchases(customers, t))


def test_discounted_purchases_are_the_mean_worth_of_what_followed(lived):
    case, t, customers, done = lived
    agree(customers, done["worth"], case.truth.discounted_purchases(customers, t, 0.02))


def test_time_alive_is_the_mean_time_that_they_stayed(lived):
    case, t, customers, done = lived
    agree(customers, done["time"], case.truth.time_alive(customers, t))


@every_model
def test_probabilities_lie_between_0_and_1_and_purchases_are_no_less_than_none(case, rng):
    customers = case.customers(3000, rng)
    for t in (0, 1, 10, 400):
        assert case.truth.p_alive(customers, t).between(0, 1).all()
        assert (case.truth.expected_purchases(customers, t) >= 0).all()
    n = np.arange(60)
    assert ((case.truth.pmf(n, 13) >= 0) & (case.truth.pmf(n, 13) <= 1)).all()


@every_model
@pytest.mark.parametrize("t", [0, 1, 39, 200])
def test_pmf_sums_to_one(case, t):
    most = t if case.whole else 20_000
    assert case.truth.pmf(np.arange(most + 1), t).sum() == pytest.approx(1, abs=1e-9)


@every_model
def test_expectation_is_the_mean_of_the_pmf_and_of_simulation(case, rng):
    t = 20.0
    n = np.arange(21 if case.whole else 5000)
    assert case.truth.expected_purchases_new(t) == pytest.approx(case.truth.pmf(n, t) @ n, rel=1e-8)
    x = case.truth.simulate(np.full(60_000, t), rng=rng).customers["frequency"]
    assert abs(x.mean() - case.truth.expected_purchases_new(t)) < 4 * x.std() / np.sqrt(len(x))


@every_model
def test_pmf_matches_simulated_frequencies(case, rng):
    n, size = np.arange(6), 60_000
    x = case.truth.simulate(np.full(size, 12.0), rng=rng).customers["frequency"]
    share = np.array([(x == k).mean() for k in n])
    p = case.truth.pmf(n, 12.0)
    assert (np.abs(share - p) < 4 * np.sqrt(p * (1 - p) / size)).all()


@every_model
def test_the_future_of_an_average_new_customer_is_that_of_all_histories(case):
    """What is expected from 0 to 32 is what was bought by 20, and what then is expected to 32."""
    seen = case.truth.simulate(np.full(60_000, 20.0), rng=3).customers
    total = seen["frequency"] + case.truth.expected_purchases(seen, 12.0)
    error = total.mean() - case.truth.expected_purchases_new(32.0)
    assert abs(error) < 4 * total.std() / np.sqrt(len(total))


@every_model
def test_dert_is_the_discounted_sum_of_expected_purchases(case):
    customers = table([0, 1, 4, 30], [0.0, 5.0, 30.0, 38.0], 39.0)
    rate = 0.1 if case.whole else 0.15 / 52
    if case.whole:  # each purchase at its occasion
        bought = [case.truth.expected_purchases(customers, t) for t in range(301)]
        by_hand = (1 + rate) ** -np.arange(1.0, 301) @ np.diff(bought, axis=0)
    else:  # in parts: purchases so far, times the value of money that is lost from then on
        when, width = panels([0, 1, 5, 20, 80, 300, 1000, 4000, 20_000])
        lost = np.log1p(rate) * (1 + rate) ** -when * width
        by_hand = lost @ [case.truth.expected_purchases(customers, t) for t in when]
    np.testing.assert_allclose(case.truth.dert(customers, rate), by_hand, rtol=1e-6)


@every_model
def test_a_long_horizon_approaches_dert_and_a_zero_rate_is_no_discount(case):
    customers = table([0, 1, 4], [0.0, 5.0, 30.0], 39.0)
    model = case.truth
    long = model.discounted_purchases(customers, 3000.0, 0.02)
    np.testing.assert_allclose(long, model.dert(customers, 0.02), rtol=1e-9)
    np.testing.assert_allclose(
        model.time_alive(customers, 3000.0, 0.02),
        model.time_alive(customers, None, 0.02),
        rtol=1e-9,
    )
    np.testing.assert_allclose(
        model.discounted_purchases(customers, 52.0, 0.0), model.expected_purchases(customers, 52.0)
    )
    nothing = model.time_alive(customers, 0.0), model.discounted_purchases(customers, 0.0, 0.1)
    np.testing.assert_allclose(nothing, 0.0, atol=1e-15)


@every_model
def test_time_alive_is_the_integral_of_p_alive(case):
    customers = table([0, 1, 4], [0.0, 5.0, 30.0], 39.0)
    if case.whole:
        # Occasion k from now is lived to see with the probability p_alive has for k − 1.
        by_hand = sum(1.02**-k * case.truth.p_alive(customers, k - 1) for k in range(1, 31))
    else:
        when, width = panels([0, 1, 4, 12, 30])
        by_hand = (width * 1.02**-when) @ [case.truth.p_alive(customers, t) for t in when]
    np.testing.assert_allclose(case.truth.time_alive(customers, 30.0, 0.02), by_hand, rtol=1e-8)


@pytest.mark.parametrize("case", in_time, ids=repr)
def test_time_unit_does_not_matter(case):
    model = case.truth
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
    case=st.sampled_from(CASES),
)
def test_extreme_histories_give_finite_sensible_answers(x, T, share, t, case):
    model = case.truth
    if case.whole:
        T, t = np.ceil(min(T, 300.0)), np.floor(min(t, 300.0))
        x = min(x, T)
        customers = table([x], [max(x, np.floor(share * T)) if x else 0.0], [T])
        most = t
    else:
        customers = table([x], [share * T if x else 0.0], [T])
        # Ticks of the clock from now, k of which make a purchase, the first perhaps sooner.
        k = model.fixed.get("k", 1)
        most = ((model.r + k * x + k - 1) / (model.alpha + T) * t + k - 1) / k
    alive = model.p_alive(customers).item()
    later = model.p_alive(customers, t).item()
    expected = model.expected_purchases(customers, t).item()
    assert 0 <= later <= alive * (1 + 1e-12)
    assert alive <= 1
    assert 0 <= expected <= alive * most * (1 + 1e-9) + 1e-9
    assert 0 <= model.time_alive(customers, t).item() <= alive * t * (1 + 1e-9)
    discounted = model.discounted_purchases(customers, t, 0.002).item()
    assert 0 <= discounted <= expected * (1 + 1e-9)
    assert model.dert(customers, 0.002).item() >= discounted * (1 - 1e-7)
    assert np.isfinite(model.dert(customers, 0.002)).all()
    assert np.isfinite(model.loglike(customers))


@every_model
def test_times_of_the_customers_own_answer_as_one_by_one(case, rng):
    """Equal and unequal histories, equal and unequal times; as array, list and shuffled Series."""
    customers = case.customers(60, rng)[["frequency", "recency", "T"]]
    customers = customers.loc[[*range(60), *range(20)]].set_axis([f"C{i}" for i in range(80)])
    t = rng.integers(0, 9, 80) * (1.0 if case.whole else 1.5)
    for ask in (case.truth.expected_purchases, case.truth.p_alive):
        each = ask(customers, t)
        one_by_one = [ask(customers.iloc[[i]], float(t[i])).item() for i in range(80)]
        np.testing.assert_allclose(each, one_by_one, rtol=1e-9, atol=1e-15)
        pd.testing.assert_series_equal(ask(customers, t.tolist()), each)
        series = pd.Series(t, index=customers.index).sample(frac=1, random_state=1)
        pd.testing.assert_series_equal(ask(customers, series), each)
        np.testing.assert_allclose(ask(customers, np.full(80, 6.0)), ask(customers, 6), rtol=1e-9)


@every_model
def test_times_that_fit_no_customer_are_refused_with_the_customers_named(case):
    customers = table([1, 2], [5.0, 8.0], 39.0).set_axis(["A", "B"])
    for t, message in (
        ([1, 2, 3], "t has shape (3,) for 2 customers"),
        ([[1, 2]], "t has shape (1, 2) for 2 customers"),
        (pd.Series([1, 2], index=["A", "C"]), "t holds no value for 1 of 2 customers"),
        (pd.Series([1, 2, 3], index=["A", "B", "C"]), "values of 1 of 3 customers (first: custo"),
        (pd.Series([1, 2, 3], index=["A", "B", "B"]), "labels come twice"),
        ([1, -1], "'t' is below 0 in 1 of 2 customers (first: customers B)"),
        ([1, None], "'t' is missing or infinite in 1 of 2 customers (first: customers B)"),
    ):
        for method in ("expected_purchases", "p_alive"):
            with pytest.raises(ValueError) as caught:  # noqa: PT011
                getattr(case.truth, method)(customers, t)
            assert message in str(caught.value)
            assert str(caught.value).startswith(f"{case.model.__name__}.{method}: ")
    with pytest.raises(TypeError, match="'t' has dtype"):
        case.truth.expected_purchases(customers, ["a", "b"])
    with pytest.raises(TypeError, match="a list was given"):
        case.truth.expected_purchases([1, 2], [1, 2])


@every_model
def test_index_is_kept_and_duplicates_do_not_matter(case):
    customers = table([0, 1, 1], [0.0, 5.0, 5.0], 39.0).set_axis(["c", "a", "a"])
    alive = case.truth.p_alive(customers)
    assert alive.index.tolist() == ["c", "a", "a"]
    assert alive.iloc[1] == alive.iloc[2]


@every_model
def test_answers_do_not_depend_on_who_else_is_in_the_table(case, rng):
    """Equal histories are merged and cells share their work; nobody may notice."""
    customers = case.customers(400, rng)[["frequency", "recency", "T"]]
    few = customers.iloc[[7, 200, 7, 31]]
    for ask in (
        lambda c: case.truth.p_alive(c),
        lambda c: case.truth.p_alive(c, 6),
        lambda c: case.truth.expected_purchases(c, 6),
        lambda c: case.truth.dert(c, 0.01),
        lambda c: case.truth.discounted_purchases(c, 6, 0.01),
        lambda c: case.truth.time_alive(c, 6, 0.01),
    ):
        np.testing.assert_allclose(ask(customers).iloc[[7, 200, 7, 31]], ask(few), rtol=1e-9)


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
    case, columns, message
):
    good = table([1, 2], [5.0, 8.0], 39.0).set_axis(["A", "B"])
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        case.truth.p_alive(good.assign(**columns))
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{case.model.__name__}.p_alive: ")


@every_model
def test_wrong_types_are_refused(case):
    model, good = case.truth, table([1, 2], [5.0, 8.0], 39.0)
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
    for rate in (-0.1, np.nan, np.inf):
        with pytest.raises(ValueError, match="discount_rate is"):
            model.dert(good, rate)
    with pytest.raises(ValueError, match="discount_rate is 0"):
        model.time_alive(good)
    with pytest.raises(ValueError, match="n holds a number that is not whole"):
        model.pmf(0.5, 3)
