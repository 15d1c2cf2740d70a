"""Net refunds against the orders they undo, with sorts and cumulative sums instead of loops."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

UNIT = 10_000  # amounts are compared in ten-thousandths, as whole numbers
NONE, NETTED, UNMATCHED, UNDONE, REDUCED = range(5)


@dataclass(frozen=True)
class Netted:
    """What became of each row: its fate, what is left of its amount, and its counterpart."""

    fate: np.ndarray  # NONE, NETTED or UNMATCHED refund, UNDONE or REDUCED order
    amount: np.ndarray  # what is left, in money; untouched rows keep theirs
    partner: np.ndarray  # row of the matching order or refund, -1 where there is no single one
    excess: np.ndarray  # True for a refund of more than is left of its order


def net_refunds(
    customer: np.ndarray, date: np.ndarray, amount: np.ndarray, order: np.ndarray
) -> Netted:
    """Match refunds (negative amounts) to orders.

    First by order number: a refund undoes the line of its order with the same amount, the latest
    if there are several; what remains comes off the order's lines, the latest first. A refund
    whose number no order of this customer has, or without number, undoes the customer's latest
    earlier order of the same amount that is not undone yet; orders of the same day count as
    earlier.

    Parameters
    ----------
    customer, order : int array, shape (n,)
        Codes; -1 in ``order`` for none.
    date : datetime64 array, shape (n,)
    amount : float array, shape (n,)
        In money.
    """
    units = np.rint(amount * UNIT).astype(np.int64)
    n = len(units)
    fate, partner = np.zeros(n, dtype=np.int8), np.full(n, -1)
    left, excess = amount.astype(float).copy(), np.zeros(n, dtype=bool)
    refund = amount < 0
    if not refund.any():
        return Netted(fate, left, partner, excess)
    # refunds of one customer touch no other: look only at customers with refunds
    rows = np.flatnonzero(np.isin(customer, np.unique(customer[refund])) & (units != 0))
    log = pd.DataFrame(
        {
            "customer": customer[rows], "order": order[rows], "units": units[rows],
            "date": date[rows], "day": date[rows].astype("datetime64[D]"), "row": rows,
        }
    )  # fmt: skip
    log["refund"] = log["units"] < 0
    log["size"] = log["units"].abs()
    numbered = log[log["order"] >= 0]
    _pair(numbered, ["customer", "order", "size"], fate, partner)
    _reduce(numbered[fate[numbered["row"]] == NONE], fate, left, excess)
    _pair(
        log[(fate[log["row"]] == NONE) & ~excess[log["row"]]], ["customer", "size"], fate, partner
    )
    fate[refund & (fate == NONE)] = UNMATCHED
    left[fate == UNDONE] = 0.0
    return Netted(fate, left, partner, excess)


def _pair(log: pd.DataFrame, keys: list[str], fate: np.ndarray, partner: np.ndarray) -> None:
    """Match each refund with the latest earlier free order of its group: brackets that close.

    An order opens a bracket, a refund closes the last open one. The running count of open
    brackets, kept from falling below zero, is the depth; a closing bracket belongs to the last
    opening one of the same depth.
    """
    group = log.groupby(keys, sort=False)
    log = log[group["refund"].transform("max").to_numpy(dtype=bool)]
    if log.empty:
        return
    log = log.assign(key=log.groupby(keys, sort=False).ngroup())
    log = log.sort_values(["key", "day", "refund", "date", "row"], kind="stable")
    count = (1 - 2 * log["refund"].astype(np.int64)).groupby(log["key"]).cumsum()
    floor = count.groupby(log["key"]).cummin().clip(upper=0)
    before = floor.groupby(log["key"]).shift(fill_value=0)
    free = log["refund"] & (count < before)
    log = log.assign(level=count - floor + log["refund"])[~free]
    log = log.sort_values(["key", "level"], kind="stable")
    opens, closes = log.iloc[:-1], log.iloc[1:]
    same = (
        (opens["key"].to_numpy() == closes["key"].to_numpy())
        & (opens["level"].to_numpy() == closes["level"].to_numpy())
        & ~opens["refund"].to_numpy()
        & closes["refund"].to_numpy()
    )
    orders, refunds = opens["row"].to_numpy()[same], closes["row"].to_numpy()[same]
    fate[orders], fate[refunds] = UNDONE, NETTED
    partner[orders], partner[refunds] = refunds, orders


def _reduce(log: pd.DataFrame, fate: np.ndarray, left: np.ndarray, excess: np.ndarray) -> None:
    """Take refunds off the lines of their order, the latest line first."""
    if log.empty:
        return
    log = log.assign(key=log.groupby(["customer", "order"], sort=False).ngroup())
    has = log.groupby("key")["refund"].transform("max") & ~log.groupby("key")["refund"].transform(
        "min"
    )
    log = log[has.to_numpy(dtype=bool)]
    if log.empty:
        return
    lines = log[~log["refund"]].sort_values(
        ["key", "date", "size", "row"], ascending=[True, False, False, True]
    )
    rest = lines.groupby("key")["size"].sum().to_dict()
    taken = dict.fromkeys(rest, 0)
    refunds = log[log["refund"]].sort_values(["key", "date", "size", "row"])
    for key, size, row in zip(refunds["key"], refunds["size"], refunds["row"], strict=True):
        if size <= rest[key]:
            rest[key] -= size
            taken[key] += size
            fate[row] = NETTED
        else:
            excess[row] = True
    above = lines.groupby("key")["size"].cumsum() - lines["size"]
    over = (lines["key"].map(taken) - above).clip(lower=0)
    rows, size = lines["row"].to_numpy(), lines["size"].to_numpy()
    off = np.minimum(over.to_numpy(), size)
    fate[rows[off == size]] = UNDONE
    part = (off > 0) & (off < size)
    fate[rows[part]] = REDUCED
    left[rows[part]] = (size - off)[part] / UNIT
