"""Columns beyond the order log, currencies and ids: guessed, read, refused, accounted for."""

import numpy as np
import pandas as pd
import pytest

from centricity.audit import Options, analyse
from centricity.audit.columns import choose_columns
from centricity.audit.currency import of_rows
from centricity.audit.enrich import MOST_GROUPS, enrich

ROLES = {"customer_id": "customer", "date": "date", "amount": "amount"}


@pytest.fixture
def write(tmp_path):
    def writer(frame, name="orders.csv"):
        path = tmp_path / name
        frame.to_csv(path, index=False)
        return path

    return writer


@pytest.fixture
def mixed(world):
    """Orders in two currencies: every fifth in dollars."""
    log = world.copy()
    log["Währung"] = np.where(np.arange(len(log)) % 5 == 0, "usd", "EUR ")
    return log


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Cost", "cost"), ("COGS", "cost"), ("Wareneinsatz", "cost"), ("Coût", "cost"),
        ("costo", "cost"), ("成本", "cost"), ("Sales Channel", "channel"), ("Kanal", "channel"),
        ("canal de vente", "channel"), ("渠道", "channel"), ("product_category", "category"),
        ("Warengruppe", "category"), ("Catégorie", "category"), ("categoría", "category"),
        ("品类", "category"), ("Currency", "currency"), ("CCY", "currency"),
        ("Währung", "currency"), ("devise", "currency"), ("moneda", "currency"),
        ("币种", "currency"),
    ],
)  # fmt: skip
def test_obvious_names_of_further_columns_are_guessed_and_said_so(name, role):
    raw = pd.DataFrame(columns=["customer_id", "date", "amount", name])
    columns, guessed = choose_columns(raw, Options())
    assert columns[role] == name
    assert role in guessed


@pytest.mark.parametrize(
    "name", ["unit cost", "shipping_cost", "costume", "channel_id_2", "remark"]
)
def test_names_that_are_not_obvious_are_left_alone(name):
    raw = pd.DataFrame(columns=["customer_id", "date", "amount", name])
    columns, _ = choose_columns(raw, Options())
    assert set(columns) == {"customer", "date", "amount"}


def test_a_given_column_is_no_guess_and_is_not_taken_for_another_role():
    raw = pd.DataFrame(columns=["customer", "date", "amount", "total", "cost"])
    columns, guessed = choose_columns(raw, Options(cost="total"))
    assert (columns["cost"], columns["amount"]) == ("total", "amount")
    assert "cost" not in guessed


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"cost": "wares"}, r"^audit: the column 'wares' is missing\. .*There are: 'customer_id'"),
        ({"channel": "amount"}, r"'amount' was given as channel and is the amount column"),
    ],
)
def test_a_column_that_is_not_there_or_has_another_role_is_an_error(options, says):
    raw = pd.DataFrame(columns=["customer_id", "date", "amount"])
    if "channel" in options:
        options |= {"customer": "customer_id", "date": "date", "amount": "amount"}
    with pytest.raises(ValueError, match=says):
        choose_columns(raw, Options(**options))


def test_two_currencies_in_a_column_are_refused_with_counts_and_the_remedy(mixed, write):
    dollars = (mixed["Währung"] == "usd").sum()
    euros = len(mixed) - dollars
    says = (
        rf"^audit: the column 'Währung' names 2 currencies: EUR \({euros:,} rows\), "
        rf"USD \({dollars:,} rows\)\. .* only_currency='EUR', or convert all amounts"
    )
    with pytest.raises(ValueError, match=says):
        analyse(write(mixed))


def test_two_currencies_in_the_amounts_are_refused_too(write):
    log = pd.DataFrame({"customer": ["A", "B", "C"], "date": ["2025-01-01"] * 3,
                        "amount": ["€ 5", "$7.50", "€ 6"]})  # fmt: skip
    with pytest.raises(ValueError, match=r"'amount' name 2 currencies: EUR \(2 rows\), \$ \(1"):
        analyse(write(log))
    assert of_rows(log, "amount", None).tolist() == ["EUR", "$", "EUR"]


def test_one_currency_on_request_and_no_row_is_lost(mixed, write):
    found = analyse(write(mixed), Options(only_currency="eur"))
    mine = mixed[mixed["Währung"] == "EUR "]
    facts = found.cleaned.report.attrs
    assert facts["rows"] == len(mixed)
    assert facts["rows"] == facts["kept"] + facts["rejected"]
    assert len(found.cleaned.rejected) == facts["rejected"]
    aside = found.cleaned.rejected.groupby("reason").size()
    assert aside["other currency"] == len(mixed) - len(mine)
    once = mine.drop_duplicates()
    assert found.base.found.overview.sales == pytest.approx(once["amount"].sum())
    assert found.options.currency == "EUR"
    assert found.given.currency == ""


def test_a_currency_that_is_not_there_is_an_error_that_lists_what_is(mixed, write):
    with pytest.raises(ValueError, match=r"no row is in CHF: .*names EUR"):
        analyse(write(mixed), Options(only_currency="CHF"))


def test_profit_is_sales_less_cost_and_groups_add_up():
    log = pd.DataFrame({
        "customer_id": ["A", "B", "A"], "date": pd.to_datetime(["2025-01-01"] * 3),
        "amount": [10.0, 20.0, 30.0], "cost": ["4,50", "12,00", "31,00"],
        "channel": ["web", None, "shop"],
    })  # fmt: skip
    found = enrich(log, {**ROLES, "cost": "cost", "channel": "channel"}, (), Options(decimal=","))
    assert found.log["profit"].tolist() == [5.5, 8.0, -1.0]
    assert found.margin == pytest.approx(12.5 / 60)
    assert found.log["channel"].tolist() == ["web", "(blank)", "shop"]
    assert found.by == ("channel",)


def test_few_missing_costs_get_the_usual_share_and_the_reader_is_told():
    n = 100
    log = pd.DataFrame({
        "customer_id": "A", "date": pd.Timestamp("2025-01-01"), "amount": np.full(n, 10.0),
        "cost": ["?", "", *["6"] * (n - 2)],
    })  # fmt: skip
    found = enrich(log, {**ROLES, "cost": "cost"}, (), Options())
    assert found.log["profit"].tolist() == [4.0] * n
    assert "2 lines of 100 have no readable cost" in found.notes[0]


def test_many_missing_costs_are_refused_where_named_and_dropped_where_guessed():
    log = pd.DataFrame({"customer_id": "A", "date": pd.Timestamp("2025-01-01"),
                        "amount": np.full(10, 10.0), "cost": ["?", *["6"] * 9]})  # fmt: skip
    columns = {**ROLES, "cost": "cost"}
    with pytest.raises(ValueError, match=r"'cost' cannot be read in 1 of 10 lines \(first: '\?'\)"):
        enrich(log, columns, (), Options())
    found = enrich(log, columns, ("cost",), Options())
    assert "profit" not in found.log
    assert "profit was not calculated" in found.notes[0]


def test_many_small_groups_are_put_together_and_sales_still_add_up():
    names = [f"g{i:02d}" for i in range(30)]
    log = pd.DataFrame({"customer_id": "A", "date": pd.Timestamp("2025-01-01"),
                        "amount": np.arange(1.0, 31.0), "kind": names})  # fmt: skip
    found = enrich(log, {**ROLES, "category": "kind"}, (), Options())
    sales = found.log.groupby("category", observed=True)["amount"].sum()
    assert len(sales) == MOST_GROUPS
    assert sales.sum() == log["amount"].sum()
    assert sales["19 others"] == sum(range(1, 20))
    assert "30 different entries" in found.notes[0]


def test_one_group_only_splits_nothing():
    log = pd.DataFrame({"customer_id": ["A"], "date": pd.to_datetime(["2025-01-01"]),
                        "amount": [1.0], "channel": ["web"]})  # fmt: skip
    found = enrich(log, {**ROLES, "channel": "channel"}, (), Options())
    assert found.by == ()
    assert "All lines have the same channel" in found.notes[0]


def test_the_margin_comes_from_the_costs_unless_it_is_given(world, write):
    path = write(world.assign(cost=world["amount"] * 0.75))
    assert analyse(path).options.margin == pytest.approx(0.25)
    assert analyse(path, Options(margin=0.4)).options.margin == 0.4


def test_costs_above_sales_give_no_margin_and_an_alarm(world, write, report_of):
    from centricity.audit.findings import findings

    found = analyse(write(world.assign(cost=world["amount"] * 1.2)))
    assert found.options.margin is None
    said = next(one for one in findings(found) if one.title.startswith("Sales"))
    assert "Profit went from" in said.says


def test_ids_alike_are_kept_apart_and_told_with_examples_and_merged_on_request(world, write):
    ids = world["customer_id"].copy()
    ids[::7] = ids[::7].str.lower()
    ids[::11] = " " + ids[::11]
    path = write(world.assign(customer_id=ids))
    apart, merged = analyse(path), analyse(path, Options(merge_ids=True))
    kept = world.drop_duplicates()
    assert len(merged.customers) == kept["customer_id"].nunique()
    assert len(apart.customers) > len(merged.customers)
    row = apart.cleaned.report.loc["ids alike"]
    assert row["rows"] > 0
    assert row["action"] == "kept apart"
    assert " = " in row["examples"]
    assert merged.base.found.overview.sales == pytest.approx(apart.base.found.overview.sales)
