"""Wallets pay without the number of a card."""

import pytest

from receiptgen.commerce.basket import BasketSpec, draw
from receiptgen.commerce.countries.locales import locale
from receiptgen.commerce.given.given_receipt import GivenReceipt
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.snippets.card import Card

WITH_WALLETS = [name for name in packaged_names("locales") if locale(name).wallets]
CARD = BasketSpec(tender={"card": 1}, items="1..2")


@pytest.mark.parametrize("place", WITH_WALLETS)
def test_cards_alone_have_a_number_and_are_read(place: str) -> None:
    country = locale(place)
    assert set(country.wallets) <= set(country.cards)
    for seed in range(12):
        (tender,) = draw(CARD, Dice(seed), country).tenders
        assert tender.card is not None
        wallet = tender.card.brand in country.wallets
        assert wallet == (not tender.card.masked) == (not tender.card.entry)
        assert not wallet or tender.label == tender.card.brand


@pytest.mark.parametrize("said", [{"label": "QRIS"}, {"card": {"brand": "QRIS"}}])
def test_a_wallet_that_is_given_has_none_either(said: dict[str, object]) -> None:
    for seed in range(4):
        given = GivenReceipt.model_validate({"tenders": [said], "total": 50_000})
        (tender,) = draw(CARD, Dice(seed), locale("id_ID"), given).tenders
        assert tender.card is not None
        assert (tender.label, tender.card.brand, tender.card.masked, tender.card.entry) == ("QRIS", "QRIS", "", "")


def test_a_card_that_is_given_has_a_number_where_a_wallet_was_drawn() -> None:
    for seed in range(8):
        given = GivenReceipt.model_validate({"tenders": [{"label": "VISA"}], "total": 50_000})
        (tender,) = draw(CARD, Dice(seed), locale("id_ID"), given).tenders
        assert tender.card is not None
        assert tender.card.masked
        assert tender.card.brand not in locale("id_ID").wallets


def test_a_snippet_of_a_cards_number_names_no_wallet() -> None:
    country = locale("zh_CN")
    texts = {Card(branded=1).text(Dice(seed), country).split()[0] for seed in range(40)}
    assert not texts & set(country.wallets)
