"""Models side by side: criteria from their definitions, and only on the same customers."""

import numpy as np
import pytest

from centricity import clv

TRUTH = clv.MBGNBD(r=0.6, alpha=6.0, a=0.9, b=1.6)


@pytest.fixture(scope="module")
def customers():
    return TRUTH.simulate(np.full(3000, 39.0), rng=1).customers


def test_the_table_holds_the_definitions_best_first(customers):
    fits = [clv.ParetoNBD.fit(customers), clv.BGNBD.fit(customers), clv.MBGNBD.fit(customers)]
    table = clv.compare(fits)
    assert table["aic"].is_monotonic_increasing
    for fit in fits:
        row = table.loc[fit.model.name]
        assert row["aic"] == pytest.approx(2 * 4 - 2 * fit.loglike)
        assert row["bic"] == pytest.approx(4 * np.log(3000) - 2 * fit.loglike)
    assert table["aic_above_best"].iloc[0] == 0
    assert table.index[0] == "MBGNBD"


def test_a_chosen_k_counts_as_a_parameter_and_names_the_row(customers):
    fits = [clv.MBGNBD.fit(customers), clv.MBGCNBDk.fit(customers, k=2)]
    table = clv.compare(fits)
    assert table.loc["MBGCNBDk (k=2)", "n_params"] == 5
    assert table.index[0] == "MBGNBD"


def test_the_same_name_twice_is_numbered(customers):
    fit = clv.BGNBD.fit(customers)
    assert clv.compare([fit, fit]).index.tolist() == ["BGNBD", "BGNBD [2]"]


def test_other_customers_are_refused_even_if_they_are_as_many(customers):
    fit = clv.BGNBD.fit(customers)
    fewer = clv.MBGNBD.fit(customers.head(2000))
    with pytest.raises(ValueError, match="MBGNBD and BGNBD were not fitted to the same customers"):
        clv.compare([fit, fewer])
    others = clv.MBGNBD.fit(TRUTH.simulate(np.full(3000, 39.0), rng=2).customers)
    with pytest.raises(ValueError, match="not fitted to the same customers"):
        clv.compare([fit, others])
    with pytest.raises(ValueError, match=r"3,000 against 3,000 customers that are not the same"):
        others.lr_test(fit)


def test_bad_input_is_refused(customers):
    fit = clv.BGNBD.fit(customers)
    with pytest.raises(ValueError, match="at least two"):
        clv.compare([fit])
    with pytest.raises(TypeError, match="a BGNBD is in the list"):
        clv.compare([fit, fit.model])
