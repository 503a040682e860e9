"""Labels made wrong on purpose, as people make them wrong."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from string import ascii_lowercase, ascii_uppercase, digits


def of_another_line(text: str, texts: Sequence[str], random: Random) -> str:
    return random.choice([other for other in texts if other != text])


def with_another_character(text: str, texts: Sequence[str], random: Random) -> str:
    """Return a text with a digit or letter replaced by another of its class."""
    place = random.choice([index for index, char in enumerate(text) if char.isalnum()] or [0])
    alike = next((chars for chars in (digits, ascii_uppercase) if text[place] in chars), ascii_lowercase)
    return text[:place] + random.choice(alike.replace(text[place], "")) + text[place + 1 :]


def without_a_character(text: str, texts: Sequence[str], random: Random) -> str:
    place = random.randrange(len(text))
    return (text[:place] + text[place + 1 :]).strip() or "-"


def with_characters_swapped(text: str, texts: Sequence[str], random: Random) -> str:
    """Return a text with two neighbours swapped that differ."""
    places = [index for index in range(len(text) - 1) if text[index] != text[index + 1]]
    if not places:
        return with_another_character(text, texts, random)
    place = random.choice(places)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


MISTAKES: Mapping[str, Callable[[str, Sequence[str], Random], str]] = {
    "of another line": of_another_line,
    "another character": with_another_character,
    "a character missing": without_a_character,
    "two characters swapped": with_characters_swapped,
}


def spoil(texts: Sequence[str], share: float, seed: int) -> dict[int, tuple[str, str]]:
    """Return wrong labels by the index of their line, each with the mistake in it; all mistakes are as frequent."""
    random = Random(seed)
    chosen = sorted(random.sample(range(len(texts)), round(share * len(texts))))
    names = [list(MISTAKES)[number % len(MISTAKES)] for number in range(len(chosen))]
    wrong = {
        index: (name, MISTAKES[name](texts[index], texts, random)) for index, name in zip(chosen, names, strict=True)
    }
    assert all(" ".join(text.split()) != texts[index] for index, (_, text) in wrong.items())
    return wrong
