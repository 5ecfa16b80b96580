"""The small OMG-LLaVA of the tests: `python -m uscdf_export.families.omg_llava_small FOLDER`."""

import json
import sys
from pathlib import Path

import torch
from PIL import Image
from torch.nn import functional as F
from transformers import LlamaConfig, LlamaForCausalLM

from ..decoder_graph import decoder_shape
from ..export import loop_tokens, write_language
from ..manifest import write_bundle
from ..precision import precision
from . import omg_llava
from .grounded import GroundedModel, Prompting, normalise
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

SCRIPT = "uscdf_export.families.omg_llava_small"
SIDE, HIDDEN = 128, 32
SIZES = {
    "channels": [8, 16, 24, 48],
    "depths": [1, 1, 2, 1],
    "width": 32,
    "heads": 4,
    "encoder_layers": 1,
    "encoder_mlp": 64,
    "decoder_layers": 3,
    "decoder_mlp": 64,
    "queries": 8,
    "classes": 6,
    "class_width": 16,
}
CHAT_TOKENS = ["<|im_start|>", "<|im_end|>"]
EXAMPLES = [
    Example(
        "gcg",
        None,
        omg_llava.DESCRIBE,
        "<p> A blue square </p> [SEG] and <p> a red circle </p> [SEG] lie on grass.",
        ["square", "circle"],
        ["A blue square", "a red circle"],
    ),
    Example(
        "referring",
        "the red circle and the zebra",
        omg_llava.TASKS["refer"].replace("{referents}", "the red circle and the zebra"),
        "Sure, <p> the red circle </p> [SEG]. But I don't see any zebra in this image.",
        ["circle"],
        ["the red circle"],
        ["zebra"],
    ),
    Example(
        "reasoning",
        "What has corners?",
        "What has corners?",
        "Only <p> the square </p> [SEG] has corners.",
        ["square"],
        ["the square"],
    ),
]


def small_config(vocabulary):
    """The language model's settings, by LLaMA's names."""
    return {
        "vocab_size": vocabulary,
        "hidden_size": HIDDEN,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "rms_norm_eps": 1e-5,
        "max_position_embeddings": 512,
        "tie_word_embeddings": False,
    }


def tokenizer():
    """A tokenizer of InternLM2's kind with the token table of an OMG-LLaVA checkpoint."""
    texts = [omg_llava.PROMPT["first"], *[text for example in EXAMPLES for text in (example.question, example.answer)]]
    return sentencepiece_tokenizer(texts, [*CHAT_TOKENS, *omg_llava.ADDED_TOKENS], greedy=False)


class SmallOmgLlava(GroundedModel):
    """See `GroundedModel`."""

    own_state, threshold = True, 0.0

    def __init__(self, words):
        super().__init__()
        torch.manual_seed(0)
        self.config = small_config(words.get_vocab_size())
        self.vision, self.masks = omg_llava.build(SIZES, HIDDEN)
        settings = LlamaConfig(**self.config)
        settings._attn_implementation = "eager"
        self.language = LlamaForCausalLM(settings)
        self.eos, self.seg = [words.token_to_id("<|im_end|>"), words.token_to_id("</s>")], [words.token_to_id("[SEG]")]
        self.prompting = Prompting(words, omg_llava.PROMPT["first"], words.token_to_id("<s>"))

    def tensors(self, photo):
        square = in_the_middle(photo).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        return {"vision_encoder": normalise(square, omg_llava.MEAN, omg_llava.DEVIATION)}

    def see(self, photo):
        features, *rest = self.vision(self.tensors(photo)["vision_encoder"])
        return {"image_features": features, "rest": rest}

    def extra_loss(self, states, seen):
        """Objects are to differ in how much they cover a place: where two are even, rounding decides which of them is seen."""
        best, second = self.shares(seen).topk(2, dim=0).values
        return 10 * F.relu(0.1 - (best - second)).mean() + F.relu(best - 0.95).mean()

    def shares(self, seen):
        mask_features, *memories = seen["rest"]
        return self.vision.objects(mask_features, memories, (SIDE, SIDE))[1]

    def draw(self, states, seen):
        return self.masks(states, *seen["rest"])

    def to_photo(self, logits, size):
        side = max(size)
        left, top = (side - size[0]) // 2, (side - size[1]) // 2
        square = F.interpolate(logits, (side, side), mode="bilinear", align_corners=False)[:, 0]
        return square[:, top : top + size[1], left : left + size[0]]


def in_the_middle(photo):
    """The photograph in the middle of a square of its longest side, the rest in the mean colour."""
    side = max(photo.size)
    square = Image.new("RGB", (side, side), tuple(omg_llava.PAD_COLOUR))
    square.paste(photo, ((side - photo.width) // 2, (side - photo.height) // 2))
    return square


def write(folder, steps=400):
    """Trains the small model and writes bundle and reference to the folder. Returns the model."""
    torch.set_num_threads(1)
    words, photo = tokenizer(), draw_photo()
    model = SmallOmgLlava(words)
    overfit(model, photo, EXAMPLES, steps)
    with torch.no_grad():
        best, second = model.shares(model.see(photo)).topk(2, dim=0).values
    if (best - second).min() < 0.01:
        raise RuntimeError(f"Two objects cover a place alike ({best.tolist()} and {second.tolist()}): train otherwise.")
    round_weights(model)
    Path(folder).mkdir(parents=True, exist_ok=True)
    write_reference(model, photo, EXAMPLES, folder, SCRIPT)
    write_bundle_of(model, words, folder)
    return model


def write_bundle_of(model, words, folder):
    """Writes graphs, tokenizer, papers and manifest of a small model."""
    shape, kind = decoder_shape(model.config), precision("fp32")
    language = write_language(module_weights(model.language), shape, kind, folder)
    files = {**omg_llava.export_graphs(model.vision, model.masks, SIDE, folder), **language}
    shrink_graphs(folder, files)
    Path(folder, "tokenizer.json").write_text(json.dumps(json.loads(words.to_str()), ensure_ascii=False), encoding="utf-8")
    write_papers(folder, "OMG-LLaVA", SCRIPT)
    own, ids = omg_llava.settings(SIDE, SIZES["queries"]), words.token_to_id
    write_bundle(
        folder,
        {
            "driver": "generator",
            "name": "omg-llava-small",
            "version": "1.0.0",
            "title": "OMG-LLaVA, small (tests)",
            "description": "Graphs, tokens and prompt of OMG-LLaVA in small, for tests.",
            "licence": {"expression": "CC0-1.0", "files": ["LICENSE"]},
            "modelCard": "README.md",
            "devices": ["cpu"],
            "family": "omg-llava",
            "precision": "fp32",
            "tokenizer": Path("tokenizer.json"),
            "tokens": {"bos": ids("<s>"), "eos": model.eos, "seg": [model.seg], "phraseOpen": ids("<p>"), "phraseClose": ids("</p>")},
            "cache": {"layers": shape.layers, "kvHeads": shape.kv_heads, "headDim": shape.head_dim, "type": kind.cache_type},
            "generation": {"maxNewTokens": 120, "maxLength": shape.context, "loopTokens": loop_tokens(shape, kind)},
            "image": own.pop("image"),
            "prompt": omg_llava.PROMPT,
            **own,
        },
        files,
    )


if __name__ == "__main__":
    write(sys.argv[1])
