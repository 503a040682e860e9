"""The loops of the guide run as they stand there; the models that it fetches are made here, tiny and untrained."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from components import require

pytestmark = [
    pytest.mark.needs("torch"),
    # Python 3.12 and later warn of what a DataLoader does by default.
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning"),
]
GUIDE = Path(__file__).parents[1] / "docs/guides/your_own_loop.md"
SPECIAL = ("<pad>", "<s>", "</s>", "<unk>")


def run_section(title: str) -> dict[str, Any]:
    """Run the code of a section of the guide, and return its names."""
    text = GUIDE.read_text(encoding="utf-8").partition(f"# {title}\n")[2].partition("\n## ")[0]
    names: dict[str, Any] = {}
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    exec(compile(code, str(GUIDE), "exec"), names)
    return names


def tokenizer() -> Any:
    """Return a tokenizer of characters."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {token: number for number, token in enumerate([*SPECIAL, *map(chr, range(32, 256))])}
    characters = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    characters.pre_tokenizer = pre_tokenizers.Split(Regex("."), behavior="isolated")
    ends = [("<s>", 1), ("</s>", 2)]
    characters.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=ends)
    return PreTrainedTokenizerFast(
        tokenizer_object=characters, pad_token="<pad>", cls_token="<s>", bos_token="<s>", eos_token="</s>",
        unk_token="<unk>",
    )  # fmt: skip


def model(encoder: Any, hidden: int) -> Any:
    from transformers import MBartConfig, MBartForCausalLM, VisionEncoderDecoderModel

    config = MBartConfig(
        vocab_size=len(SPECIAL) + 224, d_model=hidden, decoder_layers=1, decoder_attention_heads=2, decoder_ffn_dim=32,
        max_position_embeddings=2048, is_decoder=True, add_cross_attention=True,
    )  # fmt: skip
    return VisionEncoderDecoderModel(encoder=encoder, decoder=MBartForCausalLM(config))


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make tiny models where the guide fetches them by name."""
    require("transformers")
    import transformers

    def trocr_processor(name: str) -> Any:
        images = transformers.ViTImageProcessorPil(size={"height": 32, "width": 128})
        return transformers.TrOCRProcessor(image_processor=images, tokenizer=tokenizer())

    def donut_processor(name: str) -> Any:
        images = transformers.DonutImageProcessorPil(size={"height": 64, "width": 48})
        return transformers.DonutProcessor(image_processor=images, tokenizer=tokenizer())

    def any_model(name: str) -> Any:
        if "donut" in name:
            config: Any = transformers.DonutSwinConfig(
                image_size=(64, 48), patch_size=4, embed_dim=8, depths=[1, 1], num_heads=[1, 1], window_size=2
            )
            return model(transformers.DonutSwinModel(config), config.hidden_size)
        config = transformers.ViTConfig(
            image_size=(32, 128), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
        )
        return model(transformers.ViTModel(config, add_pooling_layer=False), 32)

    monkeypatch.setattr(transformers.TrOCRProcessor, "from_pretrained", trocr_processor)
    monkeypatch.setattr(transformers.DonutProcessor, "from_pretrained", donut_processor)
    monkeypatch.setattr(transformers.VisionEncoderDecoderModel, "from_pretrained", any_model)


def test_a_stream_is_iterated(capsys: pytest.CaptureFixture[str]) -> None:
    names = run_section("Samples for your own training loop")
    assert names["batch"]["image"].shape[:2] == (32, 1)
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_the_plain_loop_trains() -> None:
    names = run_section("A plain loop")
    assert names["step"] == names["STEPS"] - 1
    assert 0 < names["loss"].item() < 100
    assert int((names["batch"]["width"] // 4).max()) <= names["log_probs"].shape[0]


def trained(names: Mapping[str, Any]) -> bool:
    gradients = [weight.grad for weight in names["model"].parameters() if weight.grad is not None]
    return bool(names["loss"].isfinite()) and any(gradient.abs().max() > 0 for gradient in gradients)


@pytest.mark.usefixtures("fetched")
def test_trocr_is_trained_on_lines() -> None:
    names = run_section("TrOCR")
    assert names["batch"]["pixel_values"].shape == (4, 3, 32, 128)
    assert (names["batch"]["labels"][:, 0] == 1).all()
    assert trained(names)


@pytest.mark.usefixtures("fetched")
def test_donut_is_trained_on_the_values_of_pages() -> None:
    names = run_section("Donut")
    batch, tokenizer = names["batch"], names["tokenizer"]
    said = tokenizer.decode(batch["labels"][0].clamp(min=0)).replace(" ", "")
    assert said.startswith("<s_date>")
    assert "</s_amount></s_items><s_total>" in said
    assert tokenizer.unk_token_id not in batch["labels"]
    assert trained(names)
