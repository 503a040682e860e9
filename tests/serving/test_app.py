"""The server reads and draws, and refuses what it should."""

import html
import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from command_line import Run
from flask.testing import FlaskClient

from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice
from receiptgen.drawing.editor_schema import editor_schema
from receiptgen.drawing.profile import profile
from receiptgen.drawing.receipt_pages import draw_receipt
from receiptgen.drawing.template import receipt_template
from receiptgen.reading.scoring import score_words
from receiptgen.serving import drawing_task
from receiptgen.serving.answers import success
from receiptgen.serving.app import Limits, create_app
from receiptgen.serving.drawing_task import Drawing
from receiptgen.serving.form import FORM, suited
from receiptgen.serving.lane import Lane
from receiptgen.serving.tasks import Reading

pytestmark = pytest.mark.needs("onnxruntime")

SAMPLE = draw_receipt(receipt_template("cafe").value, Dice(5), profile=profile("clean").value)
PNG = cv2.imencode(".png", SAMPLE.page.image)[1].tobytes()


Lanes = tuple[Lane, Lane]


@pytest.fixture(scope="module")
def lanes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lanes]:
    task = Drawing(1_000_000_000, tmp_path_factory.mktemp("sent"))
    with (
        closing(Lane("reading", Reading(Path("receipt")), seconds=60, waiting=4)) as reading,
        closing(Lane("drawing", task, seconds=60, waiting=4)) as drawing,
    ):
        yield reading, drawing


@pytest.fixture(scope="module")
def client(lanes: Lanes) -> FlaskClient:
    return create_app(*lanes, Limits(upload=300_000)).test_client()


@pytest.mark.smoke
def test_an_image_is_read(client: FlaskClient) -> None:
    for answer in (
        client.post("/api/read", data=PNG, content_type="image/png"),
        client.post("/api/read", data={"image": (BytesIO(PNG), "a.png")}),
    ):
        assert answer.status_code == 200
        page = answer.get_json()
        assert score_words(SAMPLE.text, page["text"], "ci").f1 > 0.9
        assert (page["height"], page["width"]) == SAMPLE.page.image.shape


def test_every_answer_has_strict_headers(client: FlaskClient) -> None:
    for path in ("/", "/read", "/static/read.js", "/api/health", "/nowhere", "/openapi.json"):
        with client.get(path) as answer:
            headers = answer.headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "form-action 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.smoke
def test_the_page_asks_nobody_else() -> None:
    import receiptgen.serving as serve

    folder = Path(serve.__file__).parent
    for path in [*(folder / "static").rglob("*.*"), *(folder / "pages").iterdir()]:
        said = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
        assert "http:" not in said, path
        assert "https:" not in said, path
        assert " style=" not in said, path


BOMB = cv2.imencode(".png", np.zeros((9_500, 9_500), np.uint8))[1].tobytes()
TOO_LARGE = "image too large: more than 80,000,000 pixels; scale it down"


@pytest.mark.parametrize(
    ("content", "status", "fault"),
    [
        (b"", 400, "no image in the request"),
        (b"\x89PNG\r\n\x1a\n", 415, "not an image that can be read"),
        (PNG[:60], 415, "damaged or cut off"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "not an image that can be read"),
        pytest.param(b"%PDF-1.7", 415, "receipt: a damaged PDF that can't be read", marks=pytest.mark.needs("pdf")),
        pytest.param(BOMB, 413, TOO_LARGE, id="too large"),
        (bytes(400_000), 413, "larger than 300,000 bytes"),
    ],
)
def test_what_is_no_image_is_refused(client: FlaskClient, content: bytes, status: int, fault: str) -> None:
    answer = client.post("/api/read", data=content, content_type="image/png")
    assert (answer.status_code, answer.get_json()) == (status, {"faults": [fault]})


def form(content: bytes, **values: str) -> dict[str, object]:
    return {"image": (BytesIO(content), "a.png"), **values}


def test_the_form_is_answered_by_a_page_with_text_and_words(client: FlaskClient) -> None:
    answer = client.post("/read", data=form(PNG, min_confidence="1"))
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    page = client.post("/api/read?min_confidence=1", data=PNG).get_json()
    said = html.unescape(answer.get_data(as_text=True))
    assert page["text"] in said
    words = [
        ("(N/A)" if word["confidence"] < 1 else word["text"], f"{100 * word['confidence']:.0f} %")
        for line in page["lines"]
        for word in line["words"]
    ]
    assert re.findall(r"<td>(.*)</td><td>(.*)</td>", said) == words
    assert "(N/A)" in dict(words)


def test_what_is_read_is_text_and_no_markup() -> None:
    answer = success({"text": "<b>&", "warnings": ["<i>"], "lines": [{"text": "<u>", "words": [{"confidence": 1}]}]})
    said = suited(FORM, answer).content
    assert b'<pre id="text" class="text">&lt;b&gt;&amp;</pre>' in said
    assert not re.search(rb"<[biu]>", said)


@pytest.mark.parametrize(
    ("sent", "status", "fault"),
    [
        ({}, 400, "no part named 'image'"),
        (form(b""), 400, "no image in the request"),
        pytest.param(form(b"%PDF-1.7"), 415, "a.png: a damaged PDF that can't be read", marks=pytest.mark.needs("pdf")),
        pytest.param(form(BOMB), 413, TOO_LARGE, id="too large"),
        (form(bytes(400_000)), 413, "larger than 300,000 bytes"),
        (form(PNG, min_confidence="<b>"), 400, "min_confidence: expected a number from 0 to 1, got '<b>'"),
    ],
)
def test_what_the_form_can_not_send_is_refused_on_a_page(
    client: FlaskClient, sent: dict[str, object], status: int, fault: str
) -> None:
    answer = client.post("/read", data=sent, content_type="multipart/form-data")
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    told = re.findall(r'<p class="fault">([^<]*)</p>', answer.get_data(as_text=True))
    assert [html.unescape(one) for one in told] == [fault]


def test_the_form_of_another_site_is_refused(client: FlaskClient) -> None:
    for origin in ("https://evil.example", "null"):
        assert client.post("/read", data=form(PNG), headers={"Origin": origin}).status_code == 403


def test_of_a_damaged_image_what_is_there_is_read(client: FlaskClient) -> None:
    page = client.post("/api/read", data=PNG[: len(PNG) // 2], content_type="image/png").get_json()
    assert page["lines"]
    assert page["warnings"][0].startswith("damaged or cut off; ")


def test_fuzzed_uploads_are_read_or_refused(client: FlaskClient) -> None:
    random = np.random.default_rng(7)
    small = cv2.resize(SAMPLE.page.image, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
    seeds = [cv2.imencode(end, small)[1] for end in (".png", ".jpg", ".webp", ".bmp", ".tiff")]
    found = Counter()
    for turn in range(200):
        content = seeds[turn % len(seeds)].copy()
        places = random.integers(0, len(content), random.integers(1, 40))
        content[places] = random.integers(0, 256, len(places))
        answer = client.post("/api/read", data=content.tobytes()[: random.integers(1, len(content) + 1)])
        found[answer.status_code] += 1
        assert answer.is_json
    assert set(found) <= {200, 413, 415}
    assert found[415] > 50


def test_other_sites_and_names_are_refused(client: FlaskClient) -> None:
    assert client.get("/api/health", headers={"Host": "evil.example"}).status_code == 403
    for host in ("127.0.0.1:8000", "[::1]:8000", "127.0.0.2:8000", "[0:0:0:0:0:0:0:1]", "LOCALHOST"):
        assert client.get("/api/health", headers={"Host": host}).status_code == 200, host
    foreign = client.post("/api/read", data=PNG, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert client.post("/api/read", data=PNG, headers={"Origin": "http://["}).status_code == 403
    own = client.post("/api/read", data=PNG, headers={"Origin": "http://localhost"})
    assert own.status_code == 200


@pytest.mark.parametrize("share", ["2", "-1", "nan", "x"])
def test_a_share_is_checked(client: FlaskClient, share: str) -> None:
    answer = client.post(f"/api/read?min_confidence={share}", data=PNG)
    assert answer.status_code == 400
    assert answer.get_json()["faults"][0].startswith("min_confidence: expected a number from 0 to 1")


@pytest.mark.smoke
def test_templates_are_drawn_as_they_are_typed(client: FlaskClient) -> None:
    names = client.get("/api/templates").get_json()
    assert tuple(names["templates"]) == packaged_names("templates")
    text = client.get("/api/templates/taxi").get_data(as_text=True)
    drawn = client.post("/api/draw", json={"template": text, "profile": "clean", "seed": 3})
    assert drawn.status_code == 200
    assert drawn.get_json()["image"].startswith("data:image/png;base64,")
    again = client.post("/api/draw", json={"template": text, "profile": "clean", "seed": 3})
    assert again.get_json() == drawn.get_json()
    extended = client.post("/api/draw", json={"template": "extends: taxi\nabout: x\n"})
    assert extended.status_code == 200


def test_the_first_receipt_of_the_command_is_drawn_with_its_files(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    text = "extends: cafe\nabout: mine\n"
    Path("my_cafe.yaml").write_text(text, encoding="utf-8")
    asked = {"template": text, "name": "my_cafe", "profile": "thermal", "locale": "de_DE", "seed": 4, "files": True}
    drawn = client.post("/api/draw", json=asked).get_json()
    options = ["--templates", "my_cafe.yaml", "--profile", "thermal", "--locales", "de_DE", "--seed", 4]
    assert run("draw", 1, "--kinds", "receipt", *options, "--workers", 1).code == 0
    folder = Path("results/000000")
    assert b64decode(drawn["image"].partition(",")[2]) == (folder / "receipt.png").read_bytes()
    for name in ("text.txt", "items.json"):
        assert drawn["files"][name] == (folder / name).read_text(encoding="utf-8"), name
    truth, written = json.loads(drawn["files"]["truth.json"]), json.loads((folder / "truth.json").read_bytes())
    assert truth.pop("file") == "receipt.png"
    assert written.pop("file").endswith("receipt.png")
    assert truth == written


def test_of_a_long_unknown_name_the_beginning_is_told_back(client: FlaskClient) -> None:
    for folder in ("profiles", "templates"):
        answer = client.get(f"/api/{folder}/{'x' * 3000}")
        (fault,) = answer.get_json()["faults"]
        assert answer.status_code == 404
        assert fault.startswith(f"unknown {folder[:-1]} '{'x' * 40}'")
        assert "x" * 41 not in fault


def test_schemas_are_made_before_the_time_of_a_request_begins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # whose end undoes that the drawing goes elsewhere
    monkeypatch.setattr(drawing_task, "_limit_memory", lambda more: None)  # which would be that of the tests
    answer = Drawing(1, tmp_path)()
    monkeypatch.setattr("receiptgen.drawing.editor_schema.editor_schema", None)
    for kind in drawing_task.SCHEMAS:
        assert answer(drawing_task.SchemaRequest(kind)).status == 200


def test_the_schema_is_that_of_the_command(client: FlaskClient) -> None:
    described = client.get("/api/schema").get_json()
    assert described == json.loads(json.dumps(editor_schema("receipt")))
    fields = described["$defs"]["ReceiptTemplate"]["properties"]
    assert fields["extends"]["examples"] == list(packaged_names("templates"))
    assert "de_DE" in fields["locales"]["examples"]
    assert ", with weights. Written as names with weights, a list" in fields["locales"]["description"]
    assert "bitmap" in described["$defs"]["Printer"]["properties"]["faces"]["examples"]


@pytest.mark.parametrize(
    ("asked", "status", "fault"),
    [
        ({"template": "about: x\nbsket: {}\n"}, 422, "template.yaml:2:1: unknown key 'bsket'; did you mean 'basket'?"),
        (
            {"template": "extends: ../../etc/passwd\n"},
            422,
            "template.yaml:1:10: extends: the file '../../etc/passwd' can't be named here",
        ),
        ({"template": "extends: cafe\nabout: [\n"}, 422, "template.yaml:"),
        ({"template": "extends: cafe\n", "profile": "nope"}, 400, "unknown profile 'nope'"),
        ({"template": "extends: cafe\n", "seed": -1}, 400, "seed: expected a whole number from 0"),
        ({"template": "extends: cafe\n", "locale": "./own.yaml"}, 400, "unknown locale './own.yaml'"),
        ({"template": "extends: cafe\n", "name": "a\nb"}, 400, "name: expected 1 to 200 characters of one line"),
        ({"template": "extends: cafe\n", "files": 1}, 400, "files: expected true or false"),
        ({"seed": 1}, 400, "expected JSON with"),
        (["x"], 400, "expected JSON with"),
        ({"template": "#" * 300_000}, 413, "larger than 300,000 bytes"),
    ],
)
def test_faults_of_a_template_are_told(client: FlaskClient, asked: object, status: int, fault: str) -> None:
    answer = client.post("/api/draw", json=asked)
    assert answer.status_code == status
    assert any(one.startswith(fault) for one in answer.get_json()["faults"]), answer.get_json()


@pytest.mark.parametrize(
    "template",
    [
        "extends: ./cafe.yaml\nabout: x\n",
        "extends: /etc/passwd\n",
        "extends: cafe\nprofile: ./clean.yaml\n",
        "extends: cafe\nprofile: /etc/clean.yaml\n",
        "extends: cafe\nprinters: [{faces: {./own.ttf: 1}}]\n",
        "extends: cafe\nprinters: [{display: {/etc/own.OTF: 1}}]\n",
    ],
)
def test_a_template_that_is_sent_names_no_files(client: FlaskClient, template: str) -> None:
    answer = client.post("/api/draw", json={"template": template})
    assert answer.status_code == 422
    fault = answer.get_json()["faults"][-1]
    assert "can't be named here" in fault or "is not beside the template" in fault


@pytest.mark.parametrize("change", ["basket: 3", "elements: [{kind: gap, lines: x}]", "printers: []", "profile: nope"])
def test_faults_tell_no_folder_of_this_machine(client: FlaskClient, change: str) -> None:
    answer = client.post("/api/draw", json={"template": f"extends: cafe\n{change}\n"})
    assert answer.status_code == 422
    for fault in answer.get_json()["faults"]:
        assert "/" not in fault, fault


def test_a_drawing_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    with closing(Lane("drawing", Drawing(20_000_000, tmp_path), seconds=60, waiting=0)) as drawing:
        client = create_app(drawing, drawing).test_client()
        template = "extends: supermarket\nprinters: [{dots: [3500], size: 120}]\nbasket: {items: 25}\n"
        answer = client.post("/api/draw", json={"template": template})
    assert answer.status_code == 422
    assert answer.get_json() == {"faults": ["template.yaml: takes more than 20 MB of memory to draw"]}


def test_others_than_this_machine_draw_no_templates(lanes: Lanes) -> None:
    client = create_app(*lanes, Limits(editing=False, names=None)).test_client()
    answer = client.post("/api/draw", json={"template": "extends: cafe\n"}, headers={"Host": "receipts.example"})
    assert answer.status_code == 403
    assert client.get("/api/health").get_json() == {"status": "ok", "editing": False}


def test_hosts_that_are_allowed_are_served(lanes: Lanes) -> None:
    client = create_app(*lanes, Limits(names=frozenset({"receipts.example"}))).test_client()
    drawn = {"template": "extends: cafe\nabout: x\n"}
    for host, origin in (
        ("receipts.example", "https://receipts.example"),
        ("Receipts.Example.:8443", "https://Receipts.Example.:8443"),
        ("127.0.0.1:8000", "https://receipts.example"),  # a proxy that names the server as it reaches it
    ):
        answer = client.post("/api/draw", json=drawn, headers={"Host": host, "Origin": origin})
        assert answer.status_code == 200, host
    assert client.get("/api/health", headers={"Host": "evil.receipts.example"}).status_code == 403
    foreign = client.post("/api/draw", json=drawn, headers={"Host": "receipts.example", "Origin": "http://localhost"})
    assert foreign.status_code == 403


@pytest.mark.smoke
def test_the_description_names_every_path(client: FlaskClient) -> None:
    described = client.get("/openapi.json").get_json()
    assert described["openapi"].startswith("3.")
    rules = {rule.rule.replace("<", "{").replace(">", "}") for rule in client.application.url_map.iter_rules()}
    assert {rule for rule in rules if rule.startswith("/api/")} == set(described["paths"])
    page = client.post("/api/read", data=PNG).get_json()
    schema = described["components"]["schemas"]["Page"]
    assert set(page) == set(schema["required"])
    line = schema["properties"]["lines"]["items"]
    assert set(page["lines"][0]) == set(line["required"])
    assert set(page["lines"][0]["words"][0]) == set(line["properties"]["words"]["items"]["required"])


def test_json_that_is_nested_too_deep_is_refused(client: FlaskClient) -> None:
    answer = client.post("/api/draw", data=b"[" * 90_000, content_type="application/json")
    assert (answer.status_code, answer.get_json()) == (400, {"faults": ["JSON is nested too deep"]})
