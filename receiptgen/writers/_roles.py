"""Roles of fields as classes: in one order for ever, so that a class has the same number in every data set."""

# What docs/reference/truth.md describes, but for a template's own lines. New ones come at the end: labels on disk hold
# the number of a role.
ROLES = (
    "merchant.name", "merchant.legal_name", "merchant.branch", "merchant.address", "merchant.phone", "merchant.fax",
    "merchant.email", "merchant.url", "merchant.tax_id", "merchant.company_id", "title", "receipt_no", "invoice_no",
    "date", "time", "cashier", "server", "till", "table", "guests", "customer.name", "customer.address", "order",
    "prescription", "pharmacist", "pump", "room", "guest", "arrival", "departure", "nights", "pickup", "dropoff",
    "distance", "duration", "driver", "plate", "entry", "exit", "space", "tracking", "weight", "sender", "recipient",
    "project", "due_date", "heading", "item.number", "item.code", "item.name", "item.quantity", "item.unit_price",
    "item.quantity_price", "item.price", "item.discount", "item.discount_percent", "item.tax_code", "item.note",
    "items_sold", "subtotal", "discount", "service_charge", "net", "tax", "gross", "tip", "total", "rounding",
    "payable", "saved", "tender.cash", "tender.card", "tender.voucher", "change", "card.number", "card.approval",
    "card.terminal", "card.entry", "tax_summary.code", "tax_summary.percent", "tax_summary.code_percent",
    "tax_summary.net", "tax_summary.tax", "tax_summary.gross", "tip.suggestion", "blank", "handwritten.table",
    "handwritten.paid", "handwritten.thanks", "handwritten.signature", "footer.thanks", "footer.goodbye",
    "footer.returns", "footer.survey", "footer.hours", "footer.copy", "footer.terms", "footer.signature",
    "barcode.text", "card.brand", "card.merchant", "card.aid", "card.tvr", "card.tsi", "card.arqc", "card.iad",
    "item.date",
)  # fmt: skip

# Labels of all values are one class; snippets, and what a template of one's own prints, another.
LABEL, TEXT = "label", "text"
CLASSES = (TEXT, LABEL, *ROLES)
CLASS_NUMBERS = {name: number for number, name in enumerate(CLASSES)}


def is_label(role: str) -> bool:
    """Return whether a field is the label of a value, as ``total.label``."""
    return role.endswith(".label")


def class_of(role: str) -> str:
    """Return which of ``CLASSES`` a field of some role belongs to."""
    if is_label(role):
        return LABEL
    return role if role in CLASS_NUMBERS else TEXT
