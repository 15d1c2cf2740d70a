"""IFRS 15: published examples of allocating a price to points and recognising it.

The standard's own illustrative example 52, the same example with 97 % in KPMG's *Revenue: IFRS 15
handbook* (example 10), and a worked example of a sale of 2,000 with points worth 170.
"""

import numpy as np
import pandas as pd
import pytest

from centricity.loyalty import allocate, deferred_revenue


def years(redeemed, issued=10_000):
    first = [1] + [0] * (len(redeemed) - 1)
    return pd.DataFrame(
        {
            "sales": np.multiply(first, 100_000),
            "issued": np.multiply(first, issued),
            "redeemed": redeemed,
        }
    )


def test_example_97_percent_expected_unrounded_allocation_to_points_is_8842():
    goods, points = allocate(100_000, [100_000, 9_700])
    assert round(points) == 8_842
    assert round(goods) == 91_158


def test_example_97_percent_expected_shares_rounded_to_91_and_9_percent_give_9000():
    goods, points = allocate(100_000, [100_000, 9_700]) / 100_000
    assert (round(goods, 2), round(points, 2)) == (0.91, 0.09)
    assert 100_000 * round(points, 2) == 9_000


@pytest.mark.parametrize(
    ("later", "year_2", "year_3"), [(0.99, 4_175, 3_552), (0.92, 4_175, 4_140)]
)
def test_example_10_releases_and_catch_up_on_the_rounded_9000(later, year_2, year_3):
    books = deferred_revenue(
        years([0, 4_500, 4_000]), point_price=1, redemption_rate=[0.97, 0.97, later]
    )
    rounded = books["released"] * 9_000 / books["deferred"].iloc[0]
    assert rounded.round().tolist() == [0, year_2, year_3]


def test_standard_example_52_allocation_releases_and_liability():
    books = deferred_revenue(years([4_500, 4_000]), point_price=1, redemption_rate=[0.95, 0.97])
    assert books["deferred"].round().tolist() == [8_676, 0]
    assert books["released"].round().tolist() == [4_110, 3_493]
    assert books["closing"].round().tolist() == [4_566, 1_073]


def test_sale_of_2000_with_points_worth_170_exact_and_as_published():
    goods, points = allocate(2_000, [2_000, 170])
    assert (goods, points) == (1_843.32, 156.68)
    # Published as 1,842 / 158: the goods' share of 92.166 % cut to 92.1 %.
    share = np.floor(1_000 * 2_000 / 2_170) / 1_000
    assert (round(2_000 * share), round(2_000 * (1 - share))) == (1_842, 158)
    assert abs(goods - 1_842) < 2


def test_sale_of_2000_half_of_the_points_redeemed_releases_half_of_158_which_is_79():
    sale = pd.DataFrame({"sales": [2_000, 0], "issued": [2_000, 0], "redeemed": [0, 850]})
    books = deferred_revenue(sale, point_price=0.1, redemption_rate=0.85)
    assert books["deferred"].iloc[0] == pytest.approx(156.68, abs=0.005)
    released = books["released"].iloc[1] / books["deferred"].iloc[0]
    assert 158 * released == pytest.approx(79)
