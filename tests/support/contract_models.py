"""Every model that the contract suite tests: a new one is a line in ``MODELS``."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from centricity.clv import BGBB, BGNBD, MBGNBD, GammaGamma, MBGCNBDk, ParetoNBD
from centricity.clv._purchase import PurchaseModel


class Case(NamedTuple):
    """A model with known parameters, and how long (or how often) its customers are observed."""

    truth: Any
    exposure: Callable[[int, np.random.Generator], np.ndarray]

    @property
    def model(self):
        return type(self.truth)

    @property
    def whole(self):
        """Whether time counts occasions."""
        return isinstance(self.truth, BGBB)

    def customers(self, n: int, rng: np.random.Generator) -> pd.DataFrame:
        return self.truth.simulate(self.exposure(n, rng), rng=rng).customers

    def fit(self, customers: pd.DataFrame):
        return self.model.fit(customers, **self.truth.fixed)

    def loglike(self, params, data):
        """Log-likelihood of cells and its derivatives by the parameters that are estimated."""
        return self.model._loglike((*self.truth.fixed.values(), *params), data)

    def z(self, fit) -> pd.Series:
        """How many standard errors the estimates are from the truth, in logarithms."""
        return np.log(fit.params / self.truth.params) / (fit.std_errors / fit.params)

    def __repr__(self) -> str:
        return repr(self.truth)


def between(low: float, high: float):
    """Ages (or counts of orders, or of occasions) that are even over a range."""

    def exposure(n, rng):
        draw = rng.integers if isinstance(low, int) else rng.uniform
        return draw(low, high, n)

    return exposure


WEEKS, OCCASIONS, ORDERS = between(30.0, 60.0), between(4, 10), between(0, 8)

MODELS = [
    Case(BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426), WEEKS),
    Case(BGNBD(r=1.5, alpha=8.0, a=1.0, b=6.0), WEEKS),
    Case(MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614), WEEKS),
    Case(MBGCNBDk(k=2, r=1.1, alpha=4.0, a=0.9, b=2.5), WEEKS),
    Case(ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669), WEEKS),
    Case(ParetoNBD(r=3.0, alpha=5.0, s=1.0, beta=12.0), WEEKS),
    Case(BGBB(alpha=1.204, beta=0.750, gamma=0.657, delta=2.783), OCCASIONS),
    Case(GammaGamma(p=6.25, q=3.74, gamma=15.44), ORDERS),
    Case(GammaGamma(p=1.2, q=2.5, gamma=40.0), ORDERS),
]
BUYING = [case for case in MODELS if isinstance(case.truth, PurchaseModel)]

# Short and long windows; buyers alike and unlike; leaving soon, late, and (un)equally soon.
GRID = [
    *MODELS,
    Case(BGNBD(r=0.25, alpha=4.4, a=0.8, b=2.5), between(100.0, 200.0)),
    Case(BGNBD(r=3.0, alpha=20.0, a=0.8, b=2.5), between(20.0, 40.0)),
    Case(BGNBD(r=0.8, alpha=8.0, a=3.0, b=12.0), WEEKS),
    Case(BGNBD(r=0.8, alpha=8.0, a=0.4, b=3.0), between(20.0, 40.0)),
    Case(BGNBD(r=0.8, alpha=8.0, a=2.0, b=2.0), WEEKS),
    Case(MBGNBD(r=0.5, alpha=6.0, a=0.9, b=1.6), between(100.0, 200.0)),
    Case(MBGNBD(r=3.0, alpha=20.0, a=0.9, b=2.5), between(20.0, 40.0)),
    Case(MBGNBD(r=0.8, alpha=8.0, a=3.0, b=12.0), WEEKS),
    Case(MBGNBD(r=0.8, alpha=8.0, a=0.4, b=3.0), between(20.0, 40.0)),
    Case(MBGCNBDk(k=1, r=0.8, alpha=8.0, a=0.9, b=2.5), WEEKS),
    Case(MBGCNBDk(k=4, r=3.0, alpha=6.0, a=1.0, b=5.0), between(20.0, 40.0)),
    Case(ParetoNBD(r=0.55, alpha=10.6, s=0.6, beta=11.7), between(100.0, 200.0)),
    Case(ParetoNBD(r=0.8, alpha=5.0, s=0.5, beta=30.0), between(60.0, 120.0)),
    Case(ParetoNBD(r=1.5, alpha=8.0, s=1.2, beta=6.0), between(60.0, 120.0)),
    Case(BGBB(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8), between(6, 7)),
    Case(BGBB(alpha=0.5, beta=1.5, gamma=1.0, delta=6.0), between(8, 14)),
    Case(BGBB(alpha=3.0, beta=3.0, gamma=0.5, delta=1.5), between(6, 10)),
    Case(GammaGamma(p=6.0, q=8.0, gamma=30.0), between(1, 20)),
    Case(GammaGamma(p=0.6, q=3.0, gamma=40.0), between(2, 20)),
]
