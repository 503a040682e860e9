"""Names of a business, each with all its words and no others."""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from statistics import median

from receiptgen.extraction.assembly.address_bounds import Rows
from receiptgen.extraction.fields import Field
from receiptgen.extraction.labelling.company_forms import ends_with_form, is_form, is_register, with_true_form
from receiptgen.extraction.labelling.page_words import PageWord
from receiptgen.extraction.labelling.roles import LABEL, OTHER
from receiptgen.extraction.labelling.scored_words import ScoredWords

NAME, COMPANY, BRANCH = "merchant.name", "merchant.legal_name", "merchant.branch"
# What stands round a name and is no part of it; a point at its end may be, as of ``Ltd.``
EDGES = " :;,-*#|"
# Roles of words that rather belong to the name in their cell.
_BESIDE = frozenset({OTHER, LABEL, NAME, COMPANY, BRANCH, "merchant.address"})
# What a name that goes on in the next row ends with.
_GOES_ON = frozenset({"&", "and", "+", "und", "et", "y", "e", "to"})
# What stands before the form of a company and says nothing by itself.
_BEFORE_FORM = frozenset({"sdn", "co", "&", "(m)", "pvt"})
# What stands above receipts and is no name, in letters alone and without case.
_LISTED = """
    receipt salesreceipt cashreceipt paymentreceipt cashsale cashsales cashbill invoice taxinvoice taxinvoicereceipt
    simplifiedtaxinvoice salesinvoice bill guestcheck check duplicate copy customercopy merchantcopy sale purchase
    quittung rechnung beleg kassenbon kassenzettel bon facture ticket ticketdecaisse reçu note factura
    facturasimplificada recibo scontrino ricevuta fattura kvittering kvitto kuitti paragon paragonfiskalny rachunek
    faktura nota notafiscal kassabon račun účet nyugta
"""
_HEADINGS = frozenset(_LISTED.split())
# Arrows round a notice, as ``>>> Approved <<<``, and addresses of mail.
_NOTICE = re.compile(r">{2}|<{2}|\w@\w")
# How shops greet before they say their names, without case.
_GREETINGS = frozenset(
    {
        ("welcome", "to"), ("welcome", "at"), ("willkommen", "bei"), ("bienvenue", "chez"), ("bienvenue", "\u00e0"),
        ("bienvenido", "a"), ("bienvenidos", "a"), ("benvenuti", "da"), ("bem-vindo", "ao"), ("welkom", "bij"),
    }
)  # fmt: skip
# Number of a register that is written at the form of the company without a space.
_ATTACHED = re.compile(r"\(?[\w-]*\d{4}[\w-]*\)?$")
# Number of a shop, which its name may have.
_SHOP = re.compile(r"#\s*\d+")
# Share of a page's rows from the top in which a company is looked for that no word was told to be of.
_UPPER = 0.4
# Probability that what is taken for a name is one, whatever a network says of its words.
_BY_PLACE = 0.5
# Confidence from which a single character at the end of a name belongs to it.
_CLEAR = 0.85
# Confidence below which a row above a clear one is no name.
_NOISE = 0.45
# Last row in which something may be told first of the business for a name above it; letters of a word of a name.
_HIGHEST, _WORD = 4, 3


def name_groups(scored: ScoredWords, role: str, address: Container[int]) -> list[list[int]]:
    """Return the groups of words that may be a name.

    Args:
        scored: The words of a page.
        role: Role of the name.
        address: The words of all addresses, which are none of a name; nor is what follows them in their cells.
    """
    groups = [_without(scored, group, address) for group in scored.groups(role) if not _is_heading(scored, group)]
    return [part for group in groups for part in (_parts(scored, group) if role != BRANCH else [group]) if part]


def _is_heading(scored: ScoredWords, group: list[int]) -> bool:
    """Tell whether words are what receipts are called, a notice between arrows or an address of mail, and no name."""
    text = scored.text(group)
    return _NOTICE.search(text) is not None or "".join(filter(str.isalpha, text.casefold())) in _HEADINGS


def unnoticed_companies(scored: ScoredWords, registered: Container[int]) -> list[list[int]]:
    """Return the cells that are a company's name though no word was told to be of it.

    It is known by its form, near the top, or by the number of its register.

    Args:
        scored: The words of a page.
        registered: Rows that a number of a register belongs to.
    """
    last = _UPPER * (scored.words[-1].row + 1)
    cells = [list(cell) for _, cell in groupby(range(len(scored.words)), key=lambda index: scored.words[index].cell)]
    return [
        cell
        for cell in cells
        if (scored.words[cell[0]].row in registered and _is_text(scored, scored.row(scored.words[cell[0]].row)))
        or (scored.words[cell[0]].row <= last and ends_with_form([scored.words[index].text for index in cell]))
    ]


def unnoticed_names(scored: ScoredWords, addresses: Sequence[Rows]) -> list[list[int]]:
    """Return a row at the top that is a trading name though no word was told to be of it.

    It stands right above what is first told of the business, or is the row that its address was told to begin with, or
    is the first row above these; where nothing is told of it, it is the first row of a page with goods.

    Args:
        scored: The words of a page.
        addresses: All addresses.
    """
    first = next((index for index, role in enumerate(scored.roles) if role.startswith("merchant.")), None)
    candidates = []
    if first is not None and scored.words[first].row <= _HIGHEST:
        above = [scored.row(number) for number in range(scored.words[first].row)]
        candidates = [*above[-1:], *(rows[0] for rows in addresses if first in rows[0]), *above]
    elif "items.amount" in scored.roles:
        candidates = [scored.row(0)]
    names = (_unlabelled(scored, row) for row in candidates if row)
    return next(([name] for name in names if _is_text(scored, name) and not _is_heading(scored, name)), [])


def _unlabelled(scored: ScoredWords, row: list[int]) -> list[int]:
    """Return a row without a number of a register in brackets at its end, unless a label names that: it is no name."""
    *name, last = row
    number = scored.words[last].text
    is_named = any(scored.roles[index] == LABEL for index in name)
    return name if name and number.startswith("(") and is_register(number) and not is_named else row


def _is_text(scored: ScoredWords, indices: list[int]) -> bool:
    """Tell whether words are of letters alone, but for the number of a shop."""
    text = _SHOP.sub("", scored.text(indices))
    return not any(map(str.isdigit, text)) and max(map(len, text.split()), default=0) >= _WORD


def has_form(scored: ScoredWords, group: list[int]) -> bool:
    """Tell whether the cells of a name have the form of a company."""
    cells = {scored.words[index].cell for index in group}
    return any(is_form(_without_number(word.text)) for word in scored.words if word.cell in cells)


def name_of(scored: ScoredWords, role: str, group: list[int]) -> Field:
    """Return the name that some of its words stand for, whole.

    A form that was misread in one letter, as ``SIN BHD``, is written as it is; the field's text is what was read.
    """
    words = _joined(scored, _whole_cells(scored, _without_noise(scored, group)))
    words = _without_strays(scored, _to_form(scored, words))
    words = _without_greeting(scored, _without_numbers(scored, words))
    texts = [scored.words[index].text for index in words]
    texts[-1] = _without_number(texts[-1])
    field = scored.field(words, role, " ".join(with_true_form(texts)).strip(EDGES) or None)
    read = median(scored.words[index].confidence for index in words)
    return replace(field, confidence=max(field.confidence, _BY_PLACE * read))


def rows_of(scored: ScoredWords, group: list[int]) -> list[list[int]]:
    """Return the words of each row of a group."""
    return [list(row) for _, row in groupby(group, key=lambda index: scored.words[index].row)]


def _without(scored: ScoredWords, group: list[int], address: Container[int]) -> list[int]:
    """Return a group without words of addresses and what follows them in their cells."""
    found: list[int] = []
    for index in group:
        before = index
        while before and scored.words[before - 1].cell == scored.words[index].cell and before not in address:
            before -= 1
        if before not in address:
            found.append(index)
    return found


def _parts(scored: ScoredWords, group: list[int]) -> Iterator[list[int]]:
    """Part rows in capitals from those without, which are two names, and leave out what an address begins."""
    part: list[int] = []
    for row in rows_of(scored, group):
        text = scored.text(row)
        if part and any(map(str.isdigit, scored.text(scored.row(scored.words[row[0]].row)))):
            break
        above = scored.text(part)
        if (above.isupper() and text.islower()) or (above.islower() and text.isupper()):
            yield part
            part = []
        part = part + row
    if part:
        yield part


def _whole_cells(scored: ScoredWords, group: list[int]) -> list[int]:
    """Return a name with the words beside it in its cells that are no numbers of something else: a cell is one name."""
    cells = {scored.words[index].cell for index in group}
    beside = [
        index
        for index, word in enumerate(scored.words)
        if word.cell in cells and (index in group or (scored.roles[index] in _BESIDE and not is_register(word.text)))
    ]
    return beside or group


def _joined(scored: ScoredWords, group: list[int]) -> list[int]:
    """Return a name with its row above, where it is a form or ends brackets, and below, where it ends with ``&``."""
    text = scored.text(group)
    if all(is_form(word) or word.casefold().strip(".") in _BEFORE_FORM for word in text.split()):
        above = scored.row(scored.words[group[0]].row - 1)
        if above and all(scored.roles[index] in _BESIDE for index in above) and _is_text(scored, above):
            group = [*above, *group]
    if text.count(")") > text.count("("):
        above = scored.row(scored.words[group[0]].row - 1)
        whole = next((name for name in scored.groups(NAME) if above and name[-1] == above[-1]), above)
        if scored.text(whole).count("(") > scored.text(whole).count(")"):
            group = [*whole, *group]
    if scored.words[group[-1]].text.casefold() in _GOES_ON:
        below = scored.row(scored.words[group[-1]].row + 1)
        if all(scored.roles[index] in _BESIDE for index in below):
            group = [*group, *below]
    return group


def _to_form(scored: ScoredWords, group: list[int]) -> list[int]:
    """Return the words of a name up to the form of the company: what follows is another name or a number."""
    forms = [place for place, index in enumerate(group) if is_form(_without_number(scored.words[index].text))]
    if not forms or not forms[0]:
        return group
    last = forms[0]
    while last + 1 in forms:
        last += 1
    return group[: last + 1]


def _without_noise(scored: ScoredWords, group: list[int]) -> list[int]:
    """Return a name without rows at its top that were hardly read beside a clear one: a logo, or its edge."""
    rows = rows_of(scored, group)
    read = [median(scored.words[index].confidence for index in row) for row in rows]
    first = 0
    while read[first] < _NOISE and max(read) > _CLEAR:
        first += 1
    return [index for row in rows[first:] for index in row]


def _without_strays(scored: ScoredWords, group: list[int]) -> list[int]:
    """Return the words of a name without single characters at its ends that may be a piece of a logo or of an edge."""
    return _trimmed(scored, group, _is_stray, _is_stray)


def _trimmed(
    scored: ScoredWords, group: list[int], before: Callable[[PageWord], bool], after: Callable[[PageWord], bool]
) -> list[int]:
    """Return the words of a name, one at least, without those at its beginning and its end that are none of it."""
    first, last = 0, len(group)
    while last - first > 1 and after(scored.words[group[last - 1]]):
        last -= 1
    while last - first > 1 and before(scored.words[group[first]]):
        first += 1
    return group[first:last]


def _without_greeting(scored: ScoredWords, group: list[int]) -> list[int]:
    """Return the words of a name without a greeting before it."""
    first = tuple(scored.words[index].text.casefold() for index in group[:2])
    return group[2:] if first in _GREETINGS and len(group) > 2 else group


def _is_stray(word: PageWord) -> bool:
    return len(word.text) == 1 and word.confidence < _CLEAR


def _without_numbers(scored: ScoredWords, group: list[int]) -> list[int]:
    """Return the words of a name without numbers of registers that stand before or after it, as ``(867388-U)``."""
    return _trimmed(
        scored, group, lambda word: is_register(word.text), lambda word: is_register(_without_number(word.text))
    )


def _without_number(text: str) -> str:
    """Return the form of a company without the number that is written at it, as in ``S/B(587969-U)``; others as is."""
    form = _ATTACHED.sub("", text)
    return form if is_form(form) else text
