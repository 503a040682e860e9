"""What the server reads beside single images: PDF, and several files at once."""

import re
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import pytest
from drawn_pages import drawn
from flask.testing import FlaskClient
from pdf_documents import pdf, protected

from receiptgen.reading.scoring import score_words
from receiptgen.serving.app import create_app
from receiptgen.serving.lane import Lane
from receiptgen.serving.tasks import Reading

pytestmark = pytest.mark.needs("onnxruntime", "pdf")
SAMPLE = drawn("clean")
PNG = cv2.imencode(".png", SAMPLE.page.image)[1].tobytes()
ROWS = ["RED LANTERN", "TEA             3.50"]
BILL = pdf([ROWS, ["PAGE 2"]])


@pytest.fixture(scope="module")
def client() -> Iterator[FlaskClient]:
    with closing(Lane("reading", Reading(Path("receipt")), seconds=60, waiting=4)) as reading:
        yield create_app(reading, reading).test_client()


def form(**files: bytes) -> dict[str, Any]:
    return {"image": [(BytesIO(content), name.replace("_", ".")) for name, content in files.items()]}


@pytest.mark.smoke
def test_all_pages_of_a_pdf_are_read(client: FlaskClient) -> None:
    answer = client.post("/api/read", data=BILL, content_type="application/pdf")
    assert answer.status_code == 200
    said = answer.get_json()
    assert said["faults"] == []
    assert [(page["file"], page["source"], page["text"]) for page in said["pages"]] == [
        ("receipt", "text layer", "\n".join(ROWS)), ("receipt#2", "text layer", "PAGE 2"),
    ]  # fmt: skip
    alone = client.post("/api/read", data=pdf([ROWS]), content_type="application/pdf").get_json()
    assert [page["text"] for page in alone["pages"]] == ["\n".join(ROWS)]


def test_several_files_are_read_and_what_is_wrong_with_one_is_told(client: FlaskClient) -> None:
    sent = form(shop_png=PNG, bill_pdf=BILL, broken_png=b"no image", locked_pdf=protected("x"))
    answer = client.post("/api/read", data=sent)
    assert answer.status_code == 200
    said = answer.get_json()
    assert [page["file"] for page in said["pages"]] == ["shop.png", "bill.pdf", "bill.pdf#2"]
    assert score_words(SAMPLE.text, said["pages"][0]["text"], "ci").f1 > 0.9
    assert said["faults"] == [
        "broken.png: not an image that can be read",
        "locked.pdf: a PDF with a password; save it without one",
    ]
    described = client.get("/openapi.json").get_json()["components"]["schemas"]
    assert set(said) == set(described["Pages"]["required"])
    assert set(said["pages"][0]) == {*described["Page"]["required"], "file"}


def test_files_of_which_none_can_be_read_are_refused(client: FlaskClient) -> None:
    answer = client.post("/api/read", data=form(a_png=b"x", b_png=b"y"))
    assert (answer.status_code, answer.get_json()) == (
        415, {"faults": ["a.png: not an image that can be read", "b.png: not an image that can be read"]},
    )  # fmt: skip


def test_images_of_pages_come_where_they_are_asked_for(client: FlaskClient) -> None:
    for content, mimetype in ((BILL, "application/pdf"), (PNG, "image/png")):
        said = client.post("/api/read?images=true", data=content, content_type=mimetype).get_json()
        for page in said.get("pages", [said]):
            assert page["image"].startswith("data:image/png;base64,")
    answer = client.post("/api/read?images=1", data=PNG)
    assert (answer.status_code, answer.get_json()) == (400, {"faults": ["images: expected true or false, got '1'"]})


def test_more_pages_than_a_request_may_have_are_refused_unread(client: FlaskClient) -> None:
    many = pdf([["A"]] * 31, (60, 60))
    answer = client.post("/api/read", data=many, content_type="application/pdf")
    assert (answer.status_code, answer.get_json()) == (413, {"faults": ["more than 30 pages; send them in parts"]})


def test_names_of_files_have_no_folders(client: FlaskClient) -> None:
    sent = {"image": [(BytesIO(pdf([ROWS])), name) for name in ("../../etc/a.pdf", "..")]}
    said = client.post("/api/read", data=sent).get_json()
    assert [page["file"] for page in said["pages"]] == ["a.pdf", "receipt"]


def test_the_form_shows_all_pages_and_leaves_out_fields_without_a_file(client: FlaskClient) -> None:
    sent = form(bill_pdf=BILL, broken_png=b"no image")
    sent["image"].append((BytesIO(), ""))
    answer = client.post("/read", data=sent)
    said = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert re.findall("<h2>(.*)</h2>", said) == ["bill.pdf", "bill.pdf#2"]
    assert re.findall('<p class="fault">(.*)</p>', said) == ["broken.png: not an image that can be read"]
    assert ROWS[1] in said
