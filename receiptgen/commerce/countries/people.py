"""Names of people: in some languages women have other forms of surnames than men."""

from collections.abc import Mapping

from pydantic import Field

from receiptgen.config.records import Record


class Women(Record):
    """Names of women, by endings, as ``{firstnames: [a], surnames: {ý: á, '': ová}}`` in Czech.

    Attributes:
        firstnames: Endings by which women's first names are known.
        surnames: Endings of their surnames, by endings of men's; the longest that fits holds, an empty one for all.
    """

    firstnames: tuple[str, ...] = Field(min_length=1)
    surnames: Mapping[str, str] = Field(min_length=1)

    def surname(self, firstname: str, surname: str) -> str:
        """Return a surname as somebody of a first name has it."""
        if not firstname.endswith(self.firstnames):
            return surname
        fitting = [ending for ending in self.surnames if surname.endswith(ending)]
        if not fitting:
            return surname
        ending = max(fitting, key=len)
        return surname.removesuffix(ending) + self.surnames[ending]
