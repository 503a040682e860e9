"""The masked number of a payment card."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.patterns import fill
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share, Weights
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._fields import Texts


@SNIPPETS.register
class Card(Record):
    """A card number of which at most the first six and last four digits show, such as ``************1234``.

    Attributes:
        masks: ``#`` is a digit that shows, anything else stands as it is.
        branded: Share of numbers with the card's name in front.
    """

    masks: Texts = Weights(
        {
            "************####": 5, "XXXX XXXX XXXX ####": 3, "**** **** **** ####": 3, "XXXXXXXXXXXX####": 3,
            "xxxxxxxxxxxx####": 1, "XXXX-XXXX-XXXX-####": 1, "####-##XX-XXXX-####": 1, "######XXXXXX####": 1,
            "#### ##** **** ####": 1, "****####": 1, "**####": 0.5,
        }
    )  # fmt: skip
    branded: Share = 0.2

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one number."""
        number = fill(dice.weigh(self.masks), dice)
        return f"{dice.weigh(locale.numbered_cards)} {number}" if dice.random() < self.branded else number
