"""The numbers that lesson 03 states in its prose are the numbers of the data."""

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from centricity import clv, datasets, transactions

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "notebooks/source/03_transactions_to_customers.py"
SETTINGS = {
    "timezone": "Europe/Berlin",
    "same_person": "card_no",
    "merge": ["ids alike", "same person"],
    "as_of": "2025-04-30",
}


@pytest.fixture(scope="module")
def prose():
    return re.sub(r"\n# ?", " ", SOURCE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def raw():
    return transactions.read(datasets.shop_export_path())


@pytest.fixture(scope="module")
def cleaned(raw):
    return transactions.clean(raw, **SETTINGS)


@pytest.fixture(scope="module")
def finance(raw):
    """Every order of the two months in the shop's own book, less every refund in the export.

    Orders that the export says were free count nothing. No duplicate, test account or cleaning
    rule comes into it, so it is independent of ``clean``.
    """
    book = datasets.load_shop_orders().set_index("order_id")
    sold = book.loc[book["date"].between("2025-03-01", "2025-04-30"), "amount"]
    amount = pd.to_numeric(raw["amount"].str.replace(",", "."), errors="coerce")
    free = raw.loc[amount == 0, "order_no"]
    return sold.drop(free).sum() + amount[amount < 0].sum()


def test_every_amount_in_the_prose_is_printed_or_shown(prose):
    solved = nbformat.read(ROOT / "notebooks/solutions" / f"{SOURCE.stem}.ipynb", as_version=4)
    outputs = [out for c in solved.cells if c.cell_type == "code" for out in c.outputs]
    shown = " ".join(o.get("text", "") or o.data.get("text/plain", "") for o in outputs)
    stated = set(re.findall(r"[\d,]+\.\d\d(?= €)", prose))
    assert len(stated) >= 5
    assert {n for n in stated if n not in shown} == {"20.91"}  # tested below


def test_finance_total_is_orders_less_refunds(prose, finance):
    assert f"**{finance:,.2f} €**" in prose


def test_the_boards_numbers(prose, raw, cleaned, finance):
    kept, rejected = cleaned.kept, cleaned.rejected
    with_id = rejected.loc[
        rejected["reason"].isin(["unreadable amount", "unreadable date", "future date"])
    ]
    spoiled = set(with_id["customer_no"]) - set(kept["customer_id"])
    assert "Q07000" in rejected.loc[268, "detail"]
    assert "Q07000" not in set(kept["customer_id"]) | set(raw["customer_no"])
    assert len(spoiled) == 14
    ids, known = raw["customer_no"].nunique(), kept["customer_id"].nunique()
    letters = known + len(spoiled) + 1
    assert f"{ids - letters} fewer" in prose
    assert f"{letters:,} letters" in prose
    assert f"{ids:,} different ids, {ids - known} too many" in prose
    assert f"sales of {finance:,.2f} €" in prose
    assert f"{kept['amount'].sum():,.2f} € of it tied to {known:,} customers" in prose
    assert f"{len(rejected)} lines are set aside" in prose


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        (1576, "amount", "#REF!"),
        (669, "date", "31/02/2025 10:15"),
        (96, "date", "2025-03-02T23:21:11Z"),
        (287, "customer_no", "TEST01"),
        (131, "amount", "30.31"),
        (372, "amount", "-9.40"),
        (7, "amount", "12.62"),
        (49, "amount", "-12.62"),
        (50, "amount", "0.00"),
        (204, "customer_no", "W02298"),
    ],
)
def test_examples_are_the_lines_that_the_text_names(raw, line, field, value):
    assert raw.loc[line, field] == value


def test_the_duplicate_and_the_future_line(raw):
    assert raw.loc[16].equals(raw.loc[17])
    assert raw.loc[265, "date"].endswith("2052 16:50")
    assert {"q00487", "Q 00870"} <= set(raw["customer_no"])


def test_the_reduced_order_is_what_the_text_says(cleaned, prose):
    assert cleaned.kept.loc[131, "amount"] == pytest.approx(20.91)
    assert "a purchase of 20.91 € remains" in prose


def test_commas_lose_a_fifth_and_every_line_of_till_2(raw, cleaned):
    till = raw.loc[raw["source"] == "till 2", "amount"]
    assert pd.to_numeric(till, errors="coerce").notna().sum() == 0
    dropped = transactions.clean(raw[~raw["amount"].fillna("").str.contains(",")], **SETTINGS).kept
    share = 1 - dropped["amount"].sum() / cleaned.kept["amount"].sum()
    assert share == pytest.approx(0.2, abs=0.01)


def when(raw, lines):
    """Read the dates of lines without the toolkit, each source in its own way, in local time."""
    text = raw.loc[lines, "date"]
    offset = text.str.contains(r"(?:Z|[+-]\d\d:\d\d)$")
    zoned = (
        pd.to_datetime(text[offset], utc=True).dt.tz_convert("Europe/Berlin").dt.tz_localize(None)
    )
    local = pd.to_datetime(text[~offset], format="%d/%m/%Y %H:%M")
    return pd.concat([zoned, local]).loc[lines].dt.normalize()


def test_refunds_come_within_ten_days_and_none_has_come_for_the_last_ten(raw, cleaned, prose):
    amount = pd.to_numeric(raw["amount"].str.replace(",", "."), errors="coerce")
    refunds = raw.index[(amount < 0) & raw["order_no"].isin(raw.loc[amount > 0, "order_no"])]
    orders = raw[amount > 0].reset_index().groupby("order_no")["line"].first()
    placed = orders.loc[raw.loc[refunds, "order_no"]].tolist()
    wait = when(raw, refunds).to_numpy() - when(raw, placed).to_numpy()
    assert len(wait) == 60
    assert wait.min() > pd.Timedelta(0)
    assert wait.max() == pd.Timedelta(days=10)
    assert "ten at most in this file" in prose
    undone = cleaned.rejected.query("reason == 'refunded order'").index
    assert len(undone) == 55
    assert when(raw, undone).max() <= pd.Timestamp("2025-04-20")


def test_eighteen_refunds_undo_orders_that_are_not_in_the_file_or_not_named(raw, cleaned, prose):
    lone = cleaned.rejected.query("reason == 'refund without an order'")
    bought = raw.loc[~raw["amount"].fillna("").str.startswith("-"), "order_no"]
    assert len(lone) == 18
    assert not lone["order_no"].dropna().isin(bought).any()
    worth = -pd.to_numeric(lone["amount"].str.replace(",", ".")).sum()
    assert f"worth {worth:.2f} €" in prose


def test_every_readable_date_was_read_in_its_own_way(raw, cleaned, prose):
    broken = cleaned.report.loc["unreadable date", "rows"]
    for rule in ("mixed date formats", "mixed time zones"):
        assert cleaned.report.loc[rule, "rows"] == len(raw) - broken == 2809
    assert "each of the 2,809 dates" in prose


@pytest.mark.parametrize(("year", "month"), [(2024, 6), (2024, 12), (2025, 6)])
def test_history_beyond_a_year_makes_a_list_by_spend_worse_and_a_model_the_best(year, month):
    """In plain loops over lists, for the half-year of the lesson and the two others it mentions."""
    orders = datasets.load_shop_orders()
    at = (orders["date"].dt.year * 12 + orders["date"].dt.month).tolist()
    log = list(zip(orders["customer_id"], at, orders["amount"], strict=True))
    cut = year * 12 + month
    known = {who for who, when_, _ in log if when_ <= cut}
    later = dict.fromkeys(known, 0.0)
    for who, when_, euros in log:
        if who in known and cut < when_ <= cut + 6:
            later[who] += euros

    def found(score):
        best = sorted(known, key=lambda who: -score.get(who, 0.0))[: len(known) // 5]
        return sum(later[who] for who in best) / sum(later.values())

    def spent(months):
        sums = dict.fromkeys(known, 0.0)
        for who, when_, euros in log:
            if cut - months < when_ <= cut:
                sums[who] += euros
        return sums

    end = pd.Timestamp(year=year, month=month, day=1) + pd.offsets.MonthEnd()
    table = transactions.summarize(orders, calibration_end=end)
    scored = clv.score(table, clv.BGNBD.fit(table), spend=clv.GammaGamma.fit(table), horizon=26)
    model = found((scored["expected_purchases"] * scored["expected_spend"]).to_dict())
    quarter, half, one, two, everything = (found(spent(months)) for months in (3, 6, 12, 24, 48))
    assert (half < one) is ((year, month) == (2025, 6))
    assert quarter < one
    assert abs(one - half) < 0.02
    assert one > two > everything
    assert one - everything > 0.03
    assert model > one
    if (year, month) == (2025, 6):
        shown = nbformat.read(ROOT / "notebooks/solutions" / f"{SOURCE.stem}.ipynb", as_version=4)
        said = "".join(out.get("text", "") for c in shown.cells for out in c.get("outputs", []))
        assert f"12 months, 14,909 orders: {one:.1%}"[:-1] in said
        assert f"42 months, 36,256 orders: {everything:.1%}"[:-1] in said


def test_six_customers_in_ten_have_a_card(raw):
    has_card = raw.groupby("customer_no")["card_no"].agg(lambda card: card.notna().any())
    assert has_card.mean() == pytest.approx(0.6, abs=0.05)


def test_three_customers_in_four_are_no_newcomers(cleaned):
    first = datasets.load_shop_orders().groupby("customer_id")["date"].min()
    assert (first[cleaned.kept["customer_id"].unique()] < "2025-03-01").mean() == pytest.approx(
        0.75, abs=0.02
    )
