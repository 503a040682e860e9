"""The number of an invoice or receipt."""

from typing import Annotated

from receiptgen.commerce.countries.locales import Locale
from receiptgen.commerce.countries.patterns import fill
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights, among
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._fields import Texts
from receiptgen.snippets._label import Labelled


@SNIPPETS.register
class InvoiceNo(Labelled):
    """The number of a document, such as ``INVOICE NO: CS00012345``.

    Attributes:
        patterns: ``#`` is a digit, ``@`` a capital letter, anything else stands as it is.
        words: Key of the locale's word that is the label: ``invoice_no`` or ``receipt_no``.
    """

    patterns: Texts = Weights(
        {
            "########": 3, "######": 3, "INV-######": 2, "CS000#####": 1, "@@-######": 2, "##-#####/##": 1,
            "@##/####/###": 1, "000000####": 2, "##-##-####": 1, "R000######": 1, "@@@########": 1,
            "20######-####": 1, "#####-###-##": 1, "1-######": 1,
        }
    )  # fmt: skip
    words: Annotated[Weights, among("invoice_no", "receipt_no")] = Weights({"invoice_no": 3, "receipt_no": 2})

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one number, with or without label."""
        label = locale.word(dice.weigh(self.words), dice)
        return self.join(dice, locale, label, fill(dice.weigh(self.patterns), dice))
