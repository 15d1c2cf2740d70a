"""Bühlmann and Straub's credibility on Hachemeister's claims, as published and widely reprinted.

Hachemeister, C. A. (1975). Credibility for regression models with application to trend. In
*Credibility: Theory and applications*. Average claim and number of claims in five states over
twelve quarters. The results are those that Goulet's vignette of the R package *actuar* prints.
"""

import pandas as pd
import pytest

from centricity.profitability import shrink

CLAIMS = pd.DataFrame(
    [
        [1738, 1642, 1794, 2051, 2079, 2234, 2032, 2035, 2115, 2262, 2267, 2517],
        [1364, 1408, 1597, 1444, 1342, 1675, 1470, 1448, 1464, 1831, 1612, 1471],
        [1759, 1685, 1479, 1763, 1674, 2103, 1502, 1622, 1828, 2155, 2233, 2059],
        [1223, 1146, 1010, 1257, 1426, 1532, 1953, 1123, 1343, 1243, 1762, 1306],
        [1456, 1499, 1609, 1741, 1482, 1572, 1606, 1735, 1607, 1573, 1613, 1690],
    ],
    index=range(1, 6),
)
NUMBERS = pd.DataFrame(
    [
        [7861, 9251, 8706, 8575, 7917, 8263, 9456, 8003, 7365, 7832, 7849, 9077],
        [1622, 1742, 1523, 1515, 1622, 1602, 1964, 1515, 1527, 1748, 1654, 1861],
        [1147, 1357, 1329, 1204, 998, 1077, 1277, 1218, 896, 1003, 1108, 1121],
        [407, 396, 348, 341, 315, 328, 352, 331, 287, 384, 321, 342],
        [2902, 3172, 3046, 3068, 2693, 2910, 3275, 2697, 2663, 3017, 3242, 3425],
    ],
    index=range(1, 6),
)


@pytest.fixture(scope="module")
def result():
    return shrink(CLAIMS, volumes=NUMBERS)


def test_hachemeister_1975_structure_parameters(result):
    assert round(result.mean) == 1684
    assert round(result.between) == 89_639
    assert round(result.within) == 139_120_026


def test_hachemeister_1975_credibility_of_each_state(result):
    assert result.credibility.round(4).tolist() == [0.9847, 0.9276, 0.8985, 0.7279, 0.9588]
    assert result.accounts["own"].round().tolist() == [2061, 1511, 1806, 1353, 1600]
    assert result.estimate.round().tolist() == [2055, 1524, 1793, 1443, 1603]


def test_hachemeister_1975_without_weights():
    """Bühlmann's model: collective premium 1671, variances 72,310 and 46,040."""
    plain = shrink(CLAIMS)
    assert round(plain.mean) == 1671
    assert round(plain.between) == 72_310
    assert round(plain.within) == 46_040
