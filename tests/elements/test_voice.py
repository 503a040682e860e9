"""Habits of cash registers that hang on the country."""

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.bidi import to_visual
from receiptgen.core.dice import Dice
from receiptgen.elements import draw_voice


def test_from_right_to_left_no_letter_stands_between_quantity_and_price() -> None:
    israel, britain = locale("he_IL"), locale("en_GB")
    leftward = {draw_voice(israel, israel.taxes[0], Dice(seed)).times for seed in range(60)}
    assert leftward == {" * ", " @ ", "*"}
    assert to_visual('0.95ק"ג * 12.90/ק"ג') == 'ג"ק/12.90 * ג"ק0.95'
    assert {draw_voice(britain, britain.taxes[0], Dice(seed)).times for seed in range(60)} >= {" x ", "x"}
