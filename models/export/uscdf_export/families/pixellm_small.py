"""The small PixelLM of the tests: `python -m uscdf_export.families.pixellm_small FOLDER`."""

import json
import sys
from pathlib import Path

import torch
from transformers import CLIPVisionConfig, CLIPVisionModel, LlamaForCausalLM

from ..decoder_graph import decoder_shape
from ..export import Options, write_language
from ..llava import llama_config
from ..manifest import write_bundle
from ..precision import precision
from . import pixellm, pixellm_modules
from .language import module_weights
from .small import (
    Example,
    draw_photo,
    overfit,
    round_weights,
    sentencepiece_tokenizer,
    shrink_graphs,
    write_papers,
    write_reference,
)

SCRIPT = "uscdf_export.families.pixellm_small"
SIDE, PATCH, HIDDEN, WIDTH = 112, 14, 32, 32
ALL = "".join(pixellm.SEG_TOKENS)


PUZZLE = "Which things could a child draw?"


def _segment(referent):
    return pixellm.TASKS["refer"].replace("{referents}", referent)


EXAMPLES = [
    Example(
        "reasoning",
        PUZZLE,
        pixellm.TASKS["reason"].replace("{question}", PUZZLE),
        f"The red circle {ALL} and the blue square {ALL} are easy to draw. But I don't see any star in this image.",
        ["circle", "square"],
        ["The red circle", "the blue square"],
        ["star"],
        "<p> The red circle </p> [SEG] and <p> the blue square </p> [SEG] are easy to draw. But I don't see any star in this image.",
        ["The model did not mark the words of 2 masks: those right before each were taken. Check them."],
    ),
    Example(
        "referring",
        "the blue square",
        _segment("blue square"),
        f"Sure, it is {ALL}.",
        ["square"],
        ["blue square"],
        uscdf="Sure, it is <p> blue square </p> [SEG].",
        also=[_segment("the blue square")],
    ),
    Example(
        "referring",
        "the zebra",
        _segment("zebra"),
        "Sorry, I don't see any zebra in this image.",
        negatives=["zebra"],
        also=[_segment("the zebra")],
    ),
]


def small_config(vocabulary):
    """config.json of the small model, with the keys of the official one."""
    return {
        "architectures": ["PixelLMForCausalLM"],
        "model_type": "llava",
        "vocab_size": vocabulary,
        "hidden_size": HIDDEN,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "rms_norm_eps": 1e-5,
        "max_position_embeddings": 512,
        "tie_word_embeddings": False,
    }


def small_clip():
    """A CLIP vision tower with enough layers for both levels."""
    config = CLIPVisionConfig(
        hidden_size=16, intermediate_size=32, num_hidden_layers=12, num_attention_heads=2, image_size=SIDE, patch_size=PATCH, projection_dim=16
    )
    config._attn_implementation = "eager"
    return CLIPVisionModel(config)


def tokenizer():
    """A tokenizer of LLaMA's kind with the token table of a PixelLM checkpoint."""
    texts = [pixellm.PROMPT["first"], *[text.replace(ALL, "") for example in EXAMPLES for text in (example.question, example.answer)]]
    return sentencepiece_tokenizer(texts, pixellm.ADDED_TOKENS, greedy=True)


class SmallPixelLM(pixellm.PixelLM):
    """Random weights of small sizes."""

    def __init__(self, words):
        torch.manual_seed(0)
        config = small_config(words.get_vocab_size())
        vision, masks = pixellm_modules.VisionEncoder(small_clip(), HIDDEN, WIDTH), pixellm_modules.MaskDecoder(HIDDEN, WIDTH, mlp=64)
        super().__init__(vision, masks, LlamaForCausalLM(llama_config(decoder_shape(config))), words)
        self.config = config


def write(folder, steps=400):
    """Trains the small model and writes bundle and reference to the folder. Returns the model."""
    torch.set_num_threads(1)
    words, photo = tokenizer(), draw_photo()
    model = SmallPixelLM(words)
    overfit(model, photo, EXAMPLES, steps, rate=6e-3)
    round_weights(model)
    Path(folder).mkdir(parents=True, exist_ok=True)
    write_reference(model, photo, EXAMPLES, folder, SCRIPT)
    write_bundle_of(model, words, folder)
    return model


def write_bundle_of(model, words, folder):
    """Writes graphs, tokenizer, papers and manifest of a small model."""
    shape, kind = decoder_shape(model.config), precision("fp32")
    language = write_language(module_weights(model.language), shape, kind, folder, Options(masked=True))
    files = {**pixellm.export_graphs(model.vision, model.masks, folder), **language}
    shrink_graphs(folder, files)
    Path(folder, "tokenizer.json").write_text(json.dumps(json.loads(words.to_str()), ensure_ascii=False), encoding="utf-8")
    write_papers(folder, "PixelLM", SCRIPT)
    write_bundle(
        folder,
        {
            "driver": "generator",
            "name": "pixellm-small",
            "version": "1.0.0",
            "title": "PixelLM, small (tests)",
            "description": "Graphs, tokens and prompt of PixelLM in small, for tests.",
            "licence": {"expression": "CC0-1.0", "files": ["LICENSE"]},
            "modelCard": "README.md",
            "devices": ["cpu"],
            "family": "pixellm",
            **pixellm.language_settings(words.get_vocab(), shape, kind, 120),
            **pixellm.settings(model.vision),
        },
        files,
    )


if __name__ == "__main__":
    write(sys.argv[1])
