"""The panes of the tab Design: words and roles, sheets, values, profiles and their sliders, a receipt of one's own."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsed import app_served, browser_at, expect, grave_faults, wait_for_drawing
from components import require
from drawn_pages import drawn

from receiptgen.serving.answers import Answer
from receiptgen.serving.app import create_app
from receiptgen.serving.drawing_task import AnyDrawRequest, Drawing
from receiptgen.serving.lane import Lane
from receiptgen.serving.tasks import Reading, ReadRequest
from receiptgen.writers import encode_png

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.needs("onnxruntime")

CONTENT = "#yaml .cm-content"
MINE = "extends: cafe\nabout: mine\nprofile: clean\n"


class Reader:
    """A lane that reads in this process, and opens its weights when it is first asked."""

    def call(self, request: ReadRequest) -> Answer:
        return Reading(Path("receipt"))()(request)


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane[AnyDrawRequest, Answer]]:
    task = Drawing(1_000_000_000, tmp_path_factory.mktemp("sent"))
    with closing(Lane("drawing", task, seconds=60, waiting=15)) as lane:
        yield lane


@pytest.fixture(scope="module")
def page(drawing: Any) -> Iterator["Page"]:
    """Load the page once for all tests; its end fails if it had a fault."""
    require("browser")
    reading: Any = Reader()
    with (
        app_served(create_app(reading, drawing)) as address,
        browser_at(address) as opened,
        opened("#design", viewport={"width": 1280, "height": 900}, bypass_csp=True) as page,
    ):
        page.set_default_timeout(60_000)
        wait_for_drawing(page)
        yield page


def begin_with(page: "Page", text: str, name: str = "mine.yaml") -> None:
    """Open a template in place of whatever there is."""
    page.set_input_files("#opened", {"name": name, "mimeType": "application/yaml", "buffer": text.encode()})
    wait_until(page, "draft.name + '.yaml' === arg[0] && draft.text === arg[1]", [name, text])
    wait_for_drawing(page)


def wait_until(page: "Page", condition: str, arg: Any = None) -> None:
    """Wait until what the browser keeps of the draft is so."""
    page.wait_for_function(
        f"arg => {{ const draft = JSON.parse(localStorage.getItem('receiptgen.draft')) ?? {{}}; return {condition}; }}",
        arg=arg,
    )


def test_words_are_told_under_pointer_and_keys_and_the_picture_grows(page: "Page") -> None:
    begin_with(page, MINE)
    page.check("#show-quads")
    page.wait_for_selector("#quads .word-quad")
    page.hover("#quads .sum >> nth=0", force=True)
    expect(page.locator("#quad-said")).to_contain_text(" · quad ")
    page.focus("#quads")
    for key, index in (("End", -1), ("ArrowLeft", -2)):
        page.keyboard.press(key)
        quad = page.locator("#quads polygon").nth(index)
        expect(quad).to_have_attribute("aria-selected", "true")
        expect(page.locator("#quad-said")).to_have_text(quad.get_attribute("aria-label") or "")
        expect(page.locator("#quads [aria-selected=true]")).to_have_count(1)
    width = page.evaluate("document.querySelector('#canvas').clientWidth")
    page.focus("#stage-drawn")
    page.keyboard.press("+")
    expect(page.locator("#zoomed")).to_have_text("150 %")
    assert page.evaluate("document.querySelector('#canvas').clientWidth") == pytest.approx(1.5 * width, abs=2)
    page.keyboard.press("0")
    assert grave_faults(page) == []
    page.uncheck("#show-quads")


def test_a_picture_is_told_to_be_of_an_older_draft_at_once(page: "Page") -> None:
    begin_with(page, MINE)
    changed = """() => {
        const [seed, receipt] = ["seed", "receipt"].map((id) => document.getElementById(id));
        seed.value = 1;
        seed.dispatchEvent(new Event("input"));
        return receipt.classList.contains("stale");
    }"""
    assert page.evaluate(changed)
    wait_for_drawing(page)
    page.fill("#seed", "0")
    wait_for_drawing(page)


def test_a_click_takes_a_seed_and_a_profile(page: "Page") -> None:
    page.click("#tab-seeds")
    page.wait_for_function("() => document.querySelectorAll('#seeds .cell:not(.stale) img[src]').length === 9")
    assert grave_faults(page) == []
    page.click("#seeds .cell >> nth=3")
    expect(page.locator("#seed")).to_have_value("3")
    expect(page.locator("#receipt")).to_be_visible()
    page.click("#tab-profiles")
    page.wait_for_selector("#profiles .cell:not(.stale) img[src]")
    page.click("#profiles .cell:has-text('thermal')")
    wait_until(page, "draft.profile === 'thermal' && draft.seed === 3")
    page.select_option("#profile", "")


def test_a_value_is_printed_and_what_contradicts_it_is_told_in_words(page: "Page") -> None:
    begin_with(page, MINE)
    page.click("#tab-values")
    wait_for_drawing(page)
    page.fill("[data-path='items.0.amount']", "123.45")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-path='items.0.amount'].changed")
    wait_for_drawing(page)
    expect(page.locator("#says")).to_contain_text("123.45")
    assert grave_faults(page) == []
    page.fill("[data-path=total]", "1.00")
    page.keyboard.press("Enter")
    expect(page.locator("#value-faults")).to_contain_text("total says 1.00")
    expect(page.locator("[data-path=total]")).to_have_value("1.00")
    page.fill("[data-path=total]", "much")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-path=total][aria-invalid=true]")
    expect(page.locator("#value-faults")).to_have_text("total: expected a number, got 'much'")
    expect(page.locator("#command")).to_contain_text("--from mine.values.json")
    page.click("#values-clear")
    expect(page.locator("#value-faults li")).to_have_count(0)
    expect(page.locator("#values-form .changed")).to_have_count(0)


SIZES = {"wide": (1280, 900), "phone": (390, 844)}
# What tells of a wrong value: as high as its text, in view, and above the field with nothing over it.
SEEN = """() => {
    const [told, field] = ["#value-faults", "[data-path=total]"].map((one) => document.querySelector(one));
    const { top, bottom, left, height } = told.getBoundingClientRect();
    return told.scrollHeight <= told.clientHeight && height > 20 && top >= 0 && bottom <= innerHeight
        && bottom <= field.getBoundingClientRect().top
        && told.contains(document.elementFromPoint(left + 20, top + height / 2));
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_a_wrong_value_is_told_where_it_is_seen(page: "Page", size: str, scheme: Any) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=scheme)
    begin_with(page, MINE)
    page.click("#tab-values")
    page.fill("[data-path=total]", "abc")
    page.keyboard.press("Enter")
    page.wait_for_selector("#value-faults li:has-text(\"total: expected a number, got 'abc'\")")
    assert page.evaluate(SEEN)
    assert page.locator("[role=alert] #value-faults").count() == 1
    assert grave_faults(page) == []
    page.click("#values-clear")
    expect(page.locator("#value-faults li")).to_have_count(0)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_drawing_that_fails_is_told_beside_the_values(page: "Page") -> None:
    begin_with(page, MINE)
    page.click("#tab-values")
    late = "drawing took longer than 5 seconds; try again with less"
    page.route("**/api/draw", lambda route: route.fulfill(status=503, json={"faults": [late]}))
    page.fill("#seed", "1")
    expect(page.locator("#value-faults")).to_have_text(f"Nothing was drawn: {late}")
    page.unroute("**/api/draw")
    page.fill("#seed", "0")
    expect(page.locator("#value-faults li")).to_have_count(0)


def test_tabs_stand_in_one_row_and_the_total_above_the_items(page: "Page") -> None:
    begin_with(page, MINE)
    page.click("#tab-values")
    expect(page.locator("#values-form legend")).not_to_have_count(0)
    wait_for_drawing(page)
    tops = "[...document.querySelectorAll('#design .views [role=tab]:not([hidden])')].map((tab) => tab.offsetTop)"
    assert len(set(page.evaluate(tops))) == 1
    groups = page.locator("#values-form legend").all_inner_texts()
    items = [name.startswith("Item ") for name in groups]
    assert groups[0] == "Receipt"
    assert any(items)
    assert items == sorted(items)
    assert "forgets values" in page.inner_text("#values-clear")


def test_a_profile_is_designed_with_sliders_between_before_and_after(page: "Page") -> None:
    begin_with(page, MINE)
    page.select_option("#kind", "profile")
    wait_until(page, "draft.kind === 'profile' && draft.others.template.name === 'mine'")
    begin_with(page, "about: soft\ncapture:\n  - {kind: blur, sigma: 0.5..0.6}\n", "soft.yaml")
    page.click("#tab-sliders")
    page.wait_for_selector("#before[src^=data]")
    page.wait_for_selector("#sliders input >> nth=1")
    expect(page.locator("#sliders legend")).to_have_text(["capture › blur, line 3"])
    low, high = page.locator("#sliders input").all()
    for slider, value in ((high, "4"), (low, "9")):  # which is more than the other end
        slider.evaluate("(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }", value)
    wait_until(page, "draft.text.includes('sigma: 4..4')")
    wait_for_drawing(page)
    assert page.get_attribute("#before", "src") != page.get_attribute("#receipt", "src")
    assert grave_faults(page) == []
    page.click(CONTENT)
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("printng: []\n")
    page.wait_for_selector("#faults button:has-text(\"did you mean 'printing'\")")
    page.keyboard.press("Control+z")
    wait_until(page, "!draft.text.includes('printng')")
    page.select_option("#kind", "template")
    wait_until(page, "draft.kind === 'template' && draft.name === 'mine' && draft.others.profile.name === 'soft'")


def test_half_an_hour_of_a_designer(page: "Page") -> None:
    """A receipt is uploaded, its template changed to other goods and a logo, drawn, and saved."""
    photo = encode_png(drawn("clean").page.image)
    page.click("#tab-photo")
    page.set_input_files("#photo-file", {"name": "my shop.png", "mimeType": "image/png", "buffer": photo})
    page.wait_for_selector("#photo-notes li")
    expect(page.locator("#photo-status")).to_contain_text("the template is in the editor")
    wait_for_drawing(page)
    page.wait_for_selector("#photo-taken[src^=data]")
    expect(page.locator("#template option:checked")).to_have_text("my_shop.yaml")
    assert grave_faults(page) == []
    text = json.loads(page.evaluate("localStorage.getItem('receiptgen.draft')"))["text"]
    assert "elements:\n" in text
    shop = next(line for line in text.splitlines() if line.startswith("  shop: "))
    changed = text.replace(shop, "  shop: pharmacy").replace("elements:\n", "elements:\n  - logo\n")
    page.click(CONTENT)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(changed)
    wait_until(page, "draft.text === arg", changed)
    wait_for_drawing(page)
    expect(page.locator("#faults")).to_be_empty()
    with page.expect_download() as download:
        page.click("#save")
    assert Path(download.value.path()).read_text(encoding="utf-8") == changed
    page.click("#tab-many")
    expect(page.locator("#command")).to_contain_text("--templates my_shop.yaml")
    expect(page.locator("#command-name")).to_have_text("my_shop.yaml")


# What each tab has, once it has all.
FULL = {
    "values": "#values-form .row >> nth=1",
    "seeds": "#seeds li:last-child .cell:not(.stale) img[src]",
    "sliders": "#sliders-view",
    "photo": "#photo-notes li",
    "picture": "#receipt",
}


def test_a_phone_cuts_no_text_and_dark_is_readable(page: "Page") -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    cut = """[...document.querySelectorAll('#design button, #design label, #design p, #design a, #design legend')]
        .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML)"""
    page.click("#tab-photo")
    page.evaluate("scrollTo(0, 0)")
    photo = encode_png(drawn("clean").page.image)
    page.set_input_files("#photo-file", {"name": "shop.png", "mimeType": "image/png", "buffer": photo})
    expect(page.locator("#photo-status")).to_contain_text("the template is in the editor")
    page.wait_for_function("() => scrollY > 0")
    box = page.locator("#photo-pair").bounding_box()
    assert box
    assert 0 <= box["y"] < 844 / 2
    for tab, full in FULL.items():
        page.click(f"#tab-{tab}")
        page.wait_for_selector(full)
        wait_for_drawing(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
        assert page.evaluate(cut) == [], tab
        assert grave_faults(page) == [], tab
