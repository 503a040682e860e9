"""One receipt that a test or a program asks for, and what tells it from all others."""

from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from typing import Any

from receiptgen.commerce.value_paths import check_path
from receiptgen.core.assets import own_names
from receiptgen.core.errors import ConfigError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.drawing.profile import profile as load_profile
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import ReceiptTemplate, receipt_template
from receiptgen.imaging.sample import Sample


@dataclass(frozen=True, slots=True)
class ReceiptRequest:
    """A receipt that is asked for.

    Attributes:
        template: Its template.
        profile: Name or path of its profile.
        seed: Its seed.
        index: Its number.
        key: What is the same for requests of the same receipt only.
    """

    template: ReceiptTemplate
    profile: str
    seed: int
    index: int
    key: tuple[object, ...]

    @classmethod
    def read(cls, arguments: Mapping[str, Any]) -> "ReceiptRequest":
        """Read arguments by name: ``template profile seed index without``, each of which may be left out.

        Raises:
            UnknownNameError: There is no template or profile of that name.
            ConfigError: An argument or a file is wrong.
        """
        forget_changed_files()
        index, seed = arguments.get("index", 0), arguments.get("seed", 0)
        loaded = receipt_template(_template_name(arguments.get("template"), index))
        template = _without(loaded.value, arguments.get("without", ()))
        look = fspath(arguments.get("profile", "")) or template.profile
        dressed = load_profile(look)
        digests = [each.digest for file in (loaded, dressed) for each in (file, *file.inputs)]
        key = (template.name, dressed.value.name, *digests, seed, index, template.without)
        return cls(template, look, seed, index, key)

    def draw(self) -> Sample:
        """Draw it; raises as ``Receipts`` does."""
        return Receipts([self.template], profile=self.profile, seed=self.seed).draw(self.index)


def _template_name(name: str | PathLike[str] | None, index: int) -> str:
    names = own_names("templates")
    return names[index % len(names)] if name is None else fspath(name)


def _without(template: ReceiptTemplate, paths: object) -> ReceiptTemplate:
    """Return a template that prints some values less."""
    if not isinstance(paths, list | tuple | set | frozenset) or not all(isinstance(path, str) for path in paths):
        raise ConfigError([f"without: expected a list of paths such as ['total'], got {str(paths)[:60]!r}"])
    try:
        added = tuple(sorted(map(check_path, paths)))
    except ValueError as error:
        raise ConfigError([f"without: {error}"]) from None
    return template.model_copy(update={"without": (*template.without, *added)}) if added else template
