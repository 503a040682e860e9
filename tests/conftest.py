"""Samples that several files of tests look at: drawn once a session."""

from dataclasses import replace

import pytest

from receiptgen.core.assets import packaged_names
from receiptgen.core.distributions import Weights
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.sources import open_source
from receiptgen.drawing.template import ReceiptTemplate, receipt_template, snippet_set
from receiptgen.imaging.page import Page
from receiptgen.imaging.sample import Sample

# Receipts of each template in each of its locales, and snippets of each kind.
RECEIPTS, SNIPPETS = 2, 14


def in_locale(template: ReceiptTemplate, country: str) -> ReceiptTemplate:
    """Return a template that is drawn for one country only."""
    return template.model_copy(update={"locales": Weights({country: 1.0})})


@pytest.fixture(scope="session")
def receipts() -> tuple[Sample, ...]:
    """Some 300 receipts: every packaged template in each of its locales."""
    drawn = []
    for name in packaged_names("templates"):
        template = receipt_template(name).value
        for place, country in enumerate(template.locales):
            source_ = Receipts([in_locale(template, country)], seed=11)
            drawn += [source_.draw(RECEIPTS * place + number) for number in range(RECEIPTS)]
    return tuple(drawn)


@pytest.fixture(scope="session")
def more_receipts() -> tuple[Sample, ...]:
    """Half as many again, with one pixel for an image: only what they say is looked at."""
    drawn = []
    for name in packaged_names("templates"):
        template = receipt_template(name).value
        for place, country in enumerate(template.locales):
            sample = Receipts([in_locale(template, country)], seed=12).draw(place)
            drawn.append(replace(sample, page=Page(sample.page.image[:1, :1].copy(), sample.page.regions)))
    return tuple(drawn)


@pytest.fixture(scope="session")
def snippets() -> tuple[Sample, ...]:
    """Some 400 snippets: every kind of the packaged set."""
    names = snippet_set("standard").value.names
    return tuple([open_source("standard", kind, seed=11).draw(index) for kind in names for index in range(SNIPPETS)])


@pytest.fixture(scope="session")
def cuts() -> tuple[Sample, ...]:
    """Rows and fields cut out of a dozen receipts."""
    lines = open_source("standard", "receipt_line", seed=11)
    return tuple([lines.draw(index) for index in range(192)])
