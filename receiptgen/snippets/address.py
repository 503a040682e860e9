"""One line of an address."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.patterns import fill
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Share
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._fields import Number


@SNIPPETS.register
class Address(Record):
    """A line of an address of the sample's locale, such as ``53200 Kuala Lumpur``.

    Attributes:
        number: House numbers.
        upper: Share of lines in capitals.
    """

    number: Number = Range(1, 999)
    upper: Share = 0.4

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one line."""
        place = dice.choose(locale.places)
        values = {
            "number": str(dice.count(self.number)),
            "street": dice.choose(locale.streets),
            "town": place.town,
            "region": place.region,
            "postcode": fill(place.postcode, dice),
            "unit": fill(dice.choose(locale.units), dice) if locale.units else "",
        }
        line = fill(dice.choose(dice.choose(locale.address)), dice, values)
        # A place may have no region, and a locale no units; that leaves commas behind.
        text = " ".join(line.replace(", ,", ",").split()).lstrip(" ,")
        if not any(mark.isalnum() for mark in text):
            text = place.town
        return locale.upper(text) if dice.random() < self.upper else text
