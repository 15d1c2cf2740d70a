"""How many orders: Poisson numbers by inversion, and what a programme adds to them or takes away.

Without a programme the rates do not change, so the values of the distribution function are worked
out once; the number of orders is the count of values that the random number has passed. A rate
that is higher by a share c adds an independent Poisson number of orders with mean rate × c; one
that is lower by c loses each order with probability c. Both are exact, neither touches the random
number of the twin world, and no effect means no difference.
"""

import numpy as np

from centricity._typing import Float

MOST_STEPS = 32
BEYOND = 0.005  # share of members for whom more steps are worked out one by one


def poisson_quantile(u: Float, mean: Float) -> Float:
    """Return the smallest k whose Poisson distribution function exceeds u, elementwise."""
    mass = np.exp(-mean)
    return (u >= mass) + _passed_after(0, u, mean, mass, mass, at_once=2)


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
    """The orders of one block of customers with fixed usual rates."""

    def __init__(self, rate: Float) -> None:
        self.rate = rate
        n = len(rate)
        self.steps: list[Float] = []
        mass = np.exp(-rate)
        reached = mass.copy()
        while True:
            self.steps.append(reached.copy())
            if len(self.steps) == MOST_STEPS or (1 - reached).mean() < BEYOND:
                break
            mass *= rate / len(self.steps)
            reached += mass
        self.last_mass = mass
        self.passed, self.count = np.empty(n, bool), np.empty(n, np.uint8)
        self.limit = np.empty(n)

    def usual(self, u: Float, out: Float) -> Float:
        """Fill in the orders at the usual rates."""
        count, passed = self.count, self.passed
        np.greater_equal(u, self.steps[0], out=count.view(bool))
        for step in self.steps[1:]:
            np.greater_equal(u, step, out=passed)
            np.add(count, passed.view(np.uint8), out=count)
        np.copyto(out, count)
        np.equal(count, len(self.steps), out=passed)
        at = passed.nonzero()[0]
        if len(at):
            out[at] += _passed_after(
                len(self.steps) - 1, u[at], self.rate[at], self.last_mass[at],
                self.steps[-1][at], at_once=4,
            )  # fmt: skip
        return out

    def changed(self, u: Float, usual: Float, change: np.ndarray, out: Float) -> Float:
        """Fill in the orders at the rates × (1 + change), given those at the usual rates."""
        np.copyto(out, usual)
        # exp(−m) ≥ 1 − m: only who passes 1 − m can have any more orders.
        np.multiply(self.rate, change, out=self.limit)
        np.subtract(1.0, self.limit, out=self.limit)
        np.greater_equal(u, self.limit, out=self.passed)
        at = self.passed.nonzero()[0]
        out[at] += poisson_quantile(u[at], self.rate[at] * change[at])
        return out

    def fewer(self, u: Float, change: np.ndarray, out: Float) -> Float:
        """Take orders away again where the change is negative."""
        at = ((change < 0) & (out > 0)).nonzero()[0]
        out[at] -= binomial_quantile(u[at], out[at], -change[at])
        return out
