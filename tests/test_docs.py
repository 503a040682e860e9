"""The pages of docs/ say what the code does."""

import inspect
import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from doc_pictures import FOLDER, PICTURES
from doc_tables import DOCS, TABLES, renewed
from receipt_leaves import leaves
from warps import rectified

from receiptgen.cli import app
from receiptgen.config.records import loads
from receiptgen.core.assets import font_folder, packaged_names
from receiptgen.drawing.checking import folder_of
from receiptgen.drawing.profile import profile
from receiptgen.drawing.receipts import Receipts
from receiptgen.drawing.template import receipt_template, snippet_set
from receiptgen.effects import EFFECTS
from receiptgen.imaging.colors import COLORS
from receiptgen.train.data.sources import DATASETS
from receiptgen.train.data.spec import parse_spec
from receiptgen.train.recipes.kinds import KIND_RECIPES
from receiptgen.train.recipes.recipe import recipe
from receiptgen.typography.typeface import FaceList, face_groups
from receiptgen.writers import WRITERS
from receiptgen.writers._truth import truth

ROOT = Path(__file__).parents[1]
PAGES = [*sorted(DOCS.rglob("*.md")), *sorted(ROOT.glob("*.md")), ROOT / "fonts" / "README.md"]


@pytest.mark.parametrize("page", list(TABLES))
def test_tables_are_those_of_the_records(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert renewed(page, text) == text, "run 'python tools/doc_tables.py'"


@pytest.fixture(scope="module")
def samples() -> list[dict[str, Any]]:
    templates = [receipt_template(name).value for name in packaged_names("templates")]
    source = Receipts(templates, seed=5)
    return [truth(source.draw(index), "x") for index in range(4 * len(templates))]


def test_truth_page_names_every_key_and_role_and_mark(samples: list[dict[str, Any]]) -> None:
    quoted = re.findall(r"`([^`\n]+)`", (DOCS / "reference" / "truth.md").read_text(encoding="utf-8"))
    known = {word for text in quoted for word in text.split()}
    seen: set[str] = set()
    for sample in samples:
        seen |= sample.keys() | sample["lines"][0].keys() | sample["lines"][0]["words"][0].keys()
        seen |= {key for field in sample["fields"] for key in field}
        seen |= {mark["kind"] for mark in sample["marks"]}
        paths = [path for part in ("values", "unprinted") for path, _ in leaves(sample[part])]
        seen |= {step for path in paths for step in path.split(".") if not step.isdigit()}
        roles = {field["role"] for field in sample["fields"]}
        seen |= {role if role in known else role.removesuffix(".label") for role in roles}
    assert seen - known == set()


def test_the_lines_that_rectify_a_page_are_those_that_are_tested() -> None:
    section = (DOCS / "reference" / "truth.md").read_text(encoding="utf-8").partition("## Rectifying")[2]
    shown = section.partition("```text\n")[2].partition("```")[0].splitlines()
    tested = [line.strip() for line in inspect.getsource(rectified).splitlines()]
    assert shown
    assert [line for line in tested if line in shown] == shown


def test_the_page_of_locales_names_every_one() -> None:
    page = (DOCS / "reference" / "locales.md").read_text(encoding="utf-8")
    assert all(name in page for name in packaged_names("locales"))


def test_font_pages_name_every_face_and_group() -> None:
    page = (DOCS / "reference" / "fonts.md").read_text(encoding="utf-8")
    assert all(group in page for group in face_groups())
    listed = re.findall(
        r"^\| (\S+) \| (\w+) \| (\d*) ?\| `(\S+)` \| \[.*\]\(licences/(\S+)\) \|$", _fonts(), re.MULTILINE
    )
    faces = loads((font_folder() / "faces.yaml").read_text(encoding="utf-8"), FaceList).faces
    assert listed == [
        (name, face.group, str(face.native or ""), face.file, face.licence) for name, face in faces.items()
    ]


def _fonts() -> str:
    return (ROOT / "fonts" / "README.md").read_text(encoding="utf-8")


def test_every_face_has_its_licence_beside_it() -> None:
    faces = loads((font_folder() / "faces.yaml").read_text(encoding="utf-8"), FaceList).faces
    assert all((ROOT / "fonts" / "licences" / face.licence).is_file() for face in faces.values())


def test_data_set_guide_names_every_format_and_kind() -> None:
    page = _guide("data_sets.md")
    kinds = yaml.safe_load((ROOT / "configs" / "snippets" / "standard.yaml").read_text(encoding="utf-8"))
    assert all(f"`{name}`" in page for name in [*WRITERS, *kinds["kinds"], *kinds["cuts"]])


def test_profile_guide_names_every_color() -> None:
    page = _guide("profiles.md")
    assert [name for name in COLORS if f"`{name}`" not in page] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize(
    "page", ["reference/templates.md", "reference/effects.md", "reference/snippets.md", "guides/profiles.md"]
)
def test_yaml_examples_are_valid(page: str, tmp_path: Path) -> None:
    readers = {"templates": receipt_template, "snippets": snippet_set, "profiles": profile}
    examples = re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    for number, example in enumerate(examples):
        file = tmp_path / f"example{number}.yaml"
        file.write_text(example, encoding="utf-8")
        readers[folder_of(str(file))](str(file))


def test_every_effect_has_its_picture_and_no_picture_is_superfluous() -> None:
    assert set(PICTURES) == set(EFFECTS)
    assert {path.name for path in FOLDER.iterdir()} == {f"{name}.png" for name in EFFECTS}


def test_pictures_are_small() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert {name: size for name, size in sizes.items() if size > 25_000} == {}
    assert sum(sizes.values()) < 12_000 * len(sizes)


def _guide(name: str) -> str:
    return (DOCS / "guides" / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["training.md", "fine_tuning.md"])
def test_recipe_examples_are_valid(page: str, tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(# \S+\n.*?)```", _guide(page), re.DOTALL)
    assert len(examples) == 1
    for example in examples:
        file = tmp_path / example.partition("\n")[0].removeprefix("# ")
        file.write_text(example, encoding="utf-8")
        assert recipe(str(file)).value.about


def _typed(page: Path) -> list[list[str]]:
    """Return the words of every command of receiptgen on a page that `test_readme.py` doesn't run."""
    blocks = "".join(re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL))
    lines = blocks.replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("receiptgen ")]


def _parsed(words: list[str]) -> click.Context:
    """Parse a command without running it; a usage error is raised."""
    command: click.Command = app
    context, rest = click.Context(command), words
    while isinstance(command, click.Group):
        _, found, rest = command.resolve_command(context, rest)
        assert found
        command = found
    parsed: click.Context = command.make_context(words[0], rest, parent=context)
    return parsed


@pytest.mark.parametrize(
    "page", [page for page in PAGES if _typed(page)], ids=lambda page: page.relative_to(ROOT).as_posix()
)
def test_commands_that_are_not_run_can_be_typed(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (
        "my_lines",
        "my_lines_held_out",
        "held_out",
        "my_test",
        "near/results_test",
        "REAL_DIR",
        "photos",
        "photos_held_out",
        "next",
    ):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "labels.tsv").write_text("0001.png\tTOTAL\n", encoding="utf-8")
    (tmp_path / "MyFont.ttf").touch()
    for words in _typed(page):
        params = _parsed(words).params
        held_out = [row.partition("=")[2] for row in params.get("held_out") or () if not row.endswith("%")]
        data = [*(params.get("data") or ()), *(params.get("add_data") or ())]
        for name in [*([] if params.get("name") in KIND_RECIPES else data), *held_out]:
            form = DATASETS.name_of(type(parse_spec(name).data))
            assert form in {"drawn", "iam", "idx", "labels", "live", "mjsynth", "shards", "sroie"}


def test_architecture_names_what_is_there() -> None:
    page = (DOCS / "background" / "architecture.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:receiptgen|train|configs|fonts|tests|tools)/[^`]*)`", page)
    assert len(paths) > 30
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_page_is_on_the_site() -> None:
    listed = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    assert [page for page in DOCS.rglob("*.md") if f" {page.relative_to(DOCS).as_posix()}\n" not in listed] == []
