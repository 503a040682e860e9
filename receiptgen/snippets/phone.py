"""A telephone number."""

from typing import Annotated

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.patterns import fill
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share, Weights, among
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._label import Labelled


@SNIPPETS.register
class Phone(Labelled):
    """A telephone number of the sample's locale, such as ``TEL: 03-55423228``.

    Attributes:
        words: Key of the locale's word that is the label: ``phone`` or ``fax``.
    """

    labelled: Share = 0.3
    words: Annotated[Weights, among("phone", "fax")] = Weights({"phone": 4, "fax": 1})

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one number, with or without label."""
        label = locale.word(dice.weigh(self.words), dice)
        return self.join(dice, locale, label, fill(dice.choose(locale.phones), dice))
