"""What a receipt says: its fields, each with the words that it stands on and whether arithmetic bears it out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, time
from decimal import Decimal
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Field:
    """A value that was read.

    Attributes:
        value: The value as ``items.json`` has it: amounts as decimals with a point, dates and times ISO 8601, all else
            as it is printed.
        text: What the paper says, its words with spaces between.
        confidence: Probability that the value is right, 0 to 1.
        words: Indices of its words among those of the page.
        checked: Whether sums that it belongs to add up; None where nothing on the paper can tell.
        alternative: Value that would make a failed sum add up; empty for none.
    """

    value: str
    text: str
    confidence: float
    words: tuple[int, ...] = ()
    checked: bool | None = None
    alternative: str = ""

    @property
    def decimal(self) -> Decimal:
        """Its value as a number.

        Raises:
            decimal.InvalidOperation: It is none.
        """
        return Decimal(self.value)

    @property
    def date(self) -> date:
        """Its value as a date.

        Raises:
            ValueError: It is none.
        """
        return date.fromisoformat(self.value)

    @property
    def time(self) -> time:
        """Its value as a time.

        Raises:
            ValueError: It is none.
        """
        return time.fromisoformat(self.value)


@dataclass(frozen=True, slots=True)
class IdentifierFields:
    """A number under which authorities know a business.

    Attributes:
        label: What stands before it.
        number: The number.
    """

    label: Field | None = None
    number: Field | None = None


@dataclass(frozen=True, slots=True)
class MerchantFields:
    """Who sells.

    Attributes:
        name: Trading name.
        legal_name: Name of the company, where it is printed besides.
        branch: Name of the shop among its shops.
        address: Its printed lines.
        phone: Number of the telephone.
        fax: Number of the fax.
        email: Address of mail.
        url: Web address.
        tax_ids: Numbers for taxes.
        company_ids: Other numbers.
    """

    name: Field | None = None
    legal_name: Field | None = None
    branch: Field | None = None
    address: tuple[Field, ...] = ()
    phone: Field | None = None
    fax: Field | None = None
    email: Field | None = None
    url: Field | None = None
    tax_ids: tuple[IdentifierFields, ...] = ()
    company_ids: tuple[IdentifierFields, ...] = ()


@dataclass(frozen=True, slots=True)
class ChargeFields:
    """What is taken off or added: a discount, a service charge, a tip.

    Attributes:
        label: What the paper calls it.
        percent: Share that it was reckoned by.
        amount: Amount, above 0.
    """

    label: Field | None = None
    percent: Field | None = None
    amount: Field | None = None


@dataclass(frozen=True, slots=True)
class ItemFields:
    """A line of goods.

    Attributes:
        name: Name as printed.
        code: Its number in the shop, as a PLU or EAN.
        quantity: Pieces, or a measure.
        unit: Unit of the measure.
        unit_price: Price of one.
        gross: Quantity times unit price, where it is printed besides the amount.
        discount: What was taken off.
        amount: What is paid for it.
        tax_code: Code of its tax.
        note: What is said of it below.
    """

    name: Field | None = None
    code: Field | None = None
    quantity: Field | None = None
    unit: Field | None = None
    unit_price: Field | None = None
    gross: Field | None = None
    discount: ChargeFields | None = None
    amount: Field | None = None
    tax_code: Field | None = None
    note: Field | None = None


@dataclass(frozen=True, slots=True)
class TaxFields:
    """A tax at one rate.

    Attributes:
        name: What the paper calls it.
        code: Code of the rate.
        percent: The rate.
        net: Amount that is taxed.
        tax: The tax.
        gross: Both together.
    """

    name: Field | None = None
    code: Field | None = None
    percent: Field | None = None
    net: Field | None = None
    tax: Field | None = None
    gross: Field | None = None


@dataclass(frozen=True, slots=True)
class TenderFields:
    """A payment.

    Attributes:
        kind: How it was paid.
        label: What the paper calls it.
        amount: Sum handed over.
    """

    kind: Literal["cash", "card", "voucher"]
    label: Field | None = None
    amount: Field | None = None


@dataclass(frozen=True, slots=True)
class ReceiptFields:
    """The fields of a receipt; what is not on the paper is None or empty.

    Attributes:
        merchant: Who sells.
        number: Number of the receipt.
        invoice: Number of the invoice.
        date: Day of payment.
        time: Time of payment.
        currency: ISO 4217 code, where the paper names the currency.
        items: Goods.
        items_sold: Number of pieces.
        subtotal: Sum of the items.
        discounts: Taken off the whole receipt.
        service: Service charge.
        net: Everything before tax.
        tax: All tax.
        taxes: Taxes by rate.
        gross: Everything with its tax.
        tip: The tip.
        total: Amount owed.
        rounding: Rounding to the smallest coin, signed.
        payable: Amount paid, where it is printed besides the total.
        tenders: Payments.
        change: Handed back.
        saved: Sum of discounts.
        checked: Whether the total agrees with all that is printed about it: True where sums lead to it and none
            fails, False where one fails, None where there is no sum or where a tip by hand can't be read.
        notes: What is doubtful, a line each: a sum that fails, of an item as well; a payment that can't be right, a
            date that can be read in two ways, a tip without an amount.
    """

    merchant: MerchantFields = MerchantFields()
    number: Field | None = None
    invoice: Field | None = None
    date: Field | None = None
    time: Field | None = None
    currency: Field | None = None
    items: tuple[ItemFields, ...] = ()
    items_sold: Field | None = None
    subtotal: Field | None = None
    discounts: tuple[ChargeFields, ...] = ()
    service: ChargeFields | None = None
    net: Field | None = None
    tax: Field | None = None
    taxes: tuple[TaxFields, ...] = ()
    gross: Field | None = None
    tip: ChargeFields | None = None
    total: Field | None = None
    rounding: Field | None = None
    payable: Field | None = None
    tenders: tuple[TenderFields, ...] = ()
    change: Field | None = None
    saved: Field | None = None
    checked: bool | None = None
    notes: tuple[str, ...] = ()

    def each(self) -> Iterator[tuple[str, Field]]:
        """Yield all fields with their paths, as ``total``, ``merchant.name`` or ``items.3.amount``."""
        yield from _each(self, "")

    def on_words(self, places: Sequence[tuple[int, ...]]) -> "ReceiptFields":
        """Return the same fields, with the indices of words that stand in the place of each.

        Args:
            places: Indices in the place of each of the page's words.
        """
        moved: ReceiptFields = _on_words(self, places)
        return moved

    def values(self) -> dict[str, Any]:
        """Return the values in the structure of ``items.json``, which ``draw --from`` takes; what is missing is None.

        Entries of lists have no keys for what is missing.
        """
        found: dict[str, Any] = _values(self) or {}
        return {field.name: found.get(field.name) for field in fields(self) if field.name not in {"checked", "notes"}}

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON object: ``values``, ``checked``, ``notes``, and ``fields``, which tells of each by its path."""
        evidence = {
            path: {
                "value": field.value, "text": field.text, "confidence": round(field.confidence, 4),
                "checked": field.checked, "words": list(field.words),
                **({"alternative": field.alternative} if field.alternative else {}),
            }
            for path, field in self.each()
        }  # fmt: skip
        return {"values": self.values(), "checked": self.checked, "notes": list(self.notes), "fields": evidence}


def _each(record: Any, prefix: str) -> Iterator[tuple[str, Field]]:
    for field in fields(record):
        yield from _below(getattr(record, field.name), f"{prefix}{field.name}")


def _below(value: Any, path: str) -> Iterator[tuple[str, Field]]:
    if isinstance(value, Field):
        yield path, value
    elif is_dataclass(value):
        yield from _each(value, f"{path}.")
    elif isinstance(value, tuple):
        for index, entry in enumerate(value):
            yield from _below(entry, f"{path}.{index}")


def _on_words(value: Any, places: Sequence[tuple[int, ...]]) -> Any:
    if isinstance(value, Field):
        return replace(value, words=tuple(index for word in value.words for index in places[word]))
    if isinstance(value, tuple):
        return tuple(_on_words(entry, places) for entry in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{part.name: _on_words(getattr(value, part.name), places) for part in fields(value)})


def _values(value: Any) -> Any:
    """Return a record or a list as JSON has it, without what is missing; None where nothing is left."""
    if isinstance(value, Field):
        return value.value
    if isinstance(value, tuple):
        return [_values(entry) or {} for entry in value if not isinstance(entry, str)] or None
    if is_dataclass(value):
        said = {field.name: _values(getattr(value, field.name)) for field in fields(value)}
        return {name: entry for name, entry in said.items() if entry is not None} or None
    return value if isinstance(value, str) else None
