"""The loss of a reader of fields on PyTorch, by hand; padding; and that it learns."""

import numpy as np
import pytest
from word_pages import page_of

from receiptgen.core.errors import TrainingError
from receiptgen.extraction.labelling.features import CODES, LETTERS
from receiptgen.extraction.labelling.fields_model import FIELDS
from receiptgen.extraction.labelling.network import MONTH_FIRST, OUTPUTS, STARTS, FieldsNetwork
from receiptgen.extraction.labelling.roles import OTHER, ROLE_NUMBERS, ROLES
from receiptgen.recognition.networks import initial_arrays
from receiptgen.train.backends import Learner, OptimizerConfig, backend
from receiptgen.train.data.words.batches import WordBatch, collate_words
from receiptgen.train.data.words.labelled_words import UNKNOWN
from receiptgen.train.data.words.stream import seen_page

pytestmark = pytest.mark.needs("torch")
NETWORK = FieldsNetwork(channels=16, blocks=1, dropout=0)


def learner(name: str = "torch") -> Learner:
    chosen = backend(name)
    chosen.join("cpu", alone=True)
    weights = initial_arrays(FIELDS.specs(NETWORK), 0)
    return chosen.learner(NETWORK.layers(), FIELDS.example, weights, OptimizerConfig(), "float32", 0, objective=FIELDS)


def batch() -> WordBatch:
    features, truths = zip(*(seen_page(page_of(items)) for items in (1, 5, 9, 14)), strict=True)
    return collate_words(features, truths, 4)


def expected(scores: np.ndarray, roles: np.ndarray, starts: np.ndarray, months: np.ndarray) -> float:
    """Return the loss as its documentation has it, in NumPy."""
    parts = scores[..., : len(ROLES)]
    chances = parts - np.log(np.exp(parts).sum(-1, keepdims=True))
    known = roles != UNKNOWN
    target = np.full((known.sum(), len(ROLES)), 0.02 / len(ROLES))
    target[np.arange(len(target)), roles[known]] += 0.98
    weights = np.where(roles[known] == ROLE_NUMBERS[OTHER], 0.5, 1)
    total = (-(chances[known] * target).sum(1) * weights).sum() / weights.sum()
    for share, place, truth in ((0.3, STARTS, starts), (0.1, MONTH_FIRST, months)):
        score, true = scores[truth != UNKNOWN][:, place], truth[truth != UNKNOWN]
        total += share * (np.log1p(np.exp(score)) - score * true).mean()
    return float(total)


def test_loss_and_gradient_are_those_of_the_formula() -> None:
    import torch

    from receiptgen.train.backends._pytorch.words import word_loss

    random = np.random.default_rng(5)
    scores = random.normal(0, 2, (2, 7, OUTPUTS))
    roles = np.array([[0, 0, 5, 20, 43, 1, UNKNOWN], [0, 12, 12, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN]], np.int16)
    starts, months = (random.integers(-1, 2, (2, 7)).astype(np.int8) for _ in range(2))
    tensor = torch.tensor(scores, requires_grad=True)
    loss = word_loss(tensor, *map(torch.from_numpy, (roles, starts, months)))
    assert loss.item() == pytest.approx(expected(scores, roles, starts, months), rel=1e-5)
    loss.backward()
    assert tensor.grad is not None
    for place in [(0, 0, 0), (0, 2, 5), (0, 2, 7), (1, 1, 12), (0, 3, STARTS), (1, 6, MONTH_FIRST), (0, 6, 3)]:
        step = np.zeros_like(scores)
        step[place] = 1e-5
        slope = (expected(scores + step, roles, starts, months) - expected(scores - step, roles, starts, months)) / 2e-5
        assert tensor.grad[place].item() == pytest.approx(slope, rel=1e-3, abs=1e-7), place


def test_words_of_which_nothing_is_known_have_no_loss() -> None:
    import torch

    from receiptgen.train.backends._pytorch.words import word_loss

    nothing = torch.full((1, 3), UNKNOWN, dtype=torch.int8)
    assert word_loss(torch.randn(1, 3, OUTPUTS), nothing.short(), nothing, nothing).item() == 0


def test_a_map_has_one_where_a_letter_has_a_code_and_features_in_every_row() -> None:
    import torch

    from receiptgen.train.backends._pytorch.words import word_map

    (seen, _) = seen_page(page_of(2))
    made = word_map(torch.from_numpy(seen.codes[None]), torch.from_numpy(seen.features[None]))[0].numpy()
    assert (made[:CODES].argmax(0) == seen.codes).all()
    assert (made[:CODES].sum(0) == 1).all()
    assert all(np.array_equal(made[CODES:, row], seen.features) for row in range(LETTERS))


def test_padding_changes_no_score() -> None:
    model = learner()
    for _ in range(3):  # so that biases and statistics are not as they were at first
        model.update([batch()], 1e-2)()
    together = model.infer(batch().codes, batch().features, batch().extents)
    wider = model.infer(*(batch().widened(160)[place] for place in range(3)))
    for row, words in enumerate(batch().extents.tolist()):
        codes, features = (part[row : row + 1, :, :words] for part in (batch().codes, batch().features))
        alone = model.infer(codes, features, np.array([words]))[0]
        np.testing.assert_allclose(together[row, :words], alone, atol=1e-4)
        np.testing.assert_allclose(wider[row, :words], alone, atol=1e-4)


def test_a_reader_of_fields_learns_a_batch() -> None:
    model = learner()
    losses = [model.update([batch()], 1e-2)().loss for _ in range(40)]
    assert losses[-1] < losses[0] / 4
    scores = model.infer(batch().codes, batch().features, batch().extents)
    known = batch().truth.roles != UNKNOWN
    assert (scores[..., : len(ROLES)].argmax(-1) == batch().truth.roles)[known].mean() > 0.9


@pytest.mark.needs("mxnet")
def test_mxnet_says_that_a_reader_of_fields_needs_pytorch() -> None:
    with pytest.raises(TrainingError, match="a reader of fields needs PyTorch, --backend torch"):
        learner("mxnet")
