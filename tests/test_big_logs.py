"""The guide to large logs runs as written, apart from what needs a cluster."""

import re
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "big-logs.md").read_text(encoding="utf-8")


def test_every_snippet_runs_and_duckdb_comes_to_the_sum_of_pandas(tmp_path, monkeypatch, capsys):
    blocks = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    local = [block for block in blocks if "not run here" not in block]
    assert len(local) == len(blocks) - 1 == 6
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in local:
        exec(compile(block, "big-logs.md", "exec"), names)
    in_memory, in_duckdb = map(float, capsys.readouterr().out.split())
    assert in_memory == pytest.approx(in_duckdb, rel=1e-6)
    written = duckdb.read_parquet(str(tmp_path / "scores.parquet"))
    assert len(written.fetchall()) == len(names["orders"]["customer_id"].unique())


def test_the_snippet_for_a_cluster_is_the_one_for_duckdb_with_other_readers():
    (cluster,) = re.findall(r"```python\n(# not run here.*?)```", GUIDE, flags=re.DOTALL)
    compile(cluster, "big-logs.md", "exec")
    for call in ("transactions.summarize(log)", "transactions.gather(customers)", "clv.score("):
        assert call in cluster


def test_every_file_that_the_guide_names_exists():
    named = re.findall(r"`(?:python )?((?:benchmarks|tests)/[\w/.]*)`", GUIDE)
    assert named
    assert not [name for name in named if not (ROOT / name).exists()]
