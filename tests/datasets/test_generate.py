"""The generator draws what is shipped, and nothing shipped is left undescribed."""

import json
import warnings

import numpy as np
import pytest

TYPED_IN = {"donations.csv", "retention.csv", "five_firms.csv", "behaviour_findings.csv"}


def test_regenerated_files_equal_the_shipped_ones_byte_for_byte(source, regenerated):
    shipped = {path.name for path in [*source.glob("*.csv"), *source.glob("*_truth.json")]}
    assert {path.name for path in regenerated} == shipped - TYPED_IN
    for path in regenerated:
        assert path.read_bytes() == (source / path.name).read_bytes(), path.name


def test_another_seed_draws_another_shop(generator):
    one, two = (generator.draw_shop.draw(seed)["shop_orders"] for seed in (1, 2))
    assert len(one) != len(two) or not np.allclose(one["amount"], two["amount"])


def test_files_are_utf8_with_line_feeds_and_small(source):
    for path in source.glob("*.csv"):
        content = path.read_bytes()
        content.decode("utf-8")
        assert b"\r" not in content
        assert content.endswith(b"\n")
        assert len(content) < 2_500_000


@pytest.fixture(scope="module")
def package(source):
    return json.loads((source / "datapackage.json").read_text(encoding="utf-8"))


def test_datapackage_and_every_table_are_valid_under_frictionless(source):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own deprecations
        import frictionless

        report = frictionless.validate(str(source / "datapackage.json"))
    assert report.valid, report.flatten(["title", "rowNumber", "fieldName", "message"])[:5]
    assert not report.warnings


def test_frictionless_would_see_a_spoiled_table(source, tmp_path, package):
    import shutil

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import frictionless

        resources = [r for r in package["resources"] if r["name"] == "donations"]
        alone = json.dumps(package | {"resources": resources})
        (tmp_path / "datapackage.json").write_text(alone, encoding="utf-8")
        shutil.copy(source / "donations.csv", tmp_path)
        with (tmp_path / "donations.csv").open("a", encoding="utf-8") as file:
            file.write("7,6,6,1\n")
        assert not frictionless.validate(str(tmp_path / "datapackage.json")).valid


def test_datapackage_names_every_csv_and_describes_every_column(source, package):
    assert {r["path"] for r in package["resources"]} == {p.name for p in source.glob("*.csv")}
    for resource in package["resources"]:
        for field in resource.get("schema", {}).get("fields", []):
            assert field["description"]


def test_readme_has_every_file(source):
    readme = (source / "README.md").read_text(encoding="utf-8")
    for path in [*source.glob("*.csv"), *source.glob("*_truth.json")]:
        assert f"`{path.name}`" in readme
