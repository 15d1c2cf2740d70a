"""Mack (1993): the chain ladder and its standard error on the data of Taylor and Ashe (1983)."""

import numpy as np
import pandas as pd
import pytest

from centricity import loyalty

CLAIMS = """
357848 1124788 1735330 2218270 2745596 3319994 3466336 3606286 3833515 3901463
352118 1236139 2170033 3353322 3799067 4120063 4647867 4914039 5339085
290507 1292306 2218525 3235179 3985995 4132918 4628910 4909315
310608 1418858 2195047 3757447 4029929 4381982 4588268
443160 1136350 2128333 2897821 3402672 3873311
396132 1333217 2180715 2985752 3691712
440832 1288463 2419861 3483130
359480 1421128 2864498
376686 1363294
344014
"""
RESERVES = [0, 95, 470, 710, 985, 1419, 2178, 3920, 4279, 4626]  # thousands, as printed
ERRORS = [80, 26, 19, 27, 29, 26, 22, 23, 29]  # per cent of the reserve, from the second year


@pytest.fixture(scope="module")
def triangle():
    """The claims as redemptions; a hundred times the first column was issued, without spread."""
    rows = [
        (i, i + age, 100 * int(row.split()[0]), int(value))
        for i, row in enumerate(CLAIMS.strip().splitlines())
        for age, value in enumerate(row.split())
    ]
    table = pd.DataFrame(rows, columns=["issued_in", "period", "issued", "redeemed"])
    return loyalty.redemption_triangle(table)


def test_reserves_and_standard_errors_by_accident_year(triangle):
    cohorts = triangle.cohorts
    reserve = (cohorts["ultimate"] - cohorts["redeemed"]) / 1000
    assert reserve.round().astype(int).tolist() == RESERVES
    percent = 100 * cohorts["std_error"].iloc[1:] / (1000 * reserve.iloc[1:])
    assert percent.round().astype(int).tolist() == ERRORS
    assert cohorts["std_error"].iloc[0] == 0


def test_total_reserve_and_its_standard_error(triangle):
    cohorts = triangle.cohorts
    total = (cohorts["ultimate"] - cohorts["redeemed"]).sum()
    assert round(total / 1000) == 18_681
    assert round(triangle.std_error * cohorts["issued"].sum() / 1000) == 2_447


def test_development_factors(triangle):
    printed = [3.49, 1.75, 1.46, 1.174, 1.104, 1.086, 1.054, 1.077, 1.018]
    digits = [2, 2, 2, 3, 3, 3, 3, 3, 3]
    found = triangle.factors.to_numpy()
    assert found[0] == pytest.approx(0.01)
    assert [np.round(f, d) for f, d in zip(found[1:], digits, strict=True)] == printed
