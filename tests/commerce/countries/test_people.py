"""Surnames of women where they differ from men's."""

import pytest

from receiptgen.commerce.countries.locales import locale


@pytest.mark.parametrize(
    ("name", "firstname", "surname", "told"),
    [
        ("el_GR", "Ελένη", "Παπαδόπουλος", "Παπαδοπούλου"), ("el_GR", "Νίκος", "Παπαδόπουλος", "Παπαδόπουλος"),
        ("el_GR", "Ζωή", "Γεωργιάδης", "Γεωργιάδου"), ("el_GR", "Άννα", "Ιωάννου", "Ιωάννου"),
        ("cs_CZ", "Jana", "Novák", "Nováková"), ("cs_CZ", "Eva", "Svoboda", "Svobodová"),
        ("cs_CZ", "Marie", "Veselý", "Veselá"), ("cs_CZ", "Hana", "Staněk", "Staňková"),
        ("cs_CZ", "Jiří", "Veselý", "Veselý"), ("hr_HR", "Ana", "Horvat", "Horvat"),
    ],
)  # fmt: skip
def test_women_have_their_form_of_a_surname(name, firstname, surname, told):
    assert locale(name).surname_of(firstname, surname) == told


def test_first_names_are_told_by_their_endings():
    women, names = locale("el_GR").women, locale("el_GR").firstnames
    assert all(name.endswith(("ς", *women.firstnames)) for name in names)
