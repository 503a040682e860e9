"""``receiptgen draw --from``."""

import json
from pathlib import Path

from command_line import Run

ROWS = [
    {"merchant": {"name": "Teehaus"}, "total": "42.17", "currency": "EUR", "taxes": [{}, {}]},
    {"date": "2026-03-01", "items": [{"name": "Tea", "quantity": 2, "unit_price": "3.10"}]},
    {"total": "-9.99"},
]
COMMAND = ("draw", "--from", "bills.jsonl", "--templates", "cafe", "--workers", 1, "--quiet")


def write(folder: Path, rows: list[object]) -> None:
    (folder / "bills.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def values(folder: Path, index: int) -> dict[str, object]:
    found: dict[str, object] = json.loads((folder / f"results/{index:06d}/items.json").read_bytes())
    return found


def test_a_file_s_rows_are_the_receipts_and_their_number(run: Run, tmp_path: Path) -> None:
    write(tmp_path, [*ROWS])
    assert run(*COMMAND).code == 0
    assert len([*(tmp_path / "results").glob("0*")]) == 3
    assert [values(tmp_path, index).get("total") for index in (0, 2)] == ["42.17", "-9.99"]
    assert values(tmp_path, 1)["date"] == "2026-03-01"
    # The manifest knows the file, and a finished set is complete.
    assert "bills.jsonl" in json.loads((tmp_path / "results/manifest.json").read_bytes())["inputs"]
    assert run(*COMMAND).code == 0


def test_what_is_null_is_not_given(run: Run, tmp_path: Path) -> None:
    nulls = dict.fromkeys(["merchant", "items", "taxes", "subtotal", "tip", "currency"])
    write(tmp_path, [{**nulls, "total": "42.17"}])
    assert run(*COMMAND).code == 0
    drawn = (tmp_path / "results/000000/receipt.png").read_bytes()
    write(tmp_path, [{"total": "42.17"}])
    assert run(*COMMAND, "--out", "other").code == 0
    assert (tmp_path / "other/results/000000/receipt.png").read_bytes() == drawn


def test_money_that_is_none_is_refused_once_by_its_row_before_anything_is_drawn(run: Run, tmp_path: Path) -> None:
    write(tmp_path, [{}, {"currency": "ZZZ"}])
    said = run("draw", 6, *COMMAND[1:])
    fault = "bills.jsonl:2: currency: expected money of ISO 4217 such as EUR, or that of a locale, got 'ZZZ'"
    assert (said.code, said.error) == (1, f"receiptgen: {fault}\n")
    assert not [*tmp_path.glob("results/0*")]


def test_a_run_of_more_than_the_rows_goes_on_from_the_first(run: Run, tmp_path: Path) -> None:
    write(tmp_path, [*ROWS])
    assert run("draw", 4, *COMMAND[1:]).code == 0
    assert values(tmp_path, 3)["total"] == "42.17"


def test_another_file_of_that_name_does_not_resume_a_set(run: Run, tmp_path: Path) -> None:
    write(tmp_path, [*ROWS])
    assert run("draw", 1, *COMMAND[1:]).code == 0
    write(tmp_path, ROWS[1:])
    said = run(*COMMAND)
    assert said.code == 1
    assert said.fault.startswith("receiptgen: bills.jsonl: changed since results was begun")


def test_wrong_rows_are_told_before_anything_is_drawn(run: Run, tmp_path: Path) -> None:
    contradiction = {"items": [{"amount": "40.00"}], "tax": "2.17", "total": "42.71"}
    write(tmp_path, [*ROWS, contradiction])
    said = run(*COMMAND)
    assert (said.code, said.fault) == (
        1,
        "receiptgen: bills.jsonl:4: items 40.00 + tax 2.17 is 42.17, total says 42.71",
    )
    assert not [*tmp_path.glob("results/0*")]
    assert run(*COMMAND, "--contradictions", "print").code == 0
    truth = json.loads((tmp_path / "results/000003/truth.json").read_bytes())
    assert "items 40.00 + tax 2.17 is 42.17, total says 42.71" in truth["contradictions"]


def test_a_file_that_is_missing_draws_nothing(run: Run, tmp_path: Path) -> None:
    said = run(*COMMAND)
    assert (said.code, said.fault) == (1, "receiptgen: bills.jsonl: no such file")
    assert not [*tmp_path.glob("results/0*")]


def test_a_table_parted_by_semicolons_has_decimal_commas(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bills.csv").write_text(
        "total;items.0.name;items.0.amount\n4,50;Tee, grün;4,50\n", encoding="utf-8-sig"
    )
    assert run("draw", "--from", "bills.csv", "--templates", "cafe", "--quiet").code == 0
    assert values(tmp_path, 0)["total"] == "4.50"
    assert "grün" in (tmp_path / "results/000000/text.txt").read_text(encoding="utf-8").lower()


def test_values_are_for_receipts(run: Run, tmp_path: Path) -> None:
    write(tmp_path, [*ROWS])
    said = run("draw", "--from", "bills.jsonl", "--kinds", "price")
    assert said.code == 2
    assert "--from gives values of receipts, and none are asked for" in said.error


def test_the_schema_of_values_names_all_of_them(run: Run, tmp_path: Path) -> None:
    schema = json.loads(run("templates", "schema", "values").out)
    record = schema["$defs"][schema["$ref"].rpartition("/")[2]]
    assert {"merchant", "items", "taxes", "total", "tenders", "date", "currency"} <= record["properties"].keys()
    assert all("description" in described for described in record["properties"].values())
