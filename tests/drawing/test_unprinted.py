"""Values that a template leaves unprinted: nothing says them, all else is said as before."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from receipt_leaves import leaves

from receiptgen import Receipts
from receiptgen.core.assets import packaged_names
from receiptgen.core.errors import ConfigError
from receiptgen.drawing.template import receipt_template
from receiptgen.drawing.unprinted import leave_out
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import Block, Frame, Gap, PrintedValue, Row, Rule, Run

# What is left out of which template: each kind of value, and each way in which elements print it.
CASES = [
    *[(name, ["total"]) for name in packaged_names("templates")],
    ("supermarket", ["items.code", "items.amount", "items.gross"]),
    ("supermarket", ["taxes", "change"]),
    ("hardware", ["items.unit_price", "taxes.net"]),
    ("hotel", ["facts.room", "date", "merchant.tax_ids"]),
    ("bakery_gst", ["merchant", "number", "tenders"]),
    ("restaurant", ["tip", "service", "cashier"]),
    ("expense_bill", ["items", "subtotal"]),
    ("courier", ["facts", "time"]),
]


def draw(name: str, without: Sequence[str], index: int = 0) -> tuple[Sample, Sample]:
    template = receipt_template(name).value
    bare = template.model_copy(update={"without": tuple(without)})
    return Receipts([template], seed=5).draw(index), Receipts([bare], seed=5).draw(index)


def names_of(path: str) -> str:
    return ".".join(step for step in path.split(".") if not step.isdigit())


@pytest.mark.parametrize(("name", "without"), CASES)
def test_what_is_left_out_is_not_in_the_truth_as_printed_and_all_else_is(name: str, without: list[str]) -> None:
    whole, bare = draw(name, without)
    said, left = ({names_of(path) for path, _ in leaves(sample.values)} for sample in (whole, bare))
    gone = {path for path in said if any(f"{path}.".startswith(f"{other}.") for other in without)}
    assert left <= said - gone
    # What is said in one text with a value that is left out goes with it.
    fields = zip(whole.page.regions.fields, whole.printed, strict=True)
    together = {names_of(path) for _, paths in fields if gone & set(map(names_of, paths)) for path in paths}
    lost = said - left
    assert gone <= lost
    assert all(path in together or path.rpartition(".")[2] in {"label", "name", "percent"} for path in lost - gone)
    unprinted = {names_of(path) for path, _ in leaves(bare.unprinted)}
    assert {path for path in gone if not path.startswith("facts")} <= unprinted


@pytest.mark.parametrize(("name", "without"), CASES)
def test_labels_go_with_their_values(name: str, without: list[str]) -> None:
    _, bare = draw(name, without)
    for row in bare.page.regions.lines:
        fields = [field for field in bare.page.regions.fields if row.start <= field.start < row.stop]
        assert not all(field.role.endswith(".label") and field.role != "customer.label" for field in fields), row.text


def test_a_template_names_what_it_leaves_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: cafe\nabout: x\nwithout: [total, merchant.adress]\n")
    with pytest.raises(ConfigError) as caught:
        Receipts(path)
    (fault,) = caught.value.faults
    assert fault == (
        f"{path}:3:18: without[1]: a receipt has no value 'merchant.adress'; did you mean 'merchant.address'?"
    )
    path.write_text("extends: cafe\nabout: x\nwithout: [total]\n")
    values = Receipts(path).draw(0).values
    assert "total" not in values
    assert "items" in values


def said(text: str, *path: str | int, role: str = "total", columns: int | str | None = None) -> Run:
    return Run(text, role, columns=columns, values=(PrintedValue(path, text),) if path else ())


LABEL = Run("TOTAL", "total.label")
TABLE: tuple[Block, ...] = (
    Row((Run("VAT", "heading"),)),
    Row((Run("%", "heading"), Run("NET", "heading"), Run("TAX", "heading"))),
    Rule("-"),
    Row((said("7", "taxes", 0, "percent"), said("10.00", "taxes", 0, "net"), said("0.70", "taxes", 0, "tax"))),
    Row((said("9", "taxes", 1, "percent"), said("20.00", "taxes", 1, "net"), said("1.80", "taxes", 1, "tax"))),
)


def test_a_row_of_label_and_value_goes_whole() -> None:
    blocks = [Row((Run("x"),)), Row((LABEL, said("9.99", "total")))]
    assert leave_out(blocks, ["total"]) == blocks[:1]


def test_of_two_pairs_in_a_row_the_other_stays_in_its_place() -> None:
    pairs = Row((LABEL, said("9.99", "total"), Run("", columns=None), Run("TAX", "tax.label"), said("1", "tax")))
    (row,) = leave_out([pairs], ["total"])
    assert isinstance(row, Row)
    assert [run.text for run in row.runs] == ["", "", "", "TAX", "1"]
    assert [run.columns for run in row.runs] == [run.columns for run in pairs.runs]


def test_a_column_goes_with_its_heading_and_a_cell_alone() -> None:
    kept = leave_out(TABLE, ["taxes.net"])
    texts = [[run.text for run in block.runs] for block in kept if isinstance(block, Row)]
    assert texts == [["VAT"], ["%", "", "TAX"], ["7", "", "0.70"], ["9", "", "1.80"]]
    texts = [[run.text for run in block.runs] for block in leave_out(TABLE, ["taxes.1.net"]) if isinstance(block, Row)]
    assert texts == [["VAT"], ["%", "NET", "TAX"], ["7", "10.00", "0.70"], ["9", "", "1.80"]]


@pytest.mark.parametrize("blocks", [TABLE, (Frame(TABLE), Gap())])
def test_of_a_table_without_values_nothing_is_left(blocks: tuple[Block, ...]) -> None:
    assert leave_out(blocks, ["taxes"]) == []
    assert leave_out(blocks, ["total"]) == list(blocks)


def codes(*without: str) -> int:
    template = receipt_template("cafe").value.model_copy(update={"without": without})
    marks = (Receipts([template], seed=2).draw(index).page.regions.marks for index in range(6))
    return sum(mark.kind == "qr" for each in marks for mark in each)


def test_a_code_that_says_a_value_goes() -> None:
    assert codes("merchant.phone") == codes() > 0
    assert codes("merchant.url") == 0
