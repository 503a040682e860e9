"""The tax number of a business."""

from receiptgen.commerce.countries.locales import Locale
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share
from receiptgen.core.errors import TextError
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._label import Labelled


@SNIPPETS.register
class TaxId(Labelled):
    """A tax number of the sample's locale, such as ``GST ID : 000750673920``.

    Attributes:
        bracketed: Share of texts in round brackets.
    """

    labelled: Share = 0.7
    bracketed: Share = 0.08

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one number, with or without label.

        Raises:
            TextError: The locale has no such numbers.
        """
        known = locale.tax_ids or locale.company_ids
        if not known:
            raise TextError(f"snippet tax_id: locale {locale.name!r} has no tax_ids; add one to its file")
        number = dice.choose(known)
        text = self.join(dice, locale, dice.choose(number.labels), number.draw(dice))
        return f"({text})" if dice.random() < self.bracketed else text
