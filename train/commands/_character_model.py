"""``receiptgen weights lm``."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from receiptgen.commands._options import seed_option
from receiptgen.commands._progress import progress

if TYPE_CHECKING:
    from receiptgen.recognition.language_fit import FittedModel
    from receiptgen.recognition.model_file import Model

# Characters of a charset that are listed.
_LISTED = 150
_ALONE, _WITH_WEIGHTS = ".npz", ".safetensors"


@click.command(name="lm")
@click.argument("texts", nargs=-1, required=True, metavar="TEXTS...")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="FILE",
    help="Output: FILE.npz for --lm, or FILE.safetensors, the weights of --for with the model inside.",
)  # fmt: skip
@click.option(
    "--for", "weights", type=click.Path(path_type=Path), metavar="WEIGHTS",
    help="Weights that it is to guide: texts are ordered and folded as theirs, characters compared.",
)  # fmt: skip
@click.option(
    "--order", type=click.IntRange(1), help="Characters of an n-gram.  [default: what predicts best, up to 6]"
)
@click.option("--lines", type=click.IntRange(1), default=20_000, show_default=True, help="Texts of each live: set.")
@seed_option
@click.option("--force", is_flag=True, help="Replace an existing file.")
def command(
    texts: tuple[str, ...], out: Path, weights: Path | None, order: int | None, lines: int, seed: int, force: bool
) -> None:
    """Make a character model of TEXTS, which guides the beam search of 'read' and 'evaluate'.

    TEXTS are plain text files, one text a line (text:FILE where the name does not end in .txt), and data sets in any
    form that 'train' takes, live:... among them. Of the different texts a tenth, at most 1,000, is held out to tell how
    well others are predicted, beside the model that WEIGHTS have; the model itself is of all texts.
    """
    if out.suffix == _WITH_WEIGHTS and not weights:
        raise click.UsageError(f"--out {out}: --for names the weights that it is to hold")
    from receiptgen.core.errors import LanguageError
    from receiptgen.recognition.language_fit import fit_character_model
    from receiptgen.recognition.model_file import load_model

    from ..export import check_target

    check_target(out, _WITH_WEIGHTS if out.suffix == _WITH_WEIGHTS else _ALONE, force)
    model = load_model(weights) if weights else None
    if model and model.charset.kind == "words":
        raise LanguageError(f"{weights}: reads whole words, which are their lexicon; it needs no character model")
    found = _read(texts, lines, seed)
    fitted = fit_character_model(_as_labels(found, model) if model else found, order)
    content = fitted.model.pack()
    _write(content, out, model)
    click.echo(
        f"{out}: {fitted.model.order}-grams of {len(fitted.model.chars):,} characters, {len(content) / 1e3:,.0f} kB; "
        f"of {len(found):,} lines with {sum(map(len, found)):,} characters"
    )
    click.echo(_check(fitted, model, weights))
    if model:
        click.echo(_characters(found, model, fitted, weights))


def _read(specs: Sequence[str], lines: int, seed: int) -> list[str]:
    """Read all texts, and tell of the progress of each data set."""
    from ..data.texts import open_texts

    found: list[str] = []
    for spec in specs:
        size, rows = open_texts(spec, lines, seed)
        with progress(spec, size, 0, quiet=False) as report:
            for done, text in enumerate(rows, 1):
                if text:
                    found.append(text)
                report(done)
    return found


def _as_labels(texts: Sequence[str], model: "Model") -> list[str]:
    """Return texts as the labels of weights stand for them: in their order and their case."""
    from receiptgen.core.bidi import to_visual

    from ..data.tables import fold_of

    folded = [text.lower() for text in texts] if fold_of(model.record) == "lower" else list(texts)
    return [to_visual(text) for text in folded] if model.charset.order == "visual" else folded


def _write(content: bytes, out: Path, model: "Model | None") -> None:
    from dataclasses import replace

    from receiptgen.core.files import write_atomic
    from receiptgen.recognition.model_file import save_model

    if model and out.suffix == _WITH_WEIGHTS:
        companions = replace(model.companions, character_model=content, neutral="")
        save_model(replace(model, companions=companions), out)
    else:
        write_atomic(out, content)


def _check(fitted: "FittedModel", model: "Model | None", weights: Path | None) -> str:
    """Return how well held-out texts are predicted, in words."""
    from receiptgen.recognition.language_fit import bits_per_character

    if not fitted.held_out:
        return "too few different texts to hold some out; how well it predicts others is not known"
    said = f"{len(fitted.held_out):,} held-out texts: {fitted.bits:.2f} bits per character"
    earlier = model.companions.parsed_model() if model else None
    if earlier is None:
        even = math.log2(len(fitted.model.chars) + 1)
        return f"{said}; {even:.2f} if all were as likely"
    return f"{said}; {bits_per_character(earlier, fitted.held_out):.2f} by the model that {weights} has"


def _characters(texts: Sequence[str], model: "Model", fitted: "FittedModel", weights: Path | None) -> str:
    """Return how the characters of texts and charset differ, in words."""
    units = set(model.charset.units)
    beyond = set(fitted.model.chars) - units
    parts = []
    if beyond:
        lines = sum(not beyond.isdisjoint(text) for text in texts)
        parts.append(f"can't read {_listed(beyond)}, which {lines:,} lines have; 'train --charset' adds them")
    if missing := units - set(fitted.model.chars):
        parts.append(f"reads {_listed(missing)}, which no text has: these become unlikely")
    return f"{weights}: {'; '.join(parts) or 'reads just the characters of the texts'}"


def _listed(chars: set[str]) -> str:
    """Return characters in the order of their codes, without the end of thousands."""
    text = "".join(sorted(chars))
    return text if len(text) <= _LISTED else f"{text[:_LISTED]} ..."
