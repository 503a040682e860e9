"""Streams of fresh samples: the same for a seed, however many processes share them."""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from itertools import chain, islice
from typing import Any

import cv2
import numpy as np
import pytest
from command_line import PATIENCE
from components import COMPONENTS
from hypothesis import given
from hypothesis import strategies as st

from receiptgen import Receipts, Sample, Snippets
from receiptgen.core.errors import ConfigError, UnknownNameError

if COMPONENTS["torch"].present():
    import torch
    from torch.utils.data import DataLoader
    from torch.utils.data import _utils as loading

    from receiptgen.torch import Stream, collate

pytestmark = [
    pytest.mark.needs("torch"),
    # Python 3.12 and later warn of what a DataLoader does by default.
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]


def said(sample: Sample) -> tuple[str, int]:
    return sample.text, int(sample.image.sum())


def drawn(stream: "Stream", workers: int = 0, batch: int = 4, **settings_: Any) -> list[tuple[str, int]]:
    loader = DataLoader(stream, batch_size=batch, num_workers=workers, collate_fn=list, **settings_)
    return [each for items in loader for each in items]


def test_an_item_is_a_tensor_with_its_text() -> None:
    sample = Snippets(["price", "date"], seed=3).draw(1)
    item = list(Stream(kinds=["price", "date"], seed=3, count=2))[1]
    assert (item["text"], item["kind"]) == (sample.text, "date")
    assert item["image"].dtype == torch.uint8
    assert np.array_equal(item["image"].numpy(), sample.image[None])


def test_a_batch_has_images_of_any_size_on_white_paper() -> None:
    items = list(Stream(kinds=["price", "date"], seed=3, count=3))
    batch = collate(items)
    assert batch["image"].shape == (3, 1, max(batch["height"]), max(batch["width"]))
    for item, image, height, width in zip(items, batch["image"], batch["height"], batch["width"], strict=True):
        assert torch.equal(image[:, :height, :width], item["image"])
        assert (image[:, height:] == 255).all()
        assert (image[:, :, width:] == 255).all()
    assert batch["text"] == [item["text"] for item in items]


def test_a_batch_of_grey_and_colour_is_in_colour() -> None:
    (grey,), (colour,) = (list(Stream(kinds="price", seed=3, count=1, color=color)) for color in (False, True))
    first, second = collate([grey, colour])["image"]
    assert torch.equal(first, grey["image"].expand(3, -1, -1))
    assert torch.equal(second, colour["image"])


@pytest.mark.parametrize(
    "settings", [{"unit": "lines", "templates": "cafe"}, {"unit": "words", "templates": ["cafe", "parking"]},
                 {"unit": "pages", "templates": ["parking"]}, {"kinds": "price"}],
)  # fmt: skip
def test_workers_draw_together_what_one_process_draws(settings: dict[str, Any]) -> None:
    stream = Stream(**settings, profile="clean", seed=3, count=6, block=2, transform=said)
    alone = drawn(stream, batch=2)
    assert len(set(alone)) == len(alone) == 6
    assert drawn(stream, workers=2, batch=2) == alone


def test_workers_are_forked_from_a_process_whose_opencv_has_threads() -> None:
    cv2.setNumThreads(2)
    cv2.GaussianBlur(np.zeros((2000, 2000), np.uint8), (0, 0), 5)
    stream = Stream("pages", templates="parking", profile="phone", seed=3, count=2, transform=said)
    assert drawn(stream, workers=1, batch=1, timeout=PATIENCE) == drawn(stream, batch=1)


def test_a_spawned_worker_draws_the_same() -> None:
    stream = Stream(kinds="price", seed=3, count=8, transform=said)
    assert drawn(stream, workers=1, multiprocessing_context="spawn") == drawn(stream)


def test_lines_and_words_come_from_receipts_of_all_templates_in_turn() -> None:
    for unit in ("lines", "words"):
        samples = list(Stream(unit, templates=["cafe", "parking"], seed=3, count=66, transform=lambda sample: sample))
        assert [sample.index for sample in samples] == list(range(66))
        assert [sample.template for sample in samples[::32]] == ["cafe", "parking", "cafe"]
        assert {sample.kind for sample in samples} == {unit}
    assert not any(" " in sample.text for sample in samples)


def test_pages_are_receipts() -> None:
    pages = list(Stream("pages", templates="parking", seed=3, start=1, count=2, transform=said))
    assert pages == [said(Receipts("parking", seed=3).draw(index)) for index in (1, 2)]


def numbers(stream: "Stream", worker: int = 0, workers: int = 1, most: int = 1000) -> list[int]:
    """Return the numbers of the samples that a worker draws."""
    info = loading.worker.WorkerInfo(id=worker, num_workers=workers, seed=0, dataset=stream)
    loading.worker._worker_info = info if workers > 1 else None
    try:
        return list(islice(stream._share(0), most))
    finally:
        loading.worker._worker_info = None


@given(
    st.integers(0, 200), st.integers(1, 9), st.integers(1, 4), st.integers(1, 4), st.integers(0, 100)
)  # fmt: skip
def test_ranks_and_workers_share_every_sample_once(
    count: int, block: int, workers: int, ranks: int, start: int
) -> None:
    shares: list[Sequence[int]] = []
    for rank in range(ranks):
        stream = Stream(kinds="price", start=start, count=count, block=block, rank=rank, world_size=ranks)
        own = [numbers(stream, worker, workers) for worker in range(workers)]
        assert sum(map(len, own)) == len(stream)
        shares += own
    assert sorted(chain.from_iterable(shares)) == list(range(start, start + count))


@given(st.integers(1, 9), st.integers(1, 4), st.integers(1, 4))
def test_batches_of_a_block_come_in_the_same_order_with_any_number_of_workers(
    block: int, workers: int, ranks: int
) -> None:
    for rank in range(ranks):
        stream = Stream(kinds="price", block=block, rank=rank, world_size=ranks)
        # A loader takes a batch of each worker in turn.
        own = [numbers(stream, worker, workers, 3 * block) for worker in range(workers)]
        batches = [own[worker][turn * block : (turn + 1) * block] for turn in range(3) for worker in range(workers)]
        assert list(chain.from_iterable(batches)) == numbers(stream, most=3 * block * workers)


def test_the_rank_is_that_of_the_process_group_and_goes_along_to_spawned_workers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = Stream(kinds="price", count=10)
    monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.distributed, "get_rank", lambda: 1)
    monkeypatch.setattr(torch.distributed, "get_world_size", lambda: 4)
    assert numbers(stream) == [1, 5, 9]
    sent = pickle.dumps(stream)
    monkeypatch.undo()
    assert numbers(pickle.loads(sent)) == [1, 5, 9]
    assert len(pickle.loads(sent)) == 3


def test_a_stream_goes_on_from_its_state() -> None:
    stream = Stream(kinds="price", seed=3, count=9, block=2, transform=said)
    whole = list(stream)
    iterator = iter(stream)
    begun = [next(iterator) for _ in range(5)]
    other = Stream(kinds="price", seed=3, count=9, block=2, transform=said)
    other.load_state_dict(stream.state_dict())
    assert [*begun, *other] == whole
    assert list(other) == whole


def test_an_endless_stream_has_no_length_and_starts_anywhere() -> None:
    stream = Stream(kinds="price", seed=3, start=10**9, transform=said)
    assert next(iter(stream)) == said(Snippets("price", seed=3).draw(10**9))
    with pytest.raises(TypeError, match="endless"):
        len(stream)


def test_receipts_whose_texts_are_cut_are_not_drawn_by_every_worker() -> None:
    assert Stream(templates="cafe")._block == 32
    assert Stream(kinds=["price", "receipt_text"])._block == 64
    assert Stream(kinds="price")._block == Stream("pages")._block == 1


def test_a_sample_in_colour_has_three_channels() -> None:
    for settings in ({"kinds": "price"}, {"templates": "cafe"}, {"unit": "pages", "templates": "cafe"}):
        (grey,), (coloured,) = (
            list(Stream(**settings, color=color, profile="phone", seed=3, count=1)) for color in (False, True)
        )
        assert (len(grey["image"]), len(coloured["image"])) == (1, 3)
        assert coloured["text"] == grey["text"]
        assert coloured["image"].shape[1:] == grey["image"].shape[1:]
    assert collate([coloured])["image"].shape == (1, *coloured["image"].shape)


@pytest.mark.parametrize("settings", [{"kinds": "price"}, {"templates": "cafe"}, {"unit": "words"}])
def test_all_images_may_have_one_size(settings: dict[str, Any]) -> None:
    loader = DataLoader(Stream(**settings, height=32, width=160, seed=3, count=4), batch_size=4)
    (batch,) = loader
    assert batch["image"].shape == (4, 1, 32, 160)


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"unit": "chars"}, "unit: 'chars' is not 'lines', 'words' or 'pages'"),
        ({"kinds": "price", "templates": "cafe"}, "templates: receipts have no kinds of snippets"),
        ({"unit": "pages", "set": "standard"}, "unit: snippets are drawn one by one, not as pages"),
        ({"unit": "pages", "height": 32}, "height: pages keep their size"),
        ({"fit": "pad"}, "fit: 'pad' needs a width"),
        ({"count": -1}, "count: -1 is below 0"), ({"block": 0}, "block: 0 is below 1"),
        ({"seed": -1}, "seed: -1 is below 0"), ({"seed": "a"}, "seed: expected a whole number, got 'a'"),
        ({"rank": 1}, "rank: goes with world_size"),
        ({"rank": 2, "world_size": 2}, "rank: 2 is not from 0 to world_size - 1, which is 1"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_go_together_are_one_line(settings: dict[str, Any], fault: str) -> None:
    with pytest.raises(ConfigError, match=fault) as caught:
        Stream(**settings)
    assert "\n" not in str(caught.value)


def test_without_pytorch_the_message_names_the_extra() -> None:
    code = "import sys; sys.modules['torch'] = None; import receiptgen.torch"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    last = run.stderr.splitlines()[-1]
    assert last.endswith("MissingExtraError: receiptgen.torch needs PyTorch; pip install 'receiptgen[torch]'")


def test_names_are_checked_at_once() -> None:
    with pytest.raises(ConfigError, match="locales: unknown locale 'de_XX'"):
        Stream(locales="de_XX")
    for settings in ({"kinds": "prise"}, {"templates": "caffe"}, {"profile": "fone"}, {"set": "standart"}):
        with pytest.raises(UnknownNameError):
            Stream(**settings)  # type: ignore[arg-type]
