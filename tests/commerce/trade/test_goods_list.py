"""Goods of a user's own: what a list says is printed so, what it lacks is drawn once, and faults have their line."""

from decimal import Decimal
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen import Receipts
from receiptgen.commerce import basket
from receiptgen.commerce.basket import BasketSpec
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.sale.receipt import Item, Receipt
from receiptgen.commerce.trade.goods_list import loaded_goods
from receiptgen.commerce.trade.stock import stock
from receiptgen.config.tables import LONGEST_ROW
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import ConfigError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.dataset.identity import Ingredients
from receiptgen.drawing.template import receipt_template

GOODS = """\
name,price,tax_class,unit,code
Milk,1.29,food,,7310865004703
"Bread; ""dark"" loaf",2.50..3.90,food,,
Potatoes,1.49,,kg,
Soap,,,,
Haircut,30,standard,h,
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forget_changed_files()


def write(text: str | bytes = GOODS, name: str = "goods.csv") -> str:
    Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    Path("mine.yaml").write_text(f"extends: supermarket\nabout: mine\nlocales: en_GB\nbasket: {{goods: {name}}}\n")
    return name


def receipts(spec: BasketSpec, count: int = 60, country: str = "en_GB") -> list[Receipt]:
    return [basket.draw(spec, Dice(key_of("goods", index)), locale(country)) for index in range(count)]


def items_of(spec: BasketSpec, country: str = "en_GB") -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for receipt in receipts(spec, country=country):
        for item in receipt.items:
            found.setdefault(item.full_name, []).append(item)
    return found


def test_goods_are_printed_as_the_list_has_them() -> None:
    found = items_of(BasketSpec(goods=write()))
    assert found.keys() == {"Milk", 'Bread; "dark" loaf', "Potatoes", "Soap", "Haircut"}
    assert {item.unit_price for item in found["Milk"]} == {Decimal("1.29")}
    assert {item.code for item in found["Milk"]} == {"7310865004703"}
    bread = {item.unit_price for item in found['Bread; "dark" loaf']}
    assert len(bread) > 5
    assert all(Decimal("2.50") <= price <= Decimal("3.90") for price in bread)
    assert {(item.unit_price, item.unit) for item in found["Potatoes"]} == {(Decimal("1.49"), "kg")}
    assert {item.unit for item in found["Haircut"]} == {"h"}


def test_what_a_good_lacks_is_always_the_same_for_its_name() -> None:
    soap = items_of(BasketSpec(goods=write()))["Soap"]
    assert len({item.rate for item in soap}) == 1
    prices = [item.unit_price for item in soap]
    (ware,) = (ware for ware in stock("supermarket", locale("en_GB"), "goods.csv").pieces if ware.name == "Soap")
    assert ware == next(w for w in stock("supermarket", locale("en_GB"), "goods.csv").pieces if w.name == "Soap")
    assert all(int(ware.low) <= price <= ware.high + 1 for price in prices)


def test_a_semicolon_between_fields_goes_with_a_comma_before_decimals() -> None:
    with_marks = "\ufeff" + "Name;Price;Tax class\r\nMilch;1,29;food\r\n;;\r\nBrot;2,50..3,90;food\r\n"
    rows = loaded_goods(write(with_marks)).value.rows
    assert [(row.name, str(row.price and row.price.low)) for row in rows] == [("Milch", "1.29"), ("Brot", "2.50")]


def test_prices_of_a_range_end_as_labels_do() -> None:
    write("name,price\n" + "".join(f"Good {number},40..70\n" for number in range(12)))
    prices = [item.unit_price for items in items_of(BasketSpec(goods="goods.csv")).values() for item in items]
    assert all(40 <= price <= 70 for price in prices)
    assert len({price % 1 for price in prices}) < 14


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@settings(max_examples=30, deadline=None)
@given(names=st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1), min_size=1))
def test_a_table_reads_back(separator: str, names: list[str]) -> None:
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    text = f"code{separator}name\n" + "".join(f"7{separator}{name}\n" for name in quoted)
    Path("again.csv").write_text(text, encoding="utf-8")
    forget_changed_files()
    assert [row.name for row in loaded_goods("again.csv").value.rows] == [normalize("NFC", name) for name in names]


def test_a_list_of_yaml_has_sizes_too() -> None:
    text = "goods:\n- {name: Oats, price: 1..3, sizes: [500g, 1kg]}\n- {name: Tea}\n"
    found = items_of(BasketSpec(goods=write(text, "goods.yaml")))
    assert found.keys() == {"Oats 500g", "Oats 1kg", "Tea"}
    small, large = ({item.unit_price for item in found[name]} for name in ("Oats 500g", "Oats 1kg"))
    assert max(small) <= Decimal(2) <= min(large)


def test_whole_units_stay_whole_where_a_currency_has_no_smaller_ones() -> None:
    found = items_of(BasketSpec(goods=write("name,price\nTej,499.00\nKenyér,800..900\n")), country="hu_HU")
    assert all(item.unit_price == int(item.unit_price) for items in found.values() for item in items)
    assert {item.unit_price for item in found["Tej"]} == {Decimal(499)}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "goods.csv: the file is empty"),
        ("\n \n", "goods.csv: the file is empty"),
        ("name,price\n", "goods.csv: has no rows after its header"),
        ("name,prize\na,1\n", "goods.csv:1: unknown column 'prize'; did you mean 'price'?"),
        ("name,colour\na,1\n", "goods.csv:1: unknown column 'colour'; there are name, price, tax_class, unit, code"),
        ("name,price,name\na,1,b\n", "goods.csv:1: column 'name' stands twice; keep one"),
        ("name,,price\na,1,b\n", "goods.csv:1: a column has no name"),
        ("price,code\n1,2\n", "goods.csv:1: missing column 'name'"),
        (
            "name,price\na,1\nb,abc\n",
            "goods.csv:3: price: expected a number or a range such as 1.20..3.50, got 'abc'",
        ),
        ("name,price\na,3..2\n", "goods.csv:2: price: expected a price above 0, or a range that does not end before"),
        ("name,price\na,-1\n", "goods.csv:2: price: expected a number or a range"),
        ("name,price\na,0\n", "goods.csv:2: price: expected a price above 0"),
        ("name;price\na;1,25.5\n", "goods.csv:2: price: expected a number or a range"),
        ("name,tax_class\n\na,fod\n", "goods.csv:3: tax_class: unknown class 'fod'; did you mean 'food'?"),
        ("name,unit\na,kgs\n", "goods.csv:2: unit: 'kgs' is not 'kg', "),
        ("name,price\n,1\n", "goods.csv:2: missing key 'name'"),
        ("name,price\na,1,2\n", "goods.csv:2: expected 2 fields as in the header, got 3"),
        ("name,price\na\n", "goods.csv:2: expected 2 fields as in the header, got 1"),
        ('name,price\n"a\nb",1\nc\n', "goods.csv:4: expected 2 fields as in the header, got 1"),
        ('name,price\n"a,1\n', "goods.csv:2: not a row of a table: unexpected end of data"),
        ("name\n" + "x" * (LONGEST_ROW + 1), "goods.csv:2: a line of 20,001 characters; the longest has 20,000"),
        (b"name\nM\xe4rz\n", "goods.csv:2:2: byte 0xe4 is not UTF-8; save the file as UTF-8"),
        ("name\na\x07b\n", "goods.csv:2: name: expected text on one line, without control characters"),
    ],
)
def test_a_fault_of_a_table_is_told_with_its_line(text: str | bytes, fault: str) -> None:
    write(text)
    with pytest.raises(ConfigError) as caught:
        receipt_template("mine.yaml")
    assert str(caught.value).startswith(fault)
    assert "\n" not in str(caught.value)


def test_all_faults_of_a_table_are_told_at_once_and_many_are_counted() -> None:
    write("name,price\n" + "a,x\n" * 60)
    with pytest.raises(ConfigError) as caught:
        receipt_template("mine.yaml")
    assert len(caught.value.faults) == 51
    assert caught.value.faults[-1] == "goods.csv: and 10 more"


def test_a_list_that_is_not_there_is_told_in_the_template() -> None:
    write()
    Path("goods.csv").unlink()
    with pytest.raises(ConfigError) as caught:
        receipt_template("mine.yaml")
    assert str(caught.value) == "mine.yaml:4:17: basket.goods: goods.csv: no such file"


def test_a_list_of_goods_has_to_fit_the_kind_of_shop() -> None:
    write()
    Path("mine.yaml").write_text("extends: hotel\nabout: mine\nbasket: {goods: goods.csv}\n")
    with pytest.raises(ConfigError) as caught:
        receipt_template("mine.yaml")
    assert "basket.goods: shop 'hotel' is served as 'hotel', which needs goods by night; there are none in" in str(
        caught.value
    )


def test_a_list_is_part_of_a_data_sets_identity_and_is_read_again() -> None:
    write("name\nBefore\n")
    before = Ingredients(("mine.yaml",), "", (), "").identity()["inputs"]
    assert set(before) == {"goods.csv"}
    assert "Before" in str(Receipts("mine.yaml").draw(0).unprinted).title()
    write("name\nAfter\n")
    assert Ingredients(("mine.yaml",), "", (), "").identity()["inputs"] != before
    drawn = Receipts("mine.yaml").draw(0)
    assert "After" in str(drawn.unprinted).title() + str(drawn.values).title()


@pytest.mark.parametrize("shop", ["supermarket", "restaurant", "pharmacy", "office", "bakery"])
def test_every_such_shop_sells_a_list_by_the_piece_or_by_measure_alone(shop: str) -> None:
    for text in ("name\nTea\n", "name,unit\nPotatoes,kg\n", "name,unit\nAdvice,h\nTea,\n"):
        forget_changed_files()
        for receipt in receipts(BasketSpec(shop=shop, goods=write(text)), 5):
            assert receipt.items
