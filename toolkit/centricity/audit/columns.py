"""Which column plays which role: given, or guessed by a name in common use."""

import re

import pandas as pd

from centricity import transactions
from centricity._validate import problem, require_columns
from centricity.audit.options import WHERE, Options
from centricity.transactions._columns import _plain

VALUE = re.compile(r"[\d.,:/+ -]*\d[\d.,:/+ -]*")
ORDER_ROLES = ("customer", "date", "amount", "order")
# Whole names only (lower case, letters and digits, accents dropped): a wrong guess of one of these
# would change profit or refuse a good file, so nothing is guessed from a part of a name.
MORE = {
    "cost": (
        "cost costs cogs costofgoods costofgoodssold costofsales totalcost linecost "
        "kosten wareneinsatz einstandswert cout couts coutdesventes coutdesmarchandises "
        "coste costo costedeventas costodeventas 成本 销售成本 商品成本"
    ),
    "channel": (
        "channel saleschannel orderchannel kanal vertriebskanal verkaufskanal "
        "canal canaldevente canalvente canaldeventa canaldeventas canalventa 渠道 销售渠道"
    ),
    "category": (
        "category productcategory itemcategory maincategory productgroup productline "
        "kategorie produktkategorie warengruppe produktgruppe "
        "categorie categorieproduit categoria categoriaproducto categoriadeproducto "
        "品类 类别 商品类别 产品类别"
    ),
    "currency_column": (
        "currency currencycode ordercurrency ccy curr wahrung waehrung valuta "
        "devise monnaie moneda divisa 币种 货币"
    ),
}


def choose_columns(raw: pd.DataFrame, options: Options) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the column of each role, and which of them were guessed by their names.

    Roles: customer, date, amount and, where there is such a column, order, cost, channel,
    category and currency.

    Raises
    ------
    ValueError
        When a column named in the options is not there, one column was given two roles, or
        customer, date or amount cannot be guessed.

    Examples
    --------
    >>> raw = pd.DataFrame(columns=["Kunde", "Datum", "Betrag", "Brutto", "Kanal"])
    >>> columns, guessed = choose_columns(raw, Options(amount="Brutto"))
    >>> columns
    {'customer': 'Kunde', 'date': 'Datum', 'amount': 'Brutto', 'channel': 'Kanal'}
    >>> guessed
    ('customer', 'date', 'channel')
    """
    names = [str(name) for name in raw.columns]
    more = {role: name for role in MORE if (name := getattr(options, role)) is not None}
    require_columns(names, more.values(), WHERE, "A column named in the options must exist")
    columns, guessed = _of_orders(names, options, set(more.values()))
    for role, known in MORE.items():
        taken = {*columns.values(), *more.values()}
        if role in more:
            _refuse_a_second_role(role, more[role], columns)
            columns[role] = more[role]
        elif found := _first_known(known.split(), [name for name in names if name not in taken]):
            columns[role] = found
            guessed = (*guessed, role)
    return {ROLE.get(role, role): name for role, name in columns.items()}, tuple(
        ROLE.get(role, role) for role in guessed
    )


ROLE = {"currency_column": "currency"}


def _refuse_a_second_role(role: str, name: str, columns: dict[str, str]) -> None:
    other = next((one for one, taken in columns.items() if taken == name), None)
    if other is not None:
        option = role.removesuffix("_column")
        raise problem(
            WHERE, f"the column '{name}' was given as {option} and is the {other} column",
            "A column has one role", f"Name another column for {option}",
        )  # fmt: skip


def _first_known(known: list[str], names: list[str]) -> str | None:
    here = [name for name in names if _plain(name) in known]
    return min(here, key=lambda name: known.index(_plain(name))) if here else None


def _of_orders(
    names: list[str], options: Options, taken: set[str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Choose customer, date, amount and order; the last may be missing."""
    given = {role: name for role in ORDER_ROLES if (name := getattr(options, role)) is not None}
    absent = [name for name in given.values() if name not in names]
    if absent or len({"customer", "date", "amount"} & set(given)) == 3:
        return given, ()  # clean() words the error about a column that does not exist
    free = [name for name in names if name not in taken - set(given.values())]
    try:
        found = transactions.guess_columns(_stand_in(free, given))
    except ValueError:
        if options.names is None and any(VALUE.fullmatch(name) for name in names):
            raise problem(
                WHERE, f"the first line looks like data, not column names: {', '.join(names)[:80]}",
                "A table needs column names", f"Give them: names=[...] with {len(names)} names",
            ) from None  # fmt: skip
        raise
    back = {role: given.get(role, found.get(role)) for role in ORDER_ROLES}
    columns = {role: name for role, name in back.items() if name is not None}
    return columns, tuple(role for role in columns if role not in given)


def _stand_in(names: list[str], given: dict[str, str]) -> list[str]:
    """Let the guess pass over given columns, whatever these are called."""
    left = [name for name in names if name not in given.values()]
    return [*(role for role in given if role != "order"), *left]
