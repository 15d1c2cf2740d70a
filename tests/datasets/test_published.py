"""Typed-in tables hold the numbers that the papers print."""

import pytest

from centricity import datasets


def test_donations_fader_hardie_shang_2010_has_all_donors():
    cells = datasets.load_donations()
    assert cells["n"].sum() == 11_104
    assert len(cells) == 22
    assert (cells["T"] == 6).all()
    assert (cells["frequency"] <= cells["recency"]).all()
    repeaters = cells[cells["frequency"] > 0]["n"].sum()
    assert repeaters == 11_104 - 3_464


def test_donations_have_every_history_that_six_occasions_allow():
    cells = datasets.load_donations()
    seen = set(zip(cells["frequency"], cells["recency"], strict=True))
    assert seen == {(0, 0)} | {(f, r) for r in range(1, 7) for f in range(1, r + 1)}


@pytest.mark.parametrize(
    ("segment", "percent"),
    [
        (
            "regular",
            [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3],
        ),
        (
            "high_end",
            [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4],
        ),
    ],
)
def test_retention_fader_hardie_2007_table_1(segment, percent):
    assert (datasets.load_retention()[segment] / 10).tolist() == percent


def test_five_firms_gupta_lehmann_stuart_2004():
    firms = datasets.load_five_firms()
    assert firms.loc["Amazon"].tolist() == [33.8, 3.87, 7.70, 0.70, 67.045, -4.114, 0.265]
    assert firms.loc["E*Trade"].tolist() == [4.117, 43.02, 391, 0.95, 4.719, -3.441, 0.365]
    assert firms.index.tolist() == ["Amazon", "Ameritrade", "Capital One", "eBay", "E*Trade"]


def test_every_finding_has_a_source_that_the_datasheet_cites(source):
    readme = " ".join((source / "README.md").read_text(encoding="utf-8").split())
    findings = datasets.load_behaviour_findings()
    assert findings.notna().all(axis=None)
    for told in findings["source"].unique():
        assert told.split()[0].strip(",").lower() in readme.lower(), told
