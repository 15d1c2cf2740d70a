"""Scores are the models' own numbers, on every engine, and only cells travel."""

import dask.dataframe as dd
import duckdb
import ibis
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from engine_cases import customers as draw_customers

from centricity import clv, transactions

pytestmark = pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning")

MODEL = clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = clv.GammaGamma(p=6.25, q=3.74, gamma=15.44)
TABLE = draw_customers(np.random.default_rng(3))
TERMS = {
    "horizon": 52,
    "discount_rate": 0.002,
    "margin": "share",
    "cost_per_purchase": "postage",
    "cost_to_keep": 0.01,
}
CONNECTION = duckdb.connect()


def to_arrow(table):
    return pa.Table.from_pandas(table, preserve_index=False)


ENGINES = {
    "polars": lambda t: pl.from_pandas(t),
    "polars lazy": lambda t: pl.from_pandas(t).lazy(),
    "pyarrow": to_arrow,
    "duckdb": duckdb.from_df,
    "duckdb, a connection of its own": lambda t: CONNECTION.from_df(t),
    "dask": lambda t: dd.from_pandas(t.reset_index(drop=True), npartitions=3),
    "ibis": lambda t: ibis.memtable(to_arrow(t)),
}


def to_pandas(table):
    frame = nw.from_native(table).lazy().collect().to_pandas()
    return frame.sort_values("row").reset_index(drop=True)


def every_score(model=MODEL, table=TABLE):
    """The same numbers from the models' methods, one by one."""
    worth = clv.value(table, model, SPEND, **TERMS)
    worth["expected_purchases"] = model.expected_purchases(table, 52)
    return worth[["p_alive", "expected_purchases", "discounted_purchases", "expected_spend",
                  "time_alive", "clv"]]  # fmt: skip


@pytest.fixture
def pulled(monkeypatch):
    """Record the rows and columns of everything that leaves an engine."""
    seen = []
    collect = nw.LazyFrame.collect

    def spy(frame, *args, **kwargs):
        table = collect(frame, *args, **kwargs)
        seen.append((len(table), tuple(table.columns)))
        return table

    monkeypatch.setattr(nw.LazyFrame, "collect", spy)
    return seen


def test_pandas_scores_are_those_of_value_and_the_methods_on_the_same_index():
    scored = clv.score(TABLE, MODEL, spend=SPEND, **TERMS)
    want = every_score()
    assert list(scored) == [*TABLE, *want]
    pd.testing.assert_frame_equal(scored[list(want)], want, rtol=1e-12)
    pd.testing.assert_frame_equal(scored[list(TABLE)], TABLE)
    assert "p_alive" not in TABLE


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_scores_in_its_own_kind_and_order(engine):
    given = ENGINES[engine](TABLE)
    scored = clv.score(given, MODEL, spend=SPEND, **TERMS)
    assert type(scored) is type(given)
    want = every_score().reset_index(drop=True)
    got = to_pandas(scored)
    assert list(got) == [*TABLE, *want]
    pd.testing.assert_frame_equal(got[list(want)], want, rtol=1e-12)
    same = TABLE.reset_index(drop=True)
    pd.testing.assert_frame_equal(got[list(TABLE)], same, check_dtype=False)
    if engine in {"polars", "pyarrow"}:
        assert nw.from_native(scored)["row"].to_list() == list(range(len(TABLE)))


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb", "dask", "ibis"])
def test_only_the_distinct_histories_leave_the_engine(engine, pulled):
    cells = len(TABLE[["frequency", "recency", "T"]].drop_duplicates())
    assert cells < len(TABLE) / 2
    given = ENGINES[engine](TABLE)
    clv.score(given, clv.BGNBD(0.243, 4.414, 0.793, 2.426), spend=SPEND, **TERMS)
    assert [rows for rows, _ in pulled] == [cells]
    taken = {name for _, columns in pulled for name in columns}
    assert not taken & {"customer_id", "row", "monetary_value", "share", "postage"}


def test_nothing_but_cells_and_scores_is_asked_of_duckdb(monkeypatch):
    """Whatever fetches rows from a relation, past Narwhals too."""
    fetched = []
    for name in ("fetchall", "fetchmany", "fetchone", "df", "fetchdf", "to_df", "pl", "fetchnumpy",
                 "arrow", "to_arrow_table", "fetch_arrow_table", "to_arrow_reader",
                 "fetch_record_batch"):  # fmt: skip
        real = getattr(duckdb.DuckDBPyRelation, name, None)
        if real is None:
            continue

        def spy(relation, *args, _real=real, **kwargs):
            result = _real(relation, *args, **kwargs)
            fetched.append(len(result))
            return result

        monkeypatch.setattr(duckdb.DuckDBPyRelation, name, spy)
    given = duckdb.from_df(TABLE)
    scored = clv.score(given, MODEL, horizon=52)
    cells = len(TABLE[["frequency", "recency", "T"]].drop_duplicates())
    assert set(fetched) == {cells}
    assert len(scored.fetchall()) == len(TABLE)


def test_a_log_that_exists_only_as_a_query_is_measured_and_scored():
    log = duckdb.sql(
        "SELECT i % 200000 AS customer_id, DATE '2025-01-01' + (i % 7)::INT * 14 AS date, "
        "1.0 AS amount FROM range(2000000) t(i)"
    )
    customers = transactions.summarize(log, observation_end="2025-12-31")
    scored = clv.score(customers, MODEL, horizon=52)
    assert scored.aggregate("count(*), count(p_alive)").fetchall() == [(200_000, 200_000)]


@pytest.mark.parametrize("engine", ["polars", "pyarrow", "duckdb", "dask", "ibis"])
def test_the_join_compares_all_64_bits_and_knows_one_zero(engine):
    close = np.array([0.3, 0.1 + 0.2, np.nextafter(0.3, 0), 22 / 7, np.nextafter(22 / 7, 4)])
    table = pd.DataFrame(
        {
            "frequency": [1, 1, 1, 2, 2, 0, 0],
            "recency": [*close, 0.0, -0.0],
            "T": [*(close + 1), 5.0, 5.0],
            "row": range(7),
        }
    )
    assert len(set(close)) == 5
    got = to_pandas(clv.score(ENGINES[engine](table), MODEL))
    assert got["p_alive"].tolist() == MODEL.p_alive(table).tolist()


@pytest.mark.parametrize("engine", ["polars", "pyarrow", "duckdb", "dask", "ibis"])
def test_other_kinds_of_numbers_join_as_exactly(engine):
    table = TABLE.astype({"frequency": "float64", "recency": "float32", "T": "float32"})
    got = to_pandas(clv.score(ENGINES[engine](table), MODEL))
    assert got["p_alive"].tolist() == MODEL.p_alive(table).tolist()


def test_decimal_times_of_a_database_are_scored():
    table = duckdb.sql(
        'SELECT 2 AS frequency, 30.43::DECIMAL(9, 2) AS recency, 38.86::DECIMAL(9, 2) AS "T"'
    )
    # Fader, Hardie & Lee (2005): 1.226 purchases of this customer in 39 weeks
    expected = clv.score(table, MODEL, horizon=39).project("expected_purchases").fetchall()[0][0]
    assert expected == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize(
    "model",
    [
        clv.MBGNBD(0.525, 6.183, 0.891, 1.614),
        clv.ParetoNBD(0.553, 10.578, 0.606, 11.669),
        clv.MBGCNBDk(k=2, r=0.5, alpha=2.0, a=0.8, b=2.5),
    ],
)
@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_any_purchase_model_can_score(engine, model):
    scored = to_pandas(clv.score(ENGINES[engine](TABLE), model, spend=SPEND, **TERMS))
    want = every_score(model).reset_index(drop=True)
    pd.testing.assert_frame_equal(scored[list(want)], want, rtol=1e-9)


@pytest.mark.parametrize("engine", ["polars", "pyarrow", "duckdb", "dask"])
def test_covariates_are_part_of_a_cell(engine):
    table = TABLE.assign(
        channel=pd.Categorical(np.where(TABLE["row"] % 3, "web", "shop")),
        age=20.0 + TABLE["row"] % 4,
    )
    model = clv.WithCovariates.of(
        MODEL, table, buying="channel", leaving="age",
        coefficients={"buying: channel[T.web]": 0.7, "leaving a: age": 0.02,
                      "leaving b: age": 0.01},
    )  # fmt: skip
    scored = to_pandas(clv.score(ENGINES[engine](table), model, horizon=10))
    want = model.expected_purchases(table, 10)
    np.testing.assert_allclose(scored["expected_purchases"], want, rtol=1e-12)


def test_occasions_of_a_discrete_model_are_scored():
    donors = pd.DataFrame({"frequency": [3, 0, 3], "recency": [6, 0, 6], "T": 6, "row": range(3)})
    model = clv.BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783)
    got = to_pandas(clv.score(pl.from_pandas(donors), model, horizon=5, discount_rate=0.1))
    assert got["p_alive"].tolist() == model.p_alive(donors).tolist()
    want = model.discounted_purchases(donors, 5, 0.1)
    assert got["discounted_purchases"].tolist() == want.tolist()


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_what_is_asked_decides_the_columns(engine):
    given = TABLE if engine == "pandas" else duckdb.from_df(TABLE)

    def added(**options):
        return list(clv.score(given, MODEL, **options).columns)[len(TABLE.columns) :]

    assert added() == ["p_alive"]
    assert added(horizon=4) == ["p_alive", "expected_purchases"]
    assert added(discount_rate=0.01) == ["p_alive", "discounted_purchases"]
    assert added(spend=SPEND) == ["p_alive", "expected_spend"]
    assert added(spend=SPEND, discount_rate=0.01, margin=0.3) == [
        "p_alive", "discounted_purchases", "expected_spend", "clv",
    ]  # fmt: skip


def test_for_ever_is_dert():
    got = to_pandas(clv.score(duckdb.from_df(TABLE), MODEL, discount_rate=0.002))
    want = MODEL.dert(TABLE, 0.002)
    np.testing.assert_allclose(got["discounted_purchases"], want, rtol=1e-12)


def test_a_fit_scores_as_its_model(cdnow):
    fit = clv.BGNBD.fit(cdnow)
    table = duckdb.from_df(cdnow.reset_index().assign(row=range(len(cdnow))))
    got = to_pandas(clv.score(table, fit, horizon=39))
    want = fit.model.expected_purchases(cdnow, 39)
    assert got["expected_purchases"].tolist() == want.tolist()


def test_scores_of_two_models_in_one_connection_stay_apart_and_leave_nothing_behind():
    connection = duckdb.connect()
    connection.execute("CREATE TABLE customers AS SELECT 1 AS frequency, 2.0::DOUBLE AS recency, "
                       "5.0::DOUBLE AS \"T\", 0 AS \"row\"")  # fmt: skip
    table = connection.table("customers")
    first = clv.score(table, MODEL)
    second = clv.score(table, clv.MBGNBD(0.525, 6.183, 0.891, 1.614))
    one = pd.DataFrame({"frequency": [1], "recency": [2.0], "T": [5.0]})
    assert first.project("p_alive").fetchall() == [(MODEL.p_alive(one)[0],)]
    assert second.project("p_alive").fetchall() != first.project("p_alive").fetchall()
    assert connection.sql("SELECT name FROM (SHOW ALL TABLES)").fetchall() == [("customers",)]


BAD_TABLES = {
    "recency above T": (
        {"recency": lambda t: t["T"] + (t["frequency"] > 0)}, ValueError,
        "recency is above T in 4 of 9 customers (first: customers ",
    ),
    "missing": ({"T": [np.nan] * 9}, ValueError, "'T' is missing or infinite in 9 of 9 customers"),
    "negative": ({"T": [-1.0] * 9}, ValueError, "'T' is below 0 in 9 of 9 customers"),
    "half": ({"frequency": [0.5] * 9, "monetary_value": [10.0] * 9}, ValueError,
             "'frequency' is not a whole number in 9 of 9"),
    "text": ({"T": ["1"] * 9}, TypeError, "score: 'T' has dtype String. 'T' must hold numbers"),
    "no spend": ({"monetary_value": lambda t: t["monetary_value"].where(t["frequency"] == 0, 0.0)},
                 ValueError, "monetary_value is zero or negative"),
    "margin": ({"share": [0.5] * 7 + [1.5, 30.0]}, ValueError,
               "'share' is above 1 in 2 of 9 customers"),
    "no margin": ({"share": [0.5] * 8 + [np.nan]}, ValueError,
                  "'share' is missing or infinite in 1 of 9 customers"),
    "gain": ({"postage": [-1.0] * 3 + [0.0] * 6}, ValueError,
             "'postage' is below 0 in 3 of 9 customers"),
    "taken": ({"clv": [0.0] * 9}, ValueError, "score: the table has 'clv' already. Scores are"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD_TABLES)
@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
def test_every_engine_refuses_a_faulty_table_and_counts_its_customers(engine, fault):
    changes, error, message = BAD_TABLES[fault]
    first = TABLE[TABLE["T"] > 0].head(9).reset_index(drop=True)
    frequency = [1, 1, 2, 2, 0, 0, 0, 0, 0]
    first = first.assign(
        frequency=frequency, recency=np.where(np.array(frequency) > 0, first["T"] / 2, 0.0),
        monetary_value=np.where(np.array(frequency) > 0, 10.0, 0.0),
    ).assign(**changes)  # fmt: skip
    table = first if engine == "pandas" else ENGINES[engine](first)
    with pytest.raises(error) as raised:
        clv.score(table, MODEL, spend=SPEND, **TERMS)
    assert message in str(raised.value)


@pytest.mark.parametrize("engine", ["pandas", *ENGINES])
def test_every_engine_refuses_a_table_without_a_needed_column_or_rows(engine):
    make = ENGINES.get(engine, lambda t: t)
    with pytest.raises(ValueError, match="score: the column 'recency' is missing"):
        clv.score(make(TABLE.drop(columns="recency")), MODEL)
    with pytest.raises(ValueError, match="score: the column 'monetary_value' is missing"):
        clv.score(make(TABLE.drop(columns="monetary_value")), MODEL, spend=SPEND)
    if engine != "dask":
        with pytest.raises(ValueError, match="the customers table has no rows"):
            clv.score(make(TABLE[:0]), MODEL)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"margin": 0.3}, ValueError, "score: margin is given without spend and discount_rate."),
        ({"margin": 0.3, "spend": SPEND}, ValueError, "without discount_rate."),
        ({"cost_to_keep": 1.0}, ValueError, "score: cost_to_keep is given without a margin."),
        ({"discount_rate": 0}, ValueError, "score: discount_rate is 0. Without a horizon"),
        ({"discount_rate": -0.1, "horizon": 5}, ValueError, "score: discount_rate is -0.1."),
        ({"horizon": 0}, ValueError, "score: horizon is 0. It must be a number above 0."),
        ({"spend": MODEL}, TypeError, "score: spend is a BGNBD. It must be a GammaGamma or"),
        ({"model": SPEND}, TypeError, "score: model is a GammaGamma. It must be a PurchaseModel"),
        ({"spend": SPEND, "discount_rate": 0.1, "margin": 30}, ValueError, "margin is 30"),
        ({"spend": SPEND, "discount_rate": 0.1, "margin": "nowhere"}, ValueError,
         "the column 'nowhere' is missing"),
        ({"customers": [1, 2]}, TypeError, "score: a list was given. This function takes a table"),
    ],
)  # fmt: skip
def test_options_that_do_not_fit_together_are_refused(options, error, message):
    given = {"customers": pl.from_pandas(TABLE), "model": MODEL, **options}
    with pytest.raises(error) as raised:
        clv.score(given.pop("customers"), given.pop("model"), **given)
    assert message in str(raised.value)


def test_a_fit_that_has_not_converged_is_refused(cdnow):
    import dataclasses

    fit = dataclasses.replace(clv.BGNBD.fit(cdnow), converged=False, remarks=("it is flat",))
    with pytest.raises(ValueError, match="score: model is a fit that has not converged: it is fla"):
        clv.score(cdnow, fit)
    assert "p_alive" in clv.score(cdnow, fit.model)
