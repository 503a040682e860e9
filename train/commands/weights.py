"""``receiptgen weights``."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from receiptgen.core.assets import packaged_weights

from ._average import command as average
from ._character_model import command as character_model

if TYPE_CHECKING:
    from receiptgen.recognition.companions import Companions
    from receiptgen.recognition.model_file import Model
    from receiptgen.recognition.model_kind import KindModel

    from ..lowering.trial import Trial

# Characters of a charset that are shown.
_LONGEST = 1000
_force = click.option("--force", is_flag=True, help="Replace an existing file.")


@click.group(name="weights")
def command() -> None:
    """Show, import, export and average weights, and make character models for them."""


command.add_command(average)
command.add_command(character_model)


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--names", is_flag=True, help="List the weights by name, with their shapes.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def show(file: Path, names: bool, as_json: bool) -> None:
    """Show the content of FILE, or of packaged weights: network, characters, preprocessing, how it was trained."""
    from receiptgen.recognition.metadata import network_settings
    from receiptgen.recognition.model_kind import KindModel

    from ..loop.models import load_any

    model = load_any(file)
    if isinstance(model, KindModel):
        _show_kind(model, file, names, as_json)
        return
    network = network_settings(model.network)
    preprocess = model.preprocess.values()
    if as_json:
        content = {
            "network": network, "parameters": _parameters(model), "reads": model.reads,
            "charset": model.charset.chars, "charset_of": model.charset.kind,
            "preprocess": preprocess, "companions": _companions(model.companions), "record": dict(model.record),
            "weights": {name: array.shape for name, array in sorted(model.weights.items(), key=_path)},
        }  # fmt: skip
        click.echo(json.dumps(content, indent=2, ensure_ascii=False))
        return
    size = (packaged_weights(str(file)) or file).stat().st_size
    click.echo(f"{file}: {size / 1e6:,.1f} MB")
    kind = network.pop("kind")
    rows = {
        "network": " ".join([f"{kind}:", *_pairs(network)]),
        "parameters": f"{_parameters(model):,}",
        "reads": model.reads,
        "charset": f"{model.charset.description}: {_shortened(model.charset.chars)}",
        "preprocess": " ".join(_pairs(preprocess)),
        **{key: _text(value) for key, value in {**_companions(model.companions), **model.record}.items()},
    }
    for key, text in rows.items():
        click.echo(f"  {key:12} {text}")
    if names:
        for name, array in sorted(model.weights.items(), key=_path):
            click.echo(f"    {name:40} {' x '.join(map(str, array.shape))}")


def _show_kind(model: "KindModel", file: Path, names: bool, as_json: bool) -> None:
    """Show a network that reads no lines, and how it was trained."""
    network, reads, parameters = model.kind.settings(model.network), model.kind.reads, model.parameters
    shapes = {name: array.shape for name, array in sorted(model.weights.items(), key=_path)}
    if as_json:
        content = {"network": network, "parameters": parameters, "reads": reads, "record": dict(model.record)}
        click.echo(json.dumps({**content, "weights": shapes}, indent=2, ensure_ascii=False))
        return
    size = (packaged_weights(str(file)) or file).stat().st_size
    click.echo(f"{file}: {size / 1e6:,.1f} MB")
    rows = {"network": f"{network.pop('kind')}: {' '.join(_pairs(network))}", "parameters": f"{parameters:,}"}
    for key, text in {**rows, "reads": reads, **{key: _text(value) for key, value in model.record.items()}}.items():
        click.echo(f"  {key:12} {text}")
    for name, shape in shapes.items() if names else ():
        click.echo(f"    {name:40} {' x '.join(map(str, shape))}")


def _shortened(text: str) -> str:
    """Return a text, without its end if it is thousands of words."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


def _path(weight: tuple[str, Any]) -> tuple[tuple[int, str], ...]:
    """Return the sorting key of a weight: layer 2 comes before layer 10."""
    return tuple((int(part) if part.isdecimal() else -1, part) for part in weight[0].split("."))


def _parameters(model: "Model") -> int:
    from receiptgen.recognition.networks import network_costs

    return network_costs(model.network, len(model.charset)).parameters


def _companions(companions: "Companions") -> dict[str, str]:
    """Return what comes with weights, in words."""
    model, content = companions.parsed_model(), companions.character_model
    found = {}
    if model and content:
        says_nothing = f"; says nothing of {companions.neutral}" if companions.neutral else ""
        size = f"{len(content) / 1e3:,.0f} kB"
        found["characters"] = f"model of {model.order}-grams of {len(model.chars)} characters, {size}{says_nothing}"
    if companions.length_bonus:
        found["search"] = f"adds {companions.length_bonus:g} for each character, beside the model"
    if companions.calibration:
        found["calibration"] = f"of confidences: {', '.join(companions.calibration)}"
    return found


def _pairs(settings: dict[str, object]) -> list[str]:
    return [f"{key}={_text(value)}" for key, value in settings.items()]


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@command.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--network", type=click.Choice(["cnn_bilstm"]), default="cnn_bilstm", show_default=True)
@click.option(
    "--charset",
    "chars",
    metavar="BASE[+ADDED]...",
    help="Characters in the order of the labels, or @FILE with one a line.  [default: by their count]",
)
@click.option(
    "--blank", type=click.Choice(["last", "first"]), default="last", show_default=True, help="Label of the blank."
)
@click.option("--height", type=click.IntRange(8, 256), help="Height of its lines in pixels.  [default: by the shapes]")
@click.option(
    "--width",
    type=click.IntRange(8, 1024),
    help="Width in pixels of its words, if it reads words; --height tells theirs.",
)
@click.option(
    "--mean", type=float, help="Mean of the pixels it was trained with, black 0 to white 1.  [default: 0.9425]"
)
@click.option("--deviation", type=float, help="Standard deviation of those pixels.  [default: 0.1593]")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE.safetensors", help="Output file.")
@_force
def import_command(
    file: Path, network: str, chars: str | None, blank: Literal["last", "first"], height: int | None, width: int | None,
    mean: float | None, deviation: float | None, out: Path, force: bool,
) -> None:  # fmt: skip
    """Import a checkpoint FILE.params that Gluon's save_parameters wrote; MXNet is not needed.

    It must be of the network of awslabs/handwritten-text-recognition-for-apache-mxnet, whose input for a pixel is
    (pixel / 255 - mean) / deviation. Units, layers and time steps are read from the file.
    """
    if deviation == 0:
        raise click.UsageError("--deviation 0: pixels are divided by it")
    if width and not height:
        raise click.UsageError("--width needs --height, the height of these words")
    from receiptgen.recognition.charset import charset
    from receiptgen.recognition.model_file import save_model

    from ..export import check_target
    from ..export.gluon import Levels, read_gluon

    check_target(out, ".safetensors", force)
    told = {key: value for key, value in (("mean", mean), ("deviation", deviation)) if value is not None}
    levels = Levels(**told) if told else None
    model = read_gluon(file, charset(chars) if chars else None, blank, levels, height or 0, width or 0)
    save_model(model, out)
    settings = " ".join(_pairs(model.network.values()))
    click.echo(f"{out}: {network} with {_parameters(model):,} parameters, {settings}; {model.charset.chars}")


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "form", required=True, metavar="FORMAT", help="onnx, torch (TorchScript) or gluon.")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE", help="Output file.")
@click.option(
    "--precision",
    type=click.Choice(["fp32", "fp16", "int8"]),
    default="fp32",
    show_default=True,
    help="Precision of ONNX files: fp16 halves the network, for devices that compute with it; int8 is smaller and "
    "faster on CPUs. What they lose is measured and told.",
)
@click.option(
    "--data",
    metavar="DATA",
    help="Data set to measure the loss on, at least some hundred images that were not trained on; int8 takes its "
    "ranges from a third of it.  [default: new synthetic images or pages]",
)
@_force
def export(
    file: Path, form: str, out: Path, precision: Literal["fp32", "fp16", "int8"], data: str | None, force: bool
) -> None:
    """Export weights FILE for onnxruntime (.onnx), PyTorch without receiptgen (.pt) or MXNet's Gluon (.params)."""
    from receiptgen.recognition.model_kind import KindModel

    from ..export import export_kind, export_model
    from ..loop.models import load_any
    from ..lowering.lowering import Lowering

    if data and precision == "fp32":
        raise click.UsageError("--data measures a lower precision; --precision fp16 or int8 says which")
    model = load_any(file)
    lowering = None if precision == "fp32" else Lowering(precision, _trial(model, data))
    if isinstance(model, KindModel):
        note = export_kind(model, form, out, force, lowering)
    else:
        note = export_model(model, form, out, force, lowering)
    click.echo(f"{out}: {out.stat().st_size / 1e6:,.1f} MB; {note}")


def _trial(model: "Model | KindModel", data: str | None) -> "Trial":
    """Return the samples that tell what a lower precision loses."""
    from receiptgen.recognition.model_kind import KindModel

    from ..data.spec import parse_spec
    from ..evaluation.fresh import FRESH
    from ..lowering.kind_trial import KindTrial
    from ..lowering.line_trial import LineTrial
    from ..recipes.kind_recipe import KindRecipe
    from ..recipes.recipe import recipe
    from ..runs.tasks import kind_task_of

    if not isinstance(model, KindModel):
        return LineTrial(model, parse_spec(data or FRESH[model.reads]).data)
    if data:
        raise click.UsageError(f"--data: {model.kind.noun} is tried on pages that are drawn; leave it out")
    found = recipe(model.kind.name).value
    assert isinstance(found, KindRecipe)  # kinds are named as their recipes are
    return KindTrial(model, kind_task_of(found))
