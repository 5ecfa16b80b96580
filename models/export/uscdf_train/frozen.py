"""The frozen part of the vision encoder, run once a photograph by onnxruntime; training reads what it keeps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image

from .looks import LOOKS, PICTURE, Looks
from .proposals import Boxes, MaskHeadInput, ObjectFeatures

_MEAN = np.array([103.53, 116.28, 123.675], dtype=np.float32)
_DEVIATION = np.array([57.375, 57.12, 58.395], dtype=np.float32)


@dataclass(frozen=True)
class Seen:
    """What the encoder keeps of one photograph. `n` is the number of object slots."""

    boxes: np.ndarray
    """`[n, 4]` left, top, right, bottom, 0–1."""
    scores: np.ndarray
    """`[n, 80]`, 0–1."""
    patches: np.ndarray
    """`[n, 112, 112]` probabilities over the grown box."""
    slots: np.ndarray
    """`[n, OBJECT_FEATURES]`."""
    whole: np.ndarray
    """`[1, IMAGE_FEATURES]`."""
    grid: np.ndarray
    """`[16, GRID_FEATURES]`."""
    n8: np.ndarray
    """`[128, 52, 52]`."""
    n16: np.ndarray
    """`[128, 26, 26]`."""
    rgb: np.ndarray
    """`[3, 416, 416]`, 0–255."""
    highest: np.ndarray
    """`[80]`: the best score of each class anywhere in the look at the whole photograph."""


def pixel_values(image: Image.Image) -> np.ndarray:
    """A photograph as the encoder wants it: `[1, 3, 640, 640]`, stretched, BGR, normalised."""
    small = image.convert("RGB").resize((PICTURE, PICTURE), Image.Resampling.BILINEAR)
    bgr = np.asarray(small, dtype=np.float32)[:, :, ::-1]
    return ((bgr - _MEAN) / _DEVIATION).transpose(2, 0, 1)[None].astype(np.float32)


def original_sizes(image: Image.Image) -> np.ndarray:
    """The photograph's height and width in pixels, `[1, 2]`."""
    return np.array([[image.height, image.width]], dtype=np.int64)


def class_names(bundle: Path) -> list[str]:
    """The names of the detector's classes, from the manifest of its bundle."""
    manifest = json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))
    return [entry["name"] for entry in manifest["classes"]]


class FrozenEncoder:
    """The detector and the mask head of a coco80 bundle, with the slots made of their outputs. `looks`: three, or one at the whole alone."""

    def __init__(self, bundle: Path, threads: int = 1, looks: int = LOOKS) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._detector = onnxruntime.InferenceSession(str(bundle / "detector.onnx"), options, providers=["CPUExecutionProvider"])
        self._head = onnxruntime.InferenceSession(str(bundle / "mask_head.onnx"), options, providers=["CPUExecutionProvider"])
        self._names = [output.name for output in self._detector.get_outputs()]
        self.looks = looks
        self._looks, self._boxes, self._head_input, self._features = Looks(), Boxes(), MaskHeadInput(), ObjectFeatures()

    @torch.no_grad()
    def look(self, image: Image.Image) -> Seen:
        *pictures, regions = self._looks(torch.from_numpy(pixel_values(image)), torch.from_numpy(original_sizes(image)))
        outputs = [dict(zip(self._names, self._detector.run(None, {"input_1": picture.numpy()}), strict=True)) for picture in pictures[: self.looks]]
        boxes, scores = self._boxes(regions, *(torch.from_numpy(each[name]) for each in outputs for name in self._names[:6]))
        whole_picture, first = pictures[0], outputs[0]
        head_boxes, picture = self._head_input(whole_picture, boxes)
        (patches,) = self._head.run(
            None, {"n8": first["n8"], "n16": first["n16"], "img": picture.numpy(), "boxes": head_boxes.numpy()}
        )
        n8, n16 = torch.from_numpy(first["n8"]), torch.from_numpy(first["n16"])
        slots, whole, grid = self._features(whole_picture, n8, n16, boxes, scores, torch.from_numpy(patches))
        rgb = (whole_picture[0].numpy() * _DEVIATION[:, None, None] + _MEAN[:, None, None])[::-1]
        return Seen(
            boxes=boxes.numpy(),
            scores=scores.numpy(),
            patches=patches,
            slots=slots.numpy(),
            whole=whole.numpy(),
            grid=grid.numpy(),
            n8=first["n8"][0],
            n16=first["n16"][0],
            rgb=np.clip(np.rint(rgb), 0, 255).astype(np.uint8),
            highest=np.maximum.reduce([first[name][0].max(axis=0) for name in self._names[:3]]),
        )
