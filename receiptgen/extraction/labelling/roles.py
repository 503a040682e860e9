"""Roles of words: what a word says of a receipt, named as ``commerce.sale`` names values, without entries' numbers."""

# The order is that of the network's outputs. OTHER is all that is none of these; LABEL names a value beside it, as
# ``TOTAL`` or ``VISA``.
OTHER, LABEL = "other", "label"
ROLES = (
    OTHER, LABEL, "merchant.name", "merchant.legal_name", "merchant.branch", "merchant.address", "merchant.phone",
    "merchant.fax", "merchant.email", "merchant.url", "merchant.tax_ids.number", "merchant.company_ids.number",
    "number", "invoice", "date", "time", "items.code", "items.name", "items.quantity", "items.unit",
    "items.unit_price", "items.gross", "items.discount.amount", "items.amount", "items.tax_code", "items.note",
    "items_sold", "subtotal", "discounts.percent", "discounts.amount", "service.percent", "service.amount", "net",
    "tax", "taxes.code", "taxes.percent", "taxes.net", "taxes.tax", "taxes.gross", "gross", "tip.percent",
    "tip.amount", "total", "rounding", "payable", "saved", "tenders.cash", "tenders.card", "tenders.voucher", "change",
)  # fmt: skip
ROLE_NUMBERS = {role: number for number, role in enumerate(ROLES)}

# Roles of words that belong to an item.
ITEM_ROLES = frozenset(role for role in ROLES if role.startswith("items."))
# Roles of amounts of money.
MONEY_ROLES = frozenset(
    {
        "items.unit_price", "items.gross", "items.discount.amount", "items.amount", "subtotal", "discounts.amount",
        "service.amount", "net", "tax", "taxes.net", "taxes.tax", "taxes.gross", "gross", "tip.amount", "total",
        "rounding", "payable", "saved", "tenders.cash", "tenders.card", "tenders.voucher", "change",
    }
)  # fmt: skip
