"""The raw export holds exactly the faults that its datasheet lists."""

import json
import re

import pytest

from centricity import datasets, transactions


@pytest.fixture(scope="module")
def truth():
    path = datasets.shop_export_path().with_name("shop_export_truth.json")
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def lines():
    return datasets.shop_export_path().read_text(encoding="utf-8").splitlines()[1:]


@pytest.fixture(scope="module")
def cleaned():
    raw = transactions.read(datasets.shop_export_path())
    return transactions.clean(
        raw,
        timezone="Europe/Berlin",
        same_person="card_no",
        merge=["ids alike", "same person"],
        as_of="2025-05-01",
    )


def counted(lines, pattern):
    return sum(bool(re.search(pattern, line)) for line in lines)


def test_the_text_itself_has_the_faults(lines, truth):
    faults = truth["faults"]
    assert len(lines) == truth["lines"]
    assert len(lines) - len(set(lines)) == faults["exact duplicate"]
    assert counted(lines, r"^[^;]*;(?:|NULL|n/a);") == faults["missing id"]
    assert counted(lines, r"^[^;]*;(?:TEST01|test-web|dummy_till);") == faults["test account"]
    assert sum(line.count(";") != 6 for line in lines) == faults["ragged line"]
    assert counted(lines, r";-?\d+,\d\d$") == faults["decimal comma"]
    assert counted(lines, r";0[.,]00$") == faults["zero amount"]
    assert counted(lines, r";(?:2052-|\d\d/\d\d/2052)") == faults["future date"]
    assert counted(lines, r"^[^;]*;(?: Q\d+|Q\d+ |Q \d+|q\d+);") == faults["id written otherwise"]
    assert counted(lines, r"^[^;]*;W\d{5};") == faults["one customer, two ids"]
    refunds = sum(count for name, count in faults.items() if "refund" in name)
    assert counted(lines, r";-\d+[.,]\d\d$") == refunds
    for source, count in truth["sources"].items():
        assert counted(lines, f";{source};") == count


def test_each_source_writes_times_its_own_way(lines):
    good = [line for line in lines if line.count(";") == 6 and "31/02" not in line]
    assert counted(good, r";web;2025-0[34]-\d\dT[\d:]{8}\+0[12]:00;") > 1_300
    assert counted(good, r";marketplace;20\d\d-0[2345]-\d\dT[\d:]{8}Z;") > 270
    assert counted(good, r";till [12];\d\d/0[345]/20\d\d \d\d:\d\d;") > 1_000


def test_cleaning_finds_every_fault_in_its_number(cleaned, truth):
    faults, rejected = truth["faults"], cleaned.report["rejected"]
    assert rejected["unreadable line"] == faults["ragged line"]
    for rule in ("missing id", "unreadable date", "unreadable amount", "test account"):
        assert rejected[rule] == faults[rule]
    assert rejected["future date"] == faults["future date"]
    assert rejected["exact duplicate"] == faults["exact duplicate"]
    full = faults["full refund, order number"] + faults["full refund, no number"]
    part = faults["partial refund, order number"]
    assert rejected["refunded order"] == full
    assert rejected["refund netted"] == full + part
    assert rejected["refund without an order"] == truth["clean"]["refunds_without_an_order"]
    touched = cleaned.report["rows"]
    assert touched["reduced order"] == part
    assert touched["zero amount"] == faults["zero amount"]
    assert touched["ids alike"] == faults["id written otherwise"]
    assert touched["one person, several ids"] == faults["one customer, two ids"]


def test_cleaning_ends_where_the_truth_does(cleaned, truth):
    clean = truth["clean"]
    assert len(cleaned.kept) == clean["kept"]
    assert len(cleaned.rejected) == clean["rejected"]
    assert cleaned.kept["customer_id"].nunique() == clean["customers"]
    assert round(cleaned.kept["amount"].sum(), 2) == clean["sales"]


def test_kept_orders_are_the_shops_own_on_the_right_day(cleaned):
    shop = datasets.load_shop_orders().set_index("order_id")
    own = shop.loc[cleaned.kept["order_no"]]
    assert (cleaned.kept["customer_id"].to_numpy() == own["customer_id"].to_numpy()).all()
    assert (cleaned.kept["date"].dt.normalize().to_numpy() == own["date"].to_numpy()).all()
    changed = cleaned.kept["amount"].to_numpy() != own["amount"].to_numpy()
    assert changed.sum() == 20 + 12  # reduced by a refund, or a gift


def test_without_a_time_zone_some_orders_land_on_another_day(truth):
    raw = transactions.read(datasets.shop_export_path())
    day = transactions.clean(raw).kept.set_index("order_no")["date"].dt.normalize()
    own = datasets.load_shop_orders().set_index("order_id")["date"]
    assert (day != own.loc[day.index]).sum() > truth["marketplace_lines_on_another_day_in_utc"]


def test_datasheet_lists_the_faults(source, truth):
    readme = (source / "README.md").read_text(encoding="utf-8")
    table = readme.split("| Fault | Lines |")[1].split("\n\n")[0]
    told = sorted(int(n) for n in re.findall(r"\| (\d+) \|$", table, flags=re.MULTILINE))
    assert told == sorted(truth["faults"].values())
    clean = truth["clean"]
    assert f"keeps {clean['kept']:,} lines worth {clean['sales']:,.2f} €" in " ".join(
        readme.split()
    )
