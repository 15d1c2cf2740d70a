"""Every engine measures every log alike: as plain Python does, to 1e-9."""

import dask.dataframe as dd
import duckdb
import ibis
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from engine_cases import by_hand, cases, compare

from centricity import clv
from centricity.transactions import cells, gather, left_out, summarize

pytestmark = pytest.mark.filterwarnings("ignore:Dask support is moving:FutureWarning")

CASES = cases()


CONNECTIONS = []  # kept: a relation of DuckDB 1 dies with its connection


def to_duckdb(log, zone=None):
    connection = duckdb.connect()
    CONNECTIONS.append(connection)
    if zone:
        connection.execute(f"SET TimeZone = '{zone}'")
    return connection.from_df(log)


def to_arrow(log, zone=None):
    return pa.Table.from_pandas(log, preserve_index=False)


ENGINES = {
    "pandas": lambda log, zone=None: log,
    "polars": lambda log, zone=None: pl.from_pandas(log),
    "polars lazy": lambda log, zone=None: pl.from_pandas(log).lazy(),
    "pyarrow": to_arrow,
    "duckdb": to_duckdb,
    "dask": lambda log, zone=None: dd.from_pandas(log, npartitions=3),
    "ibis": lambda log, zone=None: ibis.memtable(to_arrow(log)),
}


def to_pandas(table):
    if isinstance(table, pd.DataFrame):
        return table
    return nw.from_native(table).lazy().collect().to_pandas().reset_index(drop=True)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_measures_as_the_definition_does(engine, name):
    log, options, zone = CASES[name]
    if engine == "ibis" and zone:
        pytest.skip("Ibis refuses time zones, as another test proves")
    table = ENGINES[engine](log, zone)
    want, missed = by_hand(log, options)
    customers = summarize(table, **options)
    assert type(customers) is type(table)
    compare(to_pandas(customers), want)
    assert left_out(table, **options) == missed

    counted = to_pandas(cells(customers))
    again = want.groupby(["frequency", "recency", "T"]).size()
    assert counted["n"].tolist() == again.tolist()
    np.testing.assert_allclose(counted["T"], again.index.get_level_values("T"), rtol=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_eager_tables_come_back_sorted_and_with_the_ids_as_they_were(engine):
    log = CASES["ids that are numbers"].log
    customers = summarize(ENGINES[engine](log))
    ids = (
        customers.index.to_series()
        if engine == "pandas"
        else to_pandas(customers)["customer_id"]
    )  # fmt: skip
    assert ids.dtype == np.int64
    assert set(ids) == set(log["customer_id"])
    if engine in {"pandas", "polars", "pyarrow"}:
        assert ids.is_monotonic_increasing


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "America/Argentina/Buenos_Aires", "+05:30"])
def test_pandas_dates_of_every_resolution_and_zone_count_by_their_own_clock(unit, zone):
    log = CASES["weeks"].log
    log = log.assign(date=log["date"].dt.as_unit(unit).dt.tz_localize(zone))
    want, _ = by_hand(log, {"unit": "h"})
    compare(summarize(log, unit="h"), want)


def test_an_index_that_repeats_and_ids_of_mixed_kinds_do_not_disturb_pandas():
    log = CASES["weeks"].log
    want, _ = by_hand(log, {})
    compare(summarize(log.set_axis(log.index % 3)), want)
    mixed = log.assign(customer_id=log["customer_id"].replace("C00", 0).astype(object))
    customers = summarize(mixed)
    assert customers.index[0] == 0
    compare(customers.rename({0: "C00"}), want)


def test_pandas_with_arrow_types_goes_by_way_of_narwhals_and_agrees():
    log = CASES["weeks"].log
    want, missed = by_hand(log, {})
    typed = log.convert_dtypes(dtype_backend="pyarrow")
    got = summarize(typed)
    compare(got.reset_index().astype({"customer_id": str}), want)
    assert got.attrs["left_out"] == missed
    dates = typed.assign(date=typed["date"].dt.date.astype("date32[day][pyarrow]"))
    compare(summarize(dates).reset_index().astype({"customer_id": str}), want)
    log, options, _ = CASES["days of a time zone"]
    zoned = summarize(log.convert_dtypes(dtype_backend="pyarrow"), **options)
    compare(zoned.reset_index().astype({"customer_id": str}), by_hand(log, options)[0])


def test_days_without_a_time_agree_in_every_engine_that_has_them():
    log = CASES["hold-out"].log
    options = CASES["hold-out"].options
    want, _ = by_hand(log, options)
    days = pl.from_pandas(log).with_columns(pl.col("date").cast(pl.Date))
    for table in (days, days.lazy(), days.to_arrow(), duckdb.from_arrow(days.to_arrow())):
        compare(to_pandas(summarize(table, **options)), want)


def test_money_may_be_whole_or_decimal_numbers():
    log = CASES["weeks"].log.assign(amount=lambda d: (d["amount"] * 100).round().astype("int64"))
    want, _ = by_hand(log, {})
    compare(summarize(log), want)
    compare(to_pandas(summarize(to_duckdb(log))), want)
    exact = to_duckdb(log).project("customer_id, date, amount::DECIMAL(18, 2) AS amount")
    compare(to_pandas(summarize(exact)), want)


def test_ibis_refuses_a_time_zone_which_it_would_ignore():
    table = ENGINES["ibis"](CASES["days of a time zone"].log)
    with pytest.raises(TypeError, match=r"'date' has the time zone America/New_York\. Ibis"):
        summarize(table)


BAD = {
    "no date": ({"date": lambda d: d["date"].where(d.index > 1)}, ValueError,
                "'date' is missing in 2 of 445 rows"),
    "no customer": ({"customer_id": lambda d: d["customer_id"].where(d.index != 5)}, ValueError,
                    "'customer_id' is missing in 1 of 445 rows"),
    "no amount": ({"amount": lambda d: d["amount"].where(d.index != 5)}, ValueError,
                  "'amount' is missing or infinite in 1 of 445 rows"),
    "infinite": ({"amount": lambda d: d["amount"].where(d.index != 5, np.inf)}, ValueError,
                 "'amount' is missing or infinite in 1 of 445 rows"),
    "refund": ({"amount": lambda d: d["amount"].where(d.index > 2, -1.0)}, ValueError,
               "'amount' is negative in 3 of 445 rows"),
    "text date": ({"date": lambda d: d["date"].astype(str)}, TypeError, "'date' has dtype String"),
    "text amount": ({"amount": lambda d: d["amount"].astype(str)}, TypeError,
                    "'amount' has dtype String"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BAD)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_refuses_a_faulty_log_and_counts_the_rows(engine, fault):
    changes, error, message = BAD[fault]
    table = ENGINES[engine](CASES["weeks"].log.assign(**changes))
    for function in (summarize, left_out):
        with pytest.raises(error) as raised:
            function(table)
        assert str(raised.value).startswith(f"{function.__name__}: {message}")


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_refuses_an_empty_log_and_a_wrong_name(engine):
    log = CASES["weeks"].log
    with pytest.raises(ValueError, match="the order log has no rows"):
        summarize(ENGINES[engine](log[:0]) if engine != "dask" else dd.from_pandas(log[:0]))
    with pytest.raises(ValueError, match="Did you mean 'date'"):
        summarize(ENGINES[engine](log), date="Date")
    with pytest.raises(ValueError, match="calibration_end is 2019-01-01, outside 2025-02-2"):
        summarize(ENGINES[engine](log), calibration_end="2019-01-01")


@pytest.mark.parametrize("engine", ENGINES)
def test_cells_of_cells_are_the_same_cells(engine):
    customers = summarize(ENGINES[engine](CASES["weeks"].log), unit="M")
    once = cells(customers)
    pd.testing.assert_frame_equal(to_pandas(cells(once)), to_pandas(once))
    assert to_pandas(once)["n"].sum() == 30


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "pandas"])
def test_cells_refuse_gaps_on_every_engine(engine):
    holes = pd.DataFrame(
        {"frequency": [0, 1, 2], "recency": [0.0, np.nan, np.inf], "T": [1.0, 2.0, 3.0]}
    )
    with pytest.raises(ValueError, match="cells: 'recency' is missing in 1 of 3 customers"):
        cells(ENGINES[engine](holes))
    with pytest.raises(ValueError, match="'recency' is infinite in 1 of 2 customers"):
        cells(ENGINES[engine](holes.drop(index=1)))
    with pytest.raises(ValueError, match="the column 'T' is missing"):
        cells(ENGINES[engine](holes.drop(columns="T")))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_fit_on_gathered_cells_is_the_fit_on_all_customers(engine, cdnow_log):
    end = {"calibration_end": "1997-09-30", "observation_end": "1998-06-30"}
    customers = summarize(ENGINES[engine](cdnow_log), **end)
    gathered = gather(customers)
    assert gathered.columns[:3].tolist() == ["frequency", "recency", "T"]
    fit = clv.BGNBD.fit(gathered)
    assert fit.n == 2357
    # Fader, Hardie & Lee (2005), table 2
    assert fit.loglike == pytest.approx(-9582.4, abs=0.05)
    assert fit.params.round(3).tolist() == [0.243, 4.414, 0.793, 2.426]
    spends = gather(customers, by=("frequency", "monetary_value"))
    # Fader & Hardie (2013), Gamma-gamma note
    assert clv.GammaGamma.fit(spends).params.round(2).tolist() == [6.25, 3.74, 15.44]


def test_gathering_from_an_engine_takes_only_cells(monkeypatch, cdnow_log):
    seen = []
    collect = nw.LazyFrame.collect

    def spy(frame, *args, **kwargs):
        table = collect(frame, *args, **kwargs)
        seen.append((len(table), table.columns))
        return table

    customers = summarize(to_duckdb(cdnow_log), observation_end="1998-06-30")
    monkeypatch.setattr(nw.LazyFrame, "collect", spy)
    gathered = gather(customers)
    assert gathered["n"].sum() == 2357
    assert [rows for rows, _ in seen] == [1, len(gathered)]
    assert all("customer_id" not in columns for _, columns in seen)
