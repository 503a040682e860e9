"""Values and profiles that are sent to be drawn: what is wrong with them is told."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from receiptgen.serving.answers import Answer
from receiptgen.serving.app import create_app
from receiptgen.serving.drawing_task import AnyDrawRequest, Drawing
from receiptgen.serving.lane import Lane

MINE = "extends: cafe\nabout: mine\nprofile: clean\n"


@pytest.fixture(scope="module")
def drawing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane[AnyDrawRequest, Answer]]:
    task = Drawing(1_000_000_000, tmp_path_factory.mktemp("sent"))
    with closing(Lane("drawing", task, seconds=60, waiting=15)) as lane:
        yield lane


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
