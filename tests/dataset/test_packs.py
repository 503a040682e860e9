"""Packs of hard cases: each is as hard as it says, and its truth says what there is."""

from functools import cache
from pathlib import Path

import pytest

from receiptgen.core.assets import packaged_names
from receiptgen.core.errors import ConfigError
from receiptgen.dataset.packs import pack
from receiptgen.imaging.sample import Sample


@cache
def drawn(name: str) -> tuple[Sample, ...]:
    return tuple(case.sample for case in pack("edge").value.cases[name].draw(name))


def case(name: str) -> Sample:
    (sample,) = drawn(name)
    return sample


@pytest.mark.smoke
@pytest.mark.parametrize("name", packaged_names("packs"))
def test_a_pack_loads_and_says_of_each_case_what_is_hard(name: str) -> None:
    loaded = pack(name).value
    assert loaded.name == name
    abouts = [each.about for each in loaded.cases.values()]
    assert len(abouts) == len(set(abouts)) >= 20
    assert not any(about.endswith(".") for about in abouts)


def test_sums_of_the_hard_cases_are_those_that_they_say() -> None:
    assert len(case("eighty_items").values["items"]) == 80
    assert len(case("one_item").values["items"]) == 1
    assert not {"total", "subtotal", "payable"} & case("no_total").values.keys()
    assert not {"date", "time"} & case("no_date").values.keys()
    refund = case("refund").values
    assert all(value.startswith("-") for value in (refund["total"], *(item["amount"] for item in refund["items"])))
    assert case("zero_total").values["total"] == "0.00"
    assert "1,000,000.00" in case("million").text
    assert {tax["percent"] for tax in case("three_rates").values["taxes"]} == {"20", "10", "5.5"}
    exempt = case("zero_tax")
    assert {tax["tax"] for tax in exempt.values["taxes"]} == {"0.00"}
    assert [item["amount"] for item in case("deposit").values["items"]] == ["3.54", "1.50", "-0.75", "3.29"]


def test_what_is_odd_about_the_print_is_in_the_truth() -> None:
    two = case("two_currencies")
    assert (two.values["total"], two.values["facts"]["total_chf"]) == ("42.17", "CHF 40,48")
    assert case("forged").contradictions
    assert sum(mark.kind == "inverse" for mark in case("white_on_black").page.regions.marks) > 3
    assert "Σ" in case("foreign").text
    behind, front = case("sign_behind"), case("sign_in_front")
    assert f"{behind.values['total'].replace('.', ',')} €" in behind.text.replace("\N{NO-BREAK SPACE}", " ")
    assert f"£{front.values['total']}" in front.text
    wrapped = case("long_names")
    assert len(wrapped.where("items.0.name")) >= 3
    assert case("handwritten_tip").values["tip"]["amount"] == "8.00"


def test_what_happened_to_the_paper_is_in_the_truth() -> None:
    torn, stamped, folded = case("torn"), case("stamped"), case("folded_twice")
    assert "total" not in torn.values
    assert torn.values["items"]
    hidden = stamped.page.hidden()[stamped.page.regions.slices.fields]
    assert max(share for share, paths in zip(hidden, stamped.printed, strict=True) if "total" in paths) > 0.3
    assert sum(effect["effect"] == "fold" for effect in folded.effects) >= 2
    for name, (across, down) in {"upside_down": (-1, 0), "sideways": (0, -1)}.items():
        left, right = case(name).page.regions.page_quad[:2]
        length = abs(right - left).max()
        assert abs((right - left) / length - [across, down]).max() < 0.2, name


def test_two_photos_overlap_and_each_says_what_is_on_it() -> None:
    upper, lower = drawn("two_photos")
    assert "total" in lower.values
    assert "total" not in upper.values
    assert "name" in upper.values["merchant"]
    assert "name" not in lower.values.get("merchant", {})

    def names(sample: Sample) -> list[str]:
        return [item["name"] for item in sample.values["items"] if "name" in item]

    both = set(names(upper)) & set(names(lower))
    assert both
    assert len(names(upper)) + len(names(lower)) - len(both) == 36


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("about: x\ncases: {}\n", "cases: "),
        ("about: x\ncases: {a: {template: cafe}}\n", "cases.a: missing key 'about'"),
        ("about: x\ncases: {a: {about: b, template: caffe}}\n", "cases.a.template: unknown template 'caffe'; did"),
        ("about: x\ncases: {a: {about: b, without: [totl]}}\n", "cases.a.without[0]: a receipt has no value 'totl'"),
        ("about: x\ncases: {a: {about: b, values: {totl: 3}}}\n", "cases.a.values: unknown key 'totl'; did you mean"),
        ("about: x\ncases: {A b: {about: b}}\n", "cases.A b: "),
    ],
)  # fmt: skip
def test_a_fault_of_a_pack_is_told_at_its_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        pack(str(path))
    assert said in caught.value.faults[0]
