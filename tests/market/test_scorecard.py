"""Seven conditions of equal weight, each with its reason."""

import itertools

import numpy as np
import pandas as pd
import pytest

from centricity import market
from centricity.market import CONDITIONS

TO_CUSTOMERS = {
    "contract": True, "customisable": True, "visible": False, "intermediaries": False,
    "long_relation": True, "service": True, "individual_data": True,
}  # fmt: skip


def test_all_answers_one_way_give_seven_to_nothing_either_way():
    one = market.scorecard(TO_CUSTOMERS)
    other = market.scorecard({name: not said for name, said in TO_CUSTOMERS.items()})
    assert (one.lead, other.lead) == (7, -7)
    assert (one.verdict, other.verdict) == ("customer equity", "brand equity")


def test_every_condition_weighs_one_whatever_the_others_say():
    for answers in itertools.product([True, False], repeat=7):
        given = dict(zip(CONDITIONS, answers, strict=True))
        agree = sum(given[name] == TO_CUSTOMERS[name] for name in CONDITIONS)
        assert market.scorecard(given).lead == 2 * agree - 7


def test_open_answers_count_for_neither_and_may_leave_the_verdict_open():
    card = market.scorecard(TO_CUSTOMERS | {"contract": "partly", "service": "unknown"})
    assert card.counts.to_dict() == {"customer equity": 5, "brand equity": 0, "open": 2}
    assert card.verdict == "customer equity"
    doubtful = TO_CUSTOMERS | {"contract": False, "service": "no", "visible": "unknown",
                               "long_relation": "partly"}  # fmt: skip
    card = market.scorecard(doubtful)
    assert (card.lead, card.verdict) == (1, "open")
    assert str(card) == (
        "3 of 7 conditions point to customer equity, 2 to brand equity, 2 are open: open"
    )


def test_reasons_differ_with_the_answer_and_every_condition_has_its_doubt():
    yes, no = (market.scorecard(dict.fromkeys(CONDITIONS, said)).table for said in ("yes", "no"))
    assert (yes["reason"] != no["reason"]).all()
    assert (yes["points_to"] != no["points_to"]).all()
    assert (yes["doubt"].str.len() > 20).all()
    assert yes.index.tolist() == list(TO_CUSTOMERS)


def test_answers_may_be_written_in_any_case():
    spoken = {name: " Yes" if said else "NO " for name, said in TO_CUSTOMERS.items()}
    assert market.scorecard(spoken).table.equals(market.scorecard(TO_CUSTOMERS).table)


def test_answers_may_come_from_a_table_of_many_firms():
    firms = pd.DataFrame({"club": TO_CUSTOMERS, "soap": dict.fromkeys(TO_CUSTOMERS, False)})
    leads = {name: market.scorecard(firms[name]).lead for name in firms}
    assert leads == {"club": 7, "soap": -3}
    assert market.scorecard(TO_CUSTOMERS | {"service": np.bool_(False)}).lead == 5


@pytest.mark.parametrize(
    ("answers", "error", "says"),
    [
        ([True] * 7, TypeError, "market.scorecard: answers is a list. Answers map each condition"),
        ({}, ValueError, "7 of 7 conditions have no answer: 'contract', 'customisable'"),
        (TO_CUSTOMERS | {"visable": True}, ValueError, "'visable' is no condition. There are seve"
         "n conditions. Did you mean 'visible'?"),
        (TO_CUSTOMERS | {"visible": 1}, ValueError, "the answer to 'visible' is 1. An answer is T"),
        (TO_CUSTOMERS | {"visible": None}, ValueError, "the answer to 'visible' is None"),
        (TO_CUSTOMERS | {"visible": "maybe"}, ValueError, "'yes', 'no', 'partly', 'unknown'"),
    ],
)  # fmt: skip
def test_bad_answers_are_refused_in_words(answers, error, says):
    with pytest.raises(error) as caught:
        market.scorecard(answers)
    assert says in str(caught.value)
