"""Labels for photographs that nobody annotated: what the detector finds again in flipped and enlarged views."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image
from uscdf_train.frozen import FrozenEncoder, Seen
from uscdf_train.masks import decode, encode

from .scenes import CLASSES, Scene, Thing

ACCEPTED = 0.42
"""A find whose mean score over the views that hold it reaches this is taken for true."""
DENIED_BELOW = 0.22
"""A class may be denied where the mean of no find of it reaches this."""
_LEAST = 0.08
_SAME_BOX = 0.5
_ONE_THING = 0.75


def label(path: Path, encoder: FrozenEncoder) -> Scene:
    """A photograph with the things that the views agree on."""
    image = Image.open(path).convert("RGB")
    finds = [find for view in _views() for find in _finds(encoder.look(_cut(image, *view)), *view)]
    everything = _merge(finds)
    merged = [find for at, find in enumerate(everything) if not any(_stands_for(other, find) for other in everything[:at])]
    things = []
    for kind, score, box, patches in merged:
        if score >= ACCEPTED:
            mask = _mean_mask(patches, image.size)
            if mask.any():
                things.append(Thing(kind, mask, score, human=False))
    doubtful = {kind for kind, score, _, _ in everything if score >= DENIED_BELOW}
    return Scene(path.name, image, things, set(range(CLASSES)) - doubtful, human=False)


def remembered(path: Path, encoder: FrozenEncoder, folder: Path) -> Scene:
    """`label`, kept in a file of the folder: the views take seconds a photograph."""
    stored = folder / f"{path.stem}.json"
    if not stored.exists():
        scene = label(path, encoder)
        things = [{"kind": thing.kind, "score": thing.score, "mask": encode(thing.mask)} for thing in scene.things]
        folder.mkdir(parents=True, exist_ok=True)
        stored.write_text(json.dumps({"things": things, "deniable": sorted(scene.deniable)}), encoding="utf-8")
    known = json.loads(stored.read_text(encoding="utf-8"))
    things = [Thing(thing["kind"], decode(thing["mask"]), thing["score"], human=False) for thing in known["things"]]
    return Scene(path.name, Image.open(path).convert("RGB"), things, set(known["deniable"]), human=False)


def _views() -> list[tuple[tuple[float, float, float, float], bool]]:
    """Parts of the photograph (left, top, right, bottom) and whether they are mirrored."""
    whole = (0.0, 0.0, 1.0, 1.0)
    parts = [(x, y, x + 0.68, y + 0.68) for x in (0.0, 0.32) for y in (0.0, 0.32)]
    return [(whole, False), (whole, True), *((part, False) for part in parts), ((0.16, 0.16, 0.84, 0.84), True)]


def _cut(image: Image.Image, part: tuple[float, float, float, float], mirrored: bool) -> Image.Image:
    width, height = image.size
    cut = image.crop((round(part[0] * width), round(part[1] * height), round(part[2] * width), round(part[3] * height)))
    return cut.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else cut


def _finds(seen: Seen, part: tuple[float, float, float, float], mirrored: bool):
    """Class, score, box in the whole photograph, mask patch, and the view, of each find of a view."""
    for scores, box, patch in zip(seen.scores, seen.boxes, seen.patches, strict=True):
        kind = int(scores.argmax())
        if scores[kind] < _LEAST:
            continue
        box = box.astype(float)
        if mirrored:
            box, patch = np.array([1 - box[2], box[1], 1 - box[0], box[3]]), patch[:, ::-1]
        scale = np.array([part[2] - part[0], part[3] - part[1]] * 2)
        yield kind, float(scores[kind]), box * scale + np.array([part[0], part[1]] * 2), patch, part


def _merge(finds: list) -> list:
    """Finds of one class and place as one: class, mean score over the views that hold the place whole, box, patches."""
    merged = []
    remaining = sorted(finds, key=lambda find: -find[1])
    while remaining:
        first = remaining[0]
        alike = [find for find in remaining if find[0] == first[0] and overlap(find[2], first[2]) > _SAME_BOX]
        rest = [find for find in remaining if not any(find is other for other in alike)]
        views = [view for view in _views() if _holds(view[0], first[2])]
        by_view: dict[tuple, float] = {}
        for find in alike:
            by_view[find[4]] = max(by_view.get(find[4], 0.0), find[1])
        places = {view[0] for view in views}
        total = sum(score for place, score in by_view.items() if place in places)
        score = total / max(1, len(places))
        merged.append((first[0], score, first[2], [(find[2], find[3]) for find in alike if find[1] > 0.25] or [(first[2], first[3])]))
        remaining = rest
    return sorted(merged, key=lambda find: -find[1])


def _stands_for(better: tuple, find: tuple) -> bool:
    """Whether an accepted find of another class covers the same box, as when a truck is also taken for a train."""
    return better[1] >= ACCEPTED and better[0] != find[0] and find[1] >= DENIED_BELOW and overlap(better[2], find[2]) > _ONE_THING


def _holds(part: tuple[float, float, float, float], box: np.ndarray) -> bool:
    """Whether nearly all of the box lies in the part, away from its cut edges."""
    start, end = np.maximum(part[:2], box[:2]), np.minimum(part[2:], box[2:])
    inside = np.clip(end - start, 0, None).prod()
    return inside >= 0.95 * max(1e-9, np.prod(box[2:] - box[:2]))


def _mean_mask(patches: list[tuple[np.ndarray, np.ndarray]], size: tuple[int, int]) -> np.ndarray:
    """The mean of the patches drawn at the photograph's size, cut at one half."""
    return np.mean([draw(box, patch, size) for box, patch in patches], axis=0) > 0.5


def draw(box: np.ndarray, patch: np.ndarray, size: tuple[int, int], margin: float = 0.125) -> np.ndarray:
    """A mask patch at its (grown) box: `[height, width]` probabilities, 0 outside."""
    width, height = size
    sides = np.maximum(box[2:] - box[:2], 2 / 512)
    start = box[:2] - margin * sides
    across = _weights(start[0], (1 + 2 * margin) * sides[0], width, patch.shape[1])
    down = _weights(start[1], (1 + 2 * margin) * sides[1], height, patch.shape[0])
    return down @ patch @ across.T


def _weights(start: float, length: float, pixels: int, cells: int) -> np.ndarray:
    share = ((np.arange(pixels) + 0.5) / pixels - start) / length
    position = np.clip(share * cells - 0.5, 0, cells - 1)
    weights = np.clip(1 - np.abs(position[:, None] - np.arange(cells)), 0, None)
    return weights * ((share >= 0) & (share <= 1))[:, None]


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    """Intersection over union of two boxes (left, top, right, bottom)."""
    sides = np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None)
    shared = sides.prod()
    return float(shared / max(1e-9, np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - shared))
