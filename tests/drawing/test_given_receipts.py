"""Pages of receipts with given values."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import receiptgen
from receiptgen import Receipts
from receiptgen.commerce.basket import BasketSpec, draw
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.given.given_country import country_of
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.commerce.sale.receipt_values import drawn_values
from receiptgen.config.json_schema import schema
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ConfigError, ValuesError
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.template import receipt_template

_TEMPLATES = packaged_names("templates")
# Countries of all templates in turn, so that tests don't grow with either.
_PAIRS = [
    (template, place)
    for index, template in enumerate(_TEMPLATES)
    for place in sorted(receipt_template(template).value.locales)[index % 3 :: 4]
]


@pytest.mark.parametrize(("template", "place"), _PAIRS)
def test_what_is_printed_and_given_back_prints_the_same_text(template: str, place: str) -> None:
    one = receipt_template(template).value.model_copy(update={"locales": Weights({place: 1.0})})
    key = key_of("given back", template, place)
    sample = draw_receipt(one, Dice(key))
    again = draw_receipt(one, Dice(key), given=GivenReceipt.model_validate(sample.values))
    assert again.text == sample.text
    assert again.values == sample.values
    assert np.array_equal(again.image, sample.image)


def test_a_receipt_is_drawn_from_a_program_s_values() -> None:
    values = {
        "merchant": {"name": "Teehaus"},
        "date": "2026-03-01",
        "currency": "EUR",
        "total": 42.17,
        "taxes": [{}, {}],
    }
    sample = receiptgen.receipt(values, "supermarket", profile="clean", seed=3, locales="de_DE")
    assert sample.values["total"] == "42.17"
    assert sample.values["date"] == "2026-03-01"
    assert sample.values["merchant"]["name"].upper() == "TEEHAUS"
    assert "42,17" in sample.text
    assert sample.contradictions == ()


def test_a_currency_chooses_a_country_of_the_template_or_is_printed_in_its_own_sign() -> None:
    assert receiptgen.receipt({"currency": "CHF", "total": 20}, "supermarket").locale == "de_CH"
    foreign = receiptgen.receipt({"currency": "PLN", "total": 20}, "supermarket", locales="en_GB", seed=4)
    unknown = receiptgen.receipt({"currency": "KES", "total": 20}, "supermarket", locales="en_GB", seed=4)
    for sample in (foreign, unknown):
        assert sample.locale == "en_GB"
        assert "\u00a3" not in sample.text


@pytest.mark.parametrize("name", ["de_CH", "pl_PL"])
def test_labels_name_a_given_currency_and_no_other(name: str) -> None:
    own = locale(name).currency.code
    texts = "".join(
        receiptgen.receipt(
            {"currency": "EUR", "total": 30, "date": "2026-03-01"}, "supermarket", locales=name, seed=seed
        ).text
        for seed in range(8)
    )
    assert "EUR" in texts
    assert own not in texts.split()
    assert "BGN" not in texts


def test_a_country_without_a_sign_keeps_its_labels_under_a_given_currency(tmp_path: Path) -> None:
    path = tmp_path / "nosign.yaml"
    path.write_text('extends: de_CH\ncurrency: {code: CHF, sign: "", side: left, space: true}\n', encoding="utf-8")
    own = locale(str(path))
    abroad = country_of(GivenReceipt(currency="EUR"), own, {}, Dice(1))
    for key, texts in own.words.items():
        assert abroad.words[key] == tuple(text.replace("CHF", "EUR") for text in texts)


def test_receipts_take_their_rows_in_turn() -> None:
    receipts = Receipts(["cafe", "parking"], values=[{"total": 5}, {"total": "6.50"}, GivenReceipt(total=Decimal(8))])
    totals = [(s.template, s.values.get("total") or s.unprinted["total"]) for s in map(receipts.draw, range(4))]
    assert [template for template, _ in totals] == ["cafe", "parking", "cafe", "parking"]
    assert [Decimal(total) for _, total in totals] == [5, Decimal("6.50"), 8, 5]


def test_contradictions_are_refused_with_their_row_or_printed_and_told() -> None:
    values = [{"total": 3}, {"items": [{"amount": "40.00"}], "tax": "2.17", "total": "42.71"}]
    fault = "items 40.00 + tax 2.17 is 42.17, total says 42.71"
    receipts = Receipts("cafe", values=values, locales="de_DE")
    with pytest.raises(ValuesError, match=rf"^values\[1\]: {fault.replace('+', '[+]')}$"):
        receipts.draw(1)
    with pytest.raises(ConfigError, match=rf"^values\[1\]: {fault.replace('+', '[+]')}$"):
        receipts.check_values(range(2))
    sample = Receipts("cafe", values=values, locales="de_DE", contradictions="print").draw(1)
    assert fault in sample.contradictions
    assert sample.values["total"] == "42.71"


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"totl": 3}, "values: unknown key 'totl'; did you mean 'total'?"),
        ({"items": [{}, {"amount": "abc"}]}, "values: items.1.amount: expected a number, got 'abc'"),
        ({"items": []}, "values: items: expected 1 item or more, got 0"),
        ({"date": "soon"}, "values: date: expected a date such as 2024-12-31, got 'soon'"),
        ({"time": "25:00"}, "values: time: expected a time from 00:00 to 23:59:59 such as 12:30, got "),
        ({"tenders": [{"kind": "gold"}]}, "values: tenders.0.kind: 'gold' is not 'cash', 'card' or 'voucher'"),
        ({"total": "1e99"}, "values: total: expected at most 1000000000000, got '1e99'"),
        ({"total": "1e-99999"}, "values: total: expected a number of 40 decimal places or fewer, got '1e-99999'"),
        ({"currency": "euro"}, "values: currency: expected three capital letters such as EUR, got 'euro'"),
        ({"facts": {"room": 4.5j}}, "values: facts.room: expected "),
        ({"taxes": [{"percent": 1000}]}, "values: taxes.0.percent: expected at most 100, got '1000'"),
        ({"tip": {"percent": 101}}, "values: tip.percent: expected at most 100, got '101'"),
        ({"discounts": [{"percent": "100.5"}]}, "values: discounts.0.percent: expected at most 100, got '100.5'"),
        ({"discounts": [{"percent": 0}]}, "values: discounts.0.percent: expected more than 0, got '0'"),
        ({"discounts": [{"amount": 0}]}, "values: discounts.0.amount: expected a number other than 0, got 0"),
        ({"items": [{"quantity": 0}]}, "values: items.0.quantity: expected a number other than 0, got 0"),
        ({"total": "1_000"}, "values: total: expected a number, got '1_000'"),
        ({"total": "\u0661\u0662"}, "values: total: expected a number, got '\u0661\u0662'"),
        ({"total": True}, "values: total: expected a number, got 'True'"),
        ({"guests": "1_0"}, "values: guests: expected a number, got '1_0'"),
        ({"time": "1\u0662:30"}, "values: time: expected a time from 00:00 to 23:59:59 such as 12:30, got "),
        ({"date": 20260301}, "values: date: expected a date such as 2024-12-31, got '20260301'"),
        (
            {"merchant": {"name": "Tea\x00house"}},
            r"values: merchant.name: expected text that can be printed, got the character '\x00'",
        ),
        (
            {"items": [{"name": "Green\ntea"}]},
            r"values: items.0.name: expected text that can be printed, got the character '\n'",
        ),
    ],
)
def test_wrong_values_are_told_by_their_path(values: dict[str, object], fault: str) -> None:
    with pytest.raises(ConfigError) as error:
        receiptgen.receipt(values)
    assert error.value.faults[0].startswith(fault)


@pytest.mark.parametrize("shop", ["fuel", "hotel", "taxi"])
def test_the_schema_of_values_and_the_record_take_the_numbers_among_facts(shop: str) -> None:
    values = drawn_values(draw(BasketSpec(shop=shop), Dice(3), locale("de_DE")))
    facts = schema(GivenReceipt)["$defs"]["GivenReceipt"]["properties"]["facts"]["additionalProperties"]
    kinds = {kind.get("type") for kind in _below(facts)}
    assert any(isinstance(fact, int) for fact in values["facts"].values()) <= ("number" in kinds)
    assert GivenReceipt.model_validate(values).facts


def _below(part: dict[str, Any]) -> list[dict[str, Any]]:
    return [part, *[each for branch in part.get("anyOf", ()) for each in _below(branch)]]


FILES = {
    "a.jsonl": '{"total": "5.00"}\n\n{"items": [{"name": "Tea", "amount": "abc"}]}\n',
    "b.json": '[\n  {"total": "5.00"},\n  {"items": [{"name": "Tea", "amount": "abc"}]}\n]\n',
    "c.csv": "total,items.0.name,items.0.amount\n5.00,,\n,Tea,abc\n",
    "d.csv": "\ufefftotal;items.0.name;items.0.amount\n5.00;;\n;Tea;abc\n",
}


@pytest.mark.parametrize("name", FILES)
def test_files_of_all_forms_are_read_with_the_lines_of_their_rows(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"{name}:3: items.0.amount: expected a number, got 'abc'$"):
        Receipts("cafe", values=path)
    path.write_text(FILES[name].replace("abc", "7"), encoding="utf-8")
    receipts = Receipts("cafe", values=path, locales="en_GB")
    texts = [receipts.draw(index).text for index in range(2)]
    assert "5.00" in texts[0]
    assert "tea" in texts[1].lower()
    assert "7.00" in texts[1]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.jsonl", '{"total": 5}\n{"total": \n', "a.jsonl:2: not JSON: expecting value at character 11"),
        ("a.jsonl", '{"total": NaN}\n', "a.jsonl:1: NaN is not a number of JSON"),
        ("a.jsonl", "[3]\n", "a.jsonl:1: expected a mapping, got a list"),
        ("a.jsonl", "\n", "a.jsonl: holds no values"),
        ("a.json", "[", "a.json: not JSON: "),
        ("a.json", '[{"total": 1}, {"total": "x"}]', "a.json:1: [1]: total: expected a number, got 'x'"),
        ("a.json", '[{"total": 1},\n{"total": 2, "total": 3}]', "a.json:2: the key 'total' stands there twice"),
        ("a.json", '{"tip": {"amount": 2, "amount": 3}}', "a.json: the key 'amount' stands there twice"),
        ("a.json", f"[{'9' * 5000}]", "a.json: a number has more digits than can be read"),
        ("a.json", "[" * 100_000, "a.json: nested too deep"),
        ("a.jsonl", '{"total": 1}\n{"net": 2, "net": 3}\n', "a.jsonl:2: the key 'net' stands there twice"),
        ("a.csv", "total,items.1.name\n3,x\n", "a.csv:1: column 'items.1.name': there is no column of items.0"),
        ("a.csv", "taxes.2.tax,taxes.0.tax\n3,4\n", "a.csv:1: column 'taxes.2.tax': there is no column of taxes.1"),
        (
            "a.csv",
            "total,merchant.nam\n3,x\n",
            "a.csv:1: column 'merchant.nam': unknown key 'nam'; did you mean 'name'?",
        ),
        ("a.csv", "total,total\n3,4\n", "a.csv:1: the column 'total' stands there twice"),
        ("a.csv", "total,date\n3,4,5\n", "a.csv:2: expected 2 fields as in the header, got 3"),
        ("a.txt", "total\n", "a.txt: values come from .jsonl, .json or .csv, which the name tells"),
    ],
    ids=lambda value: value[:40],
)
def test_files_that_hold_no_values_are_told_in_one_line(name: str, text: str, fault: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        Receipts("cafe", values=tmp_path / name)
    assert str(error.value).removeprefix(f"{tmp_path}/").startswith(fault)
