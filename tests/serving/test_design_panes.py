"""The panes of the tab Design: words and roles, sheets, values, profiles and their sliders, a receipt of one's own."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsed import app_served, browser_at
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

HERE = Path(__file__).parent
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
        page.evaluate((HERE / "axe" / "axe.min.js").read_text(encoding="utf-8"))
        yield page


def wait_for_drawing(page: "Page") -> None:
    page.wait_for_timeout(100)  # a change is drawn after a pause
    page.wait_for_selector("#receipt[src^=data]:not(.stale)", state="attached")


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


def grave_faults(page: "Page") -> list[tuple[str, str]]:
    found = page.evaluate("axe.run('#design', {resultTypes: ['violations']})")["violations"]
    return [
        (one["id"], node["html"]) for one in found if one["impact"] in {"serious", "critical"} for node in one["nodes"]
    ]


def test_words_are_told_under_pointer_and_keys_and_the_picture_grows(page: "Page") -> None:
    begin_with(page, MINE)
    page.check("#show-quads")
    page.wait_for_selector("#quads .word-quad")
    page.hover("#quads .sum >> nth=0", force=True)
    assert " · quad " in page.inner_text("#quad-said")
    page.focus("#quads")
    page.keyboard.press("End")
    last = page.inner_text("#quad-said")
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("#quad-said") != last
    assert page.locator("#quads [aria-selected=true]").count() == 1
    width = page.evaluate("document.querySelector('#canvas').clientWidth")
    page.focus("#stage-drawn")
    page.keyboard.press("+")
    assert page.inner_text("#zoomed") == "150 %"
    assert page.evaluate("document.querySelector('#canvas').clientWidth") == pytest.approx(1.5 * width, abs=2)
    page.keyboard.press("0")
    assert grave_faults(page) == []
    page.uncheck("#show-quads")


def test_a_click_takes_a_seed_and_a_profile(page: "Page") -> None:
    page.click("#tab-seeds")
    page.wait_for_function("() => document.querySelectorAll('#seeds .cell:not(.stale) img[src]').length === 9")
    assert grave_faults(page) == []
    page.click("#seeds .cell >> nth=3")
    assert page.input_value("#seed") == "3"
    assert page.is_visible("#receipt")
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
    page.wait_for_function("() => document.querySelector('#says').textContent.includes('123.45')")
    assert grave_faults(page) == []
    page.fill("[data-path=total]", "1.00")
    page.keyboard.press("Enter")
    page.wait_for_selector("#value-faults li:has-text('total says 1.00')")
    assert page.input_value("[data-path=total]") == "1.00"
    page.fill("[data-path=total]", "much")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-path=total][aria-invalid=true]")
    assert page.inner_text("#value-faults") == "total: expected a number, got 'much'"
    assert "--from mine.values.json" in (page.text_content("#command") or "")
    page.click("#values-clear")
    page.wait_for_function("() => !document.querySelector('#value-faults li')")
    assert page.locator("#values-form .changed").count() == 0


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
    page.wait_for_function("() => !document.querySelector('#value-faults li')")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_drawing_that_fails_is_told_beside_the_values(page: "Page") -> None:
    begin_with(page, MINE)
    page.click("#tab-values")
    late = "drawing took longer than 5 seconds; try again with less"
    page.route("**/api/draw", lambda route: route.fulfill(status=503, json={"faults": [late]}))
    page.fill("#seed", "1")
    told = f"Nothing was drawn: {late}"
    page.wait_for_function("told => document.querySelector('#value-faults').innerText === told", arg=told)
    page.unroute("**/api/draw")
    page.fill("#seed", "0")
    page.wait_for_function("() => !document.querySelector('#value-faults li')")


def test_tabs_stand_in_one_row_and_the_total_above_the_items(page: "Page") -> None:
    begin_with(page, MINE)
    page.click("#tab-values")
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
    assert page.locator("#sliders legend").all_inner_texts() == ["capture › blur, line 3"]
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
    page.select_option("#kind", "template")
    wait_until(page, "draft.kind === 'template' && draft.name === 'mine' && draft.others.profile.name === 'soft'")


def test_half_an_hour_of_a_designer(page: "Page") -> None:
    """A receipt is uploaded, its template changed to other goods and a logo, drawn, and saved."""
    photo = encode_png(drawn("clean").page.image)
    page.click("#tab-photo")
    page.set_input_files("#photo-file", {"name": "my shop.png", "mimeType": "image/png", "buffer": photo})
    page.wait_for_selector("#photo-notes li")
    wait_for_drawing(page)
    page.wait_for_selector("#photo-taken[src^=data]")
    assert page.inner_text("#template option:checked") == "my_shop.yaml"
    assert "the template is in the editor" in page.inner_text("#photo-status")
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
    assert page.inner_text("#faults") == ""
    with page.expect_download() as download:
        page.click("#save")
    assert Path(download.value.path()).read_text(encoding="utf-8") == changed
    page.click("#tab-many")
    assert "--templates my_shop.yaml" in " ".join(page.inner_text("#command").split())
    assert page.inner_text("#command-name") == "my_shop.yaml"


def test_a_phone_cuts_no_text_and_dark_is_readable(page: "Page") -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    cut = """[...document.querySelectorAll('#design button, #design label, #design p, #design a, #design legend')]
        .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1).map((one) => one.outerHTML)"""
    page.click("#tab-photo")
    page.evaluate("scrollTo(0, 0)")
    photo = encode_png(drawn("clean").page.image)
    page.set_input_files("#photo-file", {"name": "shop.png", "mimeType": "image/png", "buffer": photo})
    page.wait_for_selector("#photo-status:has-text('the template is in the editor')")
    page.wait_for_function("() => scrollY > 0")
    box = page.locator("#photo-pair").bounding_box()
    assert box
    assert 0 <= box["y"] < 844 / 2
    for tab in ("values", "seeds", "sliders", "photo", "picture"):
        page.click(f"#tab-{tab}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, tab
        assert page.evaluate(cut) == [], tab
        assert grave_faults(page) == [], tab


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (
            {"values": {"total": "1.00", "items": [{"name": "Tea", "amount": 2.5}]}},
            "values: items add up to 2.50, total",
        ),
        ({"values": {"items": [{"amont": 1}]}}, "values: items.0: unknown key 'amont'; did you mean 'amount'?"),
        ({"values": [1]}, "values: expected an object in the structure of items.json, or null"),
        ({"profile_text": "about: x\ncapture:\n  - {kind: blr}\n"}, "profile.yaml:3:"),
        ({"profile_text": "extends: ./mine.yaml\nabout: x\n"}, "profile.yaml:1:10"),
        ({"profile_text": 1}, "profile_text: expected a profile in YAML, or null"),
    ],
)
def test_values_and_profiles_that_are_sent_are_checked(drawing: Any, given: dict[str, Any], fault: str) -> None:
    client = create_app(drawing, drawing).test_client()
    answer = client.post("/api/draw", json={"template": MINE, **given})
    assert answer.status_code in {400, 422}
    assert answer.get_json()["faults"][0].startswith(fault)


def test_profiles_and_their_schema_are_told(drawing: Any) -> None:
    client = create_app(drawing, drawing).test_client()
    assert client.get("/api/profiles/clean").get_data(as_text=True).startswith("about: Black on white")
    assert client.get("/api/profiles/nothing").status_code == 404
    assert client.get("/api/schema?of=profile").get_json()["$ref"] == "#/$defs/Profile"
    assert client.get("/api/schema?of=dress").get_json()["faults"] == [
        "of: expected one of receipt, profile, snippets, got 'dress'"
    ]
