"""Merchants of a user's own: what a list says is printed, and a merchant stays the same from receipt to receipt."""

from collections import Counter
from pathlib import Path

import pytest

from receiptgen.commerce import basket
from receiptgen.commerce.basket import BasketSpec
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.sale.receipt import Identifier, Receipt
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import ConfigError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.drawing.template import receipt_template

SHOPS = """\
name;address;phone;tax_id;weight
Hörnan Livs;Storgatan 1|111 22 Stockholm;08-123 45;Org.nr: 556012-5790;3
Torgboden;;;SE556012579001;1
Sällan;;;;0
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forget_changed_files()
    Path("mine.yaml").write_text("extends: cafe\nabout: mine\nbasket: {merchants: shops.csv}\n")


def receipts(text: str = SHOPS, country: str = "sv_SE", count: int = 80, **more: object) -> list[Receipt]:
    Path("shops.csv").write_text(text, encoding="utf-8")
    forget_changed_files()
    spec = BasketSpec.model_validate({"merchants": "shops.csv", **more})
    return [basket.draw(spec, Dice(key_of("merchants", index)), locale(country)) for index in range(count)]


def test_merchants_are_drawn_by_weight_and_printed_as_the_list_has_them() -> None:
    drawn = receipts()
    names = Counter(receipt.merchant.name for receipt in drawn)
    assert names.keys() == {"Hörnan Livs", "Torgboden"}
    assert names["Hörnan Livs"] > names["Torgboden"]
    first = next(receipt.merchant for receipt in drawn if receipt.merchant.name == "Hörnan Livs")
    assert first.address == ("Storgatan 1", "111 22 Stockholm")
    assert first.tax_ids == (Identifier("Org.nr", "556012-5790"),)
    assert (first.phone, first.branch) == ("08-123 45", "")
    assert first.url.startswith("www.hornanlivs.")
    second = next(receipt.merchant for receipt in drawn if receipt.merchant.name == "Torgboden")
    assert "reg" in second.tax_ids[0].label or "VAT" in second.tax_ids[0].label


def test_a_merchant_is_the_same_on_every_receipt() -> None:
    merchants = {receipt.merchant.name: set() for receipt in receipts()}
    for receipt in receipts():
        merchants[receipt.merchant.name].add(receipt.merchant)
    assert all(len(each) == 1 for each in merchants.values())


def test_a_list_of_merchants_moves_nothing_else_of_a_receipt() -> None:
    made_up = [basket.draw(BasketSpec(), Dice(key_of("merchants", index)), locale("sv_SE")) for index in range(20)]
    for listed, other in zip(receipts(count=20), made_up, strict=True):
        assert (listed.number, listed.cashier, listed.items, listed.total) == (
            other.number, other.cashier, other.items, other.total,
        )  # fmt: skip


def test_taxes_are_those_of_the_place_that_the_address_names() -> None:
    for receipt in receipts(
        "name,address\nCorner,1 Main St|Portland OR 97201\nLake,2 Lake St|Chicago IL 60601\n", "en_US"
    ):
        region, town = {"Corner": ("OR", "Portland"), "Lake": ("IL", "Chicago")}[receipt.merchant.name]
        assert receipt.scheme.holds_in(region, town)


def test_a_list_of_yaml_says_the_same() -> None:
    Path("shops.yaml").write_text("merchants:\n- {name: Corner, address: [1 Main St, London], company_id: 'No: 7'}\n")
    spec = BasketSpec.model_validate({"merchants": "shops.yaml"})
    merchant = basket.draw(spec, Dice(1), locale("en_GB")).merchant
    assert (merchant.name, merchant.address) == ("Corner", ("1 Main St", "London"))
    assert merchant.company_ids == (Identifier("No", "7"),)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("name,adress\na,b\n", "shops.csv:1: unknown column 'adress'; did you mean 'address'?"),
        ("name,weight\na,x\n", "shops.csv:2: weight: expected a number, got 'x'"),
        ("name,weight\na,-1\n", "shops.csv:2: weight: expected at least 0.0, got '-1'"),
        ("name,weight\na,0\n", "shops.csv: the weight of one merchant must be above 0"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, fault: str) -> None:
    Path("shops.csv").write_text(text)
    with pytest.raises(ConfigError) as caught:
        receipt_template("mine.yaml")
    assert str(caught.value).startswith(fault)
