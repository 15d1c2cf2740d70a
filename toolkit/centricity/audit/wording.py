"""Say to a user of the command line what the toolkit says to a user of Python."""

import re

OPTIONS = (
    "customer", "date", "amount", "order", "cost", "channel", "category", "currency_column",
    "only_currency", "names", "delimiter", "decimal", "encoding", "sheet",
    "timezone", "duplicates", "zero_amounts", "as_of", "margin", "horizon", "unit",
)  # fmt: skip
WHOLE = {
    "day_first=True or day_first=False": "--day-first or --month-first",
    "names=[...]": "--names first,second,third",
    "test_accounts=": "--keep-test-accounts",
    "change the rule with --keep-test-accounts": "--keep-test-accounts keeps them",
    "merge=['ids alike'] to merge them": "--merge-ids merges them",
    "merge=['same person'] to merge them": "in Python, clean(..., merge=['same person']) does",
}
ARGUMENT = re.compile(rf"(?<![\w(-])({'|'.join(OPTIONS)})=(?=$|[\s,.;'\d])(?=(['\d])?)")


def for_command_line(text: str) -> str:
    """Turn Python arguments in a message into options of ``centricity audit``, on one line.

    >>> for_command_line("Say which it is: customer=, amount= and the column's name.")
    "Say which it is: --customer, --amount and the column's name."
    >>> for_command_line("The semicolon would work: delimiter=';', or leave delimiter= out.")
    "The semicolon would work: --delimiter ';', or leave --delimiter out."
    """
    for python, option in WHOLE.items():
        text = text.replace(python, option)

    def option_of(found: re.Match[str]) -> str:
        return f"--{found[1].replace('_', '-')}{' ' if found[2] else ''}"

    text = re.sub(r"(--[\w-]+) '(\w+)'", r"\1 \2", ARGUMENT.sub(option_of, text))
    return "".join(c for c in " ".join(text.split()) if c.isprintable())
