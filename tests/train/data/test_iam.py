"""The IAM database in the layouts in which it is published and handed on."""

from pathlib import Path

import pytest
from data_sets import everything, iam, opened, png, write

from receiptgen.core.errors import DatasetError
from receiptgen.core.files import NO_FILE
from receiptgen.train.data.sources import Example, Flaw
from receiptgen.train.data.sources._guess import guess_format
from receiptgen.train.data.spec import parse_spec

XML = """<?xml version="1.0" encoding="UTF-8"?>
<form id="a01-000u" writer-id="000" height="3542" width="2479">
  <machine-printed-part><machine-print-line text="A MOVE"/></machine-printed-part>
  <handwritten-part>
    <line id="a01-000u-00" segmentation="ok" text="A &amp;quot;MOVE&amp;quot; to &amp;amp; fro.">
      <word id="a01-000u-00-00" tag="AT" text="A"><cmp x="1" y="2" width="3" height="4"/></word>
      <word id="a01-000u-00-01" tag="NN" text="&amp;quot;"/>
    </line>
    <line id="a01-000u-01" segmentation="err" text="stop"><word id="a01-000u-01-00" text="stop"/></line>
    <line text="no id"/>
  </handwritten-part>
</form>
"""
WORDS = """#--- words.txt ---
a01-000u-00-00 ok 154 408 768 27 51 AT A
a01-000u-00-01 ok 154 507 766 213 48 NN MOVE
b06-008-01-02 ok 154 507 766 213 48 NN may
"""


def words(folder: Path, inside: str = "ascii/") -> Path:
    """Write three words of two forms, one of which is cut off to nothing in the real archive as well."""
    write(folder / f"{inside}words.txt", WORDS)
    for name in ("a01-000u-00-00", "a01-000u-00-01", "b06-008-01-02"):
        form, number, *_ = name.split("-")
        write(folder / f"words/{form}/{form}-{number}/{name}.png", b"" if name.startswith("b") else png())
    return folder


@pytest.mark.parametrize("inside", ["ascii/", ""])
@pytest.mark.parametrize("errors", ["keep", "skip"])
def test_lines_are_read_with_bars_as_spaces(tmp_path: Path, inside: str, errors: str) -> None:
    first, second, third = everything(opened("iam", iam(tmp_path, inside), errors=errors))
    assert isinstance(first, Example)
    assert first.text == "A MOVE to stop Mr."
    assert isinstance(second, Example if errors == "keep" else Flaw)
    assert isinstance(third, Flaw)
    assert third.name == "lines.txt:5"


@pytest.mark.parametrize("inside", ["ascii/", ""])
def test_a_copy_of_words_alone_needs_no_setting(tmp_path: Path, inside: str) -> None:
    assert guess_format(words(tmp_path, inside)) == "iam"
    first, second, third = everything(parse_spec(f"iam:{tmp_path}").data.open(0))
    assert [row.text for row in (first, second) if isinstance(row, Example)] == ["A", "MOVE"]
    assert third == Flaw("words/b06/b06-008/b06-008-01-02.png", "is empty")


def test_words_are_read_from_the_command_line_where_there_are_lines_too(tmp_path: Path) -> None:
    words(iam(tmp_path))
    assert [parse_spec(f"iam:{tmp_path}{level}").data.open(0).read(0)[1] for level in ("", ":lines", ":words")] == [
        "A MOVE to stop Mr.", "A MOVE to stop Mr.", "A",
    ]  # fmt: skip


def test_lists_of_both_levels_with_the_images_of_words_only_give_words(tmp_path: Path) -> None:
    words(tmp_path)
    write(tmp_path / "ascii/lines.txt", "a01-000u-00 ok 154 19 408 746 1661 89 A|MOVE\n")
    assert opened("iam", tmp_path).size == 3


def test_labels_of_forms_are_read_with_their_entities(tmp_path: Path) -> None:
    iam(tmp_path)
    write(tmp_path / "xml/a01-000u.xml", XML)
    write(tmp_path / "xml/a01-003.xml", "<form")
    first, second, nameless, broken = everything(parse_spec(f"iam:{tmp_path}:xml").data.open(0))
    assert isinstance(first, Example)
    assert first.text == 'A "MOVE" to & fro.'
    assert isinstance(second, Example)
    assert nameless == Flaw("xml/a01-000u.xml", "has a line without an id such as a01-000u-00")
    assert isinstance(broken, Flaw)
    assert broken.reason.startswith("is not XML: ")
    assert isinstance(opened("iam", tmp_path, labels="xml", errors="skip").read(1), Flaw)


def test_labels_of_forms_alone_are_enough(tmp_path: Path) -> None:
    write(tmp_path / "xml/a01-000u.xml", XML)
    for word in ("00-00", "00-01", "01-00"):
        write(tmp_path / f"words/a01/a01-000u/a01-000u-{word}.png", png())
    assert guess_format(tmp_path) == "iam"
    table = opened("iam", tmp_path)
    assert [row.text for row in everything(table)[:2] if isinstance(row, Example)] == ["A", '"']
    assert table.label(0).group == "000"


def test_a_part_has_the_rows_that_its_list_names(tmp_path: Path) -> None:
    words(iam(tmp_path))
    task = tmp_path / "largeWriterIndependentTextLineRecognitionTask"
    write(task / "trainset.txt", "a01-000u-01\r\n")
    write(task / "testset.txt", "a01-000u-00\nb06-008-01\n")
    assert opened("iam", tmp_path, part="train").label(0).text == "nominating"
    assert opened("iam", tmp_path, part="test").size == 1
    assert parse_spec(f"iam:{tmp_path}:words+test").data.open(0).size == 3
    write(task / "validationset1.txt", "c01-000u-00\n")
    with pytest.raises(DatasetError, match=r"lines\.txt: has no rows of part 'val1'"):
        opened("iam", tmp_path, part="val1")
    with pytest.raises(DatasetError, match=r"holds no validationset2\.txt, which lists part 'val2'; unpack large"):
        opened("iam", tmp_path, part="val2")


def test_rows_are_grouped_by_writer_or_else_by_form(tmp_path: Path) -> None:
    words(tmp_path)
    assert [opened("iam", tmp_path).label(row).group for row in range(3)] == ["a01-000u", "a01-000u", "b06-008"]
    write(
        tmp_path / "ascii/forms.txt", "# a01-000u 000 2 prt\na01-000u 000 2 prt 7 5 52 36\nb06-008 000 2 prt 1 1 1 1\n"
    )
    assert {opened("iam", tmp_path).label(row).group for row in range(3)} == {"000"}


def test_lists_without_images_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path / "ascii/lines.txt", "".join(f"a01-000u-{n:02d} ok 154 19 1 2 3 4 A\n" for n in range(99)))
    with pytest.raises(
        DatasetError, match=r"no image can be found, such as lines/a01/a01-000u/a01-000u-00\.png; unpack "
    ):
        opened("iam", tmp_path)
    write(tmp_path / "lines/a01/a01-000u/a01-000u-98.png", png())
    assert opened("iam", tmp_path).read(0) == Flaw("lines/a01/a01-000u/a01-000u-00.png", NO_FILE)


def test_a_folder_of_lines_without_texts_says_what_it_looked_for(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"looked for ascii/words\.txt, words\.txt, xml"):
        opened("iam", tmp_path, level="words")
