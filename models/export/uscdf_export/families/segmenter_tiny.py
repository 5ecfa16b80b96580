"""Makes test/fixtures/bundles/segmenter: a tiny SAM by the names and tensors of the published SlimSAM, which takes points alone.

    python -m uscdf_export.families.segmenter_tiny ../../test/fixtures/bundles/segmenter

`reference.json` holds SamModel's own mask and score for points in both photographs.
"""

import json
import sys
from pathlib import Path

import torch

from ..manifest import write_bundle
from . import fixture_scene as scene
from .sam import export_sam, sam_settings
from .sam_tiny import trained_tiny_sam

# Points inside of things, and one beside: pixels of the photograph "left".
PROMPTS = [[(30, 42, True)], [(73, 23, True)], [(100, 56, True)], [(30, 42, True), (73, 23, False)]]


def main(folder, sam=None):
    folder = Path(folder)
    torch.set_num_threads(1)
    sam = sam or trained_tiny_sam()
    graphs = export_sam(sam, folder, boxes=False)
    scene.save_photographs(folder)
    preprocess, mask = sam_settings(sam)
    settings = {
        "driver": "segmenter",
        "name": "segmenter-tiny",
        "version": "1.0.0",
        "title": "SAM, tiny",
        "description": "SAM's topology with few weights, for tests: it has learned two pictures by heart and knows nothing else.",
        **scene.LEGAL,
        "devices": ["cpu"],
        "image": {"preprocess": preprocess},
        "mask": {**mask, "space": "image"},
    }
    scene.write_legal(folder, settings["description"], "uscdf_export.families.segmenter_tiny")
    write_bundle(folder, settings, graphs)
    reference = [refer(sam, name, points) for name in scene.NAMES for points in PROMPTS]
    (folder / "reference.json").write_text(json.dumps(reference, indent=1) + "\n")


def refer(sam, name, points):
    width = scene.SIZE[0]
    placed = [(width - x if name == "right" else x, y, inside) for x, y, inside in points]
    scale = sam.config.vision_config.image_size / max(scene.SIZE)
    mask, score = scene.sam_best(
        sam,
        name,
        input_points=torch.tensor([[[[x * scale, y * scale] for x, y, _ in placed]]]),
        input_labels=torch.tensor([[[int(inside) for _, _, inside in placed]]]),
    )
    return {"photograph": name, "points": [list(point) for point in placed], "score": score, "mask": scene.encoded(mask)}


if __name__ == "__main__":
    main(sys.argv[1])
