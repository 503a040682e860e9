"""What a receipt's values say is what is printed on it, and where."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pytest
from receipt_leaves import drawn, is_said, leaves
from samples import in_locale

from receiptgen.commerce.countries.locales import locale
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import ReceiptTemplate, receipt_template
from receiptgen.effects import EFFECTS, EffectStep
from receiptgen.imaging.geometry import boxes_of_quads
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Span
from receiptgen.imaging.sample import Sample

# Labels that name a discount, a charge or a tender are values; the others are words of the cash register.
_NAMING = r"(item\.)?discount|service_charge|tip|tender\.\w+|card\.entry"
_WORDS = re.compile(
    rf"(?!({_NAMING})\.label).*\.label|heading|title|text|footer\..*|blank|tip\.suggestion|barcode\.text|item\.number|handwritten\..*"
)

_REMARKS = re.compile(r"tip\.label|handwritten\..*")


@pytest.fixture(scope="module")
def samples(receipts: tuple[Sample, ...], more_receipts: tuple[Sample, ...]) -> tuple[Sample, ...]:
    return (*receipts, *more_receipts)


def unsaid(sample: Sample) -> Iterator[str]:
    """Yield the values that are not found in the print that they are tied to."""
    country = locale(sample.locale)
    for path, value in leaves(sample.values):
        text = " ".join(region.text for region in sample.where(path))
        if not is_said(path, value, text, country):
            yield f"{sample.template} {sample.locale} {sample.index}: {path}: {value!r} in {text!r}"


def test_every_value_is_found_in_the_print_that_it_is_tied_to(samples: tuple[Sample, ...]) -> None:
    faults = [fault for sample in samples for fault in unsaid(sample)]
    assert not faults, faults[:5]
    assert {(sample.template, sample.locale) for sample in samples} == {
        (name, country) for name in packaged_names("templates") for country in receipt_template(name).value.locales
    }


def test_print_is_tied_to_values_that_there_are(samples: tuple[Sample, ...]) -> None:
    for sample in samples:
        assert len(sample.printed) == len(sample.page.regions.fields)
        assert {path for paths in sample.printed for path in paths} == {path for path, _ in leaves(sample.values)}


def is_remark(sample: Sample, field: Span) -> bool:
    """Tell whether a field of a slip to sign says no value: a label, a name, thanks, a day without a year."""
    return (
        sample.template == "restaurant_signed" and re.fullmatch(r"tip\.label|handwritten\..*", field.role) is not None
    )


def test_all_print_but_words_says_a_value(samples: tuple[Sample, ...]) -> None:
    for sample in samples:
        for field, paths in zip(sample.page.regions.fields, sample.printed, strict=True):
            if not paths and not _WORDS.fullmatch(field.role) and not is_remark(sample, field):
                # The last row of a tax summary begins with a word.
                assert field.role.startswith("tax_summary."), (sample.template, sample.index, field)
                assert not any(char.isdigit() for char in field.text), (sample.template, sample.index, field)


def test_a_value_of_an_item_is_tied_to_print_of_that_item(samples: tuple[Sample, ...]) -> None:
    for sample in samples:
        for field, paths in zip(sample.page.regions.fields, sample.printed, strict=True):
            for path in [path for path in paths if path != "currency"]:
                assert (field.item >= 0) == path.startswith("items."), (field, path)
                assert field.item < 0 or path.startswith(f"items.{field.item}."), (field, path)


def test_what_was_drawn_is_either_printed_or_not(samples: tuple[Sample, ...]) -> None:
    kept = Counter[str]()
    for sample in samples:
        both = [re.sub(r"\.\d+", "", path) for path, _ in leaves(drawn(sample))]
        kept.update(both)
        assert len(both) == len([*leaves(sample.values)]) + len([*leaves(sample.unprinted)])
        assert {"locale", "total", "merchant.email", "items.full_name", "items.quantity", "taxes.tax"} <= {*both}
    assert kept["total"] == kept["date"] == len(samples)


def draw(template: str, **changes: object) -> Sample:
    """Draw a receipt whose elements are replaced."""
    whole = receipt_template(template).value
    return Receipts([ReceiptTemplate.model_validate({**whole.model_dump(), **changes})], seed=3).draw(0)


def test_a_receipt_without_totals_says_no_total() -> None:
    sample = draw("supermarket", elements=[{"kind": "header", "show": ["name"]}, {"kind": "items", "first": ["name"]}])
    assert {*sample.values} == {"merchant", "items"}
    assert {*sample.values["merchant"]} == {"name"}
    assert all({*item} <= {"name", "note", "discount"} for item in sample.values["items"])
    assert {"total", "date", "number", "taxes", "tenders"} <= {*sample.unprinted}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_card_that_is_not_printed_is_not_said(share: float) -> None:
    sample = draw(
        "parking", elements=[{"kind": "payment", "card": share}], basket={"shop": "parking", "tender": "card"}
    )
    (tender,), (rest,) = sample.values["tenders"], sample.unprinted["tenders"]
    assert ("card" in tender) == (share == 1) != ("card" in rest)
    assert rest["kind"] == "card"


def test_a_tax_that_is_not_printed_does_not_shift_the_others() -> None:
    shown = 0
    for seed in range(40):
        template = receipt_template("supermarket").value
        changes = {"elements": [{"kind": "totals", "show": ["taxes"]}], "locales": "en_GB"}
        sample = Receipts([ReceiptTemplate.model_validate({**template.model_dump(), **changes})], seed=seed).draw(0)
        said, rest = sample.values.get("taxes", []), sample.unprinted["taxes"]
        assert all("tax" in line and "rate" in line for line in rest[len(said) :])
        for line, left in zip(said, rest, strict=False):
            assert {*line} == {"name", "percent", "tax"}
            assert {*left} == {"rate", "code", "net", "gross"} - {key for key in ("code",) if key not in left}
        shown += 0 < len(said) < len(rest)
        assert not [*unsaid(sample)]
    assert shown


def test_a_name_that_is_printed_twice_is_valued_as_it_is_printed_first() -> None:
    elements = [{"kind": "logo", "upper": 1.0}, {"kind": "header", "show": ["name"]}]
    sample = draw("cafe", elements=elements)
    name, printed = sample.values["merchant"]["name"], " ".join(region.text for region in sample.where("merchant.name"))
    assert name == name.upper()
    assert printed.upper().split() == [*name.split(), *name.split()]


class LowerHalfDrawn(NamedTuple):
    """Nothing is drawn."""


@dataclass(frozen=True)
class LowerHalf:
    """An effect that cuts a page in two, and leaves out the upper half."""

    def draw(self, dice: Dice) -> tuple[EffectStep, ...]:
        return (EffectStep(self, LowerHalfDrawn()),)

    def apply(self, page: Page, drawn: LowerHalfDrawn) -> Page:
        height, width = page.image.shape
        return page.window((0, height // 2, width, height))


def test_what_an_effect_cuts_off_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EFFECTS, "name_of", lambda kind: "lower_half")
    template = receipt_template("supermarket").value
    whole = Receipts([template], seed=5).draw(0)
    half = Receipts([template.model_copy(update={"effects": (LowerHalf(),)})], seed=5).draw(0)
    paths, all_paths = ({path for path, _ in leaves(sample.values)} for sample in (half, whole))
    assert {"total", "tenders.0.amount"} <= paths < all_paths
    assert {path for paths in half.printed for path in paths} == paths
    assert {"merchant.address.0", "date"} <= all_paths - paths
    assert not [*unsaid(half)]
    assert all(quad[:, 1].max() > 0 for path in paths for _, _, quad in half.where(path))
    # Items keep their numbers, and nothing is lost.
    assert half.values["items"][0] == {} != half.values["items"][-1] == whole.values["items"][-1]
    assert {path for path, _ in leaves(drawn(half))} == {path for path, _ in leaves(drawn(whole))}


@pytest.mark.parametrize("profile", packaged_names("profiles"))
def test_printed_values_stay_on_the_page_under_every_profile(profile: str) -> None:
    page = Receipts(["parking"], profile=profile, seed=6).draw(0).page
    height, width = page.size
    boxes = boxes_of_quads(page.regions.field_quads)
    # To the half pixel by which a turned edge is cut.
    assert boxes.min() > -1
    assert (boxes < [width + 1, height + 1, width + 1, height + 1]).all()


def test_measures_are_printed_by_the_countrys_name_and_known_by_the_catalogues() -> None:
    template = in_locale(receipt_template("expense_bill").value, "sv_SE")
    samples = [Receipts([template], seed=seed).draw(0) for seed in range(8)]
    assert not [fault for sample in samples for fault in unsaid(sample)]
    days = [item for sample in samples for item in sample.values["items"] if item.get("unit") == "day"]
    assert days
    assert any("dag" in field.text for sample in samples for field in sample.page.regions.fields)
    assert not any("day" in field.text for sample in samples for field in sample.page.regions.fields)
