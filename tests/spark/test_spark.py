"""Spark with worker processes of its own measures, counts and scores as plain Python does."""

import time

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from engine_cases import by_hand, cases, compare
from engine_cases import customers as draw_customers

from centricity import clv, transactions

pytestmark = pytest.mark.spark

CASES = cases()
MODEL = clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = clv.GammaGamma(p=6.25, q=3.74, gamma=15.44)


@pytest.fixture
def load(spark, tmp_path):
    """Give Spark a table as a Parquet file of four parts, so that both workers have some."""

    def _load(table, zone=None):
        spark.conf.set("spark.sql.session.timeZone", zone or "UTC")
        if "customer_id" in table and isinstance(table["customer_id"].dtype, pd.CategoricalDtype):
            table = table.astype({"customer_id": str})  # Spark has no dictionaries
        folder = tmp_path / "parts"
        folder.mkdir(exist_ok=True)
        for part in range(4):
            piece = pa.Table.from_pandas(table.iloc[part::4], preserve_index=False)
            pyarrow.parquet.write_table(piece, folder / f"{part}.parquet")
        return spark.read.parquet(str(folder))

    return _load


def to_pandas(table):
    return nw.from_native(table).collect().to_pandas()


def executors(spark):
    """The driver and both workers, once all have told their addresses: they come one by one."""
    for _ in range(240):
        every = spark.sparkContext._jsc.sc().statusStore().executorList(True)
        found = [every.apply(i) for i in range(every.size())]
        if sum(":" in executor.hostPort() for executor in found) >= 3:
            break
        time.sleep(0.5)
    return found


def test_the_workers_are_processes_of_their_own_and_listen_to_this_machine_only(spark):
    places = {executor.id(): executor.hostPort() for executor in executors(spark)}
    assert "driver" in places
    assert len(places) == 3
    assert len(set(places.values())) == 3
    assert {place.rsplit(":", 1)[0] for place in places.values()} == {"127.0.0.1"}


@pytest.mark.parametrize("name", CASES)
def test_spark_measures_as_the_definition_does(load, name):
    log, options, zone = CASES[name]
    table = load(log, zone)
    want, missed = by_hand(log, options)
    customers = transactions.summarize(table, **options)
    assert type(customers) is type(table)
    compare(to_pandas(customers), want)
    assert transactions.left_out(table, **options) == missed
    counted = to_pandas(transactions.cells(customers))
    assert counted["n"].tolist() == want.groupby(["frequency", "recency", "T"]).size().tolist()


def test_both_workers_do_the_work_and_the_driver_none(spark, load):
    for _ in range(3):
        assert transactions.summarize(load(CASES["weeks"].log)).count() == 30
    tasks = {executor.id(): executor.completedTasks() for executor in executors(spark)}
    assert tasks.pop("driver") == 0
    assert min(tasks.values()) > 0


def test_only_cells_leave_spark_and_scores_are_exact(load, monkeypatch):
    table = draw_customers(np.random.default_rng(3))
    given = load(table)
    pulled = []
    for name in ("collect", "toPandas", "toArrow", "toLocalIterator", "take", "head", "first"):
        real = getattr(type(given), name)

        def spy(frame, *args, _real=real, **kwargs):
            result = _real(frame, *args, **kwargs)
            pulled.append(result.num_rows if isinstance(result, pa.Table) else len(result))
            return result

        monkeypatch.setattr(type(given), name, spy)
    terms = {"horizon": 52, "discount_rate": 0.002, "margin": "share",
             "cost_per_purchase": "postage", "cost_to_keep": 0.01}  # fmt: skip
    scored = clv.score(given, MODEL, spend=SPEND, **terms)
    assert type(scored) is type(given)
    cells = len(table[["frequency", "recency", "T"]].drop_duplicates())
    assert pulled == [cells]
    assert cells < len(table) / 2

    monkeypatch.undo()
    got = to_pandas(scored).sort_values("row").reset_index(drop=True)
    want = clv.score(table, MODEL, spend=SPEND, **terms).reset_index(drop=True)
    pd.testing.assert_frame_equal(got, want, check_dtype=False, rtol=1e-12)


def test_the_join_compares_all_64_bits_and_knows_one_zero(load):
    close = np.array([0.3, 0.1 + 0.2, np.nextafter(0.3, 0), 22 / 7, np.nextafter(22 / 7, 4)])
    table = pd.DataFrame(
        {
            "frequency": [1, 1, 1, 2, 2, 0, 0],
            "recency": [*close, 0.0, -0.0],
            "T": [*(close + 1), 5.0, 5.0],
            "row": range(7),
        }
    )
    got = to_pandas(clv.score(load(table), MODEL)).sort_values("row")
    assert got["p_alive"].tolist() == MODEL.p_alive(table).tolist()


def test_from_a_log_to_scores_on_disk(load, spark, tmp_path, cdnow_log):
    customers = transactions.summarize(
        load(cdnow_log), calibration_end="1997-09-30", observation_end="1998-06-30"
    )
    buying = clv.BGNBD.fit(transactions.gather(customers))
    # Fader, Hardie & Lee (2005), table 2
    assert buying.params.round(3).tolist() == [0.243, 4.414, 0.793, 2.426]
    spend = clv.GammaGamma.fit(transactions.gather(customers, by=("frequency", "monetary_value")))
    # Fader & Hardie (2013), gamma-gamma note
    assert spend.params.round(2).tolist() == [6.25, 3.74, 15.44]
    out = str(tmp_path / "scores")
    clv.score(customers, buying, spend=spend, horizon=39).write.parquet(out)
    written = spark.read.parquet(out)
    assert written.count() == 2357
    assert written.where("p_alive IS NULL OR expected_spend IS NULL").count() == 0


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"date": lambda d: d["date"].where(d.index > 1)}, ValueError,
         "summarize: 'date' is missing in 2 of 445 rows. Every order needs a date."),
        ({"amount": lambda d: d["amount"].where(d.index > 2, -1.0)}, ValueError,
         "summarize: 'amount' is negative in 3 of 445 rows. A customers table"),
        ({"amount": lambda d: d["amount"].where(d.index > 2, np.inf)}, ValueError,
         "summarize: 'amount' is missing or infinite in 3 of 445 rows."),
        ({"date": lambda d: d["date"].astype(str)}, TypeError, "'date' has dtype String."),
    ],
)  # fmt: skip
def test_a_faulty_log_is_refused_with_the_rows_counted(load, changes, error, message):
    with pytest.raises(error) as raised:
        transactions.summarize(load(CASES["weeks"].log.assign(**changes)))
    assert message in str(raised.value)


def test_a_faulty_customers_table_is_refused_with_the_customers_counted(load):
    table = pd.DataFrame({"frequency": [1, 1, 0], "recency": [9.0, 9.0, 0.0], "T": 5.0})
    with pytest.raises(
        ValueError, match=r"recency is above T in 2 of 3 customers \(first: custome"
    ):
        clv.score(load(table), MODEL)
