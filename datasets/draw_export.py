"""A raw export of two months of the shop, with every usual fault in known numbers.

A customer carries at most one fault, so that faults do not hide each other and their numbers can
be compared with a cleaning report.
"""

import numpy as np
import pandas as pd

SEED = 20250430
FIRST, LAST, LAST_REFUNDED = "2025-03-01", "2025-04-30", "2025-04-19"
ZONE = "Europe/Berlin"
HEADER = ["order_no", "customer_no", "card_no", "source", "date", "category", "amount"]
FAULTS = {  # customers, one spoiled line each, unless the comment says otherwise
    "one customer, two ids": 12,  # every line from the second on
    "id written otherwise": 30,
    "refund from before the export": 10,  # one line more
    "full refund, order number": 40,  # one line more
    "full refund, no number": 15,  # one line more
    "partial refund, order number": 20,  # one line more
    "partial refund, no number": 8,  # one line more
    "exact duplicate": 45,  # one line more
    "missing id": 60,
    "unreadable date": 6,
    "unreadable amount": 7,
    "future date": 5,
    "zero amount": 12,
    "ragged line": 1,
}
NEEDS_THREE_ORDERS = ("one customer, two ids", "id written otherwise")
TEST_ORDERS = {"TEST01": 14, "test-web": 8, "dummy_till": 3}
NO_ID = ("", "NULL", "n/a")
NO_DATE = ("31/02/2025 10:15", "0000-00-00", "tomorrow", "2025-13-05T09:00:00+01:00", "", "14/03")
NO_AMOUNT = ("#REF!", "12.3.4", "abc", "", "--", "free", "1O,50")


def draw(shop: dict[str, pd.DataFrame], seed: int = SEED) -> tuple[list[str], dict[str, object]]:
    """Return the lines of the export and the truth about them."""
    rng = np.random.default_rng(seed)
    sales = sold(shop, rng)
    sales["fault"] = choose_lines(sales, shop["shop_orders"], rng)
    sales.loc[sales["fault"] == "zero amount", "amount"] = 0.0
    rows = [sales, refunds(sales, shop["shop_orders"], rng), test_orders(sales, rng)]
    table = pd.concat(rows, ignore_index=True).sort_values(
        "moment", kind="stable", ignore_index=True
    )
    table["customer_no"] = written_ids(table)
    lines = pd.DataFrame(
        {name: table[name] for name in HEADER if name not in ("date", "amount")}
    ).assign(date=written_dates(table), amount=written_amounts(table))
    copies = (table["fault"] == "exact duplicate").to_numpy()
    text = lines[HEADER].agg(";".join, axis=1)
    text += np.where(table["fault"] == "ragged line", ";gift wrap;no card", "")
    text = text.repeat(1 + copies)
    return [";".join(HEADER), *text], truth(table, table.loc[text.index])


def sold(shop: dict[str, pd.DataFrame], rng: np.random.Generator) -> pd.DataFrame:
    """Take two months of orders; add where and when each was made, and loyalty cards."""
    orders = shop["shop_orders"].merge(shop["shop_customers"], on="customer_id")
    orders = orders[orders["date"].between(FIRST, LAST)].reset_index(drop=True)
    n, channel = len(orders), orders["channel"]
    at_till = rng.random(n) < channel.map({"store": 0.85, "marketplace": 0.0}).fillna(0.2)
    till = np.where(rng.random(n) < 0.5, "till 1", "till 2")
    source = np.where(at_till, till, np.where(channel == "marketplace", "marketplace", "web"))
    hour = np.where(at_till, rng.uniform(9, 20, n), rng.uniform(0, 24, n))
    names = orders["customer_id"].unique()
    cards = pd.Series(rng.choice(90_000_000, len(names), replace=False) + 10_000_000, index=names)
    has_card = pd.Series(rng.random(len(names)) < 0.6, index=names)
    card = "L" + orders["customer_id"].map(cards).astype(str)
    return pd.DataFrame(
        {
            "order_no": orders["order_id"],
            "customer_no": orders["customer_id"],
            "card_no": card.where(orders["customer_id"].map(has_card), ""),
            "card": card,
            "source": source,
            "category": orders["category"],
            "moment": orders["date"] + pd.to_timedelta((hour * 3600).astype(int), unit="s"),
            "amount": orders["amount"],
        }
    )


def choose_lines(sales: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Name the fault of each line, '' for most; no customer has two."""
    fault = pd.Series("", index=sales.index)
    lines = sales.groupby("customer_no").cumcount()
    total = sales.groupby("customer_no")["order_no"].transform("size")
    before = sales["customer_no"].isin(orders.loc[orders["date"] < FIRST, "customer_id"])
    taken: set[str] = set()
    for name, count in FAULTS.items():
        free = ~sales["customer_no"].isin(taken) & (lines == 0)
        if name in NEEDS_THREE_ORDERS:
            free = ~sales["customer_no"].isin(taken) & (lines == 1) & (total >= 3)
        if "refund" in name:
            free &= (sales["moment"] < LAST_REFUNDED) & (sales["amount"] >= 5)
        if name == "refund from before the export":
            free &= before
        chosen = rng.choice(np.flatnonzero(free), count, replace=False)
        fault.iloc[chosen] = name
        taken |= set(sales["customer_no"].iloc[chosen])
    return fault


def refunds(sales: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the refund lines: one to ten days after the order, in full or in part."""
    undone = sales[sales["fault"].str.contains("refund")].copy()
    undone["moment"] += pd.to_timedelta(rng.integers(1, 11, len(undone)), unit="D")
    part = undone["fault"].str.startswith("partial")
    share = np.where(part, rng.uniform(0.2, 0.7, len(undone)), 1.0)
    undone["amount"] = -(undone["amount"] * share).round(2)
    undone.loc[undone["fault"].str.endswith("no number"), "order_no"] = ""
    early = undone.index[undone["fault"] == "refund from before the export"]
    old = orders[orders["date"] < FIRST].drop_duplicates("customer_id", keep="last")
    old = old.set_index("customer_id").loc[undone.loc[early, "customer_no"]]
    undone.loc[early, "order_no"] = old["order_id"].to_numpy()
    undone.loc[early, "amount"] = -old["amount"].to_numpy()
    undone["fault"] = "refund: " + undone["fault"]
    return undone


def test_orders(sales: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw orders that the shop's own people made to try the tills and the web shop."""
    owner = np.repeat(list(TEST_ORDERS), list(TEST_ORDERS.values()))
    like = sales.iloc[np.sort(rng.choice(len(sales), len(owner), replace=False))]
    return like.assign(
        order_no=[f"T{n:05d}" for n in range(1, len(owner) + 1)],
        customer_no=owner, card_no="", amount=1.0, fault="test account",
    )  # fmt: skip


def written_ids(table: pd.DataFrame) -> pd.Series:
    """Spoil customers' ids, and give the two-id customers' lines their card."""
    ids, fault = table["customer_no"].copy(), table["fault"]
    for place, row in enumerate(table.index[fault == "missing id"]):
        ids[row], table.loc[row, "card_no"] = NO_ID[place % len(NO_ID)], ""
    for place, row in enumerate(table.index[fault == "id written otherwise"]):
        plain = ids[row]
        ids[row] = (plain.lower(), f" {plain}", f"{plain} ", f"{plain[0]} {plain[1:]}")[place % 4]
    twice = table.loc[fault == "one customer, two ids", ["customer_no", "moment"]]
    for owner, since in twice.itertuples(index=False):
        own = table["customer_no"] == owner
        table.loc[own, "card_no"] = table.loc[own, "card"]
        ids[own & (table["moment"] >= since)] = f"W{owner[1:]}"
    return ids


def written_dates(table: pd.DataFrame) -> pd.Series:
    """Write dates as each source does: tills day first, the web ISO with its offset."""
    late = table["moment"].where(
        table["fault"] != "future date", table["moment"] + pd.DateOffset(years=27)
    )
    local = late.dt.tz_localize(ZONE, nonexistent="shift_forward", ambiguous=False)
    stamp = local.dt.strftime("%Y-%m-%dT%H:%M:%S%z")
    text = late.dt.strftime("%d/%m/%Y %H:%M")
    text = text.mask(table["source"] == "web", stamp.str[:-2] + ":" + stamp.str[-2:])
    utc = local.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    text = text.mask(table["source"] == "marketplace", utc)
    text[table["fault"] == "unreadable date"] = list(NO_DATE)
    return text


def written_amounts(table: pd.DataFrame) -> pd.Series:
    """Write amounts with a point, those of till 2 with a comma."""
    text = table["amount"].map("{:.2f}".format)
    text = text.mask(table["source"] == "till 2", text.str.replace(".", ",", regex=False))
    text[table["fault"] == "unreadable amount"] = list(NO_AMOUNT)
    return text


def truth(table: pd.DataFrame, lines: pd.DataFrame) -> dict[str, object]:
    """Count the faults, and say what a perfect cleaning would keep; ``lines`` repeats copies."""
    fault = table["fault"]
    local = table["moment"].dt.tz_localize(ZONE, nonexistent="shift_forward")
    moved = local.dt.tz_convert("UTC").dt.day != local.dt.day
    lost = ("missing id", "unreadable date", "unreadable amount", "future date", "ragged line")
    undone = fault.isin(["full refund, order number", "full refund, no number"])
    unmatched = ["refund: partial refund, no number", "refund: refund from before the export"]
    good = ~fault.isin([*lost, "test account"]) & ~fault.str.startswith("refund: ") & ~undone
    netted = fault == "refund: partial refund, order number"
    plain = table["customer_no"].str.replace(" ", "").str.upper().str.replace("W", "Q")
    counted = {name: int((fault == name).sum()) for name in FAULTS if "refund" not in name}
    counted["one customer, two ids"] = int(table["customer_no"].str.startswith("W").sum())
    return {
        "seed": SEED,
        "lines": len(lines),
        "faults": {
            **counted,
            "test account": int((fault == "test account").sum()),
            **{
                name: int((fault == f"refund: {name}").sum()) for name in FAULTS if "refund" in name
            },
            "decimal comma": int(
                ((lines["source"] == "till 2") & (lines["fault"] != "unreadable amount")).sum()
            ),
        },
        "sources": lines["source"].value_counts().sort_index().to_dict(),
        "customers_under_two_ids": FAULTS["one customer, two ids"],
        "marketplace_lines_on_another_day_in_utc": int(
            (moved & (table["source"] == "marketplace")).sum()
        ),
        "time_zone": ZONE,
        "clean": {
            "kept": int(good.sum()),
            "rejected": len(lines) - int(good.sum()),
            "customers": int(plain[good].nunique()),
            "sales": round(float(table.loc[good | netted, "amount"].sum()), 2),
            "refunds_without_an_order": int(fault.isin(unmatched).sum()),
        },
    }
