"""Choice tasks that can't be used are refused, with how many, which, the rule and the remedy."""

import numpy as np
import pandas as pd
import pytest
from choice_tasks import NAMES, draw

from centricity.clv.errors import ConvergenceError
from centricity.preference import ConditionalLogit, shares_by_segment

OFFERS = pd.DataFrame({"price": [1.0, 2.0]})


def fit(table, names=NAMES, **options):
    return ConditionalLogit.fit(table, names, **options)


def change(rows, column, value):
    def spoil(table):
        table = table.astype({column: object if isinstance(value, str) else float})
        table.loc[rows, column] = value
        return table

    return spoil


def first_task(table):
    return (table["respondent_id"] == 0) & (table["task"] == 0)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda t: t.assign(chosen=t["chosen"].where(~first_task(t), 0)),
         r"^ConditionalLogit\.fit: nothing is chosen in 1 of 360 tasks \(first: tasks 0/0\)\. In "
         r"each task exactly one alternative is chosen\. Where 'none of these' was an answer"),
        (lambda t: t.assign(chosen=t["chosen"].where(~first_task(t), 1)),
         r"more than one is chosen in 1 of 360 tasks \(first: tasks 0/0\)"),
        (lambda t: t.assign(chosen=t["chosen"] * 2),
         r"'chosen' is neither 0 nor 1 in 360 of 1,080"),
        (lambda t: t.drop(index=[0, 1]),
         r"one alternative only in 1 of 360 tasks \(first: tasks 0/0\).*at least two.*not buying"),
        (lambda t: t.groupby(["respondent_id", "task"]).head(1),
         "one alternative only in 360 of 360 tasks"),
        (lambda t: t.assign(advice=1), "'advice' never differs between the alternatives of a task.*"
         "Leave it out"),
        (lambda t: t.assign(advice=t["respondent_id"]), "'advice' never differs"),
        (lambda t: t.assign(price=0), "'price' never differs.*Show prices that differ within"),
        (lambda t: pd.concat([t, t[["price"]]], axis=1),
         "the table has 'price' more than once"),
        (lambda t: t[(t["respondent_id"] == 0) & (t["task"] == 0)],
         "1 tasks with 3 alternatives allow 2 comparisons, and there are 3 attributes"),
        (lambda t: t.assign(days=2 * t["price"] + 1),
         "within the tasks 'price', 'days' can be worked out from each other"),
        (lambda t: t.assign(days=t["price"] + 5 * t["task"]), "'price', 'days' can be worked out"),
        (change([3, 9], "price", np.nan),
         r"'price' is missing or infinite in 2 of 1,080 rows \(first: rows 3, 9\)"),
        (change([3], "price", np.inf), "'price' is missing or infinite in 1 of"),
        (change([3], "chosen", np.nan), "'chosen' is missing or infinite in 1 of"),
        (change([3], "respondent_id", np.nan), "'respondent_id' is missing in 1 of"),
        (change([3], "task", np.nan), "'task' is missing in 1 of"),
        (lambda t: t.rename(columns={"days": "day"}),
         "the column 'days' is missing.*Did you mean 'day'"),
        (lambda t: t.drop(columns="chosen"), "the column 'chosen' is missing"),
        (lambda t: t.head(0), "the table is empty"),
        (lambda t: t[t["respondent_id"] < 3], "there are 3 respondents and 3 attributes"),
    ],
)  # fmt: skip
def test_bad_tasks_are_refused(tasks, spoil, says):
    with pytest.raises(ValueError, match=says):
        fit(spoil(tasks.copy()))


def test_text_is_refused_as_a_type(tasks):
    with pytest.raises(TypeError, match="'days' has dtype"):
        fit(tasks.assign(days=tasks["days"].astype(str)))
    words = tasks.assign(advice=tasks["advice"].map({0: "no", 1: "yes"}).astype("category"))
    with pytest.raises(TypeError, match=r"'advice' holds words, such as '(no|yes)'.*0 and 1"):
        fit(words)
    with pytest.raises(TypeError, match="attributes is a str"):
        fit(tasks, "price")
    with pytest.raises(TypeError, match="a list was given"):
        fit([1, 2])


def test_attributes_are_named_once_and_hold_the_price(tasks):
    with pytest.raises(ValueError, match="'days' are named twice"):
        fit(tasks, ["price", "days", "days"])
    with pytest.raises(ValueError, match="it names none"):
        fit(tasks, [])
    with pytest.raises(ValueError, match=r"'chosen' is among the attributes.*not what was chosen"):
        fit(tasks, [*NAMES, "chosen"])
    with pytest.raises(ValueError, match="'cost' is not among the attributes"):
        fit(tasks, price="cost")


def test_the_same_task_number_of_two_people_is_two_tasks(tasks):
    assert fit(tasks).tasks == 360
    with pytest.raises(ValueError, match="more than one is chosen in 6 of 6 tasks"):
        fit(tasks, respondent=None)


def test_choices_that_an_attribute_tells_without_exception_have_no_weights(tasks):
    cheapest = tasks.assign(price=np.random.default_rng(1).normal(size=len(tasks)))
    least = cheapest.groupby(["respondent_id", "task"])["price"].transform("min")
    with pytest.raises(ConvergenceError, match=r"the choices follow 'price'.*without"):
        fit(cheapest.assign(chosen=(cheapest["price"] == least).astype(int)))


def test_a_level_that_nobody_ever_takes_has_no_weight():
    table = draw(4)
    never = table.assign(advice=np.where(table["chosen"] == 1, 0, table["advice"]))
    with pytest.raises(ConvergenceError, match="the choices follow 'advice'"):
        fit(never)


def test_willingness_to_pay_is_refused_where_the_price_is_not_told_from_zero():
    table = draw(6, models=(ConditionalLogit({"price": -0.001, "days": -0.5, "advice": 0.4}),))
    found = fit(table)
    says = (
        r"ChoiceFit\.wtp: the weight of 'price' is .* with a standard error of .*can't be "
        "told from zero or above.*Ask more"
    )
    for method in ("delta", "krinsky-robb"):
        with pytest.raises(ValueError, match=says):
            found.wtp(method=method)


def test_willingness_to_pay_is_refused_where_dear_is_liked():
    table = draw(7, models=(ConditionalLogit({"price": 0.5, "days": -0.5, "advice": 0.4}),))
    with pytest.raises(ValueError, match=r"a dearer offer is chosen more.*stood for quality"):
        fit(table).wtp()
    with pytest.raises(ValueError, match="a higher price is chosen less"):
        fit(table).model.wtp()


def test_a_weakly_known_price_is_flagged():
    table = draw(8, people=20, models=(ConditionalLogit({"price": -0.12, "days": -1.0,
                                                         "advice": 0.4}),))  # fmt: skip
    found = fit(table)
    z = -found.params["price"] / found.std_errors["price"]
    assert 1.96 < z < 4
    flag = found.wtp()["flag"]
    assert (flag == f"price is known only to {z:.1f} standard errors: prefer Krinsky-Robb").all()

    flag = found.wtp(method="krinsky-robb", rng=1)["flag"]
    assert (flag == f"price is known only to {z:.1f} standard errors: intervals are wide").all()


def test_few_respondents_are_flagged():
    says = "only 12 respondents: true intervals are wider"
    assert fit(draw(1, people=12, tasks=40)).wtp()["flag"].eq(says).all()


def test_a_well_known_price_has_no_flag():
    assert (fit(draw(1)).wtp()["flag"] == "").all()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ConditionalLogit({"days": 1.0}), "no weight of the price, 'price'"),
        (lambda: ConditionalLogit({"price": np.nan}), "the weight of 'price' is nan"),
        (lambda: ConditionalLogit({"price": -1.0}).shares(OFFERS.head(0)), "there are no offers"),
        (lambda: ConditionalLogit({"price": -1.0, "days": 1.0}).shares(OFFERS),
         "'days' is missing"),
        (lambda: shares_by_segment({"a": ConditionalLogit({"price": -1.0})}, {"b": 1}, OFFERS),
         "Each segment has a model and a size"),
        (lambda: shares_by_segment({"a": ConditionalLogit({"price": -1.0})}, {"a": 0}, OFFERS),
         "the size of 'a' is 0"),
        (lambda: shares_by_segment({"all": ConditionalLogit({"price": -1.0})}, {"all": 1}, OFFERS),
         "a segment is called 'all'"),
    ],
)  # fmt: skip
def test_models_and_offers_that_make_no_sense_are_refused(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_options_out_of_range_are_refused():
    found = fit(draw(1))
    with pytest.raises(ValueError, match="method is 'bootstrap'"):
        found.wtp(method="bootstrap")
    with pytest.raises(ValueError, match="level is 95"):
        found.wtp(level=95)
    with pytest.raises(ValueError, match="n is 0"):
        found.draws(0)


def test_segments_are_dictionaries_of_models(fit):
    with pytest.raises(TypeError, match=r"the model of 'a' is a ChoiceFit.*take fit\.model"):
        shares_by_segment({"a": fit}, {"a": 1}, OFFERS)
    with pytest.raises(TypeError, match="models is a list"):
        shares_by_segment([fit.model], {"a": 1}, OFFERS)
