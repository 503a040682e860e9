"""A web or mail address."""

from functools import lru_cache
from typing import Annotated

from receiptgen.commerce.countries.letters import ascii_name
from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.snippets import SNIPPETS
from receiptgen.snippets._fields import Cases, Texts, placeholders, recase


@lru_cache(maxsize=4096)
def host_of(name: str) -> str:
    """Spell a trading name as hosts are: small ASCII letters and digits, without accents."""
    return ascii_name(name) or "shop"


@SNIPPETS.register
class Url(Record):
    """A web or mail address such as ``www.goldenharvest.com``.

    Attributes:
        forms: Texts with ``{host}``, a trading name of the sample's locale, and ``{domain}``, an ending such
            as ``.com``.
        cases: Case of addresses: ``upper``, ``lower``, ``title``, or as they are (``kept``).
    """

    forms: Annotated[Texts, placeholders("host", "domain")] = Weights(
        {
            "www.{host}{domain}": 8, "{host}{domain}": 3, "http://www.{host}{domain}": 2,
            "https://{host}{domain}": 1, "WWW.{host}{domain}": 1, "info@{host}{domain}": 3,
            "sales@{host}{domain}": 1, "enquiry@{host}{domain}": 1, "www.{host}{domain}/survey": 1,
            "{host}{domain}/feedback": 1, "{host}@mail{domain}": 1,
        }
    )  # fmt: skip
    cases: Cases = Weights({"kept": 8, "upper": 2})

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one address."""
        host, domain = host_of(dice.choose(locale.nouns)), dice.choose(locale.domains)
        return recase(dice.weigh(self.forms).format(host=host, domain=domain), dice.weigh(self.cases))
