"""One receipt that a test or a program asks for by arguments, and what tells it from all others."""

from collections.abc import Mapping
from dataclasses import dataclass
from os import fspath
from typing import Any, Final

from receiptgen.commerce.given.given_receipt import NOTHING, GivenReceipt
from receiptgen.core.assets import own_names
from receiptgen.core.errors import ConfigError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import ReceiptTemplate, receipt_template
from receiptgen.drawing.value_files import GivenRow, values_of
from receiptgen.imaging.sample import Sample

# Arguments that choose what is drawn, and those that go before what the template says. All others are values.
CHOICES: Final = ("template", "seed", "index", "profile")
SETTINGS: Final = ("dates", "contradictions", "without", "color")
# The template of a receipt of which values are asked for and no template is.
_PLAINEST = "cafe"
# Lists of which a number may be given, and the largest.
_MOST = {"items": 400, "taxes": 10}


@dataclass(frozen=True, slots=True)
class ReceiptRequest:
    """A receipt that is asked for.

    Attributes:
        template: Its template, with what is asked for instead of the template's own settings.
        profile: Name or path of its profile.
        seed: Its seed.
        index: Its number.
        given: Values that it is to have.
        color: Whether its page is in colour, whatever its profile says.
        key: What is the same for requests of the same receipt only.
    """

    template: ReceiptTemplate
    profile: str
    seed: int
    index: int
    given: GivenReceipt
    color: bool
    key: tuple[object, ...]

    @classmethod
    def read(cls, arguments: Mapping[str, Any]) -> "ReceiptRequest":
        """Read arguments by name, each of which may be left out: ``CHOICES``, ``SETTINGS`` and values.

        Values are those of ``GivenReceipt``. A number of ``items`` stands for so many that are drawn, and a range as
        ``1..80`` for a number from it; a number of ``taxes`` for so many rates, and one as ``tip`` or ``service`` for
        its amount.

        Raises:
            UnknownNameError: There is no template, profile or locale of that name.
            ConfigError: An argument or a file is wrong.
        """
        forget_changed_files()
        settings = {name: arguments[name] for name in SETTINGS if name in arguments}
        values = {name: value for name, value in arguments.items() if name not in (*CHOICES, *SETTINGS)}
        if isinstance(values.get("items"), str):
            settings["items"] = values.pop("items")
        overrides, given = Overrides.read(settings), _given(values)
        index, seed = arguments.get("index", 0), arguments.get("seed", 0)
        name = arguments.get("template")
        if name is None:
            names = own_names("templates")
            name = _PLAINEST if values else names[index % len(names)]
        loaded = receipt_template(fspath(name))
        look = fspath(arguments.get("profile", "")) or loaded.value.profile
        dressed = load_profile(look)
        digests = [each.digest for file in (loaded, dressed) for each in (file, *file.inputs)]
        said = given.model_dump_json(exclude_unset=True)
        key = (loaded.value.name, dressed.value.name, *digests, seed, index, str(overrides.settings()), said)
        return cls(overrides.of(loaded.value), look, seed, index, given, overrides.color, key)

    def draw(self) -> Sample:
        """Draw it; raises as ``Receipts`` does."""
        rows = [GivenRow("values", self.given)] if self.given.said else ()
        receipts = Receipts([self.template], profile=self.profile, seed=self.seed, color=self.color, values=rows)
        return receipts.draw(self.index)


def _given(values: dict[str, Any]) -> GivenReceipt:
    """Read values, of which some may be numbers for short."""
    for name, most in _MOST.items():
        number = values.get(name)
        if isinstance(number, int):
            if isinstance(number, bool) or not 1 <= number <= most:
                raise ConfigError([f"{name}: expected a list, or a number from 1 to {most}, got {number}"])
            values[name] = [{}] * number
    for name in ("tip", "service"):
        if name in values and not isinstance(values[name], Mapping):
            values[name] = {"amount": values[name]}
    return values_of(values)[0].given if values else NOTHING
