"""The guide to a new script, as it is typed, in three scripts: drawn, trained for a step, evaluated, exported, read."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from command_line import Run

from receiptgen.recognition.model_file import load_model
from receiptgen.typography.typeface import face

GUIDE = Path(__file__).parents[1] / "docs/guides/new_script.md"
# What is known beforehand, a word that isn't, and a font of the script.
SCRIPTS = {
    "greek": ("ΣΥΝΟΛΟ\nευχαριστούμε\nΨωμί 500γρ\nκαφές\n", "ΑΠΟΔΕΙΞΗ\nΣύνολο ΦΠΑ\n", "fira-mono"),
    "cyrillic": ("ИТОГО\nспасибо\nХлеб 500г\nобъём\nСДАЧА НОВЫЙ ЧЕК\n", "КАССОВЫЙ ЧЕК\nИтого с НДС\n", "fira-mono"),
    "arabic": ("المجموع\nشكرا لزيارتكم\nخبز 500 جم\nقهوة بالحليب\n", "فاتورة ضريبية\nالمبلغ المدفوع\n", "vazirmatn"),
}
COUNTRIES = {"greek": "el_GR", "cyrillic": "bg_BG", "arabic": "ar_AE"}
TINY = ["--steps", "1", "--batch", "8", "--workers", "0", "--devices", "cpu", "--quiet"]


def commands() -> list[list[str]]:
    """Return the commands of the guide after the font and the words."""
    shown = "".join(re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL))
    return [shlex.split(line)[1:] for line in shown.replace("\\\n", " ").splitlines() if line.startswith("receiptgen ")]


@pytest.mark.needs("torch", "onnxruntime", "onnx")
@pytest.mark.parametrize("script", SCRIPTS)
def test_the_guide_leads_to_weights_of_a_script(run: Run, tmp_path: Path, script: str) -> None:
    known, new, font = SCRIPTS[script]
    (tmp_path / "known_words.txt").write_text(known, encoding="utf-8")
    (tmp_path / "new_words.txt").write_text(new, encoding="utf-8")
    shutil.copy(face(font).path, tmp_path / "Shop.ttf")
    recipe = re.search(r"```yaml\n# script.yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert recipe
    own = re.sub(r"faces: \{.*\}", "faces: {Shop.ttf: 1}", recipe[1]).replace("profile: real", "profile: clean")
    own = own.replace("el_GR", COUNTRIES[script])
    (tmp_path / "script.yaml").write_text(own, encoding="utf-8")
    (tmp_path / "held_out.yaml").write_text(own.replace("known_words", "new_words"), encoding="utf-8")
    check, templates, preview, draw, train, evaluate, export, read = commands()
    for command in (check, templates, preview, ["draw", "12", *draw[2:]], [*train, *TINY], export):
        said = run(*command)
        assert said.code == 0, said.error
    weights = load_model(tmp_path / "script/best.safetensors")
    assert set(known) - {"\n"} <= set(weights.charset.units)
    scores = json.loads(run(*evaluate, "--limit", "8", "--beam", "0", "--devices", "cpu", "--json").out)["held_out"][
        "kinds"
    ]["all"]
    assert scores["lines"] == 8
    page = next((tmp_path / "held_out").rglob("*.png"))
    assert run(*[str(page) if word == "photo.jpg" else word for word in read]).code == 0
