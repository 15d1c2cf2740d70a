"""The conditional logit: what people choose, from the attributes of what is offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from centricity._typing import RNG
from centricity._validate import (
    a_type,
    did_you_mean,
    number,
    numeric_column,
    problem,
    require_columns,
    require_frame,
)
from centricity.preference._tasks import read_tasks

if TYPE_CHECKING:
    from centricity.preference.choice_fit import ChoiceFit

WHERE = "ConditionalLogit"


@dataclass(frozen=True)
class ConditionalLogit:
    r"""Choices among alternatives that differ in their attributes, such as price and delivery.

    *Story.* Each alternative has a value to the chooser: its attributes times their weights, plus
    something that we do not see. The alternative with the highest value is taken. When the unseen
    parts are independent and Gumbel distributed, alternative i is chosen with probability

    .. math:: P_i = \frac{\exp(x_i \beta)}{\sum_j \exp(x_j \beta)}.

    *Assumptions, and how each fails.* Everybody has the same weights (people differ: fit each
    segment). The unseen parts are independent, so the odds of two alternatives do not depend on
    a third (two nearly equal offers take from each other first: simulated shares of a near-copy are
    too high). Weights are linear in the attributes over the range that was asked.

    Attributes
    ----------
    weights : mapping of str to float
        Utility of one unit more of each attribute. Only ratios have a meaning across studies.
    price : str
        Which attribute is the price (money).

    Notes
    -----
    McFadden, D. (1974). Conditional logit analysis of qualitative choice behavior. In P. Zarembka
    (Ed.), *Frontiers in Econometrics* (pp. 105-142). Academic Press. Train, K. E. (2009). *Discrete
    Choice Methods with Simulation* (2nd ed.), chapter 3. Cambridge University Press.

    Examples
    --------
    >>> model = ConditionalLogit({"price": -0.2, "days": -0.1})
    >>> offers = pd.DataFrame({"price": [10.0, 12.0], "days": [5, 1]}, index=["slow", "fast"])
    >>> model.shares(offers).round(2).to_dict()
    {'slow': 0.5, 'fast': 0.5}
    >>> model.wtp().to_dict()  # a day more is worth half a euro less
    {'days': -0.5}
    """

    weights: Mapping[str, float]
    price: str = "price"

    def __post_init__(self) -> None:
        given = self.weights.to_dict() if isinstance(self.weights, pd.Series) else self.weights
        if not isinstance(given, Mapping):
            rule = "weights is a dictionary: the weight of each attribute by its name"
            raise problem(WHERE, f"weights is {a_type(given)}", rule, error=TypeError)
        held = {str(name): number(w, f"the weight of '{name}'", WHERE) for name, w in given.items()}
        object.__setattr__(self, "weights", MappingProxyType(held))
        if self.price not in held:
            raise problem(
                WHERE,
                f"there is no weight of the price, '{self.price}'",
                "One of the attributes is the price",
                did_you_mean(self.price, held),
            )

    @classmethod
    def fit(
        cls,
        tasks: pd.DataFrame,
        attributes: Sequence[str],
        *,
        price: str = "price",
        respondent: str | None = "respondent_id",
        task: str = "task",
        chosen: str = "chosen",
    ) -> ChoiceFit:
        """Estimate the weights from choice tasks, by maximum likelihood.

        Parameters
        ----------
        tasks : pandas.DataFrame
            One row for each alternative of each task. An alternative of not buying has its own row,
            with zeros for the attributes and for an attribute that is 1 in all others.
        attributes : sequence of str
            Columns of numbers, the price among them.
        price, task, chosen : str
            Columns: the price (money), the task, and 1 where the alternative was chosen, else 0.
        respondent : str, optional
            Column of the respondent. Tasks of two respondents may have the same number. Standard
            errors then allow for one person's choices hanging together; None: all tasks stand
            alone.

        Returns
        -------
        ChoiceFit

        Raises
        ------
        ValueError
            When a column is missing; a value is missing or infinite; a task has no choice, two
            choices, or one alternative; an attribute never differs within a task or follows
            from others; or there are too few respondents to see how they differ.
        TypeError
            When a column doesn't hold numbers.
        ConvergenceError
            When attributes tell every choice, so that the weights have no finite maximum.

        Notes
        -----
        A conditional logit assumes that all have the same weights. Clustered errors repair the
        errors, not that: where tastes differ, the weights are a compromise that is nobody's, and
        not even the mean. Fit each segment.

        Examples
        --------
        >>> from centricity import datasets
        >>> tasks = datasets.load_survey_choices()
        >>> names = ["offer", "price", "days", "range", "advice", "returns"]
        >>> fit = ConditionalLogit.fit(tasks, names)
        >>> fit.wtp().loc["days", ["wtp", "lower", "upper"]].astype(float).round(2).to_dict()
        {'wtp': -1.32, 'lower': -1.54, 'upper': -1.1}
        """
        from centricity.preference.choice_fit import fit_choices

        return fit_choices(
            tasks, attributes, price=price, respondent=respondent, task=task, chosen=chosen
        )

    def utility(self, offers: pd.DataFrame) -> pd.Series:
        """Attributes times weights of each offer, without the unseen part.

        Examples
        --------
        >>> model = ConditionalLogit({"price": -0.2, "days": -0.1})
        >>> model.utility(pd.DataFrame({"price": [10.0], "days": [5]}, index=["slow"])).to_dict()
        {'slow': -2.5}
        """
        return _values(offers, self.weights, f"{WHERE}.utility")

    def shares(self, offers: pd.DataFrame) -> pd.Series:
        """Probability that each offer is chosen when these are all there are.

        Parameters
        ----------
        offers : pandas.DataFrame
            One row per offer (not buying is one, if people may), a column for each attribute.

        Returns
        -------
        pandas.Series
            Shares that sum to one, index as given.

        Raises
        ------
        ValueError
            When an attribute is missing, or there is no offer.

        Examples
        --------
        An offer and not buying at all, which is a row of zeros:

        >>> model = ConditionalLogit({"offer": 2.0, "price": -0.2})
        >>> offers = pd.DataFrame({"offer": [1, 0], "price": [10.0, 0.0]}, index=["buy", "none"])
        >>> model.shares(offers).to_dict()
        {'buy': 0.5, 'none': 0.5}
        """
        utility = _values(offers, self.weights, f"{WHERE}.shares")
        odds = np.exp(utility - utility.max())
        return (odds / odds.sum()).rename("share")

    def wtp(self) -> pd.Series:
        r"""Willingness to pay for one unit more of each attribute, :math:`-\beta_k / \beta_p`.

        Returns
        -------
        pandas.Series
            Money per unit; negative where more is worse.

        Raises
        ------
        ValueError
            When the weight of the price isn't below zero.

        Examples
        --------
        >>> ConditionalLogit({"price": -0.5, "advice": 1.0}).wtp().to_dict()
        {'advice': 2.0}
        """
        cost = self.weights[self.price]
        if not cost < 0:
            raise problem(
                f"{WHERE}.wtp",
                f"the weight of '{self.price}' is {cost:g}",
                "Willingness to pay exists where a higher price is chosen less",
            )
        others = {name: -w / cost for name, w in self.weights.items() if name != self.price}
        return pd.Series(others, name="wtp", dtype=float)

    def simulate(
        self,
        tasks: pd.DataFrame,
        *,
        respondent: str | None = "respondent_id",
        task: str = "task",
        rng: RNG = None,
    ) -> pd.Series:
        """Draw one choice in each task.

        Parameters
        ----------
        tasks : pandas.DataFrame
            As in `fit`, without the choices.
        respondent, task : str
            Columns of respondent (or None) and task.
        rng : numpy.random.Generator, int or None

        Returns
        -------
        pandas.Series
            1 where chosen, else 0; index as given.

        Examples
        --------
        >>> tasks = pd.DataFrame({"task": [1, 1], "price": [1.0, 99.0]})
        >>> ConditionalLogit({"price": -1.0}).simulate(tasks, respondent=None, rng=1).tolist()
        [1, 0]
        """
        where = f"{WHERE}.simulate"
        read = read_tasks(tasks, list(self.weights), respondent=respondent, task=task, where=where)
        value = read.x @ np.array(list(self.weights.values()))
        value = value + np.random.default_rng(rng).gumbel(size=len(value))
        best = np.repeat(np.maximum.reduceat(value, read.starts), read.sizes)
        chosen = np.zeros(len(value), dtype=int)
        chosen[read.rows] = value == best
        return pd.Series(chosen, index=tasks.index, name="chosen")


def shares_by_segment(
    models: Mapping[str, ConditionalLogit], sizes: Mapping[str, float], offers: pd.DataFrame
) -> pd.DataFrame:
    """Choice shares of each segment and of all together.

    Parameters
    ----------
    models : mapping
        A model for each segment.
    sizes : mapping
        Size of each segment, in any unit, above zero.
    offers : pandas.DataFrame
        As in `ConditionalLogit.shares`.

    Returns
    -------
    pandas.DataFrame
        A row per offer, a column per segment and ``all``; each column sums to one.

    Raises
    ------
    ValueError
        When segments and sizes differ, a size isn't above zero, or a segment is called "all".
    TypeError
        When models or sizes is no mapping, or a model is something else, such as a `ChoiceFit`.

    Examples
    --------
    >>> models = {"a": ConditionalLogit({"price": -1.0}), "b": ConditionalLogit({"price": -0.1})}
    >>> offers = pd.DataFrame({"price": [1.0, 3.0]}, index=["cheap", "dear"])
    >>> shares_by_segment(models, {"a": 3, "b": 1}, offers).loc["dear"].round(2).to_dict()
    {'a': 0.12, 'b': 0.45, 'all': 0.2}
    """
    where = "shares_by_segment"
    _require_segments(models, sizes, where)
    held = {n: number(sizes[n], f"the size of '{n}'", where, above=0) for n in models}
    table = pd.DataFrame({name: model.shares(offers) for name, model in models.items()})
    total = sum(held.values())
    table["all"] = sum(table[name] * held[name] / total for name in models)
    return table


def _require_segments(
    models: Mapping[str, object], sizes: Mapping[str, object], where: str
) -> None:
    for name, given in (("models", models), ("sizes", sizes)):
        if not isinstance(given, Mapping):
            rule = f"{name} is a dictionary with an entry for each segment"
            raise problem(where, f"{name} is {a_type(given)}", rule, error=TypeError)
    if not models or set(models) != set(sizes):
        raise problem(
            where,
            f"models are for {sorted(map(str, models))} and sizes for {sorted(map(str, sizes))}",
            "Each segment has a model and a size",
        )
    for name, model in models.items():
        if not isinstance(model, ConditionalLogit):
            raise problem(
                where,
                f"the model of '{name}' is {a_type(model)}",
                "Each model is a ConditionalLogit",
                "Of a fit, take fit.model" if hasattr(model, "model") else "",
                TypeError,
            )
    if "all" in models:
        rule = "The column 'all' is everybody together"
        raise problem(where, "a segment is called 'all'", rule, "Give it another name")


def _values(offers: object, weights: Mapping[str, float], where: str) -> pd.Series:
    frame = require_frame(offers, where)
    names = [str(column) for column in frame.columns]
    require_columns(names, weights, where, "Each attribute with a weight is a column")
    if frame.empty:
        raise problem(where, "there are no offers", "At least one is needed")
    total = sum(w * numeric_column(frame, n, where, noun="offers") for n, w in weights.items())
    return pd.Series(total, index=frame.index, name="utility")
