"""Habits of cash registers that hang on the country."""

import re
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

import pytest

from receiptgen.commerce.countries.locales import locale
from receiptgen.config.records import loads
from receiptgen.core.assets import packaged, packaged_names
from receiptgen.core.bidi import to_visual
from receiptgen.core.days import Days
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Weights
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.template import ReceiptTemplate, receipt_template
from receiptgen.elements import draw_voice
from receiptgen.elements._voice import VoiceSpec


def _packaged(name: str, child: Path) -> Path:
    return packaged("templates", name)


@pytest.mark.parametrize("minus", ["front", "back"])
@pytest.mark.parametrize("template", ["bakery_gst", "hotel", "pharmacy", "restaurant_signed"])
def test_a_refund_has_its_minuses_on_one_side_everywhere(template: str, minus: str) -> None:
    known = receipt_template(template).value
    country = Weights({"bg_BG": 1})  # whose totals are in two currencies
    basket = known.basket.model_copy(update={"total": Range(-60, -10), "dates": Days.parse("2026-03-01"), "tip": 1.0})
    one = known.model_copy(update={"basket": basket, "locales": country, "voice": VoiceSpec(minus=minus)})
    amounts = re.compile(r"total|subtotal|net|tax|tip|item\.price|tax_summary\.(net|tax|gross)|total\.besides")
    for seed in range(3):
        fields = draw_receipt(one, Dice(seed)).page.regions.fields
        texts = [field.text for field in fields if amounts.fullmatch(field.role) and re.search("[1-9]", field.text)]
        told = [text for text in texts if re.search(r"[0-9],[0-9]{2}", text) and "-" in text]
        assert len(told) > 3
        assert all((re.search("[0-9].*-", text) is not None) == (minus == "back") for text in told), told


def test_from_right_to_left_no_letter_stands_between_quantity_and_price() -> None:
    israel, britain = locale("he_IL"), locale("en_GB")
    leftward = {draw_voice(israel, israel.taxes[0], Dice(seed)).times for seed in range(60)}
    assert leftward == {" * ", " @ ", "*"}
    assert to_visual('0.95ק"ג * 12.90/ק"ג') == 'ג"ק/12.90 * ג"ק0.95'
    assert {draw_voice(britain, britain.taxes[0], Dice(seed)).times for seed in range(60)} >= {" x ", "x"}


def test_a_template_fixes_words_and_forms_of_the_cash_register() -> None:
    text = """
extends: cafe
about: any
locales: en_MY
basket: {tender: {cash: 1}}
voice: {upper: false, colon: ": ", signed: none, date: "%d.%m.%y", words: {total: [To pay], cash: [Notes], tax: [Levy]}}
elements: [{kind: fields, show: [date]}, {kind: totals, show: [total]}, payment]
"""
    template = loads(text, ReceiptTemplate, resolve=_packaged)
    for seed in range(4):
        sample = draw_receipt(template, Dice(seed))
        day = datetime.fromisoformat(str(sample.values["date"]))
        assert f": {day:%d.%m.%y}" in sample.text
        assert "To pay" in sample.text
        assert "Notes" in sample.text


def test_a_voice_refuses_words_and_forms_that_no_receipt_has() -> None:
    with pytest.raises(ConfigError, match="unknown word 'totl'; did you mean 'total'"):
        loads("extends: cafe\nabout: any\nvoice: {words: {totl: [X]}}", ReceiptTemplate, resolve=_packaged)
    with pytest.raises(ConfigError, match="unknown %Q"):
        loads("extends: cafe\nabout: any\nvoice: {date: '%Q'}", ReceiptTemplate, resolve=_packaged)


@pytest.mark.parametrize(
    ("habits", "fault"),
    [
        ("words: {total: ['  ']}", "words.total[0]: expected a word, got '  ', of which nothing is seen"),
        ("words: {total: [To pay, '']}", "words.total[1]: expected a word, got '', of which nothing is seen"),
        (f"words: {{total: [{'x' * 61}]}}", "words.total[0]: expected 60 characters or fewer, got 61"),
        (f"words: {{returns: [{'x' * 201}]}}", "words.returns[0]: expected 200 characters or fewer, got 201"),
        (r'words: {total: ["a\nb"]}', r"words.total[0]: expected printable characters of one line, got 'a\nb'; take"),
        (r'colon: ":\n"', r"colon: expected printable characters of one line, got ':\n'; take out '\n'"),
        (r'times: "\tx "', r"times: expected printable characters of one line, got '\tx '; take out '\t'"),
        (r'date: "%d\n%m"', r"date: expected printable characters of one line, got '%d\n%m'; take out '\n'"),
        (r'time: "%H\x7f"', r"time: expected printable characters of one line, got '%H\x7f'; take out '\x7f'"),
        ("date: '%H:%M'", "date: pattern '%H:%M' is of a date, and %H is of a time; take it out"),
        ("date: '%d.%m. %p'", "date: pattern '%d.%m. %p' is of a date, and %p is of a time; take it out"),
        ("date: '%a'", "date: pattern '%a' has no day, month or year; add one, such as %d"),
        ("time: '%d.%m.%Y'", "time: pattern '%d.%m.%Y' is of a time, and %d is of a date; take it out"),
        ("time: '%p'", "time: pattern '%p' has no hour, minute or second; add one, such as %H"),
    ],
)
def test_what_a_cash_register_can_not_print_is_refused_at_its_place(habits: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loads(habits, VoiceSpec)
    (told,) = caught.value.faults
    assert told.split(": ", 1)[1].startswith(fault)


def test_a_voice_may_say_all_that_the_packaged_countries_say() -> None:
    for name in packaged_names("locales"):
        country = locale(name)
        assert VoiceSpec(words=country.words).words == country.words
        for date, time in zip_longest(country.dates, country.times):
            assert VoiceSpec(date=date, time=time).time == time
    assert VoiceSpec(words={"total": ("\u0645\u06cc\u200c\u0634\u0648\u062f",)})
