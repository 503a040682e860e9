"""Which tax scheme and which of its rates given taxes mean; one of its own where the country has none such."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Literal, NamedTuple

from receiptgen.commerce.countries.taxes import Rate, TaxScheme
from receiptgen.commerce.given.given_receipt import GivenItem, GivenReceipt, GivenTax
from receiptgen.commerce.given.overlay import same_text
from receiptgen.commerce.sale.money import HUNDRED, ZERO, part_taxes, rounded
from receiptgen.commerce.sale.receipt import Item
from receiptgen.commerce.solving.draft import DraftItem
from receiptgen.commerce.solving.goals import RateGoal
from receiptgen.commerce.trade.goods import at_rate

# Name of a rate that no country has.
OWN_RATE = "rate {}"
# Places of a per cent that is found from net and tax.
_PLACES = 4


class Assigned(NamedTuple):
    """Given taxes as parts of the rates of a scheme.

    Attributes:
        parts: Rate and number of the part that each given tax is.
        goals: What each rate is to come to.
    """

    parts: tuple[tuple[str, int], ...] = ()
    goals: Mapping[str, RateGoal] = {}

    @property
    def rates(self) -> tuple[str, ...]:
        """Rates that are given."""
        return tuple(dict.fromkeys([rate for rate, _ in self.parts]))


def assign(taxes: Iterable[GivenTax], scheme: TaxScheme, used: Iterable[str]) -> Assigned | None:
    """Find the parts of rates that given taxes are, those in use first; None where the scheme has no such.

    Args:
        taxes: Taxes as given.
        scheme: The scheme.
        used: Rates of the goods as drawn.
    """
    taxed = [name for name in scheme.rates if scheme.rates[name].percent]
    order = list(dict.fromkeys([*(name for name in scheme.rates if name in {*used}), *taxed, *scheme.rates]))
    free = [(name, index) for name in order for index in range(max(1, len(scheme.rates[name].parts)))]
    parts = []
    for tax in taxes:
        fitting = [part for part in free if _percent_fits(tax, part, scheme)]
        named = [part for part in fitting if _name_fits(tax, part, scheme)]
        coded = [part for part in named or fitting if tax.code is None or tax.code == scheme.rates[part[0]].code]
        if not (best := coded or named or fitting):
            return None
        plain = tax == GivenTax()
        part = next((each for each in best if not plain or scheme.rates[each[0]].percent), best[0])
        parts.append(part)
        free.remove(part)
    return Assigned(tuple(parts), _goals(taxes, parts, scheme))


def _goals(taxes: Iterable[GivenTax], parts: list[tuple[str, int]], scheme: TaxScheme) -> dict[str, RateGoal]:
    """Return what the rates are to come to; of one in parts whose taxes are not all given, its net alone."""
    goals: dict[str, RateGoal] = {}
    for name in dict.fromkeys(name for name, _ in parts):
        lines = [tax for tax, (rate, _) in zip(taxes, parts, strict=True) if rate == name]
        taxed = [line.tax for line in lines if line.tax is not None]
        whole = len(taxed) == max(1, len(scheme.rates[name].parts))
        net = next((line.net for line in lines if line.net is not None), None)
        single = len(scheme.rates[name].parts) <= 1
        goals[name] = RateGoal(net, sum(taxed, ZERO) if whole else None, lines[0].gross if single else None)
    return {name: goal for name, goal in goals.items() if goal != RateGoal()}


def _percent_fits(tax: GivenTax, part: tuple[str, int], scheme: TaxScheme) -> bool:
    percents = [*scheme.rates[part[0]].parts.values()] or [Decimal(0)]
    percent = tax.percent if tax.percent is not None else _percent_of(tax)
    if tax.rate is not None and tax.rate != part[0]:
        return False
    if percent is None or percent == percents[part[1]]:
        return True
    return tax.percent is None and _reckons(tax, percents[part[1]], scheme.rates[part[0]].of)


def _name_fits(tax: GivenTax, part: tuple[str, int], scheme: TaxScheme) -> bool:
    names = [*scheme.rates[part[0]].parts] or [""]
    return tax.name is None or same_text(names[part[1]], tax.name)


def _net(tax: GivenTax) -> Decimal | None:
    if tax.net is None and tax.gross is not None and tax.tax is not None:
        return tax.gross - tax.tax
    return tax.net


def _reckons(tax: GivenTax, percent: Decimal, of: Literal["net", "gross"] = "net") -> bool:
    """Tell whether the amounts of a tax follow from a per cent, contained or on top."""
    net = _net(tax)
    if net is None or tax.tax is None:
        return True
    rate, quantum = Rate(parts={"": percent}, of=of), Decimal(1).scaleb(int(tax.tax.as_tuple().exponent))
    contained = part_taxes(net + tax.tax, rate, inclusive=True, quantum=quantum)
    return tax.tax in (contained[0], part_taxes(net, rate, inclusive=False, quantum=quantum)[0])


def _percent_of(tax: GivenTax) -> Decimal | None:
    """Return the per cent that the amounts of a tax have, with the fewest places; None where they tell none."""
    net = _net(tax)
    if net is None or tax.tax is None:
        return None
    if not net:
        return Decimal(0)
    if abs(tax.tax) > abs(net) or tax.tax * net < 0:
        return None  # no tax takes more than it taxes, or has another sign
    for places in range(_PLACES + 1):
        percent = rounded(tax.tax * HUNDRED / net, Decimal(1).scaleb(-places))
        if _reckons(tax, percent):
            break
    return abs(percent)


def own_schemes(given: GivenReceipt, scheme: TaxScheme, base: Decimal | None) -> Iterator[TaxScheme]:
    """Yield schemes whose rates are those given, with tax contained and on top; none where nothing tells them.

    Args:
        given: What is given; its ``taxes``, or else its ``tax``.
        scheme: The scheme that was drawn, of which they have what is not given.
        base: What is taxed, where that is known.
    """
    for inclusive in (scheme.inclusive, not scheme.inclusive):
        taxes = given.taxes
        if taxes is None and given.tax is not None and base:
            net = base - given.tax if inclusive else base
            if given.net is not None or given.gross is not None:
                net = given.net if given.net is not None else (given.gross or ZERO) - given.tax
            taxes = (GivenTax.model_construct(tax=given.tax, net=net),)  # no one gave it: it has no bounds
        if taxes:
            rates = _own_rates(taxes, scheme)
            nearest = {
                kind: min(rates, key=lambda name: abs(rates[name].percent - scheme.rates[rate].percent))
                for kind, rate in scheme.classes.items()
            }
            yield scheme.model_copy(update={"rates": rates, "classes": nearest, "inclusive": inclusive})


def _own_rates(taxes: Iterable[GivenTax], scheme: TaxScheme) -> dict[str, Rate]:
    """Return rates with the per cents of given taxes, or those that their amounts have."""
    standard = scheme.rates[scheme.classes["standard"]]
    rates: dict[str, Rate] = {}
    for index, tax in enumerate(taxes):
        percent = tax.percent if tax.percent is not None else _percent_of(tax)
        if percent is None:
            percent = standard.percent if not index else Decimal(0)
        code = tax.code if tax.code is not None else (chr(65 + index % 26) if standard.code else "")
        name, key = tax.name or next(iter(standard.parts), ""), tax.rate or OWN_RATE.format(index + 1)
        rates[key] = Rate(code=code, parts={**(rates[key].parts if key in rates else {}), name: percent})
    return rates


def rated(item: Item, given: GivenItem, scheme: TaxScheme) -> Item:
    """Return an item at the rate that is given by name or code."""
    if given.rate in scheme.rates:
        return at_rate(item, given.rate, scheme)
    if given.tax_code is not None and given.tax_code != item.tax_code:
        coded = [name for name, rate in scheme.rates.items() if rate.code == given.tax_code]
        item = at_rate(item, coded[0], scheme) if coded else replace(item, tax_code=given.tax_code)
    return item


def move_to_given_rates(
    lines: list[DraftItem], held: list[bool], scheme: TaxScheme, rates: Sequence[str], served: str
) -> None:
    """Tax goods at given rates only, or at those of nothing, and some at each that isn't the service charge's."""
    allowed = {*rates, *(name for name, rate in scheme.rates.items() if not rate.percent)}
    for index, line in enumerate(lines):
        if line.item.rate not in allowed and rates:
            lines[index] = line._replace(item=at_rate(line.item, rates[0], scheme))
    for rate in rates:
        used = [line.item.rate for line in lines]
        if rate in used or rate == served:
            continue
        for index in reversed(range(len(lines))):
            # The last good whose rate another has too, or that no tax is given for.
            spare = used.count(used[index]) > 1 or used[index] not in rates
            if spare and not held[index]:
                lines[index] = lines[index]._replace(item=at_rate(lines[index].item, rate, scheme))
                break
