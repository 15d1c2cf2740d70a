"""Scoring where the customers are: their cells come out, scores go back by a join on the cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from centricity._validate import problem
from centricity.clv._data import HISTORY
from centricity.clv._purchase import PurchaseModel
from centricity.clv._terms import Terms
from centricity.clv.covariates import WithCovariates
from centricity.clv.gammagamma import GammaGamma
from centricity.transactions._frames import into_engine, to_pandas
from centricity.transactions._log import open_frame

if TYPE_CHECKING:
    import narwhals as nw

_MOST = 5_000_000  # customers that an error message is worth counting in memory


@dataclass(frozen=True)
class Question:
    """What is asked of the models about each customer."""

    model: PurchaseModel
    spend: GammaGamma | None
    horizon: float | None
    terms: Terms | None  # where future purchases are discounted
    keeps: bool
    money: Mapping[str, float | str] = field(default_factory=dict)  # margin and costs, for a value

    @property
    def history(self) -> tuple[str, ...]:
        """Columns on which the purchase model's answers depend."""
        designs = self.model._designs if isinstance(self.model, WithCovariates) else []
        return tuple(dict.fromkeys([*HISTORY, *(v for d in designs for v in d.variables)]))

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns that are read."""
        named = [value for value in self.money.values() if isinstance(value, str)]
        mean = [] if self.spend is None else ["monetary_value"]
        return tuple(dict.fromkeys([*self.history, *mean, *named]))

    @property
    def answers(self) -> tuple[str, ...]:
        """Columns that are added."""
        asked = {
            "p_alive": True,
            "expected_purchases": self.horizon is not None,
            "discounted_purchases": self.terms is not None,
            "expected_spend": self.spend is not None,
            "time_alive": self.keeps,
            "clv": bool(self.money),
        }
        return tuple(name for name, is_asked in asked.items() if is_asked)

    def of_history(self, customers: pd.DataFrame) -> pd.DataFrame:
        """Answer what depends on the history alone."""
        answers = {"p_alive": self.model.p_alive(customers)}
        if self.horizon is not None:
            answers["expected_purchases"] = self.model.expected_purchases(customers, self.horizon)
        if self.terms is not None:
            answers["discounted_purchases"] = self.terms.purchases(self.model, customers)
            if self.keeps:
                answers["time_alive"] = self.terms.time(self.model, customers)
        return pd.DataFrame(answers, index=customers.index)


class Fault(NamedTuple):
    """A rule that a column may break: where it does, and what to say."""

    broken: "nw.Expr"
    says: str
    rule: str
    remedy: str


def score_in_engine(customers: Any, question: Question, where: str) -> Any:  # noqa: ANN401
    """Add the answers to a table of any engine, without taking its rows out."""
    import narwhals as nw

    given = nw.from_native(customers)
    eager = isinstance(given, nw.DataFrame)
    source = given.with_row_index("__row").to_native() if eager else customers
    frame = open_frame(source, where)
    keys = {name: f"__{name}" for name in question.history}
    schema = frame.collect_schema()
    keyed = frame.with_columns(*(_key(name, schema).alias(key) for name, key in keys.items()))
    cells = _cells(keyed, keys, question, where)
    scores = _answers(cells, question).rename(columns=keys)
    scored = keyed.join(into_engine(scores, source), on=list(keys.values()), how="left")
    if question.spend is not None:
        scored = scored.with_columns(_spend(question.spend).alias("expected_spend"))
    if question.money:
        scored = scored.with_columns(_worth(question).alias("clv"))
    columns = [*given.collect_schema().names(), *question.answers]
    if eager:
        return scored.sort("__row").select(*columns).collect().to_native()
    return scored.select(*columns).to_native()


def _key(name: str, schema: Any) -> "nw.Expr":  # noqa: ANN401
    """Make a column fit for an exact join: one kind of number, one zero, no dictionary."""
    import narwhals as nw

    column = nw.col(name)
    if schema[name].is_numeric():
        column = column.cast(nw.Float64)
        return nw.when(column == 0).then(nw.lit(0.0)).otherwise(column)
    return column.cast(nw.String) if schema[name] in (nw.Categorical, nw.Enum) else column


def _cells(
    keyed: "nw.LazyFrame[Any]", keys: Mapping[str, str], question: Question, where: str
) -> pd.DataFrame:
    """Collect the distinct histories with their counts, and refuse what cannot be scored."""
    import narwhals as nw

    faults = {f"fault_{i}": fault for i, fault in enumerate(_faults(question))}
    masks = [
        fault.broken.fill_null(value=False).cast(nw.Int64).alias(name)
        for name, fault in faults.items()
    ]
    counted = (
        keyed.with_columns(nw.lit(1).cast(nw.Int64).alias("n"), *masks)
        .group_by(*keys.values())
        .agg(nw.col("n", *faults).sum())
    )
    cells = to_pandas(counted).rename(columns={key: name for name, key in keys.items()})
    for name, fault in faults.items():
        bad = int(cells[name].sum())
        if bad:
            seen = f"{bad:,} of {int(cells['n'].sum()):,} customers"
            raise problem(where, f"{fault.says} in {seen}", fault.rule, fault.remedy)
    return cells[[*keys, "n"]]


def _faults(question: Question) -> list[Fault]:
    import narwhals as nw

    faults = []
    mend = "Correct these rows or leave them out"
    if question.spend is not None:
        repeat = nw.col("frequency").cast(nw.Float64) > 0
        mean = nw.col("monetary_value").cast(nw.Float64)
        rule = "'monetary_value' must be a finite number"
        faults = [
            Fault(repeat & ~_finite(mean), "'monetary_value' is missing or infinite", rule, mend),
            Fault(
                repeat & (mean <= 0),
                "monetary_value is zero or negative, with repeat purchases,",
                "The gamma distribution needs positive amounts",
                "Net refunds with transactions.clean, and leave out customers who only got gifts",
            ),
        ]
    for name, column in question.money.items():
        if isinstance(column, str):
            value = nw.col(column).cast(nw.Float64)
            rule = f"'{column}' must be a finite number"
            faults.append(Fault(~_finite(value), f"'{column}' is missing or infinite", rule, mend))
            if name == "margin":
                rule = "The margin is a share of the amount, at most 1"
                faults.append(Fault(value > 1, f"'{column}' is above 1", rule, "30 % is 0.3"))
            else:
                rule = f"'{column}' is at least 0"
                faults.append(Fault(value < 0, f"'{column}' is below 0", rule, mend))
    return faults


def _finite(value: "nw.Expr") -> "nw.Expr":
    return value.is_finite().fill_null(value=False)


def _answers(cells: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Score the cells with NumPy; an error counts the customers behind them."""
    history = cells[list(question.history)]
    try:
        answers = question.of_history(history)
        if question.spend is not None:  # refuses a mean that is infinite
            question.spend.expected_spend(history[["frequency"]].assign(monetary_value=1.0))
    except ValueError:
        if cells["n"].sum() <= _MOST:
            labels = [
                ", ".join(f"{name} {value}" for name, value in zip(history, row, strict=True))
                for row in history.itertuples(index=False)
            ]
            every = history.set_axis(labels).loc[lambda h: h.index.repeat(cells["n"])]
            question.of_history(every)
            if question.spend is not None:
                question.spend.expected_spend(every[["frequency"]].assign(monetary_value=1.0))
        raise
    return history.join(answers)


def _spend(model: GammaGamma) -> "nw.Expr":
    """Expected spend, which needs no cells: equation (5) of the gamma-gamma note."""
    import narwhals as nw

    x = nw.col("frequency").cast(nw.Float64)
    mean = nw.when(x > 0).then(nw.col("monetary_value").cast(nw.Float64)).otherwise(nw.lit(0.0))
    return (x * mean + model.gamma) * model.p / (x * model.p + model.q - 1)


def _worth(question: Question) -> "nw.Expr":
    import narwhals as nw

    margin, each, kept = (
        nw.col(value).cast(nw.Float64) if isinstance(value, str) else nw.lit(value)
        for value in question.money.values()
    )
    worth = (margin * nw.col("expected_spend") - each) * nw.col("discounted_purchases")
    return worth - kept * nw.col("time_alive") if question.keeps else worth
