"""The tab Design in a browser: a template is opened, edited, mended, drawn, saved, linked and kept."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsed import Opened, drawing_served, expect, wait_for_drawing
from components import require
from drawn_pages import drawn

from receiptgen.writers import encode_png

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MINE = "extends: cafe\nabout: mine\nprofile: clean\nbasket:\n  shop: cafe\n"
CONTENT = "#yaml .cm-content"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Open the page of a server that draws and reads nothing."""
    require("browser")
    with drawing_served(tmp_path_factory.mktemp("sent")) as opened:
        yield opened


def opened_file(page: "Page", name: str, content: str | bytes) -> None:
    content = content.encode() if isinstance(content, str) else content
    page.set_input_files("#opened", {"name": name, "mimeType": "application/yaml", "buffer": content})


def wait_for_text(page: "Page", text: str) -> None:
    page.wait_for_function("text => localStorage.getItem('receiptgen.draft')?.includes(JSON.stringify(text))", arg=text)


def downloaded(page: "Page", button: str) -> tuple[str, bytes]:
    with page.expect_download() as download:
        page.click(button)
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_file_is_opened_edited_mended_drawn_saved_and_kept(opened: Opened) -> None:
    with opened("#design") as page:
        wait_for_drawing(page)
        opened_file(page, "my cafe.yaml", MINE)
        wait_for_text(page, MINE)
        wait_for_drawing(page)
        expect(page.locator("#edited")).to_be_hidden()
        page.click(CONTENT)
        page.keyboard.press("Control+End")
        page.keyboard.insert_text("  itms: 3..3\n")
        fault = "Line 6, column 3: basket: unknown key 'itms'; did you mean 'items'?"
        expect(page.locator("#faults")).to_have_text(fault)
        expect(page.locator("#yaml .cm-lintRange-error")).to_have_text("itms")
        expect(page.locator("#drawn")).to_have_text("as it was before the fault")
        page.click("#faults button")
        page.wait_for_function("() => document.querySelector('#yaml').shadowRoot.getSelection().toString() === 'itms'")
        page.keyboard.insert_text("items")
        mended = MINE + "  items: 3..3\n"
        wait_for_text(page, mended)
        expect(page.locator("#faults button")).to_have_count(0)
        wait_for_drawing(page)
        expect(page.locator("#edited")).to_be_visible()
        assert downloaded(page, "#save") == ("my cafe.yaml", mended.encode())
        expect(page.locator("#edited")).to_be_hidden()
        name, items = downloaded(page, "[id='save-items.json']")
        assert name == "my cafe.items.json"
        assert len(json.loads(items)["items"]) == 3
        assert downloaded(page, "#save-png")[1].startswith(b"\x89PNG")
        page.click("#tab-many")
        expect(page.locator("#command")).to_have_text("receiptgen draw 100 --templates 'my cafe.yaml' --seed 0")
        page.reload()
        wait_for_drawing(page)
        expect(page.locator(f"{CONTENT} .cm-line")).to_have_text(mended.split("\n"))


def test_edits_are_not_discarded_unasked(opened: Opened) -> None:
    with opened("#design") as page:
        wait_for_drawing(page)
        page.select_option("#template", "taxi")
        expect(page.locator("#command")).to_contain_text("--templates taxi ")
        page.click(CONTENT)
        page.keyboard.insert_text("# note\n")
        expect(page.locator("#edited")).to_be_visible()
        page.select_option("#template", "cafe")
        expect(page.locator("#question[open]")).to_contain_text("Discard what you typed in taxi.yaml, and open cafe?")
        page.keyboard.press("Escape")
        expect(page.locator("#template")).to_have_value("taxi")
        expect(page.locator(CONTENT)).to_contain_text("# note")
        page.select_option("#template", "cafe")
        page.click("#question-yes")
        expect(page.locator("#command")).to_contain_text("--templates cafe ")
        expect(page.locator(CONTENT)).not_to_contain_text("# note")
        page.click(CONTENT)
        page.keyboard.press("Control+z")
        expect(page.locator(CONTENT)).to_contain_text("# note")


def test_of_two_choices_the_later_one_counts_whichever_is_answered_first(opened: Opened) -> None:
    held: list[Route] = []
    with opened("#design") as page:
        wait_for_drawing(page)
        page.route("**/api/templates/taxi", lambda route: held.append(route))
        with page.expect_request("**/api/templates/taxi"):
            page.select_option("#template", "taxi")
        page.select_option("#kind", "profile")
        page.wait_for_function("() => JSON.parse(localStorage.getItem('receiptgen.draft')).kind === 'profile'")
        before = page.evaluate("localStorage.getItem('receiptgen.draft')")
        with page.expect_request_finished(lambda request: request.url.endswith("/taxi")):
            held[0].continue_()
        page.evaluate("fetch('/api/templates').then((answer) => answer.json())")  # which is answered after it
        assert page.evaluate("localStorage.getItem('receiptgen.draft')") == before


def test_what_is_no_template_is_refused_and_nothing_is_lost(opened: Opened) -> None:
    photo = encode_png(drawn("clean").page.image)
    with opened("#design") as page:
        wait_for_drawing(page)
        before = page.inner_text(CONTENT)
        for name, content, words in (
            ("cat.yaml", photo, "cat.yaml: an image, not YAML; the tab Read reads images"),
            ("big.yaml", "a: b # long\n" * 25_000, "big.yaml: 0.3 MB, and a template has 0.2 MB at most"),
            ("old.yaml", b"about: caf\xe9\n", "old.yaml: not a text in UTF-8"),
            ("data.yaml", b"a\x00b", "data.yaml: not a text, it has control characters"),
            ("none.yaml", " \n", "none.yaml: empty"),
        ):
            opened_file(page, name, content)
            expect(page.locator("#notice")).to_have_text(f"{words}. Your template is as it was.")
            assert page.inner_text(CONTENT) == before


def test_keys_are_completed_and_explained(opened: Opened) -> None:
    with opened("#design") as page:
        wait_for_drawing(page)
        opened_file(page, "mine.yaml", MINE)
        wait_for_text(page, MINE)
        expect(page.locator("#help")).not_to_be_empty()
        page.click(CONTENT)
        page.keyboard.press("Control+End")
        page.keyboard.type("  multip")
        expect(page.locator("#yaml .cm-tooltip-autocomplete li >> nth=0")).to_have_text("multiples")
        expect(page.locator("#yaml .cm-completionInfo")).to_contain_text("Takes a number from 0 to 1")
        # CodeMirror takes no key for 75 ms after it has opened a list, so that nobody accepts by accident.
        page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 100))")
        page.keyboard.press("Enter")
        wait_for_text(page, MINE + "  multiples: ")
        page.keyboard.insert_text("1\nelements:\n  - {kind: ")
        page.keyboard.type("ga")
        page.wait_for_selector("#yaml .cm-tooltip-autocomplete li:has-text('gap')")
        page.keyboard.press("Escape")
        page.hover("#yaml .cm-line:has-text('shop') span >> nth=0")
        expect(page.locator("#yaml .cm-tooltip-hover .help")).to_contain_text("Kind of shop")


# Texts that end where somebody types: the keys above, what is typed, and the keys that are there already.
CONTEXTS = {
    "about: x\nlo": ("", "key", ["about"]),
    "locales: {en_US: 2, d": ("locales", "key", ["en_US"]),
    "locales: {en_US: ": ("locales.en_US", "value", []),
    "basket:\n  ": ("basket", "either", []),
    "basket:\n  shop: ca": ("basket.shop", "value", []),
    "basket:\n  shop: cafe\n  ": ("basket", "key", ["shop"]),
    "basket: {items: 1..6}  # few\nel": ("", "key", ["basket"]),
    "elements:\n- kind: header\n  show: [a, ": ("elements.*.show.*", "value", []),
    "elements:\n  - gap\n  - ": ("elements.*", "either", []),
    "elements:\n  - {kind: maybe, of: [rule, {kind: 'te, xt', co": ("elements.*.of.*", "key", ["kind"]),
    "elements:\n  - {kind: text,\n     ": ("elements.*", "key", ["kind"]),
    "about: |\n  text: a\npr": ("", "key", ["about"]),
    "about: 'x: {'\npr": ("", "key", ["about"]),
}


def test_the_place_of_a_cursor_is_told_from_what_stands_before_it(opened: Opened) -> None:
    told = """async (texts) => {
        const { contextAt } = await import("/static/design/yaml_context.js");
        return texts.map((text) => contextAt(text, text.length))
            .map(({ steps, slot, seen }) => [steps.map(({ key }) => key ?? "*").join("."), slot, seen]);
    }"""
    with opened() as page:
        found = page.evaluate(told, list(CONTEXTS))
        assert {text: tuple(context) for text, context in zip(CONTEXTS, found, strict=True)} == CONTEXTS
        assert page.evaluate(told.replace(".map(({", ".filter(Boolean).map(({"), ["about: x # note"]) == []


def test_a_link_holds_the_template_and_the_server_never_sees_it(opened: Opened) -> None:
    with opened("#design", permissions=["clipboard-read", "clipboard-write"]) as page:
        wait_for_drawing(page)
        opened_file(page, "mine.yaml", MINE)
        wait_for_text(page, MINE)
        page.fill("#seed", "5")
        page.select_option("#locale", "de_DE")
        page.click("#link")
        expect(page.locator("#link")).to_have_text("Copied")
        link = page.evaluate("navigator.clipboard.readText()")
        page.evaluate("localStorage.clear()")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("about:blank")
        page.goto(link)
        wait_for_text(page, MINE)
        expect(page.locator("#seed")).to_have_value("5")
        expect(page.locator("#locale")).to_have_value("de_DE")
        expect(page.locator("#template option:checked")).to_have_text("mine.yaml")
        assert not any("template=" in re.sub("#.*", "", url) for url in asked)
        page.evaluate("location.hash = '#design&template=AAAA'")
        expect(page.locator("#notice")).to_contain_text("the link is damaged or cut off")
        expect(page.locator(CONTENT)).to_contain_text("about: mine")


def test_everything_is_reached_by_keyboard(opened: Opened) -> None:
    with opened("#design") as page:
        wait_for_drawing(page)
        page.click(CONTENT)
        page.keyboard.press("Control+a")
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        expect(page.locator("#beside-add")).to_be_focused()
        page.focus("#tab-picture")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#says")).to_be_visible()
        expect(page.locator("#says")).to_have_text(re.compile(r"\S"))
        page.keyboard.press("End")
        expect(page.locator("#command")).to_be_visible()
        page.keyboard.press("Home")
        expect(page.locator("#receipt")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_attribute("aria-label", "Picture")


def test_a_phone_cuts_no_text(opened: Opened) -> None:
    with opened("#design", viewport={"width": 390, "height": 844}) as page:
        wait_for_drawing(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        cut = """[...document.querySelectorAll('#design button, #design label, #design p, #design a')]
            .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth).map((one) => one.id)"""
        assert page.evaluate(cut) == []


def grave_faults(page: "Page", rules: str = "") -> list[tuple[str, str]]:
    """Return what axe finds wrong with the page as it is shown, by rule and element."""
    only = f", runOnly: ['{rules}']" if rules else ""
    found = page.evaluate(f"axe.run({{resultTypes: ['violations']{only}}})")["violations"]
    grave = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [(one["id"], node["html"]) for one in grave for node in one["nodes"]]


def test_nobody_is_kept_out_in_light_and_dark(opened: Opened) -> None:
    axe = (HERE / "axe" / "axe.min.js").read_text(encoding="utf-8")
    with opened(bypass_csp=True) as page:
        page.evaluate(axe)
        assert grave_faults(page) == []
        page.emulate_media(color_scheme="dark")
        assert grave_faults(page, "color-contrast") == []
        page.click("#tab-design")
        wait_for_drawing(page)
        page.click(CONTENT)
        page.keyboard.insert_text("x")
        page.wait_for_selector("#faults button")
        page.click("#tab-many")
        expect(page.locator("#command")).to_be_visible()
        assert grave_faults(page) == []
        page.emulate_media(color_scheme="light")
        page.click("#tab-picture")
        expect(page.locator("#receipt")).to_be_visible()
        assert grave_faults(page) == []


def test_the_bundled_editor_is_that_of_the_lock_file() -> None:
    lock = json.loads((ROOT / "tools" / "editor" / "package-lock.json").read_text(encoding="utf-8"))
    static = ROOT / "receiptgen" / "serving" / "static"
    licences = (static / "codemirror.licence.txt").read_text(encoding="utf-8")
    bundled = re.findall(r"^(@?[\w/-]+) (\d+\.\d+\.\d+)$", licences, re.MULTILINE)
    locked = {name.removeprefix("node_modules/"): of["version"] for name, of in lock["packages"].items() if name}
    assert ("@codemirror/view", locked["@codemirror/view"]) in bundled
    assert all(locked[name] == version for name, version in bundled)
    assert not any("resolved" in of for of in lock["packages"].values())


@pytest.mark.smoke
def test_every_module_of_the_page_is_packaged() -> None:
    import receiptgen.serving as serving

    static = Path(serving.__file__).parent / "static"
    modules = [static / "design.js", *(static / "design").glob("*.js")]
    asked = {
        (module.parent / name).resolve()
        for module in modules
        for name in re.findall(r'(?:from|import\()\s*"(\.[^"]+)"', module.read_text(encoding="utf-8"))
    }
    assert len(asked) > 10
    assert all(path.is_file() for path in asked)
