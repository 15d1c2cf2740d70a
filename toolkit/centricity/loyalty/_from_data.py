"""Members from a model of buying and spending, and from a client's order log."""

from typing import Any

import numpy as np
import pandas as pd

from centricity import _validate, clv, transactions
from centricity._typing import RNG, Float
from centricity.loyalty._streams import streams
from centricity.loyalty._traits import MOST_ORDERS, TRAITS, Unseen, kinds

SEEN = ("purchase_rate", "basket", "hazard")


def origin(seen: str) -> dict[str, str]:
    """Say where each trait comes from."""
    return {name: seen if name in SEEN else "assumed" for name in TRAITS}


def purchase_model(given: Any, where: str) -> Any:  # noqa: ANN401
    """Return the model of buying, out of its Fit if need be."""
    model = getattr(given, "model", given)
    kinds = (clv.ParetoNBD, clv.BGNBD, clv.MBGNBD)
    if not isinstance(model, kinds):
        raise _validate.problem(
            where,
            f"purchases is {_validate.a_type(model)}",
            "It must be a model of buying in continuous time: ParetoNBD, BGNBD or MBGNBD",
            "Fit one, for example clv.BGNBD.fit(customers)",
            error=TypeError,
        )
    return model


def spend_model(given: Any, where: str) -> Any:  # noqa: ANN401
    """Return the model of spending, out of its Fit if need be."""
    model = getattr(given, "model", given)
    if not isinstance(model, clv.GammaGamma):
        raise _validate.problem(
            where,
            f"spend is {_validate.a_type(model)}",
            "It must be a model of spending: GammaGamma",
            "Fit one, for example clv.GammaGamma.fit(customers)",
            error=TypeError,
        )
    return model


def _traits(
    buying: Any,  # noqa: ANN401
    spending: Any,  # noqa: ANN401
    unseen: Unseen,
    units: float,
    seed: np.random.SeedSequence,
    *,
    repeats: Float,
    age: Float,
    stays: Float,
    mean_spend: Float,
) -> dict[str, Float]:
    """Draw from the posterior of customers alive after some repeats, age and spending."""
    own = kinds(seed, 3)
    rate = own[0].gamma(buying.r + repeats) / (buying.alpha + age)
    if isinstance(buying, clv.ParetoNBD):
        leaving = own[1].gamma(buying.s, size=len(rate)) / (buying.beta + age)
    else:
        leaving = rate * own[1].beta(buying.a, buying.b + stays)
    shape = spending.p * repeats + spending.q
    precision = own[2].gamma(shape) / (spending.gamma + repeats * mean_spend)
    rate = np.clip(rate * units, 1e-9, MOST_ORDERS)
    seen = {
        "purchase_rate": rate,
        "basket": spending.p / np.maximum(precision, 1e-12),
        "hazard": -np.expm1(-leaving * units),
    }
    return seen | unseen.draw(seed, rate, buying.r, units / buying.alpha)


def new_customers(
    buying: Any,  # noqa: ANN401
    spending: Any,  # noqa: ANN401
    unseen: Unseen,
    units: float,
    seed: np.random.SeedSequence,
    size: int,
) -> dict[str, Float]:
    """Draw one block of customers about whom nothing is known yet."""
    nothing = np.zeros(size)
    # Under the MBG/NBD a customer may leave at once; these have stayed.
    stays = nothing + isinstance(buying, clv.MBGNBD)
    return _traits(
        buying, spending, unseen, units, seed,
        repeats=nothing, age=nothing, stays=stays, mean_spend=nothing,
    )  # fmt: skip


def customers(log: Any, names: dict[str, str], observation_end: Any) -> pd.DataFrame:  # noqa: ANN401
    """Summarise an order log by week into a pandas table."""
    base = transactions.summarize(log, unit="W", observation_end=observation_end, **names)
    if not isinstance(base, pd.DataFrame):
        import narwhals as nw

        frame = nw.from_native(base)
        eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
        base = eager.to_pandas().set_index("customer_id").sort_index()
    return base


def known_customers(
    base: pd.DataFrame,
    purchases: Any,  # noqa: ANN401
    spend: Any,  # noqa: ANN401
    unseen: Unseen,
    units: float,
    rng: RNG,
) -> pd.DataFrame:
    """Draw who is still here and, for these, the traits, given their histories."""
    where = "Members.from_log"
    buying = purchase_model(clv.BGNBD.fit(base) if purchases is None else purchases, where)
    repeaters = base[(base["frequency"] > 0) & (base["monetary_value"] > 0)]
    spending = spend_model(clv.GammaGamma.fit(repeaters) if spend is None else spend, where)
    seed, luck = streams(rng, 1, "members")[0].spawn(2)
    alive = np.random.default_rng(luck).random(len(base)) < buying.p_alive(base).to_numpy()
    here = base[alive]
    if here.empty:
        raise _validate.problem(
            where,
            f"all {len(base):,} customers of the log are drawn as gone",
            "A programme needs at least one customer",
            "Set observation_end to the last day of the data, or draw again with another rng",
        )
    repeats = here["frequency"].to_numpy(float)
    traits = _traits(
        buying, spending, unseen, units, seed,
        repeats=repeats,
        age=here["T"].to_numpy(float),
        stays=repeats + isinstance(buying, clv.MBGNBD),
        mean_spend=here["monetary_value"].to_numpy(float),
    )  # fmt: skip
    return pd.DataFrame(traits, index=here.index)[list(TRAITS)]
