"""Numbers of houses, plots and floors, by which a row is known as the first of an address; and digits in them."""

import re

# What stands before the number of a house, a plot, a flat or a floor, without case.
_LISTED = "no nos nr number lot lots plot pt ptd unit suite ste shop shops blk block door flat level lvl"
_BEFORE = "|".join(sorted(_LISTED.split(), key=len, reverse=True))
# A number after such a word, of less than seven digits: longer ones are of telephones and registers.
_LABELLED = re.compile(
    rf"(?:(?:{_BEFORE}|p\.\s?t)(?:[\s.:#]+|(?=\d)))+(?:[a-z]{{1,3}}[-.]?)?(?!\d{{7}})\d[\w/&.-]*[,.]?(?=\s|,|$)", re.I
)
# A number alone, which may be of two floors or houses, with a name after it. Those of four digits are rather postcodes.
_BARE = re.compile(
    r"(?!\d+(?:[.:]\d|\s?(?:am|pm|x|pcs)\b))(?:[a-z]{1,2}-?)?\d{1,3}(?:(?:st|nd|rd|th)\b|[a-z]?)(?:[-/&]\w{1,4})*[,.]?"
    r"\s?(?<![\w])(?=[^\W\d_]{2})",
    re.I,
)
# A postcode before its town, and one at the end of a row; with fewer digits it may be a house.
_POSTCODE = re.compile(r"\d{5,6}\b[,.]?\s+[^\W\d_]{2}")
_LAST_POSTCODE = re.compile(r"(?<!\S)\d{5,6}[,.]?$")

# Letters that are read for noughts, in numbers and at the beginning of one.
_O = "Oo\u00d2\u00d3\u00d4\u00d6\u00d8"
_NOUGHTS = re.compile(rf"\b(?=[{_O}]*\d[{_O}]*\d)[\d{_O}]{{4,}}\b|(?<![^\W_])[{_O}](?=\d{{2,3}}[A-Za-z]?\b)")
_ZERO = str.maketrans(dict.fromkeys(_O, "0"))
# Two houses between which ``&`` may have been read as the digit that looks like it: by a letter or a floor that both
# have, as in ``31G833G`` and ``19-1819-2``, or by spaces, as in ``3 8 5``.
_PAIRS = tuple(
    re.compile(rf"(?<![\w/-])(?<!\d\.){both}(?![\w/])")
    for both in (
        r"(?P<first>\d{1,4})(?P<letter>[A-Za-z])8(?P<second>\d{1,4})(?P=letter)",
        r"(?P<floor>\d+-)(?P<first>\d{1,2})8(?P=floor)(?P<second>\d{1,2})",
        r"(?P<first>\d{1,4})(?P<letter>[A-Za-z]?)\s8\s(?P<second>\d{1,4})(?P=letter)",
    )
)
# A number of two such houses without a space, after a word for it: ``No. 89891``.
_ODD = re.compile(rf"(?<!\w)(?P<label>(?:(?:{_BEFORE})[\s.:#]+)+)(?P<digits>\d{{5}}|\d{{7}}|\d{{9}})(?!\w)", re.I)
# The largest step from one house to the next on its side of the street.
_STEP = 2
# Two parts of one plot, whose second letter may have been read as the digit that looks like it.
_PARTS = re.compile(r"(?<![\w-])(?P<plot>\d+)-(?P<first>[A-Z])(?P<sign>\s?&\s?)(?P=plot)-(?P<second>\d)(?!\w)")
_LETTER_OF = {"0": "D", "4": "A", "5": "S", "6": "G", "8": "B"}


def begins_with_label(text: str) -> bool:
    """Tell whether a row begins with the number of a house and the word for it, as ``NO.22``, ``Lot PT 1138``."""
    return _LABELLED.match(text) is not None


def begins_with_house(text: str) -> bool:
    """Tell whether a row begins with the number of a house, with a word for it or a name after it, as ``5-7, High``."""
    return begins_with_label(text) or _BARE.match(text) is not None


def begins_with_postcode(text: str) -> bool:
    """Tell whether a row begins with a postcode and a name, as ``47100 Big Town``."""
    return _POSTCODE.match(text) is not None


def ends_with_postcode(text: str) -> bool:
    """Tell whether a row ends with a postcode, whose town then follows."""
    return _LAST_POSTCODE.search(text) is not None


def with_true_signs(text: str) -> str:
    """Return a row of an address with what was misread in its numbers as it is written.

    These are letters for noughts, as in ``4330O``; ``&`` between two neighbouring houses that was read as 8, as
    ``31G833G``; and the letter of the second part of a plot that was read as a digit, as ``1851-A & 1851-8``.
    """
    text = _NOUGHTS.sub(lambda found: found[0].translate(_ZERO), text)
    for pair in _PAIRS:
        text = pair.sub(_with_and, text)
    return _PARTS.sub(_with_letter, _ODD.sub(_parted, text))


def _with_and(found: re.Match[str]) -> str:
    """Return two houses with the sign between them, if they are neighbours."""
    if not _are_neighbours(found["first"], found["second"]):
        return found[0]
    start = found.end("letter" if "letter" in found.re.groupindex else "first") - found.start()
    before, after = found[0][:start], found[0][start:]
    return before + after.replace("8", "&", 1)


def _parted(found: re.Match[str]) -> str:
    """Return a number as two houses, if its halves are those of neighbours with the digit like ``&`` between them."""
    digits = found["digits"]
    half = len(digits) // 2
    first, sign, second = digits[:half], digits[half], digits[half + 1 :]
    are_two = sign == "8" and first[0] != "0" and _are_neighbours(first, second)
    return f"{found['label']}{first}&{second}" if are_two else found[0]


def _are_neighbours(first: str, second: str) -> bool:
    return 0 < int(second) - int(first) <= _STEP


def _with_letter(found: re.Match[str]) -> str:
    """Return two parts of a plot with a letter for the digit of the second, if it comes after that of the first."""
    letter = _LETTER_OF.get(found["second"], "")
    return found[0][:-1] + letter if letter > found["first"] else found[0]
