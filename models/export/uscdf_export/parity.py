"""Compares a bundle with the PyTorch modules that it was made from: tokens, states, pixels of masks."""

import json
from pathlib import Path

import numpy as np
import psutil
import torch

from .answer import answer
from .decoder_graph import decoder_names, stored_value
from .errors import ExportError
from .pictures import to_tensor

REPORT = "parity.json"


def compare(bundle, llava, precision, photo, questions, say=lambda text: None):
    """The report (a dict) on a list of questions about one photograph; also written to the bundle's `parity.json`.

    bundle: `bundle.Bundle`. The reference computes in float32 with the weights as the bundle holds them (rounded, quantised), so
    that what is measured is the graphs; `asInCheckpoint` compares with the weights as they were, which adds the rounding.
    """
    say("reference with the weights as stored")
    stored = llava.language(lambda name: stored_value(name, llava.weights(name), precision))
    rows = [_rows(bundle, llava, stored, photo, question) for question in questions]
    del stored
    report = {
        "bundle": bundle.settings["name"],
        "precision": precision.name,
        "reference": f"torch {torch.__version__}: LlamaForCausalLM, CLIPVisionModel and SamModel of transformers, float32",
        "encoders": _encoders(bundle, llava, photo),
        "asStored": rows,
    }
    if precision.name != "fp32":
        say("reference with the weights of the checkpoint")
        exact = llava.language()
        report["asInCheckpoint"] = [_rows(bundle, llava, exact, photo, question) for question in questions]
    (Path(bundle.folder) / REPORT).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def memory_for(shape):
    """Raises ExportError where the reference would not fit into memory: it is the whole language model in float32."""
    needed = 4 * sum(int(np.prod(size)) for size in decoder_names(shape).values())
    there = psutil.virtual_memory().available
    if needed > 0.8 * there:
        raise ExportError(
            f"The bundle is written, but it cannot be compared here: the reference needs {needed / 1e9:.0f} GB of memory and {there / 1e9:.0f} GB "
            "are free. Leave --photo out, or compare on a larger machine."
        )


def _encoders(bundle, llava, photo):
    """The largest differences of both encoders' outputs, and how large those outputs are."""
    settings = bundle.settings
    with torch.no_grad():
        features = llava.vision(to_tensor(photo, settings["image"]["preprocess"])).numpy()
        embeddings = llava.pixels(to_tensor(photo, settings["pixels"]["preprocess"])).numpy()
    return {
        "image_features": _difference(bundle.image_features(photo), features),
        "image_embeddings": _difference(bundle.image_embeddings(photo), embeddings),
    }


def _rows(bundle, llava, language, photo, question):
    """One question: the reference against both ways of decoding."""
    wanted = answer(llava, language, bundle.tokenizer, bundle.settings, photo, question)
    row = {"question": question, "referenceTokens": len(wanted.tokens)}
    for driver, graph in (("loop", "generate_loop"), ("step", "decoder_model_merged")):
        if graph in bundle.settings["graphs"]:
            row[driver] = agreement(wanted, bundle.answer(photo, question, driver))
    return row


def agreement(wanted, given):
    """How two answers agree.

    sameTokens: how many tokens agree from the start. hidden: states of those. masks: per mask the IoU and how many pixels
    differ, as far as both answers have masks.
    """
    same = 0
    while same < min(len(wanted.tokens), len(given.tokens)) and wanted.tokens[same] == given.tokens[same]:
        same += 1
    masks = [_overlap(a, b) for a, b in zip(wanted.masks, given.masks)]
    return {
        "sameTokens": same,
        "allTokens": same == len(wanted.tokens) == len(given.tokens),
        # The state that predicted the first other token is still computed from the same text.
        "hidden": _difference(given.hidden[: same + 1], wanted.hidden[: same + 1]),
        "masks": [{"iou": iou, "differingPixels": pixels} for iou, pixels in masks],
        "sameNumberOfMasks": len(wanted.masks) == len(given.masks),
    }


def _difference(given, wanted):
    size = min(len(given), len(wanted))
    return {
        "maxAbsError": float(np.abs(given[:size] - wanted[:size]).max(initial=0)),
        "maxAbsValue": float(np.abs(wanted[:size]).max(initial=0)),
    }


def _overlap(a, b):
    union = int(np.logical_or(a, b).sum())
    return (float(np.logical_and(a, b).sum() / union) if union else 1.0), int(np.logical_xor(a, b).sum())


def table(report):
    """The report as lines for a terminal."""
    lines = [f"{report['bundle']} ({report['precision']}) against {report['reference']}"]
    for name, found in report["encoders"].items():
        lines.append(f"  {name}: largest error {found['maxAbsError']:.2e} of values up to {found['maxAbsValue']:.2f}")
    for key, title in (("asStored", "weights as stored in the bundle"), ("asInCheckpoint", "weights as in the checkpoint")):
        if key not in report:
            continue
        lines += ["", f"  {title}", f"  {'question':<34} {'driver':<6} {'tokens':>11} {'states':>9} {'masks':>5} {'least IoU':>9} {'pixels':>7}"]
        for row in report[key]:
            lines += [_line(row, driver) for driver in ("loop", "step") if driver in row]
    return "\n".join(lines)


def _line(row, driver):
    found = row[driver]
    least = min((mask["iou"] for mask in found["masks"]), default=None)
    pixels = sum(mask["differingPixels"] for mask in found["masks"])
    tokens = f"{found['sameTokens']} of {row['referenceTokens']}"
    shown = "–" if least is None else f"{least:.4f}"
    question = row["question"] if len(row["question"]) <= 34 else row["question"][:33] + "…"
    return f"  {question:<34} {driver:<6} {tokens:>11} {found['hidden']['maxAbsError']:>9.1e} {len(found['masks']):>5} {shown:>9} {pixels:>7}"
