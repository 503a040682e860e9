"""Fonts of texts that come again."""

from collections import Counter, defaultdict
from pathlib import Path

from receiptgen import Snippets

LINES = [f"line {number} of ten" for number in range(1, 11)]
SET = """
about: w
locales: en_GB
faces: {cousine: 5, vera: 1, arimo: 0.01}
ink: smooth
kinds:
  m: {kind: file, path: text.txt, order: each}
"""


def test_lines_that_come_again_have_other_fonts_as_long_as_there_are_any(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\n".join(LINES) + "\n")
    (tmp_path / "set.yaml").write_text(SET)
    source = Snippets("m", set=tmp_path / "set.yaml", seed=3)
    fonts = defaultdict(list)
    for index in range(40):
        sample = source.draw(index)
        fonts[sample.text].append(sample.face)
    for faces in fonts.values():
        assert {*faces[:3]} == {"cousine", "vera", "arimo"}
        assert faces[3] == faces[0]
    assert Counter(faces[0] for faces in fonts.values()).most_common(1)[0][0] == "cousine"


def test_fonts_that_lack_a_text_take_no_turn(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("Ωμέγα\n")
    (tmp_path / "set.yaml").write_text(SET.replace("vera: 1", "ocr: 1"))
    source = Snippets("m", set=tmp_path / "set.yaml", seed=3)
    faces = [source.draw(index).face for index in range(6)]
    assert {*faces[:2]} == {*faces} == {"cousine", "arimo"}
