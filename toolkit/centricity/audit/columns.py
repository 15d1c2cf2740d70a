"""Which column plays which role: given, or guessed by a name in common use."""

import re

import pandas as pd

from centricity import transactions
from centricity._validate import problem, require_columns
from centricity.audit.options import WHERE, Options
from centricity.transactions._columns import CURRENCY, _plain

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
    "currency_column": CURRENCY,
}
# Who ordered, where no column is a customer's id; the most telling first.
STAND_IN = (
    "customeremail emailaddress email mail customermail kundenemail emailadresse correo "
    "correoelectronico courriel adresseemail 邮箱 电子邮箱 客户邮箱 id"
)
NUMBERED = re.compile(r"#?[A-Za-z]{0,5}[-_ ]?\d{2,}")


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
    columns, guessed = _of_orders(raw, options, set(more.values()))
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
    raw: pd.DataFrame, options: Options, taken: set[str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Choose customer, date, amount and order; the last may be missing."""
    names = [str(name) for name in raw.columns]
    given = {role: name for role in ORDER_ROLES if (name := getattr(options, role)) is not None}
    absent = [name for name in given.values() if name not in names]
    if absent or len({"customer", "date", "amount"} & set(given)) == 3:
        return given, ()  # clean() words the error about a column that does not exist
    free = [name for name in names if name not in taken - set(given.values())]
    known = dict(given)
    try:
        found = transactions.guess_columns(_stand_in(free, known))
    except ValueError:
        who = None if "customer" in given else _who(raw, [n for n in free if n not in given])
        if who is not None:
            known["customer"] = who
        found = _guess_again(free, known, names, options)
    back = {role: known.get(role, found.get(role)) for role in ORDER_ROLES}
    if back["order"] is None:
        back["order"] = _numbers(raw, [name for name in free if name not in back.values()])
    columns = {role: name for role, name in back.items() if name is not None}
    return columns, tuple(role for role in columns if role not in given)


def _guess_again(
    free: list[str], known: dict[str, str], names: list[str], options: Options
) -> dict[str, str]:
    """Guess once more with what is known of the customer, or word what is missing."""
    try:
        return transactions.guess_columns(_stand_in(free, known))
    except ValueError:
        if options.names is None and any(VALUE.fullmatch(name) for name in names):
            raise problem(
                WHERE, f"the first line looks like data, not column names: {', '.join(names)[:80]}",
                "A table needs column names", f"Give them: names=[...] with {len(names)} names",
            ) from None  # fmt: skip
        raise


def _who(raw: pd.DataFrame, names: list[str]) -> str | None:
    """Find a column that can stand in for the customer's id: an address, or a bare id.

    A column called id may number the rows, so its values must repeat.
    """
    found = _first_known(STAND_IN.split(), names)
    if found is None or (_plain(found) == "id" and raw[found].is_unique):
        return None
    return found


def _numbers(raw: pd.DataFrame, names: list[str]) -> str | None:
    """Find a column called name that holds order numbers, as some shops' exports have it."""
    for name in names:
        if _plain(name) in ("name", "ordername"):
            texts = raw[name].dropna().astype("str").head(1000)
            if len(texts) and texts.map(NUMBERED.fullmatch).notna().all():
                return name
    return None


def _stand_in(names: list[str], given: dict[str, str]) -> list[str]:
    """Let the guess pass over given columns, whatever these are called."""
    left = [name for name in names if name not in given.values()]
    return [*(role for role in given if role != "order"), *left]
