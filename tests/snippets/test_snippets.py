"""What the kinds of snippets say."""

import re
import string
from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from snippet_kinds import KEYS, assert_clean, dice, draws, make, say

from receiptgen.commerce.countries.locales import locale
from receiptgen.config.records import Member, Record, loads
from receiptgen.core.assets import packaged_names, word_list
from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Range, Weights
from receiptgen.core.errors import ConfigError, TextError
from receiptgen.snippets import SNIPPETS, Snippet
from receiptgen.snippets._charset import ASCII, CONFUSABLES, NAMED, RandomWord
from receiptgen.snippets._fields import recase

# Written elsewhere and tested there.
KINDS = [name for name in SNIPPETS.names if name not in {"receipt_line", "blank"}]
LOCALES = packaged_names("locales")
NUMBER = r"\d{1,3}(,\d{3})*\.\d\d"
SIGN = r"(\$|£|€|RM)"
RATE, JOINT = r"\d\d?(\.\d\d?)?%", r"(: ?| - | )?"


def test_room_lists_every_kind() -> None:
    wanted = """act_word address card char date faker file float int invoice_no line pattern percentage phone price
        priceL priceR price_left price_right qty_price tax tax_id time totL totR url word word_bracket
        word_column"""
    assert set(wanted.split()) <= set(SNIPPETS.names)


@pytest.mark.parametrize("kind", KINDS)
def test_texts_are_never_empty_and_hold_single_inner_spaces_only(kind: str) -> None:
    for country in LOCALES:
        for text in draws(kind, 20 if kind == "faker" else 100, country):
            assert_clean(text, country)


@pytest.mark.parametrize("kind", KINDS)
def test_same_dice_say_the_same(kind: str) -> None:
    assert draws(kind, 50) == draws(kind, 50)
    assert len(set(draws(kind, 50))) > 10


@pytest.mark.parametrize("kind", KINDS)
def test_records_are_frozen(kind: str) -> None:
    snippet = make(kind)
    assert isinstance(snippet, Record)
    for field in type(snippet).model_fields:
        with pytest.raises(ValidationError, match="frozen"):
            setattr(snippet, field, getattr(snippet, field))


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_is_documented(kind: str) -> None:
    member = SNIPPETS.get(kind)
    # From Python 3.13 on docstrings have lost the indentation of their code.
    documents = "\n".join(base.__doc__ or "" for base in member.__mro__ if base is not object)
    for field in member.model_fields:  # type: ignore[attr-defined]
        assert re.search(rf"^ +{field}: \S", documents, re.MULTILINE), field


@pytest.mark.parametrize("kind", KINDS)
def test_defaults_pass_their_own_checks(kind: str) -> None:
    member = SNIPPETS.get(kind)
    fields = {name: field.default for name, field in member.model_fields.items()}  # type: ignore[attr-defined]
    assert make(kind, **fields) == make(kind)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("char", r"[!-~]"),
        ("word", r"[!-~]{1,10}"),
        ("word_column", r"[!-~]{1,10}:"),
        ("word_bracket", r"\([!-~]{1,10}\)"),
        ("line", r"(?=.{25,40}$)[!-~]{1,10}( [!-~]{1,10})*"),
        ("int", r"0|[1-9]\d{0,4}|100000"),
        ("float", r"(0|[1-9]\d{0,4})\.\d\d"),
        ("percentage", r"(100|[1-9]?\d)\.\d\d%"),
        ("price_left", rf"{SIGN}{NUMBER}"),
        ("price_right", rf"{NUMBER}{SIGN}"),
        ("price", rf"{SIGN}{NUMBER}|{NUMBER}{SIGN}"),
        ("act_word", r"[A-Za-z'-]+( [A-Za-z'-]+){0,2}"),
        (
            "tax",
            rf"({RATE} )?[A-Za-z -]*[A-Za-z]( ?@ ?{RATE}| ?\({RATE}\)| {RATE})?{JOINT}({SIGN}{NUMBER}|{NUMBER}{SIGN})",
        ),
        ("totL", rf"[A-Za-z -]*[A-Za-z]{JOINT}{SIGN}{NUMBER}"),
        ("totR", rf"[A-Za-z -]*[A-Za-z]{JOINT}{NUMBER}{SIGN}"),
        ("priceL", rf"[A-Za-z'-]+( [A-Za-z'-]+){{0,2}} {SIGN}{NUMBER}"),
        ("priceR", rf"[A-Za-z'-]+( [A-Za-z'-]+){{0,2}} {NUMBER}{SIGN}"),
        ("time", r"\d{1,2}[:.]\d\d(:\d\d)?( ?[AP]M)?"),
        ("phone", r"(.*[^\d(] ?)?[(\d+][\d() .+-]{5,}\d"),
        (
            "qty_price",
            rf"@?\d+ ?([Xx]|\*|@|pc @|EA @|PCS X)( ?(\$|RM)?) ?({NUMBER}(/EA)?)?|{NUMBER} ?\* ?\d+|X\d+",
        ),
        ("card", r"([A-Za-z ]+ )?[\dXx*]{2,6}?[\dXx* -]*\d{4}"),
        ("url", r"((?i:https?)://)?[A-Za-z0-9@.-]+\.[A-Za-z]{2,}(/\w+)?"),
        ("invoice_no", r".*\d.*"),
        ("tax_id", r".*\d.*"),
    ],
)
def test_default_shape(kind: str, shape: str) -> None:
    for text in draws(kind, 1000):
        assert re.fullmatch(shape, text), text


def test_most_default_prices_are_in_dollars() -> None:
    assert sum("$" in text for text in draws("price", 500)) > 400


@pytest.mark.parametrize("kind", ["tax", "totL", "act_word"])
def test_cases_are_upper_lower_and_title(kind: str) -> None:
    cases = Counter(
        case
        for text in draws(kind, 300)
        for case in ("upper", "lower", "title")
        if recase(label := re.split(r"[^A-Za-z -]", text)[0], case) == label
    )
    assert min(cases[case] for case in ("upper", "lower", "title")) > 60


@pytest.mark.parametrize("kind", ["tax", "totL", "totR"])
def test_labels_are_joined_by_a_colon_a_dash_a_space_or_nothing(kind: str) -> None:
    texts = draws(kind, 600, labels="X", signs="", cases="kept", **({"rated": 0} if kind == "tax" else {}))
    joints = Counter(re.sub(r"^X|[\d.,]+$", "", text) for text in texts)
    assert set(joints) == {": ", ":", " - ", " ", ""}
    assert min(joints.values()) > 10


def test_taxes_have_rates_and_signs_on_either_side() -> None:
    texts = draws("tax", 600)
    assert 100 < sum("%" in text for text in texts) < 300
    assert 150 < sum(not text[-1].isdigit() for text in texts) < 350
    assert any("federal tax" in text.lower() for text in texts)
    assert not any("%" in text for text in draws("tax", 100, rated=0))
    assert all("7.50%" in text for text in draws("tax", 50, rated=1, rate={"low": "7.5", "high": "7.5", "places": 2}))


@pytest.mark.parametrize("label", ["TOT", "DUE", "AMOUNT", "BALANCE"])
def test_totals_have_short_labels(label: str) -> None:
    assert any(re.match(rf"{label}[^A-Z]*\d", text) for text in draws("totL", 600, cases="upper"))


def test_dictionary_words_come_from_the_vocabulary() -> None:
    known = {word.lower() for word in word_list("english")}
    for text in draws("act_word", 300):
        assert all(word in known for word in text.lower().split())


def test_each_decade_of_int_is_about_equally_common() -> None:
    digits = Counter(len(text) for text in draws("int", 5000, high=99_999))
    assert all(850 < digits[size] < 1150 for size in range(1, 6)), digits


@settings(deadline=None)
@given(st.integers(0, 10**15), st.integers(0, 10**15), KEYS)
def test_int_stays_between_its_ends(low: int, high: int, key: int) -> None:
    low, high = sorted((low, high))
    assert low <= int(say(make("int", low=low, high=high), key)) <= high


@settings(deadline=None)
@given(st.integers(0, 10**11), st.integers(0, 10**11), st.floats(0, 1), KEYS)
def test_amounts_stay_between_their_ends(low: int, high: int, endings: float, key: int) -> None:
    low, high = sorted((low, high))
    ends = {"low": Decimal(low).scaleb(-2), "high": Decimal(high).scaleb(-2)}
    text = say(make("price_left", signs="", endings=endings, **ends), key)
    assert re.fullmatch(NUMBER, text)
    assert ends["low"] <= Decimal(text.replace(",", "")) <= ends["high"]


@settings(deadline=None)
@given(st.integers(0, 4), KEYS)
def test_float_prints_as_many_places_as_asked(places: int, key: int) -> None:
    text = say(make("float", places=places, high=Decimal(1000)), key)
    assert len(text.partition(".")[2]) == places
    assert 0 <= Decimal(text) <= 1000


@pytest.mark.parametrize("country", LOCALES)
def test_locale_prices_read_back_and_stand_as_the_locale_has_them(country: str) -> None:
    here = locale(country)
    for text in draws("price", 100, country, signs="locale", sides="locale", high=99_999):
        assert here.money(here.parse(text)) == text


def test_spaced_amounts_have_a_space_but_none_without_a_sign() -> None:
    assert all(re.fullmatch(r"RM [\d.]+", text) for text in draws("price_left", 50, signs="RM", spaced=1))
    assert all(re.fullmatch(r"[\d.]+", text) for text in draws("price_left", 50, signs="", spaced=1))


def test_endings_are_those_of_shelf_prices() -> None:
    texts = draws("price_left", 200, endings=1, low=1)
    assert all(text.endswith((".00", ".50", ".90", ".95", ".99")) for text in texts)


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1).filter(lambda s: any(c.isprintable() and not c.isspace() for c in s)), KEYS)
def test_charset_is_respected_or_refused(charset: str, key: int) -> None:
    try:
        word = make("word", charset=charset)
    except ValidationError as error:
        assert "can't be printed" in str(error)  # noqa: PT017  # either outcome is right, each is checked
        return
    assert isinstance(word, RandomWord)
    text = say(word, key)
    assert set(text) <= set(NAMED.get(charset, charset)) - set(string.whitespace)
    assert_clean(text)


@pytest.mark.parametrize("name", NAMED)
def test_charset_may_be_named(name: str) -> None:
    assert set("".join(draws("word", 800, charset=name))) == set(NAMED[name])


def test_default_charset_is_all_printable_ascii() -> None:
    assert set("".join(draws("word", 1000))) == set(ASCII)
    assert len(ASCII) == 94


def test_charset_may_mix_names_and_characters() -> None:
    word = make("word", charset=["digits", "upper", "#0"])
    assert isinstance(word, RandomWord)
    assert word.charset == string.digits + string.ascii_uppercase + "#"


@pytest.mark.parametrize("charset", ["", " ", [], "\t \n"])
def test_empty_charset_is_refused(charset: object) -> None:
    with pytest.raises(ValidationError, match="is empty"):
        make("line", charset=charset)


def test_confusables_are_drawn_as_often_as_asked() -> None:
    charset = "ABCDEFGHIJ0123456789"
    inside = set(CONFUSABLES) & set(charset)
    drawn = "".join(draws("word", 1000, charset=charset, confusables=0.5, length="10"))
    assert set(drawn) <= set(charset)
    # Half of all, and of the other half the confusables' share of the set; 4 standard deviations.
    assert abs(sum(mark in inside for mark in drawn) / len(drawn) - (0.5 + 0.5 * len(inside) / 20)) < 0.02
    assert set("".join(draws("line", 100, confusables=1))) <= {*CONFUSABLES, " "}


def test_confusables_that_the_charset_lacks_are_refused() -> None:
    with pytest.raises(ValidationError, match="charset has none"):
        make("word", charset="xyz", confusables=0.1)


def test_characters_are_drawn_as_often_as_their_sets_say() -> None:
    drawn = Counter(draws("char", 4000, charset={"upper": 1, "digits": 4, "0": 0, "A": 14}))
    assert set(drawn) == {*string.ascii_uppercase, *string.digits} - {"0"}
    # 25 letters, 9 digits and an A share 75 weights; 4 standard deviations.
    for chars, weight in ({"A": 14, "123456789": 36, string.ascii_uppercase[1:]: 25}).items():
        share = weight / 75
        assert abs(sum(drawn[char] for char in chars) / 4000 - share) < 4 * (share * (1 - share) / 4000) ** 0.5


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(0, 60), st.integers(1, 15), st.integers(0, 15), KEYS)
def test_line_is_as_long_as_asked(low: int, more: int, word: int, longer: int, key: int) -> None:
    line = make("line", length=Range(low, low + more), words=Range(word, word + longer))
    text = say(line, key)
    assert_clean(text)
    assert low <= len(text) <= low + more
    assert all(len(part) <= max(word + longer, 2) for part in text.split())


def test_at_least_twelve_date_formats_with_and_without_time() -> None:
    formats = make("date").formats  # type: ignore[attr-defined]
    assert sum("%M" in pattern for pattern in formats) >= 8
    assert sum("%M" not in pattern for pattern in formats) >= 12


@pytest.mark.parametrize("kind", ["date", "time"])
def test_every_moment_parses_back(kind: str) -> None:
    for pattern in make(kind).formats:  # type: ignore[attr-defined]
        standard = re.sub("%-", "%", pattern)
        for text in draws(kind, 30, formats=pattern):
            moment = datetime.strptime(text, standard)
            assert kind == "time" or 2000 <= moment.year <= 2035
            assert locale("en_US").stamp(moment, pattern).lower() == text.lower()


def test_dates_reach_both_ends_of_their_years() -> None:
    years = set(draws("date", 400, formats="%Y", years="1999..2001"))
    assert years == {"1999", "2000", "2001"}


def test_dates_of_the_locale_use_its_patterns_and_names() -> None:
    texts = draws("date", 100, "de_DE", formats={"%d %b %Y": 1}, upper=0)
    assert {text.split()[1] for text in texts} == set(locale("de_DE").months)
    assert all(re.search(r"\d", text) for text in draws("date", 100, "de_DE", formats="locale"))


def test_tax_id_takes_the_pattern_of_the_locale() -> None:
    bare = draws("tax_id", 100, "en_MY", labelled=0, bracketed=0)
    shapes = [re.sub(r"\\#", r"\\d", re.escape(n.pattern)).replace("@", "[A-Z]") for n in locale("en_MY").tax_ids]
    assert all(any(re.fullmatch(shape, text) for shape in shapes) for text in bare)
    labelled = draws("tax_id", 100, "en_MY", labelled=1, bracketed=1, joints=": ")
    assert all(re.fullmatch(r"\(\S.*: \S+\)", text) for text in labelled)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_without_a_country_is_a_wrong_call(kind: str) -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'locale'"):
        make(kind).text(Dice(1))  # type: ignore[call-arg]


def test_locale_without_tax_ids_is_told() -> None:
    bare = locale("en_US").model_copy(update={"tax_ids": (), "company_ids": ()})
    with pytest.raises(TextError, match="'en_US' has no tax_ids"):
        make("tax_id").text(Dice(1), bare)


def test_address_survives_places_without_region_and_locales_without_units() -> None:
    here = locale("en_US")
    places = tuple(place.model_copy(update={"region": ""}) for place in here.places)
    bare = here.model_copy(update={"places": places, "units": (), "address": (("{region}.", "{town}, {region},"),)})
    for key in range(50):
        text = make("address").text(Dice(key), bare)
        assert_clean(text)
        assert re.fullmatch(r"[A-Za-z ]+,?", text)


def test_url_has_no_accents() -> None:
    for country in LOCALES:
        assert all(text.isascii() for text in draws("url", 100, country))


@pytest.mark.parametrize(
    ("kind", "fields", "fault"),
    [
        ("word", {"length": "0..3"}, "whole numbers from 1"),
        ("word", {"length": "1..2.5"}, "whole numbers from 1"),
        ("word", {"charset": "a\u0007"}, "can't be printed"),
        ("word", {"charset": "a\u0301"}, "can't be printed alone"),
        ("char", {"charset": {"digits": 1, "0123456789": 0}}, "leaves no character to draw"),
        ("char", {"charset": {"digits": 1, " ": 1}}, "is empty"),
        ("int", {"low": 5, "high": 4}, "lies below low"),
        ("float", {"low": "0.1", "high": "0.4", "places": "0..2"}, "nothing with 0 decimal places"),
        ("float", {"places": 5}, "from 0 to 4"),
        ("price", {"low": 2, "high": 1}, "nothing with 2 decimal places"),
        ("price", {"signs": "RM "}, "begins or ends with a space"),
        ("price", {"sides": "lft"}, "did you mean 'left'"),
        ("totL", {"labels": {"": 1}}, "empty text"),
        ("totL", {"labels": "A  B"}, "whitespace other than single spaces"),
        ("totL", {"cases": "shout"}, "unknown 'shout'"),
        ("date", {"formats": "%Q"}, "holds '%Q'"),
        ("date", {"formats": "%d/%"}, "holds '%'"),
        ("date", {"formats": "today"}, "prints nothing of a moment"),
        ("date", {"years": "0..5"}, "from 1 to 9999"),
        ("qty_price", {"forms": "{quantity} X {cost}"}, "placeholders are"),
        ("qty_price", {"forms": "{quantity!r}"}, "placeholders are"),
        ("qty_price", {"forms": "{quantity"}, "form '{quantity'"),
        ("qty_price", {"forms": "two"}, "no placeholder"),
        ("act_word", {"vocabulary": "englsh"}, "did you mean 'english'"),
        ("faker", {"provider": "compny"}, "unknown Faker provider 'compny'; did you mean 'company'?"),
        ("faker", {"provider": "seed_instance"}, "unknown Faker provider"),
        ("faker", {"provider": "first_names"}, "unknown Faker provider"),
        ("faker", {"provider": "enum"}, "needs arguments"),
    ],
)
def test_wrong_settings_are_refused_at_load(kind: str, fields: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(fault)):
        make(kind, **fields)


def test_yaml_faults_tell_line_and_reason() -> None:
    class Holder(Record):
        """A record with a snippet.

        Attributes:
            snippet: Any kind.
        """

        snippet: Annotated[Snippet, Member(SNIPPETS)]

    held = loads("snippet: {kind: word, charset: [digits, X], length: 3..4}", Holder)
    assert re.fullmatch("[0-9X]{3,4}", say(held.snippet))
    with pytest.raises(ConfigError, match="never closed at character 1") as caught:
        loads("snippet:\n  kind: pattern\n  patterns: '[A-Z'\n", Holder, name="codes.yaml")
    assert str(caught.value).startswith("codes.yaml:3:")


def test_faker_folds_line_breaks_and_takes_any_provider() -> None:
    assert all("\n" not in text for text in draws("faker", 5, provider="address"))
    for provider in ("name", "ean13", "pydecimal", "simple_profile", "kana_name"):
        country = "en_US" if provider != "kana_name" else "ja_JP"
        snippet = make("faker", provider=provider)
        assert_clean(snippet.text(Dice(3), locale("en_US").model_copy(update={"name": country})))


def test_faker_tells_when_the_locale_lacks_the_provider() -> None:
    with pytest.raises(TextError, match="'en_US' has no provider 'kana_name'"):
        say(make("faker", provider="kana_name"))


def test_two_faker_texts_of_one_sample_differ() -> None:
    shared, snippet, place = dice(), make("faker"), locale("en_US")
    assert snippet.text(shared, place) != snippet.text(shared, place)


def test_invoice_patterns_may_be_ones_own() -> None:
    texts = draws("invoice_no", 50, patterns="K@-##", labelled=0)
    assert all(re.fullmatch(r"K[A-Z]-\d\d", text) for text in texts)


def test_weights_from_yaml_choose_labels() -> None:
    texts = draws("totL", 100, labels=Weights({"Summe": 1}), cases="kept", signs="€", joints=" : ")
    assert all(re.fullmatch(rf"Summe : €{NUMBER}", text) for text in texts)
