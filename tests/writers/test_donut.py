"""The format donut, read by ``datasets`` and turned into tokens and back as Donut does."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hub_datasets import load
from receipt_leaves import leaves
from samples import snippet
from written_sets import RECEIPTS, SNIPPETS, write

from receiptgen.core.assets import packaged_names
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template
from receiptgen.imaging.sample import Sample
from receiptgen.writers import Contents, documents, select
from receiptgen.writers._parse import parse_of


def tokens_of(value: Any) -> str:
    """Write JSON as a sequence of tokens: objects between tags of their keys, lists with separators."""
    if isinstance(value, dict):
        return "".join(f"<s_{key}>{tokens_of(member)}</s_{key}>" for key, member in value.items())
    if isinstance(value, list):
        return "<sep/>".join(map(tokens_of, value))
    return str(value)


def json_of(tokens: str) -> Any:
    """Read a sequence of tokens; a list of one can't be told from its member."""
    if "<s_" not in tokens:
        members = tokens.split("<sep/>")
        return members if len(members) > 1 else tokens
    objects: list[dict[str, Any]] = [{}]
    while tokens:
        if tokens.startswith("<sep/>"):
            objects.append({})
            tokens = tokens.removeprefix("<sep/>")
            continue
        found = re.match(r"<s_(.+?)>", tokens)
        assert found, tokens
        end = tokens.index(f"</s_{found[1]}>")
        objects[-1][found[1]] = json_of(tokens[found.end() : end])
        tokens = tokens[end + len(f"</s_{found[1]}>") :]
    return objects if len(objects) > 1 else objects[0]


def without_lists_of_one(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_lists_of_one(member) for key, member in value.items()}
    if isinstance(value, list):
        members = [without_lists_of_one(member) for member in value]
        return members[0] if len(members) == 1 else members
    return value


@pytest.fixture(scope="module")
def drawn() -> list[Sample]:
    source = Receipts([receipt_template(name).value for name in packaged_names("templates")], seed=7)
    return [source.draw(index) for index in range(13)]


def test_every_value_is_a_text_that_is_printed(drawn: list[Sample]) -> None:
    for sample in drawn:
        parse = parse_of(sample)
        assert parse["total"] == sample.values["total"]
        assert all(isinstance(leaf, str) and leaf for _, leaf in leaves(parse))
        assert "{}" not in json.dumps(parse)
        assert len(list(leaves(parse))) == len([leaf for _, leaf in leaves(sample.values) if leaf != ""])


def test_what_is_printed_survives_as_tokens(drawn: list[Sample]) -> None:
    for sample in drawn:
        parse = parse_of(sample)
        assert json_of(tokens_of(parse)) == without_lists_of_one(parse)


def test_donut_finds_images_and_ground_truth_of_each_split(tmp_path: Path) -> None:
    parts = {"train": RECEIPTS[:4], "val": RECEIPTS[4:6], "test": RECEIPTS[6:]}
    for part, samples in parts.items():
        write(tmp_path / "set" / part, "donut", samples=samples)
    contents = Contents(True, {part: len(samples) for part, samples in parts.items()})
    for name, content in documents(select(["donut"]), contents).items():
        (tmp_path / "set" / name).write_bytes(content)
    for split, samples in zip(("train", "validation", "test"), parts.values(), strict=True):
        found = load(tmp_path / "set", tmp_path / "cache", split=split)
        for row, sample in zip(found, samples, strict=True):
            assert np.array_equal(np.asarray(row["image"]), sample.page.image)
            assert json.loads(row["ground_truth"]) == {"gt_parse": parse_of(sample)}


def test_a_snippet_is_a_sequence_of_text_and_a_blank_one_nothing(tmp_path: Path) -> None:
    write(tmp_path, "donut", samples=SNIPPETS)
    rows = [json.loads(line) for line in (tmp_path / "donut/metadata.jsonl").read_bytes().splitlines()]
    assert rows[0]["file_name"] == "price-000000.png"
    assert json.loads(rows[0]["ground_truth"]) == {"gt_parse": {"text_sequence": SNIPPETS[0].text}}
    assert parse_of(snippet("")) == {}
