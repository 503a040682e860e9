"""What is sold in one go in each way of being served, and the facts beside: a stay, a ride, a full tank.

Facts by ``ShopType.trade``, all of which agree with the lines and precede the moment of payment:

* table: ``order`` (text), ``server`` (name; the receipt's cashier)
* fuel: ``pump`` (int)
* pharmacy: ``pharmacist`` (name), often ``prescription`` (text)
* hotel: ``room`` (text), ``guest`` (name), ``arrival`` and ``departure`` (times), ``nights`` (int)
* taxi: ``pickup`` and ``dropoff`` (places), ``pickup_time``, ``dropoff_time``, ``distance`` (Decimal),
  ``distance_unit`` (``km`` or ``mi``), ``duration`` (whole minutes), ``driver`` (name), ``plate`` (text)
* parking: ``entry`` and ``exit`` (times), ``duration`` (whole minutes), ``plate``, ``space`` (texts)
* post: ``tracking`` (text), ``weight`` (Decimal), ``weight_unit``, ``sender`` and ``recipient`` (names)
* office: ``customer`` (name), ``customer_address`` (its lines), ``due_date`` (a time, the
  only one after payment), ``project`` (text)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.taxes import Trade
from receiptgen.commerce.sale.money import CENT
from receiptgen.commerce.sale.receipt import Fact
from receiptgen.commerce.trade.basket_spec import BasketSpec
from receiptgen.commerce.trade.due_dates import days_offered
from receiptgen.commerce.trade.labels import price_of, prices_of
from receiptgen.commerce.trade.merchants import draw_address, draw_company, draw_person, draw_spot
from receiptgen.commerce.trade.receipt_numbers import draw_server
from receiptgen.commerce.trade.stock import WEIGHTS, Stock, Ware
from receiptgen.commerce.trade.weighing import apart, draw_weight
from receiptgen.core.dice import Dice

ONE = Decimal(1)
BRANDED = 0.45
PLATES = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Line:
    """Goods bought, before discount and tax.

    Attributes:
        full_name: Brand, name and size.
        tax_class: Class by which a tax scheme finds its rate.
        quantity: Pieces or measure.
        unit: Measure, empty for pieces.
        unit_price: Price of one.
        note: Modifier; may be empty.
        code: Product code of a list of goods; may be empty.
        day: Day of the charge, where those of several days are on one bill.
        prices: Lowest and highest price of one that a list of goods has; None for goods that are not of a list.
    """

    full_name: str
    tax_class: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    note: str = ""
    code: str = ""
    day: date | None = None
    prices: tuple[Decimal, Decimal] | None = None


Bought = tuple[list[Line], dict[str, Fact]]


def buy(trade: Trade, spec: BasketSpec, stock: Stock, moment: datetime, dice: Dice, locale: Locale) -> Bought:
    """Draw what is bought before ``moment``, and the facts that go with it."""
    return TRADES[trade](spec, stock, moment, dice, locale)


def _line(spec: BasketSpec, stock: Stock, ware: Ware, quantity: Decimal, dice: Dice, locale: Locale) -> Line:
    """Name and price one good."""
    position, name, step = dice.random(), ware.name, 0
    if ware.sizes:
        step = int(dice.random() * len(ware.sizes))
        position = (step + position) / len(ware.sizes)
        name = f"{name} {ware.sizes[step]}"
    if stock.brands and not ware.unit and not ware.tax_class.startswith("prepared") and dice.chance(BRANDED):
        name = f"{dice.choose(stock.brands_of(ware) or ('',))} {name}".lstrip()
    note = dice.choose(stock.notes_of(ware) or ("",)) if stock.notes and dice.chance(spec.notes) else ""
    price = price_of(ware, position, stock.menu, dice, locale.currency)
    prices = prices_of(ware, step, price) if stock.listed else None
    return Line(name, ware.tax_class, quantity, ware.unit, price, note, ware.code, prices=prices)


def more_goods(spec: BasketSpec, stock: Stock, dice: Dice, locale: Locale, count: int) -> list[Line]:
    """Draw goods of any kind; names come again where the shelf has too few."""
    lines: list[Line] = []
    while len(lines) < count:
        lines += _goods(spec, stock, dice, locale, count - len(lines))
    return lines


def _goods(spec: BasketSpec, stock: Stock, dice: Dice, locale: Locale, count: int) -> list[Line]:
    """Draw ``count`` lines of goods, no name twice unless the shelf has too few."""
    lines: dict[str, Line] = {}
    for _ in range(4 * count):
        if len(lines) == count:
            break
        if stock.weighed and (dice.chance(spec.weighed) or not stock.pieces):
            line = _weighed(spec, stock, dice, locale)
        else:
            line = _line(spec, stock, dice.choose(stock.pieces), _pieces(spec, dice), dice, locale)
        lines.setdefault(line.full_name, line)
    found = list(lines.values())
    weighed = [index for index, line in enumerate(found) if line.unit in WEIGHTS]
    for index, weight in zip(weighed, apart([found[each].quantity for each in weighed], dice), strict=True):
        found[index] = replace(found[index], quantity=weight)
    return found


def goods_within(spec: BasketSpec, stock: Stock, dice: Dice, locale: Locale, count: int, most: Decimal) -> list[Line]:
    """Draw lines of different goods of a list, of which one costs no more than an amount, few of them by measure."""
    pieces, weighed = stock.within(most), stock.weighed
    measured = min(count // 4 if pieces else count, len(weighed))
    lines = [
        _line(spec, stock, pieces[index], ONE, dice, locale) for index in _some(len(pieces), count - measured, dice)
    ]
    for index in _some(len(weighed), measured, dice):
        unit = weighed[index].unit
        amount = draw_weight(unit, dice) if unit in WEIGHTS else _measure(unit, spec, dice)
        lines.append(_line(spec, stock, weighed[index], amount, dice, locale))
    return list({line.full_name: line for line in lines}.values())


def _some(size: int, count: int, dice: Dice) -> list[int]:
    """Draw different indices; of many, which are not shuffled, there may be a few less."""
    if size <= 4 * count:
        return dice.sample(range(size), count)
    return list(dict.fromkeys(dice.integer(0, size - 1) for _ in range(count)))


def _weighed(spec: BasketSpec, stock: Stock, dice: Dice, locale: Locale) -> Line:
    """Draw a line of goods by measure."""
    unit = stock.weighed[0].unit
    if stock.listed or unit not in WEIGHTS:
        ware = dice.choose(stock.weighed)
        amount = draw_weight(ware.unit, dice) if ware.unit in WEIGHTS else _measure(ware.unit, spec, dice)
        return _line(spec, stock, ware, amount, dice, locale)
    weight = draw_weight(unit, dice)
    return _line(spec, stock, dice.choose(stock.weighed), weight, dice, locale)


def _pieces(spec: BasketSpec, dice: Dice) -> Decimal:
    """Draw how many pieces."""
    low, high = int(spec.quantity.low), int(spec.quantity.high)
    if high > 1 and dice.chance(spec.multiples):
        return Decimal(dice.integer(max(low, 2), high))
    return Decimal(max(low, 1))


def _extras(spec: BasketSpec, stock: Stock, dice: Dice, locale: Locale, most: int) -> list[Line]:
    """Draw up to ``most`` different goods beside the main one, as far as the spec's lines leave room."""
    room = dice.count(spec.items) - 1
    wares = _different(stock, dice.integer(0, max(0, min(most, room))), dice)
    lines = {ware.name: _line(spec, stock, ware, ONE, dice, locale) for ware in wares}
    return list(lines.values())


def _counter(spec: BasketSpec, stock: Stock, moment: datetime, dice: Dice, locale: Locale) -> Bought:
    return _goods(spec, stock, dice, locale, dice.count(spec.items)), {}


def _different(stock: Stock, count: int, dice: Dice) -> Sequence[Ware]:
    """Draw different pieces; of a list, which may be too long to shuffle, one by one."""
    if not stock.listed:
        return dice.sample(stock.pieces, count)
    size = len(stock.pieces)
    indices = dict.fromkeys(dice.integer(0, size - 1) for _ in range(count if size else 0))
    return [stock.pieces[index] for index in indices]


def _table(spec: BasketSpec, stock: Stock, moment: datetime, dice: Dice, locale: Locale) -> Bought:
    order = dice.digits(dice.integer(2, 4))
    lines = _goods(spec, stock, dice, locale, dice.count(spec.items))
    return lines, {"order": order, "server": draw_server(dice, locale)}


def _fuel(spec: BasketSpec, stock: Stock, moment: datetime, dice: Dice, locale: Locale) -> Bought:
    unit = next(unit for unit in ("L", "gal") if unit in stock.measured)
    places = 2 if unit == "L" and dice.chance(0.8) else 3
    most = 60 if unit == "L" else 16
    volume = Decimal(int(dice.uniform(most / 12, most) * 10**places)).scaleb(-places)
    line = _line(spec, stock, dice.choose(stock.measured[unit]), volume, dice, locale)
    extras = _goods(spec, stock, dice, locale, dice.integer(1, 3)) if spec.items.high > 3 and dice.chance(0.3) else []
    return [line, *extras], {"pump": dice.integer(1, 12)}


def _pharmacy(spec: BasketSpec, stock: Stock, moment: datetime, dice: Dice, locale: Locale) -> Bought:
    facts: dict[str, Fact] = {"pharmacist": draw_person(dice, locale)}
    if dice.chance(0.6):
        facts["prescription"] = dice.digits(dice.integer(6, 8))
    return _goods(spec, stock, dice, locale, dice.count(spec.items)), facts


def _hotel(spec: BasketSpec, stock: Stock, moment: datetime, dice: Dice, locale: Locale) -> Bought:
    nights = 1 + int(7 * dice.random() ** 2)
    departure = moment - timedelta(minutes=dice.integer(1, 40))
    arrival = (departure - timedelta(days=nights)).replace(hour=dice.integer(14, 21), minute=dice.integer(0, 59))
    lodging = _line(spec, stock, dice.choose(stock.measured["night"]), Decimal(nights), dice, locale)
    lines = [lodging]
    if nights < spec.items.high and dice.chance(0.4):
        lines = [Line(lodging.full_name, lodging.tax_class, ONE, "night", lodging.unit_price)] * nights
    lines += _extras(spec, stock, dice, locale, 5)
    return _by_day(lines, arrival, nights, dice.fork("days")), {
        "room": f"{dice.integer(1, 9)}{dice.integer(1, 28):02d}",
        "guest": draw_person(dice, locale),
        "arrival": arrival,
        "departure": departure,
        "nights": nights,
    }


def _by_day(lines: Sequence[Line], arrival: datetime, nights: int, dice: Dice) -> list[Line]:
    """Date the charges of a stay, nights one after the other and all else on any of its days, and put them in order."""
    dated, night = list[Line](), 0
    for line in lines:
        is_night = line.unit == "night"
        days = night if is_night else dice.integer(0, nights)
        night += is_night
        dated.append(replace(line, day=(arrival + timedelta(days=days)).date()))
    return sorted(dated, key=lambda line: (line.day, line.unit != "night"))


def _taxi(spec: BasketSpec, stock: Stock, moment: datetime, dice: Dice, locale: Locale) -> Bought:
    unit = next(unit for unit in ("km", "mi") if unit in stock.measured)
    places = dice.integer(1, 2)
    distance = Decimal(int((1.2 + 28 * dice.random() ** 2) * 10**places)).scaleb(-places)
    # Town traffic moves at 18 to 42 of these units an hour.
    duration = max(2, round(float(distance) / dice.uniform(18, 42) * 60))
    dropoff_time = moment - timedelta(minutes=dice.integer(1, 4), seconds=dice.integer(0, 59))
    lines = [_line(spec, stock, dice.choose(stock.base), ONE, dice, locale)] if stock.base else []
    lines.append(_line(spec, stock, dice.choose(stock.measured[unit]), distance, dice, locale))
    if "min" in stock.measured and dice.chance(0.5):
        lines.append(_line(spec, stock, dice.choose(stock.measured["min"]), Decimal(duration), dice, locale))
    lines += _extras(spec, stock, dice, locale, 2)
    town = dice.choose(locale.places).town
    return lines, {
        "pickup": draw_spot(town, dice, locale),
        "dropoff": draw_spot(town, dice, locale),
        "pickup_time": dropoff_time - timedelta(minutes=duration),
        "dropoff_time": dropoff_time,
        "distance": distance,
        "distance_unit": unit,
        "duration": duration,
        "driver": draw_person(dice, locale) if dice.chance(0.7) else dice.digits(dice.integer(3, 6)),
        "plate": _plate(dice),
    }


def _parking(spec: BasketSpec, stock: Stock, moment: datetime, dice: Dice, locale: Locale) -> Bought:
    by_day = "day" in stock.measured and dice.chance(0.15)
    duration = dice.integer(1440, 7 * 1440) if by_day else 8 + int(560 * dice.random() ** 2)
    leave = moment - timedelta(minutes=dice.integer(1, 9), seconds=dice.integer(0, 59))
    # Every hour or day begun is paid in full.
    started = -(-duration // (1440 if by_day else 60))
    line = _line(spec, stock, dice.choose(stock.measured["day" if by_day else "h"]), Decimal(started), dice, locale)
    return [line, *(_extras(spec, stock, dice, locale, 1) if dice.chance(0.2) else [])], {
        "entry": leave - timedelta(minutes=duration),
        "exit": leave,
        "duration": duration,
        "plate": _plate(dice),
        "space": f"{dice.choose('ABCDEFGH')}{dice.integer(1, 180)}",
    }


def _post(spec: BasketSpec, stock: Stock, moment: datetime, dice: Dice, locale: Locale) -> Bought:
    main = _line(spec, stock, dice.choose(stock.postage), ONE, dice, locale)
    extras = [line for line in _extras(spec, stock, dice, locale, 4) if line.full_name != main.full_name]
    return [main, *extras], {
        "tracking": f"{dice.choose('RCELV')}{dice.choose(PLATES)}{dice.digits(9)}{dice.letters(PLATES, 2)}",
        "weight": Decimal(dice.integer(20, 9800)).scaleb(-3),
        "weight_unit": locale.measures["kg"].unit if "kg" in locale.measures else "kg",
        "sender": draw_person(dice, locale),
        "recipient": draw_person(dice, locale),
    }


def _office(spec: BasketSpec, stock: Stock, moment: datetime, dice: Dice, locale: Locale) -> Bought:
    lines: dict[str, Line] = {}
    units: Sequence[str] = (*stock.measured, *([""] if stock.pieces else ()))
    count = dice.count(spec.items)
    for _ in range(4 * count):
        if len(lines) == count:
            break
        unit = "h" if not lines and "h" in stock.measured else dice.choose(units)
        ware = dice.choose(stock.measured[unit] if unit else stock.pieces)
        line = _line(spec, stock, ware, _measure(unit, spec, dice), dice, locale)
        lines.setdefault(line.full_name, line)
    return list(lines.values()), {
        "customer": draw_company(dice, locale),
        "customer_address": draw_address(dice, locale),
        "due_date": moment.replace(hour=0, minute=0, second=0) + timedelta(days=dice.choose(days_offered(locale))),
        "project": f"{dice.letters(PLATES, 2)}-{dice.integer(100, 9999)}",
    }


def _measure(unit: str, spec: BasketSpec, dice: Dice) -> Decimal:
    """Draw how much of a service is billed."""
    if unit == "h":
        return dice.integer(2, 80) * 25 * CENT
    if unit in ("day", "night"):
        return Decimal(dice.integer(1, 5))
    if unit:
        return Decimal(dice.integer(8, 420))
    return _pieces(spec, dice)


def _plate(dice: Dice) -> str:
    """Draw a number plate that belongs to no particular country."""
    return f"{dice.letters(PLATES, dice.integer(1, 3))}{dice.choose((' ', '', '-'))}{dice.integer(10, 9999)}"


TRADES: dict[Trade, Callable[[BasketSpec, Stock, datetime, Dice, Locale], Bought]] = {
    "goods": _counter,
    "table": _table,
    "fuel": _fuel,
    "pharmacy": _pharmacy,
    "hotel": _hotel,
    "taxi": _taxi,
    "parking": _parking,
    "post": _post,
    "office": _office,
}
