"""The amounts of fields that sums are checked by."""

from dataclasses import replace
from decimal import Decimal

from receiptgen.extraction.assembly.identities import TaxAmounts, Terms
from receiptgen.extraction.fields import Field, ItemFields, ReceiptFields


def without_words(found: ReceiptFields, used: frozenset[int]) -> ReceiptFields:
    """Return fields without payments, taxes and charges that stand on words which are sums."""

    def stays(*amounts: Field | None) -> bool:
        return all(used.isdisjoint(amount.words) for amount in amounts if amount)

    return replace(
        found,
        tenders=tuple(tender for tender in found.tenders if stays(tender.amount)),
        taxes=tuple(tax for tax in found.taxes if stays(tax.net, tax.tax, tax.gross)),
        discounts=tuple(charge for charge in found.discounts if stays(charge.amount)),
    )


def terms_of(found: ReceiptFields) -> Terms:
    """Return the amounts of fields that sums are checked by."""
    paid = [_paid(item) for item in found.items]
    return Terms(
        items=tuple(filter(None, paid)) if paid and None not in paid else None,
        discounts=tuple(charge.amount.decimal for charge in found.discounts if charge.amount),
        service=found.service.amount.decimal if found.service and found.service.amount else Decimal(0),
        tip=found.tip.amount.decimal if found.tip and found.tip.amount else Decimal(0),
        taxes=tuple(TaxAmounts(*map(_decimal, (tax.percent, tax.net, tax.tax, tax.gross))) for tax in found.taxes),
        tenders=tuple(tender.amount.decimal for tender in found.tenders if tender.amount),
    )  # fmt: skip


def _decimal(field: Field | None) -> Decimal | None:
    return field.decimal if field else None


def _paid(item: ItemFields) -> Decimal | None:
    """Return what is paid for an item: its amount, or what is left of it where a discount stands below."""
    if item.amount:
        return item.amount.decimal
    if item.gross is None:
        return None
    return item.gross.decimal - (item.discount.amount.decimal if item.discount and item.discount.amount else 0)
