"""From a LLaVA-type checkpoint with SAM to a bundle: graphs, tokenizer, manifest, licence and model card."""

from dataclasses import dataclass
from pathlib import Path

import torch

from . import onnx_export
from .decoder_graph import write_decoder, write_embed_tokens
from .families.llava import TERMS
from .half import compute_half, store_half
from .llava import CLIP_DEVIATION, CLIP_MEAN, SAM_DEVIATION, SAM_MEAN
from .loop import build_loop
from .manifest import write_bundle
from .tokenizer import token_ids, write_tokenizer

# The image encoder's neck: its sums overflow in half precision.
_NECK = ".neck."
# The extension runs a language model below this on one thread.
_TINY = 8 * 2**20
_SMALL = 64 * 2**20


@dataclass(frozen=True)
class Options:
    """What a user may choose beside the precision. external: the language model's weights in a file of their own (None: where
    they are large). fused: attention as onnxruntime's own operator. name: the bundle's. loop: whether to write generate_loop.
    masked: whether the loop takes the attention mask of a prompt (`build_loop`)."""

    external: bool | None = None
    fused: bool = False
    name: str | None = None
    loop: bool = True
    most_new_tokens: int = 512
    masked: bool = False


def export_bundle(llava, tokenizer_source, folder, precision, options=Options(), say=lambda text: None):
    """Writes the bundle of a loaded checkpoint (`llava.load_llava`) into a folder and returns its manifest.

    tokenizer_source: folder with tokenizer.model or tokenizer.json. say: told of each step before it begins.
    """
    folder = Path(folder)
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    say("tokenizer.json")
    tokenizer = write_tokenizer(tokenizer_source, llava.family.added, folder / "tokenizer.json")
    graphs = {}
    for key, trace in (("vision_encoder", _vision), ("pixel_encoder", _pixels), ("mask_decoder", _masks)):
        graphs[key] = f"onnx/{key}{_tower_suffix(precision)}.onnx"
        say(graphs[key])
        onnx_export.save_model(_in_precision(trace(llava), precision), folder / graphs[key])
    graphs |= write_language(llava.weights, llava.shape, precision, folder, options, say)
    say("bundle.json")
    _write_card(folder, llava, precision)
    return write_bundle(folder, settings_of(llava, tokenizer, precision, options), graphs)


def write_language(weights, shape, precision, folder, options=Options(), say=lambda text: None):
    """Writes embed_tokens, decoder_model_merged and generate_loop below `folder/onnx`; returns their names by graph key.

    The loop refers to the weights of the other two where those lie in files of their own. `weights` as in `write_decoder`.
    """
    folder = Path(folder)
    external = _weights_bytes(shape, precision) > onnx_export.EXTERNAL_ABOVE if options.external is None else options.external
    names = {key: f"onnx/{key}{precision.suffix}.onnx" for key in ("embed_tokens", "decoder_model_merged", "generate_loop")}
    if not options.loop:
        del names["generate_loop"]
    say(names["embed_tokens"])
    embed = write_embed_tokens(weights("model.embed_tokens.weight"), precision, folder / names["embed_tokens"], external)
    say(names["decoder_model_merged"])
    decoder = write_decoder(weights, shape, precision, folder / names["decoder_model_merged"], external, options.fused)
    if options.loop:
        say(names["generate_loop"])
        onnx_export.save_model(build_loop(decoder, embed, shape, options.masked), folder / names["generate_loop"])
    return names


def loop_tokens(shape, precision):
    """Tokens a run of the loop for the manifest: as many pass before words are shown and a cancel is heard. A small model writes
    them within milliseconds, and what a run costs by itself should not count beside them."""
    size = _weights_bytes(shape, precision)
    return 128 if size < _TINY else 64 if size < _SMALL else 16


def _weights_bytes(shape, precision):
    """About how many bytes the decoder's weights take."""
    layer = (2 * shape.heads + 2 * shape.kv_heads) * shape.head_dim * shape.hidden + 3 * shape.hidden * shape.intermediate
    each = {"fp32": 4, "fp16": 2, "int8": 1.125, "int4": 0.625}[precision.name]
    return (layer * shape.layers + shape.vocabulary * shape.hidden) * each


def _vision(llava):
    side = llava.clip.config.image_size
    return onnx_export.trace(llava.vision, {"pixel_values": torch.zeros(1, 3, side, side)}, ["image_features"])


def _pixels(llava):
    side = llava.pixels.encoder.config.image_size
    return onnx_export.trace(llava.pixels, {"pixel_values": torch.zeros(1, 3, side, side)}, ["image_embeddings"])


def _masks(llava):
    inputs = {
        "seg_hidden_states": torch.zeros(2, llava.shape.hidden),
        "image_embeddings": torch.zeros_like(llava.masks.positions),
    }
    return onnx_export.trace(llava.masks, inputs, ["pred_masks", "iou_scores"], {"seg_hidden_states": {0: "masks"}})


def _tower_suffix(precision):
    """The vision graphs are never quantised: a mask's edge would pay for it."""
    return "" if precision.name == "fp32" else "_fp16"


def _in_precision(model, precision):
    if precision.name == "fp32":
        return model
    if precision.cache_type == "float16":
        return onnx_export.clean(compute_half(model, _NECK))
    return store_half(model)


def settings_of(llava, tokenizer, precision, options=Options()):
    """The manifest of a loaded checkpoint but for its graphs. tokenizer: the content of its tokenizer.json."""
    family, shape = llava.family, llava.shape
    grid = llava.masks.positions.shape[-1]
    return {
        "driver": "generator",
        "name": options.name or f"{family.name}-{precision.name}",
        "version": "1.0.0",
        "title": f"{family.title} ({precision.name})",
        "description": "Grounded answers about photographs, written by a language model that points with masks.",
        "licence": {"expression": family.expression, "files": ["LICENSE"], "terms": TERMS},
        "modelCard": "MODEL_CARD.md",
        "devices": ["webgpu", "cuda", "cpu"] if precision.cache_type == "float16" else ["cpu", "webgpu", "cuda"],
        "family": family.name,
        "precision": precision.name,
        "tokenizer": Path("tokenizer.json"),
        "tokens": family.tokens(token_ids(tokenizer)),
        "cache": {"layers": shape.layers, "kvHeads": shape.kv_heads, "headDim": shape.head_dim, "type": precision.cache_type},
        "generation": {"maxNewTokens": min(options.most_new_tokens, shape.context // 2), "maxLength": shape.context, "loopTokens": loop_tokens(shape, precision)},
        "image": _image(llava),
        "pixels": _pixel_settings(llava.pixels.encoder.config.image_size),
        "prompt": family.prompt(),
        "tasks": family.tasks,
        "dialect": family.dialect,
        "hiddenState": "predicting",
        "mask": {"size": [4 * grid, 4 * grid], "space": "pixels", "upscale": "bilinear", "activation": "logits", "threshold": 0},
    }


def _image(llava):
    side = llava.clip.config.image_size
    return {
        "tokens": (side // llava.clip.config.patch_size) ** 2,
        "preprocess": {
            "size": [side, side],
            "fit": "shortest-crop",
            "filter": "bicubic",
            "antialias": True,
            "scale": "unit",
            "mean": list(llava.clip_settings.get("image_mean", CLIP_MEAN)),
            "deviation": list(llava.clip_settings.get("image_std", CLIP_DEVIATION)),
            "channels": "rgb",
            "pad": "after",
        },
    }


def _pixel_settings(side):
    return {
        "preprocess": {
            "size": [side, side],
            "fit": "longest-pad",
            "filter": "bilinear",
            "antialias": True,
            "scale": "byte",
            "mean": list(SAM_MEAN),
            "deviation": list(SAM_DEVIATION),
            "channels": "rgb",
            "pad": "after",
        }
    }


def _write_card(folder, llava, precision):
    """Licence and model card say what is known here and leave the rest to who passes the bundle on."""
    family = llava.family
    (folder / "LICENSE").write_text(f"{TERMS}\n\nThe licence of the original {family.title} is given as: {family.expression}\n", encoding="utf-8")
    (folder / "MODEL_CARD.md").write_text(
        f"# {family.title} ({precision.name})\n\nExported by uscdf_export from a checkpoint of the family {family.name}: "
        f"{llava.shape.layers} layers of {llava.shape.hidden}, vocabulary {llava.shape.vocabulary}, image encoder {llava.pixels.encoder.config.num_hidden_layers} "
        f"blocks of {llava.pixels.encoder.config.hidden_size}. The language model's weights are {precision.name}.\n\n"
        "What the original was trained on, what it is good for and where it fails stands in its own model card. How close the graphs are to the "
        "original stands in `parity.json` where the export was compared.\n",
        encoding="utf-8",
    )
