"""Snippet sets in the tab Design: a sheet of what they draw, with faults, kinds, command and link."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsed import Opened, drawing_served, expect, grave_faults, wait_for_drawing
from components import require

if TYPE_CHECKING:
    from playwright.sync_api import Page

CONTENT = "#yaml .cm-content"
MINE = "about: mine\nlocales: en_US\nfaces: mono\nkinds:\n  price: price\n  day: date\n"
FULL = "() => document.querySelectorAll('#snippets li:not(.stale):not([hidden])').length === 40"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    require("browser")
    with drawing_served(tmp_path_factory.mktemp("sent")) as opened:
        yield opened


def begin_with(page: "Page", text: str = MINE) -> None:
    """Turn to snippet sets, and open one."""
    wait_for_drawing(page)
    page.select_option("#kind", "snippets")
    page.wait_for_selector("#snippets li:not(.stale)")
    page.set_input_files("#opened", {"name": "mine.yaml", "mimeType": "application/yaml", "buffer": text.encode()})
    page.wait_for_function("text => localStorage.getItem('receiptgen.draft')?.includes(JSON.stringify(text))", arg=text)
    page.wait_for_function("() => document.querySelector('#snippets-drawn').textContent.startsWith('2 kinds')")
    page.wait_for_function(FULL)


def test_a_set_is_edited_mended_drawn_and_saved(opened: Opened) -> None:
    with opened("#design", viewport={"width": 1280, "height": 900}, bypass_csp=True) as page:
        begin_with(page)
        kinds = page.locator("#snippets small").all_inner_texts()
        assert [kind.partition(",")[0] for kind in kinds[:4]] == ["price 0", "day 0", "price 1", "day 1"]
        said = page.locator("#snippets code").all_inner_texts()
        assert said == page.evaluate("[...document.querySelectorAll('#snippets img')].map((one) => one.title)")
        assert all(said)
        assert grave_faults(page) == []
        page.emulate_media(color_scheme="dark")
        assert grave_faults(page) == []
        page.click(CONTENT)
        page.keyboard.press("Control+End")
        page.keyboard.insert_text("  all: {kind: prce}\n")
        page.wait_for_selector("#faults button:has-text(\"unknown kind 'prce'; did you mean 'price'?\")")
        expect(page.locator("#snippets-drawn")).to_have_text("as it was before the fault")
        page.click("#faults button")
        page.keyboard.press("Control+z")
        expect(page.locator("#faults button")).to_have_count(0)
        page.wait_for_function(FULL)
        with page.expect_download() as download:
            page.click("#save")
        assert download.value.suggested_filename == "mine.yaml"


def test_one_kind_is_shown_and_the_command_draws_it(opened: Opened) -> None:
    with opened("#design") as page:
        begin_with(page)
        page.click("#tab-many")
        expect(page.locator("#command")).to_have_text("receiptgen draw 100 --set mine.yaml --seed 0")
        expect(page.locator("#number-of")).to_have_text("Of each kind")
        page.click("#tab-snippets")
        page.select_option("#only", "day")
        page.wait_for_function(
            "() => [...document.querySelectorAll('#snippets li:not(.stale) small')].length === 40"
            " && [...document.querySelectorAll('#snippets small')].every((one) => one.textContent.startsWith('day '))"
        )
        page.select_option("#profile", "scan")
        page.fill("#seed", "5")
        page.click("#tab-many")
        command = "receiptgen draw 100 --set mine.yaml --kinds day --profile scan --seed 5"
        expect(page.locator("#command")).to_have_text(command)


def test_each_kind_of_text_is_kept_while_another_is_edited(opened: Opened) -> None:
    with opened("#design") as page:
        begin_with(page)
        expect(page.locator("#tab-values")).to_be_hidden()
        page.focus("#tab-snippets")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#command")).to_be_visible()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#snippets")).to_be_visible()
        page.select_option("#kind", "profile")
        expect(page.locator("#tab-values")).to_be_visible()
        expect(page.locator("#tab-snippets")).to_be_hidden()
        page.select_option("#kind", "template")
        page.wait_for_function("() => JSON.parse(localStorage.getItem('receiptgen.draft')).kind === 'template'")
        wait_for_drawing(page)
        page.select_option("#kind", "snippets")
        page.wait_for_function("() => JSON.parse(localStorage.getItem('receiptgen.draft')).kind === 'snippets'")
        page.wait_for_function(FULL)
        draft = json.loads(page.evaluate("localStorage.getItem('receiptgen.draft')"))
        assert (draft["name"], draft["text"], sorted(draft["others"])) == (
            "mine",
            MINE,
            ["profile", "snippets", "template"],
        )
        page.reload()
        page.wait_for_function(FULL)
        expect(page.locator("#kind")).to_have_value("snippets")


def test_a_link_holds_a_set(opened: Opened) -> None:
    with opened("#design", permissions=["clipboard-read", "clipboard-write"]) as page:
        begin_with(page)
        page.click("#link")
        expect(page.locator("#link")).to_have_text("Copied")
        link = page.evaluate("navigator.clipboard.readText()")
        page.evaluate("localStorage.clear()")
        page.goto("about:blank")
        page.goto(link)
        page.wait_for_function(FULL)
        expect(page.locator("#kind")).to_have_value("snippets")
        expect(page.locator("#template option:checked")).to_have_text("mine.yaml")


def test_a_phone_cuts_no_snippet(opened: Opened) -> None:
    with opened("#design", viewport={"width": 390, "height": 844}, bypass_csp=True) as page:
        begin_with(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        cut = "[...document.querySelectorAll('#snippets li')].some((one) => one.scrollWidth > one.clientWidth + 1)"
        assert not page.evaluate(cut)
        assert grave_faults(page) == []


def test_what_was_kept_by_an_older_page_is_found_again(opened: Opened) -> None:
    with opened("#design") as page:
        wait_for_drawing(page)
        page.evaluate("""() => {
            const draft = JSON.parse(localStorage.getItem("receiptgen.draft"));
            delete draft.others;
            const text = "extends: scan\\nabout: kept\\n";
            localStorage.setItem("receiptgen.draft", JSON.stringify({
                ...draft, other: { name: "kept", packaged: "", text, opened: text },
            }));
        }""")
        page.reload()
        wait_for_drawing(page)
        page.select_option("#kind", "profile")
        expect(page.locator("#template option:checked")).to_have_text("kept.yaml")
