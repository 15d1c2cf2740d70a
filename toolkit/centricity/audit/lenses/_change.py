"""What a change is made of: by people (it adds up) and by factors (they multiply)."""

import numpy as np
import pandas as pd

from centricity._typing import Float

AWAY, KEPT, NEW, BACK, REFUNDS = range(5)


def additive_of(
    old: pd.DataFrame, new: pd.DataFrame, status: np.ndarray, money: tuple[str, ...]
) -> pd.DataFrame:
    """Contributions to the change that add up to it; see ``two_periods`` for the formulas."""
    kept = status == KEPT
    before, after = old[kept], new[kept]
    n0, n1 = before["orders"].to_numpy(float), after["orders"].to_numpy(float)
    s0, s1 = before["sales"].to_numpy(), after["sales"].to_numpy()
    sizes = s1 / n1 - s0 / n0
    # Sales that differ only by rounding are the same order size.
    sizes[np.abs(sizes) <= 1e-12 * (np.abs(s0 / n0) + np.abs(s1 / n1))] = 0.0
    rows: dict[str, np.ndarray] = {
        "customers who stayed away": status == AWAY,
        "new customers": status == NEW,
        "customers who came back": status == BACK,
    }
    deltas = {name: (new[name] - old[name]).to_numpy() for name in money}
    table: dict[str, dict[str, float]] = {
        label: {"customers": int(mask.sum()), **{m: float(deltas[m][mask].sum()) for m in money}}
        for label, mask in rows.items()
    }
    parts = {name: _parts(before, after, name, sizes) for name in money}
    for label, place, mask in (
        ("more orders", 0, n1 > n0), ("fewer orders", 0, n1 < n0),
        ("larger orders", 1, sizes > 0), ("smaller orders", 1, sizes < 0),
    ):  # fmt: skip
        table[label] = {
            "customers": int(mask.sum()),
            **{name: float(parts[name][place][mask].sum()) for name in money},
        }
    if "profit" in money:
        rest = parts["profit"][2]
        table["margin"] = {"customers": int((rest != 0).sum()), "sales": 0.0,
                           "profit": float(rest.sum())}  # fmt: skip
    moved = np.any([delta != 0 for delta in deltas.values()], axis=0) & (status == REFUNDS)
    if moved.any():
        table["refunds only"] = {
            "customers": int(moved.sum()), **{m: float(deltas[m][moved].sum()) for m in money}
        }  # fmt: skip
    result = pd.DataFrame(table).T.rename_axis(index="contribution")
    return result.astype({"customers": np.int64})


def _parts(
    before: pd.DataFrame, after: pd.DataFrame, name: str, sizes: Float
) -> tuple[Float, Float, Float]:
    """Split the change of each customer kept: orders, size of orders, and for profit margin."""
    n0, n1 = before["orders"].to_numpy(float), after["orders"].to_numpy(float)
    x0, x1 = before[name].to_numpy(), after[name].to_numpy()
    orders = (n1 - n0) * (x0 / n0 + x1 / n1) / 2
    rest = (x1 / n1 - x0 / n0) * (n0 + n1) / 2
    if name == "sales":
        return orders, rest, np.zeros_like(rest)
    s0, s1 = before["sales"].to_numpy(), after["sales"].to_numpy()
    both = (s0 > 0) & (s1 > 0)
    margin = np.divide(x0 + x1, s0 + s1, out=np.zeros_like(rest), where=both)
    size = margin * sizes * (n0 + n1) / 2
    margin_part = rest - size
    margin_part[np.abs(margin_part) <= 1e-12 * (np.abs(x0) + np.abs(x1))] = 0.0
    return orders, size, margin_part


def log_mean(x: float, y: float) -> float:
    """Logarithmic mean of two positive numbers: (x - y) / ln(x / y), or x where they are equal.

    >>> round(log_mean(2.0, 1.0), 4)
    1.4427
    """
    gap = (x - y) / y
    return y if gap == 0 else (x - y) / float(np.log1p(gap))


def multiplicative_of(totals: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Factors of sales and profit, their ratios and their contributions in money (LMDI-I)."""
    factors = ["customers", "orders_per_customer", "sales_per_order"]
    table = totals.loc[["before", "after"], factors].T
    if "profit" in totals:
        table.loc["margin"] = totals.loc[["before", "after"], "margin"]
    first = table["before"]
    table["ratio"] = table["after"] / first.where(first != 0)
    notes: list[str] = []
    for name in ("sales", "profit"):
        if name in totals:
            table[name] = _contributions(table["ratio"], totals[name], name, notes)
    return table.rename_axis(index="factor"), tuple(notes)


def _contributions(ratio: pd.Series, whole: pd.Series, name: str, notes: list[str]) -> pd.Series:
    before, after = float(whole["before"]), float(whole["after"])
    if not (before > 0 and after > 0):
        when = "before" if before <= 0 else "after"
        notes.append(
            f"{name} {when} is {whole[when]:,.2f}, not above zero, so that no logarithm of its "
            f"ratio exists and the factors' money in {name} is missing; the additive contributions "
            "hold"
        )
        return pd.Series(np.nan, index=ratio.index)
    if name == "sales" and "margin" in ratio:
        ratio = ratio.copy()
        ratio["margin"] = 1.0
    if not (ratio > 0).all():
        notes.append(f"a factor of {name} is not above zero, so that its money is missing")
        return pd.Series(np.nan, index=ratio.index)
    return log_mean(after, before) * np.log(ratio)


def tenths(sales: Float) -> np.ndarray:
    """Give each customer a tenth, 1 the best, equal in size to one customer.

    Equal sales keep the order of the customers. With fewer than ten there are as many groups as
    customers.

    >>> tenths(np.array([5.0, 9.0, 1.0]))
    array([2, 1, 3])
    """
    groups = min(10, len(sales))
    place = np.empty(len(sales), dtype=np.int64)
    place[np.argsort(-sales, kind="stable")] = np.arange(len(sales))
    larger, size = len(sales) % groups, len(sales) // groups
    edge = larger * (size + 1)
    return np.where(place < edge, place // (size + 1), larger + (place - edge) // size) + 1
