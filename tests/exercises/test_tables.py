import pandas as pd
import pytest

from centricity.exercises._tables import same_column


@pytest.mark.parametrize(
    ("said", "same"), [("At risk ", True), ("AT RISK", True), ("at  risk", False), ("new", False)]
)
def test_letter_case_and_outer_blanks_do_not_make_a_right_word_wrong(said, same):
    assert same_column(pd.Series([said]), pd.Series(["at risk"]), 0.0) is same
