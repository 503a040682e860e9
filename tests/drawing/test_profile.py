"""Profiles: all packaged ones draw, and what is wrong in one is told."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from command_line import Result, Run
from profile_files import PLAIN_PRINTER, PROFILES, SINGLE, write

from receiptgen.core.dice import Dice, key_of
from receiptgen.core.errors import ConfigError, DatasetError, UnknownNameError
from receiptgen.core.files import LOCK
from receiptgen.core.inputs import forget_changed_files
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.plan import Plan
from receiptgen.drawing.profile import _LOADED, Profile, profile, profiles
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.sources import open_source
from receiptgen.drawing.template import receipt_template
from receiptgen.effects import EFFECTS
from receiptgen.executors.local import Local
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import PLAIN
from receiptgen.writers import encode_png
from receiptgen.writers._truth import truth, truth_line

Draw = Callable[[str], list[Sample]]


def draw_receipts(name: str) -> list[Sample]:
    made = Receipts([receipt_template("parking").value, receipt_template("cafe").value], seed=3, profile=name)
    return [made.draw(index) for index in range(2)]


def draw_snippets(name: str) -> list[Sample]:
    return [open_source("standard", kind, 3, name).draw(4) for kind in ("price", "receipt_text")]


def draw_cuts(name: str) -> list[Sample]:
    return [open_source("standard", "receipt_line", 3, name).draw(index) for index in (0, 1)]


WAYS: list[Draw] = [draw_receipts, draw_snippets, draw_cuts]
# Tests that look at what is drawn once.
of_all_profiles = pytest.mark.xdist_group("profiles")


@cache
def drawn_once(draw: Draw, name: str) -> list[Sample]:
    """Return what a way draws of a profile; it's only looked at."""
    return draw(name)


def leaves(used: Profile) -> dict[str, Profile]:
    """Return the profiles that a profile may draw, by name: itself, or those of its mix."""
    if used.mix is None:
        return {used.name: used}
    return {name: leaf for member in used.members.values() for name, leaf in leaves(member).items()}


# -- packaged profiles ------------------------------------------------------------------------------------


@of_all_profiles
@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("draw", WAYS)
def test_a_packaged_profile_draws_and_says_in_truth_what_it_did(name: str, draw: Draw) -> None:
    members = leaves(profile(name).value)
    for sample in drawn_once(draw, name):
        said = json.loads(json.dumps(truth(sample, "x"), allow_nan=False))
        assert said["profile"] in members
        used = members[said["profile"]]
        assert said["profile"] == sample.profile == used.name
        effects = said.get("effects", [])
        assert all(effect["effect"] in EFFECTS.names and len(effect) > 1 for effect in effects)
        happens = used.line_effects if draw is draw_snippets else used.page_effects
        # What always happens is there; the rest comes by chance.
        always = {name for effect in happens if EFFECTS.folder_of(name := EFFECTS.name_of(type(effect)))}
        unseen = {"crease"} if sample.page.color else {"crease", "chroma", "saturation", "white_balance"}
        assert always - unseen <= {effect["effect"] for effect in effects}
        assert sample.page.image.dtype == np.uint8
        assert min(sample.page.image.shape) > 0
        assert int(np.ptp(sample.page.image)) > 30


@of_all_profiles
@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("draw", WAYS)
def test_same_seed_same_bytes(name: str, draw: Draw) -> None:
    one, other = drawn_once(draw, name), draw(name)
    for first, second in zip(one, other, strict=True):
        assert encode_png(first.page.image) == encode_png(second.page.image)
        assert truth_line(first, "x") == truth_line(second, "x")


@pytest.mark.smoke
@pytest.mark.parametrize("draw", WAYS)
def test_clean_does_nothing(draw: Draw) -> None:
    assert all("effects" not in truth(sample, "x") for sample in draw("clean"))
    assert all(not sample.page.maps or sample.kind == "receipt_line" for sample in draw("clean"))


def test_what_a_receipt_says_does_not_depend_on_the_profile() -> None:
    # Other printers may break lines elsewhere, but the words are the same.
    said = {str([sorted(sample.text.split()) for sample in draw_receipts(name)]) for name in ("clean", "scan", "phone")}
    assert len(said) == 1


@pytest.mark.smoke
def test_every_packaged_profile_is_told_by_another_line() -> None:
    abouts = [profile(name).value.about for name in PROFILES]
    assert all(0 < len(about) < 100 for about in abouts)
    assert len(set(abouts)) == len(abouts)


# -- mixes ------------------------------------------------------------------------------------------------


def test_a_mix_draws_its_members_by_weight(tmp_path: Path) -> None:
    mixed = write(tmp_path / "mixed.yaml", "about: mixed\nmix: {scan: 3, clean: 1, phone: 0}\n")
    found = Counter(profile(mixed).value.draw(Dice(key_of("mix", key))).name for key in range(2000))
    # 1500 expected, standard deviation 19: five of them.
    assert abs(found["scan"] - 1500) < 97
    assert set(found) == {"scan", "clean"}


def test_a_mix_of_mixes_draws_from_both(tmp_path: Path) -> None:
    write(tmp_path / "inner.yaml", "about: inner\nmix: {scan: 1, fax: 1}\n")
    outer = write(tmp_path / "outer.yaml", "about: outer\nmix: {inner.yaml: 1, clean: 1}\n")
    found = {profile(outer).value.draw(Dice(key)).name for key in range(60)}
    assert found == {"scan", "fax", "clean"}


def test_a_mix_names_files_beside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub" / "own.yaml", "about: own\n")
    write(tmp_path / "sub" / "mixed.yaml", "about: mixed\nmix: {own.yaml: 1}\n")
    monkeypatch.chdir(tmp_path)
    assert profile("sub/mixed.yaml").value.draw(Dice(1)).name == "own"
    assert set(profiles(["sub/mixed.yaml"])) == {"sub/mixed.yaml", "sub/own.yaml"}


def test_a_mix_that_extends_another_has_its_own_members_alone(tmp_path: Path) -> None:
    mine = write(tmp_path / "mine.yaml", "extends: real\nabout: mine\nmix: {phone: 1}\n")
    assert profile(mine).value.mix == {"phone": 1}


def test_threads_may_load_a_profile_and_one_that_mixes_it_at_once(tmp_path: Path) -> None:
    for turn in range(4):
        _LOADED.clear()
        mine = write(tmp_path / f"mine{turn}.yaml", "about: x\nmix: {real: 1}\n")
        start = Barrier(4)

        def load(name: str, start: Barrier = start) -> Profile:
            start.wait()
            return profile(name).value

        with ThreadPoolExecutor(4) as pool:
            loaded = list(pool.map(load, ("real", mine, "real", mine)))
        assert loaded[0] is loaded[2] is profile("real").value
        assert loaded[1] is loaded[3]
        assert loaded[1].mix == {"real": 1}


def test_a_profile_that_mixes_itself_by_another_path_is_told(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    mine = write(tmp_path / "mine.yaml", "about: x\nmix: {sub/../mine.yaml: 1}\n")
    with pytest.raises(ConfigError, match=r"mine\.yaml:2:6: mix: profile 'sub/\.\./mine\.yaml' mixes itself$"):
        profile(mine)


def test_what_a_mix_says_holds_for_all_its_profiles(tmp_path: Path) -> None:
    write(tmp_path / "inner.yaml", "about: inner\nmix: {scan: 1, fax: 1}\nstyles: {bold: 1}\ncrop: {leak: 0.5}\n")
    outer = write(tmp_path / "outer.yaml", "about: outer\nmix: {inner.yaml: 1, clean: 1}\ncrop: {leak: 0}\n")
    found = {used.name: used for key in range(60) if (used := profile(outer).value.draw(Dice(key)))}
    assert found.keys() == {"scan", "fax", "clean"}
    assert all(used.crop is not None and used.crop.leak == 0 for used in found.values())
    assert [found[name].styles == {"bold": 1} for name in ("scan", "fax", "clean")] == [True, True, False]
    assert found["scan"].line_effects == profile("scan").value.line_effects
    assert profile("scan").value.crop != found["scan"].crop


def test_snippets_of_a_mix_are_of_all_its_profiles(tmp_path: Path) -> None:
    mixed = write(tmp_path / "mixed.yaml", "about: mixed\nmix: [scan, clean, thermal]\n")
    prices = open_source("standard", "price", 3, mixed)
    assert {prices.draw(index).profile for index in range(40)} == {"scan", "clean", "thermal"}


# -- files of one's own -----------------------------------------------------------------------------------


WRONG = {
    "mixes itself": ("about: x\nmix: {mine.yaml: 1}\n", "2:6: mix: profile 'mine.yaml' mixes itself"),
    "extends itself": ("extends: mine.yaml\nabout: x\n", "1:10: extends: 'mine.yaml' leads back to where it began"),
    "unknown member": ("about: x\nmix: {scann: 1}\n", "2:6: mix: unknown profile 'scann'; did you mean 'scan'?"),
    "unknown parent": ("extends: phon\nabout: x\n", "1:10: extends: unknown profile 'phon'; did you mean 'phone'?"),
    "no weights": ("about: x\nmix: {scan: 0}\n", "2:6: mix: weights must be numbers from 0"),
    "unknown style": ("about: x\nstyles: {blod: 1}\n", "2:9: styles: unknown style 'blod'; styles are plain, wide"),
    "unknown of two styles": ("about: x\nstyles: {bold+tal: 1}\n", "2:9: styles: unknown style 'tal'"),
    "unknown effect": ("about: x\ncapture:\n  - {kind: blurr}\n", "3:12: capture[0].kind: unknown kind 'blurr'; did"),
    "unknown effect's key": (
        "about: x\ncapture:\n  - {kind: blur, sigmma: 1}\n",
        "3:18: capture[0]: unknown key 'sigmma'; did you mean 'sigma'?",
    ),
    "effect out of bounds": (
        "about: x\nline:\n  - {kind: maybe, share: 1, of: [{kind: rotate, degrees: 900}]}\n",
        "3:58: line[0].of[0].degrees: expected numbers from -360 to 360, got 900",
    ),
    "unknown key": ("about: x\ncropp: {}\n", "2:1: unknown key 'cropp'; did you mean 'crop'?"),
    "margin out of bounds": ("about: x\ncrop: {left: 9}\n", "2:14: crop.left: expected numbers from -0.5 to 3, got 9"),
    "falling margin": ("about: x\ncrop: {top: [1, 0]}\n", "2:13: crop.top: quantiles [1.0, 0.0] fall"),
    "too slim": ("about: x\nprinters: [{stretch: 0.3}]\n", "2:22: printers[0].stretch: expected numbers from 0.5"),
    "unknown face": ("about: x\nprinters: [{faces: cousin}]\n", "2:20: printers[0].faces: unknown font or group"),
    "nothing said": ("capture: []\n", "1:1: missing key 'about'"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), WRONG.values(), ids=WRONG)
def test_a_wrong_profile_is_one_line_with_its_place(
    text: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    forget_changed_files()
    write(tmp_path / "mine.yaml", text)
    with pytest.raises(ConfigError) as caught:
        profile("mine.yaml")
    assert len(caught.value.faults) == 1
    assert caught.value.faults[0].startswith("mine.yaml:")
    assert fault in caught.value.faults[0]


def test_two_profiles_that_mix_each_other_are_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "one.yaml", "about: one\nmix: {two.yaml: 1}\n")
    write(tmp_path / "two.yaml", "about: two\nmix: {one.yaml: 1}\n")
    with pytest.raises(
        ConfigError, match=r"^one\.yaml:2:6: mix: two\.yaml:2:6: mix: profile 'one\.yaml' mixes itself$"
    ):
        profile("one.yaml")


def test_an_unknown_profile_is_told_with_its_near_miss() -> None:
    with pytest.raises(UnknownNameError, match=r"^unknown profile 'scann'; did you mean 'scan'\?$"):
        profile("scann")


def test_a_template_with_an_unknown_profile_is_one_line_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "mine.yaml", "extends: cafe\nprofile: scann\n")
    with pytest.raises(ConfigError, match=r"mine\.yaml:2:10: profile: unknown profile 'scann'; did you mean 'scan'\?$"):
        receipt_template(path)


def test_extends_keeps_what_it_does_not_say(tmp_path: Path) -> None:
    mine = profile(write(tmp_path / "mine.yaml", "extends: scan\nabout: mine\ncapture: [blur]\n")).value
    scan = profile("scan").value
    assert (mine.name, mine.about) == ("mine", "mine")
    assert [EFFECTS.name_of(type(effect)) for effect in mine.capture] == ["blur"]
    assert (mine.printing, mine.printers, mine.styles) == (scan.printing, scan.printers, scan.styles)


def test_the_digest_of_a_profile_is_that_of_all_it_extends(tmp_path: Path) -> None:
    base = tmp_path / "base.yaml"
    write(base, "about: base\n")
    mine = write(tmp_path / "mine.yaml", "extends: base.yaml\nabout: mine\n")
    before = profile(mine).digest
    write(base, "about: other\n")
    forget_changed_files()
    assert profile(mine).digest != before


# -- printers ---------------------------------------------------------------------------------------------


def test_a_profile_prints_with_its_own_printers(tmp_path: Path) -> None:
    one = write(tmp_path / "one.yaml", "about: one\nprinters: [{dots: [384], columns: [32], faces: cousine}]\n")
    assert {sample.face for sample in draw_receipts(one)} == {"cousine"}
    assert {sample.face for sample in draw_snippets(one)} == {"cousine"}


def test_a_set_may_keep_its_fonts_under_a_profile_with_printers(tmp_path: Path) -> None:
    one = write(tmp_path / "one.yaml", "about: one\nprinters: [{dots: [384], columns: [32], faces: cousine}]\n")
    kinds = "locales: en_US\nfaces: {ocra: 1}\nkinds: {price: {kind: int}}\n"
    for keys, face in (("", "cousine"), ("keep_faces: true\n", "ocra")):
        own = write(tmp_path / f"{face}.yaml", f"about: own\n{keys}{kinds}")
        assert {open_source(own, "price", 3, one).draw(index).face for index in range(5)} == {face}


def test_a_profile_without_printers_keeps_those_of_template_and_set(tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", "about: base\nprinters: [{dots: [384], columns: [32], faces: cousine}]\n")
    none = write(tmp_path / "none.yaml", "extends: base.yaml\nabout: none\nprinters: []\n")
    for ours, theirs in zip(draw_receipts(none), draw_receipts("clean"), strict=True):
        assert (ours.face, ours.size) == (theirs.face, theirs.size)
        assert np.array_equal(ours.page.image, theirs.page.image)
    prices = [open_source("standard", "price", 3, none).draw(index).face for index in range(30)]
    assert len(set(prices)) > 8


def test_styles_are_struck_as_often_as_they_say(tmp_path: Path) -> None:
    path = write(tmp_path / "bold.yaml", f"{PLAIN_PRINTER}styles: {{plain: 1, tall+wide: 3, bold: 0}}\n")
    used = profile(path).value
    drawn = Counter(used.draw_style(Dice(key)) for key in range(400))
    assert {(style.wide, style.tall, style.bold) for style in drawn} == {(False, False, False), (True, True, False)}
    assert 80 < drawn[PLAIN] < 120
    heights = [open_source("standard", "int", 3, path).draw(index).page.image.shape[0] for index in range(30)]
    assert max(heights) > 1.6 * min(heights)


# -- the option, the key, and groups ----------------------------------------------------------------------


def test_the_option_beats_the_key_of_template_and_set(tmp_path: Path) -> None:
    mine = write(tmp_path / "mine.yaml", "extends: parking\nabout: mine\nprofile: thermal\n")
    template = receipt_template(mine).value
    assert Receipts([template], seed=1).draw(0).profile == "thermal"
    assert Receipts([template], seed=1, profile="clean").draw(0).profile == "clean"
    snippets = write(tmp_path / "set.yaml", "extends: standard\nabout: mine\nprofile: thermal\n")
    assert open_source(snippets, "price", 1).draw(0).profile == "thermal"
    assert open_source(snippets, "price", 1, "clean").draw(0).profile == "clean"
    assert open_source(snippets, "receipt_line", 1).draw(0).profile == "thermal"


def test_a_templates_own_effects_come_before_the_profiles(tmp_path: Path) -> None:
    mine = write(tmp_path / "mine.yaml", "extends: parking\nabout: mine\neffects: [{kind: rotate, degrees: 3}]\n")
    used = write(tmp_path / "used.yaml", "about: used\ncapture: [{kind: blur, sigma: 0.5}]\n")
    drawn = Receipts([receipt_template(mine).value], seed=1, profile=used).draw(0)
    assert [effect["effect"] for effect in drawn.effects] == ["rotate", "blur"]


@pytest.mark.parametrize("kind", ["receipt_text", "receipt_line"])
@pytest.mark.parametrize("name", ["clean", "scan"])
def test_texts_of_one_receipt_are_one_group(kind: str, name: str) -> None:
    drawn = [open_source("standard", kind, 3, name).draw(index) for index in (0, 5, 31, 32, 40, 64)]
    assert [sample.group for sample in drawn] == [0, 0, 0, 1, 1, 2]
    assert all(sample.kind == kind for sample in drawn)


def test_receipt_texts_are_read_on_the_receipts_they_come_from() -> None:
    texts = [open_source("standard", "receipt_text", 3).draw(index).text for index in range(64)]
    other = [open_source("standard", "receipt_text", 3, "scan").draw(index).text for index in range(64)]
    assert texts == other
    assert len(set(texts)) > 30


def test_words_of_other_kinds_are_groups_of_their_own() -> None:
    assert [open_source("standard", "price", 3, "scan").draw(index).group for index in (0, 1, 33)] == [0, 1, 33]


# -- data sets --------------------------------------------------------------------------------------------


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LOCK
    }


def test_draw_under_a_mix_gives_the_same_bytes_for_any_workers(run: Run, tmp_path: Path) -> None:
    for workers in ("1", "2"):
        args = ["draw", "5", "--kinds", "price,receipt_text,receipt_line,receipt", "--templates", "parking,cafe"]
        out = ["--profile", "real", "--seed", "9", "--workers", workers, "--out", workers, "--quiet"]
        assert run(*args, *out) == Result(0, "", "")
    one, two = tree(tmp_path / "1"), tree(tmp_path / "2")
    assert sum(name.endswith(".png") for name in one) == 20
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []


@pytest.mark.parametrize(
    ("which", "named"),
    [("own.yaml", "own.yaml"), ("base.yaml", "own.yaml"), ("member.yaml", "member.yaml")],
    ids=["own", "extended", "mixed"],
)
def test_a_profile_that_has_changed_since_is_refused(which: str, named: str, tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", "about: base\n")
    write(tmp_path / "own.yaml", "extends: base.yaml\nabout: own\n")
    write(tmp_path / "member.yaml", "about: member\n")
    mixed = write(tmp_path / "mixed.yaml", "about: mixed\nmix: {own.yaml: 1, member.yaml: 1}\n")
    plan = Plan(snippets="standard", kinds=("price",), seed=5, profile=mixed)
    Dataset(tmp_path / "set", plan).fill(2, Local(1), lambda done: None)
    with (tmp_path / which).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    with pytest.raises(DatasetError, match=rf"^profile '[^\n]*{named}': changed since ") as caught:
        Dataset(tmp_path / "set", replace(plan))
    assert "\n" not in str(caught.value)


def test_another_profile_in_the_folder_is_refused(tmp_path: Path) -> None:
    Dataset(tmp_path, Plan(snippets="standard", kinds=("price",))).fill(2, Local(1), lambda done: None)
    with pytest.raises(DatasetError, match=r"holds another data set .profile none instead of thermal"):
        Dataset(tmp_path, Plan(snippets="standard", kinds=("price",), profile="thermal"))
