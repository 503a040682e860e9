"""Kinds of shop are data: packaged ones are complete, and a user's own works with every locale."""

from pathlib import Path
from typing import get_args

import pytest

from receiptgen import Receipts
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.trade.fit import unfit
from receiptgen.commerce.trade.shops import Trade, shop_type
from receiptgen.commerce.trade.trades import TRADES
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import ConfigError
from receiptgen.core.inputs import forget_changed_files
from receiptgen.dataset.identity import Ingredients
from receiptgen.drawing.receipt_pages import draw_context
from receiptgen.drawing.template import receipt_template

BARBER = """\
about: A barber
menu: true
names: {de: ['Salon {surname}']}
notes: [short, long]
goods:
  de: [{name: Haarschnitt, price: 18..35, tax_class: service}]
  any: [{name: Haircut, price: 18..35, tax_class: service}, {name: Shave, price: 12..20, tax_class: service}]
"""
LOCALES = packaged_names("locales")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    forget_changed_files()


def write(shop: str = BARBER, more: str = "") -> str:
    Path("kinds").mkdir(exist_ok=True)
    Path("kinds/barber.yaml").write_text(shop)
    Path("mine.yaml").write_text(f"extends: hardware\nabout: mine\nbasket: {{shop: kinds/barber.yaml}}\n{more}")
    return "mine.yaml"


def test_there_is_a_function_for_each_way_of_being_served() -> None:
    assert set(TRADES) == set(get_args(Trade))


@pytest.mark.parametrize("shop", packaged_names("shops"))
def test_every_packaged_kind_of_shop_can_be_sold_from_in_every_locale(shop: str) -> None:
    template = receipt_template("cafe").value
    spec = template.basket.model_copy(update={"shop": shop})
    assert not any(unfit(spec, locale(country)) for country in LOCALES)
    assert shop_type(shop).about


def test_a_shop_of_ones_own_is_drawn_in_every_locale() -> None:
    name = write(more=f"locales: [{', '.join(LOCALES)}]\n")
    template = receipt_template(name).value
    seen = [draw_context(template, Dice(key_of("barber", index))).receipt for index in range(60)]
    assert {receipt.shop for receipt in seen} == {"barber"}
    for receipt in seen:
        german = receipt.locale.language == "de"
        assert {item.full_name for item in receipt.items} <= ({"Haarschnitt"} if german else {"Haircut", "Shave"})
        assert receipt.merchant.name.startswith("Salon ") == german
        assert {item.note for item in receipt.items} <= {"", "short", "long"}
        assert not receipt.table


def test_the_files_of_a_shop_are_part_of_a_data_sets_identity() -> None:
    found = Ingredients((write(),), "", (), "").identity()["inputs"]
    assert set(found) == {"kinds/barber.yaml"}


def test_an_edited_shop_is_read_again() -> None:
    name = write()
    Receipts(name).draw(0)
    write(BARBER.replace("Haarschnitt", "Rasur").replace("Haircut", "Trim").replace("Shave", "Trim"))
    items = Receipts(name).draw(0).unprinted["items"]
    assert {item["full_name"] for item in items if "full_name" in item} <= {"Rasur", "Trim"}


@pytest.mark.parametrize(
    ("shop", "fault"),
    [
        (BARBER + "trade: barber\n", "kinds/barber.yaml:8:8: trade: 'barber' is not 'goods', 'table', "),
        (
            BARBER.replace("18..35, tax_class: service}]", "x, tax_class: service}]"),
            "kinds/barber.yaml:6:35: goods.de[0].price: 'x' is not a number or a range",
        ),
        (BARBER.replace("{surname}", "{name}"), "names.de[0]: pattern 'Salon {name}': unknown placeholder {name}"),
        (
            "about: A barber\n",
            "mine.yaml:3:16: basket.shop: shop 'barber' has no goods for locale 'en_US', nor has the catalogue 'en'"
            " any; did you mean 'bakery'?",
        ),
        (
            BARBER + "trade: hotel\n",
            "mine.yaml:3:16: basket.shop: shop 'barber' is served as 'hotel', which needs goods by night; there are"
            " none in 'en_US'",
        ),
    ],
)
def test_what_does_not_fit_together_is_told_in_one_line(shop: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        receipt_template(write(shop))
    assert str(caught.value).startswith(fault) or fault in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mistyped_shop_is_told_in_the_template() -> None:
    Path("mine.yaml").write_text("extends: cafe\nbasket: {shop: caffe}\n")
    with pytest.raises(ConfigError) as caught:
        receipt_template("mine.yaml")
    assert str(caught.value) == "mine.yaml:2:16: basket.shop: unknown kind of shop 'caffe'; did you mean 'cafe'?"
