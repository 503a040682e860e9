"""Companions of weights, which help to read with them: a character model, and calibration of confidences."""

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from receiptgen.core.assets import packaged_weights
from receiptgen.core.files import write_atomic
from receiptgen.recognition.calibration import Calibration, calibration_json, parse_calibration
from receiptgen.recognition.character_model import CharacterModel

_MODEL, _NEUTRAL, _LENGTH_BONUS = "character_model", "character_model_neutral", "length_bonus"
_CALIBRATION = "calibration"


@dataclass(frozen=True)
class Companions:
    """What comes with weights.

    Files of weights hold them as metadata, so that a file is whole wherever it is copied to, in any format; beside
    packaged weights they are files, which their formats share.

    Attributes:
        character_model: Content of a character model's file; None without one. It is parsed when a search needs it.
        neutral: Characters of the charset of which the character model says nothing, since it was made for weights that
            didn't have them.
        length_bonus: Score that a search with a character model adds for each character, as ``BeamScorer`` takes it.
            It is the weights' own, since it makes up for how readily they leave characters out, too.
        calibration: Calibration of confidences by level; levels without one stay as they are.
    """

    character_model: bytes | None = None
    neutral: str = ""
    length_bonus: float = 0.0
    calibration: Mapping[str, Calibration] = field(default_factory=lambda: MappingProxyType({}))

    def __bool__(self) -> bool:
        """Tell whether there is any."""
        return self.character_model is not None or self.length_bonus != 0 or bool(self.calibration)

    def parsed_model(self) -> CharacterModel | None:
        """Return the character model, or None if there is none.

        Raises:
            WeightsError: It is damaged.
        """
        content = self.character_model
        return None if content is None else CharacterModel.parse(content, "the character model of the weights")

    def write(self) -> dict[str, str]:
        """Return the texts for a file's metadata; none without companions."""
        texts = {}
        if self.character_model is not None:
            texts[_MODEL] = base64.b64encode(self.character_model).decode()
            if self.neutral:
                texts[_NEUTRAL] = self.neutral
        if self.length_bonus:
            texts[_LENGTH_BONUS] = json.dumps(self.length_bonus)
        if self.calibration:
            texts[_CALIBRATION] = calibration_json(self.calibration)
        return texts

    @classmethod
    def read(cls, texts: Mapping[str, str]) -> "Companions":
        """Read what ``write`` wrote.

        Raises:
            ValueError: It is damaged.
        """
        model = texts.get(_MODEL)
        try:
            content = None if model is None else base64.b64decode(model, validate=True)
        except ValueError:
            raise ValueError("the character model is damaged") from None
        try:
            length_bonus = _parse_bonus(texts.get(_LENGTH_BONUS, "0"))
        except (ValueError, TypeError):
            raise ValueError("the length bonus is damaged") from None
        try:
            calibration = parse_calibration(texts.get(_CALIBRATION, "{}"))
        except (ValueError, TypeError, AttributeError):
            raise ValueError("the calibration is damaged") from None
        return cls(content, texts.get(_NEUTRAL, ""), length_bonus, calibration)

    @classmethod
    def packaged(cls, name: str) -> "Companions":
        """Return those of packaged weights; none where no weights of that name are packaged."""
        model, settings = packaged_weights(name, ".npz"), packaged_weights(name, ".json")
        told = json.loads(settings.read_text(encoding="utf-8")) if settings else {}
        found = cls.read({key: json.dumps(value) for key, value in told.items()})
        return replace(found, character_model=model.read_bytes() if model else None)

    def write_settings(self, path: Path) -> None:
        """Write all but the character model to a file, as ``packaged`` takes it; atomically."""
        texts = replace(self, character_model=None).write()
        settings = {key: json.loads(text) for key, text in texts.items()}
        write_atomic(path, f"{json.dumps(settings)}\n".encode())


def _parse_bonus(text: str) -> float:
    """Return a length bonus from JSON; raises ValueError or TypeError where it is not a finite number."""
    bonus = float(json.loads(text))
    if not math.isfinite(bonus):
        raise ValueError(text)
    return bonus
