"""The MBG/NBD model of Batislam, Denizel & Filiztekin (2007)."""

from dataclasses import dataclass

import numpy as np

from centricity._typing import RNG, ArrayLike, Float
from centricity.clv import _beta_geometric as beta_geometric
from centricity.clv._data import Histories
from centricity.clv._purchase import Params, PurchaseModel
from centricity.clv._simulate import ages, buy_until_dropout
from centricity.clv.simulated import Simulated


@dataclass(frozen=True)
class MBGNBD(PurchaseModel):
    r"""Modified beta-geometric/NBD: as the BG/NBD, but one can leave after the very first purchase.

    While alive, a customer buys at random at a rate :math:`\lambda` of their own. After every
    purchase, the first included, they leave for good with a probability :math:`p` of their own.
    Across customers, :math:`\lambda` follows a gamma distribution with shape r and rate α, and
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
    What makes it fail. Regular buying is steadier than Poisson. Seasons, promotions and a rate that
    drifts with age are not in it, nor any link between buying often and leaving soon. Leaving is
    tied to purchases: somebody who buys rarely also has few chances to leave.

    References
    ----------
    Batislam, E. P., Denizel, M., & Filiztekin, A. (2007). Empirical validation and comparison of
    models for customer base analysis. International Journal of Research in Marketing, 24(3),
    201–209.

    Examples
    --------
    Somebody who never came back is no longer alive for certain:

    >>> import pandas as pd
    >>> model = MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614)
    >>> once = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [39.0]})
    >>> model.p_alive(once).round(2).tolist()
    [0.39]
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
        return beta_geometric.loglike(params, data, data.x + 1)

    @classmethod
    def _alive(cls, params: Params, h: Histories) -> Float:
        return beta_geometric.alive(params, h, h.x + 1)

    @classmethod
    def _stays(cls, params: Params, h: Histories, t: Float) -> Float:
        return beta_geometric.stays(params, h, h.x + 1, t)

    @classmethod
    def _pace(cls, params: Params, h: Histories) -> Float:
        return beta_geometric.pace(params, h)

    @classmethod
    def _expected(cls, params: Params, h: Histories, t: Float) -> Float:
        return beta_geometric.expected(params, h, h.x + 1, t)

    @classmethod
    def _expected_new(cls, params: Params, t: Float) -> Float:
        return beta_geometric.expected_new(params, 1, t)

    @classmethod
    def _pmf(cls, params: Params, n: Float, t: Float) -> Float:
        return beta_geometric.pmf(params, n, n + 1, t)

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
        >>> world = MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614).simulate([39.0] * 1000, rng=7)
        >>> bool((world.customers["lifetime"] == 0).any())  # some left after the first purchase
        True
        """
        rng = np.random.default_rng(rng)
        T = ages(T, "MBGNBD.simulate")
        rate = rng.gamma(self.r, 1 / self.alpha, len(T))
        dropout = rng.beta(self.a, self.b, len(T))
        return buy_until_dropout(T, rate, dropout, rng, first_chance=0)
