"""Pains with customers tables: swapped columns, other units, RFM's words, dtypes, other engines."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from centricity import transactions
from centricity.clv import BGBB, BGNBD, MBGNBD, GammaGamma, MBGCNBDk, ParetoNBD

MODELS = [
    BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426),
    MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614),
    MBGCNBDk(k=2, r=1.1, alpha=4.0, a=0.9, b=2.5),
    ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669),
    BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783),
]
every_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)


@pytest.fixture(scope="module")
def weeks():
    """A made-up shop in weeks: 800 customers, days counted as sevenths."""
    rng = np.random.default_rng(2)
    world = MODELS[0].simulate(np.round(rng.uniform(200, 400, 800)) / 7, rng=rng)
    table = world.customers[["frequency", "recency", "T"]]
    merged = table.assign(recency=np.ceil(table["recency"] * 7) / 7)
    merged["frequency"] = np.minimum(merged["frequency"], np.round(merged["recency"] * 7))
    return merged


@pytest.fixture(scope="module")
def days(weeks):
    return pd.DataFrame(
        {
            "frequency": weeks["frequency"].astype(int),
            "recency": (weeks["recency"] * 7).round(),
            "T": (weeks["T"] * 7).round(),
        }
    )


def table(frequency, recency, T):
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T})


def refused(customers, model=MODELS[0], error=ValueError):
    with pytest.raises(error) as caught:
        type(model).fit(customers)
    assert str(caught.value).startswith(f"{type(model).__name__}.fit: ")
    return str(caught.value)


# The likely mistake is named -------------------------------------------------------------------


def test_the_honest_table_passes_in_weeks_and_in_days(weeks, days):
    assert BGNBD.fit(weeks).converged
    assert BGNBD.fit(days).converged


def test_recency_as_time_since_the_last_purchase(weeks):
    said = refused(weeks.assign(recency=weeks["T"] - weeks["recency"]))
    never = (weeks["frequency"] == 0).sum()
    assert f"frequency is 0 but recency is above 0 in {never} of 800 customers" in said
    assert "it looks like the time since the last purchase: use T minus it" in said


def test_frequency_as_the_number_of_all_purchases(weeks):
    said = refused(weeks.assign(frequency=weeks["frequency"] + 1))
    assert "frequency is above 0 but recency is 0" in said
    assert "it looks like the number of all purchases: use frequency minus 1" in said


def test_both_columns_as_in_rfm_scoring(weeks):
    rfm = weeks.assign(frequency=weeks["frequency"] + 1, recency=weeks["T"] - weeks["recency"])
    rfm = rfm[rfm["recency"] > 0]
    said = refused(rfm)
    assert f"recency equals T for the {(rfm['frequency'] == 1).sum()}" in said
    assert "as in RFM scoring: use frequency minus 1 and T minus recency" in said


def test_frequency_and_recency_swapped_in_weeks(weeks):
    said = refused(weeks.rename(columns={"frequency": "recency", "recency": "frequency"}))
    assert "'frequency' is not a whole number" in said
    assert "Recency is whole for everybody: the two columns look swapped" in said


def test_frequency_and_recency_swapped_in_days_where_every_number_is_whole(days):
    said = refused(days.rename(columns={"frequency": "recency", "recency": "frequency"}))
    assert "frequency is at least as large as recency for all of 800 customers" in said
    assert "The two columns look swapped" in said


def test_recency_and_age_swapped(weeks):
    said = refused(weeks.rename(columns={"T": "recency", "recency": "T"}))
    late = (weeks["recency"] < weeks["T"]).sum()
    assert f"recency is above T in {late} of 800 customers" in said
    assert "Recency is at least T for everybody: the two columns look swapped" in said


@pytest.mark.parametrize(
    ("factor", "units"),
    [(7, "days and weeks"), (30.44, "days and months"), (24, "hours and days"),
     (365.25, "days and years"), (4.348, "weeks and months"), (168, "hours and weeks")],
)  # fmt: skip
def test_recency_and_age_in_two_units_either_way_round(weeks, factor, units):
    said = refused(weeks.assign(recency=weeks["recency"] * factor))
    assert "recency is above T in " in said
    assert f"as if the two were in {units}: use one unit" in said
    said = refused(weeks.assign(T=weeks["T"] * factor))
    assert "as if nobody had bought in the last" in said
    assert f"They look like {units}" in said


def test_silent_customers_alone_may_be_scored_though_not_fitted(weeks):
    """A table of the long silent is no base to learn from, but a fair question to a model."""
    silent = weeks[weeks["recency"] < 0.2 * weeks["T"]]
    assert MODELS[0].p_alive(silent).between(0, 1).all()


def test_a_handful_of_made_up_histories_is_never_called_a_mistake():
    grid = table([1, 1, 2, 5], [10.0, 10.0, 4.0, 4.0], 10.0)
    assert MODELS[0].p_alive(grid).between(0, 1).all()
    assert MODELS[0].p_alive(table([8], [3.0], [39.0])).between(0, 1).all()


def test_many_purchases_in_few_whole_weeks_are_no_swap(rng):
    """Unmerged orders of daily buyers, in whole weeks: more purchases than weeks, for most."""
    x = rng.integers(1, 200, 300)
    ago = rng.integers(0, 3, 300)
    assert MODELS[0].p_alive(table(x, 26.0 - ago, 26.0)).between(0, 1).all()


# Values that are none --------------------------------------------------------------------------


@every_model
@pytest.mark.parametrize("column", ["frequency", "recency", "T"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_missing_and_infinite_values_are_counted_and_named(model, column, value):
    good = table([1.0, 2.0, 0.0], [3.0, 4.0, 0.0], 6.0).set_axis(["A", "B", "C"])
    good.loc["B", column] = value
    said = refused(good, model)
    assert f"'{column}' is missing or infinite in 1 of 3 customers (first: customers B)" in said


def test_counts_that_are_none_are_refused():
    good = table([1, 2], [3.0, 4.0], 6.0)
    assert "'n' is 0 in all of 2 rows" in refused(good.assign(n=0))
    assert "'n' is not a whole number in 2 of 2" in refused(good.assign(n=0.5))
    assert "'n' is below 0 in 1 of 2" in refused(good.assign(n=[1, -1]))


def test_rows_with_a_count_of_zero_change_nothing(weeks):
    more = pd.concat([weeks.assign(n=1), weeks.assign(n=0, T=weeks["T"] * 2)])
    fit, same = BGNBD.fit(more), BGNBD.fit(weeks)
    assert fit.n == same.n == 800
    pd.testing.assert_series_equal(fit.params, same.params, rtol=1e-7)


# Dtypes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "rtol"),
    [("float32", 1e-4), ("Float64", 0), ("double[pyarrow]", 0), ("float64", 0)],
)
def test_every_numeric_dtype_gives_the_same_fit(weeks, dtype, rtol):
    fit = BGNBD.fit(weeks.astype({"recency": dtype, "T": dtype}))
    pd.testing.assert_series_equal(fit.params, BGNBD.fit(weeks).params, rtol=max(rtol, 1e-12))
    alive = MODELS[0].p_alive(weeks.astype({"recency": dtype, "T": dtype}))
    assert alive.dtype == np.float64


@pytest.mark.parametrize("dtype", ["int8", "uint16", "Int64", "int64[pyarrow]", "float32"])
def test_every_dtype_of_a_count_gives_the_same_fit(weeks, dtype):
    fit = BGNBD.fit(weeks.astype({"frequency": dtype}))
    assert fit.params.equals(BGNBD.fit(weeks).params)


@pytest.mark.parametrize("dtype", ["Int64", "int64[pyarrow]"])
def test_missing_in_a_nullable_dtype_is_missing(weeks, dtype):
    holed = weeks.astype({"frequency": dtype})
    holed.loc[[3, 4], "frequency"] = pd.NA
    assert "'frequency' is missing or infinite in 2 of 800 customers" in refused(holed)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: c["T"].astype(object), "'T' has dtype object"),
        (lambda c: c["T"].astype(str), "'T' has dtype str"),
        (lambda c: c["T"].astype("category"), "'T' has dtype category"),
        (lambda c: c["T"] > 5, "'T' has dtype bool"),
        (lambda c: c["T"].map(lambda v: Decimal(round(v))), "'T' has dtype object"),
    ],
)
def test_what_is_no_number_is_refused_with_the_way_to_make_it_one(weeks, change, says):
    said = refused(weeks.assign(T=change(weeks)), error=TypeError)
    assert says in said
    assert "pandas.to_numeric" in said


def test_spans_of_time_are_refused_with_the_unit_to_divide_by(weeks):
    said = refused(weeks.assign(T=pd.to_timedelta(weeks["T"] * 7, unit="D")), error=TypeError)
    assert "'T' has dtype timedelta64" in said
    assert "for weeks by pandas.Timedelta(days=7)" in said


def test_a_date_of_the_last_purchase_is_refused_with_where_ages_come_from(weeks):
    dates = pd.Timestamp("2025-01-01") + pd.to_timedelta(weeks["recency"], unit="W")
    said = refused(weeks.assign(recency=dates), error=TypeError)
    assert "It is an age and not a date: transactions.summarize(log) works it out" in said


def test_a_column_that_is_there_twice_is_refused(weeks):
    twice = pd.concat([weeks, weeks["T"]], axis=1)
    assert "there are 2 columns 'T'" in refused(twice)


def test_other_letters_in_a_columns_name_get_a_hint(weeks):
    assert "Did you mean 'Frequency'?" in refused(weeks.rename(columns=str.title))


# Identities and engines ------------------------------------------------------------------------


@every_model
def test_two_customers_of_one_id_stay_two_rows_in_their_order(model):
    twins = table([2, 0, 2, 1], [4.0, 0.0, 4.0, 1.0], 6.0).set_axis(["b", "a", "b", "b"])
    for answer in (model.p_alive(twins), model.expected_purchases(twins, 3.0),
                   model.dert(twins, 0.01)):  # fmt: skip
        assert answer.index.tolist() == ["b", "a", "b", "b"]
        assert answer.iloc[0] == answer.iloc[2] != answer.iloc[3]


@pytest.mark.parametrize(
    "convert",
    [pl.from_pandas, lambda c: pl.from_pandas(c).lazy(), pa.Table.from_pandas],
    ids=["polars", "polars lazy", "pyarrow"],
)
def test_predictions_for_a_table_of_another_engine_are_refused_with_the_way_in(weeks, convert):
    given = convert(weeks)
    for ask in (MODELS[0].p_alive, GammaGamma(p=6, q=4, gamma=15).expected_spend):
        with pytest.raises(TypeError, match=r"takes a pandas DataFrame\. Convert it first, .*"):
            ask(given)


def test_an_order_log_instead_of_a_customers_table_is_refused():
    log = pd.DataFrame({"customer_id": ["A"], "date": [dt.datetime(2025, 1, 1)], "amount": [1.0]})
    said = refused(log)
    assert "the columns 'frequency', 'recency', 'T' are missing" in said
    assert "as transactions.summarize makes it" in said


@pytest.mark.parametrize("unit", ["D", "W", "M"])
def test_what_summarize_makes_is_never_called_a_mistake(unit, cdnow_log):
    customers = transactions.summarize(cdnow_log, unit=unit)
    assert BGNBD.fit(customers).n == 2357
