"""Files beside a template in the tab Design: added, kept, named, drawn, saved, removed; and what can't be added."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from browsed import Opened, drawing_served, expect, grave_faults, wait_for_drawing
from components import require

from receiptgen.serving.sent_files import LONGEST_NAME, MOST_BYTES, MOST_FILES

if TYPE_CHECKING:
    from playwright.sync_api import Page

CONTENT = "#yaml .cm-content"
LOGO = cv2.imencode(".png", np.pad(np.zeros((20, 60), np.uint8), 10, constant_values=255))[1].tobytes()
GOODS = b"name,price\nGreen tea,1.20\nCarrot cake,3.50\n"
MINE = """extends: cafe
about: mine
basket: {goods: goods.csv}
elements:
  - {kind: image, file: logo.png}
  - {kind: items, first: [quantity, name, amount]}
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    require("browser")
    with drawing_served(tmp_path_factory.mktemp("sent")) as opened:
        yield opened


def open_template(page: "Page", text: str = MINE) -> None:
    wait_for_drawing(page)
    page.set_input_files("#opened", {"name": "mine.yaml", "mimeType": "application/yaml", "buffer": text.encode()})
    page.wait_for_function("text => localStorage.getItem('receiptgen.draft')?.includes(JSON.stringify(text))", arg=text)


def add(page: "Page", **files: bytes) -> None:
    """Add files; of their names the last ``_`` is the point."""
    named = {".".join(name.rsplit("_", 1)): content for name, content in files.items()}
    page.set_input_files(
        "#beside-files",
        [{"name": name, "mimeType": "", "buffer": content} for name, content in named.items()],
    )


def wait_for_goods(page: "Page") -> None:
    expect(page.locator("#says")).to_contain_text(re.compile("tea|cake", re.IGNORECASE))
    wait_for_drawing(page)


def test_a_logo_and_goods_are_added_drawn_kept_and_removed(opened: Opened) -> None:
    with opened("#design", viewport={"width": 1280, "height": 900}, bypass_csp=True) as page:
        open_template(page)
        page.wait_for_selector("#faults button:has-text(\"'logo.png' is not beside the template; add it\")")
        add(page, logo_png=LOGO, goods_csv=GOODS)
        wait_for_goods(page)
        expect(page.locator("#beside-list code")).to_have_text(["goods.csv", "logo.png"])
        expect(page.locator("#beside-list small >> nth=0")).to_have_text(f"{len(GOODS)} bytes")
        expect(page.locator("#faults")).to_be_empty()
        told = "save that beside mine.yaml, too. A link holds no files."
        expect(page.locator("#beside-told")).to_contain_text(told)
        assert grave_faults(page) == []
        page.click("#tab-many")
        expect(page.locator("#command-name")).to_have_text("mine.yaml, goods.csv, logo.png")
        page.reload()
        wait_for_goods(page)
        expect(page.locator("#beside-list code")).to_have_text(["goods.csv", "logo.png"])
        page.focus("[aria-label='Remove goods.csv']")
        page.keyboard.press("Enter")
        page.wait_for_selector("#faults button:has-text(\"'goods.csv' is not beside the template; add it\")")
        expect(page.locator(":focus")).to_have_attribute("aria-label", "Remove logo.png")


def test_a_damaged_file_and_one_that_has_no_room_are_told(opened: Opened, tmp_path: Path) -> None:
    movie = tmp_path / "movie.mp4"
    movie.write_bytes(bytes(50_000_000))
    with opened("#design", bypass_csp=True) as page:
        open_template(page)
        add(page, logo_png=LOGO[:60], goods_csv=LOGO)
        page.wait_for_selector("#faults li:has-text('goods.csv:1:1: byte 0x89 is not UTF-8; save the file as UTF-8')")
        add(page, goods_csv=GOODS)
        page.wait_for_selector("#faults button:has-text(\"'logo.png': damaged or cut off\")")
        page.set_input_files("#beside-files", movie)
        told = "movie.mp4: 50.0 MB, and there is room for 8.0 MB of 8.0 MB"
        expect(page.locator("#beside-faults")).to_have_text(told)
        expect(page.locator("#beside-faults")).to_be_visible()
        add(page, none_txt=b"")
        expect(page.locator("#beside-faults")).to_have_text("none.txt: empty")
        assert grave_faults(page) == []
        add(page, logo_png=LOGO)
        wait_for_goods(page)
        expect(page.locator("#beside-faults")).to_be_hidden()


def test_files_are_completed_where_a_path_may_stand(opened: Opened) -> None:
    with opened("#design") as page:
        open_template(page, "extends: cafe\nabout: mine\n")
        add(page, logo_png=LOGO, goods_csv=GOODS)
        expect(page.locator("#beside-list li")).to_have_count(2)
        expect(page.locator("#help")).not_to_be_empty()
        for typed, name in (("basket: {goods: ", "goods.csv"), ("}\nelements:\n  - {kind: image, file: ", "logo.png")):
            page.click(CONTENT)
            page.keyboard.press("Control+End")
            page.keyboard.insert_text(typed)
            page.keyboard.type(name[:2])
            page.wait_for_selector(f"#yaml .cm-tooltip-autocomplete li:has-text('{name}')")
            page.keyboard.press("Escape")
            page.keyboard.insert_text(name[2:])


def test_a_link_says_which_files_it_does_not_hold(opened: Opened) -> None:
    with opened("#design", permissions=["clipboard-read", "clipboard-write"]) as page:
        open_template(page)
        add(page, logo_png=LOGO, goods_csv=GOODS, unused_txt=b"x")
        wait_for_goods(page)
        page.click("#link")
        told = "the link holds the text alone; send with it: goods.csv, logo.png"
        expect(page.locator("#notice")).to_have_text(told)


DROPPED = {
    ("logo.png", "image/png", "#yaml", "file: logo.png"): "beside",
    ("receipt.png", "image/png", "#yaml", "about: x"): "photo",
    ("receipt.png", "image/png", "#beside-told", "about: x"): "beside",
    ("logo.svg", "image/svg+xml", "#yaml", "about: x"): "beside",
    ("goods.csv", "text/csv", "#yaml", "about: x"): "beside",
    ("own.woff2", "", "#yaml", "about: x"): "beside",
    ("cafe.yaml", "", "#yaml", "about: x"): "text",
    ("cafe.yaml", "", "#beside", "about: x"): "beside",
    ("bill.pdf", "application/pdf", "#yaml", "about: x"): "photo",
}


def test_what_is_dropped_goes_where_it_belongs(opened: Opened) -> None:
    told = """async (dropped) => {
        const { kindOf } = await import("/static/design/drops.js");
        const kind = ([name, type, target, text]) => kindOf({ name, type }, document.querySelector(target), text);
        return dropped.map(kind);
    }"""
    with opened("#design") as page:
        assert page.evaluate(told, [list(one) for one in DROPPED]) == list(DROPPED.values())


def test_files_are_named_also_by_yaml_files_among_them(opened: Opened) -> None:
    told = """async () => {
        const { OwnFiles } = await import("/static/design/own_files.js");
        const files = new OwnFiles();
        for (const [name, text] of [["base.yaml", "file: logo.png"], ["logo.png", "x"], ["other.png", "x"]]) {
          await files.add(new File([text], name));
        }
        return [files.namedIn("extends: base.yaml"), files.namedIn("about: x"), files.request["logo.png"]];
    }"""
    with opened("#design") as page:
        assert page.evaluate(told) == [["base.yaml", "logo.png"], [], "eA=="]


def test_of_two_files_of_a_name_the_later_one_stays_however_long_each_is_read(opened: Opened) -> None:
    told = """async () => {
        const { OwnFiles } = await import("/static/design/own_files.js");
        const files = new OwnFiles();
        const slow = new File(["old"], "a.csv");
        const whole = slow.arrayBuffer();
        let release;
        slow.arrayBuffer = () => new Promise((resolve) => (release = () => resolve(whole)));
        const added = [files.add(slow), files.add(new File(["new"], "a.csv"))];
        await new Promise((resolve) => setTimeout(resolve)); // by when the later one would have begun
        release();
        await Promise.all(added);
        return atob(files.request["a.csv"]);
    }"""
    with opened("#design") as page:
        assert page.evaluate(told) == "new"


def test_the_page_has_the_limits_of_the_server(opened: Opened) -> None:
    script = """async (name) => {
        const { MOST_BYTES, MOST_FILES, OwnFiles } = await import("/static/design/own_files.js");
        const faults = (file) => new OwnFiles().add(file).then(() => "", (error) => error.faults[0]);
        const names = ["a".repeat(name), "a".repeat(name + 1), "../a", ".a", "a:b", "a ", "ä b.png"];
        const told = await Promise.all(names.map((each) => faults(new File(["x"], each))));
        return [MOST_BYTES, MOST_FILES, told.map(Boolean)];
    }"""
    with opened("#design") as page:
        found = page.evaluate(script, LONGEST_NAME)
        assert found == [MOST_BYTES, MOST_FILES, [False, True, True, True, True, True, False]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_cuts_nothing_of_the_files(opened: Opened, scheme: Any) -> None:
    viewport = {"width": 390, "height": 844}
    with opened("#design", viewport=viewport, color_scheme=scheme, bypass_csp=True) as page:
        open_template(page)
        add(page, **{f"a{'_very' * 14}_long_name_png": LOGO})
        page.wait_for_selector("#beside-list li")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        cut = "[...document.querySelectorAll('#beside *')].filter((one) => one.scrollWidth > one.clientWidth + 1)"
        assert page.evaluate(f"{cut}.filter((one) => one.clientWidth).length") == 0
        assert grave_faults(page) == []
