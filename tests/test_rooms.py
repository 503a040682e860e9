"""Every member of every room: frozen, documented, and a function of its dice."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import FrozenInstanceError
from functools import cache
from importlib.metadata import metadata
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest
from components import require
from logos import logo
from pydantic import BaseModel, ValidationError

from receiptgen.commerce import basket
from receiptgen.commerce.basket import BasketSpec
from receiptgen.commerce.countries.locales import locale
from receiptgen.config.records import record_of
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import DatasetError
from receiptgen.core.registry import Registry
from receiptgen.core.settings import Settings
from receiptgen.effects import EFFECTS, apply_effects
from receiptgen.elements import ELEMENTS, ElementContext, draw_voice
from receiptgen.imaging.sample import Sample
from receiptgen.reading.outputs import OUTPUTS
from receiptgen.recognition.charset import charset
from receiptgen.recognition.networks import NETWORKS, initial_weights, network_costs, step_of, steps
from receiptgen.snippets import SNIPPETS
from receiptgen.train.backends import BACKENDS
from receiptgen.train.data.sources import DATASETS
from receiptgen.train.export import FORMATS
from receiptgen.train.reporting.loggers import LOGGERS
from receiptgen.typography.blocks import Block, Frame, Graphic, Row, Rule
from receiptgen.writers import PNG, WRITERS

ROOMS: dict[str, Registry[Any]] = {
    "snippets": SNIPPETS, "elements": ELEMENTS, "effects": EFFECTS, "writers": WRITERS,
    "sources": DATASETS, "networks": NETWORKS, "backends": BACKENDS, "export": FORMATS,
    "outputs": OUTPUTS, "loggers": LOGGERS,
}  # fmt: skip
MEMBERS = [(room, name) for room, registry in ROOMS.items() for name in registry.names]
# The others have no settings.
RECORDS = [
    (room, name) for room, name in MEMBERS if room not in {"writers", "backends", "export", "outputs", "loggers"}
]
# Those of shards may be elsewhere.
ON_DISK = [name for name in DATASETS.names if name not in {"live", "shards"}]
# What backends and loggers import.
PACKAGES = {"pytorch": "torch", "gluon": "mxnet", "tensorboard": "tensorboard", "wandb": "wandb", "mlflow": "mlflow"}
# What members need that have no default for everything.
NEEDED: dict[tuple[str, str], dict[str, Any]] = {
    ("elements", "fields"): {"show": ["date", "time", "receipt_no", "cashier", "till"], "bare": 0.3},
    ("elements", "text"): {"say": ["thanks", "returns", "you_saved", "url"], "lines": ["Open  all day"], "around": 0.5},
    ("elements", "image"): {"file": logo(Path(mkdtemp()))},
    ("effects", "maybe"): {"of": []},
    ("effects", "one_of"): {"of": []},
    ("elements", "maybe"): {"of": []},
    ("elements", "one_of"): {"of": []},
    ("elements", "framed"): {"of": []},
    ("sources", "live"): {"source": "standard", "kinds": ["price"]},
    ("sources", "shards"): {"url": "s3://bucket/set"},
    **{("sources", name): {"path": Path("nowhere")} for name in ON_DISK},
}


def cls(room: str, name: str) -> type[Any]:
    if room in {"backends", "loggers"}:
        require(PACKAGES[name])
    return ROOMS[room].get(name)


def make(room: str, name: str) -> Any:
    """Build a member with its defaults and whatever it needs; the two that choose, with two to choose from."""
    wanted = dict(NEEDED.get((room, name), {}))
    if "of" in wanted:
        first, second = ("rule", "barcode") if room == "elements" else ("rotate", "blur")
        wanted["of"] = (make(room, first), make(room, second))
    member = cls(room, name)
    return member.parse(wanted) if issubclass(member, Settings) else member.model_validate(wanted)


@cache
def context_of(shop: str, country: str, seed: int) -> ElementContext:
    dice, place = Dice(key_of(shop, country, seed)), locale(country)
    spec = BasketSpec.model_validate({"shop": shop, "item_discount": "0.4", "coupon": "0.5", "tip": "0.3"})
    receipt = basket.draw(spec, dice, place)
    return ElementContext(receipt, draw_voice(place, receipt.scheme, dice.fork("voice")))


TICKETS = [
    ("supermarket", "de_DE"),
    ("restaurant", "en_US"),
    ("hotel", "en_MY"),
    ("office", "fr_FR"),
    ("post", "en_IN"),
]


def comparable(blocks: Iterable[Block]) -> list[object]:
    """Return blocks such that ``==`` compares the modules of codes, too."""
    return [
        (block.kind, block.text, block.height, block.modules.tolist()) if isinstance(block, Graphic)
        else comparable(block.rows) if isinstance(block, Frame) else block
        for block in blocks
    ]  # fmt: skip


@pytest.mark.smoke
def test_a_room_lists_its_members_without_importing_them() -> None:
    code = """
import sys, json
from receiptgen.snippets import SNIPPETS
from receiptgen.elements import ELEMENTS
from receiptgen.effects import EFFECTS
from receiptgen.writers import PNG, WRITERS
from receiptgen.train.data.sources import DATASETS
from receiptgen.recognition.networks import NETWORKS
from receiptgen.train.backends import BACKENDS
from receiptgen.train.export import FORMATS
from receiptgen.reading.outputs import OUTPUTS
from receiptgen.train.reporting.loggers import LOGGERS
rooms = (SNIPPETS, ELEMENTS, EFFECTS, WRITERS, DATASETS, NETWORKS, BACKENDS, FORMATS, OUTPUTS, LOGGERS)
names = {room.package: list(room.names) for room in rooms}
print(json.dumps([names, [f"{p}.{n}" for p in names for n in names[p] if f"{p}.{n}" in sys.modules]]))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    names, loaded = json.loads(done.stdout)
    assert loaded == []
    assert {package.rpartition(".")[2]: tuple(found) for package, found in names.items()} == {
        room: registry.names for room, registry in ROOMS.items()
    }


@pytest.mark.smoke
@pytest.mark.parametrize(("room", "name"), MEMBERS)
def test_a_member_is_registered_under_its_files_name(room: str, name: str) -> None:
    member = cls(room, name)
    assert ROOMS[room].name_of(member) == name
    folder = ROOMS[room].folder_of(name)
    assert member.__module__ == ".".join(part for part in (ROOMS[room].package, folder, name) if part)


@pytest.mark.parametrize(("room", "name"), RECORDS)
def test_a_record_is_frozen(room: str, name: str) -> None:
    made = make(room, name)
    assert isinstance(made, BaseModel | Settings)
    for field in record_of(type(made)).model_fields:
        with pytest.raises((ValidationError, FrozenInstanceError), match=r"frozen|cannot assign"):
            setattr(made, field, None)


@pytest.mark.parametrize(("room", "name"), RECORDS)
def test_a_record_refuses_unknown_keys(room: str, name: str) -> None:
    settings = {**NEEDED.get((room, name), {}), "surely_no_field": 1}
    member = cls(room, name)
    with pytest.raises(ValidationError, match="surely_no_field"):
        record_of(member).model_validate(settings)
    if issubclass(member, Settings):
        with pytest.raises(ValueError, match="surely_no_field"):
            member.parse(settings)


@pytest.mark.parametrize(("room", "name"), MEMBERS)
def test_every_field_is_documented(room: str, name: str) -> None:
    member = cls(room, name)
    assert member.__doc__
    fields = set(getattr(record_of(member), "model_fields", {}))
    text = "\n".join(base.__doc__ or "" for base in member.__mro__ if base.__module__.startswith("receiptgen."))
    section = "\n".join(part for part in text.split("Attributes:")[1:])
    documented = set(re.findall(r"^\s+(\w+): \S", section, re.MULTILINE))
    assert fields <= documented, fields - documented


@pytest.mark.parametrize("name", SNIPPETS.names)
def test_same_dice_same_snippet(name: str) -> None:
    for seed in range(3):
        texts = {make("snippets", name).text(Dice(seed), locale("en_GB")) for _ in range(2)}
        assert len(texts) == 1


@pytest.mark.parametrize("name", ELEMENTS.names)
def test_same_dice_same_rows(name: str) -> None:
    element = make("elements", name)
    for shop, country in TICKETS:
        for seed in range(3):
            context = context_of(shop, country, seed)
            drawn = [comparable(element.rows(context, Dice(seed))) for _ in range(2)]
            assert drawn[0] == drawn[1], (shop, country, seed)


@pytest.mark.parametrize("name", ELEMENTS.names)
def test_an_element_yields_blocks_with_a_role_for_every_text(name: str) -> None:
    element, seen = make("elements", name), 0
    for shop, country in TICKETS:
        context = context_of(shop, country, 5)
        for block in element.rows(context, Dice(1)):
            seen += 1
            if isinstance(block, Row):
                assert block.runs
                assert all(re.fullmatch(r"[a-z][a-z0-9_.]*", run_.role) for run_ in block.runs), block
                assert all(-1 <= run_.item < len(context.receipt.items) for run_ in block.runs)
            elif isinstance(block, Rule):
                assert 0 < block.share <= 1
    # Nobody is made a bill in some shops, nor left room for a tip where one was paid.
    assert seen or name in {"bill_to"}


@pytest.mark.parametrize("name", EFFECTS.names)
def test_same_dice_same_effect_and_the_records_are_json(name: str, snippets: tuple[Sample, ...]) -> None:
    effect = make("effects", name)
    for sample in snippets[:60:10]:
        one, other = (apply_effects([effect], sample.page, Dice(7)) for _ in range(2))
        assert np.array_equal(one[0].image, other[0].image)
        assert np.array_equal(one[0].regions.quads, other[0].regions.quads)
        assert one[1] == other[1]
        assert json.loads(json.dumps(one[1])) == list(one[1])
        assert one[0].image.dtype == np.uint8
        after, before = one[0].regions, sample.page.regions
        assert len(after.quads) - len(after.marks) == len(before.quads) - len(before.marks)
        assert after.words == before.words


@pytest.mark.parametrize("name", WRITERS.names)
def test_a_writer_encodes_a_sample_the_same_each_time(name: str, snippets: tuple[Sample, ...]) -> None:
    writer = cls("writers", name)()
    assert isinstance(writer.images, bool)
    image = PNG.encode(snippets[0].image)
    for sample in snippets[:60:20]:
        file = f"{sample.kind}/{sample.index:06d}.png"
        assert writer.encode(sample, file, image) == cls("writers", name)().encode(sample, file, image)
    assert set(writer.sinks(receipts=False)) >= set(writer.encode(snippets[0], "x/0.png", image).records)


def test_every_effect_but_those_that_choose_can_be_applied() -> None:
    for name in EFFECTS.names:
        assert hasattr(make("effects", name), "apply") or name in {"maybe", "one_of"}


def test_maybe_and_one_of_draw_as_often_as_they_say() -> None:
    maybe, one_of = make("effects", "maybe"), make("effects", "one_of")
    drawn = [len(maybe.draw(Dice(seed))) for seed in range(400)]
    assert set(drawn) == {0, 2}
    assert 150 < drawn.count(2) < 250
    kinds = [type(one_of.draw(Dice(seed))[0].effect).__name__ for seed in range(400)]
    assert set(kinds) == {"Rotate", "Blur"}
    assert 150 < kinds.count("Blur") < 250


@pytest.mark.parametrize("name", ON_DISK)
def test_a_data_set_that_is_not_there_is_said_to_be_missing_when_it_is_opened(name: str, tmp_path: Path) -> None:
    data = cls("sources", name)(path=tmp_path / "nowhere")
    with pytest.raises(DatasetError, match="nowhere: no such file"):
        data.open(0)


@pytest.mark.parametrize("name", NETWORKS.names)
def test_a_network_of_default_settings_begins_the_same_for_a_seed(name: str) -> None:
    network, labels = make("networks", name), len(charset("ascii"))
    first, again, other = (initial_weights(network, labels, seed) for seed in (3, 3, 4))
    assert all(np.array_equal(first[key], again[key]) for key in first)
    assert not all(np.array_equal(first[key], other[key]) for key in first)
    assert sum(array.size for array in first.values()) >= network_costs(network, labels).parameters
    assert network.about


@pytest.mark.parametrize("name", NETWORKS.names)
def test_a_network_takes_every_width_that_is_a_multiple_of_its_own_or_its_only_one(name: str) -> None:
    network = make("networks", name)
    step, widths = (
        step_of(network),
        [network.width] if network.width else range(network.multiple, 400, network.multiple),
    )
    assert all(steps(network, width) * step == width for width in widths)


@pytest.mark.smoke
@pytest.mark.parametrize("name", BACKENDS.names)
def test_a_backend_names_an_extra_that_there_is(name: str) -> None:
    assert cls("backends", name).extra in metadata("receiptgen").get_all("Provides-Extra", [])


def test_formats_of_weights_are_told_apart_by_their_suffix() -> None:
    suffixes = [cls("export", name).suffix for name in FORMATS.names]
    assert all(re.fullmatch(r"\.[a-z]+", suffix) for suffix in suffixes)
    assert len(set(suffixes)) == len(suffixes)
