"""Weighted means of weights of one network, "model soups" (Wortsman and others 2022, arXiv:2109.01903)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from receiptgen.core.errors import WeightsError
from receiptgen.recognition.charset import BLANK, Charset
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.metadata import network_settings
from receiptgen.recognition.model_file import Model
from receiptgen.recognition.model_kind import KindModel
from receiptgen.recognition.networks import parameter_specs

from ..data.tables import fold_of
from ..loop.models import AnyModel
from .kept_companions import kept_companions

# Characters of a list in a note.
_LISTED = 60
# Share of the mean below which weights would count for nothing: arrays are of 24 bits.
_LEAST = 1e-8


class Averaged(NamedTuple):
    """Weights that a mean is made of.

    Attributes:
        path: Their file, or their name.
        model: What is in it.
        share: Their share of the mean, relative to the sum of all shares, above 0.
    """

    path: Path
    model: AnyModel
    share: float


class Mean(NamedTuple):
    """A mean of weights.

    Attributes:
        model: The mean, whose record says what it is the mean of.
        notes: Notes on its characters and on what comes with it.
    """

    model: AnyModel
    notes: tuple[str, ...]


def mean_of(parts: Sequence[Averaged], target: Averaged | None = None) -> Mean:
    """Return the weighted mean of all arrays of weights, statistics of batch normalisation among them.

    The head has a row for each unit that any of the weights read, first those of the last weights in their order. Rows
    are matched by their unit; one that only some weights have is the mean of theirs. The character model is that of the
    last weights that have one, as far as it knows the characters; a calibration of confidences is left out.

    Args:
        parts: The weights, at least two.
        target: Weights whose units and whose character model the mean has instead; their arrays don't count.

    Raises:
        WeightsError: They are fewer than two, of different networks or read differently; or the target has a unit that
            none of them reads; or a share is less than a hundred-millionth of the sum.
    """
    if len(parts) < 2:
        raise WeightsError(f"{', '.join(str(part.path) for part in parts) or 'no weights'}: a mean is of at least two")
    _check_alike(parts, target)
    shares = relative([part.share for part in parts])
    parts = [part._replace(share=share) for part, share in zip(parts, shares, strict=True)]
    if lost := [part for part in parts if part.share < _LEAST]:
        raise WeightsError(
            f"{lost[0].path}: its share is {lost[0].share:.3g} of the sum, too little to count; leave the file out, or "
            f"give it {_LEAST:g} of the sum or more"
        )
    if isinstance(parts[-1].model, KindModel):
        weights = {name: _mean([part.model.weights[name] for part in parts], parts) for name in parts[-1].model.weights}
        return Mean(replace(parts[-1].model, weights=weights, record=_record(parts)), ())
    return _mean_of_recognisers(parts, [part.model for part in parts if isinstance(part.model, Model)], target)


def relative(shares: Sequence[float]) -> list[float]:
    """Return shares above 0 relative to their sum, which itself may be more than a number can be."""
    largest = max(shares)
    total = sum(share / largest for share in shares)
    return [share / largest / total for share in shares]


def _mean_of_recognisers(parts: Sequence[Averaged], models: Sequence[Model], target: Averaged | None) -> Mean:
    """Return the mean of weights that read, all of one kind."""
    last = models[-1]
    told = target.model.charset if target and isinstance(target.model, Model) else None
    charsets = [model.charset for model in models]
    charset = told or replace(last.charset, units=list(dict.fromkeys(u for c in charsets[::-1] for u in c.units)))
    readable = {unit for each in charsets for unit in each.units}
    if missing := [unit for unit in charset.units if unit not in readable]:
        assert target
        raise WeightsError(f"{target.path}: reads {_listed(missing, charset)}, which none of the averaged weights do")
    head = list(parameter_specs(last.network, len(charset)))[-2:]
    weights = {}
    for name in last.weights:
        arrays = [model.weights[name] for model in models]
        weights[name] = _head_mean(arrays, parts, charsets, charset) if name in head else _mean(arrays, parts)
    companions, notes = _companions(parts, target, charset)
    model = replace(last, charset=charset, weights=weights, record=_record(parts), companions=companions)
    return Mean(model, (*_charset_notes(charsets, charset), *notes))


def _mean(arrays: Sequence[NDArray[np.float32]], parts: Sequence[Averaged]) -> NDArray[np.float32]:
    """Return the weighted mean of arrays of one shape."""
    total = sum(part.share * array.astype(np.float64) for part, array in zip(parts, arrays, strict=True))
    return np.asarray(total, np.float32)


def _head_mean(
    arrays: Sequence[NDArray[np.float32]], parts: Sequence[Averaged], charsets: Sequence[Charset], charset: Charset
) -> NDArray[np.float32]:
    """Return the rows of a head for a charset, each the mean of the rows of those weights that have its unit."""
    total = np.zeros((len(charset), *arrays[0].shape[1:]))
    known = np.zeros((len(charset), *[1] * (arrays[0].ndim - 1)))
    for part, array, own in zip(parts, arrays, charsets, strict=True):
        shared = [unit for unit in charset.units if unit in own.labels]
        rows = [BLANK, *(charset.labels[unit] for unit in shared)]
        total[rows] += part.share * array[[BLANK, *(own.labels[unit] for unit in shared)]].astype(np.float64)
        known[rows] += part.share
    return np.asarray(total / known, np.float32)


def _check_alike(parts: Sequence[Averaged], target: Averaged | None) -> None:
    """Check that a mean of weights means something.

    Raises:
        WeightsError: Their networks differ, or what they read and how.
    """
    first, known = parts[0], _traits(parts[0].model)
    for part in parts[1:]:
        for trait, value in _traits(part.model).items():
            if value != known.get(trait, value):
                raise WeightsError(
                    f"{part.path}: {trait} {value}, where {first.path} has {known[trait]}; only weights of one network "
                    "that are used alike have a mean"
                )
    if target is None:
        return
    if not (isinstance(first.model, Model) and isinstance(target.model, Model)):
        raise WeightsError(f"{target.path}: --for takes weights that read lines, for weights that do; leave it out")
    wanted = _units_of(target.model)
    if wanted != (units := _units_of(first.model)):
        raise WeightsError(f"{target.path}: is of {wanted}, {first.path} of {units}; --for takes weights of the same")


def _traits(model: AnyModel) -> Mapping[str, Any]:
    """Return what all weights of a mean have in common, in words or JSON-ready."""
    if isinstance(model, KindModel):
        return {"reads": model.kind.reads, "network": model.kind.settings(model.network)}
    return {
        "reads": model.reads,
        "network": network_settings(model.network),
        "preprocess": model.preprocess.values(),
        "charset": _units_of(model),
    }


def _units_of(model: Model) -> str:
    """Return which units a model reads, and how they are ordered and folded, in words."""
    folded = " in lower case" if fold_of(model.record) == "lower" else ""
    return f"{model.charset.kind} in {model.charset.order} order{folded}"


def _companions(
    parts: Sequence[Averaged], target: Averaged | None, charset: Charset
) -> tuple[Companions, tuple[str, ...]]:
    """Return what comes with a mean, and notes on it."""
    sources = [target] if target else parts[::-1]
    companions, notes = Companions(), []
    for source in sources:
        if isinstance(source.model, Model) and source.model.companions.character_model is not None:
            own = replace(source.model, companions=replace(source.model.companions, calibration={}))
            companions, told = kept_companions(own, charset, fold_of(own.record))
            notes += [f"from {source.path}: {note}" for note in told]
            break
    if any(isinstance(part.model, Model) and part.model.companions.calibration for part in (*parts, *sources)):
        notes.append(
            "calibration of confidences: left out, since it is of other weights; confidences are what the network says"
        )
    return companions, tuple(notes)


def _charset_notes(charsets: Sequence[Charset], charset: Charset) -> list[str]:
    """Return notes on units that not all weights of a mean have, if there are any."""
    some = [unit for unit in charset.units if any(unit not in own.labels for own in charsets)]
    gone = dict.fromkeys(unit for own in charsets for unit in own.units if unit not in charset.labels)
    parts = []
    if some:
        parts.append(f"only some weights read {_listed(some, charset)}, whose rows are the mean of theirs")
    if gone:
        parts.append(f"left out: {_listed(list(gone), charset)}")
    return [f"charset: {'; '.join(parts)}"] if parts else []


def _listed(units: Sequence[str], of: Charset) -> str:
    """Return units as a text, without the end of hundreds."""
    text = Charset(units, of.kind).chars
    return text if len(text) <= _LISTED else f"{text[:_LISTED]} ... ({len(units):,})"


def _record(parts: Sequence[Averaged]) -> dict[str, Any]:
    """Return the record of a mean: of which weights, with which shares."""
    last = parts[-1].model.record
    fold = {"fold": last["fold"]} if "fold" in last else {}
    averaged = [
        {"file": part.path.name, "share": round(part.share, 6), "record": dict(part.model.record)} for part in parts
    ]
    return {"mean_of": averaged, **fold}
