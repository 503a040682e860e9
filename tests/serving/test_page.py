"""The page in a browser: it reads, corrects and designs, and reads without scripts too."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import pytest
from browsed import Opened, browser_at, expect
from drawn_pages import drawn
from pdf_documents import pdf
from served import served

from receiptgen.reading.reader import Reader
from receiptgen.reading.scoring import score_words
from receiptgen.train.data.sources import Example
from receiptgen.train.data.spec import parse_spec

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.needs("browser", "onnxruntime")

SAMPLES = {"shop.png": drawn("clean"), "cafe.png": drawn("clean", key=6)}


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, sample in SAMPLES.items():
        cv2.imwrite(str(folder / name), sample.page.image)
    return [folder / name for name in SAMPLES]


@pytest.fixture(scope="module")
def opened() -> Iterator[Opened]:
    """Open the page, with nothing kept from before; its end fails if the page had a fault.

    One server and one browser, which take longer to start than to do all that is asked of them, are for all tests.
    """
    with served() as server, browser_at(f"http://{server.host}:{server.port}/") as open_page:

        @contextmanager
        def opened(scripts: bool = True, **options: Any) -> Iterator["Page"]:
            with open_page(scripts=scripts, **options) as page:
                if scripts:
                    page.click("#tab-words")
                yield page

        yield opened


def test_a_browser_reads_and_designs(opened: Opened, photos: list[Path]) -> None:
    with opened() as page:
        page.set_input_files("#file", photos[0])
        page.wait_for_selector("#text .word")
        assert score_words(SAMPLES["shop.png"].text, page.inner_text("#text"), "ci").f1 > 0.9
        assert page.locator("#boxes polygon").count() == page.locator("#text .word").count()
        assert page.locator("#words tr").count() == page.locator("#text .word").count()
        # Hovering a word lights its box and its row, and the other way round.
        page.hover("#text .word >> nth=2")
        expect(page.locator("#boxes polygon.lit")).to_have_count(1)
        expect(page.locator("#words tr.lit")).to_have_count(1)
        page.hover("#boxes polygon >> nth=0")
        expect(page.locator("#text .word >> nth=0")).to_contain_class("lit")
        expect(page.locator("#text .word.lit")).to_have_count(1)
        with page.expect_download() as download:
            page.click("#json")
        saved = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
        assert saved["text"] == Reader().read(photos[0]).text
        assert saved["lines"] == Reader().read(photos[0]).to_dict()["lines"]
        with page.expect_download() as download:
            page.click("#csv")
        assert download.value.suggested_filename == "shop.csv"
        page.click("#tab-design")
        page.wait_for_selector("#receipt[src^=data]")


def test_words_below_the_threshold_are_marked_at_once(opened: Opened, photos: list[Path]) -> None:
    read = Reader().read(photos[0])
    with opened() as page:
        page.set_input_files("#file", photos[0])
        page.wait_for_selector("#text .word")
        assert page.locator("#text").inner_text().rstrip("\n") == read.text
        page.locator("#least").press("End")
        unsure = sum(word.confidence < 1 for word in read.words)
        assert unsure > 0
        expect(page.locator("#words tr.unsure")).to_have_count(unsure)
        assert page.locator("#text").inner_text().rstrip("\n") == read.sure_text(1)
        page.locator("#least").press("Home")
        expect(page.locator("#words tr.unsure")).to_have_count(0)


def labels(page: "Page", folder: Path) -> list[dict[str, str]]:
    """Download the labels beside the photos, and return their rows."""
    with page.expect_download() as download:
        page.click("#labels")
    assert download.value.suggested_filename == "labels.tsv"
    download.value.save_as(folder / "labels.tsv")
    with (folder / "labels.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_words_are_corrected_by_keyboard_and_kept_while_others_are_read(opened: Opened, photos: list[Path]) -> None:
    with opened() as page:
        page.set_input_files("#file", photos[0])
        page.wait_for_selector("#text .word")
        words = page.locator("#words input")
        before = words.nth(0).input_value()
        page.click("#text .word >> nth=0")
        page.keyboard.type('5" TV')
        page.keyboard.press("Enter")
        page.keyboard.type("wrong")
        page.keyboard.press("ArrowDown")
        changed = page.locator("#text .word.changed")
        expect(changed).to_have_text(['5" TV', "wrong"])
        page.keyboard.press("Control+z")
        expect(changed).to_have_text(['5" TV'])
        page.keyboard.type("not this")
        page.keyboard.press("Escape")
        page.set_input_files("#file", photos[1])
        expect(page.locator("#session option:checked")).to_have_text("cafe.png")  # read, and shown
        expect(page.locator("#words tr")).not_to_have_count(0)
        expect(changed).to_have_count(0)
        page.select_option("#session", index=0)
        expect(words.nth(0)).to_have_value('5" TV')
        expect(page.locator("#session option >> nth=0")).to_have_text("shop.png, 1 corrected")
        page.select_option("#session", index=1)
        expect(page.locator("#session option:checked")).to_have_text("cafe.png")
        page.set_input_files("#file", photos[0])  # it is not read again
        expect(page.locator("#session option:checked")).to_have_text("shop.png, 1 corrected")
        expect(page.locator("#session option")).to_have_count(2)
        for _ in range(3):
            page.click("#undo") if page.is_enabled("#undo") else None
        expect(words.nth(0)).to_have_value(before)


def test_labels_of_all_images_are_those_that_training_takes(opened: Opened, photos: list[Path]) -> None:
    with opened() as page:
        page.set_input_files("#file", photos)
        expect(page.locator("#session option")).to_have_text([photo.name for photo in photos])  # all are read
        page.wait_for_selector("#words tr")
        read = [Reader().read(photo) for photo in photos]
        rows = labels(page, photos[0].parent)
        assert [row["text"] for row in rows] == [line.text for one in read for line in one.lines]
        assert [row["file"] for row in rows] == ["shop.png"] * len(read[0].lines) + ["cafe.png"] * len(read[1].lines)
        for index in range(len(read[0].rows[0][0].words)):
            page.locator("#words input").nth(index).fill('"A' if not index else "")
        page.locator("#least").press("End")  # labels have what was read, also where that is unsure
        corrected = labels(page, photos[0].parent)
    assert corrected == [{**rows[0], "confidence": "1.0000", "text": '"A'}, *rows[1:]]
    table = parse_spec(str(photos[0].parent / "labels.tsv")).data.open(0)
    examples = [table.read(index) for index in range(table.size or 0)]
    assert all(isinstance(example, Example) for example in examples)
    assert [example.text for example in examples] == [row["text"] for row in corrected]


def test_leaving_is_asked_for_until_corrections_are_downloaded(opened: Opened, photos: list[Path]) -> None:
    asked: list[str] = []
    with opened() as page:
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.set_input_files("#file", photos[0])
        page.click("#tab-words")
        page.fill("#words input >> nth=0", "corrected")
        page.keyboard.press("Enter")
        page.reload()
        assert asked == ["beforeunload"]
        page.set_input_files("#file", photos[0])
        page.click("#tab-words")
        page.fill("#words input >> nth=0", "corrected")
        page.keyboard.press("Enter")
        labels(page, photos[0].parent)
        page.reload()
        assert asked == ["beforeunload"]


def test_an_image_that_can_not_be_read_is_told_and_may_be_tried_again(opened: Opened, photos: list[Path]) -> None:
    photos[0].write_bytes(b"no image")
    with opened() as page:
        page.set_input_files("#file", photos[0])
        expect(page.locator("#status")).to_contain_text("not an image that can be read")
        expect(page.locator("#labels")).to_be_disabled()
        photos[0].write_bytes(photos[1].read_bytes())
        page.set_input_files("#file", photos[0])
        page.wait_for_selector("#words tr")


def test_an_image_named_as_another_is_read_but_left_out_of_the_labels(
    opened: Opened, photos: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    twin = photos[1].rename(tmp_path / "other" / photos[0].name)
    with opened() as page:
        page.set_input_files("#file", photos[0])
        page.wait_for_selector("#words tr")
        count = len(labels(page, tmp_path))
        page.set_input_files("#file", twin)
        expect(page.locator("#status")).to_contain_text("another image has its name")
        assert len(labels(page, tmp_path)) == count


@pytest.mark.needs("pdf")
def test_each_page_of_a_pdf_is_shown_and_left_out_of_the_labels(
    opened: Opened, photos: list[Path], tmp_path: Path
) -> None:
    bill = tmp_path / "bill.pdf"
    bill.write_bytes(pdf([["RED LANTERN", "TEA             3.50"], ["PAGE 2"]]))
    with opened() as page:
        page.set_input_files("#file", [bill, photos[0]])
        expect(page.locator("#session option")).to_have_text(["bill.pdf", "bill.pdf#2", photos[0].name])  # all are read
        expect(page.locator("#text")).to_contain_text("RED LANTERN")
        page.wait_for_selector("#picture[src^=data]")
        page.select_option("#session", index=1)
        expect(page.locator("#text")).to_have_text("PAGE 2")
        assert page.locator("#text").inner_text().rstrip("\n") == "PAGE 2"
        expect(page.locator("#status")).to_contain_text("it is a page of a file")
        assert {row["file"] for row in labels(page, tmp_path)} == {photos[0].name}


def test_a_phone_is_offered_its_camera_and_nothing_is_wider_than_its_screen(opened: Opened, photos: list[Path]) -> None:
    with opened(is_mobile=True, has_touch=True, viewport={"width": 360, "height": 740}) as page:
        assert page.get_attribute("#camera", "capture") == "environment"
        assert page.is_visible("label.camera")
        page.set_input_files("#camera", photos[0])
        page.wait_for_selector("#text .word")
        expect(page.locator("#photo")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.click("#tab-design")
        page.wait_for_selector("#receipt[src^=data]")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    with opened() as page:
        assert not page.is_visible("label.camera")


def test_the_page_reads_without_scripts(opened: Opened, photos: list[Path]) -> None:
    with opened(scripts=False) as page:
        assert not page.is_visible("nav")
        assert not page.is_visible("#labels")
        page.set_input_files("#file", photos[0])
        page.fill("input[name=min_confidence]", "0")
        page.click("button:visible")
        read = Reader().read(photos[0])
        expect(page.locator(".words tbody tr")).to_have_count(len(read.words))
        assert page.locator("#text").inner_text().rstrip("\n") == read.text
        page.click("text=Read another")
        expect(page.locator("#file")).to_be_visible()
