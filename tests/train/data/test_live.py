"""Lines that are drawn while a network learns."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from data_sets import live, same
from hypothesis import given, settings
from hypothesis import strategies as st

from receiptgen.core.distributions import Weights
from receiptgen.core.errors import ReceiptgenError
from receiptgen.drawing.cuts import CUTS
from receiptgen.train.data.mixture import Mixture
from receiptgen.train.data.sources import Example
from receiptgen.train.data.sources._mix import BLOCK, Mix

MIXED = {"price": 3, "date": 1, "receipt_text": 2, "receipt_line": 1}


@pytest.mark.smoke
def test_a_live_sample_depends_on_its_index_alone() -> None:
    one, other = (live(kinds=MIXED, profile="real") for _ in range(2))
    assert one.size is None
    indices = [0, 5, 40, 255, 256, 300]
    forward = [one.read(index) for index in indices]
    backward = [other.read(index) for index in reversed(indices)]
    assert all(same(a, b) for a, b in zip(forward, reversed(backward), strict=True))
    assert len({row.name for row in forward}) == len(indices)
    assert not any(
        same(a, live(kinds=MIXED, profile="real", seed=1).read(index))
        for a, index in zip(forward[:2], indices, strict=False)
    )


def test_live_samples_from_afar_leave_the_others_as_they_are() -> None:
    table, alone = (live(kinds=MIXED) for _ in range(2))
    far = [table.read(place) for index in range(4) for place in ((1 << 40) + index, index)]
    assert all(same(a, alone.read(index)) for index, a in enumerate(far[1::2]))
    assert len({row.name for row in far}) == 8


def test_live_samples_of_a_finite_set_are_the_first_of_the_endless_one_in_any_order() -> None:
    endless, finite = live(kinds=MIXED), live(kinds=MIXED, count=600)
    assert finite.size == 600
    for index in (599, 3, 256, 255, 4):
        assert same(finite.read(index), endless.read(index))


def test_a_finite_set_comes_whole_in_each_epoch_and_in_another_order() -> None:
    mixture = Mixture([1], [live(kinds={"int": 1}, count=128).size], seed=1)
    rows = [mixture.index(row) for row in mixture.block(0)]
    assert sorted(rows[:128]) == sorted(rows[128:]) == list(range(128))
    assert rows[:128] != rows[128:]


SET = "about: w\nlocales: en_GB\nfaces: {cousine: 1}\nkinds:\n  p: {kind: pattern, patterns: %s}\n"


def test_a_set_of_the_same_name_in_another_folder_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []
    for text in ("one", "two"):
        (tmp_path / text).mkdir()
        monkeypatch.chdir(tmp_path / text)
        Path("own.yaml").write_text(SET % text)
        read.append(live("own.yaml").read(0).text)
    assert read == ["one", "two"]


def test_lines_of_a_template_are_drawn_live() -> None:
    table = live("parking")
    rows = [row for index in range(8) if isinstance(row := table.read(index), Example)]
    assert len(rows) == 8
    assert {row.kind for row in rows} == {"receipt_line"}
    assert len({row.image.tobytes() for row in rows}) == 8


def test_live_sources_that_are_none_are_errors() -> None:
    for wrong, fault in (({"source": "standart"}, "standart"), ({"kinds": ["prise"]}, "no kind 'prise'; did you mean"),
                         ({"source": "real"}, "is a profile"), ({"profile": "reel"}, "reel")):  # fmt: skip
        with pytest.raises(ReceiptgenError, match=fault):
            live(**wrong)  # type: ignore[arg-type]


MIXES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 100), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(MIXES, st.sets(st.sampled_from("abcdefgh")), st.integers(0, 1 << 40))
def test_blocks_portion_kinds_out_and_no_sample_comes_twice(
    weights: dict[str, float], cuts: set[str], first: int
) -> None:
    mix = Mix.of(Weights(weights), cuts, key=first)
    seen: set[tuple[str, int]] = set()
    total = sum(weights.values())
    for block in range(first, first + 3):
        drawn = mix.block(block)
        assert len(drawn) == BLOCK
        assert not seen & set(drawn)
        seen |= set(drawn)
        assert all(block * mix.stride <= own < (block + 1) * mix.stride for _, own in drawn)
        counts = Counter(kind for kind, _ in drawn)
        for kind, weight in weights.items():
            due = BLOCK * weight / total
            if kind in cuts:
                assert counts[kind] % CUTS == 0
                assert abs(counts[kind] - due) < CUTS
            elif not cuts:
                assert abs(counts[kind] - due) < 1


@settings(max_examples=20, deadline=None)
@given(MIXES, st.sets(st.sampled_from("abcdefgh")), st.integers(0, 99))
def test_over_many_blocks_kinds_have_their_shares(weights: dict[str, float], cuts: set[str], key: int) -> None:
    mix = Mix.of(Weights(weights), cuts, key)
    blocks = 400
    sums = np.sum([mix.counts(block) for block in range(blocks)], axis=0)
    due = np.array([weights[kind] for kind in mix.kinds]) / sum(weights.values())
    # Weyl's sequences stray by less than one receipt in dozens of blocks.
    assert np.abs(sums / (blocks * BLOCK) - due).max() < 0.005


@pytest.mark.parametrize(("country", "letters"), [("pl_PL", "łśżęąŁŚŻ"), ("tr_TR", "ışğİŞĞ")])
@pytest.mark.parametrize("kind", ["address", "receipt_text"])
def test_live_samples_are_of_the_countries_that_are_named(kind: str, country: str, letters: str) -> None:
    table = live(kinds={kind: 1}, locales={country: 1})
    assert set(letters) & set("".join(table.label(index).text for index in range(32)))


def test_a_country_that_there_is_not_is_told_before_the_first_sample() -> None:
    with pytest.raises((ValueError, ReceiptgenError), match="pl_PX"):
        live(kinds={"address": 1}, locales={"pl_PX": 1})
