"""Metadata of a network in a file of weights or of a run's state, stored as JSON texts by key in any format."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_args

from receiptgen.core.errors import ReceiptgenError, WeightsError
from receiptgen.recognition.charset import Charset, Order
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.networks import NETWORKS, Network, Reads
from receiptgen.recognition.preprocess import Preprocess

T = TypeVar("T")

VERSION = "1"


class Metadata(NamedTuple):
    """What reading needs besides the weights.

    Attributes:
        network: Record of the network.
        charset: Characters or words that its labels stand for.
        preprocess: Preprocessing of images.
        record: Record of how it was trained, JSON-ready.
        reads: What an image holds.
        companions: Character model and calibration of confidences.
    """

    network: Network
    charset: Charset
    preprocess: Preprocess
    record: Mapping[str, Any]
    reads: Reads = "lines"
    companions: Companions = Companions()

    def write(self) -> dict[str, str]:
        """Return the texts for a file."""
        # Files of networks whose labels are in logical order say nothing of it, as they ever did.
        order = {"charset_order": "visual"} if self.charset.order == "visual" else {}
        return {
            "receiptgen": VERSION,
            "network": json.dumps(network_settings(self.network)),
            "charset": self.charset.chars,
            "charset_of": self.charset.kind,
            **order,
            "reads": self.reads,
            "preprocess": json.dumps(self.preprocess.values(), separators=(",", ":")),
            "record": json.dumps(self.record),
            **self.companions.write(),
        }

    @classmethod
    def read(cls, texts: Mapping[str, str], path: Path) -> "Metadata":
        """Read the metadata of a file.

        Args:
            texts: JSON texts by key.
            path: The file, for messages.

        Raises:
            WeightsError: It was not written by receiptgen, or is damaged.
        """
        check_version(texts, path, "'receiptgen weights import' takes Gluon's")
        try:
            settings = json_object(texts, "network")
            kind = str(settings.pop("kind", ""))
            if texts.get("reads", "lines") not in get_args(Reads) and kind not in NETWORKS:
                raise WeightsError(
                    f"{path}: these weights are of the network {kind!r} and read no lines, but {texts['reads']}; 'read "
                    f"--help' says which option takes them, and 'train --recipe {kind} --init' does"
                )
            network = parsed(NETWORKS.get(kind).parse, "network", settings)
            preprocess = parsed(Preprocess.parse, "preprocess", json_object(texts, "preprocess"))
            record, companions = json_object(texts, "record"), Companions.read(texts)
            return cls(network, _charset(texts), preprocess, record, _reads(texts), companions)
        except WeightsError:
            raise
        except (ValueError, ReceiptgenError) as error:
            raise unreadable(path, error) from None


def network_settings(network: Network) -> dict[str, Any]:
    """Return a network's name and settings, JSON-ready."""
    return {"kind": NETWORKS.name_of(type(network)), **network.values()}


def _charset(texts: Mapping[str, str]) -> Charset:
    """Return the charset; older files have characters only, and all in logical order."""
    units, order = texts.get("charset", ""), texts.get("charset_order", "logical")
    if order not in get_args(Order):
        raise ValueError(f"charset_order {order!r}; expected {', '.join(get_args(Order))}")
    charset = Charset(units.split(), "words") if texts.get("charset_of") == "words" else Charset(units)
    return replace(charset, order="visual") if order == "visual" else charset


def _reads(texts: Mapping[str, str]) -> Reads:
    """Return what the weights read; older ones read lines.

    Raises:
        ValueError: It is nothing that there is.
    """
    said = texts.get("reads", "lines")
    for reads in get_args(Reads):
        if reads == said:
            return reads  # type: ignore[no-any-return]  # one of its members
    raise ValueError(f"reads {said!r}; expected {', '.join(get_args(Reads))}")


def check_version(texts: Mapping[str, str], path: Path, otherwise: str) -> None:
    """Check that metadata are of the version that is read.

    Args:
        texts: JSON texts by key.
        path: The file, for messages.
        otherwise: What helps where they are of another program.

    Raises:
        WeightsError: They are of another version or program.
    """
    version = texts.get("receiptgen")
    if version is None:
        raise WeightsError(f"{path}: these are not weights of receiptgen; {otherwise}")
    if version != VERSION:
        raise WeightsError(
            f"{path}: these are not weights of receiptgen that this release reads: they are of version "
            f"{version[:20]!r}, it reads {VERSION!r}; install the release that wrote them, or a newer one"
        )


def parsed(parse: Callable[[Mapping[str, Any]], T], key: str, values: Mapping[str, Any]) -> T:
    """Parse a part of the metadata; raises ValueError that names the part."""
    try:
        return parse(values)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


def unreadable(path: Path, error: Exception) -> WeightsError:
    """Return the error of a file whose metadata are wrong."""
    text = str(error)
    return WeightsError(f"{path}: its metadata can't be read: {text[:1].lower()}{text[1:]}")


def json_object(texts: Mapping[str, str], key: str) -> dict[str, Any]:
    """Return a part of the metadata that must be a JSON object.

    Raises:
        ValueError: It is not one.
    """
    try:
        value = json.loads(texts.get(key, "null"))
    except (ValueError, RecursionError):
        raise ValueError(f"{key!r} is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError(f"{key!r} is not a JSON object")
    return value
