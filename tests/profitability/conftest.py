"""A small hire firm whose numbers can be checked by hand, and its random relatives."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from centricity import profitability


@pytest.fixture
def usage():
    return pd.DataFrame(
        {"order": [10, 30, 0], "visit": [8, 2, 0]}, index=pd.Index(list("ABC"), name="account")
    )


@pytest.fixture
def activities():
    return pd.DataFrame({"pool": ["desk", "sales"], "hours": [0.5, 4.0]}, index=["order", "visit"])


@pytest.fixture
def pools():
    return pd.DataFrame(
        {
            "cost": [1000.0, 3000.0, 500.0],
            "capacity": [25, 60, np.nan],
            "avoidable": [0.2, 0.5, 0.0],
        },
        index=["desk", "sales", "head office"],
    )


@pytest.fixture
def accounts():
    return pd.DataFrame(
        {"revenue": [5000.0, 4000.0, 300.0], "goods": [3000.0, 2000.0, 100.0]}, index=list("ABC")
    )


@pytest.fixture
def table(usage, activities, pools, accounts):
    costs = profitability.cost_to_serve(usage, activities, pools=pools)
    return profitability.statement(accounts, costs, goods_avoidable=0.6)


def money(most=1e7):
    return st.floats(0, most).map(lambda x: round(x, 2))
