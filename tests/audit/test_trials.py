"""What a consultant meets who brings a client's export for the first time."""

import dataclasses

import numpy as np
import openpyxl
import pandas as pd
import pytest

from centricity.audit import Options, Part, analyse, caveats, currency, show
from centricity.audit.candidate import BACKGROUND
from centricity.audit.columns import choose_columns
from centricity.audit.deck_words import set_aside
from centricity.audit.findings import findings
from centricity.audit.found_customers import concentration
from centricity.audit.intake import take
from centricity.audit.show_cleaning import notes_of
from centricity.audit.show_cohorts import lived_through
from centricity.audit.workbook import read_me
from centricity.audit.workbook_sheets import set_aside as sheet_set_aside
from centricity.plots import audit as audit_plots
from centricity.transactions._columns import CURRENCY, currency_column


@pytest.fixture
def audit_of(tmp_path):
    def run(table, **options):
        path = tmp_path / "orders.csv"
        table.to_csv(path, index=False)
        return analyse(path, Options(**options))

    return run


def named(found, start):
    return next(one for one in findings(found) if one.title.startswith(start))


def shopify():
    """Two lines an order; the order's total and its currency beside the first line only."""
    orders = pd.DataFrame({"n": np.arange(60), "who": np.arange(60) % 17})
    lines = orders.loc[orders.index.repeat(2)].reset_index(drop=True)
    first = ~lines.duplicated("n")
    mail = "user" + lines["who"].astype(str) + "@example.com"
    return pd.DataFrame(
        {
            "Name": "#" + (1001 + lines["n"]).astype(str),
            "Email": mail,
            "Currency": np.where(first, "USD", ""),
            "Subtotal": np.where(first, "20.00", ""),
            "Total": np.where(first, "25.00", ""),
            "Created at": [f"2025-{1 + n // 10:02}-{1 + n % 28:02} 10:00:00 -0400"
                           for n in lines["n"]],
            "Lineitem name": "Mug",
            "Refunded Amount": np.where(first & (lines["n"] % 30 == 0), "5.00", "0.00"),
        }
    )  # fmt: skip


def test_a_shop_export_with_mails_and_numbered_names_is_read_at_the_first_try(audit_of):
    found = audit_of(shopify())
    taken = {"customer": "Email", "order": "Name", "amount": "Total", "date": "Created at"}
    assert taken.items() <= found.source.columns.items()
    assert set(taken) <= set(found.source.guessed)
    assert found.base.found.overview.sales == 60 * 25.0
    assert len(found.customers) == 17


def test_lines_below_an_orders_total_are_accounted_for_and_are_no_alarm(audit_of):
    found = audit_of(shopify())
    assert found.cleaned.report.attrs["rejected"] == found.source.further_lines == 60
    says = "orders have an amount in another row"
    assert says in show.cleaning(found).html
    assert says in " ".join(map(str, set_aside(found)[1]))
    assert says in str(sheet_set_aside(found).parts[1].frame["remedy"].tolist())
    assert any("60 rows without an amount" in note for note in notes_of(found))
    assert "could not be used" not in " ".join(caveats.cautions(found))


def test_rows_whose_order_has_no_amount_at_all_stay_an_alarm(audit_of):
    table = shopify()
    table.loc[table["Name"].isin([f"#{n}" for n in range(1001, 1009)]), "Total"] = ""
    found = audit_of(table)
    assert found.source.further_lines == 52
    assert found.cleaned.report.attrs["rejected"] == 68
    # 16 of 120 rows belong to orders without any amount
    assert "13\N{NARROW NO-BREAK SPACE}% of the rows could not be used" in " ".join(
        caveats.cautions(found)
    )


def test_refunds_in_a_column_of_their_own_are_named(audit_of):
    notes = notes_of(audit_of(shopify()))
    assert any("'Refunded Amount' was not used, and 2 rows hold" in note for note in notes)


@pytest.mark.parametrize(("values", "guessed"), [(["7", "7", "8"], True), (["7", "8", "9"], False)])
def test_a_bare_id_is_the_customer_only_if_it_repeats(values, guessed):
    raw = pd.DataFrame({"id": values, "date": ["2025-01-01"] * 3, "amount": ["1"] * 3})
    if guessed:
        assert choose_columns(raw, Options())[0]["customer"] == "id"
    else:
        with pytest.raises(ValueError, match="no column looks like the 'customer' column"):
            choose_columns(raw, Options())


def test_a_customers_id_goes_before_a_mail_and_a_products_name_is_no_order_number():
    raw = pd.DataFrame(
        {"Email": ["a@b.c"], "Customer ID": ["7"], "Name": ["Oak mug"], "Date": [""], "Total": [""]}
    )
    columns, _ = choose_columns(raw, Options())
    assert columns["customer"] == "Customer ID"
    assert "order" not in columns


def workbook(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


ORDERS = [["Order list 2025"], [], ["Customer No.", "Order Date", "Sales (EUR)"]] + [
    [f"C{n % 4}", f"2025-0{1 + n % 9}-11", 10 + n] for n in range(20)
]
NOTES = ("Read me", [["Notes"], ["Exported by accounting"], ["Questions: ext. 42"]])


def test_the_first_sheet_with_orders_is_read_and_the_others_are_named(tmp_path):
    path = workbook(tmp_path / "a.xlsx", NOTES, ("Orders", ORDERS))
    found = analyse(path)
    assert found.base.found.overview.sales == sum(10 + n for n in range(20))
    assert found.source.attrs["sheet"] == "Orders"
    assert any("'Orders' was read" in note and "'Read me'" in note for note in notes_of(found))


def test_no_sheet_with_orders_keeps_the_error_and_names_the_other_sheets(tmp_path):
    path = workbook(tmp_path / "a.xlsx", NOTES, ("More", [["X"], ["y"]]))
    with pytest.raises(ValueError, match=r"no column looks like .*Nor has any other.*'More'"):
        take(path, Options(), lambda _: None)


def test_a_sheet_that_was_asked_for_is_not_swapped_for_another(tmp_path):
    path = workbook(tmp_path / "a.xlsx", NOTES, ("Orders", ORDERS))
    with pytest.raises(ValueError, match="no column looks like"):
        take(path, Options(sheet="Read me"), lambda _: None)


def test_the_currency_in_the_name_of_the_amounts_is_taken(tmp_path):
    found = analyse(workbook(tmp_path / "a.xlsx", ("Orders", ORDERS)))
    assert found.options.currency == "EUR"
    assert currency.of_name("Net sales US$") == ""
    assert currency.of_name("EUR or USD") == ""


@pytest.mark.parametrize("name", CURRENCY.split())
def test_cleaning_and_audit_know_the_same_names_of_a_currency_column(name):
    raw = pd.DataFrame(columns=["customer", "date", "amount", name])
    assert choose_columns(raw, Options())[0]["currency"] == name
    assert currency_column(["amount", name], ["amount"]) == name


def test_a_column_of_currencies_is_neither_the_order_nor_the_amount():
    raw = pd.DataFrame(
        columns=["customer", "date", "Amount currency", "Betrag EUR", "Order currency"]
    )
    columns, _ = choose_columns(raw, Options())
    assert columns["amount"] == "Betrag EUR"
    assert columns["currency"] == "Order currency"
    assert "order" not in columns


def test_a_purchase_price_is_offered_as_a_cost_and_not_taken(audit_of):
    table = pd.DataFrame(
        {"Kundennr": ["K1", "K2"], "Datum": ["01.02.2025", "02.02.2025"], "Betrag": ["9,50", "8"],
         "Einkaufspreis": ["5", "4"]}
    )  # fmt: skip
    found = audit_of(table)
    assert "profit" not in found.extras.log
    assert any("--cost Einkaufspreis gives profit" in note for note in notes_of(found))
    again = audit_of(table, cost="Einkaufspreis")
    assert again.extras.log["profit"].tolist() == [4.5, 4.0]
    assert not any("Einkaufspreis" in note for note in notes_of(again))


def test_reading_and_cleaning_tell_how_many_rows_they_work_on(tmp_path, world):
    path = tmp_path / "orders.csv"
    world.to_csv(path, index=False)
    told = []
    analyse(path, step=told.append)
    read, cleaned = told.index("Reading the file"), told.index("Cleaning, every row accounted for")
    rows = f"{len(world):,} rows"
    assert any(rows in text for text in told[read + 1 : cleaned])
    assert any(rows in text for text in told[cleaned + 1 : cleaned + 3])


def test_ids_alike_that_were_kept_apart_are_a_caution_with_a_remedy_that_works(audit_of):
    table = shopify()
    table.loc[table.index % 8 < 4, "Email"] = table["Email"].str.upper()
    apart = audit_of(table)
    assert "differ from another's by case or blanks" in " ".join(caveats.cautions(apart))
    assert "--merge-ids" in show.limits(apart).html
    merged = audit_of(table, merge_ids=True)
    assert len(merged.customers) == 17
    assert "case or blanks" not in show.limits(merged).html


def wholesaler(last_of_big):
    """Twelve accounts with an order a month for two years; one brings far more than the others."""
    days = pd.date_range("2023-01-10", "2024-12-10", freq="30D")
    rows = [
        (f"A{who:02}", day, 5000.0 if who == 0 else 900.0 + who, 0.9 if who == 0 else 0.6)
        for day in days
        for who in range(12)
        if who > 0 or day <= pd.Timestamp(last_of_big)
    ]
    table = pd.DataFrame(rows, columns=["account", "date", "net sales", "cost"])
    table["cost"] *= table["net sales"]
    return table


def test_one_customer_on_whom_much_rests_is_the_first_finding(audit_of):
    table = wholesaler("2024-12-10")
    found = audit_of(table)
    first = findings(found)[0]
    recent = table[table["date"] > table["date"].max() - pd.DateOffset(years=1)]
    share = recent.loc[recent["account"] == "A00", "net sales"].sum() / recent["net sales"].sum()
    assert first.title.startswith("One customer, A00, brings")
    assert first.number == f"{share:.0%}".replace("%", "\N{NARROW NO-BREAK SPACE}%")
    gain = recent["net sales"] - recent["cost"]
    part = gain[recent["account"] == "A00"].sum() / gain.sum()
    assert f"it is {part:.0%}".replace("%", "\N{NARROW NO-BREAK SPACE}%") in first.says
    assert "if they leave" in first.so_what


def test_that_customer_gone_silent_is_asked_in_person_and_by_no_experiment(audit_of):
    found = audit_of(wholesaler("2024-06-10"))
    first = findings(found)[0]
    assert first.title.startswith("One customer, A00")
    assert "in person" in first.so_what
    assert "a random half proves nothing" in show.first(found).html


def test_customers_of_like_size_are_no_finding_of_dependence(audit_of):
    table = wholesaler("2024-12-10")
    found = audit_of(table[table["account"] != "A00"])
    assert not any(one.title.startswith("One customer,") for one in findings(found))


def test_where_few_stop_after_one_order_nobody_is_told_to_win_second_orders(audit_of):
    said = " ".join(one.so_what for one in findings(audit_of(wholesaler("2024-12-10"))))
    assert "The second order" not in said


@pytest.fixture(scope="module")
def young(tmp_path_factory):
    """Seven months, more new customers each month, one in twelve of whom comes back."""
    rng = np.random.default_rng(5)
    born = 210 * np.sqrt(rng.random(900))
    days = np.concatenate([born, born[:75] + rng.uniform(5, 20, 75)])
    who = np.concatenate([np.arange(900), np.arange(75)])
    table = pd.DataFrame(
        {"user_id": who, "date": pd.Timestamp("2025-01-10") + pd.to_timedelta(days, unit="D"),
         "revenue": rng.lognormal(3.3, 0.4, len(who)).round(2)}
    )  # fmt: skip
    path = tmp_path_factory.mktemp("young") / "orders.csv"
    table.sort_values("date").to_csv(path, index=False)
    return analyse(path)


def test_a_young_firm_hears_of_its_single_orders_before_anything_about_tiers(young):
    titles = [one.title for one in findings(young)]
    assert titles[0].startswith("Sales rose by")
    assert titles[1].endswith("of the customers ordered only once")
    shares = concentration(young)
    assert shares.urgency == BACKGROUND
    assert "win second orders" in shares.finding.so_what


def test_the_number_of_new_customers_stands_with_the_change_that_they_made(young):
    needed = young.views.found.needed.found
    change = named(young, "Sales rose")
    assert f"the next needs {round(needed.new_customers):,} new customer" in change.says
    assert sum("the next needs" in one.says for one in findings(young)) == 1


def test_a_range_without_an_upper_end_is_not_written_as_one(young):
    needed = young.views.found.needed.found
    endless = dataclasses.replace(needed, low=0.0, high=float("inf"))
    views = dataclasses.replace(young.views.found, needed=Part(endless))
    found = dataclasses.replace(young, views=Part(views))
    page = show.all_cohorts(found).html
    assert "or none at all, with no upper bound that can be told" in page
    assert "between 0 and no" not in page
    assert "the next needs" not in named(found, "Sales rose").says


def test_values_that_are_sales_are_no_ceiling_for_spending(audit_of, world, audited):
    sales = next(one for one in findings(audit_of(world)) if "are worth" in one.title)
    assert "No action may cost" not in sales.so_what
    assert "only your margin" in sales.so_what
    gains = next(one for one in findings(audited) if "are worth" in one.title)
    assert "No action may cost more" in gains.so_what


def test_who_to_turn_to_first_comes_with_what_each_is_worth(audited):
    table = audited.priorities.found
    each = table["clv"].iloc[0] / table["customers"].iloc[0]
    first = named(audited, "First to do")
    assert f"€{each:,.0f} each" in first.says or f"€{each:,.2f} each" in first.says


def test_a_gap_within_chance_says_so_beside_its_number(young):
    one = next(one for one in findings(young) if "at the same age" in one.title)
    assert one.label.endswith("within chance")
    assert "next year" not in one.so_what


def test_with_nothing_to_audit_a_slide_refers_to_nothing_below(audit_of):
    found = audit_of(pd.DataFrame({"customer": ["A"], "date": ["never"], "amount": ["5"]}))
    one = findings(found)[0]
    assert one.title == "There is nothing to audit"
    assert "below" not in one.so_what
    assert one.how


def test_page_and_workbook_give_the_same_cautions(audited):
    said = caveats.cautions(audited, remedies=True)
    page = show.limits(audited).html
    sheet = read_me(audited).parts[-1].frame[1].str.cat(sep=" ")
    for text in said:
        end = text.split("**")[-1].strip()[-40:]
        assert end in sheet
        assert end.replace("'", "&#x27;") in page


def test_without_values_nothing_is_said_about_values(audit_of):
    found = audit_of(wholesaler("2024-12-10").drop(columns="cost").head(12))
    assert found.worth.found.values.value is None
    text = caveats.terms(found) + " ".join(caveats.cautions(found))
    assert "Lifetime" not in text
    assert "price tag" not in text


def test_one_margin_for_all_is_said_where_margins_differ(audited, audit_of, shop):
    table = shop.copy()
    table["cost"] = table["amount"] * np.where(table["customer_id"] < "C350", 0.9, 0.3)
    found = audit_of(table, duplicates="keep")
    assert "10\N{NARROW NO-BREAK SPACE}% and 70" in caveats.one_margin(found)
    assert caveats.one_margin(found) in show.value(found).html.replace("&#x27;", "'")
    given = dataclasses.replace(found, given=dataclasses.replace(found.given, margin=0.5))
    assert caveats.one_margin(given) == ""


def test_what_comes_is_valued_at_the_margin_of_the_last_twelve_months(audit_of, shop):
    """Costs rise by half for the last year: an average of all years would flatter the base."""
    day = shop["date"].dt.normalize()
    late = day > day.max() - pd.Timedelta(days=365)
    table = shop.assign(cost=shop["amount"] * late.map({True: 0.6, False: 0.4}))
    assert audit_of(table).options.margin == pytest.approx(0.4)


def test_refunds_set_aside_with_their_orders_are_no_lost_rows(audit_of, world):
    back = world.head(200).assign(amount=lambda t: -t["amount"])
    back["date"] += pd.Timedelta(days=2)
    found = audit_of(pd.concat([world, back], ignore_index=True))
    facts = found.cleaned.report.attrs
    assert facts["rejected"] / facts["rows"] > 0.05
    assert "could not be used" not in " ".join(caveats.cautions(found))


def test_a_margin_from_the_costs_is_no_option_that_was_given(audited):
    assert audited.options.margin is not None
    assert "margin =" not in show.made_with(audited).html


def test_pictures_by_group_say_what_they_show(audited, report_of):
    said = report_of(audited)
    assert "as a picture" not in said
    for caption in ("Sales of the period by channel.", "Change in sales by category."):
        assert caption in said


@pytest.mark.parametrize(
    ("end", "last"),
    [("2025-01-02", "2024"), ("2025-12-20", "2025"), ("2025-11-20", "2024")],
)
def test_the_last_period_is_one_that_the_data_cover(end, last):
    years = pd.Index(["2023", "2024", "2025"])
    assert lived_through(years, pd.Timestamp(end)) == last


def test_the_largest_customers_are_drawn_beside_all_others():
    sales = pd.Series(np.repeat([60.0, 5.0], [1, 20]), index=[f"$A{n}" for n in range(21)])
    ax = audit_plots.largest(sales, most=3)
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [60.0, 5.0, 5.0, 90.0]
    assert [text.get_text() for text in ax.texts] == ["38 %", "3 %", "3 %", "56 %"]
    assert ax.get_yticklabels()[-1].get_text() == "18 others"
    with pytest.raises(ValueError, match=r"plots\.audit\.largest: there are no sales"):
        audit_plots.largest(sales * 0)
