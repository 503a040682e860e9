"""Fields compared with what the paper says."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq
from said_fields import fields_of_values, said

from receiptgen.annotations.classed_boxes import ClassedBox
from receiptgen.annotations.true_receipts import ClassTruth, DrawnTruth, KeyTruth, true_receipts
from receiptgen.cli import main
from receiptgen.extraction.fields import Field, ItemFields, MerchantFields, ReceiptFields
from receiptgen.extraction.scoring.alignment import align
from receiptgen.extraction.scoring.classes import judge_classes
from receiptgen.extraction.scoring.figures import Count, calibration_error, confidence_bins, count_checked, count_fields
from receiptgen.extraction.scoring.judged import Judged, joined, judge_many
from receiptgen.extraction.scoring.keys import judge_key
from receiptgen.extraction.scoring.receipts import score_fields
from receiptgen.extraction.scoring.texts import folded, nearly_same_name, same_amount, same_text
from receiptgen.extraction.scoring.values import judge_values

VALUES = {
    "merchant": {"name": "Café Zwölf", "address": ["Hauptstr. 1", "1010 Wien"]},
    "date": "2024-05-31",
    "time": "17:05:09",
    "items": [
        {"name": "MELANGE", "quantity": "2", "unit_price": "3.50", "amount": "7.00"},
        {"name": "APFELSTRUDEL MIT SCHLAG", "amount": "5.20"},
    ],
    "taxes": [{"percent": "10", "tax": "0.47"}, {"percent": "20", "tax": "1.17"}],
    "total": "12.20",
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[DrawnTruth]:
    folder = tmp_path_factory.mktemp("fields")
    main(["draw", "6", "--kinds", "receipt", "--out", str(folder), "--workers", "1", "--quiet"])
    return [receipt.truth for receipt in true_receipts(folder) if isinstance(receipt.truth, DrawnTruth)]


def outcomes(judged: list[Judged]) -> dict[str, str]:
    return {one.name: one.outcome for one in judged if not one.right}


@pytest.mark.smoke
def test_the_values_of_drawn_receipts_are_all_right(drawn: list[DrawnTruth]) -> None:
    assert len(drawn) == 6
    for truth in drawn:
        score = score_fields(fields_of_values(truth.values, checked=True), truth)
        assert outcomes(list(score.judged)) == {}
        assert score.f1 == 1
        assert score.items
        assert score.items.f1 == 1
        assert score.checked == (1, 1, 0, 1)


def test_a_field_is_right_wrong_missing_or_made_up() -> None:
    fields = fields_of_values(VALUES, date=said("2024-05-13"), time=None, change=said("1.00"))
    judged, items = judge_values(fields, DrawnTruth(VALUES))
    assert outcomes(judged) == {"date": "wrong", "time": "missing", "change": "made up"}
    assert items == Count(right=2)


def test_what_is_hidden_counts_neither_way() -> None:
    truth = DrawnTruth(VALUES, frozenset({"total", "time", "taxes.1.tax", "items.0.amount"}))
    items = (ItemFields(said("MELANGE"), amount=said("9.99")), ItemFields(said("APFELSTRUDEL MIT SCHLAG")))
    fields = fields_of_values(VALUES, total=said("1.00"), time=None, items=items)
    judged, count = judge_values(fields, truth)
    assert outcomes(judged) == {
        "items.amount": "missing",  # of the strudel
        "items.quantity": "missing",
        "items.unit_price": "missing",
    }
    assert count == Count(missing=1, made_up=1)


def test_an_item_is_right_with_a_letter_in_ten_wrong_and_in_order() -> None:
    melange, strudel = fields_of_values(VALUES).items
    misread = replace(strudel, name=said("APFELSTRUDEI MIT SCHLAG"))
    for items, right in (((melange, misread), 2), ((misread, melange), 1), ((melange,), 1), ((), 0)):
        _, count = judge_values(fields_of_values(VALUES, items=items), DrawnTruth(VALUES))
        assert count == Count(right, 0, 2 - right, len(items) - right)


def test_an_item_without_a_quantity_is_one_piece() -> None:
    melange, strudel = fields_of_values(VALUES).items
    for items, right in (
        ((replace(melange, quantity=None), strudel), 1),
        ((melange, replace(strudel, quantity=said("1"))), 2),
        ((melange, replace(strudel, quantity=said("2"))), 1),
    ):
        assert judge_values(fields_of_values(VALUES, items=items), DrawnTruth(VALUES))[1].right == right


@given(st.text("abc", max_size=8), st.text("abc", max_size=8))
def test_an_alignment_by_equality_is_a_longest_common_subsequence(first: str, second: str) -> None:
    pairs = align(first, second, lambda one, other: float(one == other))
    assert len(pairs) == LCSseq.similarity(first, second)
    assert all(first[i] == second[j] for i, j in pairs)
    assert all(i < k and j < m for (i, j), (k, m) in pairwise(pairs))


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abcd")))
def test_counts_of_fields_in_any_order_are_those_of_multisets(first: list[str], second: list[str]) -> None:
    judged = judge_many("x", map(said, first), second, lambda field, text: field.value == text)
    count = count_fields(judged).get("x", Count())
    assert (count.said, count.true) == (len(first), len(second))
    assert count.right == count.exact == (Counter(first) & Counter(second)).total()
    assert not (count.missing and count.made_up)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_bins_hold_every_field_that_was_said(pairs: list[tuple[float, bool]]) -> None:
    judged = [Judged("x", said("1", confidence), "1", right) for confidence, right in pairs]
    bins = confidence_bins([*judged, Judged("x", None, "1")])
    assert sum(one.fields for one in bins) == len(pairs)
    assert sum(one.fields * one.right for one in bins) == pytest.approx(sum(right for _, right in pairs))
    error = calibration_error(bins)
    assert error is not None
    assert 0 <= error <= 1
    assert calibration_error([]) is None


def test_the_calibration_error_is_how_far_confidences_are_off() -> None:
    judged = [Judged("x", said("1", 0.95), "1", right) for right in (True, False)]
    assert calibration_error(confidence_bins(judged)) == pytest.approx(0.45)


@pytest.mark.parametrize(
    ("checked", "total", "count"),
    [(True, True, (1, 1, 0, 1)), (True, False, (1, 1, 0, 0)), (False, True, (1, 0, 1, 0)), (None, True, (1, 0, 0, 0))],
)
def test_a_checked_total_may_be_wrong(checked: bool | None, total: bool, count: tuple[int, ...]) -> None:
    assert count_checked([Judged("total", said("1"), "1", total)], checked) == count
    assert count_checked([Judged("date", said("1"), "1", total)], checked) == (0, 0, 0, 0)


def test_texts_are_compared_by_letters_and_digits() -> None:
    assert folded("Ｃafé, STRASSE 1-2") == folded("CAFÉ Straße 12")
    assert same_text("12-B", "12b")
    assert not same_text("***", "---")
    assert same_amount("1234.50", "RM1,234.50")
    assert same_amount("2", "2.00")
    assert not same_amount("2", "none")
    assert nearly_same_name("APFELSTRUDEI", "APFELSTRUDEL")
    assert not nearly_same_name("MELANGF", "MELANGE")


def test_keys_have_either_name_and_dates_with_the_day_first() -> None:
    merchant = MerchantFields(
        said("BOOK TA K"), said("Book Ta .K SDN BHD"), address=(said("NO.53, JALAN"), said("81100"))
    )
    fields = ReceiptFields(merchant=merchant, date=said("2019-01-12"), total=said("9.00"))
    key = {"company": "BOOK TA .K SDN BHD", "date": "12-01-19", "address": "NO. 53 JALAN 81100", "total": "RM9.00"}
    judged = judge_key(fields, KeyTruth(key))
    assert outcomes(judged) == {}
    assert {one.name: one.exact for one in judged} == {
        "company": True, "date": False, "address": False, "total": False,
    }  # fmt: skip
    assert outcomes(judge_key(ReceiptFields(), KeyTruth(key))) == dict.fromkeys(key, "missing")
    assert outcomes(judge_key(fields, KeyTruth({"total": "9.10"}))) == {
        "company": "made up", "date": "made up", "address": "made up", "total": "wrong",
    }  # fmt: skip


def test_a_photo_may_have_several_boxes_of_a_class_without_spaces() -> None:
    texts = [
        ("store", "OneWorld"), ("store", "Market"), ("date", "3/23/2018"), ("time", "6:30:06PM"), ("total", "$17.88"),
        ("total", "17.88"), ("item", "INARI2PCS"), ("item", "SALMONHEAD"), ("price", "2.00"), ("price", "2.67A"),
    ]  # fmt: skip
    truth = ClassTruth(tuple(ClassedBox(text, kind, (0, 0, 1, 1)) for kind, text in texts))
    fields = ReceiptFields(
        MerchantFields(said("One World Market")), date=said("2018-03-23"), time=said("18:30:06"), total=said("17.88"),
        items=(ItemFields(said("INARI 2 PCS"), amount=said("2.00")), ItemFields(said("TUNA"), amount=said("2.67"))),
    )  # fmt: skip
    judged = judge_classes(fields, truth)
    assert outcomes(judged) == {"item": "wrong"}
    assert len(judged) == 8


def test_an_address_of_several_boxes_is_read_row_by_row_whatever_their_order() -> None:
    boxes = (
        ClassedBox("BigTown", "address", (40, 30, 90, 40)), ClassedBox("Street", "address", (50, 11, 90, 21)),
        ClassedBox("41150", "address", (0, 29, 30, 39)), ClassedBox("1High", "address", (0, 10, 40, 20)),
    )  # fmt: skip
    fields = ReceiptFields(MerchantFields(address=(said("1 High Street,"), said("41150 Big Town"))))
    (judged,) = judge_classes(fields, ClassTruth(boxes))
    assert judged.right


def test_a_photos_tax_may_be_of_a_rate_and_its_total_rounded() -> None:
    truth = ClassTruth(
        tuple(ClassedBox(text, kind, (0, 0, 1, 1)) for kind, text in (("tax", "1.17"), ("total", "9.95")))
    )
    fields = fields_of_values(VALUES, total=said("9.97"), payable=said("9.95"))
    assert {one.name: one.outcome for one in judge_classes(fields, truth) if one.name in {"tax", "total"}} == {
        "tax": "right", "total": "right",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("label", "words", "right"),
    [
        ("ThuAug09,2012", "Thu Aug 09, 2012", True), ("09/08/2012", "AUG 9 2012", True),
        ("Aug09", "Thu Aug 09 2012", True), ("August2012", "9 AUGUST 2012", True),
        ("10Aug2012", "10 Aug 2012", False), ("Aug10", "Thu Aug 09 2012", False),
        ("--", "Thu Aug 09 2012", False),
    ],
)  # fmt: skip
def test_a_date_is_that_of_its_box_or_has_what_the_box_has_of_one(label: str, words: str, right: bool) -> None:
    truth = ClassTruth((ClassedBox(label, "date", (0, 0, 1, 1)),))
    (judged,) = judge_classes(ReceiptFields(date=Field("2012-08-09", words, 0.9)), truth)
    assert judged.right is right


def test_lines_joined_are_as_sure_as_all_of_them() -> None:
    field = joined([said("a", 0.5, (1,)), said("b", 0.5, (3, 4))])
    assert field
    assert (field.value, field.confidence, field.words) == ("a b", 0.25, (1, 3, 4))
    assert joined([]) is None
