"""Draw every data set that this folder ships, from the toolkit's own models and fixed seeds.

Run ``python datasets/generate.py`` (or ``make datasets``); ``--to FOLDER`` writes elsewhere.
The same versions of the libraries give the same bytes. The published tables (``donations.csv``,
``retention.csv``, ``five_firms.csv``, ``behaviour_findings.csv``) are typed in from the literature
and are not touched.
"""

import argparse
import json
import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import draw_club  # noqa: E402
import draw_export  # noqa: E402
import draw_hire  # noqa: E402
import draw_loyalty  # noqa: E402
import draw_shop  # noqa: E402
import draw_survey  # noqa: E402


def generate(to: Path = HERE) -> list[Path]:
    """Write all files into a folder and return their paths."""
    to.mkdir(parents=True, exist_ok=True)
    shop = draw_shop.draw()
    tables = {**shop, "loyalty_members": draw_loyalty.draw(), **draw_club.draw()}
    tables |= draw_hire.draw() | draw_survey.draw()
    written = [write_csv(table, to / f"{name}.csv") for name, table in tables.items()]
    written.append(write_json(draw_shop.truth(), to / "shop_truth.json"))
    written.append(write_json(draw_club.truth(), to / "club_truth.json"))
    written.append(write_json(draw_hire.truth(), to / "hire_truth.json"))
    written.append(write_json(draw_survey.truth(), to / "survey_truth.json"))
    lines, faults = draw_export.draw(shop)
    written.append(write_lines(lines, to / "shop_export_raw.csv"))
    written.append(write_json(faults, to / "shop_export_truth.json"))
    written.append(write_json(draw_loyalty.truth(), to / "loyalty_truth.json"))
    return written


def write_csv(table: pd.DataFrame, path: Path) -> Path:
    """Write a table with the same bytes on every system: UTF-8, line feeds, ISO dates."""
    money = {"amount", "cost", "acquisition_cost", "basket", "sales", "sales_before", "twin_sales"}
    money |= {"revenue", "machine_cost", "price_paid"}
    shown = table.assign(**{name: table[name].map("{:.2f}".format) for name in money & {*table}})
    shown.to_csv(path, index=False, lineterminator="\n", date_format="%Y-%m-%d", encoding="utf-8")
    return path


def write_lines(lines: list[str], path: Path) -> Path:
    """Write text as it is, faults and all."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def write_json(content: dict[str, object], path: Path) -> Path:
    """Write true parameters."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Draw the data sets of the course.")
    parser.add_argument("--to", type=Path, default=HERE, help="folder to write into")
    for file in generate(parser.parse_args().to):
        print(f"{file}  {file.stat().st_size:,} bytes")
