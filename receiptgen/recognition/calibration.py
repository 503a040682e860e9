"""Calibration of confidences, so that of lines read with 90 % nine of ten are right."""

import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Level = Literal["char", "word", "line"]
LEVELS: tuple[Level, ...] = ("char", "word", "line")
# Probabilities are kept this far from 0 and 1, so that their odds stay finite.
_EDGE = 1e-6


class Calibration(NamedTuple):
    """Platt scaling of confidences: ``sigmoid(slope * log-odds + shift)`` (Platt 1999).

    Attributes:
        slope: Factor of the log-odds; 1 changes nothing, less than 1 tempers confidences that were too high.
        shift: Added to the log-odds, in natural logarithms.
    """

    slope: float = 1.0
    shift: float = 0.0

    @staticmethod
    def odds(confidence: NDArray[Any]) -> NDArray[np.float64]:
        """Return the log-odds of probabilities."""
        clipped = np.clip(np.asarray(confidence, np.float64), _EDGE, 1 - _EDGE)
        return np.asarray(np.log(clipped / (1 - clipped)))

    def applied(self, confidence: NDArray[Any]) -> NDArray[np.float64]:
        """Return calibrated probabilities."""
        if self == RAW:
            return np.asarray(confidence, np.float64)
        return np.asarray(1 / (1 + np.exp(-(self.slope * self.odds(confidence) + self.shift))))


RAW = Calibration()


def parse_calibration(text: str) -> Mapping[str, Calibration]:
    """Return calibrations by level from JSON.

    Raises:
        ValueError: It is not JSON.
        TypeError, AttributeError: It is other JSON.
    """
    return {level: Calibration(*map(float, pair)) for level, pair in json.loads(text).items()}


def calibration_json(calibration: Mapping[str, Calibration]) -> str:
    """Return calibrations by level as JSON, as ``parse_calibration`` takes it."""
    return json.dumps({level: list(pair) for level, pair in calibration.items()})
