"""`check` prints and never raises, whatever it is given, and says what kind of slip it was."""

import io
import sys
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from centricity.exercises import Exercise, Mistake, _check, check
from centricity.exercises._compare import judge

COLUMNS = pd.DataFrame({"orders": [3, 1], "sales": [30.0, 12.5]}, index=["Ada", "Bo"])


def exercise(kind, answer, **fields):
    mistakes = fields.pop("mistakes", (Mistake("b" if kind == "choice" else -7, "Seventh."),))
    return Exercise(
        "99.1", kind, answer, why="Because.", hint="Think.", mistakes=mistakes, **fields
    )


SHARE = exercise("number", 0.42)
COUNT = exercise("number", lambda: 1250, tolerance=0.5)
TABLE = exercise("table", COLUMNS, mistakes=(Mistake([[1, 1], [2, 2]], "Ones."),))
CHOICE = exercise("choice", "A", options=("A", "b", "c"))
SEVERAL = exercise("choice", ("a", "b"), options=("a", "b", "c"), mistakes=(Mistake("c", "C."),))
TWICE = exercise(
    "function",
    lambda x: 2 * x,
    cases=((1,), (3.5,)),
    mistakes=(Mistake(lambda x: x + 1, "Doubling is not adding."),),
)


class Hostile:
    """Raises whatever is done with it."""

    def __getattribute__(self, name):
        raise RuntimeError("do not touch")

    def __eq__(self, other):
        raise RuntimeError("do not compare")

    __hash__ = None


@pytest.mark.parametrize(
    "answer",
    [0.42, "0.42", "42%", " 42 % ", np.float32(0.42), np.array([0.42]), np.array(0.42), [0.42],
     pd.Series([0.42], index=["x"]), pd.DataFrame({"a": [0.42]}), Decimal("0.42"), {"share": 0.42},
     0.4249, pl.Series([0.42])],
)  # fmt: skip
def test_one_number_in_any_shape_is_read(answer):
    assert judge(SHARE, answer).result == "right"


@pytest.mark.parametrize(
    ("asked", "answer", "says"),
    [
        (SHARE, 42, "That is a percentage"),
        (SHARE, -0.42, "the sign is not"),
        (SHARE, 0.5, "Think."),
        (SHARE, -7, "Seventh."),
        (SHARE, None, "is None"),
        (SHARE, len, "has not been called"),
        (SHARE, "a lot", "is text"),
        (SHARE, "nan", "is text"),
        (SHARE, float("inf"), "not a finite number"),
        (SHARE, True, "True or False"),
        (SHARE, [1, 2], "holds 2 values"),
        (SHARE, [], "holds 0 values"),
        (SHARE, 1 + 2j, "is a complex"),
        (COUNT, 12.5, "That is a share"),
        (COUNT, "1,251", "Think."),
        (TABLE, 5, "Several values are wanted"),
        (TABLE, "no", "Several values are wanted"),
        (TABLE, COLUMNS.head(1), "too few rows"),
        (TABLE, pd.concat([COLUMNS, COLUMNS]), "too many rows"),
        (TABLE, COLUMNS[["orders"]], 'lacks the column "sales"'),
        (TABLE, COLUMNS.set_axis(["Cy", "Di"]), "index"),
        (TABLE, COLUMNS + 1, "Think."),
        (TABLE, COLUMNS.assign(sales="x"), "Think."),
        (TABLE, COLUMNS.mean, "has not been called"),
        (CHOICE, "B", "Seventh."),
        (CHOICE, "c", "Think."),
        (CHOICE, "A or b", 'Choose from: "A", "b", "c"'),
        (CHOICE, 3, "Choose from"),
        (CHOICE, [], "Choose from"),
        (CHOICE, len, "is a function"),
        (SEVERAL, ["a"], "something is missing"),
        (SEVERAL, {"a", "b", "c"}, "something else too"),
        (TWICE, 6, "A function is wanted"),
        (TWICE, lambda x: x + 1, "Doubling is not adding."),
        (TWICE, lambda x: x**2, "Think. (Tried on 1.)"),
        (TWICE, lambda x: None, "Does it end with return?"),
        (TWICE, lambda: 1, "stopped with TypeError"),
        (TWICE, lambda x: 1 / 0, "stopped with ZeroDivisionError when it was tried on 1"),
    ],
)  # fmt: skip
def test_a_wrong_answer_gets_the_hint_that_fits(asked, answer, says):
    verdict = judge(asked, answer)
    assert verdict.result == "wrong"
    assert says in verdict.says


@pytest.mark.parametrize("asked", [SHARE, TABLE, CHOICE, SEVERAL, TWICE], ids=lambda e: e.kind)
def test_an_object_that_raises_when_touched_is_wrong(asked):
    assert judge(asked, Hostile()).result == "wrong"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (COUNT, "1,250"),
        (TABLE, COLUMNS),
        (TABLE, COLUMNS.iloc[::-1]),
        (TABLE, COLUMNS.reset_index(drop=True)),
        (TABLE, COLUMNS[["sales", "orders"]].assign(more=1)),
        (TABLE, COLUMNS + 0.004),
        (TABLE, pl.from_pandas(COLUMNS)),
        (CHOICE, "a"),
        (CHOICE, " A "),
        (CHOICE, ["A"]),
        (SEVERAL, ["b", "a"]),
        (TWICE, lambda x: x + x),
    ],
)
def test_a_right_answer_in_another_form_is_right(asked, answer):
    assert judge(asked, answer).result == "right"


@pytest.mark.parametrize("answer", [[0.2, 0.8], {"a": 0.2, "b": 0.8}, np.array([0.2, 0.8])])
def test_a_column_may_be_given_as_a_list_a_dict_or_an_array(answer):
    shares = exercise("table", lambda: pd.Series([0.2, 0.8], index=["a", "b"]))
    assert judge(shares, answer).result == "right"


def test_missing_values_equal_missing_values():
    gaps = exercise("table", [1.0, np.nan], mistakes=(Mistake([7, 7], "Sevens."),))
    assert judge(gaps, [1.0, np.nan]).result == "right"
    assert judge(gaps, [1.0, 0.0]).result == "wrong"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates()
    | st.complex_numbers() | st.functions() | st.just(...) | st.builds(Hostile),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@pytest.mark.parametrize("asked", [SHARE, TABLE, CHOICE, SEVERAL, TWICE], ids=lambda e: e.kind)
def test_check_never_raises_whatever_it_is_given(asked, monkeypatch):
    monkeypatch.setattr(_check, "find", lambda name: asked)

    @given(anything)
    def always_prints(answer):
        out = io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            check("99.1", answer)
        assert out.getvalue()[0] in "✓✗…"

    always_prints()


@given(st.text() | st.integers() | st.none())
def test_any_name_gets_an_answer_in_words(name):
    assert _check.message(name, 1)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("00.9", "There are: '00.1'"),
        ("97.1", "lesson 97 has no exercises. Lessons with exercises: 00"),
        ("five", "its lesson and its position"),
    ],
)
def test_an_unknown_name_says_which_exist(name, says, capsys):
    check(name, 1)
    assert says in " ".join(capsys.readouterr().out.split())


def test_an_exercise_that_cannot_be_set_up_does_not_raise(monkeypatch, capsys):
    def missing():
        raise FileNotFoundError("orders.csv")

    monkeypatch.setattr(_check, "find", lambda name: exercise("number", missing))
    check("99.1", 1)
    assert "could not be checked (FileNotFoundError: orders.csv)" in capsys.readouterr().out


def test_a_terminal_without_symbols_still_gets_the_words(monkeypatch):
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="ascii", write_through=True) as terminal:
        monkeypatch.setattr(sys, "stdout", terminal)
        check("00.1", ...)
        monkeypatch.undo()
        assert b"not attempted" in raw.getvalue()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"kind": "essay"}, "kind is 'essay'"),
        ({"kind": "choice"}, "'options' is empty"),
        ({"kind": "function"}, "'cases' is empty"),
        ({"mistakes": ()}, "'mistakes' is empty"),
    ],
)
def test_an_incomplete_exercise_is_refused(fields, says):
    whole = {
        "name": "99.1", "kind": "number", "answer": 1, "why": "W.", "hint": "H.",
        "mistakes": (Mistake(2, "Two."),),
    }  # fmt: skip
    with pytest.raises(ValueError, match=says):
        Exercise(**whole | fields)
