"""The BG/NBD model of Fader, Hardie & Lee (2005)."""

from dataclasses import dataclass

import numpy as np

from centricity._typing import RNG, ArrayLike, Float
from centricity.clv import _beta_geometric as beta_geometric
from centricity.clv._data import Histories
from centricity.clv._purchase import Params, PurchaseModel
from centricity.clv._simulate import ages, buy_until_dropout
from centricity.clv.simulated import Simulated


@dataclass(frozen=True)
class BGNBD(PurchaseModel):
    r"""Beta-geometric/NBD: Poisson buying, and a coin toss after every purchase about leaving.

    While alive, a customer buys at random at a rate :math:`\lambda` of their own. After each
    repeat purchase they leave for good with a probability :math:`p` of their own. Across
    customers, :math:`\lambda` follows a gamma distribution with shape r and rate α, and
    :math:`p` a beta distribution with parameters a and b, independently.

    Parameters
    ----------
    r : float
        Shape of the gamma distribution of buying rates; the smaller, the more unequal.
    alpha : float
        Rate (inverse scale) of the same, in time units; mean buying rate is r/alpha per unit.
    a, b : float
        Beta distribution of the dropout probability; its mean is a/(a + b).

    Notes
    -----
    What makes it fail. A customer can only leave right after a purchase, so somebody who never
    came back counts as alive for certain (the MBG/NBD mends this). Regular buying (a monthly
    refill) is steadier than Poisson. Seasons, promotions and a rate that drifts with age are not
    in it, nor any link between buying often and leaving soon. One customer's p applies to every
    purchase, so very frequent buyers get more chances to leave, and can be underrated.

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). "Counting your customers" the easy way:
    an alternative to the Pareto/NBD model. Marketing Science, 24(2), 275–284.

    Examples
    --------
    >>> import pandas as pd
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> customer = pd.DataFrame({"frequency": [2], "recency": [30.43], "T": [38.86]})
    >>> model.p_alive(customer).round(3).tolist()
    [0.727]
    >>> model.expected_purchases(customer, 39).round(2).tolist()  # the paper says 1.226
    [1.23]
    """

    r: float
    alpha: float
    a: float
    b: float

    @classmethod
    def _starts(cls, data: Histories) -> list[Float]:
        return beta_geometric.starts(data)

    @classmethod
    def _loglike(cls, params: Params, data: Histories) -> tuple[Float, Float]:
        return beta_geometric.loglike(params, data, data.x)  # equation (6)

    @classmethod
    def _alive(cls, params: Params, h: Histories) -> Float:
        return beta_geometric.alive(params, h, h.x)

    @classmethod
    def _stays(cls, params: Params, h: Histories, t: Float) -> Float:
        return beta_geometric.stays(params, h, h.x, t)

    @classmethod
    def _pace(cls, params: Params, h: Histories) -> Float:
        return beta_geometric.pace(params, h)

    @classmethod
    def _expected(cls, params: Params, h: Histories, t: Float) -> Float:
        return beta_geometric.expected(params, h, h.x, t)  # equation (10)

    @classmethod
    def _expected_new(cls, params: Params, t: Float) -> Float:
        return beta_geometric.expected_new(params, 0, t)  # equation (9)

    @classmethod
    def _pmf(cls, params: Params, n: Float, t: Float) -> Float:
        return beta_geometric.pmf(params, n, n, t)  # equation (8)

    def simulate(self, T: ArrayLike, *, rng: RNG = None) -> Simulated:
        """Draw customers observed for ``T`` time units after their first purchase.

        Parameters
        ----------
        T : array-like of float, shape (customers,)
            Age of each customer at the end of observation.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        Simulated
            ``customers``: frequency, recency, T, and the latent rate, dropout (probability) and
            lifetime (time of leaving, infinite for those alive at T). ``purchases``: customer and
            time since the first purchase, which is included at time 0.

        Examples
        --------
        >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> world = model.simulate([39.0] * 1000, rng=7)
        >>> list(world.customers)
        ['frequency', 'recency', 'T', 'rate', 'dropout', 'lifetime']
        >>> len(world.purchases) - 1000 - int(world.customers["frequency"].sum())
        0
        """
        rng = np.random.default_rng(rng)
        T = ages(T, "BGNBD.simulate")
        rate = rng.gamma(self.r, 1 / self.alpha, len(T))
        dropout = rng.beta(self.a, self.b, len(T))
        return buy_until_dropout(T, rate, dropout, rng, first_chance=1)
