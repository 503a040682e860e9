"""Checks of YAML files beyond loading them: that all of it can be drawn."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

from receiptgen.config.named_files import is_path, is_table, locate, position_of
from receiptgen.config.records import read_text
from receiptgen.config.yaml_nodes import parse
from receiptgen.core.counts import counted
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ConfigError, FontError, ReceiptgenError, UnknownNameError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.drawing.known_texts import known_texts
from receiptgen.drawing.profile import Profile, profile
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.sources import SampleSource, open_source
from receiptgen.drawing.template import ReceiptTemplate, SnippetSet, receipt_template, snippet_set

ConfigFolder = Literal["templates", "snippets", "profiles"]
_MODELS: dict[ConfigFolder, type[ReceiptTemplate] | type[SnippetSet] | type[Profile]] = {
    "templates": ReceiptTemplate,
    "snippets": SnippetSet,
    "profiles": Profile,
}
# Texts of each kind and locale that a check draws.
_DRAWS = 5
# Whole samples of each kind that it draws.
_SAMPLES = 3


@dataclass(frozen=True)
class Checked:
    """What a check found.

    Attributes:
        about: What the file is, in a few words; empty if it can't be read.
        faults: ``file:line:col: path: fault`` lines.
    """

    about: str
    faults: tuple[str, ...]


def folder_of(name: str) -> ConfigFolder:
    """Tell receipt template, snippet set and profile apart, by the keys that only one of them has."""
    if not is_path(name):
        return _folder_of_packaged(name)
    path = Path(name)
    for _ in range(20):
        keys = _keys(path)
        scores = {folder: len(keys & _own_keys(folder)) for folder in _MODELS}
        likeliest = max(scores, key=lambda folder: scores[folder])
        if scores[likeliest]:
            return likeliest
        parent = _parent(path)
        if parent is None:
            # A profile may do with keys that others have, too; they need more.
            return "profiles" if keys and keys <= {*Profile.model_fields} else "templates"
        if not (beside := path.parent / parent).is_file():
            with suppress(UnknownNameError):  # loading it tells where the name stands
                return _folder_of_packaged(parent)
            break
        path = beside
    return "templates"


def show_family(chain: Sequence[Path]) -> str:
    """Return the YAML of a file and of those that it extends, each under its name; raises ConfigError."""
    parts = []
    for place, path in enumerate(chain):
        lays = f" (extends {chain[place + 1].name}, below)" if place + 1 < len(chain) else ""
        text = read_text(path).rstrip("\n")
        parts.append(f"# {path}{lays}\n{text}")
    return "\n---\n".join(parts)


def family(name: str, folder: ConfigFolder | Literal["locales"]) -> list[Path]:
    """Return the file of a template, profile or locale, and those that it extends, nearest first.

    Raises:
        UnknownNameError: Nothing is called so.
        ConfigError: A file can't be read.
    """
    chain = [locate(name, folder)]
    while len(chain) < 20:
        path = chain[-1]
        read_text(path)
        parent = _parent(path)
        if parent is None:
            break
        beside = path.parent / parent
        chain.append(beside if beside.is_file() else locate(parent, folder))
        if chain[-1].resolve() in [one.resolve() for one in chain[:-1]]:
            raise ConfigError([f"{path}: extends: {parent!r} leads back to where it began"])
    return chain


def check(name: str) -> Checked:
    """Load a template, snippet set or profile, and draw it with each locale and printer.

    Args:
        name: A packaged name or a file.
    """
    forget_changed_files()
    try:
        folder = folder_of(name)
        path = locate(name, folder)
        if folder == "templates":
            loaded = receipt_template(name)
            template = loaded.value
            locales, printers = len(_drawn(template.locales)), len(template.printers)
            about = f"receipt template, {counted(locales, 'locale')}, {counted(printers, 'printer')}"
            tables = [file.path for file in loaded.inputs if is_table(file.path)]
            faults = (*_receipt_faults(template, path, tables), *_sample_faults(path, Receipts(name)))
        elif folder == "profiles":
            chosen = profile(name).value
            parts = len(chosen.mix or chosen.page_effects)
            about = f"profile, {counted(parts, 'profile' if chosen.mix else 'effect')}"
            faults = tuple(_profile_faults(name, chosen, path))
        else:
            snippets = snippet_set(name).value
            locales, kinds = len(_drawn(snippets.locales)), len(snippets.names)
            about = f"snippet set, {counted(locales, 'locale')}, {counted(kinds, 'kind')}"
            sources, unopened = _opened(name, snippets)
            left_out = (known_texts(name, each.kind) for each in sources if each.kind in snippets.kinds)
            about = "; ".join([about, *(str(known) for known in left_out if known.left_out)])
            faults = (*unopened, *_cut_faults(snippets, path), *_sample_faults(path, *sources))
    except ConfigError as error:
        return Checked("", error.faults)
    except ReceiptgenError as error:
        return Checked("", (str(error),))
    return Checked(about, tuple(dict.fromkeys(faults)))


def _receipt_faults(template: ReceiptTemplate, path: Path, tables: Sequence[Path]) -> Iterator[str]:
    for name in _drawn(template.locales):
        faults = []
        for place, printer in enumerate(template.printers):
            one = template.model_copy(update={"locales": Weights({name: 1}), "printers": (printer,)})
            try:
                draw_receipt(one, Dice(key_of("check", name, place)))
            except FontError as error:
                said = f"locale {name!r}: {error}{_standing(error.lacking, tables)}"
                faults.append(f"{position_of(path, 'printers', place)}: printers[{place}]: {said}")
            except ReceiptgenError as error:
                yield f"{position_of(path, 'printers', place)}: printers[{place}]: locale {name!r}: {error}"
        # What one printer has no font for, another one prints.
        yield from faults if len(faults) == len(template.printers) else ()


def _standing(chars: str, tables: Sequence[Path]) -> str:
    """Say in which line of a table the first of some characters stands; empty where it stands in none."""
    for path in tables:
        for number, line in enumerate(normalize("NFC", path.read_text(encoding="utf-8")).splitlines(), 1):
            if found := next((char for char in chars if char in line), ""):
                return f"; {found!r} stands in {path}:{number}"
    return ""


def _opened(name: str, snippets: SnippetSet) -> tuple[list[SampleSource], list[str]]:
    """Return the sources of all kinds that can be opened, and why others can't, for want of a font say."""
    sources: list[SampleSource] = []
    faults = []
    for kind in snippets.names:
        try:
            sources.append(open_source(name, kind, 0))
        except ReceiptgenError as error:
            faults += str(error).splitlines()
    return sources, faults


def _cut_faults(snippets: SnippetSet, path: Path) -> Iterator[str]:
    for kind, cut in snippets.cuts.items():
        for name in cut.templates:
            try:
                receipt_template(name)
            except ReceiptgenError as error:
                yield from (
                    f"{position_of(path, 'cuts', kind)}: cuts.{kind}.templates: {line}"
                    for line in str(error).splitlines()
                )


def _profile_faults(name: str, chosen: Profile, path: Path) -> Iterator[str]:
    parking = receipt_template("parking").value
    # Of a template with this printer alone, none of whose own could print instead.
    alone = [parking.model_copy(update={"printers": (printer,)}) for printer in chosen.printers]
    unprinted = chosen.model_copy(update={"printers": ()})
    for template, one in [(template, unprinted) for template in alone] or [(parking, chosen)]:
        for place in range(_DRAWS):
            try:
                draw_receipt(template, Dice(key_of("check", place)), place, one)
            except ReceiptgenError as error:
                yield f"{path}: {error}"
    try:
        snippets = open_source("standard", "price", 0, name)
        for place in range(_DRAWS):
            snippets.draw(place)
    except ReceiptgenError as error:
        yield from (f"{path}: {line}" for line in str(error).splitlines())


def _sample_faults(path: Path, *sources: SampleSource) -> Iterator[str]:
    """Yield why the first samples can't be drawn, with all effects, as ``draw`` draws them."""
    for source in sources:
        try:
            for index in range(_SAMPLES):
                source.draw(index)
        except ReceiptgenError as error:
            yield f"{path}: {source.kind}: {error}"


def _drawn(weights: Weights) -> list[str]:
    """Return the names that are ever drawn; a template drops one of its parent's by the weight 0."""
    return [name for name, weight in weights.items() if weight]


def _folder_of_packaged(name: str) -> ConfigFolder:
    from receiptgen.core.assets import packaged_names
    from receiptgen.core.suggestions import hint

    for folder in _MODELS:
        if name in packaged_names(folder):
            return folder
    known = [known for folder in _MODELS for known in packaged_names(folder)]
    raise UnknownNameError(f"unknown template {name!r}{hint(name, known, 0) or '; see receiptgen templates list'}")


def _own_keys(folder: ConfigFolder) -> set[str]:
    others = (model for other, model in _MODELS.items() if other != folder)
    return {*_MODELS[folder].model_fields}.difference(*(model.model_fields for model in others))


def _raw(path: Path) -> dict[str, Any]:
    try:
        return parse(read_text(path), str(path))[0]
    except ConfigError:
        return {}  # loading it says what is wrong


def _keys(path: Path) -> set[str]:
    return {*_raw(path)}


def _parent(path: Path) -> str | None:
    parent = _raw(path).get("extends")
    return parent if isinstance(parent, str) else None
