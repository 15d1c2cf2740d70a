"""Customer lifetime value from its definition."""

import numpy as np
import pandas as pd
import pytest

from centricity.clv import BGNBD, GammaGamma, value

BUY = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
SPEND = GammaGamma(p=6.25, q=3.74, gamma=15.44)
CUSTOMERS = pd.DataFrame(
    {
        "frequency": [0, 1, 8],
        "recency": [0.0, 5.0, 36.0],
        "T": 39.0,
        "monetary_value": [0.0, 90.0, 20.0],
        "share": [0.2, 0.3, 0.4],
    },
    index=pd.Index(["a", "b", "c"], name="customer_id"),
)


def test_value_is_margin_times_spend_times_discounted_purchases():
    worth = value(CUSTOMERS, BUY, SPEND, horizon=52, discount_rate=0.0, margin=0.5)
    by_hand = 0.5 * SPEND.expected_spend(CUSTOMERS) * BUY.expected_purchases(CUSTOMERS, 52)
    np.testing.assert_allclose(worth["clv"], by_hand)
    assert worth.index.equals(CUSTOMERS.index)


def test_value_matches_simulated_future_cash(rng):
    """A thousand parallel futures of fresh customers, discounted purchase by purchase."""
    rate, horizon, size = 0.01, 60.0, 200_000
    fresh = pd.DataFrame({"frequency": [0], "recency": [0.0], "T": [0.0], "monetary_value": [0.0]})
    world = BUY.simulate(np.full(size, horizon), rng=rng)
    later = world.purchases[world.purchases["time"] > 0]
    cash = (1 + rate) ** -later["time"] * SPEND.population_mean * 0.3
    total = cash.groupby(later["customer"]).sum().reindex(range(size), fill_value=0.0)
    worth = value(fresh, BUY, SPEND, horizon=horizon, discount_rate=rate, margin=0.3)
    assert abs(worth["clv"].item() - total.mean()) < 4 * total.std() / np.sqrt(size)


def test_margin_may_be_a_column():
    worth = value(CUSTOMERS, BUY, SPEND, discount_rate=0.002, margin="share")
    flat = value(CUSTOMERS, BUY, SPEND, discount_rate=0.002, margin=1.0)
    np.testing.assert_allclose(worth["clv"], flat["clv"] * CUSTOMERS["share"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"discount_rate": 0.0, "margin": 0.3}, "discount_rate is 0. Without a horizon"),
        ({"discount_rate": -0.1, "margin": 0.3}, "discount_rate is -0.1"),
        ({"discount_rate": 0.1, "margin": 30}, "margin is 30. It must be a number of at most 1"),
        ({"discount_rate": 0.1, "margin": "shares"}, "there is no column 'shares'"),
        ({"discount_rate": 0.1, "margin": 0.3, "horizon": 0}, "horizon is 0"),
    ],
)
def test_bad_options_are_refused(options, message):
    with pytest.raises(ValueError, match="clv.value: " + message.replace(".", r"\.")):
        value(CUSTOMERS, BUY, SPEND, **options)
