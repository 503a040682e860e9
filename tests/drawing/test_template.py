"""The packaged templates: they load, draw everywhere, and differ from each other."""

import json
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samples import in_locale

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ConfigError, UnknownNameError
from receiptgen.drawing.cuts import CUTS
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.sources import open_source
from receiptgen.drawing.template import ReceiptTemplate, receipt_template, snippet_set
from receiptgen.imaging.sample import Sample

TEMPLATES = packaged_names("templates")
# What the seed and receipts need, by name.
KINDS = """word word_column word_bracket int float price_left price_right price percentage date line act_word tax
    totL totR priceL priceR time phone qty_price tax_id invoice_no card address url receipt_line pattern file"""


def elements(found: Iterable[Any]) -> tuple[str, ...]:
    """Return the kinds of elements in order, those that are chosen among included, with what each shows."""
    return tuple(
        said
        for element in found
        for said in (
            *elements(getattr(element, "of", ())),
            f"{type(element).__name__} {getattr(element, 'show', '')} {getattr(element, 'first', '')}",
        )
    )


def roles(sample: Sample) -> tuple[str, ...]:
    """Return the roles of a receipt from top to bottom, items of all counts alike."""
    found = [field.role for field in sample.page.regions.fields]
    return tuple(role for place, role in enumerate(found) if role not in found[:place])


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_loads_and_says_what_it_is_about(name: str) -> None:
    loaded = receipt_template(name)
    assert loaded.value.name == name
    assert 10 < len(loaded.value.about) < 160
    assert len(loaded.digest) == 64


def test_a_file_beside_that_is_named_without_its_end_is_told(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("extends: cafe\n")
    (tmp_path / "mine.yaml").write_text("extends: base\nbasket: {items: 1..2}\n")
    with pytest.raises(ConfigError) as caught:
        receipt_template(str(tmp_path / "mine.yaml"))
    (fault,) = caught.value.faults
    assert fault.endswith("extends: unknown template 'base'; for the file beside this one write 'base.yaml'")


def test_a_template_may_keep_its_printers_under_every_profile() -> None:
    cafe = receipt_template("cafe").value
    printer = cafe.printers[0].model_copy(update={"faces": Weights({"cousine": 1}), "display": Weights({"cousine": 1})})
    mine = cafe.model_copy(update={"printers": (printer,)})
    for keep, faces in ((True, {"cousine"}), (False, {"overpass-mono", "arimo"})):
        receipts = Receipts([mine.model_copy(update={"keep_printers": keep})], profile="phone", seed=3)
        assert faces <= {receipts.draw(index).face for index in range(8)}


@pytest.mark.parametrize("name", packaged_names("snippets"))
def test_a_snippet_set_loads(name: str) -> None:
    assert snippet_set(name).value.name == name


def test_the_standard_set_has_every_promised_kind() -> None:
    assert set(KINDS.split()) <= set(snippet_set("standard").value.names)


def test_there_are_twelve_templates_and_twelve_locales() -> None:
    assert len(TEMPLATES) >= 12
    assert len(packaged_names("locales")) >= 12
    assert len({receipt_template(name).value.basket.shop for name in TEMPLATES}) >= 12


@pytest.mark.parametrize(("place", "country"), list(enumerate(packaged_names("locales"))))
def test_a_country_draws_receipts_of_templates_in_turn(place: int, country: str) -> None:
    for name in (TEMPLATES[place % len(TEMPLATES)], TEMPLATES[(place + 5) % len(TEMPLATES)]):
        assert Receipts([in_locale(receipt_template(name).value, country)], seed=103).draw(0).locale == country


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_draws_in_each_of_its_locales(name: str) -> None:
    template = receipt_template(name).value
    for country in template.locales:
        for seed in (101, 102):
            sample = Receipts([in_locale(template, country)], seed=seed).draw(0)
            assert (sample.locale, sample.template, sample.kind) == (country, name, "receipt")
            assert sample.unprinted["locale"] == country
            assert sample.page.image.shape[0] > 200
            assert {"total", "item.name", "item.price"} <= {field.role for field in sample.page.regions.fields}


def test_every_kind_of_the_standard_set_draws() -> None:
    for kind in snippet_set("standard").value.names:
        sample = open_source("standard", kind, 77).draw(3)
        assert (sample.kind, sample.index, sample.name) == (kind, 3, f"{kind}/000003")
        assert sample.text


def test_templates_differ_in_their_elements() -> None:
    made = {name: elements(receipt_template(name).value.elements) for name in TEMPLATES}
    for one, other in combinations(TEMPLATES, 2):
        differing = set(made[one]) ^ set(made[other])
        assert len(differing) >= 4, (one, other)


def test_receipts_of_two_templates_differ_in_what_they_say_where(receipts: tuple[Sample, ...]) -> None:
    made: dict[str, set[tuple[str, ...]]] = {}
    for sample in receipts:
        made.setdefault(sample.template, set()).add(roles(sample))
    for one, other in combinations(made, 2):
        assert not made[one] & made[other], (one, other)


def test_a_receipt_is_a_function_of_template_seed_and_index() -> None:
    made = [receipt_template(name).value for name in TEMPLATES]
    one, other = Receipts(made, seed=9), Receipts(made, seed=9)
    for index in (14, 3):
        first, second = one.draw(index), other.draw(index)
        assert np.array_equal(first.page.image, second.page.image)
        assert np.array_equal(first.page.regions.quads, second.page.regions.quads)
        assert (first.text, first.values) == (second.text, second.values)
        assert first.template == TEMPLATES[index % len(TEMPLATES)]
    assert Receipts(made, seed=10).draw(3).text != one.draw(3).text


@pytest.mark.parametrize("kind", ["price", "date", "receipt_line"])
def test_a_snippet_is_a_function_of_set_seed_and_index(kind: str) -> None:
    forward, backward = open_source("standard", kind, 5), open_source("standard", kind, 5)
    drawn = {index: forward.draw(index) for index in range(40)}
    for index in (39, 17, 0, 5):
        again = backward.draw(index)
        assert np.array_equal(again.page.image, drawn[index].page.image)
        assert (again.text, again.face, again.size, again.locale) == (
            drawn[index].text, drawn[index].face, drawn[index].size, drawn[index].locale,
        )  # fmt: skip
    assert len({sample.text for sample in drawn.values()}) > 20


def test_a_tax_table_whose_columns_say_nothing_is_not_printed() -> None:
    # Central and state tax share their net, so that a gross amount would say nothing.
    template = receipt_template("bakery_gst").value
    table = {"kind": "tax_summary", "columns": ["gross"], "framed": 1.0}
    changes = {"locales": "en_IN", "elements": [{"kind": "heading"}, table]}
    page = Receipts([ReceiptTemplate.model_validate({**template.model_dump(), **changes})], seed=3).draw(0).page
    assert {field.role for field in page.regions.fields} == {"title"}
    assert not page.regions.marks


def test_cuts_of_one_receipt_share_its_group(cuts: tuple[Sample, ...]) -> None:
    for sample in cuts:
        assert sample.group == sample.index // CUTS
    assert len({sample.text for sample in cuts}) > len(cuts) * 0.7


def test_values_hold_what_json_knows(receipts: tuple[Sample, ...]) -> None:
    for sample in receipts[::10]:
        assert json.loads(json.dumps(sample.values)) == sample.values


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_file_extends_a_packaged_template(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.yaml", "extends: taxi\nabout: My taxi, in Dublin\nlocales: [en_IE]\n")
    mine, taxi = receipt_template(path), receipt_template("taxi")
    assert mine.value.name == "mine"
    assert mine.value.about == "My taxi, in Dublin"
    assert mine.value.locales == Weights({"en_IE": 1.0})
    assert mine.value.elements == taxi.value.elements
    assert mine.digest != taxi.digest
    assert Receipts([mine.value], seed=1).draw(0).locale == "en_IE"


def test_a_file_extends_another_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", "extends: cafe\nabout: A base for others\nlocales: [de_DE]\n")
    path = write(tmp_path / "child.yaml", "extends: base.yaml\nbasket: {items: 2}\n")
    child = receipt_template(path).value
    assert child.locales == Weights({"de_DE": 1.0})
    assert (child.basket.items.low, child.basket.shop) == (2, "cafe")
    assert len(Receipts([child], seed=1).draw(0).values["items"]) == 2


def test_the_digest_tells_a_change_of_what_is_extended(tmp_path: Path) -> None:
    digests = []
    for number in range(2):
        folder = tmp_path / str(number)
        folder.mkdir()
        write(folder / "base.yaml", f"extends: cafe\nabout: Number {number} of the bases\n")
        digests.append(receipt_template(write(folder / "child.yaml", "extends: base.yaml\n")).digest)
    assert digests[0] != digests[1]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("extends: taxii\n", r"t\.yaml:1:10: extends: .*did you mean 'taxi'"),
        ("extends: taxi\nlocales: {en_UK: 1}\n", r"t\.yaml:2:\d+: locales: unknown locale 'en_UK'; did you mean 'en_"),
        (
            "extends: taxi\nelements: [{kind: hedder}]\n",
            r"t\.yaml:2:\d+: elements\[0\].*'hedder'; did you mean 'header'",
        ),
        (
            "extends: taxi\nprinters: [{faces: arimoo}]\n",
            r"t\.yaml:2:\d+: printers\[0\]\.faces: .*did you mean 'arimo'",
        ),
        ("extends: taxi\nprinters: []\n", r"t\.yaml:2:\d+: printers: "),
        (
            "extends: taxi\nelements: [{kind: header, shw: [name]}]\n",
            r"t\.yaml:2:\d+: elements\[0\].*did you mean 'show'",
        ),
        (
            "extends: taxi\nelements: [{kind: header, name_looks: {bold: true}}]\n",
            r"t\.yaml:2:\d+: elements\[0\].*; it is called 'name_style' now",
        ),
        (
            "extends: taxi\nelements: [{kind: heading, style: {bolt: true}}]\n",
            r"t\.yaml:2:\d+: elements\[0\].*did you mean 'bold'",
        ),
    ],
)
def test_a_wrong_template_is_told_with_place_and_near_miss(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=fault):
        receipt_template(write(tmp_path / "t.yaml", text))


def test_an_unknown_template_is_told_with_its_near_miss() -> None:
    with pytest.raises(UnknownNameError, match="'supermarkt'; did you mean 'supermarket'"):
        receipt_template("supermarkt")


def test_own_lines_are_printed_with_single_spaces_and_blank_ones_left_out(tmp_path: Path) -> None:
    lines = '["  open   all day ", "", "   ", "ciao"]'
    path = write(tmp_path / "t.yaml", f"extends: taxi\nelements:\n  - items\n  - {{kind: text, lines: {lines}}}\n")
    texts = [line.text for line in Receipts([receipt_template(path).value], seed=1).draw(0).page.regions.lines]
    assert texts[-2:] == ["open all day", "ciao"]


def test_a_rule_is_printed_with_a_face_that_draws_it(tmp_path: Path) -> None:
    printer = "{dots: [576], columns: [40], faces: {ocra: 9, cousine: 1}}"
    path = write(
        tmp_path / "t.yaml",
        f"extends: taxi\nprinters: [{printer}]\nelements:\n  - items\n  - {{kind: rule, pattern: ¬}}\n",
    )
    for index in range(4):
        assert Receipts([receipt_template(path).value], seed=1).draw(index).face == "cousine"


def test_a_page_without_text_is_a_page(tmp_path: Path) -> None:
    path = write(tmp_path / "t.yaml", "extends: taxi\nelements: [rule]\n")
    sample = Receipts([receipt_template(path).value], seed=1).draw(0)
    assert (sample.text, sample.page.regions.lines, sample.page.regions.words) == ("", (), ())


def test_locales_of_every_template_load() -> None:
    for name in TEMPLATES:
        assert all(locale(country).name == country for country in receipt_template(name).value.locales)
