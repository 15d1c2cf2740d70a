"""What is saved comes back to the last digit, and a damaged file is refused with the reason."""

import json

import numpy as np
import pandas as pd
import pytest

from centricity import clv

MODELS = [
    clv.BGNBD(r=0.1 + 0.2, alpha=4.414, a=0.793, b=2.426),
    clv.MBGCNBDk(k=3, r=0.5, alpha=1.0, a=0.9, b=1.6),
    clv.ParetoNBD(r=0.553, alpha=10.578, s=0.606, beta=11.669),
    clv.BGBB(alpha=1.204, beta=0.75, gamma=0.657, delta=2.783),
    clv.GammaGamma(p=6.25, q=3.74, gamma=15.44),
    clv.ShiftedBetaGeometric(alpha=0.668, beta=3.806),
    clv.BetaDiscreteWeibull(alpha=0.26, beta=1.72, c=1.58),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_a_model_comes_back_equal(model, tmp_path):
    clv.save(model, tmp_path / "model.json")
    back = clv.load(tmp_path / "model.json")
    assert back == model
    assert type(back) is type(model)


def test_a_fit_comes_back_to_the_last_digit_and_predicts_the_same(tmp_path):
    customers = MODELS[1].simulate(np.full(500, 30.0), rng=1).customers
    fit = clv.MBGCNBDk.fit(customers, k=3)
    clv.save(fit, tmp_path / "fit.json")
    back = clv.load(tmp_path / "fit.json")
    assert (back.model, back.loglike, back.n, back.converged) == (
        fit.model, fit.loglike, fit.n, fit.converged,
    )  # fmt: skip
    pd.testing.assert_frame_equal(back.cov, fit.cov, rtol=0, atol=0)
    pd.testing.assert_frame_equal(back.summary(), fit.summary())
    pd.testing.assert_frame_equal(back.draws(5, rng=1), fit.draws(5, rng=1))
    assert back.same_customers(fit)


def test_a_fit_that_did_not_converge_says_so_after_loading(tmp_path):
    nobody = pd.DataFrame({"frequency": 0, "recency": 0.0, "T": np.linspace(10, 40, 50)})
    with pytest.warns(clv.ConvergenceWarning):
        fit = clv.BGNBD.fit(nobody)
    clv.save(fit, tmp_path / "fit.json")
    back = clv.load(tmp_path / "fit.json")
    assert not back.converged
    assert back.remarks == fit.remarks
    assert back.cov.isna().all(axis=None)


def test_the_file_is_plain_json_that_names_its_parameters(tmp_path):
    clv.save(MODELS[2], tmp_path / "model.json")
    content = json.loads((tmp_path / "model.json").read_text())
    assert content["model"]["class"] == "ParetoNBD"
    assert content["model"]["parameters"]["s"] == 0.606


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", r"model.json is not JSON"),
        ("[1]", "holds no model"),
        ('{"centricity": 9, "model": {}}', "format 9"),
        (
            '{"centricity": 1, "model": {"class": "BGNDB", "parameters": {}}}',
            "Did you mean 'BGNBD'",
        ),
        ('{"centricity": 1, "model": {"class": "Fit", "parameters": {}}}', "there is no model"),
        ('{"centricity": 1, "model": {"class": "BGNBD", "parameters": {"r": 1}}}', "is incomplete"),
        (
            '{"centricity": 1, "model": {"class": "GammaGamma", '
            '"parameters": {"p": -1, "q": 2, "gamma": 3}}}',
            "p is -1",
        ),
    ],
)
def test_a_file_that_is_not_ours_is_refused(text, message, tmp_path):
    (tmp_path / "model.json").write_text(text)
    with pytest.raises(ValueError, match=message):
        clv.load(tmp_path / "model.json")


def test_only_models_and_fits_are_saved(tmp_path):
    with pytest.raises(TypeError, match=r"clv\.save: a dict was given"):
        clv.save({}, tmp_path / "model.json")
