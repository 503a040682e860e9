"""What a template says of its receipts' baskets."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from receiptgen.commerce.trade.goods_list import GoodsName
from receiptgen.commerce.trade.merchant_list import MerchantsName
from receiptgen.commerce.trade.shops import ShopName
from receiptgen.config.records import Record
from receiptgen.core.days import Days
from receiptgen.core.distributions import Range, Share, Weights, among, between, counts

Percent = Annotated[Decimal, Field(gt=0, le=100)]
ItemCount = Annotated[Range, counts(1, 400)]
# What totals are drawn from, in the currency's main unit; below 0 for refunds.
TotalRange = Annotated[Range, between(-(10**9), 10**9)]
# What is done with given values that contradict each other.
Contradictions = Literal["refuse", "print"]


class BasketSpec(Record):
    """What a receipt's basket is like.

    Attributes:
        shop: Kind of shop: a packaged name (``bakery cafe fuel hardware hotel office parking pharmacy post restaurant
            supermarket taxi``) or the path of a YAML file.
        goods: List of goods: the path of a CSV or YAML file with names, prices, tax classes, units and codes; none for
            what such shops sell.
        merchants: List of merchants: the path of a CSV or YAML file with names, addresses, numbers and weights; none
            for made-up ones.
        items: Number of lines of goods; a stay, a ride or a tank bring their own.
        quantity: Pieces in a line.
        multiples: Share of lines with more than one piece.
        weighed: Share of lines sold by weight, where the shop has such goods.
        names: Form of names: in ``full``, in ``upper`` case or abbreviated as on a cash register, ``till``.
        name_length: Most characters of an abbreviated name.
        item_discount: Share of lines with a discount of their own.
        coupon: Share of receipts with a coupon.
        member: Share of receipts with a member's discount.
        discount: Share of receipts with a discount on the whole, a coupon or a member's, in place of both shares.
        service: Share of receipts with a service charge.
        service_percent: Service charges to choose from.
        tip: Share of receipts with a tip.
        tip_percent: Tips to choose from, on everything with tax.
        tender: Kinds of payment; a ``voucher`` pays a part, cash or a card the rest.
        cash: Share of receipts that are paid in cash; ``tender`` then weighs the others.
        total: Totals, evenly drawn; the prices are adapted. Where taxes come on top, the nearest that can be. With a
            list of ``goods``, the nearest of the range that some of them come to at its prices.
        codes: Product codes: ``none``, ``plu`` (4 or 5 digits), ``sku`` (6 to 8) or ``ean`` (13).
        notes: Share of lines with a modifier, where the shop has such.
        years: Years of payment.
        dates: Days of payment, in place of ``years``.
        contradictions: What becomes of given values that contradict each other: ``refuse``, or ``print`` as they are.
    """

    renamed: ClassVar[Mapping[str, str]] = {"lines": "items"}
    shop: ShopName = "supermarket"
    goods: GoodsName = ""
    merchants: MerchantsName = ""
    items: ItemCount = Range(2, 18)
    quantity: Annotated[Range, counts(1, 9999)] = Range(1, 4)
    multiples: Share = 0.25
    weighed: Share = 0.1
    names: Annotated[Weights, among("full", "till", "upper")] = Weights(full=1.0, till=1.0, upper=1.0)
    name_length: Annotated[Range, counts(1, 100)] = Range(14, 24)
    item_discount: Share = 0.05
    coupon: Share = 0.05
    member: Share = 0.05
    discount: Share | None = None
    service: Share = 0.0
    service_percent: Annotated[tuple[Percent, ...], Field(min_length=1)] = (Decimal(10),)
    tip: Share = 0.0
    tip_percent: Annotated[tuple[Percent, ...], Field(min_length=1)] = (Decimal(10), Decimal(15), Decimal(20))
    tender: Annotated[Weights, among("cash", "card", "voucher")] = Weights(cash=5.0, card=5.0, voucher=0.3)
    cash: Share | None = None
    total: TotalRange | None = None
    codes: Annotated[Weights, among("none", "plu", "sku", "ean")] = Weights(none=1.0)
    notes: Share = 0.15
    years: Annotated[Range, counts(1000, 9000)] = Range(2017, 2026)
    dates: Days | None = None
    contradictions: Contradictions = "refuse"

    @property
    def tenders(self) -> Weights:
        """Kinds of payment with weights, of which ``cash`` has its share where one is said."""
        if self.cash is None:
            return self.tender
        others = {kind: weight for kind, weight in self.tender.items() if kind != "cash" and weight} or {"card": 1.0}
        left = (1 - self.cash) / sum(others.values())
        return Weights({"cash": self.cash} | {kind: weight * left for kind, weight in others.items()})
