"""Scores beside each customer of a table of any size, on any engine."""

from typing import Any, TypeVar

import numpy as np
import pandas as pd

from centricity._validate import a_type, listing, number, problem, require_columns
from centricity.clv._purchase import PurchaseModel
from centricity.clv._score_queries import Question, score_in_engine
from centricity.clv._terms import Column, Terms, read_terms
from centricity.clv.fit import Fit
from centricity.clv.gammagamma import GammaGamma
from centricity.transactions._log import open_frame

WHERE = "score"
M = TypeVar("M")


def score(
    customers: Any,  # noqa: ANN401
    model: PurchaseModel | Fit[Any],
    *,
    spend: GammaGamma | Fit[GammaGamma] | None = None,
    horizon: float | None = None,
    discount_rate: float | None = None,
    margin: Column | None = None,
    cost_per_purchase: Column = 0.0,
    cost_to_keep: Column = 0.0,
) -> Any:  # noqa: ANN401
    """Write beside each customer what the models say, inside the engine that holds the table.

    Only the distinct histories ``(frequency, recency, T)`` leave the engine. They are scored in
    memory, and the scores go back by a join on the histories. The numbers are those of `value`
    and of the models' own methods; there are no intervals here.

    Parameters
    ----------
    customers : table
        A customers table, as ``transactions.summarize`` makes it: pandas, Polars (eager or lazy),
        PyArrow, a DuckDB relation, PySpark, Dask or Ibis.
    model : PurchaseModel or Fit
        How often they will buy, for example a ``BGNBD`` or its fit. A model with covariates needs
        their columns too.
    spend : GammaGamma or Fit, optional
        How much they will spend each time; reads ``monetary_value``.
    horizon : float, optional
        Time units to look ahead; default for ever.
    discount_rate : float, optional
        Effective rate per time unit of the table, ``per_period_rate(0.10, unit="W")`` for
        10 % a year and weeks. Above zero when there is no horizon.
    margin : float or str, optional
        Contribution margin as a share of the amount (at most 1), or the column that holds it.
    cost_per_purchase, cost_to_keep : float or str
        As in `value`: money per purchase, and per time unit while alive; or their columns.

    Returns
    -------
    table
        All columns of ``customers`` and, in the kind that was given and the order of its rows (a
        lazy table has none):

        * ``p_alive``: probability of still being a customer at ``T``.
        * ``expected_purchases``: in the next ``horizon`` time units; with a horizon only.
        * ``discounted_purchases``: the same at today's value, or those of all time without a
          horizon; with a ``discount_rate`` only.
        * ``expected_spend``: money per purchase; with ``spend`` only.
        * ``time_alive``: discounted time units that the customer stays; with ``cost_to_keep`` only.
        * ``clv``: customer lifetime value in money; with a ``margin`` only, which needs ``spend``
          and ``discount_rate``.

    Raises
    ------
    ValueError
        For a faulty table, a column that would be overwritten, a margin above 1, a rate of zero
        without a horizon, or a fit that has not converged.
    TypeError
        For what is no table, no such model, or no number.

    Notes
    -----
    A lazy table is a recipe, and it is followed twice: once for the histories, once when the scores
    are read. Write a customers table down first where it takes long to make. The join compares
    floating-point numbers for equality, which is exact because both sides are the same 64 bits: the
    engine's own numbers, out and back. A recipe that gives other numbers the second time (a random
    sample) leaves scores missing in the rows it invents, and never a wrong one.

    Examples
    --------
    >>> import duckdb
    >>> from centricity.clv import BGNBD
    >>> customers = duckdb.sql("SELECT 'C07' AS customer_id, 2 AS frequency, 30.43 AS recency, "
    ...                        "38.86 AS T")
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> scored = score(customers, model, horizon=39)
    >>> scored.columns
    ['customer_id', 'frequency', 'recency', 'T', 'p_alive', 'expected_purchases']
    >>> [round(number, 3) for number in scored.fetchall()[0][-2:]]
    [0.727, 1.226]
    """
    question = _question(
        _model(model, PurchaseModel, "model", "BGNBD"),
        None if spend is None else _model(spend, GammaGamma, "spend", "GammaGamma"),
        horizon,
        discount_rate,
        {"margin": margin, "cost_per_purchase": cost_per_purchase, "cost_to_keep": cost_to_keep},
    )
    _check_table(customers, question)
    if isinstance(customers, pd.DataFrame):
        return _score_pandas(customers, question)
    return score_in_engine(customers, question, WHERE)


def _model(given: Any, kind: type[M], name: str, example: str) -> M:  # noqa: ANN401
    if isinstance(given, Fit):
        if not given.converged:
            says = f"{name} is a fit that has not converged: {'; '.join(given.remarks)}"
            rule = "These estimates must not be used as they are"
            raise problem(WHERE, says, rule, "Mend the fit, or give fit.model to use it regardless")
        given = given.model
    if not isinstance(given, kind):
        rule = f"It must be a {kind.__name__} or the Fit of one"
        says = f"{name} is {a_type(given)}"
        raise problem(WHERE, says, rule, f"For example clv.{example}.fit(customers)", TypeError)
    return given


def _question(
    model: PurchaseModel,
    spend: GammaGamma | None,
    horizon: float | None,
    rate: float | None,
    money: dict[str, Any],
) -> Question:
    """Check that the options fit together, and bundle them."""
    valued = money["margin"] is not None
    absent = [n for n, v in (("spend", spend), ("discount_rate", rate)) if v is None and valued]
    if absent:
        says = f"margin is given without {' and '.join(absent)}"
        raise problem(WHERE, says, "A value is margin × spend × discounted purchases", "Give both")
    costs = [name for name in ("cost_per_purchase", "cost_to_keep") if money[name] != 0]
    if costs and not valued:
        says = f"{costs[0]} is given without a margin"
        raise problem(WHERE, says, "Costs come off a value", "Give a margin, or leave costs out")
    for name in money if valued else ():
        if not isinstance(money[name], str):
            least, most = (None, 1) if name == "margin" else (0, None)
            money[name] = number(money[name], name, WHERE, minimum=least, maximum=most)
    ahead = None if horizon is None else number(horizon, "horizon", WHERE, above=0)
    if rate is not None:
        rate = number(rate, "discount_rate", WHERE, minimum=0)
        if ahead is None and rate == 0:
            rule = "Without a horizon the purchases of all time are added, which needs discounting"
            raise problem(WHERE, "discount_rate is 0", rule, "Give a rate above 0 or a horizon")
    return Question(
        model=model,
        spend=spend,
        horizon=ahead,
        terms=None if rate is None else Terms(ahead, rate, 0.0, 0.0, 0.0),
        keeps=money["cost_to_keep"] != 0,
        money=money if valued else {},
    )


def _check_table(customers: Any, question: Question) -> None:  # noqa: ANN401
    """Raise for a column that is absent, no number, or in the way of a score."""
    schema = open_frame(customers, WHERE).collect_schema()
    rule = (
        "A customers table holds frequency, recency, T and monetary_value, as "
        "transactions.summarize makes it; margin and costs may name other columns"
    )
    require_columns(schema.names(), question.needed, WHERE, rule)
    covariates = question.history[3:]
    for name in question.needed:
        if name not in covariates and not schema[name].is_numeric():
            raise problem(
                WHERE, f"'{name}' has dtype {schema[name]}", f"'{name}' must hold numbers",
                "Convert it in the engine first", error=TypeError,
            )  # fmt: skip
    taken = [name for name in question.answers if name in schema.names()]
    if taken:
        says = f"the table has {listing(taken)} already"
        remedy = "Drop or rename what is there first"
        raise problem(WHERE, says, "Scores are added as new columns, and overwrite nothing", remedy)


def _score_pandas(customers: pd.DataFrame, question: Question) -> pd.DataFrame:
    answers = question.of_history(customers)
    if question.spend is not None:
        answers["expected_spend"] = question.spend.expected_spend(customers)
    if question.money and question.terms is not None:
        terms = read_terms(
            customers, WHERE, horizon=question.horizon, discount_rate=question.terms.rate,
            **question.money,
        )  # fmt: skip
        time = answers["time_alive"].to_numpy() if question.keeps else 0.0
        answers["clv"] = terms.worth(
            answers["expected_spend"].to_numpy(), answers["discounted_purchases"].to_numpy(), time
        )
    new = {name: np.asarray(answers[name]) for name in question.answers}
    return customers.assign(**new)
