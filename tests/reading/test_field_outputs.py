"""Outputs of the fields of receipts, read back by what they are for."""

import csv
import json
import os
from dataclasses import replace
from datetime import date, time
from io import BytesIO, StringIO
from typing import Any

import pytest
from receipt_fields import DOUBTFUL, NOTHING, RECEIPT, said, text

from receiptgen.core.errors import UnknownNameError
from receiptgen.extraction.fields import ItemFields, MerchantFields, ReceiptFields
from receiptgen.reading.field_outputs import FIELD_OUTPUTS, Receipts

RECEIPTS = [("a.jpg", RECEIPT), ("b.jpg", DOUBTFUL), ("c.jpg", NOTHING)]
EVIL = ReceiptFields(merchant=MerchantFields(name=text('=HYPERLINK("x")')), items=(ItemFields(name=text("=1+1\x07")),))


def rendered(name: str, receipts: Receipts) -> str:
    return "".join(map(str, FIELD_OUTPUTS.get(name)().render(receipts)))


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


@pytest.mark.smoke
def test_json_has_values_and_evidence_of_each() -> None:
    entries = json.loads(rendered("json", RECEIPTS))
    assert entries == [{"file": name, **fields.to_dict()} for name, fields in RECEIPTS]
    assert entries[0]["values"]["total"] == "12.00"
    assert entries[0]["fields"]["items.0.amount"]["words"] == [4]
    assert all(value is None for value in entries[2]["values"].values())
    assert [*map(json.loads, rendered("jsonl", RECEIPTS).splitlines())] == entries


@pytest.mark.smoke
def test_csv_has_a_row_for_each_receipt_and_its_items_beside() -> None:
    first, second, third = table(rendered("csv", RECEIPTS))
    assert first == {
        "file": "a.jpg", "merchant.name": "Red Lantern", "merchant.address": "1 High St, London",
        "date": "2026-03-01", "time": "18:17", "number": "0042", "currency": "GBP", "subtotal": "10.20",
        "discounts": "", "service": "", "tax": "1.70", "tip": "1.80", "total": "12.00", "payable": "",
        "tenders": "cash", "change": "8.00", "checked": "true", "total.confidence": "0.9312", "notes": "",
    }  # fmt: skip
    assert (second["checked"], second["notes"]) == ("false", "items 1.00 is not total 1.10")
    assert {value for key, value in third.items() if key != "file"} == {""}
    ((suffix, render),) = FIELD_OUTPUTS.get("csv").beside.items()
    assert suffix == ".items.csv"
    items = table("".join(render(RECEIPTS)))
    assert [(item["file"], item["item"], item["name"], item["amount"]) for item in items] == [
        ("a.jpg", "1", "Tea", "6.20"), ("a.jpg", "2", "Cake, plum", "4.00"), ("b.jpg", "1", "Water", "1.00"),
    ]  # fmt: skip
    assert (items[1]["code"], items[1]["discount"], items[1]["confidence"]) == ("77", "0.50", "0.9800")


def test_lines_of_an_address_that_end_in_commas_are_joined_with_one() -> None:
    lines = ("9,", "84189 Muar, ", ",", "Johor.")
    receipt = ReceiptFields(merchant=MerchantFields(address=tuple(map(text, lines))))
    (row,) = table(rendered("csv", [("a.jpg", receipt)]))
    assert row["merchant.address"] == "9, 84189 Muar, Johor."
    assert rendered("text", [("a.jpg", receipt)]).splitlines()[0] == row["merchant.address"]


def test_names_that_are_not_utf8_are_readable() -> None:
    name = os.fsdecode(b'caf\xe9 "2".jpg')
    for form in ("json", "jsonl"):
        said = json.loads(rendered(form, [(name, RECEIPT)]).encode())
        entry = said[0] if form == "json" else said
        assert entry == {"file": 'caf\\xe9 "2".jpg', **RECEIPT.to_dict()}


def test_text_is_aligned_and_says_whether_it_adds_up() -> None:
    assert rendered("text", RECEIPTS[:1]).splitlines() == [
        "Red Lantern",
        "1 High St, London",
        "2026-03-01 18:17  no. 0042",
        "",
        "2 x Tea      6.20",
        "Cake, plum   4.00",
        "",
        "subtotal    10.20",
        "tip          1.80",
        "VAT          1.70",
        "total GBP   12.00",
        "CASH        20.00",
        "change       8.00",
        "",
        "adds up",
    ]
    several = rendered("text", RECEIPTS)
    assert "== b.jpg ==\nKiosk\n" in several
    assert "\n\ndoesn't add up: items 1.00 is not total 1.10\n" in several
    assert several.endswith("\n== c.jpg ==\nno receipt\n")
    noted = replace(RECEIPT, notes=("item 1: 2 x 3.10 is 6.20, not 6.30",))
    assert rendered("text", [("a.jpg", noted)]).endswith("\nadds up, but: item 1: 2 x 3.10 is 6.20, not 6.30\n")


def workbook(*receipts: tuple[str, ReceiptFields]) -> Any:
    from openpyxl import load_workbook

    return load_workbook(BytesIO(b"".join(FIELD_OUTPUTS.get("xlsx")().render(receipts))))  # type: ignore[arg-type]


@pytest.mark.smoke
@pytest.mark.needs("xlsx")
def test_a_workbook_has_dates_and_numbers_as_such() -> None:
    book = workbook(*RECEIPTS)
    assert book.sheetnames == ["Receipts", "Items"]
    sheet = book["Receipts"]
    head = {cell.value: cell.column for cell in sheet[1]}
    row = {title: sheet.cell(2, column) for title, column in head.items()}
    assert row["Date"].is_date
    assert (row["Date"].value.date(), row["Time"].value) == (date(2026, 3, 1), time(18, 17))
    assert (row["Total"].value, row["Total"].data_type, row["Total"].number_format) == (12.0, "n", "#,##0.00")
    assert (row["Number"].value, row["Number"].data_type) == ("0042", "s")
    assert (row["Adds up"].value, row["Adds up"].data_type) == (True, "b")
    assert [sheet.cell(line, head["Adds up"]).value for line in (3, 4)] == [False, None]
    assert sheet.freeze_panes == book["Items"].freeze_panes == "A2"
    assert sheet.column_dimensions["C"].width > sheet.column_dimensions["G"].width
    fills = [sheet.cell(line, 1).fill.fgColor.rgb for line in (2, 3, 4)]
    assert len(set(fills)) == 3
    assert [cell.value for cell in book["Items"][4]][:3] == ["b.jpg", 1, "Water"]


@pytest.mark.needs("xlsx")
def test_a_workbook_adds_up_each_currency() -> None:
    euros = ReceiptFields(currency=text("EUR"), total=said("5.00"))
    sheet = workbook(RECEIPTS[0], ("d.jpg", euros), RECEIPTS[1], RECEIPTS[2])["Receipts"]
    sums = [[cell.value for cell in sheet[line]] for line in (7, 8, 9)]
    assert [(row[0], row[6]) for row in sums] == [("Sum", "GBP"), ("Sum", "EUR"), ("Sum", None)]
    assert sums[1][12] == '=SUMIF(G$2:G$5,"EUR",M$2:M$5)'
    assert sums[1][7] is None
    assert sheet.max_row == 9


def test_what_a_photo_says_is_no_formula_in_a_table() -> None:
    receipts = [("=a.jpg", replace(EVIL, total=text("-3.50")))]
    (row,) = table(rendered("csv", receipts))
    assert (row["file"], row["merchant.name"], row["total"]) == ("'=a.jpg", '\'=HYPERLINK("x")', "-3.50")
    (render,) = FIELD_OUTPUTS.get("csv").beside.values()
    (item,) = table("".join(render(receipts)))
    assert (item["file"], item["name"]) == ("'=a.jpg", "'=1+1\x07")


@pytest.mark.needs("xlsx")
def test_what_a_photo_says_is_no_formula() -> None:
    book = workbook(("=a.jpg", EVIL))
    assert (book["Receipts"]["B2"].value, book["Receipts"]["B2"].data_type) == ('=HYPERLINK("x")', "s")
    assert (book["Items"]["C2"].value, book["Items"]["C2"].data_type) == ("=1+1", "s")


def test_another_format_is_told() -> None:
    assert set(FIELD_OUTPUTS.names) == {"json", "jsonl", "csv", "xlsx", "text"}
    with pytest.raises(UnknownNameError, match="unknown output format of fields 'hocr'"):
        FIELD_OUTPUTS.get("hocr")
