"""Years as a country counts them: eras of emperors, or of Buddha."""

from datetime import date

from pydantic import Field

from receiptgen.config.records import Record


class Era(Record):
    """A count of years, as ``{name: 令和, since: 2019-05-01}``.

    Attributes:
        name: Printed name, as ``令和`` or ``พ.ศ.``.
        since: First day on which it is used.
        first: Number of the year of that day.
    """

    name: str
    since: date
    first: int = Field(default=1, ge=1, le=9999)


def era_of(day: date, eras: tuple[Era, ...]) -> tuple[str, int]:
    """Return the name of a day's era and its year in it; the usual year without a name before the first of them.

    Args:
        day: A day.
        eras: Eras of a country, oldest first.
    """
    for era in reversed(eras):
        if day >= era.since:
            return era.name, day.year - era.since.year + era.first
    return "", day.year
