"""The elements of a template that print the sections of a receipt."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from receiptgen.commerce.given.fixed_values import given_at
from receiptgen.drafting.item_table import ItemTable, read_table
from receiptgen.drafting.page_grid import PageGrid
from receiptgen.drafting.pairs import MOMENTS, Pair, form_of, form_of_sums
from receiptgen.drafting.rows import ReceiptRow
from receiptgen.drafting.sections import Section
from receiptgen.drafting.sums import SumRow, tax_columns
from receiptgen.drafting.wording import Wording
from receiptgen.typography.blocks import Align

# Values of the business that one text may say, by the roles of words; lists of numbers and addresses are no single one.
_SINGLE = tuple(f"merchant.{name}" for name in ("name", "legal_name", "branch", "phone", "fax", "email", "url"))
# Parts of the header that a template can draw, by the roles of words.
_DRAWN = {
    "merchant.name": "name", "merchant.legal_name": "legal_name", "merchant.branch": "branch",
    "merchant.address": "address", "merchant.phone": "phone", "merchant.fax": "fax", "merchant.email": "email",
    "merchant.url": "url", "merchant.tax_ids": "tax_ids", "merchant.company_ids": "company_ids",
}  # fmt: skip


# Parts of the totals that are printed above the total, of which they are part.
_ABOVE = frozenset({"discounts", "service", "tip"})


@dataclass(frozen=True)
class ElementDraft:
    """An element of a template.

    Attributes:
        kind: Its kind.
        keys: Its keys, without those that have their defaults.
    """

    kind: str
    keys: dict[str, Any] = field(default_factory=dict)


@dataclass
class Drafted:
    """What the elements of a receipt have said so far.

    Attributes:
        words: Words of the receipt, by the keys of words.
        said: Values of the business that are said, by their paths.
        parts: Parts of the totals and fields that are printed.
        table: The table of the goods; None before it.
    """

    words: dict[str, str] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    parts: set[str] = field(default_factory=set)
    table: ItemTable | None = None


class ElementDrafter:
    """Turns sections into elements.

    Args:
        grid: How the characters of the page stand.
        wording: Words of the country.
        bold: Rows in bold print.
        generated: Whether the business is drawn, not printed as it was read.
    """

    def __init__(
        self, grid: PageGrid, wording: Wording, bold: Collection[ReceiptRow] = (), generated: bool = False
    ) -> None:
        self._grid, self._wording, self._bold, self._generated = grid, wording, bold, generated
        self.drafted = Drafted()
        self._makers: dict[str, Callable[[Section], Iterator[ElementDraft]]] = {
            "rule": self._rule, "gap": self._gap, "code": self._code, "text": self._texts, "fields": self._fields,
            "items": self._items, "totals": self._totals, "payment": self._payment, "tax_summary": self._taxes,
            "counts": self._counts, "saved": self._saved,
        }  # fmt: skip

    def draft(self, sections: Sequence[Section]) -> list[ElementDraft]:
        """Return the elements of sections, from the top."""
        found = [element for section in sections for element in self._makers[section.kind](section)]
        # Where a part prints nothing that is not printed already, the gaps around it are one.
        return [
            one for before, one in zip((None, *found), found, strict=False) if not (_is_gap(before) and _is_gap(one))
        ]

    def _rule(self, section: Section) -> Iterator[ElementDraft]:
        yield ElementDraft("rule", {"pattern": {section.pattern: 1}})

    def _gap(self, section: Section) -> Iterator[ElementDraft]:
        yield ElementDraft("gap", {"lines": section.lines})

    def _code(self, section: Section) -> Iterator[ElementDraft]:
        yield ElementDraft(section.pattern)

    def _texts(self, section: Section) -> Iterator[ElementDraft]:
        rows = self._without_remains(section.rows)
        aligns = self._aligns(rows)
        told = [(row, align, self._style(row), self._part(row)) for row, align in zip(rows, aligns, strict=True)]
        for (drawn, align, style), group in groupby(told, key=lambda one: (bool(one[3]), *one[1:3])):
            alike = list(group)
            look = {"align": align, **({"style": style} if style else {})}
            if drawn:
                yield from self._header([part for *_, part in alike], look)
            else:
                yield from self._lines([row for row, *_ in alike], look)

    def _without_remains(self, rows: Sequence[ReceiptRow]) -> Sequence[ReceiptRow]:
        """Return rows without those between rows of a business that is drawn: they are of the one that was read."""
        drawn = [index for index, row in enumerate(rows) if self._part(row)]
        between = range(drawn[0], drawn[-1]) if drawn else range(0)
        return [row for index, row in enumerate(rows) if index not in between or index in drawn]

    def _part(self, row: ReceiptRow) -> str:
        """Return the part of a drawn header that a row is; empty for a row that is printed as it was read."""
        if not self._generated:
            return ""
        parts = Counter(part for word in row.words for role, part in _DRAWN.items() if word.role.startswith(role))
        return parts.most_common(1)[0][0] if parts else ""

    def _header(self, parts: Sequence[str], look: dict[str, Any]) -> Iterator[ElementDraft]:
        new = [part for part in dict.fromkeys(parts) if f"merchant.{part}" not in self.drafted.said]
        self.drafted.said.update(f"merchant.{part}" for part in new)
        if new:
            style = look.get("style", {})
            yield ElementDraft("header", {"show": new, "align": look["align"], "name_style": style, "style": style})

    def _lines(self, rows: Sequence[ReceiptRow], look: dict[str, Any]) -> Iterator[ElementDraft]:
        """Yield texts as they were read; those that say a value of the business say which."""
        for path, group in groupby(rows, key=self._said):
            lines = [row.text for row in group]
            if path:
                value = lines[0] if len(lines) == 1 else " ".join(lines)
                yield ElementDraft("text", {"role": path, "value": value, **look})
            else:
                yield ElementDraft("text", {"lines": lines, **look})

    def _said(self, row: ReceiptRow) -> str:
        """Return the path of the value of the business that a whole row is; empty for none, or one that is said."""
        if len(row.roles) != 1 or not all(word.role for word in row.words):
            return ""
        path = next(iter(row.roles))
        if path not in _SINGLE or path in self.drafted.said:
            return ""
        try:
            given_at(path, row.text)
        except ValueError:
            # As a web address with a letter misread: it is printed, and no value.
            return ""
        self.drafted.said.add(path)
        return path

    def _aligns(self, rows: Sequence[ReceiptRow]) -> list[Align]:
        """Return how rows stand; those as wide as the print stand as most others."""
        aligns = [self._grid.align(row) for row in rows]
        usual = Counter(align for align in aligns if align).most_common(1)
        return [align or (usual[0][0] if usual else "left") for align in aligns]

    def _style(self, row: ReceiptRow) -> dict[str, bool]:
        wide, tall = self._grid.is_wide(row), self._grid.is_tall(row)
        wide = wide and 2 * len(row.text) <= self._grid.columns + 2
        if wide and self._grid.spacing == "fixed" and not self._grid.is_double(row):
            return {"display": True}
        # Large print has more ink than usual anyway.
        bold = row in self._bold and not wide
        return {name: True for name, is_so in (("wide", wide), ("tall", tall), ("bold", bold)) if is_so}

    def _fields(self, section: Section) -> Iterator[ElementDraft]:
        for pair in [pair for pairs in section.pairs for pair in pairs]:
            self._note_word({"datetime": "date"}.get(pair.key, pair.key), pair.label_text)
        rows = list(zip(section.rows, section.pairs, strict=True))
        for (count, bare, _), group in groupby(
            rows, key=lambda one: (len(one[1]), _is_bare(one[1]), tuple(self._style(one[0])))
        ):
            chosen = list(group)
            pairs = [pair for _, pairs in chosen for pair in pairs]
            keys = [pair.key for pair in pairs if pair.key in MOMENTS or pair.key not in self.drafted.parts]
            show = list(dict.fromkeys(keys))
            self.drafted.parts.update(show)
            if show:
                style = self._style(chosen[0][0])
                form = form_of(pairs, self._grid) if count == 1 else "inline"
                yield ElementDraft("fields", {
                    "show": show, **({"form": form} if form != "inline" else {}),
                    **({"per_row": min(count, 8)} if count > 1 else {}), **({"bare": 1.0} if bare else {}),
                    **({"style": style} if style else {}),
                })  # fmt: skip

    def _note_word(self, key: str, label: str) -> None:
        if key and sum(map(str.isalpha, label)) > 1:
            self.drafted.words.setdefault(key, label)

    def _items(self, section: Section) -> Iterator[ElementDraft]:
        if not section.rows:
            yield ElementDraft("text", {"lines": [row.text for row in section.heads], "align": "left"})
            return
        table = read_table(section.rows, section.heads, self._wording, self._grid.pitch)
        self.drafted.table = table
        for key, said in table.headings.items():
            self._note_word(key, said)
        keys: dict[str, Any] = {"first": list(table.first)}
        if table.second:
            keys |= {"second": list(table.second), "second_when": "always" if table.always else "several",
                     "indent": table.indent}  # fmt: skip
        if section.heads:
            keys |= {"headings": True, **({"rules": section.pattern} if section.pattern else {})}
        yield ElementDraft("items", {**keys, "notes": False})

    def _totals(self, section: Section) -> Iterator[ElementDraft]:
        new = [one for one in section.sums if one.part not in self.drafted.parts and not self._is_late(one.part)]
        shown = list(dict.fromkeys(one.part for one in new))
        if "total" in shown:
            place = shown.index("total")
            late = [part for part in shown[place:] if part in _ABOVE]
            shown = [*shown[:place], *late, *(part for part in shown[place:] if part not in late)]
        self.drafted.parts.update(shown)
        self._note_words(new)
        if shown:
            total = next((one.row for one in new if one.part in {"total", "payable"}), None)
            style = self._style(new[0].row) if new[0].row is not total else {}
            yield ElementDraft("totals", {
                "show": shown, **self._form(new), **({"style": style} if style else {}),
                "total_style": self._style(total) if total else {}, **({"zero": True} if _has_nothing(new) else {}),
            })  # fmt: skip

    def _is_late(self, part: str) -> bool:
        """Tell whether a part of the total stands below it, where it can only be misread."""
        return part in _ABOVE and "total" in self.drafted.parts

    def _payment(self, section: Section) -> Iterator[ElementDraft]:
        self._note_words(section.sums)
        if "payment" not in self.drafted.parts:
            self.drafted.parts.add("payment")
            style = self._style(section.rows[0])
            yield ElementDraft("payment", {
                **self._form(section.sums), "card": 0.0, **({"style": style, "change_style": style} if style else {}),
                **({"zero": True} if any(one.part == "change" for one in section.sums) else {}),
            })  # fmt: skip

    def _note_words(self, sums: Sequence[SumRow]) -> None:
        for one in sums:
            self._note_word(one.word, one.label)

    def _form(self, sums: Sequence[SumRow]) -> dict[str, str]:
        """Return how labels and amounts are arranged, where it is not the usual way."""
        form = form_of_sums([one.row for one in sums if one.row.money], self._grid)
        return {} if form == "justified" else {"form": form}

    def _taxes(self, section: Section) -> Iterator[ElementDraft]:
        if "tax_summary" in self.drafted.parts:
            return
        self.drafted.parts.add("tax_summary")
        columns = max((tax_columns(row) for row in section.rows), key=len)
        titled = len(section.heads) != 1
        yield ElementDraft("tax_summary", {
            "columns": list(columns), **({} if titled else {"heading": False}),
            **({"rules": section.pattern} if section.pattern else {}),
        })  # fmt: skip

    def _counts(self, section: Section) -> Iterator[ElementDraft]:
        self._note_words(section.sums)
        yield ElementDraft("counts")

    def _saved(self, section: Section) -> Iterator[ElementDraft]:
        self._note_words(section.sums)
        yield ElementDraft("text", {"say": ["you_saved"], "align": self._aligns(section.rows)[0]})


def _is_gap(element: ElementDraft | None) -> bool:
    return element is not None and element.kind == "gap"


def _is_bare(pairs: Sequence[Pair]) -> bool:
    """Tell whether pairs are moments without labels."""
    return all(pair.key in MOMENTS and not pair.label for pair in pairs)


def _has_nothing(sums: Sequence[SumRow]) -> bool:
    """Tell whether a rounding, discount or tax of nothing is printed."""
    return any(word.amount and not word.amount.value for one in sums for word in one.row.money if one.part != "total")
