"""Receipts and snippets that are drawn of what was sent."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from receiptgen.config.named_files import extending, is_path
from receiptgen.config.paths import path_from, sent_files
from receiptgen.config.records import loads
from receiptgen.core.assets import packaged, packaged_names
from receiptgen.core.errors import ConfigError, ValuesError
from receiptgen.drawing.profile import Profile
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.sources import Snippets
from receiptgen.drawing.template import ReceiptTemplate, snippet_set
from receiptgen.imaging.sample import Sample
from receiptgen.serving.answers import Answer, data_url, success
from receiptgen.serving.drawing_task import DrawRequest, SnippetsRequest
from receiptgen.serving.sent_files import SentFile, SentFolder
from receiptgen.writers import encode_png
from receiptgen.writers._images import ImageFile, ImageFormat
from receiptgen.writers.folder import Folder

# Names of a template and of a profile in faults, and of the image in files of truth.
_TEMPLATE, _PROFILE, _IMAGE = "template.yaml", "profile.yaml", "receipt.png"
# What a snippet set is called while it is drawn is its name; in faults it is this.
_SNIPPETS = "snippets.yaml"
# Folders of ``configs`` whose files may have faults once others are laid over them.
_PACKAGED = ("templates", "profiles", "snippets", "locales", "shops", "catalogues", "words")
# Values of a receipt that may be paths of files.
_NAMING = ("shop", "locale")


def draw_receipt(request: DrawRequest, sent: SentFolder) -> Answer:
    """Draw a receipt; its template names what is packaged, and files that lie beside it."""
    folder = sent.lay(request.beside)
    with sent_files(folder):
        template = loads(
            request.template,
            ReceiptTemplate,
            name=str(folder / _TEMPLATE),
            resolve=extending("templates"),
            folder=folder,
        )
        template = template.model_copy(update={"name": request.name})
        sample = Receipts(
            [template], profile=_profile(request, folder), seed=request.seed, locales=request.locale,
            color=request.color, values=_values(request, folder) or (),
        ).draw(0)  # fmt: skip
    png = encode_png(sample.page.image)
    return success({**_said(sample, png), **({"files": _files(sample, png)} if request.files else {})})


def draw_snippets(request: SnippetsRequest, sent: SentFolder) -> Answer:
    """Draw snippets of a set, which is named by its file; it may name what a template may."""
    file = SentFile(f"{request.name}.yaml", request.snippets.encode(errors="replace"))
    folder = sent.lay([*(other for other in request.beside if other.name != file.name), file])
    path = folder / file.name
    try:
        with sent_files(folder):
            snippets = Snippets(
                request.kinds, profile=request.profile, seed=request.seed, set=path, locales=request.locale,
                color=request.color,
            )  # fmt: skip
            drawn = [snippets.draw(number) for number in range(request.first, request.first + request.count)]
            kinds = snippet_set(str(path)).value.names
    except ConfigError as error:
        raise ConfigError([fault.replace(f"{path}:", f"{_SNIPPETS}:") for fault in error.faults]) from None
    said = [
        {"kind": sample.kind, "number": sample.index, **_said(sample, encode_png(sample.image))} for sample in drawn
    ]
    return success({"kinds": kinds, "snippets": said})


def told(fault: str) -> str:
    """Return a fault without the folders of this machine."""
    return _folders().sub("", fault)


@cache
def _folders() -> re.Pattern[str]:
    """Return what matches the folders of files that are sent, and of those that are packaged, up to a file's name."""
    packaged_folders = {str(packaged(kind, name).parent) for kind in _PACKAGED for name in packaged_names(kind)}
    return re.compile(rf"(?:\b[0-9a-f]{{16}}|{'|'.join(map(re.escape, sorted(packaged_folders)))})[/\\]+")


def _profile(request: DrawRequest, folder: Path) -> str | Profile:
    """Return the profile that a request holds, or the name of one."""
    if request.profile_text is None:
        return request.profile
    name = str(folder / _PROFILE)
    profile = loads(request.profile_text, Profile, name=name, resolve=extending("profiles"), folder=folder)
    return profile.model_copy(update={"name": Path(_PROFILE).stem})


def _values(request: DrawRequest, folder: Path) -> dict[str, Any]:
    """Return the values that the receipt is to have, in which paths are those of files that were sent."""
    values = dict(request.values or {})
    for key in _NAMING:
        name = values.get(key)
        if isinstance(name, str) and is_path(name):
            try:
                values[key] = str(path_from(folder, Path(name)))
            except ValueError as error:
                raise ValuesError(f"values: {key}: {error}") from None
    return values


def _said(sample: Sample, png: bytes) -> dict[str, Any]:
    """Return what is told of a sample."""
    height, width = sample.page.size
    return {"image": data_url(png), "width": width, "height": height, "locale": sample.locale, "text": sample.text}


def _files(sample: Sample, png: bytes) -> dict[str, str]:
    """Return the text files that ``draw`` writes beside the image of a receipt, by name."""
    encoded = Folder().encode(sample, _IMAGE, ImageFile(png, ImageFormat()))
    return {name: content.decode() for name, content in encoded.files.items()}
