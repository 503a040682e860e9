"""Tables made of others."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from data_sets import everything, opened, sroie

from receiptgen.core.errors import TrainingError
from receiptgen.train.data.sources import Example, Flaw, RowLabel
from receiptgen.train.data.tables import divide, fold_of, fold_table


@dataclass(frozen=True)
class Pages:
    """Ten lines of each page."""

    size: int | None = 400

    def read(self, index: int) -> Example | Flaw:
        if index % 10 == 3:
            return Flaw(f"page {index // 10}#{index % 10}", "no text")
        return Example(np.zeros((8, 8), np.uint8), f"Text {index}", "", f"page {index // 10}#{index % 10}")

    def label(self, index: int) -> RowLabel:
        return RowLabel(f"Text {index}", f"page {index // 10}", f"page {index // 10}#{index % 10}")


def pages(rows: list[Example | Flaw]) -> set[str]:
    return {row.name.partition("#")[0] for row in rows}


def test_whole_pages_are_held_out_and_none_is_lost() -> None:
    divided = divide(Pages(), 0.25, "pages")
    training, held_out = everything(divided.training), everything(divided.held_out)
    assert len(training) + len(held_out) == 400
    assert pages(training).isdisjoint(pages(held_out))
    assert (divided.groups, divided.held_out_groups) == (40, len(pages(held_out)))
    assert 5 <= divided.held_out_groups <= 15
    assert {divided.held_out.label(row).group for row in range(divided.held_out.size or 0)} == pages(held_out)


def test_pages_that_are_added_move_no_other_and_a_smaller_share_is_a_part() -> None:
    quarter = pages(everything(divide(Pages(), 0.25, "").held_out))
    assert pages(everything(divide(Pages(200), 0.25, "").held_out)) == {
        page for page in quarter if int(page.split()[1]) < 20
    }
    assert pages(everything(divide(Pages(), 0.1, "").held_out)) < quarter


def test_something_is_held_out_however_few_there_are_but_not_all() -> None:
    for share in (0.001, 0.999):
        divided = divide(Pages(20), share, "")
        assert (divided.training.size, divided.held_out.size) == (10, 10)
    with pytest.raises(TrainingError, match="mine: all rows are of 'page 0'; nothing can be held out of it"):
        divide(Pages(10), 0.5, "mine")


def test_lines_of_a_receipt_stay_together(tmp_path: Path) -> None:
    divided = divide(opened("sroie", sroie(tmp_path)), 0.5, "")
    assert divided.groups == 4
    files = [{part.label(row).group for row in range(part.size or 0)} for part in divided[:2]]
    assert files[0].isdisjoint(files[1])


def test_folded_texts_are_in_lower_case_and_flaws_stay() -> None:
    table = fold_table(Pages(), "lower")
    read = table.read(1)
    assert isinstance(read, Example)
    assert (read.text, table.label(1)) == ("text 1", RowLabel("text 1", "page 0", "page 0#1"))
    assert isinstance(table.read(3), Flaw)
    assert fold_table(table, "none") is table
    assert [fold_of(record) for record in ({}, {"fold": "lower"}, {"fold": 3})] == ["none", "lower", "none"]
