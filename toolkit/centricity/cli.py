"""The command line: ``centricity check`` and ``centricity audit``.

Engines load inside the commands, so help is fast.
"""

import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from centricity.audit import Audit, Delivered

app = typer.Typer(
    name="centricity",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def root() -> None:
    """Customer Centricity, Hands On: a course and a toolkit."""


@app.command()
def check() -> None:
    """Say whether everything is here that the course needs; exit code 1 if not."""
    from centricity.environment import BROKEN, check_environment, verdict

    findings = check_environment()
    typer.echo(verdict(findings))
    raise typer.Exit(int(any(finding.verdict == BROKEN for finding in findings)))


def option(*names: str, help: str, metavar: str | None = None) -> typer.models.OptionInfo:
    """Describe an option of the command line."""
    info: typer.models.OptionInfo = typer.Option(*names, help=help, metavar=metavar)
    return info


Text = str | None


@app.command()
def audit(
    file: Annotated[Path, typer.Argument(help="Orders: CSV or other text, Excel or Parquet.")],
    output: Annotated[
        Path, option("--output", "-o", help="The report (.html), or a folder for it.")
    ] = Path("report.html"),
    customer: Annotated[Text, option("--customer", help="Column of the customer's id.")] = None,
    date: Annotated[Text, option("--date", help="Column of the order's date.")] = None,
    amount: Annotated[Text, option("--amount", help="Column of the amount.")] = None,
    order: Annotated[
        Text, option("--order", help="Column of the order number, to match refunds.")
    ] = None,
    cost: Annotated[
        Text, option("--cost", help="Column of the cost of goods of each line; gives profit.")
    ] = None,
    channel: Annotated[
        Text, option("--channel", help="Column of the sales channel, to split tables by.")
    ] = None,
    category: Annotated[
        Text, option("--category", help="Column of the product category, to split tables by.")
    ] = None,
    currency_column: Annotated[
        Text, option("--currency-column", help="Column of each amount's currency.")
    ] = None,
    only_currency: Annotated[
        Text,
        option(
            "--only-currency", help="Audit this one; rows in others are set aside.", metavar="EUR"
        ),
    ] = None,
    merge_ids: Annotated[
        bool, option("--merge-ids", help="Merge ids that differ only by case or blanks.")
    ] = False,
    formats: Annotated[
        list[str] | None,
        option(
            "--format",
            help="html (default), xlsx, pptx; several with commas or repeated.",
            metavar="A,B",
        ),
    ] = None,
    names: Annotated[
        Text,
        option("--names", help="Names for a file without any: id,date,amount.", metavar="A,B,C"),
    ] = None,
    sheet: Annotated[Text, option("--sheet", help="Sheet of a workbook.")] = None,
    delimiter: Annotated[
        Text, option("--delimiter", help="What separates values; \\t for a tab.")
    ] = None,
    decimal: Annotated[
        Literal[".", ","] | None, option("--decimal", help="Decimal mark of ambiguous amounts.")
    ] = None,
    encoding: Annotated[Text, option("--encoding", help="For example cp1252 or utf-16.")] = None,
    day_first: Annotated[
        bool | None,
        option("--day-first/--month-first", help="How to read 03/04/2025. Default: by the others."),
    ] = None,
    timezone: Annotated[Text, option("--timezone", help="For example Europe/Berlin.")] = None,
    as_of: Annotated[
        Text,
        option(
            "--as-of",
            help="Last day of the data; later orders are set aside.",
            metavar="YYYY-MM-DD",
        ),
    ] = None,
    duplicates: Annotated[
        Literal["reject", "keep"], option("--duplicates", help="Rows that are equal throughout.")
    ] = "reject",
    zero_amounts: Annotated[
        Literal["keep", "reject"], option("--zero-amounts", help="Purchases of no value.")
    ] = "keep",
    keep_test_accounts: Annotated[
        bool, option("--keep-test-accounts", help="Keep ids such as TEST01.")
    ] = False,
    margin: Annotated[
        float | None,
        option("--margin", help="Contribution margin, 0.4 for 40 %. Without it: sales."),
    ] = None,
    discount_rate: Annotated[
        float, option("--discount-rate", help="A year; later money counts less.")
    ] = 0.10,
    horizon: Annotated[float, option("--horizon", help="Years that lifetime value counts.")] = 3.0,
    unit: Annotated[
        Literal["D", "W", "M", "Q", "Y"], option("--unit", help="Time unit of the models.")
    ] = "W",
    currency: Annotated[str, option("--currency", help="For example € or CHF.")] = "",
    debug: Annotated[bool, option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Audit a customer base: from a file of orders to a report for a client.

    Writes one HTML file that needs no network, the notebook behind it, customers.csv and, when
    rows were set aside, rejected.csv; on request the tables as Excel and the findings as slides.
    Columns that are not named are guessed by their names. Exit code 1 for a file or an output
    that cannot be used, 2 for a wrong command.
    """
    given = {
        "customer": customer, "date": date, "amount": amount, "order": order, "cost": cost,
        "channel": channel, "category": category, "currency_column": currency_column,
        "only_currency": only_currency, "merge_ids": merge_ids, "sheet": sheet,
        "delimiter": "\t" if delimiter == "\\t" else delimiter, "decimal": decimal,
        "encoding": encoding, "day_first": day_first, "timezone": timezone, "as_of": as_of,
        "duplicates": duplicates, "zero_amounts": zero_amounts,
        "test_accounts": not keep_test_accounts, "margin": margin, "discount_rate": discount_rate,
        "horizon": horizon, "unit": unit, "currency": currency,
        "names": None if names is None else tuple(name.strip() for name in names.split(",")),
    }  # fmt: skip
    kinds = _kinds(formats)
    try:
        _audit(file, output, given, kinds)
    except Exception as error:
        if debug:
            raise
        typer.echo(_one_line(error), err=True)
        raise typer.Exit(1) from None


def _kinds(formats: list[str] | None) -> tuple[str, ...]:
    """Read ``--format xlsx,pptx`` or ``--format xlsx --format pptx``, each once."""
    known = ("html", "xlsx", "pptx")
    given = [one.strip().lower() for text in formats or ["html"] for one in text.split(",")]
    wrong = [one for one in given if one not in known]
    if wrong:
        says = f"'{wrong[0]}' is none of {', '.join(known)}; write for example --format html,xlsx"
        raise typer.BadParameter(says, param_hint="--format")
    return tuple(dict.fromkeys(given))


def _audit(file: Path, output: Path, given: "Mapping[str, Any]", formats: tuple[str, ...]) -> None:
    """Run the audit with a progress bar on stderr; say on stdout what was guessed and written."""
    from tqdm import tqdm

    from centricity.audit import Options, analyse, deliver
    from centricity.audit.analysis import STEPS
    from centricity.audit.delivery import targets

    options = Options(**given)
    targets(output, file, formats)
    look = "{n_fmt}/{total_fmt} {desc} [{elapsed}]"
    plain = not sys.stderr.isatty()  # a log file wants lines, not a bar that moves
    with tqdm(total=STEPS, bar_format=look, leave=False, disable=plain) as bar:
        begun = itertools.count(1)

        def step(text: str) -> None:
            part = text.startswith("…")  # of the step before: told, not counted
            if plain:
                typer.echo(f"    {text}" if part else f"{next(begun)}/{STEPS} {text}", err=True)
            bar.set_description_str(text, refresh=False)
            bar.update(not part)
            bar.refresh()

        found = analyse(file, options, step=step)
        done = deliver(found, file, output, formats=formats, step=step)
    typer.echo(_closing(found, done))


def _closing(found: "Audit", done: "Delivered") -> str:
    lines = [*_columns(found), *_rows(found), *_notes(found)]
    named = {
        "Report": done.report, "Notebook": done.notebook, "Excel": done.workbook,
        "Slides": done.deck, "Customers": done.customers, "Set aside": done.rejected,
    }  # fmt: skip
    lines += [f"{name + ':':<10} {path}" for name, path in named.items() if path is not None]
    return "\n".join(lines)


def _columns(found: "Audit") -> list[str]:
    roles = [
        f"{role} = '{name}'{' (guessed)' if role in found.source.guessed else ''}"
        for role, name in found.source.columns.items()
    ]
    lines = [f"Columns: {', '.join(roles)}."]
    if found.source.guessed:
        options = [f"--{role}{'-column' * (role == 'currency')}" for role in found.source.columns]
        lines.append(f"  A wrong guess? Name the column: {', '.join(options)}.")
    return lines


def _rows(found: "Audit") -> list[str]:
    from centricity.audit.show_cleaning import remedy
    from centricity.audit.wording import for_command_line

    report, facts = found.cleaned.report, found.cleaned.report.attrs
    lines = [
        f"Rows: {facts['rows']:,} in = {facts['kept']:,} kept + {facts['rejected']:,} set aside."
    ]
    for rule, row in report[report["rejected"] > 0].iterrows():
        helps = remedy(found, str(rule))
        more = f" What helps: {helps}." if helps else ""
        lines.append(f"  {row['rejected']:,} × {rule}.{more}")
    for rule in ("ids alike", "one person, several ids"):
        if rule in report.index and report.loc[rule, "rows"]:
            row = report.loc[rule]
            lines.append("  " + for_command_line(
                f"{row['rows']:,} × {rule}, {row['action']} ({row['examples']})."
                + (f" What helps: {row['remedy']}." if row["action"] == "kept apart" else "")
            ))  # fmt: skip
    return lines


def _notes(found: "Audit") -> list[str]:
    from centricity.audit.show_cleaning import notes_of
    from centricity.audit.wording import for_command_line
    from centricity.audit.words import hole

    lines = [f"Note: {note}" for note in notes_of(found)]
    if found.base.value is not None and found.base.value.overview.silence is not None:
        lines.append(f"Note: {hole(found.base.value.overview.silence)}. Is the file complete?")
    for part in (found.base, found.worth):
        if part.value is None:
            return [*lines, f"Note: {for_command_line(part.reason)}."]
    values = found.worth.found.values
    if values.value is None:
        lines.append(f"Note: no lifetime values, since {for_command_line(values.reason)}.")
    return lines


def _one_line(error: Exception) -> str:
    """Say what is wrong and what to do, on one line and without a traceback."""
    from centricity.audit.wording import for_command_line

    if isinstance(error, ImportError):
        return (
            f"audit: the package '{error.name}' is not installed. The report needs the packages of "
            "the course. Install them, for example with: pip install 'centricity[course]'"
        )
    if isinstance(error, MemoryError):
        return (
            "audit: memory ran out. All orders must fit. Export fewer columns or a shorter period."
        )
    if isinstance(error, OSError) and error.strerror and error.filename:
        return for_command_line(
            f"audit: '{error.filename}' cannot be used ({error.strerror}). The orders must be "
            "readable and the report's folder writable. Check the rights, or copy the file."
        )
    if isinstance(error, ValueError | TypeError | OSError):
        return for_command_line(str(error))
    return for_command_line(
        f"audit: an error that was not foreseen ({type(error).__name__}: {str(error)[:200]}). This "
        "is a fault of the toolkit, not yours. Run again with --debug and report what it shows."
    )


def main() -> None:
    """Run the command line."""
    app()
