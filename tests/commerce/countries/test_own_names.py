"""Names in a user's files that stand for nothing are told with their place and what was meant."""

from collections.abc import Callable
from pathlib import Path

import pytest

from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.countries.shelves import catalogue
from receiptgen.commerce.trade.shops import shop_type
from receiptgen.core.errors import ConfigError
from receiptgen.core.inputs import forget_changed_files

GOOD = "{name: Fika, price: 2..3, tax_class: prepared"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forget_changed_files()


def fault_of(read: Callable[[str], object], file: str, text: str) -> str:
    """Write a file, and return what is told of it when it is read."""
    Path(file).write_text(text)
    with pytest.raises(ConfigError) as caught:
        read(file)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "goods: {names: {Concombr: Salade}}",
            "own.yaml:2:17: goods.names: no good of the catalogue is called 'Concombr'; did you mean 'Concombre'?",
        ),
        (
            "goods: {packs: {500gr: 1lb}}",
            "own.yaml:2:17: goods.packs: no pack of the catalogue is called '500gr'; did you mean '500g'?",
        ),
        (
            "goods: {without: [Laitue, Laituee]}",
            "own.yaml:2:27: goods.without[1]: no good of the catalogue is called 'Laituee'; did you mean 'Laitue'?",
        ),
        ("goods: {names: {Concombre: ''}}", "goods.names.Concombre: expected a word, got '', of which nothing is seen"),
        ("stamps: [PAYÉ, ' ']", "own.yaml:2:16: stamps[1]: expected a word, got ' ', of which nothing is seen"),
        ("jottings: ['']", "own.yaml:2:12: jottings[0]: expected a word, got '', of which nothing is seen"),
        (
            "cards: {VISA: 1}\nwallets: [VISAA]",
            "own.yaml:3:11: wallets[0]: no card is called 'VISAA'; did you mean 'VISA'?",
        ),
    ],
)  # fmt: skip
def test_a_locale_names_goods_that_there_are(text: str, fault: str) -> None:
    assert fault in fault_of(locale, "own.yaml", f"extends: fr_FR\n{text}\n")


def test_what_a_locale_says_of_goods_may_stay_when_it_takes_a_catalogue_of_its_own() -> None:
    Path("goods.yaml").write_text(f"extends: en\ncafe:\n  goods: [{GOOD}}}]\n")
    Path("own.yaml").write_text("extends: en_US\ncatalogue: ./goods.yaml\ngoods: {names: {Fika: Coffee Break}}\n")
    assert locale("own.yaml").goods.names["Fika"] == "Coffee Break"


def test_a_good_names_countries_that_there_are() -> None:
    Path("places").mkdir()
    Path("places/mine.yaml").write_text("extends: fr_FR\n")
    Path("goods.yaml").write_text(f"extends: fr\ncafe:\n  goods: [{GOOD}, countries: [mine, fr_BE]}}]\n")
    assert catalogue("./goods.yaml")["cafe"].goods[0].countries == ("mine", "fr_BE")
    text = f"extends: fr\ncafe:\n  goods: [{GOOD}, countries: [fr_BEE]}}]\n"
    assert fault_of(catalogue, "./wrong.yaml", text) == (
        "wrong.yaml:3:70: cafe.goods[0].countries[0]: there is no locale 'fr_BEE', packaged or in a file fr_BEE.yaml "
        "near this one; did you mean 'fr_BE'?"
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("notes: {coffee: [decaf]}", "shop.yaml:2:9: notes.coffee: expected a language of two letters such as 'en'"),
        (f"goods: [{GOOD}, kind: cofee}}]", "shop.yaml:2:62: goods[0].kind: no modifiers of kind 'cofee'"),
        (f"goods: [{GOOD}, countries: [de_DD]}}]", "shop.yaml:2:68: goods[0].countries[0]: there is no locale 'de_DD'"),
        ("notes: ['']", "shop.yaml:2:9: notes[0]: expected a word, got ''"),
    ],
)  # fmt: skip
def test_a_kind_of_shop_tells_what_is_wrong_in_its_own_file(text: str, fault: str) -> None:
    assert fault in fault_of(shop_type, "shop.yaml", f"about: mine\n{text}\n")
