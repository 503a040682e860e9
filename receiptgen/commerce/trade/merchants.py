"""Who sells and who buys: names, addresses and numbers of made-up businesses and people."""

import re

from receiptgen.commerce.countries.id_numbers import IdNumber
from receiptgen.commerce.countries.letters import ascii_name
from receiptgen.commerce.countries.locales import Locale, Place
from receiptgen.commerce.countries.patterns import fill
from receiptgen.commerce.countries.taxes import TaxScheme
from receiptgen.commerce.sale.receipt import Identifier, Merchant
from receiptgen.commerce.trade.merchant_list import ListedMerchant
from receiptgen.commerce.trade.shops import PLAIN_NAMES, ShopType, in_language
from receiptgen.core.dice import Dice

# What stands before the name of a number's kind.
_NUMBER_OF = re.compile(r"^(No|N\u00b0|N)[.\s]\s*")
# How languages spell letters without their marks, where not as the plain letter.
UNMARKED = {
    "de": str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"}),
    "da": str.maketrans({"ø": "oe", "å": "aa"}),
}
# Places in a town without and with a number, by whether it stands before the street.
_SPOTS = {True: ("{street}, {town}", "{number} {street}"), False: ("{street}, {town}", "{street} {number}")}
MAILBOXES = ("info", "hello", "office", "shop", "contact", "mail", "service")


def draw_place(scheme: TaxScheme, dice: Dice, locale: Locale) -> Place:
    """Draw where a business is: one of the places where its tax scheme holds."""
    return dice.choose([each for each in locale.places if scheme.holds_in(each.region, each.town)])


def draw_merchant(
    shop: ShopType, scheme: TaxScheme, dice: Dice, locale: Locale, place: Place | None = None
) -> Merchant:
    """Draw a business of one kind, with address and numbers as its country has them.

    Args:
        shop: Kind of shop.
        scheme: Tax scheme, which holds where the business is.
        dice: Dice of the business.
        locale: Country.
        place: Where it is; drawn if not given.
    """
    place = place or draw_place(scheme, dice, locale)
    values = {
        "surname": dice.choose(locale.surnames),
        "town": place.town,
        "noun": dice.choose(locale.nouns),
    }
    legal_name = dice.choose(locale.companies).format(**values)
    name = legal_name if shop.company else dice.choose(_trading_names(shop, locale)).format(**values)
    street = dice.choose(locale.streets)
    # Most leave what they are out of their web address, as ``The Blue Heron Inn`` does in ``blueheron.com``.
    short = values["noun"] if values["noun"] in name else name
    host = host_of(short if dice.chance(0.7) else name, shop, dice, locale) + dice.choose(locale.domains)
    phones = locale.phones
    return Merchant(
        name=name,
        legal_name=legal_name,
        branch=dice.choose((place.town, street, "", "", f"{place.town} {dice.integer(2, 9)}")),
        address=address_lines(street, place.town, place.region, fill(place.postcode, dice), dice, locale),
        phone=fill(dice.choose(phones), dice),
        fax=fill(dice.choose(phones), dice) if dice.chance(0.3) else "",
        url=f"www.{host}" if dice.chance(0.8) else host,
        email=f"{dice.choose(MAILBOXES)}@{host}",
        tax_ids=_ids(_of_tax(locale.tax_ids, scheme), dice),
        company_ids=_ids(locale.company_ids, dice),
    )


def place_of(row: ListedMerchant, locale: Locale) -> Place:
    """Return where a merchant of a list is: a town that its address or branch names, or one drawn for it once."""
    address = " ".join(row.address or (row.branch, row.name))
    named = [place for place in locale.places if place.town in address]
    return row.dice(locale.name).fork("place").choose(named or locale.places)


def complete(row: ListedMerchant, shop: ShopType, scheme: TaxScheme, locale: Locale) -> Merchant:
    """Return a merchant of a list; what the list does not say is drawn from the merchant's own dice, always the same.

    Args:
        row: What the list says.
        shop: Kind of shop.
        scheme: Tax scheme, which may ask for numbers of its own.
        locale: Country.
    """
    dice = row.dice(locale.name)
    drawn = draw_merchant(shop, scheme, dice, locale, place_of(row, locale))
    domain = dice.fork("domain")
    url = row.url or f"www.{host_of(row.name, shop, domain, locale)}{domain.choose(locale.domains)}"
    mailbox = drawn.email.partition("@")[0]
    return Merchant(
        name=row.name,
        legal_name=row.legal_name or drawn.legal_name,
        # A made-up branch would contradict the address of the list.
        branch=row.branch or ("" if row.address else drawn.branch),
        address=row.address or drawn.address,
        phone=row.phone or drawn.phone,
        fax=row.fax or drawn.fax,
        url=url,
        email=row.email or f"{mailbox}@{url.removeprefix('https://').removeprefix('www.').partition('/')[0]}",
        tax_ids=_listed_id(row.tax_id, locale.tax_ids, dice) or drawn.tax_ids,
        company_ids=_listed_id(row.company_id, locale.company_ids, dice) or drawn.company_ids,
    )


def _listed_id(text: str, known: tuple[IdNumber, ...], dice: Dice) -> tuple[Identifier, ...]:
    """Return a number of a list under its own label, or under one that its country has for such numbers."""
    if not text:
        return ()
    label, colon, number = text.partition(":")
    if colon:
        return (Identifier(label.strip(), number.strip()),)
    fitting = [one for one in known if one.resembles(text)] or known
    return (Identifier(dice.fork("label").choose(fitting[0].labels) if fitting else "", text),)


def _trading_names(shop: ShopType, locale: Locale) -> tuple[str, ...]:
    return in_language(shop.names, locale.language) or locale.shops.get(shop.name) or PLAIN_NAMES


def _of_tax(numbers: tuple[IdNumber, ...], scheme: TaxScheme) -> tuple[IdNumber, ...]:
    """Keep the numbers whose labels name a tax of the scheme, as a word of its own, if there are any."""
    names = {name for rate in scheme.rates.values() for name in rate.parts}
    named = tuple(number for number in numbers if any(_says(label, name) for name in names for label in number.labels))
    return named or numbers


def _says(label: str, name: str) -> bool:
    return name in label and re.search(rf"\b{re.escape(name)}\b", label) is not None


def _ids(numbers: tuple[IdNumber, ...], dice: Dice) -> tuple[Identifier, ...]:
    """Draw a number, sometimes two: of different kinds, without a label in common; shared ones are of one register."""
    drawn: dict[str, str] = {}
    names: set[str] = set()
    for number in dice.sample(numbers, 2 if dice.chance(0.15) else 1):
        label, own = dice.choose(number.labels), set(map(_name_of, number.labels))
        if names.isdisjoint(own) and not any(label.split()[0] == known.split()[0] for known in drawn):
            names |= own
            drawn[label] = number.draw(dice.fork("register") if number.shared else dice)
    return tuple([Identifier(label, number) for label, number in drawn.items()])


def _name_of(label: str) -> str:
    """Return what a label calls a number, whatever its points and capitals: ``N° TVA`` and ``TVA`` are one."""
    return "".join(filter(str.isalpha, _NUMBER_OF.sub("", label))).casefold()


def address_lines(street: str, town: str, region: str, postcode: str, dice: Dice, locale: Locale) -> tuple[str, ...]:
    """Draw a way to print an address; lines that would be empty are left out."""
    values = {
        "number": str(dice.integer(1, 60) if dice.chance(0.7) else dice.integer(61, 480)),
        "street": street,
        "town": town,
        "region": region,
        "postcode": postcode,
        "unit": fill(dice.choose(locale.units), dice) if locale.units else "",
    }
    lines = [" ".join(fill(line, dice, values).split()) for line in dice.choose(locale.address)]
    return tuple(line for line in lines if line.strip(" ,.-"))


def draw_address(dice: Dice, locale: Locale) -> tuple[str, ...]:
    """Draw somebody's address."""
    place, street = dice.choose(locale.places), dice.choose(locale.streets)
    return address_lines(street, place.town, place.region, fill(place.postcode, dice), dice, locale)


def draw_person(dice: Dice, locale: Locale) -> str:
    """Draw a full name."""
    firstname = dice.choose(locale.firstnames)
    return locale.full_name(firstname, locale.surname_of(firstname, dice.choose(locale.surnames)))


def draw_spot(town: str, dice: Dice, locale: Locale) -> str:
    """Draw where a ride through a town begins or ends, as ``12 Oak Ave`` or ``Oak Ave, Austin``."""
    street = dice.choose(locale.streets)
    whole, numbered = spots_of(locale)
    if dice.chance(0.5):
        return whole.format(street=street, town=town, number="")
    return numbered.format(street=street, town=town, number=dice.integer(1, 240))


def spots_of(locale: Locale) -> tuple[str, str]:
    """Return how places in a town are told, without and with a number."""
    return locale.spots or _SPOTS[_number_leads(locale)]


def draw_company(dice: Dice, locale: Locale) -> str:
    """Draw the legal name of a business."""
    return dice.choose(locale.companies).format(
        surname=dice.choose(locale.surnames),
        town=dice.choose(locale.places).town,
        noun=dice.choose(locale.nouns),
    )


def _number_leads(locale: Locale) -> bool:
    """Tell whether house numbers stand before streets here."""
    text = " ".join(locale.address[0])
    return text.find("{number}") < text.find("{street}")


def host_of(name: str, shop: ShopType, dice: Dice, locale: Locale) -> str:
    """Spell a name as a web address does.

    Args:
        name: Name of a business.
        shop: Kind of shop, which its address tells where the name can't be spelled.
        dice: Dice of the business.
        locale: Country, which may know how parts of names are spelled, or have hosts of any name.
    """
    if isinstance(locale.hosts, tuple):
        return dice.choose(locale.hosts) if locale.hosts else slug(name, locale.language)
    number, spelled = dice.integer(1, 99), [part for part in locale.hosts if part in name]
    if spelled:
        part = max(spelled, key=lambda each: (each in locale.nouns, len(each)))
        # A family or town may have many shops, and companies that are real.
        kind = "" if part in locale.nouns else f"-{slug(shop.name, locale.language)}"
        return f"{locale.hosts[part]}{kind}"
    return ascii_name(name) if name.isascii() else f"{slug(shop.name, locale.language)}{number}"


def slug(name: str, language: str) -> str:
    """Spell a name as a web address does, in ASCII: ``Bäckerei Süß`` -> ``baeckereisuess``."""
    return ascii_name(name.lower().translate(UNMARKED.get(language, {}))) or "shop"
