"""The command line: ``centricity check``. Engines load inside the commands, so help is fast."""

import typer

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


def main() -> None:
    """Run the command line."""
    app()
