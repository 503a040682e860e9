"""Metadata of a network in a file of weights or of a run's state, stored as JSON texts by key in any format."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, get_args

from receiptgen.core.errors import ReceiptgenError, WeightsError
from receiptgen.recognition.charset import Charset, Order
from receiptgen.recognition.companions import Companions
from receiptgen.recognition.networks import NETWORKS, Network, Reads
from receiptgen.recognition.preprocess import Preprocess

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
        if texts.get("receiptgen") != VERSION:
            raise WeightsError(
                f"{path}: these are not weights of receiptgen; 'receiptgen weights import' takes Gluon's"
            )
        try:
            settings = json_object(texts, "network")
            kind = str(settings.pop("kind", ""))
            if texts.get("reads", "lines") not in get_args(Reads) and kind not in NETWORKS:
                raise WeightsError(
                    f"{path}: these weights are of the network {kind!r} and read no lines, but {texts['reads']}; 'read "
                    f"--help' says which option takes them, and 'train --recipe {kind} --init' does"
                )
            network = NETWORKS.get(kind).parse(settings)
            preprocess = Preprocess.parse(json_object(texts, "preprocess"))
            record, companions = json_object(texts, "record"), Companions.read(texts)
            return cls(network, _charset(texts), preprocess, record, _reads(texts), companions)
        except WeightsError:
            raise
        except (ValueError, ReceiptgenError) as error:
            raise WeightsError(f"{path}: its metadata can't be read: {str(error).lower()}") from None


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


def json_object(texts: Mapping[str, str], key: str) -> dict[str, Any]:
    """Return a part of the metadata that must be a JSON object.

    Raises:
        ValueError: It is not one.
    """
    value = json.loads(texts.get(key, "null"))
    if not isinstance(value, dict):
        raise ValueError(f"{key!r} is not a JSON object")
    return value
