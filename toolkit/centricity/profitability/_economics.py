"""The few columns of a statement that decisions need, checked once."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import numeric_column, problem, require_columns, require_frame, which
from centricity.profitability._checks import one_of_each, require_accounts

NEEDED = ("revenue", "goods", "cost_to_serve", "avoidable_goods", "avoidable_service")


@dataclass(frozen=True)
class Economics:
    """Money of each account: revenue, all its costs, and the part that would be avoided."""

    index: pd.Index
    revenue: Float
    goods: Float
    service: Float
    free_goods: Float
    free_service: Float

    @property
    def profit(self) -> Float:
        """Revenue less all traced costs."""
        return self.revenue - self.goods - self.service

    @property
    def contribution(self) -> Float:
        """Revenue less avoidable costs: what would be missing."""
        return self.revenue - self.free_goods - self.free_service


def economics_of(table: object, where: str) -> Economics:
    """Take the money out of a statement, or raise."""
    frame = require_frame(table, where)
    one_of_each(frame, where)
    require_columns([str(n) for n in frame.columns], NEEDED, where,
                    "Decisions start from statement(accounts, costs)")  # fmt: skip
    require_accounts(frame.index, where)
    held = {
        name: numeric_column(
            frame, name, where, minimum=None if name == "revenue" else 0, noun="accounts"
        )
        for name in NEEDED
    }
    for whole, part in (("goods", "avoidable_goods"), ("cost_to_serve", "avoidable_service")):
        over = held[part] > held[whole] + 0.005
        if over.any():
            raise problem(
                where,
                f"'{part}' is above '{whole}' in "
                f"{which(pd.Series(np.asarray(over), index=frame.index), noun='accounts')}",
                "No more can be avoided than is spent",
            )
    return Economics(frame.index, *(held[name] for name in NEEDED))
