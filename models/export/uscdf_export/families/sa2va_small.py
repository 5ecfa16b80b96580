"""The small Sa2VA of the tests: `python -m uscdf_export.families.sa2va_small FOLDER`."""

import json
import sys
from pathlib import Path

import torch
from torch.nn import functional as F
from transformers import Qwen2Config, Qwen2ForCausalLM

from ..decoder_graph import decoder_shape
from ..export import write_language
from ..manifest import write_bundle
from ..precision import precision
from . import sa2va, sa2va_modules
from .language import module_weights
from .small import (
    Example,
    byte_level_tokenizer,
    draw_photo,
    overfit,
    round_weights,
    shrink_graphs,
    write_papers,
    write_reference,
)

SCRIPT = "uscdf_export.families.sa2va_small"
# Qwen2's own special tokens, InternVL's, Sa2VA's, in the order in which the checkpoints have them.
QWEN_TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
INTERNVL_TOKENS = ["<img>", "</img>", "<IMG_CONTEXT>", "<quad>", "</quad>", "<ref>", "</ref>", "<box>", "</box>"]
TILE, SIDE, MAX_TILES = 56, 128, 4
HIDDEN = 32

EXAMPLES = [
    Example(
        "gcg",
        None,
        sa2va.DESCRIBE,
        "<p> A red circle </p> [SEG] hovers above <p> a blue square </p> [SEG] on grass.",
        ["circle", "square"],
        ["A red circle", "a blue square"],
    ),
    Example(
        "referring",
        "the blue square and the zebra",
        sa2va.TASKS["refer"].replace("{referents}", "the blue square and the zebra"),
        "Sure, <p> the blue square </p> [SEG]. But I don't see any zebra in this image.",
        ["square"],
        ["the blue square"],
        ["zebra"],
    ),
    Example(
        "reasoning",
        "What could roll away?",
        "What could roll away?",
        "Only <p> the red circle </p> [SEG] could roll away.",
        ["circle"],
        ["the red circle"],
    ),
]


def small_config(vocabulary):
    """config.json of the small model, with the keys of the official one."""
    return {
        "architectures": ["Sa2VAChatModel"],
        "downsample_ratio": 0.5,
        "force_image_size": TILE,
        "ps_version": "v2",
        "select_layer": -1,
        "template": "qwen_chat",
        "max_dynamic_patch": MAX_TILES,
        "vision_config": {
            "architectures": ["InternVisionModel"],
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": TILE,
            "patch_size": 14,
            "qkv_bias": True,
            "layer_norm_eps": 1e-6,
            "norm_type": "layer_norm",
        },
        "llm_config": {
            "architectures": ["Qwen2ForCausalLM"],
            "model_type": "qwen2",
            "vocab_size": vocabulary,
            "hidden_size": HIDDEN,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "rms_norm_eps": 1e-6,
            "rope_theta": 10000.0,
            "max_position_embeddings": 512,
            "tie_word_embeddings": False,
        },
        "grounding_encoder_config": {
            "vision_config": {
                "backbone_config": {
                    "model_type": "sam2_hiera_det_model",
                    "hidden_size": 8,
                    "num_attention_heads": 1,
                    "image_size": [SIDE, SIDE],
                    "blocks_per_stage": [1, 1, 2, 1],
                    "embed_dim_per_stage": [8, 16, 32, 64],
                    "num_attention_heads_per_stage": [1, 2, 4, 8],
                    "window_size_per_stage": [8, 4, 4, 2],
                    "window_positional_embedding_background_size": [4, 4],
                    "global_attention_blocks": [3],
                    "mlp_ratio": 2.0,
                },
                "backbone_channel_list": [64, 32, 16, 8],
                "backbone_feature_sizes": [[32, 32], [16, 16], [8, 8]],
                "fpn_hidden_size": 32,
            },
            "prompt_encoder_config": {"hidden_size": 32, "image_size": SIDE, "patch_size": 16, "mask_input_channels": 4},
            "mask_decoder_config": {"hidden_size": 32, "mlp_dim": 64, "num_attention_heads": 2, "iou_head_hidden_dim": 32},
        },
    }


def tokenizer():
    """A tokenizer of Qwen2's kind with the token table of a Sa2VA checkpoint."""
    texts = [sa2va.PROMPT["first"], *[text for example in EXAMPLES for text in (example.question, example.answer)]]
    return byte_level_tokenizer(texts, [*QWEN_TOKENS, *INTERNVL_TOKENS, *sa2va.ADDED_TOKENS])


class SmallSa2va(sa2va.Sa2va):
    """Random weights of small sizes."""

    def __init__(self, words):
        torch.manual_seed(0)
        config = small_config(words.get_vocab_size())
        modules = sa2va_modules.build(config)
        for parameter in modules["pixel_encoder"].sam.vision_encoder.backbone.parameters():
            if parameter.dim() > 1:
                torch.nn.init.normal_(parameter, std=0.1)
        settings = Qwen2Config(**config["llm_config"])
        settings._attn_implementation = "eager"
        super().__init__(modules, Qwen2ForCausalLM(settings), words, MAX_TILES)
        self.config = config

    def extra_loss(self, states, seen):
        """All three masks are wanted; their scores are to be far apart, and the object is to be there."""
        _, scores, objects = self.parts["mask_decoder"].all_masks(states, *seen["pixels"])
        order = torch.tensor([0.2, 0.9, 0.5]).expand_as(scores)
        return 5 * F.mse_loss(scores, order) + F.softplus(2 - objects).mean()


def write(folder, steps=400):
    """Trains the small model and writes bundle and reference to the folder. Returns the model."""
    torch.set_num_threads(1)
    words, photo = tokenizer(), draw_photo()
    model = SmallSa2va(words)
    overfit(model, photo, EXAMPLES, steps)
    round_weights(model)
    Path(folder).mkdir(parents=True, exist_ok=True)
    write_reference(model, photo, EXAMPLES, folder, SCRIPT)
    write_bundle_of(model, words, folder)
    return model


def write_bundle_of(model, words, folder):
    """Writes graphs, tokenizer, papers and manifest of a small model."""
    shape, kind = decoder_shape(model.config["llm_config"]), precision("fp32")
    files = {**sa2va.export_graphs(dict(model.parts), folder), **write_language(module_weights(model.language), shape, kind, folder)}
    shrink_graphs(folder, files)
    Path(folder, "tokenizer.json").write_text(json.dumps(json.loads(words.to_str()), ensure_ascii=False), encoding="utf-8")
    write_papers(folder, "Sa2VA", SCRIPT)
    write_bundle(
        folder,
        {
            "driver": "generator",
            "name": "sa2va-small",
            "version": "1.0.0",
            "title": "Sa2VA, small (tests)",
            "description": "Graphs, tokens and prompt of Sa2VA in small, for tests.",
            "licence": {"expression": "CC0-1.0", "files": ["LICENSE"]},
            "modelCard": "README.md",
            "devices": ["cpu"],
            "family": "sa2va",
            **sa2va.language_settings(words.get_vocab(), shape, kind, 120),
            **sa2va.settings(dict(model.parts), MAX_TILES),
        },
        files,
    )


def official_state(model):
    """All weights of a small model under the official checkpoint's keys."""
    state, fused = {}, {}
    for module in model.parts.values():
        for name, value in module.state_dict().items():
            key, part = sa2va_modules.official_key(name)
            if part is not None:
                fused.setdefault(key, {})[part] = value
            elif key is not None:
                state[key] = value.clone()
    state |= {key: torch.cat([parts[i] for i in range(3)]) for key, parts in fused.items()}
    return state | {f"language_model.{name}": value.clone() for name, value in model.language.state_dict().items()}


if __name__ == "__main__":
    write(sys.argv[1])
