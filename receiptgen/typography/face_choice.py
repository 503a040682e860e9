"""The choice of a font for a text: one of those that are named draws all of it, or else one of the text's script."""

from collections.abc import Collection, Iterator, Set
from typing import Final

from receiptgen.core.dice import Dice
from receiptgen.core.distributions import Weights
from receiptgen.core.errors import FontError
from receiptgen.core.scripts import needs_shaping, script_of
from receiptgen.typography.typeface import Face, face_groups, found_members, how_to_get, members

# Groups of fonts by the script that they write, the first one whose fonts draw a text before the others. Chinese
# characters alone may be of any country; kana and Korean letters tell which. Where fonts are packaged, those of a
# system are drawn with only if they are named: samples are then the same everywhere.
_GROUPS: Final = {
    "kana": ("japanese",),
    "hangul": ("korean",),
    "han": ("chinese", "japanese", "korean"),
    "bopomofo": ("chinese",),
    "arabic": ("arabic",),
    "hebrew": ("hebrew",),
    "thai": ("thai",),
    "devanagari": ("devanagari",),
}
# Scripts that most fonts for print write, and what is of no script.
_PACKAGED: Final = frozenset({"", "latin", "greek", "cyrillic"})
# Groups of hands, and fonts for what none of them writes, as Greek: a pen's effects slant them and make them waver.
_HANDS: Final = frozenset({"hand", "hand_unseen", "handwriting"})
_UPRIGHT: Final = Weights({"sans": 2, "condensed": 1})
# Groups of the languages that are written with Chinese characters.
_WRITTEN_WITH: Final = {"zh": "chinese", "ja": "japanese", "ko": "korean"}


def draw_faces(weights: Weights, chars: set[str], dice: Dice, language: str = "") -> Iterator[Face]:
    """Yield fonts that draw all of ``chars``: groups, names and paths by weight, each font once, in drawn order.

    Where none of them does, the fonts of the script that ``chars`` are of are asked.

    Args:
        weights: Groups, names of fonts or font files, with weights.
        chars: Characters to draw; the font is chosen after the text.
        dice: Dice of the sample.
        language: Language of the text, a code of two letters, which tells whose Chinese characters are meant.

    Raises:
        FontError: No font covers ``chars``; the message names one and what it lacks.
    """
    left = {name: [face for face in members(name) if face.covers(chars)] for name in weights}
    left = {name: fitting for name, fitting in left.items() if fitting and weights[name] > 0}
    if not left and (instead := script_faces(chars, language)):
        left, weights = {"": list(instead)}, Weights({"": 1})
    if not left:
        raise _fault(weights, chars)
    while left:
        name = dice.weigh(Weights({name: weights[name] for name in left}))
        yield left[name].pop(int(dice.random() * len(left[name])))
        if not left[name]:
            del left[name]


def script_faces(chars: Collection[str], language: str = "") -> tuple[Face, ...]:
    """Return the fonts of the script of some characters that draw all of them, of the first group that has any."""
    # Groups of kana and of Korean letters stand before those of Chinese characters.
    # Marks such as that of Japanese postcodes are of no script.
    own = _WRITTEN_WITH.get(language, "")
    groups = sorted(script_groups(chars) or filter(None, [own]), key=lambda group: group != own)
    fitting = ([face for face in fonts_of(group) if face.covers(chars)] for group in groups)
    return tuple(next(filter(None, fitting), ()))


def script_fonts(chars: Collection[str]) -> tuple[Face, ...]:
    """Return all fonts of the scripts of some characters."""
    return tuple(face for group in script_groups(chars) for face in fonts_of(group))


def upright_for(weights: Weights) -> Weights:
    """Return the fonts that write what some hands don't; none where others than groups of hands are named."""
    return _UPRIGHT if weights.keys() <= _HANDS else Weights()


def fonts_of(group: str) -> tuple[Face, ...]:
    """Return the fonts of a group; none where they may be on a system and are not."""
    return face_groups().get(group) or found_members(group)


def script_groups(chars: Collection[str]) -> list[str]:
    """Return the groups of fonts that write the scripts of some characters."""
    return list(dict.fromkeys(group for groups in _groups_of_scripts(chars) for group in groups))


def _groups_of_scripts(chars: Collection[str]) -> list[tuple[str, ...]]:
    scripts = {script_of(char) for char in chars if not char.isascii()}
    return [groups for script, groups in _GROUPS.items() if script in scripts]


def writes_script(face: Face, chars: Collection[str]) -> bool:
    """Tell whether some characters are of a script that has fonts of its own, or must be shaped, or the font is one."""
    groups = {group for groups in _GROUPS.values() for group in groups}
    return face.group in groups or bool(script_groups(chars)) or needs_shaping("".join(chars))


def missing_fonts(chars: Collection[str]) -> str:
    """Say which fonts of the scripts of some characters there are none of, and how to get one; empty if there are."""
    for groups in _groups_of_scripts(chars):
        if not any(map(fonts_of, groups)):
            return f"no font of the group {groups[0]!r} is on this system; {how_to_get(groups[0])}"
    others = {script_of(char) for char in chars if char.isalpha()} - _GROUPS.keys() - _PACKAGED
    return f"no font is packaged for {min(others)}; name a font file that writes it" if others else ""


def lacks(face: Face, chars: Set[str]) -> str:
    """Say which of some characters a font doesn't draw, and which it draws like others, by which their labels lie."""
    lacking = sorted(chars - face.chars)
    alike = [char for char in lacking if char in face.alike]
    said = repr("".join(lacking))
    return f"{said} ({', '.join(f'{char} looks like {face.alike[char]}' for char in alike[:5])})" if alike else said


def _fault(weights: Weights, chars: set[str]) -> FontError:
    nearest = min((face for name in weights for face in members(name)), key=lambda face: len(chars - face.chars))
    help_ = missing_fonts(chars - nearest.chars) or "name another font or group, or leave these characters out"
    error = FontError(
        f"no font among {', '.join(weights)} draws {lacks(nearest, chars)}: nearest is {nearest.name!r}; {help_}"
    )
    error.lacking = "".join(sorted(chars - nearest.chars))
    return error
