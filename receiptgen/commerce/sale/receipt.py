"""Records of one receipt: a small true document, drawn by ``basket.draw``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Literal

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.taxes import TaxScheme

Fact = str | int | Decimal | datetime | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number under which authorities know a business.

    Attributes:
        label: As ``GST ID``.
        number: The number.
    """

    label: str
    number: str


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who sells.

    Attributes:
        name: Trading name, as printed on top.
        legal_name: Name of the company, as ``GOLDEN HARVEST SDN BHD``.
        branch: Name of the shop among its shops; may be empty.
        address: Printed lines.
        phone: Number without a label.
        fax: Likewise; may be empty.
        url: Web address without a scheme.
        email: Address of mail.
        tax_ids: Numbers for taxes.
        company_ids: Other numbers; may be empty.
    """

    name: str
    legal_name: str
    branch: str
    address: tuple[str, ...]
    phone: str
    fax: str
    url: str
    email: str
    tax_ids: tuple[Identifier, ...]
    company_ids: tuple[Identifier, ...]


@dataclass(frozen=True, slots=True)
class Discount:
    """What is taken off an item or the whole receipt.

    Attributes:
        label: As ``MEMBER DISC``.
        percent: Share that was reckoned, or None for a fixed sum.
        amount: Amount taken off, above 0.
    """

    label: str
    percent: Decimal | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    """One line of goods.

    Attributes:
        name: As printed.
        full_name: Before abbreviation.
        code: PLU, SKU or EAN-13; may be empty.
        quantity: Pieces (no decimals), or a measure (2 or 3 decimals).
        unit: Empty for pieces, else ``kg lb L gal km mi h min night day``.
        unit_price: Price of one, up to 3 decimals.
        gross: ``quantity * unit_price`` rounded half up to cents.
        discount: Discount on this item, or None.
        amount: ``gross`` less the discount.
        rate: Name of its tax rate.
        tax_code: Code of that rate; may be empty.
        note: Modifier such as ``no onions``; may be empty.
        day: Day of a charge, where charges of several days are on one bill; None otherwise.
    """

    name: str
    full_name: str
    code: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    gross: Decimal
    discount: Discount | None
    amount: Decimal
    rate: str
    tax_code: str
    note: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One part of one tax rate; the parts of a rate share their ``net``.

    Attributes:
        rate: Name of the rate.
        code: Letters printed after an item of this rate; may be empty.
        name: Name of the part, as ``CGST`` or ``VAT``.
        percent: Share of this part.
        net: Amount before tax that is taxed at the rate.
        tax: Tax of this part.
    """

    rate: str
    code: str
    name: str
    percent: Decimal
    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        """Net and tax; the amount paid, where the rate has a single part."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Charge:
    """Service charge or tip.

    Attributes:
        label: As ``SERVICE CHARGE``.
        percent: Share that was reckoned, or None for a fixed sum.
        amount: Amount added, above 0.
    """

    label: str
    percent: Decimal | None
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Card:
    """A payment card as its slip shows it, or a wallet that stands for one.

    Attributes:
        brand: Name of the card or wallet.
        masked: Number with all but its last four digits hidden; empty for a wallet.
        approval: Approval code.
        terminal: Terminal number.
        entry: ``CHIP``, ``CONTACTLESS``, ``SWIPED`` ...; empty for a wallet.
    """

    brand: str
    masked: str
    approval: str
    terminal: str
    entry: str


@dataclass(frozen=True, slots=True)
class Tender:
    """What was handed over.

    Attributes:
        kind: Kind of payment.
        label: As ``CASH`` or ``VISA``.
        amount: Sum handed over, above 0; cash may exceed what was due.
        card: The card, for kind ``card``.
    """

    kind: Literal["cash", "card", "voucher"]
    label: str
    amount: Decimal
    card: Card | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt whose figures agree.

    These hold to the cent::

        subtotal  == sum(item.amount)
        total     == subtotal - sum(discounts) + service + (0 if inclusive else tax) + tip
        net + tax == total - tip
        tax       == sum(line.tax for line in taxes)
        net       == sum of the nets of the distinct rates in ``taxes``
        payable   == total + rounding == sum(tender.amount) - change
        saved     == all discounts, of items and of the whole receipt

    Attributes:
        locale: The country.
        currency: ISO 4217 code of the amounts.
        shop: Name of the kind of shop.
        merchant: Who sells.
        number: Number of the receipt.
        invoice: Number of the invoice.
        cashier: Name of the cashier or server.
        till: Number of the cash register.
        table: Table in a restaurant or cafe; else empty.
        guests: Guests at that table; else 0.
        moment: Time of payment; later than every time in ``facts`` but ``due_date``.
        items: Goods, at least one.
        items_sold: Number of pieces; what is measured counts as one.
        subtotal: Sum of the items' amounts.
        discounts: Taken off the whole receipt, before tax.
        service: Service charge; taxed at the standard rate.
        taxes: One line for each part of each rate in use, in order of the scheme's rates.
        inclusive: Whether prices contain the tax.
        tax_rounding: Whether tax was rounded for each line, or once for the total of each rate.
        net: Everything before tax and tip.
        tax: All tax.
        gross: Everything with its tax, before the tip.
        tip: Added after tax, untaxed.
        total: Amount owed.
        rounding: Rounding to the smallest coin, signed; 0 unless paid wholly in cash.
        payable: Amount paid.
        tenders: Payments.
        change: Handed back.
        saved: Sum of all discounts.
        facts: Other values that the kind of shop prints, see ``trades``; most keys are keys of ``locales.WORDS``.
        scheme: The rules by which tax was reckoned; its words go before the locale's.
        contradictions: Identities that given values break, a line each; empty for a true receipt.
    """

    locale: Locale
    currency: str
    shop: str
    merchant: Merchant
    number: str
    invoice: str
    cashier: str
    till: str
    table: str
    guests: int
    moment: datetime
    items: tuple[Item, ...]
    items_sold: int
    subtotal: Decimal
    discounts: tuple[Discount, ...]
    service: Charge | None
    taxes: tuple[TaxLine, ...]
    inclusive: bool
    tax_rounding: Literal["line", "total"]
    net: Decimal
    tax: Decimal
    gross: Decimal
    tip: Charge | None
    total: Decimal
    rounding: Decimal
    payable: Decimal
    tenders: tuple[Tender, ...]
    change: Decimal
    saved: Decimal
    facts: Mapping[str, Fact]
    scheme: TaxScheme
    contradictions: tuple[str, ...] = ()

    @property
    def date(self) -> date:
        """Day of payment."""
        return self.moment.date()

    @property
    def time(self) -> time:
        """Time of payment on that day."""
        return self.moment.time()


def count_pieces(items: Iterable[Item]) -> int:
    """Return how many pieces there are; what is measured counts as one."""
    return sum([1 if item.unit else int(item.quantity) for item in items])
