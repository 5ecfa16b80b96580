"""Makes the bundle out of a trained checkpoint.

    python -m mini.export --run RUN --tokenizer RUN/tokenizer.json --out ../bundles/mglmm-mini
"""

from __future__ import annotations

import argparse
import shutil
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import Tensor, nn
from uscdf_export.decoder_graph import decoder_shape, write_decoder, write_embed_tokens
from uscdf_export.half import store_half
from uscdf_export.loop import build_loop
from uscdf_export.manifest import write_bundle
from uscdf_export.precision import precision
from uscdf_train.mask_decoder import PIXEL, PROMPT
from uscdf_train.model import IMAGE_TOKENS, MiniModel
from uscdf_train.looks import INPUT, LOOKS, PICTURE, Looks
from uscdf_train.proposals import CANVAS, PATCH, SLOTS
from uscdf_train.tokens import AFTER_IMAGE, BEFORE_IMAGE, CLOSE, NEXT_QUESTION, OPEN, SEG, Words
from uscdf_train.train import CHECKPOINT, load

from .classes import BUNDLE as BASE
from .graphs import OPSET, at_opset, chain
from .modules import Drawing, Proposing, Seeing
from uscdf_train.predict import MOST_NEW_TOKENS
from .questions import DESCRIBE, DESCRIBE_PART, DESCRIBE_ROOT, INTERLEAVED, PANOPTIC

VERSION = "1.2.0"
_DETECTOR_OUTPUTS = ("Identity_out", "Identity_1_out", "Identity_2_out", "Identity_3_out", "Identity_4_out", "Identity_5_out")
_PICTURES = ("whole", "first", "last")
_LEVELS = ("s8", "s16", "s32", "d8", "d16", "d32")


def export(model: MiniModel, words: Words, tokenizer: Path, out: Path, base: Path = BASE) -> None:
    """Writes graphs, tokenizer and bundle.json. LICENSE, NOTICE and MODEL_CARD.md are the bundle's own and must be there already."""
    graphs = out / "onnx"
    graphs.mkdir(parents=True, exist_ok=True)
    onnx.save_model(store_half(vision_encoder(model, base)), str(graphs / "vision_encoder.onnx"))
    onnx.save_model(store_half(mask_decoder(model)), str(graphs / "mask_decoder.onnx"))
    _language_model(model, graphs)
    shutil.copyfile(tokenizer, out / "tokenizer.json")
    names = ("vision_encoder", "embed_tokens", "decoder_model_merged", "generate_loop", "mask_decoder")
    write_bundle(out, _settings(model, words), {name: f"onnx/{name}.onnx" for name in names})


def vision_encoder(model: MiniModel, base: Path) -> onnx.ModelProto:
    """Looks, detector, mask head, features and projector in one graph."""
    detector = at_opset(onnx.load(base / "detector.onnx"))
    head = at_opset(onnx.load(base / "mask_head.onnx"))
    photograph = {"pixel_values": torch.zeros(1, 3, PICTURE, PICTURE), "original_sizes": torch.tensor([[480, 640]])}
    # Folded, a page of numbers would become a megabyte of weights.
    looks = trace(Looks(), photograph, [*_PICTURES, "regions"], fold=False)
    pixels = torch.zeros(1, 3, INPUT, INPUT)
    levels = {
        f"{picture}_{level}": torch.rand(1, (INPUT // stride) ** 2, size)
        for picture in _PICTURES
        for level, (size, stride) in zip(_LEVELS, ((size, stride) for size in (80, 44) for stride in (8, 16, 32)), strict=True)
    }
    proposing = trace(Proposing(), {"whole": pixels, "regions": torch.rand(LOOKS, 4), **levels}, ["boxes", "scores", "head_boxes", "picture"])
    seeing_inputs = {
        "pixels": pixels,
        "n8": torch.rand(1, 128, 52, 52),
        "n16": torch.rand(1, 128, 26, 26),
        "boxes": torch.rand(SLOTS, 4),
        "scores": torch.rand(SLOTS, 80),
        "patches": torch.rand(SLOTS, PATCH, PATCH),
    }
    kept = ["image_features", "object_keys", "object_masks", "pixel_features", "picture", "same_name"]
    seeing = trace(Seeing(model), seeing_inputs, kept)
    outputs = {f"{picture}_{level}": f"{picture}/{name}" for picture in _PICTURES for level, name in zip(_LEVELS, _DETECTOR_OUTPUTS, strict=True)}
    whole = {"n8": "whole/n8", "n16": "whole/n16"}
    return chain(
        [
            ("looks", looks, {name: name for name in photograph}),
            *((picture, detector, {"input_1": f"looks/{picture}"}) for picture in _PICTURES),
            ("propose", proposing, {"whole": "looks/whole", "regions": "looks/regions"} | outputs),
            ("head", head, {**whole, "img": "propose/picture", "boxes": "propose/head_boxes"}),
            ("see", seeing, {**whole, "pixels": "looks/whole", "boxes": "propose/boxes", "scores": "propose/scores", "patches": "head/masks"}),
        ],
        [f"see/{name}" for name in kept],
    )


def mask_decoder(model: MiniModel) -> onnx.ModelProto:
    """The graph from hidden states to masks."""
    inputs = {
        "seg_hidden_states": torch.rand(2, model.shape.hidden),
        "object_keys": torch.rand(1, SLOTS, PROMPT),
        "object_masks": torch.rand(1, SLOTS, CANVAS, CANVAS),
        "pixel_features": torch.rand(1, PIXEL, CANVAS // 2, CANVAS // 2),
        "picture": torch.rand(1, 3, CANVAS, CANVAS),
        "same_name": torch.ones(1, SLOTS, SLOTS),
    }
    traced = trace(Drawing(model), inputs, ["pred_masks"], {"seg_hidden_states": {0: "masks"}, "pred_masks": {0: "masks"}})
    return chain([("draw", traced, {name: name for name in inputs})], ["draw/pred_masks"])


def trace(module: nn.Module, inputs: dict[str, Tensor], outputs: list[str], dynamic: dict[str, dict[int, str]] | None = None, fold: bool = True) -> onnx.ModelProto:
    """A module as an ONNX graph. The dynamo exporter begins at opset 18; detector and mask head are older, so the older one is used."""
    import io

    file = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module.eval(),
            tuple(inputs.values()),
            file,
            input_names=list(inputs),
            output_names=outputs,
            dynamic_axes=dynamic,
            opset_version=OPSET,
            do_constant_folding=fold,
            dynamo=False,
        )
    return onnx.load_from_string(file.getvalue())


def _language_model(model: MiniModel, folder: Path) -> None:
    weights = {name: value.detach().float().numpy() for name, value in model.language_model.state_dict().items()}
    config = model.shape.config().to_dict()
    single = precision("fp32")
    table = weights["model.embed_tokens.weight"]
    shape = decoder_shape(config)
    decoder = write_decoder(lambda name: np.asarray(weights[name]), shape, single, folder / "decoder_model_merged.onnx")
    embed = write_embed_tokens(table, single, folder / "embed_tokens.onnx")
    loop = build_loop(decoder, embed, shape)
    for name, graph in (("decoder_model_merged", decoder), ("embed_tokens", embed), ("generate_loop", loop)):
        onnx.save_model(store_half(graph), str(folder / f"{name}.onnx"))


def _settings(model: MiniModel, words: Words) -> dict:
    shape = model.shape
    suffix = INTERLEAVED[0]
    return {
        "driver": "generator",
        "family": "mglmm",
        "name": "mglmm-mini",
        "version": VERSION,
        "title": "MGLMM mini: grounded captions of photographs by a small language model",
        "description": "A language model of under two million weights that looks at a photograph through the coco80 detector and writes grounded captions and answers "
        "itself, with a mask for every [SEG]. It knows 80 nouns. Runs on a CPU in about a second.",
        "licence": {"expression": "Apache-2.0 AND MIT", "files": ["LICENSE", "NOTICE"]},
        "modelCard": "MODEL_CARD.md",
        "devices": ["cpu", "webgpu", "cuda", "dml", "coreml"],
        "precision": "fp16",
        "tokenizer": Path("tokenizer.json"),
        "tokens": {"bos": words.bos, "eos": [words.eos], "seg": [[words.seg]], "phraseOpen": words.open, "phraseClose": words.close},
        "cache": {"layers": shape.layers, "kvHeads": shape.heads, "headDim": shape.hidden // shape.heads, "type": "float32"},
        "generation": {"maxNewTokens": MOST_NEW_TOKENS, "maxLength": shape.context, "loopTokens": 128},
        "image": {
            "tokens": IMAGE_TOKENS,
            "preprocess": {
                "size": [PICTURE, PICTURE],
                "fit": "stretch",
                "filter": "bilinear",
                "antialias": True,
                "scale": "byte",
                "mean": [103.53, 116.28, 123.675],
                "deviation": [57.375, 57.12, 58.395],
                "channels": "bgr",
                "pad": "after",
            },
        },
        "prompt": {"first": f"{BEFORE_IMAGE}{{image}}{AFTER_IMAGE}", "next": NEXT_QUESTION, "addBos": True, "pieces": "separate"},
        "tasks": {
            "describe": f"{DESCRIBE[0]} {suffix}",
            "describeRoot": f"{DESCRIBE_ROOT} {suffix}",
            "describePart": f"{DESCRIBE_PART[0]} {suffix}",
            "refer": "Please segment {referents} in this image.",
            "panoptic": PANOPTIC[0],
            "reason": "{question}",
        },
        "dialect": {"kind": "phrases", "open": OPEN, "close": CLOSE, "seg": SEG},
        "hiddenState": "predicting",
        "mask": {"size": [CANVAS, CANVAS], "space": "image", "upscale": "bilinear", "activation": "logits", "threshold": 0},
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m mini.export", description="Makes the bundle mglmm-mini out of a trained checkpoint.")
    parser.add_argument("--run", type=Path, required=True, help="folder of the training")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the bundle's folder")
    options = parser.parse_args()
    export(load(options.run / CHECKPOINT), Words(options.tokenizer), options.tokenizer, options.out)


if __name__ == "__main__":
    main()
