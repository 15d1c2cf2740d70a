"""The page for users of lifetimes and pymc-marketing: its code runs, its numbers hold.

The other two are not installed here. Their numbers below were obtained by running lifetimes 0.11.3
and pymc-marketing 0.19.2 (NumPy 2.4.6, SciPy 1.17.1, pandas 3.1.1, PyMC 5.28.5) on the customers
tables of the shop and of the CDNOW sample, times in weeks, calibrated to 1997-09-30: lifetimes'
fitters with their default options, with ``params_`` set to the published parameters for
predictions; pymc-marketing's models fitted by MAP, with `HalfFlat` priors where "flat" is said.
"""

import importlib
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from centricity import _formerly, clv, datasets, transactions

PAGE = (Path(__file__).parents[1] / "docs" / "coming-from-lifetimes.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)

PUBLISHED = {
    "BGNBD": clv.BGNBD(r=0.243, alpha=4.414, a=0.793, b=2.426),
    "MBGNBD": clv.MBGNBD(r=0.525, alpha=6.183, a=0.891, b=1.614),
    "ParetoNBD": clv.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669),
}
# lifetimes at these parameters, summed over customers: P(alive), purchases in 39 weeks.
PREDICTED = {
    ("cdnow", "BGNBD"): (1917.2171458806629, 1653.941259313348),
    ("cdnow", "MBGNBD"): (1057.7278391298514, 1577.1287999297688),
    ("cdnow", "ParetoNBD"): (1052.2375199139092, 1665.693160683075),
    ("shop", "BGNBD"): (6141.025450191813, 8384.93140605064),
    ("shop", "MBGNBD"): (4206.307777868766, 8204.112037820336),
    ("shop", "ParetoNBD"): (4485.348126607127, 8807.380595733872),
}
# Its expected_number_of_purchases_up_to_time(52).
NEW = {"BGNBD": 1.446050595396398, "MBGNBD": 1.4197237577127344, "ParetoNBD": 1.4729968033751073}
# Its probability_of_n_purchases_up_to_time(39, n) for n = 0, 1, 5.
PMF = {
    "BGNBD": [0.5737863520960094, 0.19939528083591135, 0.017965493866579044],
    "MBGNBD": [0.5824731894932891, 0.18278307728754056, 0.01938732355357039],
}
# 1 − conditional_probability_of_n_purchases_up_to_time(0, 39, …) of its Pareto/NBD, summed.
BUYS = {"cdnow": 523.2543327138017, "shop": 2656.2380407562346}
# Its conditional_expected_average_profit at p 6.25, q 3.74, v 15.44, summed.
SPENT = {"cdnow": 83167.58081688246, "shop": 384893.8096648939}
# Its fits: estimates, standard errors (its Pareto/NBD has none).
FITTED = {
    ("cdnow", "BGNBD"): (
        [0.242595, 4.413603, 0.792922, 2.425906], [0.012557, 0.378224, 0.185734, 0.705414]),
    ("cdnow", "MBGNBD"): (
        [0.524843, 6.183082, 0.891360, 1.614003], [0.083268, 0.695620, 0.154790, 0.537495]),
    ("cdnow", "GammaGamma"): ([6.249572, 3.744225, 15.443521], [1.190055, 0.290133, 4.159423]),
    ("shop", "BGNBD"): (
        [0.591038, 8.980077, 0.456827, 2.441840], [0.011630, 0.245401, 0.025941, 0.199852]),
    ("shop", "MBGNBD"): (
        [0.855524, 11.528447, 0.664171, 3.881360], [0.023843, 0.344066, 0.035991, 0.313935]),
    ("shop", "GammaGamma"): ([3.400095, 4.397309, 45.972897], [0.162341, 0.125752, 3.333524]),
}  # fmt: skip
PARETO = {
    "cdnow": [0.553269, 10.577825, 0.606342, 11.672869],
    "shop": [0.901816, 15.237905, 0.528543, 45.900494],
}
# pymc-marketing, MAP under flat priors, as its fit_summary() prints.
FLAT = {
    ("cdnow", "BGNBD"): [0.243, 4.414, 0.793, 2.426],
    ("cdnow", "MBGNBD"): [0.525, 6.183, 0.891, 1.614],
    ("cdnow", "ParetoNBD"): [0.553, 10.578, 0.606, 11.668],
    ("cdnow", "GammaGamma"): [6.25, 3.744, 15.444],
    ("shop", "BGNBD"): [0.591, 8.98, 0.457, 2.442],
    ("shop", "MBGNBD"): [0.856, 11.528, 0.664, 3.882],
    ("shop", "ParetoNBD"): [0.902, 15.238, 0.529, 45.897],
    ("shop", "GammaGamma"): [3.4, 4.397, 45.973],
}
# lifetimes' customer_lifetime_value(time=12, discount_rate=0.01, freq="W") at its own fits.
WORTH = {"cdnow": 71507.95331613599, "shop": 592347.9494630536}


@pytest.fixture(scope="module")
def shop():
    return transactions.summarize(datasets.load_shop_orders())


@pytest.fixture(scope="module", params=["cdnow", "shop"])
def world(request):
    return request.param, request.getfixturevalue(request.param)


def is_theirs(block):
    return block.startswith(("# lifetimes", "# pymc-marketing"))


def test_every_block_runs_and_prints_what_the_comment_beside_it_says(capsys):
    ours = [block for block in BLOCKS if not is_theirs(block)]
    assert len(ours) == len(BLOCKS) - 1 == 8
    names = {}
    for block in ours:
        exec(compile(block, "coming-from-lifetimes.md", "exec"), names)
    promised = re.findall(r"^print\(.*\)  # (.*)$", "".join(ours), flags=re.MULTILINE)
    assert capsys.readouterr().out.splitlines() == promised
    assert len(promised) == "".join(ours).count("print(") == 15


def test_their_block_is_python():
    (block,) = filter(is_theirs, BLOCKS)
    compile(block, "coming-from-lifetimes.md", "exec")


def test_every_name_of_ours_on_the_page_exists():
    """In the last column of the tables, in the prose and in our blocks."""
    prose = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL).splitlines()
    text = [line.split("|")[-2] if line.startswith("|") else line for line in prose]
    text += [block for block in BLOCKS if not is_theirs(block)]
    rooms = "clv|transactions|segmentation|plots|datasets"
    named = set(re.findall(rf"\b((?:{rooms})(?:\.\w+)+)", "\n".join(text)))
    assert {"clv.BGNBD.fit", "clv.history_grid", "plots.clv.history_map"} <= named
    for name in named - {"clv.BetaGeoFitter"}:
        room, *rest = name.split(".")
        if room == "plots":
            room, rest = f"plots.{rest[0]}", rest[1:]
        thing = importlib.import_module(f"centricity.{room}")
        for part in rest:
            thing = getattr(thing, part)


def test_every_page_it_points_to_exists():
    folder = Path(__file__).parents[1]
    files = re.findall(r"\]\(([\w./-]+)\)", PAGE)
    assert files
    assert all((folder / "docs" / name).exists() for name in files)
    assert all((folder / name).exists() for name in re.findall(r"`(tests/[\w/.]*)`", PAGE))


def test_predictions_are_those_of_lifetimes_at_the_same_parameters(world):
    name, table = world
    for kind, model in PUBLISHED.items():
        alive, bought = PREDICTED[name, kind]
        assert model.p_alive(table).sum() == pytest.approx(alive, rel=1e-12)
        assert model.expected_purchases(table, 39).sum() == pytest.approx(bought, rel=1e-11)
        assert model.expected_purchases_new(52) == pytest.approx(NEW[kind], rel=1e-12)
        if kind in PMF:
            np.testing.assert_allclose(model.pmf([0, 1, 5], 39), PMF[kind], rtol=1e-12)
    buys = clv.p_purchase(table, PUBLISHED["ParetoNBD"], 39).sum()
    assert buys == pytest.approx(BUYS[name], rel=1e-11)
    spend = clv.GammaGamma(p=6.25, q=3.74, gamma=15.44)
    assert spend.expected_spend(table).sum() == pytest.approx(SPENT[name], rel=1e-12)


@pytest.mark.parametrize("kind", ["BGNBD", "MBGNBD", "ParetoNBD", "GammaGamma"])
def test_estimates_are_those_of_both(world, kind):
    name, table = world
    fit = getattr(clv, kind).fit(table)
    np.testing.assert_allclose(fit.params, FLAT[name, kind], rtol=2e-4, atol=5e-4)
    if kind == "ParetoNBD":
        np.testing.assert_allclose(fit.params, PARETO[name], rtol=4e-4)
    else:
        estimates, errors = FITTED[name, kind]
        np.testing.assert_allclose(fit.params, estimates, rtol=3e-6)
        np.testing.assert_allclose(fit.std_errors, errors, rtol=1e-4)


def test_the_monthly_sum_of_lifetimes_is_theirs_and_ours_is_half_a_month_of_interest_more(world):
    name, table = world
    model, month = clv.BGNBD.fit(table).model, 4.345
    spend = clv.GammaGamma.fit(table).model
    to_date = [model.expected_purchases(table, k * month) for k in range(13)]
    steps = [(to_date[k] - to_date[k - 1]) / 1.01**k for k in range(1, 13)]
    theirs = (sum(steps) * spend.expected_spend(table)).sum()
    assert theirs == pytest.approx(WORTH[name], rel=1e-6)
    terms = {"horizon": 12 * month, "discount_rate": 1.01 ** (1 / month) - 1, "margin": 1}
    ratio = clv.value(table, model, spend, **terms)["clv"].sum() / theirs
    assert ratio == pytest.approx(1.01**0.5, abs=1e-4)


def test_their_default_unit_of_days_makes_a_table_in_weeks_worth_five_times_as_much():
    # customer_lifetime_value(…) of the shop without freq="W".
    assert 3006936.68 / WORTH["shop"] == pytest.approx(5.08, abs=0.01)
    assert "five times too high" in PAGE


def test_calendar_weeks_lose_purchases_and_see_beyond_the_end(cdnow, cdnow_log):
    # freq="W" (time_unit="W") with observation_period_end="1997-09-30", a Tuesday: frequencies add
    # up to 2,248 in both, and BetaGeoFitter has r 0.29094; of a log that ends there, to 2,216.
    def frequencies(last):
        weeks = cdnow_log["date"].dt.to_period("W")
        seen = cdnow_log.assign(week=weeks)[cdnow_log["date"] <= last]
        return len(seen.drop_duplicates(["customer_id", "week"])) - seen["customer_id"].nunique()

    assert cdnow["frequency"].sum() == 2457
    assert (frequencies("1997-09-30"), frequencies("1997-10-05")) == (2216, 2248)
    assert "loses 241 of 2,457\nrepeat purchases" in PAGE
    assert "32 purchases that the model should not have seen" in PAGE
    assert (2457 - 2216, 2248 - 2216) == (241, 32)


def test_the_holdout_mean_is_of_days_and_not_of_lines():
    # lifetimes' monetary_value_holdout differs from ours for 92 of 6,512 customers: those of whom
    # the mean of lines is another than the mean of days.
    orders = datasets.load_shop_orders()
    split = transactions.summarize(orders, calibration_end="2024-12-31")
    later = orders[orders["date"] > "2024-12-31"]
    lines = later.groupby("customer_id")["amount"].mean().reindex(split.index).fillna(0.0)
    differ = (lines - split["monetary_value_holdout"]).abs() > 1e-9
    assert (int(differ.sum()), len(split)) == (92, 6512)
    assert "92 of the 6,512 customers" in PAGE


def test_the_last_calibration_day_is_a_whole_day():
    """The other two put the purchase at 15:00 into the hold-out (frequency 0 before the split)."""
    log = pd.DataFrame(
        {
            "customer_id": "A",
            "date": pd.to_datetime(["2024-01-01 10:00", "2024-01-20 15:00", "2024-01-31 15:00"]),
            "amount": [10.0, 5.0, 7.0],
        }
    )
    got = transactions.summarize(log, calibration_end="2024-01-20", observation_end="2024-01-31")
    assert got[["frequency", "frequency_holdout"]].to_numpy().tolist() == [[1, 1]]


def test_what_a_penalty_of_a_thousandth_does(cdnow):
    # BetaGeoFitter(penalizer_coef=0.001), its standard error of b 0.2206.
    penalised = clv.BGNBD(r=0.242778, alpha=4.405349, a=0.498452, b=1.323268)
    fit = clv.BGNBD.fit(cdnow)
    assert fit.loglike - penalised.loglike(cdnow) == pytest.approx(2.6, abs=0.05)
    assert fit.params["b"].round(2) == 2.43
    assert fit.std_errors["b"].round(2) == 0.71
    assert "b\nfrom 2.43 to 1.32" in PAGE
    assert "from 0.71 to 0.22" in PAGE


def test_the_interval_is_near_the_posteriors(cdnow):
    # BetaGeoModel, default priors, NUTS, 2 chains of 1,000 draws, seed 1: 2.5 and 97.5 % points.
    posterior = {
        "r": (0.2232, 0.2694), "alpha": (3.8274, 5.2648), "a": (0.4967, 1.2798),
        "b": (1.3638, 4.4642),
    }  # fmt: skip
    fit = clv.BGNBD.fit(cdnow)
    interval = fit.conf_int()
    for name, ends in posterior.items():
        assert np.abs(interval.loc[name] - np.array(ends)).max() < 0.5 * fit.std_errors[name]
    assert interval.loc["b"].round(2).tolist() == [1.37, 4.29]
    assert "within half a standard error" in PAGE
    assert "between 1.36 and 4.46, and `fit.conf_int()` says 1.37 to 4.29" in PAGE


def test_nobody_can_leave_before_a_repeat_purchase_in_the_bgnbd(cdnow):
    # pymc-marketing's 1 − expected_probability_no_purchase(39) averages 0.0833 over these.
    once = cdnow[cdnow["frequency"] == 0]
    r, alpha = 0.243, 4.414
    formula = 1 - ((alpha + once["T"]) / (alpha + once["T"] + 39)) ** r
    ours = clv.p_purchase(once, PUBLISHED["BGNBD"], 39)
    np.testing.assert_allclose(ours, formula, rtol=1e-12)
    did = (once["frequency_holdout"] > 0).mean()
    assert (len(once), round(ours.mean(), 2), round(did, 2)) == (1411, 0.16, 0.14)


def test_bgbb_counts_from_the_next_occasion_and_agrees_with_lifetimes():
    donors = datasets.load_donations()
    model = clv.BGBB(alpha=1.204, beta=0.75, gamma=0.657, delta=2.783)
    # conditional_probability_alive(1, …) and conditional_expected_…(5, …), summed over donors.
    assert (model.p_alive(donors) * donors["n"]).sum() == pytest.approx(4727.739352490633)
    ahead = (model.expected_purchases(donors, 5) * donors["n"]).sum()
    assert ahead == pytest.approx(12882.268491147614)
    # conditional_probability_alive(5, 6, 6, 6).
    assert model.p_alive(donors, 4).iloc[0] == pytest.approx(0.740329477, abs=1e-9)
    fit = clv.BGBB.fit(donors)
    np.testing.assert_allclose(fit.params, [1.203522, 0.749716, 0.656718, 2.783442], rtol=2e-5)
    np.testing.assert_allclose(fit.std_errors, [0.069391, 0.029448, 0.051010, 0.320819], rtol=2e-4)


def test_contracts_and_covariates_are_those_of_pymc_marketing(shop):
    # ShiftedBetaGeoModel, recency = the renewal not made, T = 8 for seven renewals, flat priors:
    # alpha 0.704, beta 1.182. At these expected_residual_lifetime(T=1, 2, 5; 0.1) is
    sbg = clv.ShiftedBetaGeometric(alpha=0.704, beta=1.182)
    np.testing.assert_allclose(
        sbg.derl([0, 1, 4], 0.1),
        [2.9646621461320284, 4.103458619598572, 5.894422859844158],
        rtol=1e-12,
    )
    # … and expected_retention_rate(T=1, 2, 5; future_t=0) and expected_probability_alive:
    retained = [0.6267232237539766, 0.756063756063756, 0.8803941556235134]
    np.testing.assert_allclose(sbg.retention([1, 2, 5]), retained, rtol=1e-12)
    left = [0.6267232237539766, 0.4738427145638173, 0.2923743729643334]
    np.testing.assert_allclose(sbg.survival([1, 2, 5]), left, rtol=1e-12)
    # BetaGeoModel with dummies of channel (marketplace left out), flat priors, four decimals.
    known = shop.join(datasets.load_shop_customers().set_index("customer_id")["channel"])
    fit = clv.BGNBD.fit(known, buying="channel", leaving="channel")
    found = [0.4726, 0.2397, -0.2064, 0.4185, -0.9729, -0.4182, -0.2074, -0.6402,
             0.1171, 0.1642, 0.0361, 0.1438]  # fmt: skip
    theirs = clv.WithCovariates.of(
        clv.BGNBD(r=0.6138, alpha=11.8485, a=0.8197, b=2.4803), known, buying="channel",
        leaving="channel", coefficients=dict(zip(fit.model.coefficients, found, strict=True)),
    )  # fmt: skip
    assert 0 <= fit.loglike - theirs.loglike(known) < 0.0025


def test_the_prior_on_beta_pulls_it_far_from_the_estimate(shop):
    # ParetoNBDModel on the shop, default priors: r 0.910, alpha 15.261, s 0.443, beta 33.925.
    fit = clv.ParetoNBD.fit(shop)
    assert fit.params["beta"].round(1) == 45.9
    assert "pulls β from 45.9 to 33.9" in PAGE
    assert shop["frequency"].max() == 131


@pytest.mark.parametrize("name", sorted(_formerly.FUNCTIONS))
def test_old_names_of_functions_and_classes_are_answered(name):
    for module in (clv, transactions):
        with pytest.raises(AttributeError, match="Here it is " + re.escape(answer(name))):
            getattr(module, name)


def answer(name):
    return {**_formerly.ATTRIBUTES, **_formerly.FUNCTIONS}[name].split("(")[0]


@pytest.mark.parametrize("name", sorted(_formerly.ATTRIBUTES))
def test_old_names_of_methods_are_answered_by_the_model_and_its_fit(name):
    fit = clv.ShiftedBetaGeometric.fit([1000, 869, 743, 653, 593])
    for thing in (fit, fit.model, PUBLISHED["BGNBD"]):
        with pytest.raises(AttributeError, match=f"no attribute '{name}'. Here it is ") as caught:
            getattr(thing, name)
        here = _formerly.ATTRIBUTES[name]
        assert (f"fit.{here}" if thing is fit and here.startswith("model.") else here) in str(
            caught.value
        ) or here.startswith("model.")


def test_names_in_the_answers_exist():
    answers = [*_formerly.FUNCTIONS.values(), *_formerly.ATTRIBUTES.values()]
    found = 0
    for room, rest in re.findall(r"\b(clv|transactions|segmentation)((?:\.\w+)+)", str(answers)):
        thing = importlib.import_module(f"centricity.{room}")
        for part in rest.strip(".").split("."):
            thing = getattr(thing, part)
        found += 1
    kinds = (clv.BGNBD, clv.GammaGamma, clv.ShiftedBetaGeometric)
    for name in re.findall(r"\bmodel\.(\w+)", str(answers)):
        assert any(hasattr(kind, name) for kind in kinds), name
    for name in re.findall(r"\bfit\.(\w+)", str(answers)):
        assert hasattr(clv.Fit, name) or name in clv.Fit.__annotations__, name
    assert found > 15


def test_other_names_that_are_nowhere_stay_plain_errors():
    with pytest.raises(AttributeError, match=r"has no attribute 'sumarize'$"):
        transactions.sumarize  # noqa: B018
    with pytest.raises(AttributeError, match=r"BGNB$"):
        clv.BGNB  # noqa: B018


@pytest.mark.parametrize("keyword", sorted(_formerly.KEYWORDS))
def test_old_keywords_are_answered(shop, keyword):
    said = re.escape(_formerly.KEYWORDS[keyword].rstrip(". "))
    for call in (clv.BGNBD.fit, clv.GammaGamma.fit, transactions.summarize):
        with pytest.raises(TypeError, match=f"there is no argument '{keyword}'.*{said}"):
            call(shop, **{keyword: 1})


def test_three_columns_in_place_of_a_table_are_answered(shop):
    with pytest.raises(TypeError, match=r"BGNBD\.fit: 3 arguments .* one customers table"):
        clv.BGNBD.fit(shop["frequency"], shop["recency"], shop["T"])
    with pytest.raises(TypeError, match=r"GammaGamma\.fit: 2 arguments .* one customers table"):
        clv.GammaGamma.fit(shop["frequency"], shop["monetary_value"])
