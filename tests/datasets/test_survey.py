"""The surveys are drawn from the truth that their datasheet prints."""

import numpy as np
import pytest

from centricity import datasets
from centricity.preference import ConditionalLogit

NAMES = ["offer", "price", "days", "range", "advice", "returns"]


@pytest.fixture(scope="module")
def people():
    return datasets.load_survey_respondents()


@pytest.fixture(scope="module")
def tasks():
    return datasets.load_survey_choices()


def test_each_task_has_four_alternatives_one_choice_and_no_repeated_offer(tasks):
    by_task = tasks.groupby(["respondent_id", "task"])
    assert (by_task.size() == 4).all()
    assert (by_task["chosen"].sum() == 1).all()
    assert not tasks.duplicated(["respondent_id", "task", *NAMES]).any()
    assert (tasks.loc[tasks["alternative"] == "none", NAMES] == 0).all(axis=None)


def test_all_levels_are_shown_equally_often(tasks):
    offers = tasks[tasks["offer"] == 1]
    for name in NAMES[1:]:
        counts = offers[name].value_counts()
        expected = len(offers) / len(counts)
        chi2 = ((counts - expected) ** 2 / expected).sum()
        assert chi2 < 25  # 99.99 % of chi-squared with 4 degrees of freedom is 23.5


def test_groups_have_the_sizes_and_means_of_the_datasheet(people):
    truth = datasets.survey_truth("groups")
    seen = people.groupby(["buys_for", "tenure"])
    assert seen.size().to_dict() == truth["size"].to_dict()
    for column, name in (("orders", "orders"), ("price_paid", "price"), ("realised_days", "days")):
        error = seen[column].sem()
        assert ((seen[column].mean() - truth[name]).abs() < 4 * error).all(), column


def test_satisfaction_follows_from_the_ratings_with_the_true_weights(people):
    """Least squares, by hand, within four standard errors of every true weight."""
    truth = datasets.survey_truth("drivers")
    rated = list(truth.columns[:-1])
    for kind, part in people.groupby("buys_for"):
        got = part[[f"realised_{name}" for name in rated]].to_numpy(float)
        hoped = part[[f"expected_{name}" for name in rated]].mean(axis=1).to_numpy()
        x = np.column_stack([np.ones(len(part)), got, hoped])
        y = part["satisfaction"].to_numpy(float)
        inverse = np.linalg.inv(x.T @ x)
        weights = inverse @ x.T @ y
        residual = y - x @ weights
        errors = np.sqrt(np.diag(inverse) * (residual @ residual) / (len(y) - x.shape[1]))
        assert (np.abs(weights[1:] - truth.loc[kind]) < 4 * errors[1:]).all()


def test_the_conditional_logit_recovers_every_true_willingness_to_pay(people, tasks):
    kind = tasks["respondent_id"].map(people["buys_for"])
    for name, weights in datasets.survey_truth("tastes").iterrows():
        true = ConditionalLogit(weights).wtp()
        for method in ("delta", "krinsky-robb"):
            fit = ConditionalLogit.fit(tasks[kind == name], NAMES)
            found = fit.wtp(method=method, rng=1)
            assert ((found["lower"] < true) & (true < found["upper"])).all(), (name, method)


def test_links_of_the_chain_have_the_true_gaps():
    ratings = datasets.load_survey_internal()
    truth = datasets.survey_truth("links").sort_index()
    gap = (
        (ratings["delivered"] - ratings["expected"])
        .groupby([ratings["supplier"], ratings["customer"], ratings["respondent_id"]])
        .mean()
    )
    links = gap.groupby(level=[0, 1])
    assert links.size().to_dict() == truth["people"].to_dict()
    # One person's mean gap: variance 0.7² + (0.9² + 0.7² + 2/12) / 3.
    error = np.sqrt((0.49 + (0.81 + 0.49 + 1 / 6) / 3) / truth["people"])
    assert ((links.mean() - truth["gap"]).abs() < 3.5 * error).all()


def test_datasheet_prints_the_true_weights(source):
    readme = (source / "README.md").read_text(encoding="utf-8")
    for kind, weights in datasets.survey_truth("tastes").iterrows():
        cells = [f"{weights['offer']:.1f}", *(f"{w:.2f}" for w in weights.iloc[1:])]
        assert f"| {kind} | {' | '.join(cells)} |".replace("-", "−") in readme
    for kind, weights in datasets.survey_truth("drivers").iterrows():
        cells = [f"{w:.2f}" for w in weights]
        assert f"| satisfaction, {kind} | {' | '.join(cells)} |".replace("-", "−") in readme


def test_a_part_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="Did you mean 'tastes'"):
        datasets.survey_truth("taste")
