r"""A small subset of regular expressions to draw from: what is drawn, ``re.fullmatch`` matches.

::

    choice   = sequence {"|" sequence}
    sequence = {atom [quantifier]}
    atom     = character | "." | "\" mark | "[" ["^"] members "]" | "(" ["?:"] choice ")"
    quantifier = "?" | "*" | "+" | "{m}" | "{m,}" | "{,n}" | "{m,n}"
"""

from functools import lru_cache
from string import ascii_letters, digits

from receiptgen.snippets._charset import ASCII
from receiptgen.snippets._nodes import Choice, Marks, Node, Repeat, Sequence

# Most repeats where a quantifier sets no limit.
UNBOUNDED = 8
# Longest text that a pattern may describe, most repeats, and deepest brackets.
LONGEST = 1000
DEEPEST = 50
_SETS = {"d": digits, "w": ascii_letters + digits + "_"}
_MARKS = frozenset("\\.[](){}|?*+^$")


class _Parser:
    """Reads a pattern from left to right.

    Args:
        pattern: The whole of it.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> str:
        """The next character, or an empty string at the end."""
        return self.pattern[self.at : self.at + 1]

    def take(self, mark: str) -> bool:
        """Step over the next characters if they are these."""
        found = self.pattern.startswith(mark, self.at)
        self.at += len(mark) * found
        return found

    def fault(self, what: str, at: int | None = None) -> ValueError:
        """Return an error that tells the position, counted from 1."""
        return ValueError(f"pattern {self.pattern!r}: {what} at character {(self.at if at is None else at) + 1}")

    def whole(self) -> Node:
        """Read all."""
        node = self.choice()
        if self.next:
            raise self.fault(f"{self.next!r} closes nothing; for the character write '\\{self.next}'")
        return node

    def choice(self) -> Node:
        """Read sequences up to a closing bracket or the end."""
        options = [self.sequence()]
        while self.take("|"):
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Node:
        """Read parts up to ``|``, a closing bracket or the end."""
        parts = []
        while self.next and self.next not in "|)":
            start = self.at
            part = self.quantified(self.atom())
            if part.shape.longest > LONGEST:
                raise self.fault(f"a part draws more than {LONGEST} characters", start)
            parts.append(part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def atom(self) -> Node:
        """Read one part, without quantifier."""
        mark, start = self.next, self.at
        self.at += 1
        if mark == "(":
            return self.group(start)
        if mark == "[":
            return Marks(self.members(start))
        if mark == ".":
            return Marks(ASCII)
        if mark == "\\":
            return Marks(self.escaped(start))
        if mark in "?*+{":
            raise self.fault(f"{mark!r} repeats nothing; for the character write '\\{mark}'", start)
        if mark in _MARKS:
            why = "a pattern always describes the whole text" if mark in "^$" else f"for the character write '\\{mark}'"
            raise self.fault(f"unexpected {mark!r}; {why}", start)
        return Marks(self.printable(mark, start))

    def printable(self, mark: str, start: int) -> str:
        """Return a character if it can be printed."""
        if not mark.isprintable():
            raise self.fault(f"{mark!r} can't be printed", start)
        return mark

    def group(self, start: int) -> Node:
        """Read after ``(`` up to its ``)``."""
        if self.take("?") and not self.take(":"):
            raise self.fault("unknown kind of group; use '(...)' or '(?:...)'", start)
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fault(f"brackets nest deeper than {DEEPEST}", start)
        node = self.choice()
        self.depth -= 1
        if not self.take(")"):
            raise self.fault("'(' is never closed", start)
        return node

    def escaped(self, start: int) -> str:
        """Read after a backslash; return all characters that it stands for."""
        mark = self.next
        self.at += 1
        if mark in _SETS:
            return _SETS[mark]
        if not mark or mark.isalnum():
            raise self.fault(f"unknown '\\{mark}'; there are '\\d', '\\w' and backslashes before signs", start)
        return self.printable(mark, start)

    def member(self) -> str:
        """Read one member of a class, without range."""
        start = self.at
        self.at += 1
        mark = self.pattern[start]
        return self.escaped(start) if mark == "\\" else self.printable(mark, start)

    def members(self, start: int) -> str:
        """Read after ``[`` up to its ``]``; return all characters of the class, each once."""
        negated, found = self.take("^"), ""
        while not self.take("]"):
            at = self.at
            if not self.next:
                raise self.fault("'[' is never closed", start)
            first = self.member()
            if self.next == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("]", ""):
                self.at += 1
                last = self.member()
                if len(first) > 1 or len(last) > 1 or last < first:
                    raise self.fault(f"range {self.pattern[at : self.at]!r} ends before it begins", at)
                first = "".join(filter(str.isprintable, map(chr, range(ord(first), ord(last) + 1))))
            found += first
        drawn = "".join(mark for mark in ASCII if mark not in found) if negated else "".join(dict.fromkeys(found))
        if not drawn:
            raise self.fault("an empty class", start)
        return drawn

    def quantified(self, part: Node) -> Node:
        """Read a quantifier, if there is one."""
        start = self.at
        if self.next not in ("?", "*", "+", "{"):
            return part
        low, high = self.bounds()
        if self.next in ("?", "*", "+", "{"):
            raise self.fault(f"{self.next!r} after a quantifier; put what it repeats in brackets")
        if high < low or high > LONGEST:
            raise self.fault(f"{self.pattern[start : self.at]!r} must count up, to {LONGEST} at most", start)
        if isinstance(part, Marks) and part.low == part.high == 1:
            return Marks(part.alphabet, low, high)
        return Repeat(part, low, high)

    def bounds(self) -> tuple[int, int]:
        """Read a quantifier."""
        simple = {"?": (0, 1), "*": (0, UNBOUNDED), "+": (1, UNBOUNDED)}
        mark, start = self.next, self.at
        self.at += 1
        if mark in simple:
            return simple[mark]
        inside, closed, _ = self.pattern[self.at :].partition("}")
        low, comma, high = inside.partition(",")
        if not closed or not (low + high).isascii() or not (low + high).isdigit() or len(inside) > 9:
            raise self.fault("'{' needs counts, as in '{3}' or '{2,5}'; for the character write '\\{'", start)
        self.at += len(inside) + 1
        least = int(low or 0)
        if not comma:
            return least, least
        return least, int(high) if high else max(least, UNBOUNDED)


@lru_cache(maxsize=1024)
def parse(pattern: str) -> Node:
    """Read a pattern.

    Raises:
        ValueError: It is wrong (the message tells where), could draw nothing at all or more than ``LONGEST``
            characters, or spaces other than single ones inside.
    """
    node = _Parser(pattern).whole()
    shape = node.shape
    if shape.empty:
        raise ValueError(f"pattern {pattern!r} can be empty; let some part of it always be there")
    if shape.first or shape.last or shape.double:
        raise ValueError(f"pattern {pattern!r} can begin or end with a space, or hold two in a row")
    if shape.longest > LONGEST:
        raise ValueError(f"pattern {pattern!r} can draw more than {LONGEST} characters")
    return node
