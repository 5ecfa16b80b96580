"""Writes `reference.json`: what the PyTorch modules say about the bundle's photograph, for the runtime's tests."""

import json
import re

import numpy as np
from pycocotools import mask as coco

from ..manifest import to_text
from .overfit import fill

_DIGITS = 6


def reference_case(case, answer, settings, tokenizer, question):
    """One entry of reference.json: the question, ids, text, states and masks of one answer (`answer.Answer`)."""
    (seg,), = settings["tokens"]["seg"]
    raw = tokenizer.decode([t for t in answer.tokens if t not in settings["tokens"]["eos"]], skip_special_tokens=False)
    entry = {"task": case.task}
    if case.prompt is not None:
        entry["prompt"] = case.prompt
    if case.referents:
        entry["referents"] = list(case.referents)
    return entry | {
        "asked": question,
        "promptIds": [*answer.prompt[0], *answer.prompt[1]],
        "imageAt": len(answer.prompt[0]),
        "generatedIds": answer.tokens,
        "raw": raw,
        "text": said(answer.tokens, settings, tokenizer),
        **({"uscdf": case.uscdf} if case.uscdf else {}),
        **({"notes": list(case.notes)} if case.notes else {}),
        "phrases": list(case.phrases),
        "negatives": list(case.negatives),
        "segHiddenStates": [[round(float(v), _DIGITS) for v in row] for row in answer.states(seg)],
        "scores": [round(float(v), _DIGITS) for v in answer.scores],
        "masks": [run_lengths(mask) for mask in answer.masks],
    }


def said(tokens, settings, tokenizer):
    """The answer's text as the original code cleans it: added tokens apart by one space, none before punctuation."""
    parts, run = [], []
    special = {t for ids in settings["tokens"]["seg"] for t in ids} | {settings["tokens"].get(key) for key in ("phraseOpen", "phraseClose")}
    for token in (t for t in tokens if t not in settings["tokens"]["eos"]):
        if token in special:
            parts += [tokenizer.decode(run, skip_special_tokens=False), tokenizer.id_to_token(token)]
            run = []
        else:
            run.append(token)
    parts.append(tokenizer.decode(run, skip_special_tokens=False))
    text = " ".join(" ".join(part for part in parts if part).split())
    return re.sub(r" ([.,;:!?])", r"\1", text)


def run_lengths(mask):
    """A bool mask as compressed COCO run lengths."""
    packed = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": [int(side) for side in packed["size"]], "counts": packed["counts"].decode("ascii")}


def write_reference(folder, image, made_by, cases):
    """image: the photograph's path as seen from the bundle's folder."""
    text = to_text({"image": image, "madeBy": made_by, "cases": cases})
    (folder / "reference.json").write_text(text, encoding="utf-8")
    return json.loads(text)


def question_of(case, settings):
    """The question as the runtime words it."""
    return fill(settings["tasks"][case.key], case.asked[0])
