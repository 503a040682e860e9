"""Receipts whose fields were corrected, to learn from."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from receiptgen.core.errors import DatasetError, FileError
from receiptgen.extraction.labelling.features import WordFeatures
from receiptgen.extraction.labelling.network import OUTPUTS
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.roles import LABEL, OTHER, ROLE_NUMBERS, ROLES
from receiptgen.reading.corrected_receipts import corrected_receipts
from receiptgen.train.data.words.corrected import CorrectedSource
from receiptgen.train.data.words.corrected_roles import labelled
from receiptgen.train.data.words.labelled_words import UNKNOWN, LabelledWords

ROWS = ("RED LANTERN", "04/03/2026 18:17", "2 Tea 6.20", "1 Cake 4.00", "SUBTOTAL 10.20", "TOTAL 1O.20", "CASH 20.00")
WORDS = tuple(
    PageWord(text, 0.9, 60.0 * place, 20.0 * row, 60.0 * place + 50, 20.0 * row + 15, row, 10 * row + place)
    for row, texts in enumerate(ROWS)
    for place, text in enumerate(texts.split())
)
VALUES = {"tenders": [{"kind": "cash"}]}


def score(features: WordFeatures) -> Any:
    """Be sure that every word names another, but for the last, which may be anything."""
    scores = np.zeros((features.codes.shape[1], OUTPUTS), np.float32)
    scores[:-1, ROLE_NUMBERS[LABEL]] = 9
    return scores


def read(value: str, *words: int) -> dict[str, Any]:
    return {"value": value, "words": list(words)}


def corrected(value: str, *words: int) -> dict[str, Any]:
    return {**read(value, *words), "corrected": True}


def roles(**fields: Any) -> dict[str, str]:
    """Return the roles of the words that have one, by their texts, for fields by their paths."""
    page = labelled(WORDS, VALUES, {path.replace("__", "."): field for path, field in fields.items()}, score)
    return {word.text: role(page, index) for index, word in enumerate(page.words)}


def role(page: LabelledWords, index: int) -> str:
    return "" if page.roles[index] == UNKNOWN else ROLES[page.roles[index]]


def test_what_was_left_as_it_was_read_is_right_and_what_nothing_claims_is_no_value() -> None:
    told = roles(merchant__name=read("RED LANTERN", 0, 1), tenders__0__amount=read("20.00", 15))
    assert told["LANTERN"] == "merchant.name"
    assert told["20.00"] == "tenders.cash"
    assert told["SUBTOTAL"] == told["CASH"] == LABEL
    assert OTHER not in told.values()


def test_a_value_that_was_taken_from_elsewhere_is_found_where_it_stands() -> None:
    told = roles(total=corrected("10.20", 15))
    assert (told["1O.20"], told["10.20"]) == ("total", LABEL)
    assert told["20.00"] != "total"


def test_a_value_that_stands_nowhere_was_misread_at_its_place() -> None:
    assert roles(merchant__name=corrected("RED LANTERNE", 0, 1))["LANTERN"] == "merchant.name"
    assert roles(merchant__name=corrected("Blue Moon Inn", 0, 1))["LANTERN"] != "merchant.name"


def test_a_value_that_was_added_is_looked_for_at_its_item() -> None:
    fields = {"items.0.name": read("Tea", 5), "items.1.name": read("Cake", 8), "items.1.amount": corrected("4.00")}
    page = labelled(WORDS, VALUES, fields | {"items.1.quantity": corrected("1")}, score)
    assert [role(page, index) for index in (7, 8, 9)] == ["items.quantity", "items.name", "items.amount"]
    assert page.starts[7:10].tolist() == [1, 0, 0]
    assert (page.starts[5], page.starts[4]) == (1, UNKNOWN)


@pytest.mark.parametrize(("day", "first"), [("2026-03-04", 0), ("2026-04-03", 1)])
def test_the_corrected_date_tells_whether_its_month_comes_first(day: str, first: int) -> None:
    page = labelled(WORDS, VALUES, {"date": corrected(day, 2)}, score)
    assert (role(page, 2), page.month_first[2]) == ("date", first)


def test_the_time_beside_a_date_is_found_to_the_minute() -> None:
    assert roles(time=corrected("18:17:00"))["18:17"] == "time"


@pytest.mark.needs("onnxruntime")
@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "is not JSON; save corrected fields"),
        ("{}", "has no list of receipts"),
        ("[]", "has no list of receipts"),
        ('[{"file": "a.png", "values": {}}]', "receipt 1 is not as the form of 'receiptgen serve' saves it"),
        ('[{"values": {}, "fields": {}, "page": {"width": 1, "height": 1, "lines": []}}]', "its receipts has words"),
    ],
)  # fmt: skip
def test_a_file_of_another_form_is_one_line(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "fields.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError) as caught:
        CorrectedSource(path=path).open(1)
    assert str(caught.value).startswith(f"{path}: ")
    assert told in str(caught.value)


def receipt(text: str, fields: dict[str, Any], **page: Any) -> dict[str, Any]:
    """Return a receipt of one word as the form saves it."""
    quad = [[0, 0], [50, 0], [50, 15], [0, 15]]
    word = {"text": text, "confidence": 0.9, "quad": quad}
    line = {"row": 0, "column": 0, "confidence": 0.9, "quad": quad, "words": [word]}
    line |= {key: page.pop(key) for key in line.keys() & page.keys()}
    return {"values": {}, "fields": fields, "page": {"width": 90, "height": 90, "lines": [line], **page}}


@pytest.mark.needs("onnxruntime")
@pytest.mark.parametrize("number", [float("inf"), float("-inf"), float("nan"), 10**400, -1, True, "9", None])
@pytest.mark.parametrize("key", ["width", "height", "row", "column", "photo", "confidence", "words", "photos"])
def test_a_number_that_is_none_is_one_line(tmp_path: Path, key: str, number: object) -> None:
    page, fields = {key: number}, {}
    if key == "words":
        page, fields = {}, {"total": read("SHOP", number), "date": corrected("2026-03-04", number)}  # type: ignore[arg-type]
    elif key == "photos":
        page = {key: [{"file": "a.jpg", "width": number, "height": 9}]}
    elif key == "photo":
        page = {"lines": [receipt("SHOP", {})["page"]["lines"][0] | page]}
    (tmp_path / "fields.json").write_text(json.dumps([receipt("SHOP", fields, **page)]))
    with pytest.raises(DatasetError, match="receipt 1 is not as the form of 'receiptgen serve' saves it"):
        CorrectedSource(path=tmp_path / "fields.json").open(1)


@pytest.mark.parametrize("words", [(-1,), (16,), (0, 16)])
def test_words_of_another_page_are_refused(words: tuple[int, ...]) -> None:
    for field in (read("RED", *words), corrected("RED", *words)):
        with pytest.raises(IndexError):
            roles(merchant__name=field)


@pytest.mark.parametrize("values", [{"merchant": "Shop"}, {"items": 5}, {"taxes": ["abc"]}])
def test_values_of_another_structure_are_one_line(tmp_path: Path, values: dict[str, Any]) -> None:
    (tmp_path / "fields.json").write_text(json.dumps([receipt("SHOP", {}) | {"values": values}]))
    with pytest.raises(DatasetError, match="receipt 1 is not as the form of 'receiptgen serve' saves it"):
        corrected_receipts(tmp_path / "fields.json")


def test_a_file_that_is_missing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"fields\.json: no such file"):
        CorrectedSource(path=tmp_path / "fields.json").open(1)


@pytest.mark.smoke
@pytest.mark.needs("onnxruntime")
def test_pages_come_again_in_their_order(tmp_path: Path) -> None:
    quad = [[0, 0], [50, 0], [50, 15], [0, 15]]
    pages = [
        {
            "values": {}, "fields": {"merchant.name": read("SHOP", 0)},
            "page": {"width": 90, "height": 90, "lines": [
                {"row": 0, "column": 0, "confidence": 0.9, "quad": quad,
                 "words": [{"text": text, "confidence": 0.9, "quad": quad}]}]},
        }
        for text in ("SHOP", "KIOSK")
    ]  # fmt: skip
    (tmp_path / "fields.json").write_text(json.dumps(pages), encoding="utf-8")
    opened = CorrectedSource(path=tmp_path / "fields.json").open(1)
    assert [opened.draw(index).words[0].text for index in range(3)] == ["SHOP", "KIOSK", "SHOP"]
    assert role(opened.draw(0), 0) == "merchant.name"
