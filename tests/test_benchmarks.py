"""The benchmark runs, at a size that takes seconds; nothing here is timed."""

import ast
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "benchmarks"
SCRIPTS = sorted(FOLDER.glob("*.py"))


def run(script, *arguments):
    done = subprocess.run(
        [sys.executable, FOLDER / script, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def benchmarks(monkeypatch):
    """Let a test import the scripts as they import each other."""
    monkeypatch.syspath_prepend(str(FOLDER))
    yield
    for path in SCRIPTS:
        sys.modules.pop(path.stem, None)


@pytest.fixture
def row(benchmarks):
    from race import Row

    return Row(what="a fit", ours=0.2, theirs=3.0, peer="them", target=10, memory_ours=0.5)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_script_parses(path):
    ast.parse(path.read_text(encoding="utf-8"))


def test_the_measuring_process_imports_no_library(benchmarks):
    code = f"import sys; sys.path.insert(0, {str(FOLDER)!r}); import run; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "pandas", "centricity"} & set(loaded)


def test_our_side_runs_at_a_tiny_size():
    printed = run("run.py", "--tiny", "--no-peers", "--only", "bgnbd", "summarise")
    assert "BG/NBD fit with standard errors, 1,000 customers" in printed
    assert "Customers table from 2,000 rows in pandas" in printed
    assert "Written" not in printed


def test_both_sides_of_a_duel_are_drawn_with_days_and_with_moments(tmp_path):
    import numpy as np

    for clock in ("days", "moments"):
        run("simulate.py", "customers", "ParetoNBD", 800, clock, tmp_path / f"{clock}.npz")
    days, moments = (np.load(tmp_path / f"{clock}.npz") for clock in ("days", "moments"))
    whole = days["recency"] * 7
    np.testing.assert_allclose(whole, whole.round(), atol=1e-9)
    buyers = moments["frequency"] > 0
    assert len(np.unique(moments["recency"][buyers])) == buyers.sum()
    assert (days["frequency"] <= np.floor(days["recency"] * 7 + 1e-9)).all()  # one a day at most
    assert ((days["frequency"] > 0) == (days["recency"] > 0)).all()


def test_an_export_has_its_number_of_lines_and_refunds_that_undo_lines(tmp_path):
    import pandas as pd

    run("simulate.py", "export", 3000, tmp_path / "export.csv")
    lines = pd.read_csv(tmp_path / "export.csv", parse_dates=["date"])
    assert len(lines) == 3000
    assert set(lines) == {"order_id", "customer_id", "date", "channel", "category", "amount",
                          "cost"}  # fmt: skip
    back = lines[lines["amount"] < 0]
    assert len(back) == 30
    sold = lines[lines["amount"] > 0].groupby(["order_id", "amount"]).size()
    undone = pd.MultiIndex.from_arrays([back["order_id"], -back["amount"]])
    assert undone.isin(sold.index).all()
    assert (lines.groupby("customer_id")["channel"].nunique() == 1).all()
    assert (lines["cost"].abs() < lines["amount"].abs()).all()
    assert lines["date"].dt.year.isin([2022, 2023, 2024, 2025]).all()


def test_the_curve_draws_measured_points(tmp_path):
    points = [
        {"customers": 1000, "cells": 500, "ours": 0.01, "lifetimes": 0.1, "ours, counted": 0.01},
        {"customers": 100_000, "cells": 20_000, "ours": 0.1},
    ]
    (tmp_path / "points.json").write_text(json.dumps(points))
    run("curve.py", "draw", tmp_path / "points.json", tmp_path / "curve.png")
    assert (tmp_path / "curve.png").stat().st_size > 10_000


def test_a_child_reports_its_own_peak_not_its_parents(benchmarks, tmp_path):
    import race

    target = tmp_path / "small.npz"
    (wall, cpu), peak, _ = race.run("simulate.py", "customers", "BGNBD", 500, "days", target)
    assert wall > 0
    assert cpu > 0
    assert 0.02 < peak < 1  # gigabytes: Python with NumPy and pandas needs some 0.1


def test_a_row_says_whether_the_promise_is_kept(row, benchmarks):
    import page

    assert row.ratio == pytest.approx(15)
    assert page.cells(row)[1:4] == ("200 ms", "3 s (them)", "× 15")
    assert page.promise(row) == "≥ × 10: kept"
    limited = replace(row, target=None, limit=0.8)
    assert page.promise(limited) == "< 800 ms: kept (25% of it)"


def test_a_race_between_different_answers_is_stopped(benchmarks):
    from race import agree

    agree("fit", {"r": 0.243, "a": 1.0}, {"r": 0.2431}, 0.01)
    with pytest.raises(SystemExit, match=r"fit: the two sides disagree: r 0.243 against 0.25"):
        agree("fit", {"r": 0.243}, {"r": 0.25}, 0.01)
    with pytest.raises(SystemExit, match="nothing in common"):
        agree("fit", {"r": 0.243}, {"alpha": 4.4}, 0.01)


def test_sides_take_turns_and_the_median_counts(benchmarks):
    from race import alternate

    turns = []

    def side(name, seconds):
        def work():
            turns.append(name)
            return (seconds.pop(0), 1.0), 0.1, {}

        return work

    sides = {"a": side("a", [1.0, 0.9, 9.0, 1.2]), "b": side("b", [5.0, 7.0])}
    done = alternate(sides, 2, at_once=2)  # what is short runs more often
    assert turns == ["a", "a", "b", "a", "b"]
    assert done["b"].seconds == 6.0
    assert done["a"].seconds == 1.0


def test_readme_shows_what_the_benchmark_wrote(benchmarks):
    import page

    shown, written = (
        page.between((ROOT / name).read_text(encoding="utf-8"))
        for name in ("README.md", "benchmarks/RESULTS.md")
    )
    assert shown == written


def test_results_keep_every_word_of_their_template(benchmarks):
    import page

    written = (FOLDER / "RESULTS.md").read_text(encoding="utf-8")
    template = (FOLDER / "RESULTS.template.md").read_text(encoding="utf-8")
    for words in template.split("{")[0], template.split("{headline}")[1].split("{")[0]:
        assert words in written
    assert page.START in written
