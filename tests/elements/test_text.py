"""Texts with a role: what the template prints is what the receipt has."""

from decimal import Decimal
from pathlib import Path

import pytest

import receiptgen
from receiptgen.core.errors import ConfigError, ValuesError

HEAD = "extends: parking\nabout: x\nlocales: {en_GB: 1}\nelements:\n"


def template(folder: Path, *elements: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(HEAD + "".join(f"  - {element}\n" for element in elements))
    return path


@pytest.mark.smoke
def test_the_value_is_the_receipts_wherever_it_is_printed(tmp_path: Path) -> None:
    path = template(
        tmp_path,
        '{kind: text, role: merchant.name, value: "Alva Livs", style: {bold: true}}',
        '{kind: text, role: facts.kr, value: "SEK 12,00", lines: ["Also:", "SEK 12,00 (paid)"]}',
        "{kind: header, show: [name, phone]}",
    )
    for index in range(3):
        sample = receiptgen.Receipts(path).draw(index)
        assert sample.values["merchant"]["name"] == "Alva Livs"
        assert sample.values["facts"] == {"kr": "SEK 12,00"}
        first, *others = sample.where("merchant.name")
        assert (first.text, first.role) == ("Alva Livs", "merchant.name")
        assert [region.text.casefold() for region in others] == ["alva livs"]
        assert [region.text for region in sample.where("facts.kr")] == ["SEK 12,00 (paid)"]


def test_an_amount_is_fixed_as_the_sum_that_it_is(tmp_path: Path) -> None:
    path = template(tmp_path, '{kind: text, role: total, value: "42.17", lines: ["Pay GBP 42.17"]}', "totals")
    sample = receiptgen.Receipts(path).draw(0)
    assert sample.values["total"] == "42.17"
    assert Decimal(sample.values.get("subtotal", sample.unprinted.get("subtotal"))) == Decimal("42.17")


def test_what_is_given_must_agree_with_it(tmp_path: Path) -> None:
    path = template(tmp_path, "items", "{kind: maybe, of: [{kind: text, role: merchant.name, value: Alva}]}")
    same = {"merchant": {"name": "Alva", "phone": "01 23"}}
    assert receiptgen.receipt(same, path).unprinted["merchant"]["phone"] == "01 23"
    with pytest.raises(ValuesError) as caught:
        receiptgen.receipt({"merchant": {"name": "Berta"}}, path)
    said = "values: template 'mine': elements[1].of[0]: merchant.name is 'Alva', but 'Berta' is given"
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("element", "said"),
    [
        ("{kind: text, role: merchant.nam, value: A}", "[0].role: a receipt has no single value 'merchant.nam'; did"),
        ("{kind: text, role: items.name, value: A}", "[0].role: a receipt has no single value 'items.name'"),
        ("{kind: text, role: total, value: A}", "[0].value: expected a number, got 'A'"),
        ("{kind: text, role: total}", "[0]: 'value' belongs to 'role'; say which value of the receipt"),
        ("{kind: text, value: total}", "[0]: 'role' belongs to 'value'; say which value of the receipt"),
        ("{kind: text, role: till, value: T7, lines: [T, 7]}", "[0].lines: no line says the value 'T7'"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_place(tmp_path: Path, element: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        receiptgen.Receipts(template(tmp_path, element))
    (fault,) = caught.value.faults
    assert fault.partition(": ")[2].startswith(f"elements{said}")


def test_a_value_that_is_fixed_twice_is_told_at_the_second(tmp_path: Path) -> None:
    one = "{kind: text, role: till, value: %s}"
    path = template(tmp_path, one % "T7", "{kind: one_of, of: [%s, rule]}" % (one % "T8"))
    with pytest.raises(ConfigError) as caught:
        receiptgen.Receipts(path)
    assert caught.value.faults == (
        f"{path}:6:57: elements[1].of[0].value: till is 'T7' above; a receipt has one",
    )  # fmt: skip
    assert receiptgen.Receipts(template(tmp_path, one % "T7", one % "T7")).draw(0).values["till"] == "T7"
