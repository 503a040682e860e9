"""Templates: what a receipt or a set of snippets is made of, as YAML says it."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Generic, NamedTuple, TypeVar

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from receiptgen.assets import packaged, packaged_names
from receiptgen.atlas import Ink
from receiptgen.basket import BasketSpec
from receiptgen.config import Member, Record, beside, load
from receiptgen.dice import Dice, Range, Weights
from receiptgen.effects import EFFECTS, Effect
from receiptgen.elements import ELEMENTS, Element
from receiptgen.errors import FontError, ReceiptgenError
from receiptgen.registry import near_miss
from receiptgen.sample import Style
from receiptgen.setting import Setting
from receiptgen.snippets import SNIPPETS, Snippet
from receiptgen.typeface import Face, draw_faces, face, face_groups, faces, is_font_file

M = TypeVar("M", bound=Record)
# Texts by the style they are struck in; what a face is chosen for.
Texts = dict[Style, set[str]]


def _known_locales(weights: Weights) -> Weights:
    known = packaged_names("locales")
    for name in weights:
        if name not in known:
            raise ValueError(f"unknown locale {name!r}{near_miss(name, known)}")
    return weights


def _known_faces(weights: Weights, info: ValidationInfo) -> Weights:
    """Check that the faces exist; the path of a font file counts from the YAML file."""
    found = Weights()
    for name, weight in weights.items():
        known = name in face_groups() or name in faces()
        full = name if known or not is_font_file(name) else str(beside(Path(name), info))
        if not known:
            try:
                face(full)
            except ReceiptgenError as error:
                raise ValueError(str(error)) from error
        found[full] = weight
    return found


Locales = Annotated[Weights, AfterValidator(_known_locales)]
Faces = Annotated[Weights, AfterValidator(_known_faces)]


class Printer(Record):
    """A kind of printer: a till's own font on a grid of dots, or a driver's proportional one.

    Attributes:
        weight: How often it is met among the template's printers.
        dots: Printable widths to choose from; 384 is 58 mm paper at 203 dpi, 576 is 80 mm.
        margin: Blank dots at either side.
        columns: Numbers of characters in a row to choose from, for a font of the till's own; each character then
            has the same pitch. Empty: the font is as wide as it is.
        size: Pixels an em, where ``columns`` is empty.
        ink: One bit a pixel (``dots``), or 256 levels (``smooth``).
        faces: Face groups, faces or font files for the body, with weights.
        display: The same for a shop's name that is drawn large.
        display_scale: Size of that, against the body's.
        leading: Line to line, against the size of the body.
    """

    weight: float = Field(default=1.0, gt=0)
    dots: tuple[int, ...] = Field(default=(576,), min_length=1)
    margin: Range = Range(16, 48)
    columns: tuple[int, ...] = ()
    size: Range = Range(19, 25)
    ink: Ink = "dots"
    faces: Faces = Weights({"bitmap": 4, "terminal": 2, "mono": 3, "typewriter": 0.5})
    display: Faces = Weights({"sans": 3, "condensed": 2, "serif": 1, "typewriter": 1})
    display_scale: Range = Range(1.5, 2.4)
    leading: Range = Range(1.15, 1.45)

    def draw(self, texts: Texts, dice: Dice) -> Setting:
        """Settle on sizes and faces for one receipt, the faces after its texts.

        Raises:
            FontError: No face of the printer's draws the texts.
        """
        width, margin = dice.choose(self.dots), dice.count(self.margin)
        pitch = width // dice.choose(self.columns) if self.columns else None
        size, leading = dice.count(self.size), dice.within(self.leading)
        display_scale = dice.within(self.display_scale)
        display_chars = set().union(*(chars for style, chars in texts.items() if style.display))
        display = next(draw_faces(self.display, display_chars, dice.fork("display")))
        body_chars = set().union(*(chars for style, chars in texts.items() if not style.display)) | {"0"}
        for body in draw_faces(self.faces, body_chars, dice.fork("face")):
            fitted = fit(body, size, pitch)
            if fitted is None:
                continue
            setting = Setting(
                width, margin, self.ink, body, fitted, pitch, round(fitted * leading), display, display_scale
            )
            if all(setting.atlas(style).twins.isdisjoint(chars) for style, chars in texts.items()):
                for style, chars in texts.items():
                    setting.atlas(style).prepare(sorted(chars))
                return setting
        raise FontError(
            f"no face among {', '.join(self.faces)} draws the receipt at {pitch or size} dots without two characters "
            "looking alike; name more faces, or a larger size or fewer columns"
        )


def fit(face: Face, size: int, pitch: int | None = None) -> int | None:
    """Return the size in pixels an em at which a face is drawn, or None where it would look wrong.

    A bitmap-like face is crisp at multiples of its native size only. In a pitch, the face is as large as
    its characters allow; a native one must fill three quarters of it.
    """
    if pitch is None:
        return face.native * max(1, round(size / face.native)) if face.native else size
    largest = int((pitch + 0.49) / face.width)
    if not face.native:
        return largest
    native = face.native * (largest // face.native)
    return native if native * face.width >= 0.75 * pitch else None


class ReceiptTemplate(Record):
    """A kind of receipt.

    Attributes:
        name: Its file's name.
        about: One line for ``templates list``.
        locales: Countries that it is drawn for, with weights.
        basket: What is bought, and how it is paid.
        printers: Printers that print it.
        elements: Top to bottom.
        effects: What happens to the page, in order.
    """

    name: str = ""
    about: str
    locales: Locales
    basket: BasketSpec
    printers: tuple[Printer, ...] = Field(min_length=1)
    elements: tuple[Annotated[Element, Member(ELEMENTS)], ...] = Field(min_length=1)
    effects: tuple[Annotated[Effect, Member(EFFECTS)], ...] = ()

    def printer(self, dice: Dice) -> Printer:
        """Draw one of the printers by weight."""
        return self.printers[dice.weigh_index([printer.weight for printer in self.printers])]


class Cut(Record):
    """A kind of snippet that is cut out of drawn receipts: the distribution that real readers meet.

    Attributes:
        templates: Receipt templates to draw, with weights.
        rows: Share of whole rows; the rest are single fields, as data sets of real receipts box them.
        margin: Paper round the ink in pixels, as far as nothing else is in it.
    """

    templates: Weights
    rows: float = 0.4
    margin: Range = Range(1, 5)


class SnippetSet(Record):
    """Kinds of snippets and how they are printed.

    Attributes:
        name: Its file's name.
        about: One line for ``templates list``.
        locales: Countries whose dates, phones and the like are drawn, with weights.
        faces: Face groups, faces or font files, with weights.
        size: Pixels an em.
        ink: ``dots`` and ``smooth`` with weights.
        margin: Paper on each side of the ink in pixels.
        kinds: Snippets by the name of their kind.
        cuts: Kinds cut out of receipts, by name.
        effects: What happens to each snippet, in order.
    """

    name: str = ""
    about: str
    locales: Locales
    faces: Faces
    size: Range = Range(20, 40)
    ink: Weights = Weights({"smooth": 2, "dots": 1})
    margin: Range = Range(1, 6)
    kinds: dict[str, Annotated[Snippet, Member(SNIPPETS)]] = Field(default_factory=dict)
    cuts: dict[str, Cut] = Field(default_factory=dict)
    effects: tuple[Annotated[Effect, Member(EFFECTS)], ...] = ()

    @model_validator(mode="after")
    def _check(self) -> "SnippetSet":
        if not self.kinds and not self.cuts:
            raise ValueError("a snippet set needs kinds or cuts")
        if both := self.kinds.keys() & self.cuts.keys():
            raise ValueError(f"{min(both)!r} is among kinds and cuts")
        for name in {*self.kinds, *self.cuts}:
            if not name.replace("_", "").isalnum() or name == "receipt":
                raise ValueError(f"kind {name!r}: a kind is named by letters, digits and _, and not 'receipt'")
        if unknown := self.ink.keys() - {"dots", "smooth"}:
            raise ValueError(f"unknown ink {min(unknown)!r}; inks are dots and smooth")
        return self

    def draw_ink(self, dice: Dice) -> Ink:
        """Draw an ink by weight."""
        return "dots" if dice.weigh(self.ink) == "dots" else "smooth"

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all kinds."""
        return (*self.kinds, *self.cuts)


def locate(name: str, folder: str) -> Path:
    """Return the file of a template or snippet set given as a path or a packaged name."""
    if name.endswith((".yaml", ".yml")) or "/" in name:
        return Path(name)
    return packaged(folder, name)


class Loaded(NamedTuple, Generic[M]):
    """A template as read.

    Attributes:
        value: The template.
        digest: SHA-256 of its file, and of those that it extends.
    """

    value: M
    digest: str


@lru_cache(maxsize=256)
def receipt_template(name: str) -> Loaded[ReceiptTemplate]:
    """Load a receipt template by packaged name or path.

    Raises:
        UnknownNameError: There is no packaged template of that name.
        ConfigError: It is wrong.
    """
    return _load(name, "templates", ReceiptTemplate)


@lru_cache(maxsize=16)
def snippet_set(name: str) -> Loaded[SnippetSet]:
    """Load a snippet set by packaged name or path; raises as ``receipt_template`` does."""
    return _load(name, "snippets", SnippetSet)


def _load(name: str, folder: str, model: type[M]) -> Loaded[M]:
    path = locate(name, folder)
    chain = [path]

    def resolve(parent: str, child: Path) -> Path:
        beside = child.parent / parent
        chain.append(beside if beside.is_file() else locate(parent, folder))
        return chain[-1]

    value = load(path, model, resolve=resolve)
    digest = sha256(b"\0".join(file.read_bytes() for file in chain)).hexdigest()
    return Loaded(value.model_copy(update={"name": path.stem}), digest)
