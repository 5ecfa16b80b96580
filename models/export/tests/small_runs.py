"""Holds a small family's bundle, run in onnxruntime, to its `reference.json`."""

import json
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

from uscdf_export.families.grounded import GraphRun

BUNDLES = Path(__file__).resolve().parents[3] / "test" / "fixtures" / "bundles"
# Largest difference of a state that two runtimes may compute from the same weights.
STATE_ERROR = 2e-3
LEAST_OVERLAP = 0.99


def check_reference(folder, model, photo, driver):
    """Holds a bundle to its reference.json."""
    reference = json.loads(Path(folder, "reference.json").read_text(encoding="utf-8"))
    run = GraphRun(folder, model)
    assert reference["cases"]
    for case in reference["cases"]:
        before, after = case["promptIds"][: case["imageAt"]], case["promptIds"][case["imageAt"] :]
        assert (before, after) == tuple(model.prompting.pieces(case["asked"]))
        given = run.answer(photo, before, after, driver)
        assert given.tokens == case["generatedIds"]
        width = given.hidden.shape[-1]
        states, expected = run.states(given.tokens, given.hidden).reshape(-1, width), np.array(case["segHiddenStates"]).reshape(-1, width)
        assert np.abs(states - expected).max(initial=0) < STATE_ERROR
        wanted = [coco.decode({**mask, "counts": mask["counts"].encode()}).astype(bool) for mask in case["masks"]]
        assert len(given.masks) == len(wanted)
        for mask, other in zip(given.masks, wanted):
            assert overlap(mask, other) > LEAST_OVERLAP


def overlap(a, b):
    """IoU of two boolean masks; 1 where both are empty."""
    union = (a | b).sum()
    return 1.0 if union == 0 else (a & b).sum() / union
