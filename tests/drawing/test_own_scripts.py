"""Countries with a script of their own print packaged templates and snippets, by fonts that are packaged or found."""

import pytest
from components import require
from samples import in_locale

from receiptgen import Snippets
from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template

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
