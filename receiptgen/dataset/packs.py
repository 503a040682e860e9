"""Packs: YAML files of hard cases, each a receipt or the parts of one, that fixtures are drawn from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field, ValidationInfo

from receiptgen.commerce.given.given_receipt import NOTHING, GivenReceipt
from receiptgen.commerce.trade.basket_spec import Contradictions
from receiptgen.config.named_files import Loaded, is_path, load_named
from receiptgen.config.paths import beside
from receiptgen.config.records import Record
from receiptgen.config.worded import TextLike
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Range, counts
from receiptgen.core.errors import ReceiptgenError
from receiptgen.core.inputs import cache_of_files
from receiptgen.drawing.overrides import Overrides
from receiptgen.drawing.profile import ProfileName, profile
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.template import Unprinted, receipt_template
from receiptgen.effects import Effects
from receiptgen.imaging.sample import Sample


def _known_template(name: str, info: ValidationInfo) -> str:
    """Load a template, so that what is wrong with it is told at its place; a path counts from the pack's folder."""
    full = str(beside(Path(name), info)) if is_path(name) else name
    try:
        receipt_template(full)
    except ReceiptgenError as error:
        raise ValueError(str(error)) from error
    return full


class DrawnCase(NamedTuple):
    """A picture of a case.

    Attributes:
        folder: Folder of its files within the set: the case's name, and the number of a part.
        sample: The receipt.
    """

    folder: str
    sample: Sample


class Case(Record):
    """A hard case.

    Attributes:
        about: What is hard about it, in a line.
        template: Receipt template: a packaged name, or a path that counts from the pack's folder.
        profile: How it is printed, handled and captured; empty for the template's own.
        seed: Seed of what is drawn.
        index: Number of the receipt.
        values: Values that it has, as ``items.json`` has them.
        items: Number of items.
        without: Values that are not printed.
        contradictions: Whether values that contradict each other are printed.
        effects: What happens to the page before all that the profile does.
        parts: Pictures of one receipt, each by the effects that it has after all others; empty for a single one.
    """

    about: Annotated[str, Field(min_length=1, max_length=200)]
    template: Annotated[str, AfterValidator(_known_template)] = "cafe"
    profile: ProfileName | None = None
    seed: int = Field(default=0, ge=0, lt=2**63)
    index: int = Field(default=0, ge=0, lt=2**63)
    values: GivenReceipt = NOTHING
    items: Annotated[Range, counts(1, 400)] | None = None
    without: Unprinted = ()
    contradictions: Contradictions = "refuse"
    effects: Effects = ()
    parts: Annotated[tuple[Effects, ...], Field(max_length=10)] = ()

    def draw(self, name: str) -> Iterator[DrawnCase]:
        """Draw its pictures.

        Raises:
            ReceiptgenError: It can't be drawn, for want of a font say.
        """
        overrides = Overrides(items=self.items, without=self.without, contradictions=self.contradictions)
        template = overrides.of(receipt_template(self.template).value)
        template = template.model_copy(update={"effects": (*template.effects, *self.effects)})
        dice = Dice(key_of(self.seed, template.name, self.index))
        look = profile(self.profile or template.profile).value.draw(dice.fork("profile"))
        for number, part in enumerate(self.parts or ((),), 1):
            sample = draw_receipt(template, dice, self.index, look.with_capture(part), self.values)
            yield DrawnCase(f"{name}/{number}" if self.parts else name, sample)


# Names of cases, which name files.
_NAME = TextLike("^[a-z0-9_]{1,60}$", "1 to 60 small letters a to z, digits and underscores, such as long_names")


class Pack(Record):
    """Hard cases for a reader of receipts.

    Attributes:
        name: Name of its file.
        about: Description in one line.
        cases: The cases by name.
    """

    name: str = ""
    about: str
    cases: dict[Annotated[str, _NAME], Case] = Field(min_length=1, max_length=1000)


@cache_of_files(maxsize=16)
def pack(name: str) -> Loaded[Pack]:
    """Load a pack by packaged name or path; raises as ``load_named`` does."""
    return load_named(name, "packs", Pack)
