"""By how much forecasts miss what customers then did, beside rules that need no model."""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from centricity._typing import Float
from centricity._validate import number, numeric_column, problem
from centricity.clv import rules
from centricity.clv._side_by_side import (
    ALONE,
    Model,
    check_name,
    holdout,
    named,
    one_row_each,
)

Forecasts: TypeAlias = Model | pd.Series | Mapping[str, Model | pd.Series]


def forecast_errors(
    customers: pd.DataFrame, forecasts: Forecasts, *, silence: float | None = None, top: float = 0.1
) -> pd.DataFrame:
    """Score forecasts of the hold-out, customer by customer, in total and as a ranking.

    Parameters
    ----------
    customers : pandas.DataFrame
        A customers table with a hold-out, from ``transactions.summarize(…, calibration_end=…)``.
    forecasts : PurchaseModel, Fit or pandas.Series, or dict of these
        Models fitted to the calibration columns, or purchases in the hold-out forecast by other
        means, on the index of ``customers``. A dict holds several by name.
    silence : float, optional
        Adds the ``hiatus`` rule: whoever has been silent for longer (in the unit of ``T``) counts
        as gone. See `clv.hiatus`.
    top : float
        Share of the customers that counts as the best; a tenth by default.

    Returns
    -------
    pandas.DataFrame
        One row per forecast, the rules of thumb last: ``same rate`` (everybody goes on as before)
        and ``hiatus``. Columns:

        * ``mae`` : mean absolute error, in purchases per customer. It favours forecasts of what is
          usual over forecasts of the mean: where most buy nothing, "nobody buys" can win.
        * ``rmse`` : root mean squared error, in purchases per customer; least for the true mean.
        * ``bias`` : forecast total over actual total, minus 1; 0.05 means 5 % too many.
        * ``rank_correlation`` : Spearman's, equal values sharing their mean rank. NaN where a
          forecast is the same for all.
        * ``top_hits`` : of the ``top`` share with the highest forecast, how many were among the
          best in the hold-out, counting as best everybody who bought and bought no less than the
          last who has a place there. Customers with equal forecasts share the places left.
        * ``top_share`` : their purchases in the hold-out, as a share of all.

    Raises
    ------
    ValueError, TypeError
        If there is no hold-out, nobody bought in it, or a forecast has another index.

    References
    ----------
    Wübben, M., & von Wangenheim, F. (2008). Instant customer base analysis: Managerial heuristics
    often "get it right". Journal of Marketing, 72(3), 82–93.

    Examples
    --------
    >>> from centricity.clv import BGNBD
    >>> customers = pd.DataFrame({"frequency": [0, 2, 4], "recency": [0.0, 30.0, 9.0], "T": 39.0,
    ...                           "frequency_holdout": [0, 2, 1], "T_holdout": 39.0})
    >>> model = BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> table = forecast_errors(customers, {"BG/NBD": model}, silence=26)
    >>> table[["mae", "bias", "rank_correlation"]].round(2)
                mae  bias  rank_correlation
    BG/NBD     0.61 -0.49              0.50
    same rate  1.00  1.00              0.50
    hiatus     0.33 -0.33              0.87
    """
    where = "clv.forecast_errors"
    top = number(top, "top", where, above=0, maximum=1)
    given = forecasts if isinstance(forecasts, Mapping) else {ALONE: forecasts}
    each = one_row_each(customers, where)
    actual, ahead = holdout(each, where)
    if actual.sum() == 0:
        says, rule = "nobody bought in the hold-out", "A score needs something to foresee"
        raise problem(where, says, rule, "Hold out a longer period")
    if not given:
        rule = "At least one model or forecast is needed"
        raise problem(where, "no forecast was given", rule, 'For example {"BG/NBD": model}')
    rows = {name: _values(name, forecast, each, ahead, where) for name, forecast in given.items()}
    rows["same rate"] = rules.same_rate(each, ahead).to_numpy()
    if silence is not None:
        rows["hiatus"] = rules.hiatus(each, ahead, silence=silence).to_numpy()
    scores = {name: _score(forecast, actual, top) for name, forecast in rows.items()}
    return pd.DataFrame.from_dict(scores, orient="index")


def _values(
    name: str, forecast: Model | pd.Series, customers: pd.DataFrame, ahead: float, where: str
) -> Float:
    """Forecast of each customer, from a model or as given."""
    if not isinstance(forecast, pd.Series):
        model = next(iter(named({name: forecast}, where).values()))
        return model.expected_purchases(customers, ahead).to_numpy()
    if not forecast.index.equals(customers.index):
        says = f"the forecast {check_name(name, where)!r} has another index than the customers"
        rule = "A forecast gives a number for each customer, in the order of the table"
        raise problem(where, says, rule, "Put it in that order with .reindex(customers.index)")
    return numeric_column(forecast.to_frame(name), name, where)


def _score(forecast: Float, actual: Float, top: float) -> dict[str, float]:
    miss = forecast - actual
    places = max(top * len(actual), 1.0)
    chosen = _in_the_top(forecast, places)
    least = np.sort(actual)[::-1][int(np.ceil(places)) - 1]
    best = (actual >= least) & (actual > 0)
    return {
        "mae": float(np.abs(miss).mean()),
        "rmse": float(np.sqrt((miss**2).mean())),
        "bias": float(forecast.sum() / actual.sum() - 1),
        "rank_correlation": _rank_correlation(forecast, actual),
        "top_hits": float(chosen[best].sum() / min(places, best.sum())),
        "top_share": float(chosen @ actual / actual.sum()),
    }


def _in_the_top(values: Float, places: float) -> Float:
    """Give the share of a place among the largest that each value has; ties share what is left."""
    # Rounding: forecasts that differ in the last digits are equal.
    rounded = np.round(values, 12)
    border = np.sort(rounded)[::-1][int(np.ceil(places)) - 1]
    above, tied = rounded > border, rounded == border
    return above + tied * (places - above.sum()) / tied.sum()


def _rank_correlation(a: Float, b: Float) -> float:
    ranks = [pd.Series(np.round(v, 12)).rank().to_numpy() for v in (a, b)]
    spread = [rank.std() for rank in ranks]
    if min(spread) == 0:
        return float("nan")
    centred = [rank - rank.mean() for rank in ranks]
    return float((centred[0] * centred[1]).mean() / (spread[0] * spread[1]))
