"""What receipts say: the interface that tells it, and the form of the page."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import pytest
from browsed import Opened, app_served, browser_at, expect
from components import require
from drawn_pages import drawn
from flask.testing import FlaskClient
from pdf_documents import pdf
from receipt_fields import RECEIPT, telling

from receiptgen.core.errors import WeightsError
from receiptgen.extraction.labelling.roles import ROLES
from receiptgen.reading.page_fields import field_reader
from receiptgen.serving.answers import Answer
from receiptgen.serving.app import create_app
from receiptgen.serving.tasks import Reading, ReadRequest
from receiptgen.train.data.words.corrected import CorrectedSource
from receiptgen.train.data.words.labelled_words import UNKNOWN

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.needs("onnxruntime")
PNG = cv2.imencode(".png", drawn("clean").page.image)[1].tobytes()


class Direct:
    """A lane that reads in this process."""

    def __init__(self, reading: Reading) -> None:
        self._read = reading()

    def call(self, request: ReadRequest) -> Answer:
        return self._read(request)


def app_of(reading: Reading) -> Any:
    lane: Any = Direct(reading)
    return create_app(lane, lane)


@pytest.fixture(scope="module")
def app() -> Iterator[Any]:
    with telling(RECEIPT):
        yield app_of(Reading(Path("receipt")))


@pytest.fixture(scope="module")
def client(app: Any) -> FlaskClient:
    found: FlaskClient = app.test_client()
    return found


@pytest.mark.smoke
def test_an_image_is_answered_by_its_text_and_its_fields(client: FlaskClient) -> None:
    said = client.post("/api/fields", data=PNG, content_type="image/png").get_json()
    read = client.post("/api/read", data=PNG, content_type="image/png").get_json()
    assert said == {**read, "fields": RECEIPT.to_dict()}
    described = client.get("/openapi.json").get_json()
    assert "/api/fields" in described["paths"]
    schemas = described["components"]["schemas"]
    assert set(said["fields"]) == set(schemas["Fields"]["required"])
    field = schemas["Fields"]["properties"]["fields"]["additionalProperties"]
    assert set(said["fields"]["fields"]["total"]) == set(field["required"])


def test_an_image_is_answered_by_a_template_that_draws_its_like(client: FlaskClient) -> None:
    said = client.post("/api/templates/from-image", data=PNG, content_type="image/png").get_json()
    assert set(said["template"]) == {"text", "notes"}
    assert "elements:" in said["template"]["text"]
    blank = cv2.imencode(".png", drawn("clean").page.image[:8])[1].tobytes()
    said = client.post("/api/templates/from-image", data=blank, content_type="image/png").get_json()
    assert said["template"]["text"] == ""
    assert "no receipt is seen on it" in said["template"]["notes"][0]


@pytest.mark.needs("pdf")
def test_each_page_of_several_files_has_its_fields(client: FlaskClient) -> None:
    bill = pdf([["RED LANTERN", "TEA             3.50"], ["PAGE 2"]])
    files = {"image": [(BytesIO(bill), "bill.pdf"), (BytesIO(PNG), "shop.png")]}
    pages = client.post("/api/fields?images=true", data=files).get_json()["pages"]
    assert [page["file"] for page in pages] == ["bill.pdf", "bill.pdf#2", "shop.png"]
    assert all(page["fields"]["values"]["total"] == "12.00" for page in pages)
    assert all(page["image"].startswith("data:image/png") for page in pages)


def test_without_packaged_weights_fields_are_refused_and_text_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(weights: Path) -> None:
        raise WeightsError(f"{weights}: no such packaged weights")

    monkeypatch.setattr("receiptgen.extraction.opened_reader.open_field_reader", fail)
    field_reader.cache_clear()
    client = app_of(Reading(Path("receipt"))).test_client()
    answer = client.post("/api/fields", data=PNG, content_type="image/png")
    assert (answer.status_code, answer.get_json()) == (
        501, {"faults": ["fields can't be told here: the weights for them are missing"]},
    )  # fmt: skip
    assert client.post("/api/read", data=PNG, content_type="image/png").status_code == 200
    with pytest.raises(WeightsError):
        Reading(Path("receipt"), field_weights=Path("mine.onnx"))()


@pytest.fixture(scope="module")
def opened(app: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Open the page and read a receipt; its end fails if the page had a fault."""
    require("browser")
    photo = tmp_path_factory.mktemp("photos") / "shop.png"
    photo.write_bytes(PNG)
    with app_served(app) as address, browser_at(address) as open_page:

        @contextmanager
        def opened(**options: Any) -> Iterator["Page"]:
            with open_page(**options) as page:
                page.set_input_files("#file", photo)
                page.wait_for_selector("#form .field")
                yield page

        yield opened


def field(path: str) -> str:
    return f"#form [data-path='{path}']"


def expect_told(page: "Page", sums: str, notes: list[str]) -> None:
    """Wait for what the form says of the sums, in one line and for each that fails."""
    expect(page.locator("#sum")).to_have_text(sums)
    expect(page.locator("#notes li")).to_have_text(notes)


def saved(page: "Page", button: str) -> str:
    with page.expect_download() as download:
        page.click(button)
    return Path(download.value.path()).read_bytes().decode()


def roles_learned(folder: Path, label: dict[str, Any]) -> list[str]:
    """Return the roles of a receipt's words as training takes them; empty for those that are unknown."""
    (folder / "fields.json").write_text(json.dumps([label]), encoding="utf-8")
    page = CorrectedSource(path=folder / "fields.json").open(1).draw(0)
    return [ROLES[role] if role != UNKNOWN else "" for role in page.roles]


def test_the_form_shows_what_the_receipt_says(opened: Opened) -> None:
    with opened() as page:
        assert page.input_value(field("merchant.name")) == "Red Lantern"
        assert page.input_value(field("merchant.address")) == "1 High St\nLondon"
        assert page.input_value(field("items.1.amount")) == "4.00"
        assert page.locator("#form tr[data-item]").count() == 2
        assert page.inner_text("#sum") == "Adds up"
        entries = json.loads(saved(page, "#fields-json"))
        said = RECEIPT.to_dict()
        assert entries == [
            {"file": "shop.png", **said, "values": {name: value for name, value in said["values"].items() if value}}
        ]


def test_a_field_frames_its_words_and_a_word_lights_its_field(opened: Opened) -> None:
    with opened() as page:
        page.hover(field("merchant.name"))
        expect(page.locator("#boxes polygon.framed")).to_have_count(2)
        page.focus(field("total"))
        expect(page.locator("#boxes polygon.framed")).to_have_count(1)
        page.hover("#boxes polygon >> nth=4")
        expect(page.locator(field("items.0.amount"))).to_contain_class("lit")
        expect(page.locator("#form .field.lit")).to_have_count(1)
        page.click("#boxes polygon >> nth=2")
        expect(page.locator(field("date"))).to_be_focused()


def test_sums_follow_what_is_typed_and_corrections_are_saved(opened: Opened, tmp_path: Path) -> None:
    asked: list[str] = []
    with opened() as page:
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.fill(field("total"), "12,10")
        expect_told(page, "Doesn't add up", ["Total is off by 0.10", "Change is off by 0.10"])
        page.keyboard.press("Enter")
        expect(page.locator(field("total"))).to_have_value("12.10")
        page.fill(field("items.0.quantity"), "3")
        page.fill(field("total"), "12.00")
        expect_told(page, "Doesn't add up", ["Tea is off by 3.10"])
        page.keyboard.press("Escape")
        expect(page.locator("#form tr.off")).to_have_count(1)
        page.fill(field("items.0.quantity"), "2")
        expect(page.locator("#sum")).to_have_text("Adds up")
        page.fill(field("merchant.name"), "Red Lantern Ltd")
        page.click("#add-item")
        expect(page.locator(field("items.2.name"))).to_be_focused()
        page.keyboard.type("Water")
        page.click("[aria-label='Remove item 2']")
        page.fill(field("subtotal"), "")
        page.fill(field("tip.amount"), "5.80")
        expect(page.locator("#sum")).to_have_text("Adds up")
        (label,) = json.loads(saved(page, "#fields-labels"))
        assert label["file"] == "shop.png"
        assert label["values"]["merchant"]["name"] == "Red Lantern Ltd"
        assert [item["name"] for item in label["values"]["items"]] == ["Tea", "Water"]
        corrected = {path for path, entry in label["fields"].items() if entry.get("corrected")}
        assert {"merchant.name", "items.1.name", "tip.amount"} <= corrected
        assert "subtotal" not in label["fields"]
        learned = roles_learned(tmp_path, label)
        assert [learned[index] for index in (2, 3, 4, 6)] == ["date", "items.name", "items.amount", "total"]
        (receipt,) = csv.DictReader(StringIO(saved(page, "#receipts-csv"), newline=""))
        assert (receipt["merchant.name"], receipt["subtotal"], receipt["checked"]) == ("Red Lantern Ltd", "", "true")
        items = list(csv.DictReader(StringIO(saved(page, "#items-csv"), newline="")))
        assert [(item["item"], item["name"]) for item in items] == [("1", "Tea"), ("2", "Water")]
        page.reload()
        assert asked == []


def test_the_reader_has_the_word_until_an_amount_is_corrected(opened: Opened) -> None:
    notes = ["date 01/03/26: may be 2026-01-03", "net and tax make 11.90, total says 12.00"]
    doubtful = {**RECEIPT.to_dict(), "checked": False, "notes": notes}

    def answer(route: "Route") -> None:
        response = route.fetch()
        route.fulfill(response=response, json={**response.json(), "fields": doubtful})

    with opened() as page:
        page.on("dialog", lambda dialog: dialog.accept())
        page.route("**/api/fields*", answer)
        page.set_input_files("#file", {"name": "other.png", "mimeType": "image/png", "buffer": PNG})
        page.wait_for_selector("#notes li")
        page.fill(field("merchant.name"), "Red Lantern Ltd")
        said = ("Doesn't add up", ["Date 01/03/26: may be 2026-01-03", "Net and tax make 11.90, total says 12.00"])
        expect_told(page, *said)
        (entry,) = json.loads(saved(page, "#fields-json"))
        assert (entry["checked"], entry["notes"]) == (False, notes)
        page.fill(field("total"), "12.01")
        page.fill(field("total"), "12.00")
        expect_told(page, *said)
        page.fill(field("tip.amount"), "0.00")
        page.fill(field("total"), "10.20")
        page.fill(field("change"), "9.80")
        expect_told(page, "Adds up", said[1][:1])
        page.fill(field("date"), "2026-01-03")
        expect_told(page, "Adds up", [])


def test_leaving_is_asked_for_until_corrected_fields_are_saved(opened: Opened) -> None:
    asked: list[str] = []
    with opened() as page:
        page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
        page.fill(field("total"), "1.00")
        page.reload()
    assert asked == ["beforeunload"]


def test_tables_are_those_of_the_command(opened: Opened) -> None:
    from receiptgen.reading.field_outputs import FIELD_OUTPUTS

    output = FIELD_OUTPUTS.get("csv")()
    with opened() as page:
        assert saved(page, "#receipts-csv") == "".join(map(str, output.render([("shop.png", RECEIPT)])))
        assert saved(page, "#items-csv") == "".join(output.beside[".items.csv"]([("shop.png", RECEIPT)]))


def test_tabs_are_changed_by_keys(opened: Opened) -> None:
    with opened() as page:
        page.focus("#tab-fields")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#text")).to_be_visible()
        expect(page.locator("#form")).to_be_hidden()
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#form")).to_be_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen(opened: Opened, width: int) -> None:
    with opened(viewport={"width": width, "height": 800}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(
            "document.getElementById('form').scrollWidth <= document.getElementById('form').clientWidth"
        )
