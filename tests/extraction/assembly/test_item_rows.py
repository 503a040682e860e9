"""Items of a page: where each begins, and what its words say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from receiptgen.extraction.assembly.item_rows import item_groups, items_of, money
from receiptgen.extraction.fields import ItemFields
from receiptgen.extraction.labelling.scored_words import ScoredWords
from tests.support.scored_pages import scored_page
from tests.support.set_receipts import set_receipt, sure_scores


def _said(item: ItemFields) -> dict[str, str]:
    names = ("code", "name", "quantity", "unit", "unit_price", "gross", "amount", "tax_code", "note")
    return {name: field.value for name in names if (field := getattr(item, name))}


def _items(*rows: str) -> list[dict[str, str]]:
    return [_said(item) for item in items_of(scored_page(*rows))]


@pytest.mark.smoke
def test_items_go_on_over_rows_until_another_begins() -> None:
    assert _items(
        "SHOP",
        "^Green~items.name Tea~items.name",
        "2~items.quantity x~label 1.25~items.unit_price 2.50~items.amount A~items.tax_code",
        "^1234~items.code Bread~items.name 3.10~items.amount",
        "sliced~items.note",
        "Total 5.60~total",
    ) == [
        {"name": "Green Tea", "quantity": "2", "unit_price": "1.25", "amount": "2.50", "tax_code": "A"},
        {"code": "1234", "name": "Bread", "amount": "3.10", "note": "sliced"},
    ]
    assert _items("SHOP", "Total 5.60~total") == []


def test_words_of_a_row_are_of_one_item() -> None:
    page = scored_page("^Tea~items.name ^2.50~items.amount", "^Bread~items.name 3.10~items.amount")
    assert item_groups(page) == [[0, 1], [2, 3]]


def test_a_number_in_the_list_begins_an_item_and_says_nothing() -> None:
    assert _items("^1~other Tea~items.name 2.50~items.amount", "^2~other Bread~items.name 3.10~items.amount") == [
        {"name": "Tea", "amount": "2.50"}, {"name": "Bread", "amount": "3.10"},
    ]  # fmt: skip
    # A row of which nothing but its number is known is no item.
    assert _items("^1~other") == []


def test_a_second_row_with_name_and_amount_begins_an_item() -> None:
    page = scored_page("^Tea~items.name 2.50~items.amount", "Bread~items.name 3.10~items.amount")
    assert item_groups(page) == [[0, 1], [2, 3]]


def test_a_second_name_after_an_amount_may_begin_an_item() -> None:
    page = scored_page("^Tea~items.name 2.50~items.amount", "Bread~items.name", "3.10~items.amount")
    assert len(item_groups(page)) == 1
    doubtful = ScoredWords(page.words, page.shares, page.starts + 0.2, page.month_first)
    assert len(item_groups(doubtful)) == 2


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("2x3.50", {"quantity": "2", "unit_price": "3.50"}), ("2X3.50", {"quantity": "2", "unit_price": "3.50"}),
        ("2×3.50", {"quantity": "2", "unit_price": "3.50"}), ("1.5kg", {"quantity": "1.5", "unit": "kg"}),
        ("1.5kgx2.00", {"quantity": "1.5", "unit": "kg", "unit_price": "2.00"}),
        ("1,5kg×2,00", {"quantity": "1.5", "unit": "kg", "unit_price": "2.00"}),
        ("3box", {"quantity": "3", "unit": "box"}), ("3pcs", {"quantity": "3"}), ("2x", {"quantity": "2"}),
        ("x2", {"quantity": "2"}),
    ],
)  # fmt: skip
def test_one_word_may_say_quantity_unit_and_price(word: str, said: dict[str, str]) -> None:
    assert _items("^Tea~items.name", f"{word}~items.quantity") == [{"name": "Tea", **said}]


def test_three_decimal_places_are_told_from_thousands_by_the_product() -> None:
    row = "^Ham~items.name 1.250~items.quantity 8.00~items.unit_price"
    assert _items(f"{row} 10.00~items.amount")[0]["quantity"] == "1.250"
    assert _items(f"{row} 10,000.00~items.amount")[0]["quantity"] == "1250"


@given(grams=st.integers(1000, 99999), cents=st.integers(1, 10**5))
def test_what_is_weighed_is_read_back(grams: int, cents: int) -> None:
    weight, price = Decimal(grams) / 1000, Decimal(cents) / 100
    paid = (weight * price).quantize(Decimal("0.01"))
    if not paid:
        return
    row = f"^Ham~items.name {weight:.3f}~items.quantity {price:.2f}~items.unit_price {paid}~items.amount"
    (item,) = items_of(scored_page(row))
    assert item.quantity
    assert item.quantity.decimal == weight


def test_what_was_taken_off_stands_with_the_item() -> None:
    (item,) = items_of(
        scored_page("^Tea~items.name 2.50~items.gross", "Happy~label hour~label -0.50~items.discount.amount")
    )
    assert item.discount
    assert item.discount.label
    assert item.discount.amount
    assert (item.discount.label.value, item.discount.amount.value) == ("Happy hour", "0.50")
    assert _said(item) == {"name": "Tea", "gross": "2.50"}


def test_an_amount_is_no_code_of_a_tax_and_a_price_in_two_columns_no_discount() -> None:
    row = "17.00~items.unit_price 17.00~items.tax_code A~items.tax_code 17.00~items.amount"
    assert _items(f"^Oil~items.name {row}") == [
        {"name": "Oil", "unit_price": "17.00", "amount": "17.00", "tax_code": "A"}
    ]
    assert _items("^Oil~items.name 6%~items.tax_code 17.00~items.amount")[0]["tax_code"] == "6%"
    (item,) = items_of(
        scored_page(
            "^Oil~items.name 2~items.quantity 18.00~items.unit_price 18.00~items.discount.amount 36.00~items.amount"
        )
    )
    assert item.discount is None


def test_of_several_amounts_the_surest_is_taken() -> None:
    page = scored_page("Total 1O.50~total 12.50~total -3.00~total")
    page.shares[2] *= 0.5
    page.shares[3] *= 0.4
    mended = money(page, [1, 2, 3], "total")
    assert mended
    assert mended.value == "10.50"
    assert mended.confidence < page.share(1, "total")
    assert money(page, [0], "total") is None
    back = money(page, [3], "total", absolute=True)
    assert back
    assert back.value == "3.00"


@pytest.mark.parametrize("index", range(0, 26, 2))
def test_items_of_receipts_begin_where_they_do(index: int) -> None:
    labelled = set_receipt(index).labelled
    scores = sure_scores(labelled)
    shares = scores[:, :-2].astype(float)
    page = ScoredWords(labelled.words, shares, (labelled.starts == 1).astype(float), shares[:, 0])
    assert [group[0] for group in item_groups(page)] == [
        index for index, start in enumerate(labelled.starts) if start == 1
    ]


def test_names_alone_are_no_items_of_a_page() -> None:
    assert _items("Once~items.name upon~items.name", "A~items.name time~items.name") == []
    assert len(_items("^Tea~items.name", "^Bread~items.name 3.10~items.amount")) == 2
