"""Receipts as CORD has them (Park et al. 2019, second version): ``cord/image``, ``cord/json``, ``cord/metadata.jsonl``.

``json/000012.json`` has ``gt_parse``, ``meta``, ``valid_line`` (words with quads x1 y1 .. x4 y4, ``is_key`` and
``row_id``, by category and group), ``roi``, ``repeating_symbol`` and ``dontcare``; a row of ``metadata.jsonl`` has the
same as a text, as the set is published on the hub: ``load_dataset("imagefolder", data_dir="PART/cord")``. CORD knows
items, sums and payment. What else is printed, such as the shop, and all of a snippet is ``dontcare``.
"""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from receiptgen.imaging.regions import Span
from receiptgen.imaging.sample import Sample
from receiptgen.writers import WRITERS, Encoded, Extras, Opener
from receiptgen.writers._images import ImageFile, suffix_of
from receiptgen.writers._layout import corners, float_quads, stem_of
from receiptgen.writers._lines import lines
from receiptgen.writers._printed import value_at
from receiptgen.writers._roles import is_label
from receiptgen.writers._truth import compact

_METADATA = "cord/metadata.jsonl"
_COUNT, _UNIT_PRICE, _OTHERS = "menu.cnt", "menu.unitprice", "menu.etc"
# CORD's categories by our roles; item.quantity_price is parted into the two above. A label is a key of its category.
CATEGORIES = {
    "item.name": "menu.nm",
    "item.code": "menu.num",
    "item.quantity": _COUNT,
    "item.unit_price": _UNIT_PRICE,
    "item.price": "menu.price",
    "item.discount": "menu.discountprice",
    "item.tax_code": "menu.vatyn",
    "item.note": "menu.sub_nm",
    "item.number": _OTHERS,
    "item.date": _OTHERS,
    "item.discount_percent": _OTHERS,
    "subtotal": "sub_total.subtotal_price",
    "discount": "sub_total.discount_price",
    "service_charge": "sub_total.service_price",
    "tip": "sub_total.othersvc_price",
    "tax": "sub_total.tax_price",
    "net": "sub_total.etc",
    "gross": "sub_total.etc",
    "total": "total.total_price",
    "rounding": "total.total_etc",
    "payable": "total.total_etc",
    "saved": "total.total_etc",
    "tender.cash": "total.cashprice",
    "tender.card": "total.creditcardprice",
    "tender.voucher": "total.emoneyprice",
    "change": "total.changeprice",
    "items_sold": "total.menuqty_cnt",
}
_QUANTITY_PRICE = "item.quantity_price"


class _Part(NamedTuple):
    """Some words of a field that have one category.

    Attributes:
        category: CORD's category.
        is_key: 1 for the label of a value, else 0.
        item: Index of the item, or -1.
        words: Indices of the words.
    """

    category: str
    is_key: int
    item: int
    words: range


def _parts(field: Span, texts: list[str], tax_code: str) -> Iterator[_Part]:
    """Yield the parts of a field, which may end with a tax code; none where CORD has no category for it."""
    role = field.role.removesuffix(".label")
    words = range(field.start, field.stop)
    if role == _QUANTITY_PRICE:
        # "4 x 3.10", "13.80L @ 59.439/L": the price follows the last word between two others that has no digit.
        between = [index for index in words[1:-1] if not any(map(str.isdigit, texts[index]))]
        if between:
            yield _Part(_COUNT, 0, field.item, range(field.start, between[-1] + 1))
            yield _Part(_UNIT_PRICE, 0, field.item, range(between[-1] + 1, field.stop))
        else:  # "4x3.10" is one word
            yield _Part(_OTHERS, 0, field.item, words)
    elif tax_code and role == "item.price" and texts[words[-1]] == tax_code and len(words) > 1:
        yield _Part(CATEGORIES[role], 0, field.item, words[:-1])
        yield _Part(CATEGORIES["item.tax_code"], 0, field.item, words[-1:])
    elif role in CATEGORIES:
        yield _Part(CATEGORIES[role], int(is_label(field.role)), field.item, words)


def _tax_codes(sample: Sample) -> list[str]:
    """Return the tax code that each field says, empty where it says none."""
    said = [[path for path in paths if path.endswith(".tax_code")] for paths in sample.printed]
    codes = [value_at(sample, paths[0]) if paths else "" for paths in said]
    return codes or [""] * len(sample.page.regions.fields)


def _rows(sample: Sample) -> list[int]:
    """Return the index of the printed line of each word."""
    lines = sample.page.regions.lines
    return [number for number, line in enumerate(lines) for _ in range(line.start, line.stop)]


def _parse(parts: list[tuple[_Part, str]]) -> dict[str, Any]:
    """Return the values by super-category and category; ``menu`` has an object an item."""
    menu: dict[int, dict[str, str]] = {}
    sums: dict[str, dict[str, list[str]]] = {}
    for part, text in parts:
        if part.is_key:
            continue
        family, name = part.category.split(".")
        if part.item >= 0:
            item = menu.setdefault(part.item, {})
            item[name] = f"{item[name]} {text}" if name in item else text
        else:
            sums.setdefault(family, {}).setdefault(name, []).append(text)
    listed = [_with_sub(item) for item in menu.values()]
    single = {
        family: {name: texts[0] if len(texts) == 1 else texts for name, texts in members.items()}
        for family, members in sums.items()
    }
    return {"menu": listed, **single} if listed else single


def _with_sub(item: dict[str, str]) -> dict[str, Any]:
    """Return an item with what belongs to it as ``sub``."""
    sub = {name.removeprefix("sub_"): text for name, text in item.items() if name.startswith("sub_")}
    main: dict[str, Any] = {name: text for name, text in item.items() if not name.startswith("sub_")}
    return {**main, "sub": sub} if sub else main


def annotation(sample: Sample) -> dict[str, Any]:
    """Return a page's annotation, JSON-ready."""
    regions, rows = sample.page.regions, _rows(sample)
    texts = [word.text for word in regions.words]
    quads = [corners(quad) for quad in float_quads(regions.word_quads)]
    parts: list[tuple[_Part, str]] = []
    valid, ignored = [], []
    for field, tax_code in zip(regions.fields, _tax_codes(sample), strict=True):
        found = list(_parts(field, texts, tax_code))
        if not found:
            ignored.append([quads[index] for index in range(field.start, field.stop)])
        for part in found:
            parts.append((part, " ".join(texts[index] for index in part.words)))
            words = [
                {"quad": quads[index], "is_key": part.is_key, "row_id": rows[index], "text": texts[index]}
                for index in part.words
            ]
            # Groups of sums follow those of the items, one for each printed line.
            group = part.item if part.item >= 0 else len(rows) + rows[field.start]
            valid.append({"words": words, "category": part.category, "group_id": group, "sub_group_id": 0})
    height, width = sample.page.image.shape[:2]
    (paper,) = float_quads(regions.page_quad[None])
    return {
        "gt_parse": _parse(parts),
        "meta": {"version": "2.0.0", "image_id": sample.index, "image_size": {"width": width, "height": height}},
        "valid_line": valid,
        "roi": corners(paper),
        "repeating_symbol": [],
        "dontcare": ignored,
    }


@WRITERS.register
class Cord:
    """CORD's images and annotations."""

    images: ClassVar[bool] = False
    extras: ClassVar[Extras] = ()

    def encode(self, sample: Sample, file: str, image: ImageFile) -> Encoded:
        """Return image, annotation and row."""
        stem = stem_of(sample)
        name, truth = f"image/{stem}{suffix_of(file)}", compact(annotation(sample))
        row = compact({"file_name": name, "ground_truth": truth})
        files = {f"cord/{name}": image, f"cord/json/{stem}.json": f"{truth}\n".encode()}
        return Encoded(files, {_METADATA: f"{row}\n".encode()})

    def sinks(self, receipts: bool) -> dict[str, Opener]:
        """Return the one table."""
        return lines(_METADATA)
