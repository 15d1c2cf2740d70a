"""What a newcomer gets wrong in the first hour, and whether the message shows the way."""

import copy
import pickle

import pandas as pd
import pytest

from centricity import clv, plots, transactions

BUYING = clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = clv.GammaGamma(p=6.25, q=3.74, gamma=15.44)
CUSTOMERS = pd.DataFrame(
    {"frequency": [2, 0], "recency": [30.4, 0.0], "T": 38.9, "monetary_value": [30.0, 0.0]}
)
TERMS = {"discount_rate": 0.002, "margin": 0.3}


@pytest.fixture(scope="module")
def contract() -> clv.Fit:
    return clv.ShiftedBetaGeometric.fit([1000, 869, 743, 653, 593])


def test_a_method_of_the_model_asked_of_the_fit_is_pointed_to(contract: clv.Fit) -> None:
    with pytest.raises(AttributeError, match=r"fit\.model\.derl"):
        contract.derl(2, 0.1)
    with pytest.raises(AttributeError, match=r"no attribute 'drel'$"):
        contract.drel  # noqa: B018


def test_predict_is_answered_with_what_there_is_to_ask(contract: clv.Fit) -> None:
    with pytest.raises(AttributeError, match=r"Ask fit\.model, which answers clv, clv_new, derl"):
        contract.predict(2)
    with pytest.raises(AttributeError, match=r"It answers dert, .*expected_purchases.* p_alive"):
        BUYING.predict(CUSTOMERS)


def test_pointers_leave_the_language_alone(contract: clv.Fit) -> None:
    """No name appears that is not there, half-made objects raise, and true errors are shown."""
    for thing in (contract, BUYING):
        assert not hasattr(thing, "p_alife")
        assert not hasattr(thing, "__array__")
        assert all(hasattr(thing, name) for name in dir(thing))
        assert pickle.loads(pickle.dumps(copy.copy(thing))) == thing
        with pytest.raises(AttributeError):
            object.__new__(type(thing)).params  # noqa: B018

    class Broken(clv.BGNBD):
        @property
        def summary(self) -> None:
            return self.params.no_such_thing

    with pytest.raises(AttributeError, match="'Series' object has no attribute 'no_such_thing'"):
        Broken(1, 2, 3, 4).summary  # noqa: B018


@pytest.mark.parametrize("name", ["summary", "interval", "model"])
def test_what_belongs_to_the_fit_asked_of_the_model_is_pointed_to(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"{name} belongs to what BGNBD.fit"):
        getattr(BUYING, name)


def test_fits_are_equal_when_copied_and_differ_when_fitted_to_others(contract: clv.Fit) -> None:
    assert copy.deepcopy(contract) == contract == pickle.loads(pickle.dumps(contract))
    assert clv.ShiftedBetaGeometric.fit([1000, 869, 743, 653, 592]) != contract


def test_swapped_models_and_classes_and_contracts_are_refused_in_words(contract: clv.Fit) -> None:
    fit = clv.GammaGamma.fit(SPEND.simulate([1, 2, 3, 4] * 50, rng=1).customers)
    with pytest.raises(TypeError, match=r"purchases is a Fit of a GammaGamma.*clv\.BGNBD\.fit"):
        clv.value(CUSTOMERS, fit, SPEND, **TERMS)
    with pytest.raises(TypeError, match=r"spend is a BGNBD.*clv\.GammaGamma\.fit"):
        clv.value(CUSTOMERS, BUYING, BUYING, **TERMS)
    with pytest.raises(TypeError, match="purchases is the class BGNBD itself"):
        clv.value(CUSTOMERS, clv.BGNBD, SPEND, **TERMS)
    with pytest.raises(TypeError, match=r"fit\.model\.clv"):
        clv.value(CUSTOMERS, contract, SPEND, **TERMS)


def test_a_new_customer_without_covariates_is_asked_for_them() -> None:
    table = pd.DataFrame({"channel": ["shop", "web"]})
    model = clv.WithCovariates.of(
        BUYING, table, buying="channel", coefficients={"buying: channel[T.web]": 0.7}
    )
    with pytest.raises(ValueError, match=r"lack 'channel'.*traits=\{'channel'"):
        clv.acquisition_cap(model, SPEND, **TERMS, traits={"chanel": "web"})


def test_an_interval_needs_something_to_call(contract: clv.Fit) -> None:
    with pytest.raises(TypeError, match="lambda model"):
        contract.interval(5)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(FileNotFoundError, match=r"clv\.load: there is no file 'absent\.json'"):
        clv.load("absent.json")


@pytest.mark.parametrize(("word", "letter"), [("weeks", "W"), ("Day", "D"), ("monthly", "M")])
def test_a_unit_in_words_is_answered_with_its_letter(word: str, letter: str) -> None:
    with pytest.raises(ValueError, match=f"Write '{letter}'"):
        clv.per_period_rate(0.1, unit=word)


def test_the_whole_result_of_cleaning_is_no_table_but_holds_one() -> None:
    log = pd.DataFrame({"customer_id": ["A"], "date": ["2025-01-01"], "amount": [1.0]})
    with pytest.raises(TypeError, match=r"cleaned\.kept"):
        transactions.summarize(transactions.clean(log))


def test_two_dollars_in_a_title_do_not_make_a_formula() -> None:
    customers = CUSTOMERS.assign(year=[2024, 2025], earned=9.0)
    table = clv.cohort_value(
        customers, BUYING, SPEND, cohort="year", to_date="earned", horizon=52, **TERMS
    )
    title = plots.value.cohorts(table, unit="$").get_title(loc="left")
    assert title.count(r"\$") == title.count("$") == 2


def test_traits_that_no_covariate_reads_are_refused_not_ignored():
    model, spend = clv.BGNBD(0.5, 5.0, 1.0, 2.0), clv.GammaGamma(6.0, 4.0, 15.0)
    with pytest.raises(ValueError, match="traits holds 'channel', and BGNBD has no covariates"):
        clv.acquisition_cap(
            model, spend, horizon=52, discount_rate=0.002, margin=0.4, traits={"channel": "web"}
        )


def test_ten_is_no_ten_percent():
    with pytest.raises(ValueError, match=r"annual is 10\. It must be a number of at most 1"):
        clv.per_period_rate(10)
