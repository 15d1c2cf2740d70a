"""How many orders: Poisson numbers by inversion, and what a programme adds to them or takes away.

Without a programme the rates do not change, so the values of the distribution function are worked
out once; the number of orders is the count of values that the random number has passed. A rate
that is higher by a share c adds an independent Poisson number of orders with mean rate × c; one
that is lower by c loses each order with probability c. Both are exact, neither touches the random
number of the twin world, and no effect means no difference.
"""

import numpy as np
from scipy import special

from centricity._typing import Float

MOST_STEPS = 32
FINE = 2.0**30
HEAVY = 500.0
SAMPLE = 16
HALF = np.float32
BEYOND = 0.005  # share of members for whom more steps are worked out one by one


def poisson_quantile(u: Float, mean: Float) -> Float:
    """Return the smallest k whose Poisson distribution function exceeds u, elementwise."""
    heavy = (mean > HEAVY).nonzero()[0]
    if len(heavy):
        k = poisson_quantile(u, np.where(mean > HEAVY, 0.0, mean))
        k[heavy] = _quantile_of_heavy(u[heavy], mean[heavy])
        return k
    none = np.exp(-mean)
    one = mean * none
    reached = none + one
    k = (u >= none).astype(float)
    at = (u >= reached).nonzero()[0]
    if len(at):
        k[at] += 1 + _passed_after(1, u[at], mean[at], one[at], reached[at], at_once=4)
    return k


def _quantile_of_heavy(u: Float, mean: Float) -> Float:
    """Return the quantiles where exp(−mean) is too small to start from."""
    k = np.ceil(special.pdtrik(u, mean))
    below = np.maximum(k - 1, 0.0)
    return np.where(special.pdtr(below, mean) > u, below, k)


def _passed_after(
    step: int, u: Float, mean: Float, mass: Float, reached: Float, *, at_once: int
) -> Float:
    """Count the values of the distribution function beyond ``step`` that u has passed.

    ``mass`` is the probability of ``step`` and ``reached`` the distribution function there.
    """
    passed = np.zeros(len(u))
    at = ((u >= reached) & (mean > 0)).nonzero()[0]
    u, mean, mass, reached = u[at], mean[at], mass[at], reached[at]
    while len(at):
        count = np.zeros(len(at))
        for _ in range(at_once):  # a few steps for all, then on with those who need more
            step += 1
            mass *= mean / step
            reached += mass
            count += u >= reached
        passed[at] += count
        going = (u >= reached) & (step < mean + 20 * np.sqrt(mean) + 40)
        at, u, mean, mass, reached = at[going], u[going], mean[going], mass[going], reached[going]
    return passed


def binomial_quantile(u: Float, n: Float, p: Float) -> Float:
    """Return the smallest k whose binomial distribution function exceeds u, elementwise."""
    k = np.zeros(len(u))
    rest = 1.0 - np.minimum(p, 1.0)
    odds = np.divide(p, rest, out=np.zeros(len(u)), where=rest > 0)
    mass = rest**n
    reached, step = mass.copy(), 0
    going = (u >= reached) & (step < n)
    while going.any():
        k += going
        mass *= (n - step) / (step + 1) * odds
        reached += mass
        step += 1
        going &= (u >= reached) & (step < n)
    return np.where(rest > 0, k, n)


class Orders:
    """The orders of one block of customers with fixed usual rates.

    Uniform numbers are compared with the steps of the distribution function to 30 binary digits,
    which lets the processor look at twice as many at once.
    """

    def __init__(self, rate: Float) -> None:
        self.rate, self.small_rate = rate, rate.astype(HALF)
        n = len(rate)
        self.steps: list[np.ndarray] = []
        mass = np.exp(-rate)
        reached = mass.copy()
        while True:
            self.steps.append(np.ceil(reached * FINE).astype(np.int32))
            # Some members will do to see how many are left; nobody's orders depend on it.
            if len(self.steps) == MOST_STEPS or (1 - reached[::SAMPLE]).mean() < BEYOND:
                break
            mass *= rate / len(self.steps)
            reached += mass
        self.last_mass, self.last_reached = mass, reached
        self.passed, self.count = np.empty(n, bool), np.empty(n, np.uint8)
        self.digits, self.spare = np.empty(n, np.int32), np.empty(n)
        self.limit, self.low = np.empty(n, HALF), np.empty(n, HALF)
        self.beyond: np.ndarray = np.zeros(0, np.intp)
        self.further: Float = np.zeros(0)

    def draw(self, u: Float) -> None:
        """Find the orders at the usual rates."""
        count, passed = self.count, self.passed
        np.multiply(u, FINE, out=self.spare)
        np.copyto(self.digits, self.spare, casting="unsafe")
        np.greater_equal(self.digits, self.steps[0], out=count.view(bool))
        for step in self.steps[1:]:
            np.greater_equal(self.digits, step, out=passed)
            np.add(count, passed.view(np.uint8), out=count)
        np.equal(count, len(self.steps), out=passed)
        self.beyond = at = passed.nonzero()[0]
        # On with the same digits, so that it does not matter how many steps are in the table.
        self.further = _passed_after(
            len(self.steps) - 1, self.digits[at] / FINE, self.rate[at], self.last_mass[at],
            self.last_reached[at], at_once=4,
        )  # fmt: skip

    def usual(self, here: np.ndarray, out: Float) -> Float:
        """Fill in the orders at the usual rates of the customers who are here."""
        np.multiply(self.count, here.view(np.uint8), out=self.passed.view(np.uint8))
        np.copyto(out, self.passed.view(np.uint8))
        if len(self.beyond):
            out[self.beyond] += self.further * here[self.beyond]
        return out

    def more(self, u: Float, change: np.ndarray, here: np.ndarray, out: Float) -> Float:
        """Add the orders that a rise of the rate by the share ``change`` brings."""
        # exp(−m) ≥ 1 − m: only who passes 1 − m can have any more orders. Rounding u and m to
        # half the digits may not lose anybody.
        np.multiply(self.small_rate, change, out=self.limit)
        np.subtract(HALF(1 - 1e-6), self.limit, out=self.limit)
        np.copyto(self.low, u, casting="same_kind")
        np.greater_equal(self.low, self.limit, out=self.passed)
        self.passed &= here
        at = self.passed.nonzero()[0]
        out[at] += poisson_quantile(u[at], self.rate[at] * np.maximum(change[at], 0))
        return out

    def fewer(self, u: Float, change: np.ndarray, out: Float) -> Float:
        """Take orders away where the rate falls."""
        at = ((change < 0) & (out > 0)).nonzero()[0]
        out[at] -= binomial_quantile(u[at], out[at], -change[at])
        return out
