"""A label in front of a value, as ``TOTAL: $12.34``."""

from functools import cached_property

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Share, Weights
from receiptgen.snippets._amount import Amount
from receiptgen.snippets._country import left_to
from receiptgen.snippets._fields import Cases, Joints, Texts, recase


class Labelled(Record):
    """A value after a label.

    Attributes:
        labelled: Share of values that have their label.
        cases: Case of labels: ``upper``, ``lower``, ``title``, or as they are (``kept``).
        joints: Text between label and value.
    """

    labelled: Share = 0.5
    cases: Cases = Weights({"kept": 4, "upper": 3, "title": 1, "lower": 0.5})
    joints: Joints = Weights({": ": 6, ":": 2, " : ": 1.5, " ": 1})

    @cached_property
    def always(self) -> bool:
        """Whether no value goes without a label."""
        return self.labelled >= 1

    def join(self, dice: Dice, locale: Locale, label: str, value: str) -> str:
        """Put a label in front, or not."""
        if not self.always and dice.random() >= self.labelled:
            return value
        # Some locales print a label in brackets or with its own colon.
        bare = label.removeprefix("(").removesuffix(")") if label.startswith("(") else label
        label = recase(bare.rstrip(" :"), dice.weigh(self.cases), locale.capitals)
        return f"{label}{dice.weigh(self.joints)}{value}"


class LabelledAmount(Labelled, Amount):
    """An amount of money after a label.

    Attributes:
        labels: Labels to choose from; ``locale`` is a word of the sample's locale. Where none are given, countries with
            a script of their own have that word alone.
    """

    labelled: Share = 1.0
    cases: Cases = Weights({"upper": 1, "lower": 1, "title": 1})
    joints: Joints = Weights({": ": 4, ":": 2, " - ": 1.5, " ": 2, "": 0.5})
    labels: Texts = Weights({"locale": 1})

    def label(self, dice: Dice, locale: Locale, word: str) -> str:
        """Draw a label.

        Args:
            dice: The sample's.
            locale: The sample's country.
            word: Key of the locale's word that the label ``locale`` stands for.
        """
        label = "locale" if left_to(locale, self, "labels") else dice.weigh(self.labels)
        return locale.word(word, dice) if label == "locale" else label
