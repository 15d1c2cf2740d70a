"""The engine under every valuation: estimates and parameter draws of each customer's value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from centricity._typing import RNG, ArrayLike, Float
from centricity._validate import number, problem
from centricity.clv._purchase import PurchaseModel
from centricity.clv._terms import Terms
from centricity.clv._thin import ln_change, thin
from centricity.clv._unsure import Response, axes, model_of, respond
from centricity.clv.fit import Fit
from centricity.clv.gammagamma import GammaGamma

_BLOCK = 4000

Purchases = PurchaseModel | Fit[Any]
Spend = GammaGamma | Fit[GammaGamma]


@dataclass(frozen=True)
class Worth:
    """Value of each customer as an answer to the parameters of two models."""

    terms: Terms
    purchases: Response
    time: Response | None
    spend: Response

    def estimate(self) -> Float:
        """Value at the estimates, one per customer."""
        time = 0.0 if self.time is None else np.exp(self.time.level)
        return self.terms.worth(np.exp(self.spend.level), np.exp(self.purchases.level), time)

    def draws(self, z: tuple[Float, Float]) -> Iterator[tuple[slice, Float]]:
        """Values (customers × draws), a block of customers at a time."""
        for start in range(0, len(self.purchases.level), _BLOCK):
            rows = slice(start, start + _BLOCK)
            time = 0.0 if self.time is None else self.time.at(z[0], rows)
            spend, purchases = self.spend.at(z[1], rows), self.purchases.at(z[0], rows)
            yield rows, self.terms.worth(spend, purchases, time, rows)


def appraise(
    customers: pd.DataFrame, purchases: Purchases, spend: Spend, terms: Terms, where: str
) -> Worth:
    """Evaluate both models, and along their axes of uncertainty where fits are given."""
    buying, buying_fit = model_of(purchases, PurchaseModel, "purchases", where)
    spending, spending_fit = model_of(spend, GammaGamma, "spend", where)
    grid = None if buying_fit is None else thin(buying, customers, where)

    def ahead(ask: Callable[[Any, pd.DataFrame], ArrayLike]) -> Response:
        change = None if grid is None else ln_change(ask, customers, grid, buying)
        return respond(buying, buying_fit, lambda model: ask(model, customers), change)

    return Worth(
        terms=terms,
        purchases=ahead(terms.purchases),
        time=ahead(terms.time) if terms.keeps else None,
        spend=respond(spending, spending_fit, lambda model: model.expected_spend(customers)),
    )


def standard_draws(
    purchases: Purchases, spend: Spend, draws: int, rng: RNG, where: str
) -> tuple[Float, Float]:
    """Draw along the axes of both fits; refuse where the mean spend is infinite in a draw."""
    model_of(purchases, PurchaseModel, "purchases", where)
    model_of(spend, GammaGamma, "spend", where)
    count = int(number(draws, "draws", where, minimum=10, whole=True))
    rng = np.random.default_rng(rng)
    fits = [given if isinstance(given, Fit) else None for given in (purchases, spend)]
    z = [rng.standard_normal((count, len(axes(fit)))) for fit in fits]
    if fits[1] is not None:
        place = list(fits[1].params.index).index("q")
        q = fits[1].params["q"] * np.exp(axes(fits[1])[place] @ z[1].T)
        bad = int((q <= 1).sum())
        if bad:
            says = f"q of the spend model is 1 or less in {bad:,} of {count:,} parameter draws"
            rule = "The mean spend is infinite there, so that an interval has no upper end"
            remedy = (
                "Cap or separate the largest amounts before fitting, or give spend.model to "
                "leave the uncertainty of the spend model out"
            )
            raise problem(where, says, rule, remedy)
    return z[0], z[1]


def bounds(values: Float, level: float) -> tuple[Float, Float]:
    """Quantiles over the last axis that enclose a share ``level``."""
    low, high = np.quantile(values, [0.5 - level / 2, 0.5 + level / 2], axis=-1)
    return low, high
