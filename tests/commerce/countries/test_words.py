"""Words of farewell fit the occasion."""

import pytest

from receiptgen.commerce.countries.locales import Locale, locale
from receiptgen.commerce.countries.words import OCCASIONS, words_at
from receiptgen.commerce.trade.shops import shop_type
from receiptgen.config.records import loads
from receiptgen.core.assets import packaged_names
from receiptgen.core.errors import ConfigError
from receiptgen.elements import VoiceSpec

WORDS = {"thanks": ("Thanks",), "thanks.meal": ("Enjoy",), "thanks.visit": ("Come in",), "goodbye": ("Bye",)}


@pytest.mark.parametrize(
    ("trade", "thanks"),
    [("table", {"Thanks", "Enjoy", "Come in"}), ("hotel", {"Thanks", "Come in"}), ("taxi", {"Thanks"})],
)
def test_words_of_an_occasion_are_said_where_it_is_one(trade: str, thanks: set[str]) -> None:
    assert set(words_at(WORDS, trade)["thanks"]) == thanks
    assert words_at(WORDS, trade)["goodbye"] == ("Bye",)


@pytest.mark.parametrize(
    ("place", "word", "trades"),
    [
        ("en_US", "THANK YOU FOR SHOPPING WITH US", {"goods", "pharmacy", "fuel"}),
        ("en_SG", "Thank you for dining with us", {"table"}),
        ("de_DE", "Vielen Dank für Ihren Einkauf!", {"goods", "pharmacy", "fuel"}),
        ("id_ID", "Selamat menikmati", {"table"}),
    ],
)
def test_nobody_is_thanked_for_shopping_in_a_hotel(place: str, word: str, trades: set[str]) -> None:
    told = {"goods", "pharmacy", "fuel", "table", "hotel", "taxi", "parking", "office", "post"}
    said = {each for each in told if word in {w for key in ("thanks", "goodbye") for w in at(place, each).words[key]}}
    assert said == trades


def at(place: str, trade: str) -> Locale:
    return locale(place).served(trade)


@pytest.mark.parametrize("place", packaged_names("locales"))
def test_all_that_is_said_on_an_occasion_is_said_somewhere(place: str) -> None:
    own = {key: set(words) for key, words in locale(place).words.items() if "." in key}
    for key, words in own.items():
        name, _, occasion = key.partition(".")
        assert all(words <= set(at(place, trade).words[name]) for trade in OCCASIONS[occasion])


def test_a_template_that_says_thanks_in_its_words_says_no_others() -> None:
    spec = VoiceSpec(words={"thanks": ("Ta",)})
    assert spec.spoken(at("en_US", "goods")).words["thanks"] == ("Ta",)


def test_an_unknown_occasion_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"unknown word 'thanks.meel'; did you mean 'thanks.meal'\?"):
        loads("words: {thanks.meel: [Enjoy]}\n", VoiceSpec, name="voice.yaml")


@pytest.mark.parametrize(
    ("place", "word", "shops"),
    [
        ("bg_BG", "Лекарства не се връщат", {"pharmacy"}), ("uk_UA", "Ліки поверненню не підлягають", {"pharmacy"}),
        ("zh_CN", "食品类商品不退不换", {"supermarket", "bakery"}),
        ("th_TH", "อาหารสดไม่รับเปลี่ยนคืน", {"supermarket", "bakery"}),
    ],
)  # fmt: skip
def test_what_is_not_taken_back_is_what_the_shop_sells(place: str, word: str, shops: set[str]) -> None:
    assert {name for name in packaged_names("shops") if word in in_shop(place, name).words["returns"]} == shops


@pytest.mark.parametrize(
    ("place", "label", "shops"),
    [
        ("en_IN", "FSSAI", {"supermarket", "bakery", "cafe", "restaurant", "hotel"}), ("en_IN", "DL No", {"pharmacy"}),
        ("hi_IN", "FSSAI", {"supermarket", "bakery", "cafe", "restaurant", "hotel"}),
        ("zh_CN", "食品经营许可证", {"supermarket", "bakery", "cafe", "restaurant", "hotel"}),
        ("en_IN", "CIN", {*packaged_names("shops")}),
    ],
)  # fmt: skip
def test_a_licence_is_that_of_the_trade(place: str, label: str, shops: set[str]) -> None:
    def has(name: str) -> bool:
        return any(label in number.labels for number in in_shop(place, name).company_ids)

    assert {name for name in packaged_names("shops") if has(name)} == shops


@pytest.mark.parametrize("place", packaged_names("locales"))
def test_licences_are_of_kinds_of_shop_that_there_are(place: str) -> None:
    assert all({*number.shops} <= {*packaged_names("shops")} for number in locale(place).company_ids)


def in_shop(place: str, name: str) -> Locale:
    return locale(place).served(shop_type(name).trade, name)
