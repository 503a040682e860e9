"""Labels with values, the table of the goods, and sums."""

import pytest
from printed_rows import PITCH, printed_row, printed_rows

from receiptgen.commerce.countries.locales import locale
from receiptgen.drafting.currency_signs import signs_of
from receiptgen.drafting.item_table import read_table
from receiptgen.drafting.page_grid import measure_grid
from receiptgen.drafting.pairs import form_of, form_of_sums, pairs_of
from receiptgen.drafting.rows import text_of
from receiptgen.drafting.sums import Sums
from receiptgen.drafting.tax_columns import tax_columns
from receiptgen.drafting.wording import Wording

COUNTRY = locale("en_MY")
WORDING = Wording(COUNTRY)


@pytest.mark.smoke
def test_pairs_of_a_row_are_told_by_roles_and_by_labels() -> None:
    roles = {"CS0042": "invoice", "03/01/2018": "date", "12:30": "time"}
    row = printed_row("Doc No : CS0042   Cashier: USER   Date: 03/01/2018 12:30", roles=roles)
    pairs, rest = pairs_of(row, WORDING)
    assert [(pair.key, pair.label_text, text_of(pair.value)) for pair in pairs] == [
        ("invoice_no", "Doc No", "CS0042"), ("cashier", "Cashier", "USER"), ("datetime", "Date", "03/01/2018 12:30"),
    ]  # fmt: skip
    assert rest == []


def test_a_row_of_nothing_known_has_no_pairs() -> None:
    pairs, rest = pairs_of(printed_row("GOODS SOLD ARE NOT RETURNABLE"), WORDING)
    assert pairs == []
    assert len(rest) == 5
    assert pairs_of(printed_row("ORDER STAMPS AT THE COUNTER OR CALL"), WORDING)[0] == []


def test_values_below_each_other_are_tabbed() -> None:
    roles = {"CS0042": "invoice", "03/01/2018": "date"}
    rows = printed_rows("Invoice:      CS0042\nDate:         03/01/2018\nA ROW AS WIDE AS ALL OF THE PAPER", roles)
    pairs = [pair for row in rows for pair in pairs_of(row, WORDING)[0]]
    assert form_of(pairs, measure_grid(rows)) == "tabbed"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("TOTAL                 20.30\nCASH                  50.00", "justified"),
        ("               TOTAL: 20.30\n                CASH: 50.00", "right"),
        ("TOTAL: 20.30\nCASH: 50.00", "inline"),
    ],
)
def test_the_form_of_sums_is_told_by_edges(text: str, form: str) -> None:
    rows = printed_rows(text)
    assert form_of_sums(rows, measure_grid(printed_rows(text + "\nA ROW AS WIDE AS THE PAPER.."))) == form


ROLES = {
    "TEA": "items.name", "ORANGE": "items.name", "CAKE": "items.name", "PLUM": "items.name", "6.20": "items.amount",
    "4.50": "items.amount", "2": "items.quantity", "1": "items.quantity", "3.10": "items.unit_price",
    "4.49": "items.unit_price", "SR": "items.tax_code",
}  # fmt: skip


def test_columns_stand_in_the_order_of_the_print() -> None:
    heads = printed_rows("Qty  Description       U/Price  Amount")
    rows = printed_rows("2    TEA ORANGE           3.10    6.20 SR\n1    CAKE PLUM            4.49    4.50 SR", ROLES)
    table = read_table(rows, heads, WORDING, PITCH)
    assert table.first == ("quantity", "name", "unit_price", "amount", "tax_code")
    assert (table.second, table.count) == ((), 2)
    assert table.headings == {
        "quantity": "Qty",
        "description": "Description",
        "unit_price": "U/Price",
        "amount": "Amount",
    }


def test_names_in_rows_of_their_own_make_two_rows_a_good() -> None:
    rows = printed_rows("TEA ORANGE\n   2 x 3.10       6.20\nCAKE PLUM\n   1 x 4.49       4.50", ROLES)
    table = read_table(rows, [], WORDING, PITCH)
    assert (table.first, table.second) == (("name",), ("quantity_price", "amount"))
    assert (table.always, table.indent, table.times) == (True, 3, " x ")


def test_rows_of_quantity_below_some_goods_are_theirs() -> None:
    rows = printed_rows("TEA ORANGE        6.20\n  2 @ 3.10\nCAKE PLUM         4.50", ROLES)
    table = read_table(rows, [], WORDING, PITCH)
    assert (table.first, table.second, table.always) == (("name", "amount"), ("quantity_price",), False)


def test_sums_are_told_by_roles_and_by_words_that_mean_one_thing() -> None:
    sums = Sums(COUNTRY, WORDING)
    told = [sums.row(row) for row in printed_rows(
        "GRAND TOTAL RM  20.30\nRounding Adj     0.02\nCHANGE          30.00\nHAVE A NICE DAY",
        {"20.30": "total", "30.00": "payable"},
    )]  # fmt: skip
    assert [(one.kind, one.part, one.word, one.label) for one in told if one] == [
        ("totals", "total", "total", "GRAND TOTAL"), ("totals", "rounding", "rounding", "Rounding Adj"),
        ("payment", "change", "change", "CHANGE"),
    ]  # fmt: skip
    assert told[3] is None


def test_pieces_are_no_total_and_stand_beside_other_sums() -> None:
    sums = Sums(COUNTRY, WORDING)
    for text in ("Total Qty : 2    52.00", "Total Items 5", "QTY: 5"):
        (row,) = printed_rows(text, {"52.00": "total"})
        told = sums.row(row)
        assert told
        assert (told.kind, told.word) == ("counts", "items_sold")
    assert sums.row(printed_row("Sold: 3 Returned: 0 Deleted: 0", roles={"3": "items_sold"})) is None
    right, left = sums.sides(printed_row("Item Count 4      Change     0.05"))
    assert [one.label for row in (right, left) if (one := sums.row(row))] == ["Change", "Item Count"]
    (total,) = sums.sides(printed_row("TOTAL DUE      20.30", roles={"20.30": "total"}))
    assert total.text == "TOTAL DUE 20.30"


def test_a_row_among_the_goods_takes_something_off() -> None:
    sums = Sums(COUNTRY, WORDING)
    told = sums.discount(printed_row("Member Discount      -1.20"))
    assert told
    assert (told.label, text_of(told.amount_words)) == ("Member Discount", "-1.20")
    assert (
        sums.discount(printed_row("TEA  6.20  0.50", roles={"6.20": "items.amount", "0.50": "items.discount"})) is None
    )


def test_a_row_of_a_table_of_taxes_has_its_columns() -> None:
    row = printed_row("SR   6%    18.77    1.13", roles={"SR": "taxes.code", "18.77": "taxes.net"})
    assert tax_columns(row) == ("code", "percent", "net", "tax")
    assert tax_columns(printed_row("TOTAL 18.77", roles={"18.77": "net"})) == ()


def test_signs_of_the_currency_are_seen_beside_amounts_and_against_them() -> None:
    goods, sums = printed_rows("TEA  RM6.20\nCAKE  4.50"), printed_rows("TOTAL  RM20.30\nCASH  RM 50.00")
    found = signs_of(goods[:1], sums, COUNTRY)
    assert (found.signed, found.partly) == ("all", False)
    assert found.words == {sums[1].words[1].index}
    assert signs_of(goods[1:], sums, COUNTRY)[::2] == ("totals", False)
    assert signs_of(goods[1:], [], COUNTRY)[::2] == ("none", False)


def test_signs_of_a_column_of_amounts_are_kept_beside_prices_without_them() -> None:
    goods = printed_rows("TEA   3.10   RM6.20\nCAKE  4.50   RM4.50")
    assert signs_of(goods, [], COUNTRY).signed == "all"


def test_signs_that_some_totals_lack_are_told() -> None:
    sums = printed_rows("SUBTOTAL   20.30\nGST   1.20\nTOTAL   RM 21.50")
    assert signs_of([], sums, COUNTRY) == ("none", frozenset(), True)


def test_what_stands_in_other_cells_is_no_part_of_a_label() -> None:
    pairs, rest = pairs_of(printed_row("WONG PEI YI      Trans: 114793", roles={"114793": "number"}), WORDING)
    assert [(pair.key, pair.label_text) for pair in pairs] == [("receipt_no", "Trans")]
    assert text_of(rest) == "WONG PEI YI"


def test_a_time_before_a_date_is_one_moment() -> None:
    row = printed_row("03:46PM   568268   13-05-18", roles={"03:46PM": "time", "13-05-18": "date"})
    pairs, rest = pairs_of(row, WORDING)
    assert [(pair.key, text_of(pair.value)) for pair in pairs] == [("datetime", "03:46PM 13-05-18")]
    assert text_of(rest) == "568268"
