"""What a file of weights, or of a run's state, says of the network in it; JSON texts by key, whatever the file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from receiptgen.core.errors import ReceiptgenError, WeightsError
from receiptgen.recognition.charset import Charset
from receiptgen.recognition.networks import NETWORKS, Network
from receiptgen.recognition.preprocess import Preprocess

VERSION = "1"


class Metadata(NamedTuple):
    """What it takes to read with weights, beside them.

    Attributes:
        network: Its record.
        charset: What its labels stand for.
        preprocess: How lines are made ready.
        record: How it was trained, JSON-ready.
    """

    network: Network
    charset: Charset
    preprocess: Preprocess
    record: Mapping[str, Any]

    def write(self) -> dict[str, str]:
        """Return what the file is to say."""
        return {
            "receiptgen": VERSION,
            "network": json.dumps(network_settings(self.network)),
            "charset": self.charset.chars,
            "preprocess": self.preprocess.model_dump_json(),
            "record": json.dumps(self.record),
        }

    @classmethod
    def read(cls, said: Mapping[str, str], place: Path) -> "Metadata":
        """Read what a file says.

        Args:
            said: By key.
            place: The file.

        Raises:
            WeightsError: It was written by others, or is damaged.
        """
        if said.get("receiptgen") != VERSION:
            raise WeightsError(
                f"{place}: these are no weights of receiptgen; 'receiptgen weights import' takes Gluon's"
            )
        try:
            settings = _mapping(said, "network")
            network = NETWORKS.get(str(settings.pop("kind", "")))(**settings)
            preprocess = Preprocess.model_validate(_mapping(said, "preprocess"))
            return cls(network, Charset(said.get("charset", "")), preprocess, _mapping(said, "record"))
        except (ValueError, ReceiptgenError) as error:
            raise WeightsError(f"{place}: its metadata can't be read: {_reason(error)}") from None


def network_settings(network: Network) -> dict[str, Any]:
    """Return a network's name and settings, JSON-ready."""
    return {"kind": NETWORKS.name_of(type(network)), **network.model_dump(mode="json")}  # type: ignore[attr-defined]  # records are pydantic models


def _mapping(said: Mapping[str, str], key: str) -> dict[str, Any]:
    """Return a part of a metadata, a JSON object.

    Raises:
        ValueError: It is none.
    """
    found = json.loads(said.get(key, "null"))
    if not isinstance(found, dict):
        raise ValueError(f"{key!r} is no JSON object")
    return found


def _reason(error: Exception) -> str:
    """Return the first fault in one line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}"
    return str(error).lower()
