"""Pages of words on their way to batches."""

import pickle

import numpy as np
import pytest
from word_pages import FakeSource, page_of

from receiptgen.core.errors import TrainingError
from receiptgen.extraction.labelling.features import MOST_WORDS, word_features
from receiptgen.train.data.batch_plan import BatchPlan
from receiptgen.train.data.loader import Loader
from receiptgen.train.data.process_group import ProcessGroup
from receiptgen.train.data.words.batches import MULTIPLE, WordBatch, WordTruth, collate_words
from receiptgen.train.data.words.labelled_words import UNKNOWN, LabelledWords
from receiptgen.train.data.words.stream import BLOCK, WORD_BYTES, WordStream, seen_page

PLAN = BatchPlan(16, 1, MULTIPLE, 3, BLOCK)


def batch_of(*items: int) -> WordBatch:
    features, truths = zip(*(seen_page(page_of(count)) for count in items), strict=True)
    return collate_words(features, truths, len(items))


@pytest.mark.smoke
def test_a_block_holds_what_is_seen_of_its_pages_in_bytes() -> None:
    block = WordStream([FakeSource()], 1).block(0)
    assert len(block.words) == BLOCK
    assert block.pixels.size == block.bytes == sum(block.words) * WORD_BYTES
    for place, words in enumerate(block.words):
        features, truth = block.page(place)
        page = page_of((words - 3) // 2, "SHOPA")
        assert np.array_equal(features.features, word_features(page.words).features)
        assert np.array_equal(features.codes[:, 1:], word_features(page.words).codes[:, 1:])
        assert all(np.array_equal(own, whole) for own, whole in zip(truth, page[1:], strict=True))


def test_a_stream_that_was_pickled_gives_the_same_blocks() -> None:
    stream = WordStream([FakeSource(), FakeSource(3.0)], 7)
    stream.open()
    other = pickle.loads(pickle.dumps(stream))
    assert all(np.array_equal(stream.block(n).pixels, other.block(n).pixels) for n in (0, 5))
    assert not np.array_equal(stream.block(0).pixels, WordStream([FakeSource()], 8).block(1).pixels)


def test_halves_of_a_block_are_sorted_by_width() -> None:
    words = WordStream([FakeSource()], 1).block(2).words
    for half in (words[: BLOCK // 2], words[BLOCK // 2 :]):
        assert list(half) == sorted(half)


def test_pages_that_cannot_be_drawn_are_told_and_others_taken() -> None:
    block = WordStream([FakeSource(broken=(1, 3))], 1).block(0)
    assert len(block.words) == BLOCK
    assert {flaw.reason for flaw in block.flaws} == {"does not fit the paper"}
    with pytest.raises(TrainingError, match=r"pages 0: 64 of 64 can't be drawn; does not fit the paper"):
        WordStream([FakeSource(broken=(0, 1, 2, 3, 4))], 1).block(0)


def test_the_loader_makes_batches_of_all_pages() -> None:
    stream = WordStream([FakeSource()], 1)
    with Loader(stream, PLAN, ProcessGroup(), 0) as loader:
        batch = next(iter(loader))
    assert batch.codes.shape[0] == batch.total == batch.part == 16
    assert batch.width == MULTIPLE


def test_pages_are_padded_with_what_is_unknown() -> None:
    batch = batch_of(1, 20)
    assert batch.extents.tolist() == [5, 43]
    assert batch.width == 2 * MULTIPLE
    assert not batch.codes[0, :, 5:].any()
    assert not batch.features[0, :, 5:].any()
    assert all((part[0, 5:] == UNKNOWN).all() for part in batch.truth)
    wider = batch.widened(3 * MULTIPLE)
    assert [array.shape[-1] for array in (wider.codes, wider.features, *wider.truth)] == [3 * MULTIPLE] * 5
    assert (wider.truth.roles[:, 43:] == UNKNOWN).all()
    assert batch.widened(batch.width) is batch
    assert set(batch.arrays()) == {"codes", "features", "extents", *WordTruth._fields}


def test_pages_of_too_many_words_are_cut() -> None:
    page = page_of(2)
    times = MOST_WORDS // len(page.words) + 1
    long = LabelledWords(page.words * times, *(np.tile(part, times) for part in page[1:]))
    features, truth = seen_page(long)
    assert features.codes.shape[1] == MOST_WORDS
    assert all(part.shape == (MOST_WORDS,) for part in truth)
