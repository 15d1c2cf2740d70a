"""What the customers are worth: models fitted, tested on a hold-out, and turned into money."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from centricity import clv, transactions
from centricity.audit.options import Options
from centricity.audit.parts import Part, reason_of, without_remedy
from centricity.audit.words import count

FEWEST_REPEATERS = 30
DRAWS, PER_TIER, LEVEL = 100, 150, 0.9
NEXT_TO_NOTHING = 1e-9


@dataclass(frozen=True)
class Holdout:
    """How the model did on the last part of the data, which it had not seen."""

    calibration_end: pd.Timestamp
    fit: Any
    tracked: pd.DataFrame
    by_frequency: pd.DataFrame

    @property
    def miss(self) -> float:
        """Relative error of the total number of repeat purchases in the hold-out."""
        held = self.tracked[self.tracked["holdout"]]
        return float(held["expected"].sum() / held["actual"].sum() - 1)


@dataclass(frozen=True)
class Worth:
    """Fits, their test, and values; each part with its own reason where it is missing."""

    purchases: Part[Any]
    spend: Part[Any]
    holdout: Part[Holdout]
    frequencies: Part[pd.DataFrame]
    values: Part[pd.DataFrame]
    by_tier: Part[pd.DataFrame]
    dependence: float
    free_of_charge: int


def fit_purchases(table: pd.DataFrame) -> Part[Any]:
    """Fit BG/NBD, or say why not."""
    back = int((table["frequency"] > 0).sum())
    if back == 0:
        return Part.missing(
            "no customer has ordered on a second day, so there are no repeat purchases from which "
            "a model could learn how people come back"
        )
    if back < FEWEST_REPEATERS:
        return Part.missing(
            f"only {count(back, 'customer')} came back; a model of chance needs at least "
            f"{FEWEST_REPEATERS} to tell a pattern from luck"
        )
    return _settled(lambda: clv.BGNBD.fit(table), "buy and leave")


def fit_spend(table: pd.DataFrame) -> Part[Any]:
    """Fit gamma-gamma to the customers whose repeat purchases have a value, or say why not."""
    paid = table[(table["frequency"] > 0) & (table["monetary_value"] > 0)]
    if len(paid) < FEWEST_REPEATERS:
        return Part.missing(
            f"only {count(len(paid), 'customer')} made repeat purchases of some value; the model "
            f"of spend needs at least {FEWEST_REPEATERS}"
        )
    found = _settled(lambda: clv.GammaGamma.fit(paid), "spend")
    if found.value is not None and found.value.model.q <= 1:
        return Part.missing(
            f"a few very large amounts outweigh all others (q is {found.value.model.q:.2f}), so "
            "that no mean per customer can be given; look at the largest customers one by one"
        )
    return found


def _settled(fit: Callable[[], Any], kind: str) -> Part[Any]:
    """Fit; an estimate that the data do not pin down is no estimate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", clv.ConvergenceWarning)
        try:
            result = fit()
        except ValueError as error:
            return Part.missing(without_remedy(reason_of(error)))
    if not result.converged:
        return Part.missing(
            f"the model did not settle: these orders are too few, too alike or span too short a "
            f"time to tell how customers {kind} (technically: {'; '.join(result.remarks)})"
        )
    return Part(result)


def judge_on_holdout(log: pd.DataFrame, unit: str, end: pd.Timestamp) -> Part[Holdout]:
    """Fit on the first two thirds of the time, judge on the last third."""
    first = log["date"].min().normalize()
    cut = first + pd.Timedelta(days=round(2 * (end - first).days / 3))
    length = transactions.UNITS[unit]
    if (end - cut).days < 4 * length or not first < cut < end:
        return Part.missing("the orders span too short a time to hold a part of it back")
    said = str(cut.date())
    table = transactions.summarize(
        log, unit=unit, calibration_end=said, observation_end=str(end.date())
    )
    fit = fit_purchases(table)
    if fit.value is None:
        return Part.missing(f"for the first two thirds of the time alone: {fit.reason}")
    tracked = clv.tracking(log, fit.value.model, unit=unit, calibration_end=said)
    held = tracked[tracked["holdout"]]
    if held["actual"].sum() == 0:
        return Part.missing("there is no repeat purchase in the last third of the time")
    by_frequency = clv.holdout_by_frequency(table, fit.value.model)
    return Part(Holdout(cut, fit.value, tracked, by_frequency))


def payable(table: pd.DataFrame) -> pd.DataFrame:
    """Let customers whose repeat purchases were all free count as having spent next to nothing."""
    free = (table["frequency"] > 0) & (table["monetary_value"] <= 0)
    return table.assign(monetary_value=table["monetary_value"].mask(free, NEXT_TO_NOTHING))


def value_customers(
    table: pd.DataFrame, purchases: Part[Any], spend: Part[Any], options: Options
) -> Part[pd.DataFrame]:
    """P(alive), expected purchases, expected spend and lifetime value of each customer."""
    for part in (purchases, spend):
        if part.value is None:
            return Part.missing(part.reason)
    model, ready = purchases.found.model, payable(table)
    worth = _worth(ready, model, spend.found.model, options)
    worth.insert(1, "expected_purchases", model.expected_purchases(ready, options.units_ahead))
    return Part(worth.drop(columns="discounted_purchases"))


def _worth(table: pd.DataFrame, purchases: Any, spend: Any, options: Options) -> pd.DataFrame:  # noqa: ANN401
    return clv.value(
        table, purchases, spend, horizon=options.units_ahead,
        discount_rate=options.unit_rate, margin=options.share,
    )  # fmt: skip


def value_by_tier(
    table: pd.DataFrame, tiers: Part[pd.Series], fits: tuple[Any, Any, Part[pd.DataFrame]],
    options: Options,
) -> Part[pd.DataFrame]:  # fmt: skip
    """Mean and total lifetime value of each tier, with an interval from parameter draws.

    The interval comes from at most 150 customers of each tier, evenly taken from the best down;
    its width relative to the estimate is then that of the tier.
    """
    purchases, spend, values = fits
    if values.value is None:
        return Part.missing(values.reason)
    tier = tiers.value
    if tier is None:
        tier = pd.Series("all", index=table.index, dtype="category")
    clvs, ready = values.found["clv"], payable(table)
    sample = _evenly(clvs, tier)
    factors = _relative_draws(ready.loc[sample], tier.loc[sample], purchases, spend, options)
    rows = {}
    for name in [*tier.cat.categories]:
        mine = clvs[tier == name]
        if len(mine):
            rows[name] = {"customers": len(mine), "mean": mine.mean(), "total": mine.sum()}
    result = pd.DataFrame.from_dict(rows, orient="index")
    drawn = factors[result.index] * result["total"]
    result.loc["all", ["customers", "mean", "total"]] = [len(clvs), clvs.mean(), clvs.sum()]
    drawn["all"] = drawn.drop(columns="all", errors="ignore").sum(axis=1)
    if len(rows) == 1:
        drawn["all"] = drawn.iloc[:, 0]
    edges = drawn.quantile([0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    for side, place in (("lower", 0), ("upper", 1)):
        result[f"total_{side}"] = edges.iloc[place]
        result[f"mean_{side}"] = result[f"total_{side}"] / result["customers"]
    result["share"] = result["total"] / clvs.sum()
    result.index.name = "tier"
    return Part(result)


def _evenly(values: pd.Series, tier: pd.Series) -> pd.Index:
    """Take customers of each tier at even steps, from the best down; the same on every run."""
    ordered = values.sort_values(ascending=False, kind="stable")
    taken = []
    for name in tier.cat.categories:
        mine = ordered.index[(tier.loc[ordered.index] == name).to_numpy()]
        places = np.linspace(0, len(mine) - 1, min(PER_TIER, len(mine))).round().astype(int)
        taken.append(mine[np.unique(places)])
    return taken[0].append(taken[1:])


def _relative_draws(
    table: pd.DataFrame, tier: pd.Series, purchases: Any, spend: Any, options: Options  # noqa: ANN401
) -> pd.DataFrame:  # fmt: skip
    """Value of each tier's sample under each parameter draw, relative to the estimate."""
    rng = np.random.default_rng(0)
    pairs = zip(
        purchases.draws(DRAWS, rng).to_numpy(), spend.draws(DRAWS, rng).to_numpy(), strict=True
    )

    def totals(one: Any, other: Any) -> pd.Series:  # noqa: ANN401
        return _worth(table, one, other, options)["clv"].groupby(tier, observed=True).sum()

    at_estimate = totals(purchases.model, spend.model)
    drawn = [
        totals(type(purchases.model)(*map(float, a)), type(spend.model)(*map(float, b)))
        for a, b in pairs
        if b[1] > 1
    ]
    return pd.DataFrame(drawn).reset_index(drop=True) / at_estimate


def appraise(
    log: pd.DataFrame, table: pd.DataFrame, tiers: Part[pd.Series], options: Options,
    end: pd.Timestamp, step: Callable[[str], None],
) -> Worth:  # fmt: skip
    """Fit, test and value; ``step`` is told before each piece of work."""
    step("Fitting how often customers buy and when they leave (BG/NBD)")
    purchases = fit_purchases(table)
    step("Testing the model on the last third of the time")
    holdout = judge_on_holdout(log, options.unit, end)
    step("Fitting what they spend (gamma-gamma)")
    spend = fit_spend(table)
    step("Valuing every customer, with intervals")
    values = value_customers(table, purchases, spend, options)
    by_tier = value_by_tier(table, tiers, (purchases.value, spend.value, values), options)
    frequencies: Part[pd.DataFrame] = Part.missing(purchases.reason)
    if purchases.value is not None:
        frequencies = Part(clv.frequency_table(table, purchases.value.model))
    back = table[table["frequency"] > 0]
    paid = back[back["monetary_value"] > 0]
    return Worth(
        purchases=purchases,
        spend=spend,
        holdout=holdout,
        frequencies=frequencies,
        values=values,
        by_tier=by_tier,
        dependence=_rank_correlation(paid["frequency"], paid["monetary_value"]),
        free_of_charge=len(back) - len(paid),
    )


def _rank_correlation(one: pd.Series, other: pd.Series) -> float:
    if one.nunique() < 2 or other.nunique() < 2:
        return float("nan")
    return float(one.rank().corr(other.rank()))
