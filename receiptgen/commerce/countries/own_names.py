"""Names in a user's files that stand for something elsewhere: goods of a catalogue, countries that sell a good."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from receiptgen.config.named_files import Loaded
from receiptgen.config.yaml_nodes import YamlList, YamlMapping, parse
from receiptgen.core.assets import packaged_names
from receiptgen.core.errors import ConfigError
from receiptgen.core.suggestions import hint

V = TypeVar("V")


def checked_countries(loaded: Loaded[V]) -> Loaded[V]:
    """Return a file whose goods name countries that there are: packaged locales, or files of locales near it.

    Raises:
        ConfigError: A good names another one.
    """
    known = packaged_names("locales")
    faults = [
        f"{countries.values_at[index]}: {path}[{index}]: there is no locale {name!r}, packaged or in a file "
        f"{name}.yaml near this one{hint(str(name), known, 0)}"
        for file in loaded.files
        for path, countries in _lists_below(_read(Path(file.path)), "countries", "")
        for index, name in enumerate(countries)
        if name not in known and not _is_near(str(name), Path(file.path).parent)
    ]
    if faults:
        raise ConfigError(faults)
    return loaded


def check_goods(loaded: Loaded[Any], names: Collection[str], packs: Collection[str]) -> None:
    """Check that what a locale says of goods is of goods, modifiers and packs that its catalogue has.

    Args:
        loaded: The locale, with the files that it is made of.
        names: Names of the catalogue's goods and modifiers.
        packs: Packs of its goods.

    Raises:
        ConfigError: It names others.
    """
    faults: list[str] = []
    for file in loaded.files:
        goods = _read(Path(file.path)).get("goods")
        for key, known in (("names", names), ("packs", packs), ("without", names)):
            said = goods.get(key) if isinstance(goods, Mapping) else None
            if isinstance(said, YamlMapping):
                named = [(f"{said.keys_at[name]}: goods.{key}", name) for name in said]
            elif isinstance(said, YamlList):
                named = [(f"{said.values_at[at]}: goods.{key}[{at}]", str(name)) for at, name in enumerate(said)]
            else:
                continue
            what = "pack" if key == "packs" else "good"
            faults += [
                f"{place}: no {what} of the catalogue is called {name!r}{hint(name, known, 0)}"
                for place, name in named
                if name not in known
            ]
    if faults:
        raise ConfigError(faults)


def _read(path: Path) -> YamlMapping:
    return parse(path.read_text(encoding="utf-8"), str(path))[0]


def _lists_below(value: Any, key: str, path: str) -> Iterator[tuple[str, YamlList]]:
    """Yield all lists of a key below a value, with their paths."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            below = f"{path}.{name}" if path else str(name)
            if name == key and isinstance(each, YamlList):
                yield below, each
            else:
                yield from _lists_below(each, key, below)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _lists_below(each, key, f"{path}[{index}]")


def _is_near(name: str, folder: Path) -> bool:
    """Tell whether a file of a locale lies in a folder, in one below it or in one beside it."""
    patterns = (f"{name}.yaml", f"*/{name}.yaml", f"../{name}.yaml", f"../*/{name}.yaml")
    return any(next(iter(folder.glob(pattern)), None) is not None for pattern in patterns)
