"""Values that a receipt is to have, given in the structure of ``items.json``; all that is not given is drawn.

Every key may be left out. A list that is given is whole: a receipt with three items given has three.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from receiptgen.commerce.given.value_types import (
    Amount,
    AmountOff,
    Day,
    FactText,
    Guests,
    Name,
    Percent,
    PercentOff,
    Pieces,
    Quantity,
    Text,
    TimeText,
)
from receiptgen.config.records import Record
from receiptgen.config.worded import TextLike


class GivenIdentifier(Record):
    """A number under which authorities know a business.

    Attributes:
        label: As ``GST ID``.
        number: The number.
    """

    label: Text | None = None
    number: Text | None = None


class GivenMerchant(Record):
    """Who sells.

    Attributes:
        name: Trading name.
        legal_name: Name of the company.
        branch: Name of the shop among its shops.
        address: Printed lines.
        phone: Number without a label.
        fax: Likewise.
        url: Web address without a scheme.
        email: Address of mail.
        tax_ids: Numbers for taxes.
        company_ids: Other numbers.
    """

    name: Text | None = None
    legal_name: Text | None = None
    branch: Text | None = None
    address: tuple[Text, ...] | None = Field(default=None, max_length=20)
    phone: Text | None = None
    fax: Text | None = None
    url: Text | None = None
    email: Text | None = None
    tax_ids: tuple[GivenIdentifier, ...] | None = Field(default=None, max_length=20)
    company_ids: tuple[GivenIdentifier, ...] | None = Field(default=None, max_length=20)


class GivenShare(Record):
    """A service charge or tip.

    Attributes:
        label: As ``MEMBER DISC``.
        percent: Share of what it is reckoned on, in per cent.
        amount: Sum that is added.
    """

    label: Text | None = None
    percent: Percent | None = None
    amount: Amount | None = None


class GivenDiscount(GivenShare):
    """What is taken off an item or the whole receipt.

    Attributes:
        label: As ``MEMBER DISC``.
        percent: Share of what it is reckoned on, in per cent, above 0.
        amount: Sum that is taken off, above 0; below 0 on a refund.
    """

    percent: PercentOff | None = None
    amount: AmountOff | None = None


class GivenItem(Record):
    """A line of goods.

    Attributes:
        name: Name as printed.
        full_name: Name before abbreviation.
        code: Product code.
        quantity: Pieces or measure, not 0, 99,999 at most; below 0 for what is handed back.
        unit: Measure such as ``kg``; empty for pieces.
        unit_price: Price of one.
        gross: Quantity times price.
        discount: Discount on this item.
        amount: ``gross`` less the discount.
        rate: Name of its tax rate in the locale.
        tax_code: Code of that rate.
        note: Modifier such as ``no onions``.
        day: Day of the charge.
    """

    name: Name | None = None
    full_name: Text | None = None
    code: Text | None = None
    quantity: Quantity | None = None
    unit: Text | None = None
    unit_price: Amount | None = None
    gross: Amount | None = None
    discount: GivenDiscount | None = None
    amount: Amount | None = None
    rate: Text | None = None
    tax_code: Text | None = None
    note: Text | None = None
    day: Day | None = None


class GivenTax(Record):
    """A part of a tax rate.

    Attributes:
        rate: Name of the rate in the locale.
        code: Letters printed after an item of this rate.
        name: Name of the part, as ``VAT``.
        percent: Share of this part in per cent.
        net: Amount before tax that is taxed.
        tax: Tax of this part.
        gross: Net and tax.
    """

    rate: Text | None = None
    code: Text | None = None
    name: Text | None = None
    percent: Percent | None = None
    net: Amount | None = None
    tax: Amount | None = None
    gross: Amount | None = None


class GivenCard(Record):
    """A payment card as its slip shows it.

    Attributes:
        brand: Name of the card.
        masked: Number with all but its last four digits hidden.
        approval: Approval code.
        terminal: Terminal number.
        entry: ``CHIP``, ``CONTACTLESS`` ...
    """

    brand: Text | None = None
    masked: Text | None = None
    approval: Text | None = None
    terminal: Text | None = None
    entry: Text | None = None


class GivenTender(Record):
    """What was handed over.

    Attributes:
        kind: Kind of payment.
        label: As ``CASH`` or ``VISA``.
        amount: Sum handed over.
        card: The card.
    """

    kind: Literal["cash", "card", "voucher"] | None = None
    label: Text | None = None
    amount: Amount | None = None
    card: GivenCard | None = None


GivenFact = FactText | tuple[FactText, ...]


class GivenReceipt(Record):
    """What a receipt is to say.

    Attributes:
        locale: Country, by name or path.
        currency: ISO 4217 code, as ``EUR``.
        shop: Kind of shop.
        merchant: Who sells.
        number: Number of the receipt.
        invoice: Number of the invoice.
        cashier: Name of the cashier or server.
        till: Number of the cash register.
        table: Table in a restaurant.
        guests: Guests at that table.
        date: Day of payment.
        time: Time of payment, with or without seconds.
        items: Goods.
        items_sold: Number of pieces.
        subtotal: Sum of the items' amounts.
        discounts: Taken off the whole receipt.
        service: Service charge.
        taxes: Taxes by rate; those of nothing may be left out.
        inclusive: Whether prices contain the tax.
        tax_rounding: Whether tax is rounded for each line, or once for the total of each rate.
        net: Everything before tax and tip.
        tax: All tax.
        gross: Everything with its tax, before the tip.
        tip: Added after tax.
        total: Amount owed; below 0 for a refund.
        rounding: Rounding to the smallest coin, signed.
        payable: Amount paid.
        tenders: Payments.
        change: Sum handed back.
        saved: Sum of all discounts.
        facts: Other values that the kind of shop prints, as ``room`` or ``pump``.
    """

    locale: Text | None = None
    currency: Annotated[str, TextLike("^[A-Z]{3}$", "three capital letters such as EUR")] | None = None
    shop: Text | None = None
    merchant: GivenMerchant = GivenMerchant()
    number: Text | None = None
    invoice: Text | None = None
    cashier: Text | None = None
    till: Text | None = None
    table: Text | None = None
    guests: Guests | None = None
    date: Day | None = None
    time: TimeText | None = None
    items: tuple[GivenItem, ...] | None = Field(default=None, min_length=1, max_length=400)
    items_sold: Pieces | None = None
    subtotal: Amount | None = None
    discounts: tuple[GivenDiscount, ...] | None = Field(default=None, max_length=100)
    service: GivenShare | None = None
    taxes: tuple[GivenTax, ...] | None = Field(default=None, max_length=100)
    inclusive: bool | None = None
    tax_rounding: Literal["line", "total"] | None = None
    net: Amount | None = None
    tax: Amount | None = None
    gross: Amount | None = None
    tip: GivenShare | None = None
    total: Amount | None = None
    rounding: Amount | None = None
    payable: Amount | None = None
    tenders: tuple[GivenTender, ...] | None = Field(default=None, max_length=100)
    change: Amount | None = None
    saved: Amount | None = None
    facts: dict[Text, GivenFact] = Field(default_factory=dict, max_length=100)

    @property
    def said(self) -> bool:
        """Whether anything is given."""
        return bool(self.model_fields_set)

    @property
    def sums_said(self) -> bool:
        """Whether any sum is given, from which the total may follow."""
        sums = (self.items, self.subtotal, self.taxes, self.net, self.tax, self.gross, self.payable, self.tenders)
        return any(value is not None for value in sums)


# Nothing is given.
NOTHING: Final = GivenReceipt()


def merge(base: GivenReceipt, over: GivenReceipt) -> GivenReceipt:
    """Lay given values over others: records merge key by key, lists and all else are replaced."""
    if not base.said:
        return over
    if not over.said:
        return base
    return GivenReceipt.model_validate(_merged(_said(base), _said(over)))


def _said(record: GivenReceipt) -> dict[str, Any]:
    return record.model_dump(exclude_unset=True)


def _merged(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _merged(base[key], over[key])
        for key in base.keys() & over.keys()
        if isinstance(base[key], Mapping) and isinstance(over[key], Mapping)
    }
    return {**base, **over, **both}
