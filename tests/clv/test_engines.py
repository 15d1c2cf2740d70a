"""A model is fitted to a table of any engine, and the estimates do not depend on which."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from centricity import clv

TRUTH = clv.BGNBD(r=0.5, alpha=5.0, a=1.0, b=2.0)


@pytest.fixture(scope="module")
def customers():
    seen = TRUTH.simulate(np.full(1500, 52.0), rng=1).customers.round(0)
    table = seen[["frequency", "recency", "T"]].query("frequency == 0 or recency > 0").copy()
    rng = np.random.default_rng(1)
    spent = rng.integers(10, 60, len(table)).astype(float)
    return table.assign(monetary_value=np.where(table["frequency"] > 0, spent, 0.0))


def duck(frame):
    return duckdb.from_arrow(pa.Table.from_pandas(frame, preserve_index=False))


ENGINES = {"polars": pl.from_pandas, "arrow": pa.Table.from_pandas, "duckdb": duck}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_estimates_are_those_of_pandas(engine, customers):
    there = ENGINES[engine](customers)
    for model in (clv.BGNBD, clv.ParetoNBD, clv.GammaGamma):
        here = model.fit(customers)
        fit = model.fit(there)
        assert fit.n == here.n == len(customers) if model is not clv.GammaGamma else True
        pd.testing.assert_series_equal(fit.params, here.params, rtol=1e-7)
        assert fit.loglike == pytest.approx(here.loglike, rel=1e-10)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_lower_likelihood_is_not_hidden_by_the_engine(engine, customers):
    there = ENGINES[engine](customers)
    assert TRUTH.loglike(there) == pytest.approx(TRUTH.loglike(customers), rel=1e-12)


def test_what_is_no_table_is_refused():
    with pytest.raises(TypeError, match=r"BGNBD\.fit: a dict was given"):
        clv.BGNBD.fit({"frequency": [1]})
