"""Write the tables of docs/ from the records and commands that they describe."""

import html
import inspect
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import click
from pydantic import BaseModel

from receiptgen.cli import app
from receiptgen.commerce.basket import BasketSpec
from receiptgen.commerce.countries.abbreviations import Abbreviations
from receiptgen.commerce.countries.check_digits import ALGORITHMS, WeightedSum
from receiptgen.commerce.countries.currencies import Currency, OtherCurrency, PriceForm
from receiptgen.commerce.countries.eras import Era
from receiptgen.commerce.countries.id_numbers import IdNumber
from receiptgen.commerce.countries.locales import Locale, Place, locale
from receiptgen.commerce.countries.people import Women
from receiptgen.commerce.countries.shelves import Good, LocalGoods
from receiptgen.commerce.countries.taxes import Rate, TaxScheme
from receiptgen.commerce.trade.goods_list import ListedGood
from receiptgen.commerce.trade.merchant_list import ListedMerchant
from receiptgen.commerce.trade.shops import ShopType
from receiptgen.config.docstrings import attributes
from receiptgen.config.records import record_of
from receiptgen.core.assets import packaged_names
from receiptgen.core.registry import Registry
from receiptgen.drawing.page_habits import PageHabits
from receiptgen.drawing.profile import CropMargins, Profile, profile
from receiptgen.drawing.template import Cut, ReceiptTemplate, SnippetSet
from receiptgen.effects import EFFECTS
from receiptgen.elements import ELEMENTS, VoiceSpec
from receiptgen.fidelity.measures import MEASURES, Measure
from receiptgen.fidelity.page_measures import PAGE_MEASURES
from receiptgen.recognition.charset import charset
from receiptgen.recognition.metadata import network_settings
from receiptgen.recognition.networks import NETWORKS, network_costs
from receiptgen.recognition.preprocess import PreprocessSettings
from receiptgen.snippets import SNIPPETS
from receiptgen.train.data.pages.crops import Crops
from receiptgen.train.data.pages.stream import PageSource
from receiptgen.train.data.sources import DATASETS
from receiptgen.train.data.words.source import WordSource
from receiptgen.train.export import FORMATS
from receiptgen.train.recipes.fields_recipe import FieldsRecipe
from receiptgen.train.recipes.finder_recipe import FinderRecipe
from receiptgen.train.recipes.kind_recipe import KindRecipe
from receiptgen.train.recipes.recipe import Part, Recipe, Teaching, recipe
from receiptgen.train.recipes.settings import Learning, RunSettings
from receiptgen.typography.blocks import Style
from receiptgen.typography.printer import Printer

DOCS = Path(__file__).parents[1] / "docs"
# Longer defaults are cut short; `receiptgen templates schema` and the source have them whole.
_LONGEST = 64
# A bar within a cell of a table.
BAR = r"\|"


def yaml_of(value: Any) -> str:
    """Print a default as YAML would have it."""
    if isinstance(value, BaseModel):
        value = {name: getattr(value, name) for name in type(value).model_fields if name in value.model_fields_set}
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{yaml_of(key)}: {yaml_of(one)}" for key, one in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(yaml_of, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str) and (not value or re.search(r"[^\w./]", value)):
        return f'"{value}"'
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def default_of(model: type[BaseModel], name: str) -> str:
    """Print a field's default in a table's cell."""
    field = model.model_fields[name]
    if field.is_required():
        return "*required*"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ((), {}):
        return ""
    text = yaml_of(default)
    text = text if len(text) <= _LONGEST else text[:_LONGEST].rpartition(",")[0] + ", ..."
    return f"`{text}`".replace("|", r"\|")


def choices(annotation: Any) -> tuple[str, ...]:
    """Return the words that a field takes, where it takes no others."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next((found for part in get_args(annotation) if (found := choices(part))), ())


def table(model: type[Any], without: type[BaseModel] = BaseModel) -> str:
    """Return a record's fields as a table, without those of another record; empty where it has none."""
    about, model = attributes(model), record_of(model)
    if not model.model_fields:
        return ""
    rows = ["| key | default | meaning |", "| --- | --- | --- |"]
    for name in [name for name in model.model_fields if name not in without.model_fields]:
        meaning = about[name].replace("``", "`").replace("|", r"\|")
        words = choices(model.model_fields[name].annotation)
        if not all(f"`{word}`" in meaning for word in words):
            meaning += f" Of: `{' '.join(words)}`."
        rows.append(f"| `{name}` | {default_of(model, name)} | {meaning} |")
    return "\n".join(rows)


def summary(model: type[Any]) -> str:
    """Return what a docstring says before the fields."""
    text = (model.__doc__ or "").partition("Attributes:")[0]
    return " ".join(text.replace("``", "`").split())


def room(registry: Registry[Any], mark: str = "###") -> str:
    """Return a section for each member of a room."""
    parts = []
    for name in registry:
        model = registry.get(name)
        parts += [f"{mark} `{name}`", summary(model), table(model)]
    return "\n\n".join(part for part in parts if part)


def effects(family: str) -> str:
    """Return a section with a picture for each effect of a family, a folder of the room; choices lie in none."""
    parts = []
    for name in EFFECTS:
        if (EFFECTS.folder_of(name) or "choice") == family:
            model: Any = EFFECTS.get(name)
            parts += [f"### `{name}`", summary(model), f"![{name}](../effects/{name}.png)", table(model)]
    return "\n\n".join(parts)


def profiles() -> str:
    """Return the packaged profiles as a table."""
    rows = [f"| `{name}` | {profile(name).value.about} |" for name in packaged_names("profiles")]
    return "\n".join(["| profile | what it stands for |", "| --- | --- |", *rows])


def countries() -> str:
    """Return the packaged locales as a table."""
    rows = ["| locale | country | currency | rates, the most usual first |", "| --- | --- | --- | --- |"]
    for name in packaged_names("locales"):
        one = locale(name)
        taxes = max(one.taxes, key=lambda scheme: (scheme.spans[-1].last, scheme.weight))
        side = "inside prices" if taxes.inclusive else "on top of prices"
        percents = ", ".join(f"{rate.percent.normalize():f}" for rate in taxes.rates.values())
        rows.append(f"| `{name}` | {one.country} | {one.currency.code} | {percents} % {side} |")
    return "\n".join(rows)


def algorithms() -> str:
    """Return the named checks of identification numbers as a table."""
    rows = ["| check | `!` | characters covered | what it is |", "| --- | --- | --- | --- |"]
    for name, one in ALGORITHMS.items():
        covers = " or ".join(map(str, one.covers)) or "any number"
        text = (inspect.getdoc(one.compute) or "").partition("\n")[0].removesuffix(".")
        rows.append(f"| `{name}` | {one.checks} | {covers}{' of letters and digits' if one.letters else ''} | {text} |")
    return "\n".join(rows)


def measures() -> str:
    """Return the measures of a crop as a table."""
    return measure_table(MEASURES)


def page_measures() -> str:
    """Return the measures of a page as a table."""
    return measure_table(PAGE_MEASURES)


def measure_table(measures: Mapping[str, Measure]) -> str:
    """Return measures as a table."""
    rows = [f"| `{name}` | {one.unit} | {one.formula} |" for name, one in measures.items()]
    return "\n".join(["| measure | unit | how it is got |", "| --- | --- | --- |", *rows])


def recipes() -> str:
    """Return the packaged recipes as a table."""
    rows = ["| recipe | what it is for | network | ends after |", "| --- | --- | --- | --- |"]
    for name in packaged_names("recipes"):
        one = recipe(name).value
        network = "that of `init`"
        if isinstance(one, KindRecipe):
            network = f"`{one.kind.name}`"
        elif one.network:
            network = f"`{network_settings(one.network)['kind']}`"
        ends = [f"{one.steps:,} updates"] if one.steps else []
        ends += [f"{one.minutes:g} minutes"] if one.minutes else []
        rows.append(f"| `{name}` | {one.about} | {network} | {' or '.join(ends)} |")
    return "\n".join(rows)


def formats() -> str:
    """Return the formats that weights are exported to as a table."""
    rows = [f"| `{name}` | `{FORMATS.get(name).suffix}` | {summary(FORMATS.get(name))} |" for name in FORMATS]
    return "\n".join(["| format | suffix | what is in it |", "| --- | --- | --- |", *rows])


def networks() -> str:
    """Return what networks cost and see as a table."""
    rows = ["| network | what it is | input | parameters | MACs | receptive field | step |", "| --- " * 7 + "|"]
    for name in NETWORKS:
        network = NETWORKS.get(name)()
        figures = network_costs(network, len(charset("ascii")))
        rows.append(
            f"| `{name}` | {network.about} | {network.height} x {network.width or 'any'} px | {figures.parameters:,} |"
            f" {figures.macs / 1e6:,.0f} M | {figures.receptive_field} px | {figures.step} px |"
        )
    return "\n".join(rows)


def commands() -> str:
    """Return a section for each command, and one for each command of a group."""
    return "\n\n".join(_commands(app, click.Context(app, info_name="receiptgen"), "##"))


def _commands(group: click.Group, above: click.Context, heading: str) -> list[str]:
    parts = []
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is None:
            raise ValueError(f"command {name!r} is listed and not there")
        context = click.Context(command, info_name=name, parent=above)
        usage = " ".join(command.collect_usage_pieces(context))
        parts += [f"{heading} `{context.command_path}`", f"```text\n{context.command_path} {usage}\n```"]
        parts += map(_plain, inspect.cleandoc(command.help or "").split("\n\n"))
        parts.append(_options(command, context))
        if isinstance(command, click.Group):
            parts += _commands(command, context, f"{heading}#")
    return [part for part in parts if part]


def _options(command: click.Command, context: click.Context) -> str:
    """Return the options of a command as a table; empty where it has none but ``--help``."""
    records = [param.get_help_record(context) for param in command.params if param.param_type_name == "option"]
    rows = ["| option | meaning |", "| --- | --- |"]
    for names, meaning in filter(None, records):
        rows.append(f"| `{names.replace('|', BAR)}` | {_plain(meaning)} |")
    return "\n".join(rows) if len(rows) > 2 else ""


def _plain(text: str) -> str:
    """Return a help text without line breaks and without anything that Markdown would take for its own."""
    text = html.escape(" ".join(text.split()).replace("0<=x<=9223372036854775807", "x>=0"), quote=False)
    return re.sub(r"([|*_\[\]])", r"\\\1", text)


TABLES: dict[str, dict[str, Callable[[], str]]] = {
    "reference/commands.md": {"commands": commands},
    "reference/templates.md": {
        "template": lambda: table(ReceiptTemplate),
        "basket": lambda: table(BasketSpec),
        "printer": lambda: table(Printer),
        "voice": lambda: table(VoiceSpec),
        "style": lambda: table(Style),
        "elements": lambda: room(ELEMENTS),
    },
    "reference/locales.md": {
        "countries": countries,
        "locale": lambda: table(Locale),
        "currency": lambda: table(Currency),
        "abbreviations": lambda: table(Abbreviations),
        "prices": lambda: table(PriceForm),
        "besides": lambda: table(OtherCurrency),
        "eras": lambda: table(Era),
        "local_goods": lambda: table(LocalGoods),
        "taxes": lambda: table(TaxScheme),
        "rate": lambda: table(Rate),
        "number": lambda: table(IdNumber),
        "check": lambda: table(WeightedSum),
        "algorithms": algorithms,
        "place": lambda: table(Place),
        "women": lambda: table(Women),
    },
    "reference/shops.md": {
        "shop": lambda: table(ShopType),
        "good": lambda: table(Good),
        "listed_good": lambda: table(ListedGood),
        "listed_merchant": lambda: table(ListedMerchant),
    },
    "reference/snippets.md": {
        "set": lambda: table(SnippetSet),
        "cut": lambda: table(Cut),
        "kinds": lambda: room(SNIPPETS),
    },
    "reference/profiles.md": {
        "packaged": profiles,
        "profile": lambda: table(Profile),
        "crop": lambda: table(CropMargins),
        "habits": lambda: table(PageHabits),
    },
    "reference/effects.md": {
        "printing": lambda: effects("printing"),
        "writing": lambda: effects("writing"),
        "handling": lambda: effects("handling"),
        "capture": lambda: effects("capture"),
        "choice": lambda: effects("choice"),
    },
    "reference/recipes.md": {
        "recipes": recipes,
        "recipe": lambda: table(Recipe),
        "finder recipe": lambda: table(FinderRecipe, RunSettings),
        "page source": lambda: table(PageSource),
        "crops": lambda: table(Crops),
        "fields recipe": lambda: table(FieldsRecipe, RunSettings),
        "word source": lambda: table(WordSource),
        "teacher": lambda: table(Teaching),
        "part": lambda: table(Part),
        "learning": lambda: table(Learning),
        "preprocess": lambda: table(PreprocessSettings),
    },
    "reference/training_data.md": {"forms": lambda: room(DATASETS, "##")},
    "reference/networks.md": {
        "networks": networks,
        "settings": lambda: room(NETWORKS),
        "formats": formats,
    },
    "background/fidelity.md": {"measures": measures, "page_measures": page_measures},
}


def renewed(page: str, text: str) -> str:
    """Return a page's text with its tables replaced."""
    for name, make in TABLES[page].items():
        begin, end = f"<!-- table: {name} -->", "<!-- /table -->"
        head, found, rest = text.partition(begin)
        _, closed, tail = rest.partition(end)
        if not found or not closed:
            raise ValueError(f"{page}: no place for table {name!r}")
        text = f"{head}{begin}\n\n{make()}\n\n{end}{tail}"
    return text


if __name__ == "__main__":
    for page in TABLES:
        path = DOCS / page
        path.write_text(renewed(page, path.read_text(encoding="utf-8")), encoding="utf-8")
