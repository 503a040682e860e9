"""Identification numbers have the check characters that python-stdnum expects, and faults of patterns are told."""

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10, mod_97_10

from receiptgen.commerce.countries.check_digits import ALGORITHMS, WeightedSum, kr_brn, mod11_10, mod97_10
from receiptgen.commerce.countries.id_numbers import IdNumber
from receiptgen.commerce.countries.locales import locale
from receiptgen.config.records import Record, loads
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.core.errors import ConfigError

# Modules of python-stdnum that check a country's numbers of businesses.
ORACLES = {
    "AR": ("ar.cuit",),
    "AT": ("at.uid",),
    "AU": ("au.abn", "au.acn"),
    "BE": ("be.vat",),
    "BG": ("bg.vat",),
    "BR": ("br.cnpj",),
    "CA": ("ca.bn",),
    "CH": ("ch.uid", "ch.vat"),
    "CL": ("cl.rut",),
    "CN": ("cn.uscc",),
    "CZ": ("cz.dic",),
    "DE": ("de.vat",),
    "DK": ("dk.cvr",),
    "ES": ("es.cif", "es.nif"),
    "FI": ("fi.alv", "fi.ytunnus"),
    "FR": ("fr.siren", "fr.siret", "fr.tva"),
    "GB": ("gb.vat",),
    "GR": ("gr.vat",),
    "HR": ("hr.oib",),
    "HU": ("hu.anum",),
    "ID": ("id.npwp",),
    "IE": ("ie.vat",),
    "IL": ("il.hp", "il.idnr"),
    "IN": ("in_.gstin",),
    "IT": ("it.iva",),
    "JP": ("jp.cn",),
    "KR": ("kr.brn",),
    "MX": ("mx.rfc",),
    "NL": ("nl.btw",),
    "NO": ("no.mva", "no.orgnr"),
    "NZ": ("nz.ird", "ean"),
    "PL": ("pl.nip", "pl.regon"),
    "PT": ("pt.nif",),
    "RO": ("ro.cf", "ro.cui"),
    "RU": ("ru.inn",),
    "SE": ("se.orgnr", "se.vat"),
    "SG": ("sg.uen",),
    "TH": ("th.tin",),
    "TR": ("tr.vkn",),
    "UA": ("ua.edrpou",),
    "ZA": ("luhn",),  # za.tin knows income tax numbers alone, whose check is the same
}
# Those that look at the check digits of a number only when asked.
STRICT = {"mx.rfc": {"validate_check_digits": True}}
# Those that know the first characters only: a Hungarian number goes on with codes of the tax and of the county.
FIRST = {"hu.anum": 8}
# Letters before a number that those of a module lack.
PREFIXES = {"jp.cn": "T"}
# Those that never look at the check digit.
LENIENT = {"kr.brn"}
CHECKED = [
    (name, index)
    for name in packaged_names("locales")
    for index, number in enumerate((*locale(name).tax_ids, *locale(name).company_ids))
    if number.check is not None
]


class Numbers(Record):
    """A file of numbers, as locales have them."""

    tax_ids: tuple[IdNumber, ...]


def valid(module: str, text: str) -> bool:
    try:
        import_module(f"stdnum.{module}").validate(
            text.removeprefix(PREFIXES.get(module, ""))[: FIRST.get(module)], **STRICT.get(module, {})
        )
    except ValueError:
        return False
    return True


def fault_of(number: str) -> str:
    with pytest.raises(ConfigError) as error:
        loads(f"tax_ids:\n  - {number}\n", Numbers, name="xx_XX.yaml")
    return str(error.value)


@pytest.mark.parametrize(("name", "index"), CHECKED)
def test_numbers_of_every_locale_pass_the_check_of_their_country(name, index):
    place = locale(name)
    number = (*place.tax_ids, *place.company_ids)[index]
    texts = [number.draw(Dice(key)) for key in range(60)]
    modules = ORACLES[name[-2:]]
    judged = {module: [text for text in texts if not valid(module, text)] for module in modules}
    assert [] in judged.values(), judged


STRICTLY_CHECKED = sorted({name for name, _ in CHECKED if not LENIENT & {*ORACLES[name[-2:]]}})


@pytest.mark.parametrize("name", STRICTLY_CHECKED)
def test_a_wrong_check_character_is_refused_by_the_same_check(name):
    # The oracle looks at the digits at all: of ten last digits, few are right.
    for number in (*locale(name).tax_ids, *locale(name).company_ids):
        if number.check is None or not number.slots[-1].check:
            continue
        text = number.draw(Dice(1))
        right = [end for end in "0123456789" if any(valid(module, text[:-1] + end) for module in ORACLES[name[-2:]])]
        assert len(right) <= 3


@given(digits=st.text("0123456789", min_size=1, max_size=12))
def test_iso_7064_agrees_with_python_stdnum(digits):
    assert mod11_10(digits) == mod_11_10.calc_check_digit(digits)
    assert mod97_10(f"NL{digits}") == mod_97_10.calc_check_digits(f"NL{digits}")


@pytest.mark.parametrize(
    ("name", "module", "pattern"),
    [
        ("br_cnpj", "br.cnpj", "########000#!!"),
        ("tr_vkn", "tr.vkn", "#########!"),
        ("mx_rfc", "mx.rfc", "@@@0<1-9>0<1-9>1#<1-9A-V><1-9A-Z>!"),
        ("nz_ird", "nz.ird", "[1<1-4>######]!"),
        ("au_abn", "au.abn", "!!#########"),
        ("at_ust", "at.uid", "U[#######]!"),
        ("cn_uscc", "cn.uscc", "91######<0-9A-HJ-NPQRTUWXY><0-9A-HJ-NPQRTUWXY>#######!"),
    ],
)
def test_a_named_check_agrees_with_python_stdnum(name, module, pattern):
    number = IdNumber(labels=("X",), pattern=pattern, check=name)
    assert all(valid(module, number.draw(Dice(key))) for key in range(200))


@pytest.mark.parametrize("number", ["1248100998", "2208162517", "1208147521"])
def test_business_numbers_of_korea_have_their_last_digit(number):
    assert kr_brn(number[:9]) == number[9]


def test_every_algorithm_returns_as_many_characters_as_it_says():
    for algorithm in ALGORITHMS.values():
        for length in algorithm.covers or (8,):
            covered = "1234567" + "A" * (length - 7) if algorithm.letters else "123456789012"[:length]
            assert len(algorithm.compute(covered)) == algorithm.checks


def test_a_number_without_check_digit_is_drawn_again():
    total = WeightedSum(weights=(1,), modulus=11)
    number = IdNumber(labels=("X",), pattern="#!", check=total)
    assert total.compute("1") is None
    assert {number.draw(Dice(key))[0] for key in range(200)} == set("023456789")


def test_a_number_takes_the_same_draws_with_and_without_check():
    for key in range(50):
        plain, checked = Dice(key), Dice(key)
        IdNumber(labels=("X",), pattern="DE#########").draw(plain)
        IdNumber(labels=("X",), pattern="DE[########]!", check=WeightedSum(weights=(1,) * 8, modulus=11)).draw(checked)
        assert plain.random() == checked.random()


def test_data_say_letters_added_numbers_and_exceptions():
    assert WeightedSum(weights=(1,), modulus=11, complement=False, characters="ABCDEFGHIJK").compute("7") == "H"
    assert WeightedSum(weights=(1,), modulus=97, plus=55).compute("7", 2) == "35"
    assert WeightedSum(weights=(1,), modulus=11, instead={10: "K", 11: "0"}).compute("1") == "K"
    assert WeightedSum(weights=(1,), modulus=10).compute("0") == "0"


def test_a_backslash_keeps_signs_of_patterns():
    assert IdNumber(labels=("X",), pattern=r"\#\[\<\!").draw(Dice(1)) == "#[<!"


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("{labels: [X], pattern: '###!', check: lunh}", "check: unknown check 'lunh'; did you mean 'luhn'?"),
        ("{labels: [X], pattern: '###!'}", "pattern '###!' has a check character '!' but no key 'check'"),
        ("{labels: [X], pattern: '####', check: luhn}", "has no check character; write '!' where it stands"),
        ("{labels: [X], pattern: '[##!', check: luhn}", "'[' is not closed"),
        ("{labels: [X], pattern: '##]!', check: luhn}", "']' without its other half"),
        ("{labels: [X], pattern: '##<13!', check: luhn}", "'<' is not closed"),
        ("{labels: [X], pattern: 'DE##!', check: luhn}", "covers letters such as 'D'; put '[' and ']' around"),
        ("{labels: [X], pattern: '##!', check: br_cnpj}", "has 1 '!', check 'br_cnpj' computes 2"),
        ("{labels: [X], pattern: '##!!', check: br_cnpj}", "has 2 covered characters, check 'br_cnpj' covers 12"),
        (
            "{labels: [X], pattern: '###!', check: {weights: [2, 1], modulus: 11}}",
            "has 3 covered characters for 2 weights",
        ),
        (
            "{labels: [X], pattern: '##!', check: {weights: [2, 1], modulus: 97}}",
            "has 1 '!', too few or too many for what is left of modulus 97",
        ),
        ("{labels: [X], pattern: '##!', check: {weights: [2, 1], modulo: 11}}", "check: unknown key 'modulo'"),
        (
            "{labels: [X], pattern: '##!', check: {weights: [2, 1], modulus: 11, characters: ABC}}",
            "expected 11 characters, one for each remainder, got 3",
        ),
    ],
)
def test_faults_of_a_pattern_are_one_line_with_place(number, fault):
    text = fault_of(number)
    assert text.startswith("xx_XX.yaml:2:")
    assert fault in text
