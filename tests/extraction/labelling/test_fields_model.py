"""Weights of readers of fields: what their files say, and what opening them gives."""

from pathlib import Path

import numpy as np
import pytest
from word_pages import page_of

from receiptgen.core.errors import WeightsError
from receiptgen.extraction.labelling.features import FEATURES, LETTERS, WordFeatures, word_features
from receiptgen.extraction.labelling.fields_model import FIELDS, open_fields
from receiptgen.extraction.labelling.network import OUTPUTS, FieldsNetwork
from receiptgen.finding.finder_model import FINDER, open_finder
from receiptgen.recognition.model_file import load_model, save_model
from receiptgen.recognition.model_kind import KindModel
from receiptgen.recognition.networks import initial_arrays

NETWORK = FieldsNetwork(channels=16, blocks=2)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of random weights."""
    path = tmp_path / "words.safetensors"
    save_model(KindModel(FIELDS, NETWORK, initial_arrays(FIELDS.specs(NETWORK), 3), {"recipe": "drawn"}), path)
    return path


@pytest.mark.smoke
def test_weights_come_back_with_network_and_record(file: Path) -> None:
    read = FIELDS.load(file)
    assert (read.network, read.record) == (NETWORK, {"recipe": "drawn"})


def test_weights_of_other_kinds_are_refused_in_one_line(file: Path) -> None:
    with pytest.raises(WeightsError, match="read fields and find nothing on pages; name those of a finder"):
        FINDER.load(file)
    with pytest.raises(WeightsError, match="of the network 'fields' and read no lines, but fields"):
        load_model(file)
    with pytest.raises(WeightsError, match="read pages and tell no fields of receipts; name those of a reader of"):
        FIELDS.load(Path("finder"))


@pytest.mark.needs("torch", "onnx", "onnxruntime")
def test_onnx_gives_the_scores_of_the_framework_for_a_page_of_any_length(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from receiptgen.train.export import export_kind

    # Some CPUs would read in bfloat16.
    monkeypatch.setattr("receiptgen.train.backends.pytorch.half_type", lambda *_: None)
    note = export_kind(FIELDS.load(file), "onnx", tmp_path / "words.onnx")
    assert "codes uint8" in note
    framework, exported = open_fields(file), open_fields(tmp_path / "words.onnx")
    for words in (page_of(0).words[:1], page_of(2).words, page_of(30).words):
        seen = word_features(words)
        expected, found = framework.scores(seen), exported.scores(seen)
        assert found.shape == (len(words), OUTPUTS)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)
    with pytest.raises(WeightsError, match="find nothing on pages"):
        open_finder(tmp_path / "words.onnx")


@pytest.mark.needs("torch")
def test_a_page_without_words_has_no_scores(file: Path) -> None:
    nothing = WordFeatures(np.zeros((LETTERS, 0), np.uint8), np.zeros((len(FEATURES), 0), np.float32))
    assert open_fields(file).scores(nothing).shape == (0, OUTPUTS)
