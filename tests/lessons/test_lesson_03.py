"""The numbers that lesson 03 states in its prose are the numbers of the data."""

import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from centricity import datasets, transactions

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


def test_six_customers_in_ten_have_a_card(raw):
    has_card = raw.groupby("customer_no")["card_no"].agg(lambda card: card.notna().any())
    assert has_card.mean() == pytest.approx(0.6, abs=0.05)


def test_three_customers_in_four_are_no_newcomers(cleaned):
    first = datasets.load_shop_orders().groupby("customer_id")["date"].min()
    assert (first[cleaned.kept["customer_id"].unique()] < "2025-03-01").mean() == pytest.approx(
        0.75, abs=0.02
    )
