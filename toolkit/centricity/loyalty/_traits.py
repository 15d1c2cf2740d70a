"""The traits of customers: their names, their checks, and how the unseen ones are drawn."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from centricity import _validate
from centricity._typing import Float

SHARES = ("margin", "hazard", "share_of_wallet", "forward_looking", "flexibility", "redemption")
NEEDED = ("purchase_rate", "basket", *SHARES)
OPTIONAL = {"price_sensitivity": 1.0, "arrives": 0.0}
TRAITS = (*NEEDED, "price_sensitivity")
MOST_ORDERS = 100.0


class Unseen(NamedTuple):
    """Means of the traits that no order log tells."""

    margin: float = 0.35
    share_of_wallet: float = 0.4
    forward_looking: float = 0.3
    flexibility: float = 0.4
    redemption: float = 0.6
    price_sensitivity: float = 1.0

    @classmethod
    def checked(cls, where: str, *means: float) -> "Unseen":
        """Return them with these means, or raise if one lies outside its bounds."""
        unseen = cls(*means)
        for name in ("margin", "forward_looking", "flexibility", "redemption"):
            _validate.number(getattr(unseen, name), name, where, minimum=0, maximum=1)
        _validate.number(unseen.share_of_wallet, "share_of_wallet", where, above=0, below=1)
        _validate.number(unseen.price_sensitivity, "price_sensitivity", where, minimum=0)
        return unseen

    def draw(
        self, seed: np.random.SeedSequence, rate: Float, shape: float, scale: float
    ) -> dict[str, Float]:
        """Draw them for customers whose purchase rates are gamma with this shape and scale."""
        n, share = len(rate), self.share_of_wallet
        own = kinds(seed, 6)
        elsewhere = own[0].gamma(shape * (1 - share) / share, scale, n)
        return {
            "share_of_wallet": rate / (rate + elsewhere),
            "forward_looking": (own[1].random(n) < self.forward_looking).astype(float),
            "margin": beta(own[2], self.margin, 60.0, n),
            "flexibility": beta(own[3], self.flexibility, 4.0, n),
            "redemption": beta(own[4], self.redemption, 3.0, n),
            "price_sensitivity": own[5].gamma(4.0, self.price_sensitivity / 4.0, n),
        }


def kinds(seed: np.random.SeedSequence, n: int) -> list[np.random.Generator]:
    """Return a generator for each kind of trait, so that the first customers' stay the same."""
    return [np.random.default_rng(own) for own in seed.spawn(n)]


def beta(stream: np.random.Generator, mean: float, concentration: float, n: int) -> Float:
    """Draw from a beta distribution given by its mean and a + b; a mean of 0 or 1 is certain."""
    if mean in (0.0, 1.0):
        return np.full(n, float(mean))
    return stream.beta(mean * concentration, (1 - mean) * concentration, n)


def check_traits(frame: pd.DataFrame, where: str) -> dict[str, Float]:
    """Return the traits as arrays, or raise an error that names the column and the rows."""
    _validate.require_frame(frame, where)
    rule = "Members need the columns that Members.draw returns"
    _validate.require_columns(frame.columns, NEEDED, where, rule)
    if frame.empty:
        raise _validate.problem(
            where, "the members table has no rows", "A programme needs at least one customer"
        )
    traits = {
        name: _validate.numeric_column(
            frame, name, where, minimum=0, noun="members", whole=name == "arrives"
        )
        if name in frame.columns
        else np.full(len(frame), OPTIONAL[name])
        for name in (*NEEDED, *OPTIONAL)
    }
    limits = dict.fromkeys(SHARES, 1.0) | {"purchase_rate": MOST_ORDERS}
    for name, limit in limits.items():
        over = traits[name] > limit
        if over.any():
            seen = _validate.which(pd.Series(over, index=frame.index), noun="members")
            raise _validate.problem(
                where, f"'{name}' is above {limit:g} in {seen}", f"'{name}' is at most {limit:g}"
            )
    return traits
