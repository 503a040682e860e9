"""Companions of initial weights that a run keeps: the character model and the calibration, as far as they still fit."""

from dataclasses import replace

from receiptgen.recognition.character_model import CharacterModel
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.model_file import Model

from ..data.tables import Fold, fold_of

_MEND = "'receiptgen weights lm' makes one of texts"


def kept_companions(source: Model, charset: Charset, fold: Fold) -> tuple[Companions, tuple[str, ...]]:
    """Return the companions of initial weights that a run keeps, and notes on what becomes of them.

    Args:
        source: Initial weights.
        charset: Units of the run.
        fold: How the case of its texts is folded.

    Raises:
        WeightsError: The character model is damaged.
    """
    folds = fold != "none" and fold_of(source.record) == "none"
    companions, note = _with_model(source, charset, folds)
    notes = [note] if note else []
    if source.companions.calibration:
        shared = set(charset.units) & set(source.charset.units)
        fits = 2 * len(shared) >= len(charset.units)
        companions = replace(companions, calibration=source.companions.calibration if fits else {})
        notes.append(
            "calibration of confidences: kept, as it was measured before this training"
            if fits
            else f"calibration of confidences: not kept, since most {charset.kind} are new; "
            "confidences are what the network says"
        )
    return companions, tuple(notes)


def _with_model(source: Model, charset: Charset, folds: bool) -> tuple[Companions, str]:
    """Return companions with the character model alone, if it is kept, and a note; empty where there is none."""
    model = source.companions.parsed_model()
    if model is None:
        return Companions(), ""
    if charset.kind == "words":
        return Companions(), "character model: not kept, since whole words are read, which need none"
    content = source.companions.character_model
    if folds:
        model = model.mapped(_lower)
        content = model.pack()
    neutral = _unknown(model, source, charset)
    count = len(charset.units)
    if 2 * len(neutral) > count:
        return Companions(), f"character model: not kept, since it knows none of {len(neutral)} of {count}; {_MEND}"
    known = f"; of {neutral} it says nothing; {_MEND} that have them" if neutral else ""
    kept = replace(source.companions, character_model=content, neutral=neutral, calibration={})
    return kept, f"character model: kept{', in lower case' if folds else ''}{known}"


def _unknown(model: CharacterModel, source: Model, charset: Charset) -> str:
    """Return the characters of a charset of which a model says nothing.

    What the weights could read and the model's texts don't have is unlikely rather than unknown.
    """
    said = set(model.chars) | set(source.charset.units) - set(source.companions.neutral)
    return "".join(unit for unit in charset.units if unit not in said)


def _lower(char: str) -> str:
    # One letter, İ, becomes two; n-grams have a place for one.
    return char.lower() if len(char.lower()) == 1 else char
