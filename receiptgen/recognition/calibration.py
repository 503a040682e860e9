"""How sure a reader may be: probabilities of the network made to mean what they say."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Level = Literal["char", "word", "line"]
LEVELS: tuple[Level, ...] = ("char", "word", "line")
# Probabilities are kept as far from 0 and 1, lest their odds be infinite.
_EDGE = 1e-6


class Calibration(NamedTuple):
    """Platt scaling: what confidences say, ``sigmoid(slope * log-odds + shift)``.

    Attributes:
        slope: 1 leaves them as they are; below it they were too sure.
        shift: In natural logarithms of odds.
    """

    slope: float = 1.0
    shift: float = 0.0

    @staticmethod
    def odds(confidence: NDArray[Any]) -> NDArray[np.float64]:
        """Return log-odds of probabilities."""
        inside = np.clip(np.asarray(confidence, np.float64), _EDGE, 1 - _EDGE)
        return np.asarray(np.log(inside / (1 - inside)))

    def applied(self, confidence: NDArray[Any]) -> NDArray[np.float64]:
        """Return calibrated probabilities."""
        if self == RAW:
            return np.asarray(confidence, np.float64)
        return np.asarray(1 / (1 + np.exp(-(self.slope * self.odds(confidence) + self.shift))))


RAW = Calibration()


def read_calibration(path: Path) -> Mapping[str, Calibration]:
    """Read slopes and shifts by level; the file comes with packaged weights."""
    return {level: Calibration(*pair) for level, pair in json.loads(path.read_text(encoding="utf-8")).items()}
