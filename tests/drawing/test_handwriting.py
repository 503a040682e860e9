"""Texts by hand on receipts: fields as print has them, true amounts, ink that no printer touches."""

from decimal import Decimal
from pathlib import Path

import cv2
import numpy as np
import pytest

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.profile import profile
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import ReceiptTemplate, receipt_template
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.sample import Sample

TEMPLATE = "restaurant_signed"
# Paper that is bent after it was written on, and print that was moved before.
BENT = """
about: Bent paper
printing: [{kind: rotate, degrees: 2}]
placing: [{kind: slip, bow: 6, wave: 3}, {kind: rotate, degrees: 4}]
"""
WRITTEN = frozenset(
    {"tip", "total", *(f"handwritten.{key}" for key in ("signature", "table", "paid", "thanks"))},
)


def signed(template: ReceiptTemplate | None = None, count: int = 12, look: str = "clean") -> list[Sample]:
    """Draw some slips to sign."""
    receipts = Receipts([template or receipt_template(TEMPLATE).value], profile=look, seed=5)
    return [receipts.draw(index) for index in range(count)]


def test_tip_and_total_by_hand_add_up_with_the_printed_amount() -> None:
    tipped = [sample.values for sample in signed() if "tip" in sample.values]
    assert len(tipped) > 5
    for values in tipped:
        assert Decimal(values["gross"]) + Decimal(values["tip"]["amount"]) == Decimal(values["total"])


def test_what_is_written_is_a_field_that_says_its_value_once() -> None:
    for sample in signed():
        roles = [field.role for field in sample.page.regions.fields]
        for path, role in (("tip.amount", "tip"), ("total", "total")):
            assert [region.role for region in sample.where(path)] == [role] * roles.count(role)
        assert ("tip" in roles) == ("tip" in sample.values)
        # Where the guest has not decided, all three lines are blank.
        assert (roles.count("blank"), roles.count("handwritten.signature")) == ((0, 1) if "tip" in roles else (3, 0))


def test_everything_that_can_be_written_is_written_and_reads_as_the_receipt_has_it() -> None:
    roles = set()
    for sample in signed(count=40):
        for field in sample.page.regions.fields:
            if field.role in WRITTEN:
                roles.add(field.role)
                assert field.text in sample.text
    assert roles == WRITTEN


def test_a_script_that_no_hand_writes_is_written_in_upright_letters() -> None:
    template = receipt_template(TEMPLATE).value.model_copy(update={"locales": Weights({"el_GR": 1})})
    fields = [field for sample in signed(template, 6) for field in sample.page.regions.fields if field.role in WRITTEN]
    assert any(not field.text.isascii() for field in fields)


@pytest.mark.parametrize("look", ["clean", "bent"])
def test_ink_of_what_is_written_lies_in_its_quads_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, look: str
) -> None:
    if look == "bent":
        (tmp_path / "bent.yaml").write_text(BENT, encoding="utf-8")
        look = str(tmp_path / "bent.yaml")
    inked = signed(count=4, look=look)
    monkeypatch.setattr("receiptgen.drawing.handwriting.Handwriting.inked", lambda _, page: page)
    for sample, bare in zip(inked, signed(count=4, look=look), strict=True):
        assert np.array_equal(sample.page.regions.quads, bare.page.regions.quads)
        differs = np.abs(sample.image.astype(int) - bare.image) > 60
        regions, held = sample.page.regions, np.zeros(sample.image.shape, np.uint8)
        for field, quad in zip(regions.fields, regions.field_quads, strict=True):
            if field.role in WRITTEN:
                inside = np.zeros_like(held)
                cv2.fillConvexPoly(inside, np.rint(quad).astype(np.int32), (1,))
                assert differs[inside > 0].any(), field
                held |= inside
        grown = cv2.dilate(held, np.ones((7, 7), np.uint8))
        assert not (differs & (grown == 0)).any()


def test_a_printer_that_prints_nothing_leaves_the_ink() -> None:
    heat = {"kind": "heat", "strength": 0.1, "rows": 0, "columns": 0, "grain": 0}
    pale = profile("clean").value.model_validate({"about": "empty", "printing": [heat]})
    sample = draw_receipt(receipt_template(TEMPLATE).value, Dice(11), 0, pale)
    regions = sample.page.regions
    darkest: dict[bool, list[int]] = {False: [], True: []}
    for field, box in zip(regions.fields, boxes_of_quads(regions.field_quads).astype(int).tolist(), strict=True):
        x0, y0, x1, y1 = box
        darkest[field.role in WRITTEN].append(int(sample.image[y0:y1, x0:x1].min()))
    # A hand may write across the print; it does not across most of it.
    assert max(darkest[True]) < 170 < 220 < sorted(darkest[False])[len(darkest[False]) // 2]


def test_one_hand_writes_a_receipt_but_no_two_texts_alike() -> None:
    for sample in signed(count=6):
        hands = [{**record} for record in sample.effects if record["effect"] == "hand"]
        offsets = [record.pop("offset") for record in hands]
        assert all(habits == hands[0] for habits in hands)
        assert len(set(offsets)) == len(offsets)


def test_what_is_written_stays_on_narrow_paper() -> None:
    template = receipt_template(TEMPLATE).value
    printers = tuple(printer.model_copy(update={"dots": (300,), "columns": ()}) for printer in template.printers)
    for sample in signed(template.model_copy(update={"printers": printers}), 4):
        height, width = sample.image.shape
        boxes = boxes_of_quads(sample.page.regions.word_quads)
        assert (boxes[:, :2] >= 0).all()
        assert (boxes[:, 2:] <= [width, height]).all()


def test_a_receipt_without_handwriting_keeps_whole_quads() -> None:
    sample = Receipts(["parking"], profile="clean", seed=1).draw(0)
    assert sample.page.regions.quads.dtype == np.int32


def test_a_pen_without_fonts_is_refused_where_the_template_names_it(tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(f"extends: {TEMPLATE}\npen: clean\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"shop.yaml:2:6: pen: profile 'clean' has no printers, whose fonts write"):
        receipt_template(str(file))
