"""Another package adds countries, goods, merchants, templates, profiles and fonts by entry points, unimported."""

import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from receiptgen.core import assets
from receiptgen.core.assets import font_folder
from receiptgen.core.errors import FileError

NAME = "receiptgen_sweden"
FOLDERS = ("locales", "catalogues", "shops", "goods", "merchants", "templates", "snippet_sets", "profiles", "fonts")
PYPROJECT = f"""\
[build-system]
requires = ["setuptools>=77"]
build-backend = "setuptools.build_meta"
[project]
name = "receiptgen-sweden"
version = "1.0"
[tool.setuptools]
packages = ["{NAME}", {", ".join(f'"{NAME}.{folder}"' for folder in FOLDERS)}]
[tool.setuptools.package-data]
"*" = ["*.yaml", "*.csv", "*.json", "*.ttf"]
""" + "".join(f'[project.entry-points."receiptgen.{folder}"]\nsweden = "{NAME}.{folder}"\n' for folder in FOLDERS)
FILES = {
    "__init__.py": "raise RuntimeError('imported')\n",
    "locales/sv_XX.yaml": "extends: sv_SE\ncatalogue: svx\n",
    "catalogues/svx.yaml": "kiosk:\n  goods: [{name: Lakrits, price: 1..3, tax_class: food}]\n",
    "shops/kiosk.yaml": "about: A kiosk\nnames: ['Kiosken {surname}']\n",
    "goods/varor.csv": "name;price\nSnus;59,00\nTidning;35\n",
    "merchants/kedja.csv": "name,address\nHörnan,Storgatan 1|111 22 Stockholm\n",
    "profiles/svensk.yaml": "extends: clean\nabout: Swedish\n",
    "templates/svensk.yaml": """\
extends: supermarket
about: A Swedish kiosk
locales: sv_XX
basket: {shop: kiosk, merchants: kedja}
profile: svensk
printers:
- {faces: svensk-mono, display: svenska, columns: [32], dots: [384]}
""",
    "templates/svensk_lista.yaml": "extends: svensk\nbasket: {goods: varor}\n",
    "snippet_sets/svenska.yaml": "about: x\nlocales: sv_XX\nfaces: svensk-mono\nkinds: {price: {kind: price}}\n",
    "fonts/faces.yaml": """\
faces:
  svensk-mono: {file: mono.ttf, group: svenska, licence: OFL.txt}
  svensk-bitmap: {file: mono.ttf, group: bitmap, licence: OFL.txt}
""",
}
CODE = """
import json, sys
from receiptgen import Receipts, Snippets
from receiptgen.core.assets import own_names, packaged_names
from receiptgen.dataset.identity import Ingredients
from receiptgen.typography.typeface import face_groups
drawn = [Receipts(name).draw(0) for name in ("svensk", "svensk_lista")]
print(json.dumps({
    "locales": [sample.locale for sample in drawn],
    "profiles": [sample.profile for sample in drawn],
    "faces": [sample.face for sample in drawn] + [Snippets("price", set="svenska").draw(0).face],
    "items": [sorted({item.get("full_name", item.get("name")) for item in
              [*s.values.get("items", []), *s.unprinted["items"]]} - {None}) for s in drawn],
    "merchants": [sample.values["merchant"]["name"] for sample in drawn],
    "inputs": sorted(path.rpartition("receiptgen_sweden")[2] for path in
                     Ingredients(("svensk_lista",), "", (), "").identity()["inputs"]),
    "own": "svensk" in own_names("templates"), "all": "svensk" in packaged_names("templates"),
    "bitmap": "svensk-bitmap" in {face.name for face in face_groups()["bitmap"]},
    "imported": "receiptgen_sweden" in sys.modules,
}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the package and install it into a folder of its own."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("target")
    for name, text in FILES.items():
        path = source / NAME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for folder in FOLDERS:
        (source / NAME / folder / "__init__.py").write_text("raise RuntimeError('imported')\n")
    shutil.copy(font_folder() / "Cousine_400Regular.ttf", source / NAME / "fonts" / "mono.ttf")
    coverage = json.loads((font_folder() / "coverage.json").read_text(encoding="utf-8"))
    measured = {"mono.ttf": coverage["Cousine_400Regular.ttf"]}
    (source / NAME / "fonts" / "coverage.json").write_text(json.dumps(measured), encoding="utf-8")
    (source / "pyproject.toml").write_text(PYPROJECT)
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--target", str(target)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(source)], check=True, capture_output=True)
    return target


def python(installed: Path, *args: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run([sys.executable, *args], capture_output=True, text=True, env=environment, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_another_process_draws_with_what_a_package_adds(installed: Path) -> None:
    found = json.loads(python(installed, "-c", CODE))
    assert found["locales"] == ["sv_XX", "sv_XX"]
    assert found["profiles"] == ["svensk", "svensk"]
    assert found["faces"] == ["svensk-mono"] * 3
    assert found["merchants"] == ["Hörnan", "Hörnan"]
    goods, listed = ({name.lower() for name in names} for names in found["items"])
    assert "lakrits" in goods
    assert listed & {"snus", "tidning"}
    assert found["inputs"] == [
        "/catalogues/svx.yaml", "/fonts/mono.ttf", "/goods/varor.csv", "/locales/sv_XX.yaml", "/merchants/kedja.csv",
        "/shops/kiosk.yaml",
    ]  # fmt: skip
    assert (found["own"], found["all"]) == (False, True)
    assert not found["bitmap"]
    assert not found["imported"]


def test_commands_list_what_a_package_adds(installed: Path) -> None:
    assert "A Swedish kiosk" in python(installed, "-m", "receiptgen", "templates", "list")
    assert "svensk-mono" in python(installed, "-m", "receiptgen", "fonts", "list")


def test_an_entry_point_without_its_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("sweden", "receiptgen_nowhere.locales", "receiptgen.locales")
    monkeypatch.setattr(assets, "added_points", lambda group: [point])
    with pytest.raises(FileError) as caught:
        assets.added_folders.__wrapped__("locales")
    assert str(caught.value) == (
        "entry point 'sweden' of receiptgen.locales: there is no package 'receiptgen_nowhere.locales'"
    )
