"""The page in a browser, one for a file of tests."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from command_line import PATIENCE
from components import browser_path

from receiptgen.serving.app import create_app
from receiptgen.serving.drawing_task import Drawing
from receiptgen.serving.lane import Lane

if TYPE_CHECKING:
    from playwright.sync_api import Locator, LocatorAssertions, Page

QUIET = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync")  # fmt: skip
Opened = Callable[..., "AbstractContextManager[Page]"]


@contextmanager
def browser_at(address: str) -> Iterator[Opened]:
    """Give what opens a page at an address, with nothing kept from before; its end fails if the page had a fault."""
    from playwright import sync_api

    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(QUIET))

        @contextmanager
        def opened(place: str = "", scripts: bool = True, **options: Any) -> Iterator["Page"]:
            faults: list[str] = []
            page = browser.new_page(java_script_enabled=scripts, **options)
            page.set_default_timeout(1000 * PATIENCE)
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on(
                "console", lambda message: faults.append(message.text) if "Content Security" in message.text else None
            )
            page.goto(address + place)
            try:
                yield page
            finally:
                page.close()
            assert faults == []

        yield opened
        browser.close()


def expect(locator: "Locator") -> "LocatorAssertions":
    """Give what waits until an element is as it should be, as long as all else of a page is waited for."""
    from playwright import sync_api

    sync_api.expect.set_options(timeout=1000 * PATIENCE)
    return sync_api.expect(locator)


def wait_for_drawing(page: "Page") -> None:
    """Wait until the receipt that is shown, in whatever tab, is that of the draft."""
    page.wait_for_selector("#receipt[src^=data]:not(.stale)", state="attached")


@contextmanager
def app_served(app: Any) -> Iterator[str]:
    """Serve an application from a thread of this process; give its address."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def drawing_served(folder: Path) -> Iterator[Opened]:
    """Give what opens the page of a server that draws, whose files that are sent lie in a folder, and reads nothing."""
    with closing(Lane("drawing", Drawing(1_000_000_000, folder), seconds=60, waiting=15)) as drawing:
        lane: Any = drawing
        with app_served(create_app(lane, lane)) as address, browser_at(address) as opened:
            yield opened


AXE = Path(__file__).parents[1] / "serving" / "axe" / "axe.min.js"


def grave_faults(page: "Page") -> list[tuple[str, str]]:
    """Return what axe finds gravely wrong with the tab Design as it is shown, by rule and element; it needs no CSP."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run('#design', {resultTypes: ['violations']})")["violations"]
    grave = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [(one["id"], node["html"]) for one in grave for node in one["nodes"]]
