"""What the command delivers: one run from file to report, looked at from all sides."""

import html.parser
import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from centricity.audit import analyse, delivery, resume

VOID = ("meta", "img", "br", "hr")


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert tag in VOID or self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


@pytest.fixture(scope="session")
def page(run):
    assert run.done.returncode == 0, run.done.stderr
    return Page((run.out / "client.html").read_text(encoding="utf-8"))


def test_the_command_ends_well_and_says_what_it_guessed_and_wrote(run):
    assert run.done.returncode == 0
    assert "customer = 'customer_id' (guessed)" in run.done.stdout
    assert "3 set aside" in run.done.stdout
    for name in ("client.html", "client.ipynb", "customers.csv", "rejected.csv"):
        assert name in run.done.stdout
        assert (run.out / name).stat().st_size > 0


def test_progress_goes_to_stderr_only(run):
    assert "Reading the file" in run.done.stderr
    assert "Writing the report" in run.done.stderr
    assert "Reading" not in run.done.stdout


def test_the_orders_are_not_touched(run):
    assert run.orders.read_bytes() == run.before


def test_the_page_is_well_formed_and_holds_no_script_and_nothing_to_load(page):
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "embed", "form"} & set(page.tags)
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        if name in ("src", "href", "data", "action", "srcset"):
            assert value.startswith(("data:image/png;base64,", "#")), (tag, name, value)
    policies = [value for _, name, value in page.attributes if name == "content"]
    assert any("default-src 'none'" in policy for policy in policies)


def test_the_style_loads_nothing():
    style = (delivery.TEMPLATE / "report.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style


def test_ids_and_file_names_are_written_as_they_are(page, run):
    text = "".join(page.text)
    assert run.orders.name in text
    assert "<b>who</b>" in text
    assert "<i>when</i>" in text
    assert "b" not in page.tags
    assert "i" not in page.tags


def test_no_code_is_visible(page):
    text = "".join(page.text)
    assert "show." not in text
    assert "import" not in text
    assert "papermill" not in text


def test_every_figure_has_a_text(page):
    images = page.tags.count("img")
    texts = [value for tag, name, value in page.attributes if (tag, name) == ("img", "alt")]
    assert images == len(texts) >= 8
    assert all(len(text) > 20 for text in texts)


def test_customers_csv_runs_no_formula_and_loses_no_customer(run, evil_log, evil):
    raw = pd.read_csv(run.out / "customers.csv", encoding="utf-8-sig", dtype=str)
    assert not raw["customer_id"].str.match(r"[=+\-@\t\r]").any()
    for name in evil:
        dangerous = name[0] in "=+-@"
        assert (f"'{name}" if dangerous else name) in set(raw["customer_id"])
    kept = evil_log.iloc[:-3]
    assert len(raw) == kept["customer_id"].nunique()
    total = pd.to_numeric(raw["spend"]).sum()
    assert total == pytest.approx(pd.to_numeric(kept["amount"]).sum(), abs=0.01)


def test_rejected_csv_has_every_row_that_was_set_aside(run):
    raw = pd.read_csv(run.out / "rejected.csv", encoding="utf-8-sig", dtype=str)
    assert sorted(raw["reason"]) == ["missing id", "unreadable date", "unreadable date"]
    assert "'=1+1" in set(raw["customer_id"].dropna())


def test_findings_carry_the_numbers_of_the_data(page, evil_log):
    text = " ".join("".join(page.text).split())
    kept = evil_log.iloc[:-3].astype({"amount": float})
    date = pd.to_datetime(kept["date"])
    year = kept[date > date.max() - pd.DateOffset(years=1)]
    spend = np.sort(year.groupby("customer_id")["amount"].sum().to_numpy())[::-1]
    whole, rest = divmod(len(spend), 5)  # a fifth of a customer counts with a fifth of the spend
    share = (spend[:whole].sum() + rest / 5 * spend[whole]) / spend.sum()
    assert f"The best fifth of customers brings {share * 100:.0f} % of sales in the last" in text
    assert f"{len(spend)} customers spent" in text
    days = kept.drop_duplicates(["customer_id", "date"])
    once = (days["customer_id"].value_counts() == 1).sum()
    assert f"{once} customers of 600" in text
    assert f"{len(evil_log):,} rows in = {len(kept):,} kept + 3 set aside" in text


def test_the_kept_notebook_runs_again_by_itself(run):
    notebook = json.loads((run.out / "client.ipynb").read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] for cell in code[2:])
    kinds = {out["output_type"] for cell in code for out in cell["outputs"]}
    assert kinds == {"execute_result"}  # no warning, no print
    given = {}
    exec(code[0]["source"], given)
    assert given["orders"] == str(run.orders.resolve())
    assert given["options"] == {"margin": 0.4, "currency": "€"}
    assert given["work"] == ""
    assert "centricity-" not in json.dumps([cell["metadata"] for cell in code])
    again = resume(given["orders"], given["options"], given["work"])
    table = pd.read_csv(run.out / "customers.csv", encoding="utf-8-sig")
    assert again.customers["clv"].sum() == pytest.approx(table["clv"].sum())


def test_an_audit_never_overwrites_its_own_orders(tmp_path):
    orders = tmp_path / "customers.csv"
    orders.write_text("customer,date,amount\nA,2025-01-01,3\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"^audit: the output '.*' is the file of orders\. An"):
        delivery.targets(tmp_path / "report.html", orders)


def test_a_folder_as_output_gets_a_report(tmp_path):
    assert delivery.targets(tmp_path, "orders.csv").report == tmp_path / "report.html"


@pytest.mark.parametrize("output", ["report.pdf", "report", "report.ipynb"])
def test_an_output_that_is_no_html_is_refused(tmp_path, output):
    with pytest.raises(ValueError, match=r"does not end in \.html"):
        delivery.targets(tmp_path / output, "orders.csv")


def test_an_output_below_a_file_cannot_be_written(tmp_path):
    orders = tmp_path / "orders.csv"
    orders.write_text("customer,date,amount\nA,2025-01-01,3\n", encoding="utf-8")
    with pytest.raises(OSError, match=r"cannot be written .* Choose another place with -o\."):
        delivery.targets(orders / "report.html", orders)


def test_a_page_takes_a_title_that_looks_like_a_placeholder():
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    made = delivery.page(notebook, "{body}{style}")
    assert "<title>Customer-base audit: {body}{style}</title>" in made


def test_the_command_line_loads_no_engine_for_help():
    code = (
        "import sys; from typer.testing import CliRunner; from centricity import cli; "
        "done = CliRunner().invoke(cli.app, ['audit', '--help']); assert not done.exit_code; "
        "sys.exit(str({'pandas', 'scipy', 'matplotlib', 'papermill'} & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_analyse_shows_each_step(world, tmp_path):
    from centricity.audit.analysis import STEPS

    path = tmp_path / "orders.csv"
    world.to_csv(path, index=False)
    steps = []
    analyse(path, step=steps.append)
    whole = [step for step in steps if not step.startswith("…")]
    assert len(whole) == STEPS - 1  # the last is the delivery
    assert all(re.match(r"[A-Z]", step) for step in whole)
    assert len(steps) > len(whole)  # a long step tells its parts
