"""Numbers and names that a receipt bears: of the receipt, the invoice, the cashier and the table."""

from datetime import datetime

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice


def draw_number(dice: Dice) -> str:
    """Draw a receipt number in one of several styles."""
    style = dice.integer(0, 4)
    digits = dice.digits(dice.integer(4, 8))
    if style == 0:
        return f"{dice.letters('ABCDEFGHJKLMNPRSTUVWXYZ', dice.integer(1, 3))}{digits}"
    if style == 1:
        return f"{dice.integer(1, 99):02d}-{digits}"
    if style == 2:
        return f"{dice.digits(4)}/{dice.digits(3)}/{dice.digits(4)}"
    return digits


def draw_invoice_number(moment: datetime, dice: Dice) -> str:
    """Draw an invoice number; some carry the year or the month of payment."""
    digits = dice.digits(dice.integer(4, 6))
    stem = dice.choose(("INV", "CS", "R", "A", "SI", "IN"))
    return dice.choose((f"{stem}-{moment.year}-{digits}", f"{stem}{moment:%y%m}-{digits}", f"{stem}{digits}", digits))


def draw_cashier(server: object, dice: Dice, locale: Locale) -> str:
    """Draw a cashier's name or number; a server cashes up for the table served."""
    if isinstance(server, str):
        return server
    firstname, surname = dice.choose(locale.firstnames), dice.choose(locale.surnames)
    name = locale.staff_name(firstname, locale.surname_of(firstname, surname))
    longer = f"{name} {locale.initial(surname)}" if locale.staff == "firstname" else name
    return dice.choose((name, name, locale.upper(name), longer, dice.digits(3)))


def draw_server(dice: Dice, locale: Locale) -> str:
    """Draw the name of who serves a table."""
    firstname = dice.choose(locale.firstnames)
    surname = dice.fork("surname of a server").choose(locale.surnames)
    return locale.staff_name(firstname, locale.surname_of(firstname, surname))


def draw_table(dice: Dice) -> str:
    """Draw the number of a table."""
    return f"{dice.choose(('', '', '', 'A', 'B', 'T'))}{dice.integer(1, 48)}"
