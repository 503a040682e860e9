"""Files that are sent beside a template or a snippet set: drawn as the command draws them, and no others named."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from command_line import Run
from flask.testing import FlaskClient

from receiptgen.core.assets import packaged
from receiptgen.serving.app import create_app
from receiptgen.serving.drawing_task import MOST_SNIPPETS, Drawing
from receiptgen.serving.lane import Lane
from receiptgen.serving.sent_files import MOST_BYTES, MOST_FILES, SentFile, SentFolder, is_file_name

LOGO = cv2.imencode(".png", np.pad(np.zeros((20, 60), np.uint8), 10, constant_values=255))[1].tobytes()
GOODS = b"name,price\nGreen tea,1.20\nCarrot cake,3.50\n"
MINE = """extends: cafe
about: mine
locales: en_IE
basket: {goods: ./goods.csv}
elements:
  - {kind: image, file: logo.png}
  - {kind: items, first: [quantity, name, amount]}
  - totals
"""
SET = """about: mine
locales: en_US
faces: mono
kinds:
  line: {kind: file, path: words.txt}
  price: price
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sent")


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[FlaskClient]:
    with closing(Lane("drawing", Drawing(1_000_000_000, folder), seconds=60, waiting=4)) as lane:
        unused: Any = lane
        yield create_app(unused, lane).test_client()


@pytest.mark.parametrize(
    ("name", "fits"),
    [("logo.png", True), ("x" * 100, True), ("x" * 101, False), ("\U0001f600" * 60, True), ("\U0001f600" * 61, False)],
)
def test_names_are_counted_in_bytes_too(name: str, fits: bool) -> None:
    assert is_file_name(name) == fits


def sent(**files: bytes) -> dict[str, str]:
    """Return files as a request holds them; of their names the last ``_`` is the point."""
    return {".".join(name.rsplit("_", 1)): b64encode(content).decode() for name, content in files.items()}


def faults(client: FlaskClient, path: str = "/api/draw", **asked: Any) -> tuple[int, list[str]]:
    answer = client.post(path, json=asked)
    return answer.status_code, answer.get_json().get("faults")


def test_a_logo_and_goods_of_ones_own_are_drawn_as_the_command_draws_them(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    asked = {"template": MINE, "name": "mine", "seed": 3, "beside": sent(logo_png=LOGO, goods_csv=GOODS)}
    drawn = client.post("/api/draw", json=asked).get_json()
    assert any(name in drawn["text"].lower() for name in ("green tea", "carrot cake"))
    monkeypatch.chdir(tmp_path)
    for name, content in (("mine.yaml", MINE.encode()), ("logo.png", LOGO), ("goods.csv", GOODS)):
        Path(name).write_bytes(content)
    assert run("draw", 1, "--templates", "mine.yaml", "--seed", 3, "--workers", 1).code == 0
    assert b64decode(drawn["image"].partition(",")[2]) == Path("results/000000/receipt.png").read_bytes()


def test_snippets_of_a_set_are_those_of_the_command(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    words = b"Thank you\nOpen daily\n"
    asked = {"snippets": SET, "name": "ours", "seed": 3, "count": 5, "beside": sent(words_txt=words)}
    drawn = client.post("/api/snippets", json=asked).get_json()
    assert drawn["kinds"] == ["line", "price"]
    assert [(one["kind"], one["number"]) for one in drawn["snippets"]] == [
        ("line", 0), ("price", 0), ("line", 1), ("price", 1), ("line", 2),
    ]  # fmt: skip
    assert {drawn["snippets"][place]["text"] for place in (0, 2, 4)} <= {"Thank you", "Open daily"}
    rest = client.post("/api/snippets", json={**asked, "first": 3, "count": 2}).get_json()
    assert rest["snippets"] == drawn["snippets"][3:]
    only = client.post("/api/snippets", json={**asked, "kinds": ["price"], "count": 2}).get_json()
    assert only["snippets"] == [drawn["snippets"][place] for place in (1, 3)]
    monkeypatch.chdir(tmp_path)
    Path("ours.yaml").write_text(SET, encoding="utf-8")
    Path("words.txt").write_bytes(words)
    assert run("draw", 2, "--set", "ours.yaml", "--seed", 3, "--workers", 1).code == 0
    written = sorted(Path("results_test").glob("**/price/*.png")) or sorted(
        Path("results_test").glob("**/price/**/*.png")
    )
    assert [b64decode(one["image"].partition(",")[2]) for one in only["snippets"]] == [
        path.read_bytes() for path in written
    ]


def test_packaged_sets_are_told_with_their_schema(client: FlaskClient) -> None:
    assert "standard" in client.get("/api/templates").get_json()["snippets"]
    text = packaged("snippets", "words").read_text(encoding="utf-8")
    assert client.get("/api/snippets/words").get_data(as_text=True) == text
    assert client.get("/api/schema?of=snippets").get_json()["$ref"] == "#/$defs/SnippetSet"


def test_what_is_sent_names_others_that_are_sent(client: FlaskClient) -> None:
    beside = sent(
        base_yaml=b"extends: cafe\nabout: base\nprofile: ours.yaml\n", ours_yaml=b"extends: clean\nabout: ours\n"
    )
    assert faults(client, template="extends: base.yaml\nabout: x\n", beside=beside) == (200, None)
    broken = {**beside, **sent(ours_yaml=b"extends: clean\nabot: ours\n")}
    status, (fault,) = faults(client, template="extends: base.yaml\nabout: x\n", beside=broken)
    assert status == 422
    assert fault.startswith("base.yaml:3:10: profile: ours.yaml:2:1: unknown key 'abot'; did you mean 'about'?")


IMAGE = "extends: cafe\nabout: x\nelements: [{kind: image, file: %s}]\n"
PLACES = ("../secret.png", "/etc/passwd", "sub/logo.png", "..", ".", "../x/logo.png")


@pytest.mark.parametrize("name", PLACES)
def test_a_name_leads_nowhere_else(client: FlaskClient, folder: Path, name: str) -> None:
    (folder.parent / "secret.png").write_bytes(LOGO)
    (folder / "secret.png").write_bytes(LOGO)
    status, (fault,) = faults(client, template=IMAGE % name, beside=sent(logo_png=LOGO))
    assert status == 422
    assert fault == (
        f"template.yaml:3:32: elements[0].file: the file '{name}' can't be named here; "
        "files of yours lie beside the template"
    )


NESTED = {
    "extends": "extends: ../secret.yaml\nabout: x\n",
    "extends an absolute path": "extends: /etc/secret.yaml\nabout: x\n",
    "profile": "extends: cafe\nabout: x\nprofile: ../secret.yaml\n",
    "font": "extends: cafe\nabout: x\nprinters: [{faces: {../secret.ttf: 1}}]\n",
    "shop": "extends: cafe\nabout: x\nbasket: {shop: ../secret.yaml}\n",
    "goods": "extends: cafe\nabout: x\nbasket: {goods: ../secret.csv}\n",
    "locale": "extends: cafe\nabout: x\nlocales: ../secret.yaml\n",
    "folder of images": "extends: cafe\nabout: x\neffects: [{kind: ground, images: ..}]\n",
}


@pytest.mark.parametrize("text", NESTED.values(), ids=NESTED)
def test_files_that_are_sent_lead_nowhere_else(client: FlaskClient, folder: Path, text: str) -> None:
    for place in (folder, folder.parent):
        for name in ("secret.yaml", "secret.csv", "secret.ttf"):
            (place / name).write_text("secret: value\n", encoding="utf-8")
    for template, beside in ((text, None), ("extends: mine.yaml\nabout: y\n", sent(mine_yaml=text.encode()))):
        status, told = faults(client, template=template, beside=beside)
        assert status == 422
        assert "can't be named here" in told[-1]
        assert "/" not in told[-1].replace("../", "").replace("/etc/", "")


@pytest.mark.parametrize("key", ["shop", "locale"])
def test_values_name_no_files_of_the_server(client: FlaskClient, folder: Path, key: str) -> None:
    (folder / "secret.yaml").write_text("secret: value\n", encoding="utf-8")
    for name in (str(folder / "secret.yaml"), "./../secret.yaml"):
        status, (fault,) = faults(client, template="extends: cafe\nabout: x\n", values={key: name})
        assert (status, fault[:20]) == (422, f"values: {key}: the file '"[:20])
        assert "secret: value" not in fault


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({}, "'logo.png' is not beside the template; add it"),
        ({"logo_jpg": LOGO}, "'logo.png' is not beside the template; add it; did you mean 'logo.jpg'?"),
        ({"logo_png": LOGO[:60]}, "'logo.png': damaged or cut off"),
        ({"logo_png": b"about: cafe"}, "'logo.png': not an image"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line(client: FlaskClient, files: dict[str, bytes], fault: str) -> None:
    status, told = faults(client, template=IMAGE % "logo.png", beside=sent(**files))
    assert (status, len(told)) == (422, 1)
    assert told[0].startswith(f"template.yaml:3:32: elements[0].file: {fault}")


@pytest.mark.parametrize(
    ("goods", "fault"),
    [
        (LOGO, "goods.csv:1:1: byte 0x89 is not UTF-8; save the file as UTF-8"),
        (b"name,price\nTea,abc\n", "goods.csv:2: price: expected a number or a range"),
        (b"name,prize\nTea,1\n", "goods.csv:1: unknown column 'prize'; did you mean 'price'?"),
    ],
)
def test_what_is_wrong_with_goods_is_told_in_their_file(client: FlaskClient, goods: bytes, fault: str) -> None:
    status, told = faults(client, template=MINE, beside=sent(logo_png=LOGO, goods_csv=goods))
    assert status == 422
    assert told[0].startswith(fault)


def test_faults_of_a_set_are_told_at_their_place(client: FlaskClient) -> None:
    status, (fault,) = faults(
        client, "/api/snippets", snippets="extends: standard\nabout: x\nkinds: {a: {kind: prce}}\n"
    )
    assert (status, fault) == (422, "snippets.yaml:3:19: kinds.a.kind: unknown kind 'prce'; did you mean 'price'?")
    status, (fault,) = faults(client, "/api/snippets", snippets=SET.replace("words.txt", "/etc/passwd"))
    assert (status, fault.partition(" the ")[0]) == (422, "snippets.yaml:5:28: kinds.line.path:")
    status, (fault,) = faults(client, "/api/snippets", snippets="extends: words\nabout: x\n", kinds=["pric"])
    assert (status, fault[:35]) == (422, "snippets.yaml: unknown kind 'pric';")


ODD = "extends: cafe\nabout: x\n"


@pytest.mark.parametrize(
    ("beside", "status", "fault"),
    [
        ([], 400, "beside: expected an object of names with contents in base64, or null"),
        ({"../logo.png": ""}, 400, "beside: '../logo.png' is no name of a file, such as 'logo.png', without folders"),
        ({"": ""}, 400, "beside: '' is no name of a file"),
        ({".hidden": ""}, 400, "beside: '.hidden' is no name of a file"),
        ({"a\\b.png": ""}, 400, "beside: 'a\\\\b.png' is no name of a file"),
        ({"C:logo.png": ""}, 400, "beside: 'C:logo.png' is no name of a file"),
        ({"a\nb": ""}, 400, "beside: 'a\\nb' is no name of a file"),
        ({"x" * 101: ""}, 400, "beside: 'xxx"),
        ({"logo.png": 1}, 400, "beside: logo.png: expected its content in base64"),
        ({"logo.png": "a-b_"}, 400, "beside: logo.png: its content is not base64"),
        (
            dict.fromkeys(map(str, range(MOST_FILES + 1)), ""),
            413,
            "beside: 21 files; a template has 20 beside it at most",
        ),
        ({"a": "A" * 8_000_000, "b": "A" * 8_000_000}, 413, "larger than "),
        (
            {"a": "A" * 5_400_000, "b": "A" * 5_400_000},
            413,
            "beside: the files beside a template may have 8,000,000 bytes",
        ),
    ],
)
def test_wrong_files_are_refused(client: FlaskClient, beside: object, status: int, fault: str) -> None:
    answered, (told,) = faults(client, template=ODD, beside=beside)
    assert (answered, told[: len(fault)]) == (status, fault)


@pytest.mark.parametrize(
    ("asked", "status", "fault"),
    [
        ({"template": "#" * 400_000}, 413, "larger than 400,000 bytes without the files beside the template"),
        ({"snippets": SET, "name": "../x"}, 400, "name: expected that of the set's file"),
        ({"snippets": SET, "count": MOST_SNIPPETS + 1}, 400, "count: expected a whole number from 1 to 40"),
        ({"snippets": SET, "first": -1}, 400, "first: expected a whole number from 0"),
        ({"snippets": SET, "kinds": "price"}, 400, "kinds: expected a list of names"),
        ({"snippets": SET, "template": ODD}, 400, "unknown key 'template'"),
    ],
)
def test_wrong_requests_are_refused(client: FlaskClient, asked: dict[str, Any], status: int, fault: str) -> None:
    path = "/api/snippets" if "snippets" in asked else "/api/draw"
    answered, (told,) = faults(client, path, **asked)
    assert (answered, told[: len(fault)]) == (status, fault)


def test_folders_are_kept_while_they_are_among_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sets = [[SentFile("a.txt", str(number).encode())] for number in range(12)]
    folders, sent_folder = [], SentFolder()
    for files in sets:
        folders.append(sent_folder.lay(files))
        assert sent_folder.lay(sets[0]) == folders[0]
    assert folders[0].is_dir()
    assert len(set(folders)) == 12
    assert sum(folder.is_dir() for folder in folders) == 8
    assert (folders[-1] / "a.txt").read_bytes() == b"11"
    assert MOST_BYTES < 20_000_000 * 3 // 4  # what the command takes of a request unless told otherwise


def test_files_of_a_process_that_was_ended_are_deleted_by_the_next(tmp_path: Path) -> None:
    (tmp_path / "left").mkdir()
    (tmp_path / "left" / "goods.csv").write_text("name,price\n")
    with closing(Lane("drawing", Drawing(1_000_000_000, tmp_path), seconds=60, waiting=0)) as drawing:
        drawing.wait()
        assert not (tmp_path / "left").exists()
