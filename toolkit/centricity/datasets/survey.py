"""Surveys of Quillmere: customers of the shop, departments of the hire firm."""

import json

import pandas as pd

from centricity._validate import choice
from centricity.datasets._files import locate, read_table

PARTS = {
    "tastes": "buys_for",
    "drivers": "buys_for",
    "groups": ("buys_for", "tenure"),
    "stated": "buys_for",
    "links": ("supplier", "customer"),
}


def load_survey_respondents() -> pd.DataFrame:
    """Load what 400 customers of the shop said about it, one row each.

    Returns
    -------
    pandas.DataFrame
        Index ``respondent_id`` (text). ``buys_for`` (home, work); ``tenure`` (new: first order in
        the last twelve months; regular); ``orders`` (count) and ``price_paid`` (€ for the usual
        basket) in the last twelve months; ``expected_days`` and ``realised_days`` of the last
        delivery; ratings from 0 to 10 of price, delivery, range, advice and returns:
        ``importance_…`` (how important is it?), ``expected_…`` (before the order) and
        ``realised_…`` (after); ``satisfaction`` (0 to 10).

    Examples
    --------
    >>> load_survey_respondents()["buys_for"].value_counts().to_dict()
    {'home': 240, 'work': 160}
    """
    text = ("respondent_id", "buys_for", "tenure")
    table = read_table("survey_respondents.csv", "load_survey_respondents", text=text)
    return table.set_index("respondent_id")


def load_survey_choices() -> pd.DataFrame:
    """Load the choice tasks: eight for each respondent, three offers and "none of these".

    Returns
    -------
    pandas.DataFrame
        ``respondent_id`` (text), ``task`` (1 to 8), ``alternative`` (A, B, C, none), ``offer`` (1;
        for none 0), and the attributes of the offer, which are 0 for none: ``price`` (€ for the
        usual basket), ``days`` (until delivery), ``range`` (thousand articles), ``advice`` and
        ``returns`` (1 where a person answers within the hour, and where returns are free);
        ``chosen`` (1 or 0).

    Examples
    --------
    >>> tasks = load_survey_choices()
    >>> len(tasks), int(tasks["chosen"].sum())
    (12800, 3200)
    """
    text = ("respondent_id", "alternative")
    return read_table("survey_choices.csv", "load_survey_choices", text=text)


def load_survey_internal() -> pd.DataFrame:
    """Load how people of the hire firm rate the department that works for theirs.

    Returns
    -------
    pandas.DataFrame
        ``supplier`` and ``customer`` (departments; the last customer is the building site),
        ``respondent_id`` (text), ``quality`` (on time, right first time, kept informed),
        ``expected`` and ``delivered`` (0 to 10).

    Examples
    --------
    >>> load_survey_internal()["quality"].unique().tolist()
    ['on time', 'right first time', 'kept informed']
    """
    text = ("supplier", "customer", "respondent_id", "quality")
    return read_table("survey_internal.csv", "load_survey_internal", text=text)


def survey_truth(part: str = "tastes") -> pd.DataFrame:
    """Load the true parameters behind the surveys.

    Parameters
    ----------
    part : {"tastes", "drivers", "groups", "stated", "links"}
        ``tastes``: weights of ``preference.ConditionalLogit`` by ``buys_for``. ``drivers``: by how
        much satisfaction rises with each rating. ``groups``: size, mean orders, price and days of
        each group. ``stated``: mean stated importance. ``links``: mean expectation and gap of each
        link of the internal chain.

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    ValueError
        When there is no such part.

    Examples
    --------
    >>> tastes = survey_truth()
    >>> (-tastes["days"] / tastes["price"]).round(2).to_dict()  # euros for a day more
    {'home': -0.6, 'work': -3.5}
    """
    choice(part, "part", "survey_truth", PARTS)
    path = locate("survey_truth.json", "survey_truth")
    rows = json.loads(path.read_text(encoding="utf-8"))[part]
    keys = PARTS[part]
    return pd.DataFrame(rows).set_index(list(keys) if isinstance(keys, tuple) else keys)
