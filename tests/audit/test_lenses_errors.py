"""Bad input of the five lenses: what is said, in the house's words."""

import numpy as np
import pandas as pd
import pytest

from centricity import audit


@pytest.fixture
def log():
    return pd.DataFrame({
        "customer_id": ["A", "A", "B", "C"], "amount": [10.0, 20.0, 30.0, 5.0],
        "date": pd.to_datetime(["2024-03-01", "2025-03-01", "2025-04-01", "2025-06-01"]),
    })  # fmt: skip


LENSES = {
    "one_period": lambda t, **k: audit.one_period(t, "2025", **k),
    "two_periods": lambda t, **k: audit.two_periods(t, "2024", "2025", **k),
    "one_cohort": lambda t, **k: audit.one_cohort(t, "2025", **k),
    "two_cohorts": lambda t, **k: audit.two_cohorts(t, "2024", "2025", **k),
    "all_cohorts": lambda t, **k: audit.all_cohorts(t, **k),
}
lenses = pytest.mark.parametrize("name", LENSES)


@lenses
def test_a_missing_column_is_named(log, name):
    with pytest.raises(ValueError, match=rf"^{name}: the column 'amount' is missing\. An order log "
                       r"has .* Did you mean 'amuont'\?"):  # fmt: skip
        LENSES[name](log.rename(columns={"amount": "amuont"}))
    with pytest.raises(ValueError, match=rf"^{name}: the column 'gain' is missing"):
        LENSES[name](log, profit="gain")
    with pytest.raises(ValueError, match=rf"^{name}: the column 'channel' is missing"):
        LENSES[name](log, by="channel")


@lenses
def test_missing_values_are_counted_and_named(log, name):
    broken = log.copy()
    broken.loc[2, "customer_id"] = None
    with pytest.raises(ValueError, match=r"'customer_id' is missing in 1 of 4 rows \(first: rows"):
        LENSES[name](broken)
    broken = log.copy()
    broken.loc[1, "date"] = pd.NaT
    with pytest.raises(ValueError, match=r"'date' is missing in 1 of 4 rows \(first: rows 1\)"):
        LENSES[name](broken)
    broken = log.copy()
    broken.loc[1, "amount"] = np.inf
    with pytest.raises(ValueError, match=r"'amount' is missing or infinite in 1 of 4 rows"):
        LENSES[name](broken)


@lenses
def test_what_is_no_log_is_refused(log, name):
    with pytest.raises(TypeError, match=rf"{name}: a list was given"):
        LENSES[name]([1, 2])
    with pytest.raises(ValueError, match="the order log has no rows"):
        LENSES[name](log.iloc[:0])
    with pytest.raises(TypeError, match="'date' must hold dates of one kind"):
        LENSES[name](log.assign(date=log["date"].astype(str)))
    with pytest.raises(TypeError, match="'amount' must hold numbers"):
        LENSES[name](log.assign(amount=log["amount"].astype(str)))
    with pytest.raises(ValueError, match="'amount' was given for two columns"):
        LENSES[name](log, profit="amount")
    with pytest.raises(ValueError, match="2 columns are called 'amount'"):
        LENSES[name](pd.concat([log, log[["amount"]]], axis=1))
    with pytest.raises(TypeError, match=r"by is a list. by names one column"):
        LENSES[name](log, by=["amount"])


def test_periods_that_hold_nothing_or_cannot_be_read(log):
    with pytest.raises(ValueError, match=r"one_period: period \(2026\) lies outside the log, which "
                       r"goes from 2024-03-01 to 2025-06-01.*Choose a period"):  # fmt: skip
        audit.one_period(log, "2026")
    with pytest.raises(ValueError, match=r"there is no order in the period \(2024Q4\)"):
        audit.one_period(log, "2024Q4")
    for wrong in ("soon", "2025-13", 3.5, None, ("2025-01-01",), True):
        if wrong is not None:
            with pytest.raises(ValueError, match="A period is a pair"):
                audit.one_period(log, wrong)
    with pytest.raises(ValueError, match=r"period ends \(2025-01-01\) before it starts"):
        audit.one_period(log, ("2025-02-01", "2025-01-01"))
    with pytest.raises(ValueError, match=r"period is 'then'. period is a date, such as"):
        audit.one_period(log, ("then", "2025-01-01"))
    with pytest.raises(TypeError, match=r"period is 5. period is a date"):
        audit.one_period(log, (5, 6))


def test_periods_in_all_their_spellings_are_the_same(log):
    stamp = pd.Timestamp
    spellings = ["2025", 2025, pd.Period("2025"), ("2025-01-01", "2025-12-31"),
                 [stamp("2025-01-01").date(), np.datetime64("2025-12-31")]]  # fmt: skip
    for when in spellings:
        found = audit.one_period(log, when)
        assert (found.start, found.end) == (stamp("2025-01-01"), stamp("2025-12-31"))
        assert found.totals["sales"] == 55


def test_two_periods_overlap_or_stand_in_the_wrong_order_or_are_empty(log):
    with pytest.raises(ValueError, match=r"before \(2025\) and after \(2025Q2\) overlap"):
        audit.two_periods(log, "2025", "2025Q2")
    with pytest.raises(ValueError, match=r"before \(2025\) is later than after \(2024\)"):
        audit.two_periods(log, "2025", "2024")
    with pytest.raises(ValueError, match=r"there is no order in before \(2024Q4\).*one_period"):
        audit.two_periods(log, "2024Q4", "2025Q2")
    with pytest.raises(ValueError, match=r"after \(2027\) lies outside the log"):
        audit.two_periods(log, "2025", "2027")


def test_cohorts_without_customers_and_one_cohort_only(log):
    with pytest.raises(ValueError, match=r"one_cohort: no customer was first seen in born "
                       r"\(2024Q4\).*First days go from 2024-03-01 to 2025-06-01"):  # fmt: skip
        audit.one_cohort(log, "2024Q4")
    one = log[log["customer_id"] == "A"]
    with pytest.raises(ValueError, match=r"two_cohorts: no customer was first seen in second"):
        audit.two_cohorts(one, "2024", "2025")
    with pytest.raises(ValueError, match=r"two_cohorts: 1 customer is in both cohorts \(2024 and "
                       r"2024Q1\).*one_cohort"):  # fmt: skip
        audit.two_cohorts(log, "2024", "2024Q1")


def test_end_and_every_are_checked(log):
    with pytest.raises(ValueError, match=r"end is 2020-01-01, before the first order \(2024-03-01"):
        audit.all_cohorts(log, end="2020-01-01")
    with pytest.raises(ValueError, match=r"end is 'soon'. end is a date"):
        audit.one_cohort(log, "2024", end="soon")
    with pytest.raises(ValueError, match=r"every is 'D'. every is one of a fixed list"):
        audit.one_cohort(log, "2024", every="D")
    with pytest.raises(ValueError, match="period is 'year'"):
        audit.all_cohorts(log, period="year")


def test_zoned_dates_are_days_of_their_own_clock(log):
    late = log.assign(date=(log["date"] + pd.Timedelta(hours=23)).dt.tz_localize("Asia/Tokyo"))
    assert audit.one_period(late, "2025").totals["sales"] == 55
    assert audit.all_cohorts(late).sales.to_numpy().sum() == 65


def test_a_log_keeps_its_index_and_columns(log):
    before = log.copy(deep=True)
    for lens in LENSES.values():
        lens(log)
    pd.testing.assert_frame_equal(log, before)
