"""Locales of a user's own: by path, laid over packaged ones, and every fault at its place."""

from pathlib import Path

import pytest
from command_line import Run

from receiptgen import Receipts, Snippets
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.trade.stock import stock
from receiptgen.config.records import loads
from receiptgen.core.errors import ConfigError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.dataset.identity import Ingredients
from receiptgen.drawing.template import ReceiptTemplate, receipt_template

OWN = "extends: de_DE\ncountry: Nirgendland\n"
SCHEME = "taxes:\n  - {inclusive: true, summary: Steuer, rates: {full: {parts: {MwSt: 20}}}, classes: CLASSES}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, without what other tests have loaded by the same paths."""
    monkeypatch.chdir(tmp_path)
    forget_changed_files()
    return tmp_path


def template(text: str = OWN, name: str = "own.yaml") -> str:
    Path("places").mkdir(exist_ok=True)
    Path("places", name).write_text(text)
    Path("shop.yaml").write_text(f"extends: parking\nabout: mine\nlocales: places/{name}\n")
    return "shop.yaml"


def fault_of(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        receipt_template(template(text))
    return str(caught.value)


def test_a_locale_by_path_draws_and_is_called_by_its_files_name() -> None:
    sample = Receipts(template()).draw(0)
    assert sample.locale == "own"
    assert locale("places/own.yaml").words == locale("de_DE").words


def test_a_snippet_set_takes_a_locale_by_path() -> None:
    template("extends: de_DE\ndomains: [.example]\n")
    Path("set.yaml").write_text(
        "about: x\nlocales: {places/own.yaml: 2}\nfaces: mono\nkinds: {web: {kind: url, cases: kept}}\n"
    )
    sample = Snippets(set="set.yaml").draw(0)
    assert sample.locale == "own"
    assert ".example" in sample.text


def test_an_edited_locale_is_read_again() -> None:
    name = template(
        "extends: de_DE\nplaces: [{town: Hier, postcode: '1'}]\n".replace(
            "[{", "[" + "{town: Hier, postcode: '1'}, " * 11 + "{"
        )
    )
    assert "Hier" in str(Receipts(name).draw(0).values) + str(Receipts(name).draw(0).unprinted)
    text = Path("places/own.yaml").read_text().replace("Hier", "Dort")
    Path("places/own.yaml").write_text(text)
    sample = Receipts(name).draw(0)
    assert "Dort" in str(sample.values) + str(sample.unprinted)


def test_all_files_that_a_locale_is_made_of_are_part_of_a_data_sets_identity() -> None:
    Path("places").mkdir()
    Path("places/base.yaml").write_text(OWN)
    name = template("extends: base.yaml\ncountry: Sonstwo\n")
    found = Ingredients((name,), "", (), "").identity()["inputs"]
    assert set(found) == {"places/own.yaml", "places/base.yaml"}
    before = found["places/base.yaml"]
    Path("places/base.yaml").write_text(OWN + "domains: [.example]\n")
    assert Ingredients((name,), "", (), "").identity()["inputs"]["places/base.yaml"] != before


def test_text_of_others_may_not_name_a_locale_by_path() -> None:
    with pytest.raises(ConfigError, match="can't be named here; only what is packaged can"):
        loads("extends: cafe\nlocales: ./own.yaml\n".replace("extends: cafe\n", ""), ReceiptTemplate)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (OWN + "decimal: ;\n", "places/own.yaml:3:10: decimal: ';' is not '.' or ','"),
        (OWN + "cuntry: x\n", "places/own.yaml:3:1: unknown key 'cuntry'; did you mean 'country'?"),
        (OWN + "dates: '%d.%q'\n", "places/own.yaml:3:8: dates: pattern '%d.%q': unknown %q; there are %-d"),
        (OWN + "times: soon\n", "places/own.yaml:3:8: times: pattern 'soon' has no part of a date or time"),
        (
            OWN + "shops: {cafe: ['Bar {sirname}']}\n",
            "places/own.yaml:3:16: shops.cafe[0]: pattern 'Bar {sirname}': unknown placeholder {sirname};"
            " did you mean 'surname'?",
        ),
        (OWN + "phones: ['{town} #']\n", "phones[0]: pattern '{town} #' takes no placeholder such as {town}"),
        (OWN + "address: [['{street']]\n", "address[0][0]: pattern '{street': expected '}' before end of string"),
        (
            OWN + SCHEME.replace("CLASSES", "{standard: ful}"),
            "places/own.yaml:4:96: taxes[0].classes.standard: unknown rate 'ful'; did you mean 'full'?",
        ),
        (
            OWN + SCHEME.replace("CLASSES", "{standard: full, fod: full}"),
            "taxes[0].classes.fod: unknown class 'fod'; did you mean 'food'?",
        ),
        (
            OWN + SCHEME.replace("CLASSES", "{food: full}"),
            "places/own.yaml:4:85: taxes[0].classes: missing class 'standard'",
        ),
        (
            OWN + SCHEME.replace("CLASSES", "{standard: full}, regions: [Bayern]"),
            "taxes[0].regions: no place lies in 'Bayern'",
        ),
        (OWN + "words: {totl: [X]}\n", "words.totl: unknown word 'totl'; did you mean 'total'?"),
        (OWN + "currency: {notes: [1, 2]}\n", "currency.notes: expected each note and coin once, largest first"),
        (OWN + "currency: {cash_step: 0.003}\n", "cash_step: 0.003 can't be paid, the smallest coin is 0.01"),
        (OWN + "catalogue: dee\n", "places/own.yaml:3:12: catalogue: unknown catalogue 'dee'; did you mean 'de'?"),
        (OWN + "catalogue: ./goods.yaml\n", "places/own.yaml:3:12: catalogue: places/goods.yaml: no such file"),
        ("extends: dee_DE\n", "places/own.yaml:1:10: extends: unknown locale 'dee_DE'; did you mean 'de_DE'?"),
    ],
)
def test_a_fault_is_told_at_its_place_in_the_locale(text: str, fault: str) -> None:
    assert fault in fault_of(text)


def test_a_locale_that_lacks_keys_names_all_of_them() -> None:
    told = fault_of("language: eo\nwords: {total: [SUMMA]}\n")
    assert "country: missing key 'country'" in told or "missing key 'country'" in told
    assert {"missing key 'places'", "missing key 'taxes'", "missing key 'currency'"} <= {
        line.rpartition(": ")[2] for line in told.splitlines()
    }
    (words,) = (line for line in told.splitlines() if "missing words" in line)
    assert words.startswith("places/own.yaml:2:8: words: missing words: receipt, invoice, copy")
    assert "total," not in words.split()


def test_places_that_no_scheme_covers_are_named() -> None:
    places = ", ".join(f"{{town: T{n}, region: {'A' if n else 'B'}, postcode: '1'}}" for n in range(12))
    scheme = SCHEME.replace("CLASSES", "{standard: full}, regions: [A]")
    assert "taxes: no scheme holds in 'B'" in fault_of(f"{OWN}places: [{places}]\n{scheme}")


def test_a_wrong_name_is_told_in_the_template(run: Run) -> None:
    Path("shop.yaml").write_text("extends: parking\nlocales: ./nowhere.yaml\n")
    fault = "receiptgen: shop.yaml:2:10: locales: nowhere.yaml: no such file"
    assert run("templates", "check", "shop.yaml").fault == fault
    assert run("draw", 1, "--templates", "shop.yaml").fault == fault


def test_a_language_without_a_catalogue_sells_english_goods_in_its_own_measures() -> None:
    template("extends: en_US\nlanguage: eo\nmeasures: {L: {unit: l, size: 1}}\n")
    assert {"l", "lb"} <= {
        *stock("fuel", locale("places/own.yaml")).measured,
        *stock("supermarket", locale("places/own.yaml")).measured,
    }


def test_a_locale_names_its_catalogue() -> None:
    Path("goods.yaml").write_text("extends: en\ncafe:\n  goods: [{name: Fika, price: 2..3, tax_class: prepared}]\n")
    template("extends: de_DE\ncatalogue: ../goods.yaml\n")
    assert {ware.name for ware in stock("cafe", locale("places/own.yaml")).pieces} == {"Fika"}
    found = Ingredients(("shop.yaml",), "", (), "").identity()["inputs"]
    assert set(found) == {"places/own.yaml", "places/../goods.yaml"}


def test_shelf_prices_keep_to_the_currencys_step() -> None:
    template("extends: de_DE\ncurrency: {price_step: 0.25}\n")
    Path("cafe.yaml").write_text("extends: cafe\nlocales: places/own.yaml\n")
    items = Receipts("cafe.yaml").draw(0)
    prices = [item.get("unit_price") for part in (items.values, items.unprinted) for item in part["items"]]
    assert prices
    assert all(float(price) % 0.25 == 0 for price in prices if price)
