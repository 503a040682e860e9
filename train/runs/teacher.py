"""The teacher of a run: trained weights from which another network learns."""

from pathlib import Path

import numpy as np

from receiptgen.core.errors import TrainingError
from receiptgen.recognition.charset import BLANK
from receiptgen.recognition.model_file import Model, load_model
from receiptgen.recognition.networks import step_of, with_head

from ..backends import Teacher
from ..data.tables import fold_of
from ..recipes.recipe import Teaching


def open_teacher(teaching: Teaching, model: Model) -> Teacher:
    """Return the teacher of a network.

    Args:
        teaching: Weights of the teacher, and how they are learned from.
        model: Network in training, with its charset and preprocessing.

    Raises:
        WeightsError: The weights can't be read.
        TrainingError: The teacher reads other images or other labels.
    """
    taught = load_model(Path(teaching.weights))
    _check_fit(teaching.weights, taught, model)
    labels = np.full(len(model.charset), -1, np.int64)
    labels[BLANK] = BLANK
    for unit, label in model.charset.labels.items():
        labels[label] = taught.charset.labels.get(unit, -1)
    if labels.max() == BLANK:
        raise TrainingError(f"teacher {teaching.weights}: knows none of the {model.charset.description} of this run")
    layers = with_head(taught.network, len(taught.charset))
    return Teacher(layers, taught.weights, labels, teaching.share, teaching.temperature)


def _check_fit(name: str, taught: Model, model: Model) -> None:
    """Check that a teacher reads the images and the texts of a run.

    Raises:
        TrainingError: It doesn't.
    """
    for what, theirs, ours in (
        ("a height of", taught.network.height, model.network.height),
        ("a width of", taught.network.width, model.network.width),
        ("time steps of", step_of(taught.network), step_of(model.network)),
    ):
        if theirs != ours:
            raise TrainingError(
                f"teacher {name}: its images have {what} {_pixels(theirs)}, those of this run {_pixels(ours)}"
            )
    settings = {key: (getattr(taught.preprocess, key), value) for key, value in model.preprocess.values().items()}
    if other := next((key for key, (theirs, ours) in settings.items() if theirs != ours), None):
        theirs, ours = settings[other]
        raise TrainingError(
            f"teacher {name}: its images are prepared with {other} {theirs}, those of this run with {ours}; the "
            "recipe's key 'preprocess' makes them alike"
        )
    if model.network.multiple % taught.network.multiple:
        raise TrainingError(
            f"teacher {name}: takes widths that {taught.network.multiple} divides, this run's network has them by "
            f"{model.network.multiple}"
        )
    if (taught.charset.kind, taught.charset.order) != (model.charset.kind, model.charset.order):
        raise TrainingError(
            f"teacher {name}: reads {taught.charset.kind} in {taught.charset.order} order, this run "
            f"{model.charset.kind} in {model.charset.order} order"
        )
    # A character that only the teacher has is left out of what it says: rightly, unless it reads that in the image.
    capitals = any(unit != unit.lower() for unit in taught.charset.labels)
    if fold_of(model.record) == "lower" and fold_of(taught.record) == "none" and capitals:
        raise TrainingError(
            f"teacher {name}: tells capitals from small letters, and this run doesn't (fold: lower); take weights that "
            "were trained with fold: lower too"
        )


def _pixels(count: int) -> str:
    return f"{count} pixels" if count else "any number of pixels"


def teacher_note(teaching: Teaching, teacher: Teacher) -> str:
    """Return what a teacher is and what it lacks, in words."""
    lacking = int((teacher.labels < 0).sum())
    lacks = f"; it lacks {lacking:,} of the labels, and lines with one of these are learned without it"
    return f"{teaching.weights}: is the teacher{lacks if lacking else ''}"
