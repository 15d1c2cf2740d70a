"""Guess which column is the customer, the date, the amount and the order, by its name."""

import re
import unicodedata
from collections.abc import Iterable

from centricity._validate import did_you_mean, listing, problem, require_columns

# Whole names (lower case, letters and digits only), the most telling first.
NAMES = {
    "date": (
        "date orderdate purchasedate transactiondate invoicedate saledate salesdate orderedat "
        "createdat purchasedat datetime timestamp transdate txndate orderpurchasetimestamp "
        "datum bestelldatum kaufdatum rechnungsdatum auftragsdatum belegdatum "
        "datecommande datedecommande dateachat datefacture "
        "fecha fechapedido fechacompra fechafactura "
        "日期 订单日期 购买日期 下单时间 交易日期 交易时间 订购日期"
    ),
    "customer": (
        "customerid custid customernumber customerno customerkey customer clientid clientnumber "
        "client memberid membernumber member userid user accountid account buyerid buyer "
        "shopperid customeruniqueid householdkey householdid "
        "kundennummer kundennr kundenid kunde kdnr debitor "
        "idclient numeroclient numclient clientno "
        "idcliente clienteid numerocliente cliente "
        "客户编号 客户id 客户 顾客编号 顾客id 顾客 会员编号 "
        "会员号 会员id 会员 用户id 用户编号 用户 买家"
    ),
    "order": (
        "orderid ordernumber orderno order invoiceid invoicenumber invoiceno invoice "
        "transactionid transactionnumber receiptid receiptnumber receipt basketid "
        "bestellnummer bestellnr bestellung auftragsnummer auftrag rechnungsnummer belegnummer "
        "numerocommande numcommande commande numerofacture idcommande "
        "pedido idpedido numeropedido factura numerofactura "
        "订单编号 订单号 订单id 订单"
    ),
    "amount": (
        "amount orderamount netamount totalamount total ordertotal totalprice totalsales "
        "revenue netrevenue sales netsales salesamount value ordervalue salesvalue dollarvalue "
        "netvalue grosssales turnover spend spent price paymentvalue "
        "betrag umsatz nettobetrag gesamtbetrag rechnungsbetrag wert bestellwert summe "
        "montant montanttotal montantht prix chiffredaffaires "
        "importe importetotal monto valor precio ventas "
        "金额 订单金额 销售额 总金额 实付金额 消费金额 总价"
    ),
}
# Whole names only: a column of this kind is reported, never used.
CURRENCY = (
    "currency currencycode ordercurrency ccy curr wahrung waehrung valuta "
    "devise monnaie moneda divisa 币种 货币"
)
# Parts that settle a name not listed above, unless one of the second kind is in it too.
PARTS = {
    "date": (
        "date|datum|fecha|日期|时间|timestamp",
        "birth|geburt|naiss|nacim|update|ship|deliver",
    ),
    "customer": (
        "customer|client|kunde|cliente|member|user|buyer|客户|顾客|会员|用户|买家",
        "name|mail|city|country|type|segment|group|stadt|land|nom|phone|age|gender",
    ),
    "order": (
        "order|invoice|bestell|auftrag|rechnung|commande|facture|pedido|factura|订单",
        "date|datum|fecha|status|type|amount|value|qty|quantity|price|total|item|line|日期|金额|"
        "currency|wahrung|waehrung|devise|moneda|币种|货币",
    ),
    "amount": (
        "amount|revenue|sales|betrag|umsatz|montant|importe|monto|金额|销售|dollar|value|total|wert",
        "unit|quantity|qty|tax|ship|discount|cost|einzel|unitaire|unitario|date|id$|rep|person|"
        "currency|wahrung|waehrung|devise|moneda|币种|货币",
    ),
}


def guess_columns(columns: Iterable[object]) -> dict[str, str]:
    """Guess which columns hold the customer, the date, the amount and the order number.

    Names in common use are known in English, German, French, Spanish and Chinese; case, blanks
    and marks do not matter.

    Parameters
    ----------
    columns : iterable of str
        The names of a table's columns.

    Returns
    -------
    dict
        ``"customer"``, ``"date"``, ``"amount"``, and ``"order"`` when there is such a column.

    Raises
    ------
    ValueError
        When one of the first three is not found; the message lists what exists.

    Examples
    --------
    >>> guess_columns(["Order ID", "Order Date", "Customer ID", "Net Sales"])
    {'customer': 'Customer ID', 'date': 'Order Date', 'amount': 'Net Sales', 'order': 'Order ID'}
    """
    names = [str(name) for name in columns]
    found = find_columns(names)
    missing = [role for role in ("customer", "date", "amount") if role not in found]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        remedy = (
            f"Say which it is: {', '.join(f'{role}=' for role in missing)} and the column's name"
        )
        unit_price = [n for n in names if re.search(r"unit|einzel", _plain(n))]
        quantity = [
            n for n in names if re.search(r"quantity|qty|menge|cantidad|quantit|数量", _plain(n))
        ]
        if missing == ["amount"] and unit_price and quantity:
            remedy = f"Make a column first: amount = '{quantity[0]}' times '{unit_price[0]}'"
        raise problem(
            "guess_columns",
            f"no column looks like the {listing(missing)} column{plural}. "
            f"There are: {listing(names) or 'none'}",
            "An order log has a customer, a date and an amount",
            remedy,
        )
    return {role: found[role] for role in ("customer", "date", "amount", "order") if role in found}


def find_columns(names: list[str]) -> dict[str, str]:
    """Return the roles that were found, each column used once."""
    found: dict[str, str] = {}
    for role, text in NAMES.items():
        known = text.split()
        here = [n for n in names if _plain(n) in known and n not in found.values()]
        if here:
            found[role] = min(here, key=lambda name: known.index(_plain(name)))
    for role, (yes, no) in PARTS.items():
        if role not in found:
            near = [
                n
                for n in names
                if re.search(yes, _plain(n))
                and not re.search(no, _plain(n))
                and n not in found.values()
            ]
            if near:
                found[role] = near[0]
    return found


def currency_column(names: list[str], taken: list[str]) -> str | None:
    """Return the column that names each amount's currency, if there is one.

    >>> currency_column(["Betrag", "Währung"], ["Betrag"])
    'Währung'
    """
    return next((n for n in names if _plain(n) in CURRENCY.split() and n not in taken), None)


def _plain(name: object) -> str:
    """Lower the case and drop accents, blanks and marks."""
    apart = unicodedata.normalize("NFKD", str(name)).casefold()
    return "".join(c for c in apart if c.isalnum())


def choose_columns(
    present: list[str], customer: str | None, date: str | None, amount: str | None,
    order: str | None, same_person: str | None, where: str,
) -> dict[str, str]:  # fmt: skip
    """Name the column of each role, as given or guessed, or raise for what cannot be found."""
    given = {
        role: name
        for role, name in (
            ("customer", customer), ("date", date), ("amount", amount), ("order", order),
            ("same_person", same_person),
        )
        if name is not None
    }  # fmt: skip
    require_columns(
        present, dict.fromkeys(given.values()), where, "A column named in the call must exist"
    )
    roles = [given[role] for role in ("customer", "date", "amount") if role in given]
    if len(set(roles)) < len(roles):
        raise problem(
            where, f"one column was given twice: {listing(roles)}",
            "Customer, date and amount are three columns",
        )  # fmt: skip
    left = [name for name in present if name not in given.values()]
    wanted = [role for role in ("customer", "date", "amount") if role not in given]
    found = guess_columns(left) if len(wanted) == 3 else find_columns(left)
    if missing := sorted(set(wanted) - set(found)):
        raise problem(
            where, f"no column looks like the {listing(missing)} column",
            "An order log has a customer, a date and an amount",
            f"Say which it is: {', '.join(f'{role}=' for role in missing)}. "
            f"{did_you_mean(missing[0], left)}",
        )  # fmt: skip
    return {**{role: found[role] for role in (*wanted, "order") if role in found}, **given}
