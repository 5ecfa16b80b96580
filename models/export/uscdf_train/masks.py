"""Masks of USCDF records as pixels, and back. Run-length forms are COCO's (column by column, background first)."""

from __future__ import annotations

from typing import Any

import numpy as np


class MaskError(ValueError):
    """A mask that is none of the forms of the USCDF format."""


def decode(mask: dict[str, Any]) -> np.ndarray:
    """The mask as `[height, width]` bool.

    Takes compressed and uncompressed runs and polygons. Label maps name a file of their own and are refused here.
    Raises MaskError, which says what is wrong.
    """
    height, width = _size(mask)
    if "counts" in mask:
        counts = mask["counts"]
        runs = counts_of_string(counts) if isinstance(counts, str) else [int(run) for run in counts]
        return pixels_of_runs(runs, height, width)
    if "polygons" in mask:
        return _polygons(mask["polygons"], height, width)
    raise MaskError("The mask has neither counts nor polygons, so it has no pixels to train on. Convert it to runs.")


def encode(pixels: np.ndarray) -> dict[str, Any]:
    """`[height, width]` bool as compressed runs: `{"size": [height, width], "counts": "…"}`."""
    height, width = pixels.shape
    return {"size": [int(height), int(width)], "counts": string_of_counts(runs_of_pixels(pixels))}


def runs_of_pixels(pixels: np.ndarray) -> list[int]:
    """Lengths of the runs of `[height, width]` bool, column by column; the first is background and may be 0."""
    flat = np.asarray(pixels, dtype=bool).ravel(order="F")
    if flat.size == 0:
        return []
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    runs = np.diff(np.concatenate(([0], edges, [flat.size]))).tolist()
    return [0, *runs] if flat[0] else runs


def pixels_of_runs(runs: list[int], height: int, width: int) -> np.ndarray:
    """The opposite of `runs_of_pixels`. The runs must fill the mask exactly."""
    total = height * width
    if any(run < 0 for run in runs) or sum(runs) != total:
        raise MaskError(f"The runs cover {sum(runs)} pixels where the mask of {height} × {width} has {total}.")
    values = np.arange(len(runs)) % 2 == 1
    return np.repeat(values, runs).reshape((width, height)).T


def counts_of_string(text: str) -> list[int]:
    """Runs of COCO's compressed string: 5 bits a character from code 48 on, sign in the last one, differences to the run before the last from the fourth on."""
    runs: list[int] = []
    at = 0
    while at < len(text):
        value, shift, more = 0, 0, True
        while more:
            if at >= len(text) or shift > 60:
                raise MaskError("The compressed runs of a mask break off in the middle of a number.")
            code = ord(text[at]) - 48
            if not 0 <= code < 64:
                raise MaskError(f"The compressed runs of a mask hold {text[at]!r}, which is no character of that form.")
            value |= (code & 0x1F) << shift
            more = bool(code & 0x20)
            at += 1
            shift += 5
            if not more and code & 0x10:
                value |= -1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
    return runs


def string_of_counts(runs: list[int]) -> str:
    """The opposite of `counts_of_string`."""
    characters: list[str] = []
    for index, run in enumerate(runs):
        value = run - runs[index - 2] if index > 2 else run
        more = True
        while more:
            code = value & 0x1F
            value >>= 5
            more = value != (-1 if code & 0x10 else 0)
            characters.append(chr((code | 0x20 if more else code) + 48))
    return "".join(characters)


def _size(mask: dict[str, Any]) -> tuple[int, int]:
    size = mask.get("size")
    if not (isinstance(size, list) and len(size) == 2 and all(isinstance(side, int) and side > 0 for side in size)):
        raise MaskError("The mask's size is not [height, width] in pixels.")
    return size[0], size[1]


def _polygons(polygons: list[list[float]], height: int, width: int) -> np.ndarray:
    from pycocotools import mask as coco

    return coco.decode(coco.merge(coco.frPyObjects(polygons, height, width))).astype(bool)
