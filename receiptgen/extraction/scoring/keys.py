"""Fields compared with SROIE's keys: company, date, address and total."""

from collections.abc import Iterable

from receiptgen.annotations.true_receipts import KeyTruth
from receiptgen.annotations.written_dates import dates_of
from receiptgen.extraction.fields import Field, ReceiptFields
from receiptgen.extraction.scoring.judged import Judged, joined, judge_one
from receiptgen.extraction.scoring.texts import same_amount, same_text


def judge_key(said: ReceiptFields, truth: KeyTruth) -> list[Judged]:
    """Compare the four entities of a key.

    The company may be the name or the legal name, whichever is right; the address is all its lines. The total of a key
    is what was to be paid, after rounding where that is printed.

    Args:
        said: What was read.
        truth: The key; dates in it have the day first.
    """
    true = {name: [text] for name, text in truth.entities.items()}
    return [
        *_company(said, true.get("company", [])),
        *judge_one("date", said.date, true.get("date", []), _same_date),
        *judge_one("address", joined(said.merchant.address), true.get("address", []), _same_text),
        *judge_one("total", said.payable or said.total, true.get("total", []), _same_total),
    ]


def _company(said: ReceiptFields, true: list[str]) -> Iterable[Judged]:
    names = [name for name in (said.merchant.legal_name, said.merchant.name) if name]
    right = next((name for name in names if true and _same_text(name, true[0])), None)
    return judge_one("company", right or (names[0] if names else None), true, _same_text)


def _same_text(said: Field, true: str) -> bool:
    return same_text(said.value, true)


def _same_total(said: Field, true: str) -> bool:
    return same_amount(said.value, true)


def _same_date(said: Field, true: str) -> bool:
    dates = dates_of(true)
    return said.value == dates[0].isoformat() if dates else same_text(said.text, true)
