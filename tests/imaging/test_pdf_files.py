"""PDF files of every sort, made by PDFium."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_documents import INVISIBLE, pdf, protected, scanned

from receiptgen.imaging import pdf_files
from receiptgen.imaging.image_files import decode, read_pictures
from receiptgen.imaging.pictures import Picture

ROWS = ["SHOP 12", "TEA          3.50"]


def pages(content: bytes, password: str = "") -> list[Picture | str]:
    return list(pdf_files.read_pdf(BytesIO(content), password))


def page(content: bytes) -> Picture:
    (only,) = pages(content)
    assert isinstance(only, Picture)
    return only


@pytest.mark.smoke
@pytest.mark.needs("pdf")
def test_words_of_a_text_layer_stand_where_they_are_printed() -> None:
    only = page(pdf([ROWS]))
    assert only.pixels.dtype == np.uint8
    assert only.pixels.shape == (1667, 946)  # at 300 dots an inch
    assert [word.text for word in only.words] == ["SHOP", "12", "TEA", "3.50"]
    for word in only.words:
        assert len(word.boxes) == len(word.text)
        x0, y0 = word.boxes[:, :2].min(axis=0).astype(int)
        x1, y1 = np.ceil(word.boxes[:, 2:].max(axis=0)).astype(int)
        dark = np.argwhere(only.pixels[y0:y1, x0:x1] < 128)
        assert len(dark) > 50
        assert 0.4 * (y1 - y0) < np.ptp(dark[:, 0]) < y1 - y0
    covered = only.pixels.copy()
    for word in only.words:
        for x0, y0, x1, y1 in word.boxes.round().astype(int).tolist():
            covered[y0 : y1 + 1, x0 : x1 + 1] = 255
    assert covered.min() > 200


@pytest.mark.needs("pdf")
def test_a_turned_page_has_words_where_its_text_is_upright() -> None:
    upwards = page(pdf([ROWS], turn=90, slope=True))
    assert upwards.pixels.shape == (946, 1667)
    assert [word.text for word in upwards.words] == ["SHOP", "12", "TEA", "3.50"]
    assert upwards.words[0].boxes[0, 0] < upwards.words[0].boxes[-1, 0]
    assert page(pdf([ROWS], turn=90)).words == ()
    assert page(pdf([ROWS], slope=True)).words == ()


@pytest.mark.needs("pdf")
def test_hidden_text_of_another_engine_is_not_taken() -> None:
    image = np.full((600, 400), 200, np.uint8)
    only = page(scanned(image, ["ANOTHER ENGINE"], INVISIBLE))
    assert only.words == ()
    assert abs(float(only.pixels.mean()) - 200) < 3


@pytest.mark.needs("pdf")
def test_a_huge_page_is_rendered_smaller_and_a_thin_one_at_all() -> None:
    assert page(pdf([ROWS], (14_400, 14_400))).pixels.size < 20_100_000  # 200 inches a side, the most that PDF allows
    assert 0 < page(pdf([[]], (0.5, 14_400))).pixels.size < 1_000_000
    endless = pdf([[]]).replace(b"[ 0 0 227 400]", b"[0 0 999999 1]")
    assert b"999999" in endless
    assert 0 < page(endless).pixels.size < 1_000_000


@pytest.mark.needs("pdf")
def test_pages_are_rendered_one_by_one_and_know_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    rendered = []
    rendering = pdf_files._rendered
    monkeypatch.setattr(pdf_files, "_rendered", lambda page: (rendered.append(page), rendering(page))[1])
    found = pdf_files.read_pdf(BytesIO(pdf([[f"PAGE {number}"] for number in range(300)], (60, 60))))
    first, second = next(found), next(found)
    assert isinstance(first, Picture)
    assert isinstance(second, Picture)
    assert [first.pages, second.words[1].text, len(rendered)] == [300, "1", 2]
    assert sum(isinstance(page, Picture) for page in found) == 298


@pytest.mark.needs("pdf")
def test_a_password_is_asked_for_and_used() -> None:
    content = protected("secret")
    assert pages(content) == [pdf_files.PROTECTED]
    assert pages(content, "wrong") == [pdf_files.WRONG_PASSWORD]
    (only,) = pages(content, "secret")
    assert isinstance(only, Picture)


@pytest.mark.needs("pdf")
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"%PDF-1.7", pdf_files.DAMAGED),
        (b"%PDF-1.7\n%%EOF", pdf_files.DAMAGED),
        (b"%PDF-1.7\n" + b"\xff" * 5000, pdf_files.DAMAGED),
    ],
)
def test_a_damaged_file_is_told(content: bytes, fault: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert pages(content) == [fault]
    assert capfd.readouterr() == ("", "")


@pytest.mark.needs("pdf")
def test_a_document_without_pages_is_told() -> None:
    assert pages(b"%PDF-1.7") == [pdf_files.DAMAGED]
    assert pages(pdf([])) == [pdf_files.NO_PAGES]


@pytest.mark.needs("pdf")
def test_of_a_file_without_its_end_what_is_there_is_read() -> None:
    content = pdf([ROWS])
    only = page(content[: content.rindex(b"%%EOF")])
    assert [word.text for word in only.words] == ["SHOP", "12", "TEA", "3.50"]
    assert only.damage.startswith("damaged or cut off")


@pytest.mark.needs("pdf")
@settings(max_examples=60)
@given(noise=st.binary(max_size=20), place=st.integers(9, 900), kept=st.integers(20, 1000))
def test_no_bytes_raise_anything(noise: bytes, place: int, kept: int) -> None:
    content = pdf([["A B"]], (60, 60))
    for one in pages((content[:place] + noise + content[place + len(noise) :])[: max(kept, place)]):
        assert isinstance(one, str) or one.pixels.ndim == 2


@pytest.mark.needs("pdf")
def test_a_pdf_is_known_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "receipt.jpg").write_bytes(b"\n\n" + pdf([ROWS]))
    (only,) = read_pictures(str(tmp_path / "receipt.jpg"))
    assert isinstance(only, Picture)
    assert len(only.words) == 4


def test_where_an_image_alone_is_taken_a_pdf_is_told() -> None:
    assert decode(b"%PDF-1.7") == pdf_files.NOT_AN_IMAGE


def test_without_the_package_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "find_spec", lambda name: None)
    assert pages(b"%PDF-1.7") == [pdf_files.MISSING]
    assert "receiptgen[pdf]" in pdf_files.MISSING
