"""The truth of a sample as JSON."""

import json
from dataclasses import replace

import pytest
from samples import moved, receipt, snippet

from receiptgen.typography.blocks import Run
from receiptgen.typography.glyph_atlas import atlas
from receiptgen.typography.raster import draw_text
from receiptgen.typography.typeface import face
from receiptgen.writers._truth import one_line, truth, truth_line


def test_truth_of_a_snippet_holds_every_box() -> None:
    found = json.loads(truth_line(snippet(), "price/000012.png"))
    assert found == truth(snippet(), "price/000012.png")
    assert "values" not in found
    assert "effects" not in found
    (line,) = found["lines"]
    assert [word["text"] for word in line["words"]] == ["TOTAL:", "$12.34"]
    assert line["words"][1]["quad"] == [74, 2, 134, 2, 134, 22, 74, 22]
    assert line["words"][1]["chars"][0] == [74, 2, 84, 2, 84, 22, 74, 22]
    assert "item" not in line["words"][0]
    assert found["fields"][0]["line"] == 0


@pytest.mark.smoke
def test_truth_of_a_receipt_ties_fields_to_lines_and_items() -> None:
    found = truth(receipt(), "000012/receipt.png")
    prices = [field for field in found["fields"] if field["role"] == "item.price"]
    assert [(field["text"], field["item"], field["line"]) for field in prices] == [("$1.20", 0, 1), ("$11.14", 1, 2)]
    assert [mark.get("text") for mark in found["marks"]] == [None, "https://example.org/12"]
    assert found["values"]["total"] == "12.34"
    assert found["effects"] == [{"kind": "fade", "share": 0.25}]
    characters = sum(len(word["chars"]) for line in found["lines"] for word in line["words"])
    assert characters == sum(len(word["text"]) for line in found["lines"] for word in line["words"])


def test_truth_of_moved_quads_is_rounded_to_hundredths() -> None:
    assert truth(moved(snippet(), -0.001), "f")["page"][0] == 0.0
    assert truth(moved(snippet(), 1 / 3), "f")["lines"][0]["quad"][:2] == [4.33, 2.33]
    assert b"-0.0" not in truth_line(moved(snippet(), -0.001), "f")


def test_line_breaks_and_tabs_turn_to_spaces_and_nothing_else_does() -> None:
    assert one_line("a\tb\nc\u2028d\x85e") == "a b c d e"
    assert one_line("1\u00a0234,50\u202f€ \\t") == "1\u00a0234,50\u202f€ \\t"


def drawn_in(text: str, font: str) -> dict[str, object]:
    """Return the truth of a text that is drawn by itself."""
    page = draw_text(Run(text), atlas(face(font), 32), (4, 4, 4, 4))
    return truth(replace(snippet(), page=page, text=text), "f")


def test_truth_of_latin_text_says_nothing_of_directions_or_clusters() -> None:
    (line,) = drawn_in("TOTAL 12.50", "heebo")["lines"]
    assert {"direction", "visual"}.isdisjoint(line)
    assert all({"direction", "clusters"}.isdisjoint(word) for word in line["words"])


def test_truth_states_direction_visual_order_and_clusters() -> None:
    (line,) = drawn_in("שָׁלוֹם TOTAL 12", "heebo")["lines"]
    assert line["direction"] == "rtl"
    # Words that run from left to right keep their order among each other.
    assert line["visual"] == [1, 2, 0]
    shalom, total, _ = line["words"]
    assert (shalom["direction"], shalom["clusters"]) == ("rtl", [3, 1, 2, 1])
    assert {"direction", "clusters"}.isdisjoint(total)
    assert len(shalom["chars"]) == 7
    assert shalom["chars"][0] == shalom["chars"][1] == shalom["chars"][2] != shalom["chars"][3]
    # Reading order is from right to left.
    assert shalom["chars"][0][0] > shalom["chars"][-1][0] > total["chars"][-1][0]


def test_thai_marks_share_the_quad_of_their_letter() -> None:
    (line,) = drawn_in("น้ำ ดี", "sarabun")["lines"]
    assert "direction" not in line
    assert [word["clusters"] for word in line["words"]] == [[3], [2]]


def test_numbers_of_effects_are_floats_at_any_depth_and_nothing_else_changes() -> None:
    effect = {
        "effect": "pen",
        "size": 3,
        "share": 0.5,
        "along": True,
        "text": "1",
        "path": ((1, 2), (3, 4.5)),
        "of": {"x": 0},
    }
    found = truth(replace(receipt(), effects=(effect,)), "f")["effects"]
    assert json.dumps(found) == json.dumps(
        [
            {
                "effect": "pen", "size": 3.0, "share": 0.5, "along": True, "text": "1",
                "path": [[1.0, 2.0], [3.0, 4.5]], "of": {"x": 0.0},
            }
        ]
    )  # fmt: skip
