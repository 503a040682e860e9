"""Profiles: all packaged ones draw, what is wrong in one is told, and every command takes them."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from receiptgen.cli import main
from receiptgen.core.assets import packaged_names
from receiptgen.core.dice import Dice, key_of
from receiptgen.core.distributions import Spread
from receiptgen.core.errors import ConfigError, DatasetError, UnknownNameError
from receiptgen.core.files import LOCK
from receiptgen.dataset.dataset import Dataset
from receiptgen.dataset.plan import Plan
from receiptgen.drawing.cropping import crop_box, draw_margins
from receiptgen.drawing.profile import _LOADED, CropMargins, Profile, profile, profile_digests
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.snippet_styles import snippet_styles
from receiptgen.drawing.sources import open_source
from receiptgen.drawing.template import receipt_template
from receiptgen.effects import EFFECTS
from receiptgen.imaging.geometry import quads_of_boxes
from receiptgen.imaging.page import Page
from receiptgen.imaging.regions import Regions
from receiptgen.imaging.sample import Sample
from receiptgen.typography.blocks import PLAIN
from receiptgen.typography.glyph_atlas import ASCII, Atlas
from receiptgen.typography.printer import Printer
from receiptgen.typography.typeface import face, faces
from receiptgen.writers import encode_png
from receiptgen.writers._truth import truth, truth_line

PROFILES = packaged_names("profiles")
SINGLE = [name for name in PROFILES if profile(name).value.mix is None]
COMMAND = [sys.executable, "-c", "from receiptgen.cli import main; main()"]
PLAIN_PRINTER = "about: plain\nprinters: [{dots: [576], columns: [48], faces: cousine}]\n"
Draw = Callable[[str], list[Sample]]


def draw_receipts(name: str) -> list[Sample]:
    made = Receipts([receipt_template("parking").value, receipt_template("cafe").value], seed=3, profile=name)
    return [made.draw(index) for index in range(2)]


def draw_snippets(name: str) -> list[Sample]:
    return [open_source("standard", kind, 3, name).draw(4) for kind in ("price", "receipt_text")]


def draw_cuts(name: str) -> list[Sample]:
    return [open_source("standard", "receipt_line", 3, name).draw(index) for index in (0, 1)]


WAYS: list[Draw] = [draw_receipts, draw_snippets, draw_cuts]


def leaves(used: Profile) -> dict[str, Profile]:
    """Return the profiles that a profile may draw, by name: itself, or those of its mix."""
    if used.mix is None:
        return {used.name: used}
    return {name: leaf for member in used.members.values() for name, leaf in leaves(member).items()}


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


# -- packaged profiles ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("draw", WAYS)
def test_a_packaged_profile_draws_and_says_in_truth_what_it_did(name: str, draw: Draw) -> None:
    members = leaves(profile(name).value)
    for sample in draw(name):
        said = json.loads(json.dumps(truth(sample, "x"), allow_nan=False))
        assert said["profile"] in members
        used = members[said["profile"]]
        assert said["profile"] == sample.profile == used.name
        effects = said.get("effects", [])
        assert all(effect["effect"] in EFFECTS.names and len(effect) > 1 for effect in effects)
        happens = used.line_effects if draw is draw_snippets else used.page_effects
        # What always happens is there; the rest comes by chance.
        always = {name for effect in happens if EFFECTS.folder_of(name := EFFECTS.name_of(type(effect)))}
        assert always - {"crease"} <= {effect["effect"] for effect in effects}
        assert sample.page.image.dtype == np.uint8
        assert min(sample.page.image.shape) > 0
        assert int(np.ptp(sample.page.image)) > 30


@pytest.mark.parametrize("name", SINGLE)
@pytest.mark.parametrize("draw", WAYS)
def test_same_seed_same_bytes(name: str, draw: Draw) -> None:
    one, other = draw(name), draw(name)
    for first, second in zip(one, other, strict=True):
        assert encode_png(first.page.image) == encode_png(second.page.image)
        assert truth_line(first, "x") == truth_line(second, "x")


@pytest.mark.parametrize("draw", WAYS)
def test_clean_does_nothing(draw: Draw) -> None:
    assert all("effects" not in truth(sample, "x") for sample in draw("clean"))
    assert all(not sample.page.maps or sample.kind == "receipt_line" for sample in draw("clean"))


def test_what_a_receipt_says_does_not_depend_on_the_profile() -> None:
    # Other printers may break lines elsewhere, but the words are the same.
    said = {str([sorted(sample.text.split()) for sample in draw_receipts(name)]) for name in ("clean", "scan", "phone")}
    assert len(said) == 1


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
    assert set(profile_digests(["sub/mixed.yaml"])) == {"sub/mixed.yaml", "sub/own.yaml"}


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
    "no weights": ("about: x\nmix: {scan: 0}\n", "2:6: mix: weights must be 0 or more"),
    "unknown style": ("about: x\nstyles: {blod: 1}\n", "2:9: styles: unknown style 'blod'; styles are plain, wide"),
    "unknown of two styles": ("about: x\nstyles: {bold+tal: 1}\n", "2:9: styles: unknown style 'tal'"),
    "unknown effect": ("about: x\ncapture:\n  - {kind: blurr}\n", "3:12: capture[0].kind: unknown kind 'blurr'; did"),
    "unknown effect's key": (
        "about: x\ncapture:\n  - {kind: blur, sigmma: 1}\n",
        "3:18: capture[0]: unknown key 'sigmma'; did you mean 'sigma'?",
    ),
    "effect out of bounds": (
        "about: x\nline:\n  - {kind: maybe, share: 1, of: [{kind: rotate, degrees: 900}]}\n",
        "3:58: line[0].of[0].degrees: 900 leaves -360..360",
    ),
    "unknown key": ("about: x\ncropp: {}\n", "2:1: unknown key 'cropp'; did you mean 'crop'?"),
    "margin out of bounds": ("about: x\ncrop: {left: 9}\n", "2:14: crop.left: 9 leaves -0.5..3"),
    "falling margin": ("about: x\ncrop: {top: [1, 0]}\n", "2:13: crop.top: quantiles [1.0, 0.0] fall"),
    "too slim": ("about: x\nprinters: [{stretch: 0.3}]\n", "2:22: printers[0].stretch: 0.3 leaves 0.5..2"),
    "unknown face": ("about: x\nprinters: [{faces: cousin}]\n", "2:20: printers[0].faces: unknown face or group"),
    "nothing said": ("capture: []\n", "1:1: missing key 'about'"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "fault"), WRONG.values(), ids=WRONG)
def test_a_wrong_profile_is_one_line_with_its_place(
    text: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _LOADED.clear()
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
    _LOADED.clear()
    assert profile(mine).digest != before


# -- printers ---------------------------------------------------------------------------------------------


def test_a_profile_prints_with_its_own_printers(tmp_path: Path) -> None:
    one = write(tmp_path / "one.yaml", "about: one\nprinters: [{dots: [384], columns: [32], faces: cousine}]\n")
    assert {sample.face for sample in draw_receipts(one)} == {"cousine"}
    assert {sample.face for sample in draw_snippets(one)} == {"cousine"}


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


def test_draw_under_a_mix_gives_the_same_bytes_for_any_workers(tmp_path: Path) -> None:
    for workers in ("1", "2"):
        args = ["draw", "5", "--kinds", "price,receipt_text,receipt_line,receipt", "--templates", "parking,cafe"]
        out = ["--profile", "real", "--seed", "9", "--workers", workers, "--out", workers, "--quiet"]
        subprocess.run([*COMMAND, *args, *out], cwd=tmp_path, check=True)
    one, two = tree(tmp_path / "1"), tree(tmp_path / "2")
    assert sum(name.endswith(".png") for name in one) == 20
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []


@pytest.mark.parametrize("which", ["own.yaml", "base.yaml", "member.yaml"])
def test_a_profile_that_has_changed_since_is_refused(which: str, tmp_path: Path) -> None:
    write(tmp_path / "base.yaml", "about: base\n")
    write(tmp_path / "own.yaml", "extends: base.yaml\nabout: own\n")
    write(tmp_path / "member.yaml", "about: member\n")
    mixed = write(tmp_path / "mixed.yaml", "about: mixed\nmix: {own.yaml: 1, member.yaml: 1}\n")
    plan = Plan(snippets="standard", kinds=("price",), seed=5, profile=mixed)
    Dataset(tmp_path / "set", plan).fill(2, 1, lambda done: None)
    with (tmp_path / which).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    _LOADED.clear()
    with pytest.raises(DatasetError, match=r"holds another data set .other profiles[^\n]*$") as caught:
        Dataset(tmp_path / "set", plan)
    assert "\n" not in str(caught.value)


def test_another_profile_in_the_folder_is_refused(tmp_path: Path) -> None:
    Dataset(tmp_path, Plan(snippets="standard", kinds=("price",))).fill(2, 1, lambda done: None)
    with pytest.raises(DatasetError, match=r"holds another data set .other [^\n]*profile"):
        Dataset(tmp_path, Plan(snippets="standard", kinds=("price",), profile="thermal"))


# -- commands ---------------------------------------------------------------------------------------------

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command line in this process, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    # A file of the same name in another folder: no process of a user's goes there.
    _LOADED.clear()
    snippet_styles.cache_clear()

    def run(*args: object) -> tuple[int, str, str]:
        capfd.readouterr()
        code = 0
        try:
            main([str(arg) for arg in args])
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, error = capfd.readouterr()
        assert "Traceback" not in error
        return code, out, error

    return run


def test_templates_check_draws_a_profile_file_and_passes_it(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "mine.yaml", "about: mine\ncapture: [blur, jpeg]\n")
    write(tmp_path / "mixed.yaml", "about: mixed\nmix: {mine.yaml: 1, clean: 2}\n")
    assert run("templates", "check", "mine.yaml", "mixed.yaml") == (
        0,
        "mine.yaml: ok, profile, 2 effects\nmixed.yaml: ok, profile, 2 profiles\n",
        "",
    )


def test_templates_check_tells_what_is_wrong_with_a_profile_file(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "bad.yaml", "about: bad\ncapture:\n  - {kind: blurr}\n")
    write(tmp_path / "ocr.yaml", "about: ocr\nprinters: [{faces: ocrb}]\ncapture: []\n")
    code, out, error = run("templates", "check", "bad.yaml", "ocr.yaml")
    assert (code, out) == (1, "")
    bad, *ocr = error.splitlines()
    assert bad == "receiptgen: bad.yaml:3:12: capture[0].kind: unknown kind 'blurr'; did you mean 'blur'?"
    assert ocr
    assert all(line.startswith("receiptgen: ocr.yaml: no face among ocrb draws") for line in ocr)


def test_templates_list_and_show_know_profiles(run: Run) -> None:
    _, out, _ = run("templates", "list")
    assert all(f"\n  {name} " in out for name in PROFILES)
    _, out, _ = run("templates", "show", "scan_200")
    assert "scan_200.yaml" in out
    assert "extends: scan" in out


def test_templates_schema_of_a_profile_knows_its_keys(run: Run) -> None:
    _, out, _ = run("templates", "schema", "profile")
    made = json.loads(out)
    top = made["$defs"][made["$ref"].rpartition("/")[2]]
    assert {"extends", "mix", "printers", "crop", "capture"} <= top["properties"].keys()
    assert "name" not in top["properties"]


@pytest.mark.parametrize(
    "args",
    [
        ["draw", 1, "--kinds", "price"], ["draw", 1, "--templates", "parking"], ["preview", "parking"],
        ["preview", "--kinds", "price"], ["fixtures", 1, "data", "--templates", "parking"],
    ],
)  # fmt: skip
def test_an_unknown_profile_is_one_line_of_every_command(run: Run, tmp_path: Path, args: list[object]) -> None:
    code, out, error = run(*args, "--profile", "scann")
    assert (code, out, error) == (1, "", "receiptgen: unknown profile 'scann'; did you mean 'scan'?\n")
    assert not list(tmp_path.iterdir())


def test_draw_takes_a_profile_of_ones_own(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "mine.yaml", "about: mine\ncapture: [{kind: jpeg, quality: 40}]\n")
    assert run("draw", 2, "--kinds", "price,receipt", "--templates", "parking", "--profile", "mine.yaml")[0] == 0
    snippets = [json.loads(line) for line in (tmp_path / "results_test" / "labels.jsonl").read_text().splitlines()]
    receipt: Any = json.loads((tmp_path / "results" / "000000" / "truth.json").read_bytes())
    for said in (*snippets, receipt):
        assert said["profile"] == "mine"
        assert [effect["effect"] for effect in said["effects"]] == ["jpeg"]
        assert said["effects"][0]["quality"] == 40


def test_fixtures_of_a_profile_are_verified_with_it(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    write(own, "extends: thermal\nabout: mine\n")
    code, out, _ = run("fixtures", 1, "data", "--templates", "parking", "--profile", "mine.yaml")
    assert (code, out) == (0, "data: 1 receipts, 4 files\n")
    assert json.loads((tmp_path / "data" / "000000" / "truth.json").read_bytes())["profile"] == "mine"
    assert run("fixtures", "--verify", "data") == (0, "data: 4 files as drawn\n", "")
    write(own, "extends: thermal\nabout: mine\ncapture: []\n")
    _LOADED.clear()
    code, _, error = run("fixtures", "--verify", "data")
    assert code == 1
    assert "receiptgen: data/fixtures.json: profile 'mine.yaml' is another now" in error.splitlines()
    assert any("receipt.png: drawn otherwise by this version" in line for line in error.splitlines())


def test_fixtures_of_another_profile_are_not_overwritten(run: Run) -> None:
    run("fixtures", 1, "data", "--templates", "parking", "--profile", "thermal")
    code, _, error = run("fixtures", 1, "data", "--templates", "parking")
    assert code == 1
    assert "holds another set (1 receipts, seed 0, templates parking, profile thermal)" in error


@pytest.mark.parametrize("what", [["parking"], ["--kinds", "price,receipt_line"]])
def test_preview_shows_what_a_profile_does(run: Run, tmp_path: Path, what: list[str]) -> None:
    for name in ("clean", "thermal"):
        assert run("preview", *what, "--count", 2, "--profile", name, "--out", f"{name}.png")[0] == 0
    clean, thermal = (cv2.imread(str(tmp_path / f"{name}.png"), cv2.IMREAD_GRAYSCALE) for name in ("clean", "thermal"))
    assert clean is not None
    assert thermal is not None
    assert not np.array_equal(clean, thermal)


@pytest.mark.receipt(template="parking", seed=8, profile="thermal")
def test_the_pytest_marker_takes_a_profile(receipt: Sample) -> None:
    other = Receipts([receipt_template("parking").value], seed=8, profile="thermal").draw(0)
    assert receipt.profile == "thermal"
    assert np.array_equal(receipt.page.image, other.page.image)


# -- crops ------------------------------------------------------------------------------------------------


def blank_page(height: int = 60, width: int = 200) -> Page:
    quads = quads_of_boxes(np.array([[0, 0, width, height]], np.int32))
    return Page(np.full((height, width), 255, np.uint8), Regions((), (), (), (), quads))


def crop_of(left: float, top: float, right: float, bottom: float) -> CropMargins:
    return CropMargins(left=Spread(left), top=Spread(top), right=Spread(right), bottom=Spread(bottom))


def test_margins_of_a_crop_are_shares_of_the_boxs_height() -> None:
    # 20 pixels of ink and a tenth above and below are a box of 25; half of that is 12.5, a fifth 5.
    box = crop_box(blank_page(), (50, 20, 120, 40), draw_margins(crop_of(0.2, 0.1, 0.5, 0.1), Dice(1)))
    assert box == (45, 18, 133, 43)


def test_margins_below_nothing_cut_the_ink() -> None:
    x0, y0, x1, y1 = crop_box(blank_page(), (50, 20, 120, 40), draw_margins(crop_of(-0.1, -0.2, -0.1, -0.2), Dice(1)))
    assert 50 < x0 < x1 < 120
    assert 20 < y0 < y1 < 40


@pytest.mark.parametrize("margins", [(3, 3, 3, 3), (-0.5, -0.5, -0.5, -0.5), (0, 0, 0, 0), (3, -0.5, -0.5, 3)])
@pytest.mark.parametrize("band", [(0, 0, 200, 60), (195, 55, 200, 60), (0, 0, 3, 3), (90, 20, 91, 50)])
def test_a_crop_is_inside_its_image_and_not_empty(
    margins: tuple[float, float, float, float], band: tuple[float, float, float, float]
) -> None:
    x0, y0, x1, y1 = crop_box(blank_page(), band, draw_margins(crop_of(*margins), Dice(1)))
    assert 0 <= x0 < x1 <= 200
    assert 0 <= y0 < y1 <= 60


def covers(sample: Sample) -> NDArray[np.float64]:
    """Return which share of each side of a cut's text is inside it."""
    height, width = sample.page.image.shape
    quad = sample.page.regions.line_quads[0]
    low, high = quad.min(axis=0), quad.max(axis=0)
    seen = np.minimum(high, [width, height]) - np.maximum(low, 0)
    return np.asarray(seen / (high - low), np.float64)


@pytest.mark.parametrize("name", SINGLE)
def test_cuts_hold_their_text_but_for_what_their_margins_cut(name: str) -> None:
    cuts, prices = open_source("standard", "receipt_line", 3, name), open_source("standard", "price", 3, name)
    crop = profile(name).value.crop
    # Margins below 0 are shares of the box, which is as high as the ink without them.
    least = 0.0 if crop is None else min(0.0, *(min(m.knots) for m in (crop.left, crop.top, crop.right, crop.bottom)))
    for sample in [*(cuts.draw(index) for index in range(6)), *(prices.draw(index) for index in range(6))]:
        shown = covers(sample)
        # A pixel at either side is rounding.
        assert shown[1] > 1 + 2 * least - 2 / sample.page.image.shape[0] - 0.15, (sample.name, shown)
        assert shown[0] > 0.5, (sample.name, shown)


def test_snippets_of_a_profile_that_crops_have_its_margins(tmp_path: Path) -> None:
    text = PLAIN_PRINTER.replace("{", "{{").replace("}", "}}")
    text += "crop: {{leak: 0, left: {0}, right: {0}, top: {0}, bottom: {0}}}\n"
    wide = open_source("standard", "price", 3, write(tmp_path / "wide.yaml", text.format(0.5)))
    tight = open_source("standard", "price", 3, write(tmp_path / "tight.yaml", text.format(0)))
    cut = open_source("standard", "price", 3, write(tmp_path / "cut.yaml", text.format(-0.2)))
    for index in range(5):
        large, exact, small = (made.draw(index).page.image for made in (wide, tight, cut))
        assert small.shape < exact.shape < large.shape
        # All ink of the tight box touches its sides; the cut one has lost some, and the wide one none.
        assert (exact[:, 0] < 255).any()
        assert (exact[:, -1] < 255).any()
        assert (small < 255).sum() < (exact < 255).sum() <= (large < 255).sum()


def test_neighbours_leak_as_often_as_a_crop_says(tmp_path: Path) -> None:
    shares = {}
    for leak in (0, 1):
        text = f"{PLAIN_PRINTER}crop: {{leak: {leak}, top: 0.4, bottom: 0.4, leading: 1}}\n"
        made = open_source("standard", "int", 3, write(tmp_path / f"leak{leak}.yaml", text))
        marks = [mark.kind for index in range(20) for mark in made.draw(index).page.regions.marks]
        assert set(marks) <= {"neighbour"}
        shares[leak] = len(marks)
    assert shares[0] == 0
    assert shares[1] >= 20


def test_low_texts_are_boxed_tightly_as_often_as_a_crop_says_but_flat_ones_never(tmp_path: Path) -> None:
    kinds = "kinds: {colon: {kind: pattern, patterns: ':'}, dash: {kind: pattern, patterns: '-'}}\ncuts: {}\n"
    made = write(tmp_path / "set.yaml", f"about: x\nlocales: en_GB\nfaces: cousine\n{kinds}")
    heights: dict[tuple[str, int], list[int]] = {}
    for tight in (0, 1):
        text = f"{PLAIN_PRINTER}crop: {{leak: 0, left: 0, right: 0, top: 0, bottom: 0, tight: {tight}}}\n"
        name = write(tmp_path / f"tight{tight}.yaml", text)
        for kind in ("colon", "dash"):
            drawn = open_source(made, kind, 3, name)
            heights[kind, tight] = [drawn.draw(index).page.image.shape[0] for index in range(12)]
    assert all(low < 0.9 * high for low, high in zip(heights["colon", 1], heights["colon", 0], strict=True))
    assert heights["dash", 1] == heights["dash", 0]
    assert heights["dash", 0] == heights["colon", 0]


def test_neighbours_come_in_at_the_corners_of_a_sloping_row(tmp_path: Path) -> None:
    inked = []
    for leak in (0, 1):
        crop = f"crop: {{leak: {leak}, rules: 0, top: 0.05, bottom: 0.05, leading: 1.3}}\n"
        text = f"{PLAIN_PRINTER}{crop}line: [{{kind: rotate, degrees: 2}}]\n"
        made = open_source("standard", "line", 3, write(tmp_path / f"leak{leak}.yaml", text))
        images = [made.draw(index).page.image for index in range(8)]
        # The row rises to the right, so that above its left end there is only its neighbour.
        inked.append(sum(int((image[:3, : image.shape[1] // 3] < 128).sum()) for image in images))
    assert inked[0] == 0
    assert inked[1] > 20


# -- slim and wide characters -----------------------------------------------------------------------------

OUTLINES = sorted(name for name, found in faces().items() if not found.native)
SLIM = 0.7


@pytest.mark.parametrize("name", ["cousine", "arimo", "courier-prime", "vt323"])
@pytest.mark.parametrize("ink", ["dots", "smooth"])
def test_narrow_characters_are_as_high_and_less_wide(name: str, ink: Any) -> None:
    wide, slim = Atlas(face(name), 24, ink), Atlas(face(name), 24, ink, stretch=SLIM)
    assert (slim.height, slim.ascent) == (wide.height, wide.ascent)
    for char in "HMW08Eg":
        assert slim[char].advance == round(wide[char].advance * SLIM)
        _, top, _, bottom = wide[char].box
        assert abs(slim[char].box[1] - top) <= 1
        assert abs(slim[char].box[3] - bottom) <= 1
        assert slim[char].box[2] - slim[char].box[0] < wide[char].box[2] - wide[char].box[0]


@pytest.mark.parametrize("ink", ["dots", "smooth"])
def test_wide_characters_are_as_high_and_wider(ink: Any) -> None:
    own, wide = Atlas(face("cousine"), 24, ink), Atlas(face("cousine"), 24, ink, stretch=1.5)
    for char in "HMW08Eg":
        assert wide[char].advance == round(own[char].advance * 1.5)
        assert abs((wide[char].box[3] - wide[char].box[1]) - (own[char].box[3] - own[char].box[1])) <= 2
        assert wide[char].box[2] - wide[char].box[0] > 1.3 * (own[char].box[2] - own[char].box[0])


def test_a_narrow_glyphs_box_is_its_ink() -> None:
    for name in ("cousine", "tinos", "caveat"):
        slim = Atlas(face(name), 25, "dots", stretch=SLIM)
        for char in ASCII:
            glyph = slim[char]
            ink = glyph.cell if glyph.full is None else glyph.full
            rows, columns = np.nonzero(ink)
            found = (columns.min() - glyph.left, rows.min(), columns.max() + 1 - glyph.left, rows.max() + 1)
            assert glyph.box == found, (name, char)


def test_narrow_dots_are_of_one_bit() -> None:
    assert set(np.unique(Atlas(face("cousine"), 24, "dots", stretch=SLIM).strip("Sample 08").ink)) == {0, 255}


def test_in_a_pitch_narrow_characters_are_the_higher() -> None:
    printer = {"dots": [576], "columns": [48], "faces": "cousine", "stretch": 1}
    wide, slim = (Printer.model_validate({**printer, "stretch": stretch}) for stretch in (1, SLIM))
    settings = [made.draw({PLAIN: set(ASCII)}, Dice(1)) for made in (wide, slim)]
    assert settings[1].size > 1.2 * settings[0].size
    assert settings[0].pitch == settings[1].pitch == 12
    for setting in settings:
        assert {setting.atlas(PLAIN)[char].advance for char in "iW.0"} == {12}


def test_bitmap_faces_are_never_narrowed() -> None:
    printer = Printer.model_validate({"dots": [576], "columns": [48], "faces": "spleen-12x24", "stretch": SLIM})
    assert printer.draw({PLAIN: {"A"}}, Dice(1)).stretch == 1


@pytest.mark.parametrize(("size", "stretch"), [(16, SLIM), (23, SLIM), (30, SLIM), (14, 0.5)])
def test_no_character_vanishes_when_it_is_narrowed(size: int, stretch: float) -> None:
    # ASCII and what locales print, in every face.
    chars = ASCII + "".join(map(chr, range(0xA1, 0xAD))) + "".join(map(chr, range(0xAE, 0x100))) + "€₹"
    for name in OUTLINES:
        slim = Atlas(face(name), size, "dots", stretch=stretch)
        covered = [char for char in chars if char in face(name).chars]
        slim.prepare(covered)
        blank = [char for char in covered if not slim[char].box[3]]
        assert not blank, (name, size, blank)


@pytest.mark.parametrize("size", [16, 21, 26, 30])
def test_strokes_of_narrowed_till_fonts_stay_whole(size: int) -> None:
    # A stem that broke off in between would leave rows without ink between its top and its foot.
    for found in faces().values():
        if found.native or found.group not in {"mono", "terminal"}:
            continue
        slim = Atlas(found, size, "dots", stretch=SLIM)
        for char in "lIHEFTL1|":
            _, top, _, bottom = slim[char].box
            assert slim[char].cell[top:bottom].any(axis=1).all(), (found.name, size, char)


@pytest.mark.parametrize("size", [16, 23, 30])
def test_ascii_characters_of_a_narrow_face_are_told_apart_or_named_as_twins(size: int) -> None:
    for name in OUTLINES[::4]:
        slim = Atlas(face(name), size, "dots", stretch=SLIM)
        looks: dict[object, list[str]] = {}
        for char in ASCII:
            glyph = slim[char]
            ink = glyph.cell if glyph.full is None else glyph.full
            looks.setdefault((ink.shape, ink.tobytes(), glyph.left), []).append(char)
        alike = {char for same in looks.values() if len(same) > 1 for char in same}
        assert alike <= slim.lookalikes, (name, size, alike - slim.lookalikes)


def test_no_text_is_printed_with_twins_of_its_narrow_face() -> None:
    printer = Printer.model_validate({"dots": [576], "size": "14..16", "ink": "dots", "stretch": 0.5, "faces": "sans"})
    for key in range(12):
        setting = printer.draw({PLAIN: set("Il1O0 S5B8")}, Dice(key))
        assert setting.atlas(PLAIN).lookalikes.isdisjoint("Il1O0S5B8")
