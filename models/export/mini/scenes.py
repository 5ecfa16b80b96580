"""Photographs with what is known to be in them: by people's masks, by several looks of the detector, or because it was put there."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from pycocotools import mask as coco

from .classes import nouns

CLASSES = 80


@dataclass
class Thing:
    """One thing in a photograph."""

    kind: int
    mask: np.ndarray
    """`[height, width]` bool."""
    score: float = 1.0
    human: bool = True
    crowd: bool = False
    evidence: float = 0.0
    """The detector's score for the thing's class where the thing is, on the photograph as it is."""

    @property
    def area(self) -> float:
        return float(self.mask.mean())


@dataclass
class Scene:
    """A photograph and its things. `deniable` are the classes that are safely absent."""

    name: str
    image: Image.Image
    things: list[Thing]
    deniable: set[int] = field(default_factory=set)
    human: bool = True


def human_scenes(folder: Path, split: str) -> list[Scene]:
    """The annotated photographs of `samples/coco` whose row of ATTRIBUTION.tsv says `split` (train2017 or val2017)."""
    with (folder / "ATTRIBUTION.tsv").open(encoding="utf-8", newline="") as file:
        names = {row["file"] for row in csv.DictReader(file, delimiter="\t") if row["coco_split"] == split}
    return [*_instances(folder, names), *_panoptic(folder, names)]


def subset_scenes(folder: Path, split: str) -> list[Scene]:
    """The photographs of `samples/coco-real-subset` that COCO's address puts into `split`."""
    document = json.loads((folder / "instances.json").read_text(encoding="utf-8"))
    names = {image["file_name"] for image in document["images"] if f"/{split}/" in image["coco_url"]}
    return _instances(folder, names)


def _instances(folder: Path, names: set[str]) -> list[Scene]:
    document = json.loads((folder / "instances.json").read_text(encoding="utf-8"))
    kinds = {category["id"]: _kind(category["name"]) for category in document["categories"]}
    scenes = []
    for row in document["images"]:
        path = folder / "images" / row["file_name"]
        if row["file_name"] not in names or not path.is_file():
            continue
        image = Image.open(path).convert("RGB")
        things = [
            Thing(kinds[note["category_id"]], _pixels(note["segmentation"], image.height, image.width), crowd=bool(note["iscrowd"]))
            for note in document["annotations"]
            if note["image_id"] == row["id"]
        ]
        scenes.append(_with_denials(row["file_name"], image, things))
    return scenes


def _panoptic(folder: Path, names: set[str]) -> list[Scene]:
    document = json.loads((folder / "panoptic.json").read_text(encoding="utf-8"))
    kinds = {category["id"]: _kind(category["name"]) for category in document["categories"] if category["isthing"]}
    files = {image["id"]: image["file_name"] for image in document["images"]}
    scenes = []
    for note in document["annotations"]:
        name = files[note["image_id"]]
        if name not in names:
            continue
        labels = np.asarray(Image.open(folder / "panoptic" / note["file_name"]).convert("RGB"), dtype=np.int64)
        labels = labels[:, :, 0] + 256 * labels[:, :, 1] + 65536 * labels[:, :, 2]
        things = [
            Thing(kinds[segment["category_id"]], labels == segment["id"], crowd=bool(segment["iscrowd"]))
            for segment in note["segments_info"]
            if segment["category_id"] in kinds
        ]
        scenes.append(_with_denials(name, Image.open(folder / "images" / name).convert("RGB"), things))
    return scenes


def _with_denials(name: str, image: Image.Image, things: list[Thing]) -> Scene:
    things = [thing for thing in things if thing.mask.any()]
    return Scene(name, image, things, set(range(CLASSES)) - {thing.kind for thing in things})


def _pixels(segmentation: object, height: int, width: int) -> np.ndarray:
    if isinstance(segmentation, list):
        runs = coco.merge(coco.frPyObjects(segmentation, height, width))
    elif isinstance(segmentation, dict) and isinstance(segmentation["counts"], list):
        runs = coco.frPyObjects(segmentation, height, width)
    else:
        runs = segmentation
    return coco.decode(runs).astype(bool)


def _kind(name: str) -> int:
    return next(at for at, noun in enumerate(nouns()) if noun.name == name)
