"""The customers whom a programme meets: who they are before anyone offers them a point."""

import numpy as np
import pandas as pd

from centricity import _validate
from centricity._typing import RNG, Float
from centricity.loyalty._streams import BLOCK, blocks, streams

SHARES = ("margin", "hazard", "share_of_wallet", "forward_looking", "flexibility", "redemption")
TRAITS = ("purchase_rate", "basket", *SHARES)
MOST_ORDERS = 100.0


def draw_members(
    n: int,
    *,
    purchase_rate: float = 1.2,
    basket: float = 35.0,
    margin: float = 0.35,
    hazard: float = 0.02,
    share_of_wallet: float = 0.4,
    forward_looking: float = 0.3,
    flexibility: float = 0.4,
    redemption: float = 0.6,
    rng: RNG = None,
) -> pd.DataFrame:
    r"""Draw heterogeneous customers; each argument is the mean over them.

    Own orders are :math:`\lambda \sim \text{Gamma}(1.2)` and orders elsewhere in the category
    an independent gamma of the same scale, so that the share of wallet
    :math:`\lambda/(\lambda+\text{elsewhere})` is beta distributed and heavy buyers have
    little left to bring (compare Liu, 2007).

    Parameters
    ----------
    n : int
        Number of customers, at least 1.
    purchase_rate : float
        Orders per period (month), at most 10; gamma with shape 1.2, cut at 100.
    basket : float
        Euros per order; gamma with shape 6.
    margin : float
        Contribution as a share of sales; beta with a + b = 60.
    hazard : float
        Chance of leaving for good at the end of a period; beta with a + b = 40.
    share_of_wallet : float
        Share of the category's orders that this shop gets; see above. It averages this value,
        which must lie strictly between 0 and 1.
    forward_looking : float
        Share of customers who plan towards a status deadline (the column is 0 or 1).
    flexibility : float
        How freely a customer can move purchases in time; beta with a + b = 4.
    redemption : float
        Chance that a customer who orders and can afford a reward takes it in that period;
        beta with a + b = 3. Some hardly ever bother, which is where breakage comes from.
    rng : Generator, int or None

    Returns
    -------
    DataFrame
        One row per customer, index ``member`` 0 … n − 1, columns as the arguments.
        The first rows stay the same when n grows.

    Raises
    ------
    ValueError, TypeError
        If n is not a positive whole number or a mean lies outside its bounds.

    References
    ----------
    Liu (2007). The long-term impact of loyalty programs on consumer purchase behavior and
    loyalty. Journal of Marketing 71(4), 19-35.

    Examples
    --------
    >>> few, more = draw_members(3, rng=7), draw_members(9_000, rng=7)
    >>> few.equals(more.head(3))
    True
    >>> more["share_of_wallet"].mean().round(2)
    np.float64(0.4)
    """
    where = "draw_members"
    _validate.number(n, "n", where, minimum=1, whole=True)
    _validate.number(purchase_rate, "purchase_rate", where, above=0, maximum=MOST_ORDERS / 10)
    _validate.number(basket, "basket", where, above=0)
    _validate.number(share_of_wallet, "share_of_wallet", where, above=0, below=1)
    means = {
        "margin": (margin, 60.0),
        "hazard": (hazard, 40.0),
        "flexibility": (flexibility, 4.0),
        "redemption": (redemption, 3.0),
    }
    for name, (mean, _) in means.items():
        _validate.number(mean, name, where, minimum=0, maximum=1)
    _validate.number(forward_looking, "forward_looking", where, minimum=0, maximum=1)

    def one_block(stream: np.random.Generator) -> pd.DataFrame:
        shape = 1.2
        own = stream.gamma(shape, purchase_rate / shape, BLOCK)
        rivals = shape * (1 - share_of_wallet) / share_of_wallet
        elsewhere = stream.gamma(rivals, purchase_rate / shape, BLOCK)
        own = np.clip(own, 1e-9, MOST_ORDERS)
        traits = {
            "purchase_rate": own,
            "basket": stream.gamma(6.0, basket / 6.0, BLOCK),
            "share_of_wallet": own / (own + elsewhere),
            "forward_looking": (stream.random(BLOCK) < forward_looking).astype(float),
        }
        for name, (mean, concentration) in means.items():
            traits[name] = _beta(stream, mean, concentration)
        return pd.DataFrame(traits)[list(TRAITS)]

    drawn = [one_block(stream) for stream in streams(rng, int(n), "members")]
    parts = [part.iloc[: cut.stop - cut.start] for part, cut in zip(drawn, blocks(n), strict=True)]
    members = pd.concat(parts, ignore_index=True)
    return members.rename_axis("member")


def _beta(stream: np.random.Generator, mean: float, concentration: float) -> Float:
    if mean in (0.0, 1.0):
        return np.full(BLOCK, float(mean))
    return stream.beta(mean * concentration, (1 - mean) * concentration, BLOCK)


def check_members(members: pd.DataFrame, where: str) -> dict[str, Float]:
    """Return the traits as arrays, or raise an error that names the column and the rows."""
    frame = _validate.require_frame(members, where)
    rule = "Members need the columns that draw_members returns"
    _validate.require_columns(frame.columns, TRAITS, where, rule)
    if frame.empty:
        raise _validate.problem(
            where, "the members table has no rows", "A programme needs at least one customer"
        )
    traits = {
        name: _validate.numeric_column(frame, name, where, minimum=0, noun="members")
        for name in TRAITS
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
