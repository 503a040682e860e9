"""Date, time and numbers of a receipt, by the words of a page."""

import re

from receiptgen.extraction.fields import Field
from receiptgen.extraction.labelling.scored_words import ScoredWords
from receiptgen.extraction.values.dates import parse_date, parse_time

# Probability from which a word that is likelier something else may still be the date or the time.
_POSSIBLE = 0.02
# Words for a date, without case.
_LISTED = "date dated datum data fecha dato dátum dată tarih tanggal tgl päivä päiväys päivämäärä dt дата ημερομηνία"
_DATES = frozenset(_LISTED.split())
# Words beside a time, without case and points.
_BESIDE = (
    "time uhrzeit uhr zeit uur tijd heure hora hrs hr ora ore orario klo kl kello aika tid klokken klockan jam waktu "
    "pukul wib čas godz godzina vrijeme idő ώρα час время saat เวลา น"
)
_CLOCKS = frozenset(_BESIDE.split())


def date_of(scored: ScoredWords) -> tuple[Field | None, str]:
    """Return the day of payment, and a note where it can be read in two ways."""
    best: tuple[float, Field, str] | None = None
    for row in _dated(scored):
        month_first = max(row, key=lambda index: scored.share(index, "date"))
        certainty = float(scored.month_first[month_first])
        found = parse_date(scored.text(row), month_first=certainty > 0.5)
        if found is None:
            continue
        words = _words_at(scored, row, found.span)
        weight = max(scored.share(index, "date") for index in words)
        sure = 1.0 if found.other is None else max(certainty, 1 - certainty)
        field = scored.field(words, "date", found.day.isoformat(), sure)
        note = "" if found.other is None or sure > 0.9 else f"date {field.text}: may be {found.other.isoformat()}"
        if best is None or weight > best[0] + 0.05:
            best = (weight, field, note)
    return (best[1], best[2]) if best else (None, "")


def time_of(scored: ScoredWords) -> Field | None:
    """Return the time of payment."""
    best: tuple[float, Field] | None = None
    for row in _rows(scored, "time"):
        text = scored.text(row)
        if day := parse_date(text):
            text = text[: day.span[0]] + " " * (day.span[1] - day.span[0]) + text[day.span[1] :]
        found = parse_time(text)
        if found is None or not (day or _is_clock(text, found[1])):
            continue
        words = _words_at(scored, row, found[1])
        weight = max(scored.share(index, "time") for index in words)
        if best is None or weight > best[0] + 0.05:
            best = (weight, scored.field(words, "time", found[0].isoformat()))
    return best[1] if best else None


def _is_clock(text: str, span: tuple[int, int]) -> bool:
    """Tell whether a time without a date beside it is one: with a point, ``8.40`` is rather a price.

    Args:
        text: Text of the row.
        span: Where the time stands in it.
    """
    said = text[slice(*span)]
    if "." not in said or said.count(".") > 1 or any(map(str.isalpha, said)):
        return True
    return not _CLOCKS.isdisjoint(re.findall(r"\w+", f"{text[: span[0]]} {text[span[1] :]}".casefold()))


def number_of(scored: ScoredWords, role: str) -> Field | None:
    """Return the number of the receipt or of the invoice: of those printed, the surest."""
    groups = scored.groups(role, rows=0)
    if not groups:
        return None
    best = max(groups, key=lambda group: max(scored.share(index, role) for index in group))
    return scored.field(best, role, scored.text(best).strip(" :;#") or None)


def _rows(scored: ScoredWords, role: str) -> list[list[int]]:
    """Return the words of each row on which something may have a role."""
    return scored.rows_with(index for index in range(len(scored.words)) if scored.share(index, role) >= _POSSIBLE)


def _dated(scored: ScoredWords) -> list[list[int]]:
    """Return the rows that may say the date: where words may be it, or else those that it begins or is named in."""
    likely = [row for row in _rows(scored, "date") if parse_date(scored.text(row))]
    return likely or [row for row in scored.rows_with(range(len(scored.words))) if _tells_date(scored.text(row))]


def _tells_date(text: str) -> bool:
    """Tell whether a row begins with a date, or with a word for one before it: it is of no visit or payment."""
    found = parse_date(text)
    return found is not None and all(
        word in _DATES for word in re.findall(r"[^\W\d_]+", text[: found.span[0]].casefold())
    )


def _words_at(scored: ScoredWords, row: list[int], span: tuple[int, int]) -> list[int]:
    """Return those words of a row of which characters lie in a part of its text."""
    found, start = [], 0
    for index in row:
        end = start + len(scored.words[index].text)
        if start < span[1] and end > span[0]:
            found.append(index)
        start = end + 1
    return found or row
