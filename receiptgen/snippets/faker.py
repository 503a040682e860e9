"""Texts that Faker makes up."""

import warnings
from functools import cache
from inspect import Parameter, signature
from threading import Lock
from typing import Annotated, ClassVar

from faker import Faker as Generator
from faker.config import AVAILABLE_LOCALES
from pydantic import AfterValidator

from receiptgen.commerce.countries.locales import Locale
from receiptgen.config.records import Record
from receiptgen.core.dice import Dice
from receiptgen.core.errors import TextError
from receiptgen.core.suggestions import hint
from receiptgen.snippets import SNIPPETS

_DEFAULT = "en_US"
# Threads share generators; none may draw between another's seeding and drawing.
_SEEDED = Lock()
_NEEDED = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


@cache
def _generator(locale: str) -> Generator:
    # Faker lacks some locales, as en_MY: another country of the language comes nearest.
    same = [name for name in sorted(AVAILABLE_LOCALES) if name.startswith(locale.partition("_")[0] + "_")]
    known = (locale, _DEFAULT, *same) if locale.startswith("en_") else (locale, *same, _DEFAULT)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # Faker tells of its own renamed locales
        return Generator(next(name for name in known if name in AVAILABLE_LOCALES))


def _methods(generator: Generator) -> list[str]:
    names = {name: provider for provider in generator.get_providers() for name in dir(provider)}
    return [n for n, provider in names.items() if not n.startswith("_") and callable(getattr(provider, n))]


def _provided(name: str) -> str:
    for locale in (_DEFAULT, *sorted(AVAILABLE_LOCALES)):
        if name in _methods(_generator(locale)):
            break
    else:
        raise ValueError(f"unknown Faker provider {name!r}{hint(name, _methods(_generator(_DEFAULT)), 0)}")
    method = getattr(_generator(locale), name)
    wanted = [p.name for p in signature(method).parameters.values() if p.default is p.empty and p.kind in _NEEDED]
    if wanted:
        raise ValueError(f"Faker provider {name!r} needs arguments ({', '.join(wanted)}); use one that does without")
    return name


@SNIPPETS.register
class Faker(Record):
    """A text of a provider of the Faker library, in the sample's locale.

    Slow: the first text of a locale takes some 20 milliseconds, each further one 50 microseconds and more.

    Attributes:
        provider: Name of a provider that needs no arguments, as ``company``, ``name`` or ``catch_phrase``;
            see Faker's documentation. Those that go by today's date say something else tomorrow.
    """

    anywhere: ClassVar[bool] = True
    provider: Annotated[str, AfterValidator(_provided)] = "company"

    def text(self, dice: Dice, locale: Locale) -> str:
        """Draw one text; line breaks become spaces.

        Raises:
            TextError: Faker's locale lacks the provider, or it made up nothing.
        """
        # Dice.faker builds a new Faker for every sample, which takes far longer than to seed one again.
        generator = _generator(locale.name)
        method = getattr(generator, self.provider, None)
        if method is None:
            raise TextError(f"snippet faker: locale {locale.name!r} has no provider {self.provider!r}")
        with _SEEDED:
            generator.seed_instance(int(dice.random() * 2**53))
            text = " ".join(str(method()).split())
        if not text:
            raise TextError(f"snippet faker: provider {self.provider!r} made up an empty text")
        return text
