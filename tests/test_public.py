"""The public face: what ``import receiptgen`` gives, and that a service can rely on it."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

import receiptgen
from receiptgen import Reader, Receipts, Sample, Snippets

THREADS = 8
EXAMPLES = """
from itertools import islice

import receiptgen
from receiptgen.pytest_plugin import ReceiptFactory

for sample in islice(receiptgen.Receipts(["cafe"], profile="phone", seed=7), 2):
    height, width = sample.image.shape
    total: object = sample.values["total"]
    said: str = sample.text + sample.page.regions.lines[0].text
for sample in islice(receiptgen.Snippets(kinds=["price", "date"], profile="real", seed=7), 2):
    receiptgen.Snippets(["price"]).draw(12)
reader = receiptgen.Reader()
page = reader.read("photo.jpg")
rows: str = page.text + page.to_json() + page.lines[0].text + page.words[0].text
text, confidence = reader.read_line(sample.image)
both: list[tuple[str, float]] = reader.read_lines([sample.image, b"", "crop.png"])
certain: bool = confidence > 0.9 and len(text) > 2
names: list[str] = [item.name.text for item in page.fields.items if item.name]
if page.fields.total and reader.fields(b"").date:
    owed: float = float(page.fields.total.decimal) + page.fields.total.confidence

def test_yours(make_receipt: ReceiptFactory) -> None:
    path = str(make_receipt.image_path(make_receipt(template="cafe", seed=3, without=["total"])))
    make_receipt(sed=3)  # type: ignore[call-arg]
    make_receipt(seed="3")  # type: ignore[arg-type]
"""


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def receipt() -> Sample:
    return Receipts(["parking"], profile="scan", seed=3).draw(0)


@pytest.mark.smoke
def test_the_exported_names_are_these() -> None:
    assert receiptgen.__all__ == [
        "ChargeFields", "Field", "IdentifierFields", "ItemFields", "MerchantFields", "PageText", "Reader",
        "ReceiptFields", "ReceiptgenError", "Receipts", "Sample", "Snippets", "TaxFields", "TenderFields", "TextLine",
        "TextWord", "__version__", "receipt",
    ]  # fmt: skip
    assert all(getattr(receiptgen, name) for name in receiptgen.__all__)
    assert set(receiptgen.__all__) <= set(dir(receiptgen))
    with pytest.raises(AttributeError, match="Recipts"):
        _ = receiptgen.Recipts


def loaded_by(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.splitlines()[-1].split())


@pytest.mark.smoke
def test_importing_it_loads_nothing_heavy() -> None:
    heavy = {"numpy", "cv2", "PIL", "pydantic", "yaml", "faker", "onnxruntime", "torch", "rapidfuzz"}
    assert not heavy & loaded_by("import receiptgen; receiptgen.__version__")


@pytest.mark.smoke
def test_a_reader_loads_no_generator() -> None:
    modules = loaded_by("import receiptgen; receiptgen.Reader()")
    rooms = ("commerce", "typography", "effects", "snippets", "elements", "writers", "drawing", "dataset", "train")
    assert not {name for name in modules if name.startswith(tuple(f"receiptgen.{room}" for room in rooms))}
    assert not {"faker", "torch"} & modules


@pytest.mark.smoke
def test_the_typed_marker_is_packaged() -> None:
    assert Path(receiptgen.__file__).with_name("py.typed").is_file()


def test_the_examples_type_check_strictly(tmp_path: Path) -> None:
    file = tmp_path / "example.py"
    file.write_text(EXAMPLES, encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--cache-dir", str(tmp_path / "cache")]
    run = subprocess.run([*mypy, "--follow-imports=silent", str(file)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


@pytest.mark.smoke
def test_iterating_draws_in_order_what_an_index_draws() -> None:
    for source in (Receipts(["parking", "cafe"], seed=4), Snippets(["price", "date"], seed=4)):
        drawn = list(islice(source, 4))
        assert [sample.text for sample in drawn] == [source.draw(index).text for index in range(4)]
        assert all((sample.image == source.draw(index).image).all() for index, sample in enumerate(drawn))


def test_one_name_needs_no_list() -> None:
    assert Receipts("parking").draw(0).template == "parking"
    assert Snippets("price").draw(0).kind == "price"


def test_files_may_be_paths(tmp_path: Path) -> None:
    template, profile = tmp_path / "kiosk.yaml", tmp_path / "plain.yaml"
    template.write_text("extends: parking\n")
    profile.write_text("extends: clean\n")
    sample = Receipts(template, profile=profile).draw(0)
    assert (sample.template, sample.profile) == ("kiosk", "plain")
    assert Snippets("price", profile=profile).draw(0).profile == "plain"


def test_samples_are_told_apart_by_identity() -> None:
    first, again = Receipts("parking").draw(0), Receipts("parking").draw(0)
    assert first != again
    assert len({first, again}) == 2


def test_kinds_of_snippets_take_turns() -> None:
    assert [sample.name for sample in islice(Snippets(["price", "date"]), 4)] == [
        "price/000000", "date/000000", "price/000001", "date/000001",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Receipts(["caffe"]), lambda: Receipts(["cafe"], profile="fone"), lambda: Snippets(["prices"]),
        lambda: Snippets(set="standart"), lambda: Snippets(profile="fone"),
    ],
)  # fmt: skip
def test_a_wrong_name_is_told_at_once_with_the_right_one(wrong: Callable[[], Any]) -> None:
    with pytest.raises(receiptgen.ReceiptgenError, match=r"did you mean '(cafe|phone|price|standard)'"):
        wrong()


@pytest.mark.smoke
def test_a_page_is_the_same_from_path_bytes_array_and_pillow(reader: Reader, receipt: Sample, tmp_path: Path) -> None:
    path = tmp_path / "receipt.png"
    colour = cv2.cvtColor(receipt.image, cv2.COLOR_GRAY2BGR)
    cv2.imwrite(str(path), receipt.image)
    images: list[Any] = [path, str(path), path.read_bytes(), receipt.image, colour, Image.open(path)]
    pages = [reader.read(image) for image in images]
    assert len(pages[0].text) > 100
    assert all(page.to_json() == pages[0].to_json() for page in pages)
    assert pages[0].words == tuple(word for line in pages[0].lines for word in line.words)


def test_lines_are_read_with_their_confidence(reader: Reader) -> None:
    samples = list(islice(Snippets(["price", "int"], seed=5), 8))
    found = reader.read_lines([sample.image for sample in samples])
    assert sum(text == sample.text for (text, _), sample in zip(found, samples, strict=True)) >= 7
    assert all(0 <= confidence <= 1 for _, confidence in found)
    assert reader.read_line(samples[0].image)[0] == found[0][0]


@pytest.mark.parametrize("wrong", ["nowhere.png", b"no image", b""])
def test_what_is_no_image_is_one_clear_error(reader: Reader, wrong: Any) -> None:
    with pytest.raises(receiptgen.ReceiptgenError, match=r"no such file|not an image|is empty"):
        reader.read(wrong)


@pytest.mark.parametrize("wrong", [3, None, np.zeros((3, 3), np.float64), np.zeros((0, 3), np.uint8)])
def test_what_is_of_a_wrong_type_is_told(reader: Reader, wrong: Any) -> None:
    with pytest.raises(TypeError, match="expected"):
        reader.read(wrong)


def test_one_line_is_not_taken_for_several(reader: Reader) -> None:
    with pytest.raises(TypeError, match="read_line reads one"):
        reader.read_lines("crop.png")


def test_a_picture_of_pillow_that_is_cut_off_is_one_clear_error(reader: Reader, tmp_path: Path) -> None:
    Image.new("L", (400, 300), "white").save(tmp_path / "page.jpg")
    content = (tmp_path / "page.jpg").read_bytes()
    with pytest.raises(receiptgen.ReceiptgenError, match="image: not an image that can be read"):
        reader.read(Image.open(BytesIO(content[: len(content) // 2])))


def test_a_beam_wider_than_any_use_is_refused() -> None:
    with pytest.raises(ValueError, match="beam width 201: expected a whole number from 0 to 200"):
        Reader(beam_width=201)


@pytest.mark.smoke
def test_all_of_it_pickles(reader: Reader) -> None:
    for source in (Receipts(["parking"], seed=4, profile="scan"), Snippets(["price", "receipt_line"], seed=4)):
        again = pickle.loads(pickle.dumps(source))
        assert (again.draw(1).image == source.draw(1).image).all()
    sample = Snippets(["price"]).draw(0)
    assert pickle.loads(pickle.dumps(reader)).read_line(sample.image) == reader.read_line(sample.image)
    assert pickle.loads(pickle.dumps(sample)).text == sample.text


def test_eight_threads_share_a_reader(reader: Reader, receipt: Sample) -> None:
    pages = [receipt.image, receipt.image[:400], receipt.image[200:]] * 4
    alone = [reader.read(page).to_json() for page in pages[:3]] * 4
    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(lambda page: reader.read(page).to_json(), pages)) == alone


def test_eight_threads_share_a_source_of_samples() -> None:
    sources: list[tuple[Receipts | Snippets, int]] = [
        (Receipts(["parking", "cafe"], seed=8, profile="scan"), 16),
        (Snippets(["word", "date", "price", "receipt_text"], seed=8, profile="real"), 64),
    ]
    for source, count in sources:
        with ThreadPoolExecutor(THREADS) as pool:
            together = list(pool.map(source.draw, range(count)))
        for sample, alone in zip(together, source, strict=False):
            assert sample.text == alone.text
            assert (sample.image == alone.image).all()
