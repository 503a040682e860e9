"""Countries with a script of their own print packaged templates and snippets, by fonts that are packaged or found."""

import pytest
from components import require
from samples import in_locale

from receiptgen import Snippets
from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.core.distributions import Weights
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.typography.face_choice import upright_for
from receiptgen.typography.typeface import face

OWN = [name for name in packaged_names("locales") if locale(name).letters]
FONTS = {"ja_JP": "japanese", "ko_KR": "korean", "zh_CN": "chinese"}


@pytest.mark.parametrize("template", ["cafe", "taxi"])
@pytest.mark.parametrize("name", OWN)
def test_a_receipt_is_in_the_letters_of_the_country(name: str, template: str) -> None:
    if name in FONTS:
        require(FONTS[name])
    sample = Receipts([in_locale(receipt_template(template).value, name)], profile="clean").draw(0)
    said = "".join(field.text for field in sample.page.regions.fields)
    own = [char for char in said if char.isalpha() and not char.isascii()]
    assert len(own) > 40
    assert set(own) & set(locale(name).letters)
    assert sample.page.image.min() == 0


@pytest.mark.parametrize("name", OWN)
def test_snippets_are_in_the_letters_of_the_country(name: str) -> None:
    if name in FONTS:
        require(FONTS[name])
    for kind in ("word", "act_word", "totL", "priceR", "address"):
        texts = [Snippets(kind, locales=name).draw(index).text for index in range(3)]
        assert any(not char.isascii() and char.isalpha() for text in texts for char in text), kind


def test_a_mark_of_no_script_is_drawn_by_a_font_of_the_language() -> None:
    require("japanese")
    texts = {Snippets("address", locales="ja_JP").draw(index).text for index in range(12)}
    assert any(text.startswith("\u3012") for text in texts)


@pytest.mark.parametrize(("name", "kind"), [("el_GR", "name"), ("he_IL", "price"), ("th_TH", "price")])
def test_what_no_hand_writes_is_written_upright_with_a_pen(name: str, kind: str) -> None:
    samples = [Snippets(kind, set="handwritten", locales=name, seed=3).draw(index) for index in range(12)]
    foreign = [sample for sample in samples if not sample.text.isascii()]
    assert {face(sample.face).group for sample in foreign} & {"sans", "condensed"}
    assert len({sample.face for sample in foreign} | {sample.size for sample in foreign}) > 4
    assert all(sample.profile == "pen" and sample.effects for sample in samples)


def test_only_hands_are_helped_by_upright_fonts() -> None:
    assert upright_for(Weights({"hand": 1, "hand_unseen": 2}))
    assert not upright_for(Weights({"hand": 1, "ocr": 1}))
    assert not upright_for(Weights({"marck-script": 1}))
