"""Writes test/fixtures/images/preprocess.json: what Pillow, transformers and torch make of small pictures of noise.

    python -m uscdf_export.golden.images FOLDER

The pictures come from a generator that the tests repeat (`noise`), so that only results are kept: resized bytes, prepared tensors,
and masks at a photograph's size as run lengths (column by column, background first). Large arrays are deflated, in base64.
"""

import base64
import json
import sys
import zlib
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073]
CLIP_DEVIATION = [0.26862954, 0.26130258, 0.27577711]
SAM_MEAN = [123.675, 116.28, 103.53]
SAM_DEVIATION = [58.395, 57.12, 57.375]
IMAGENET_MEAN = [0.485, 0.456, 0.406]
IMAGENET_DEVIATION = [0.229, 0.224, 0.225]
FILTERS = {"bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC, "lanczos": Image.LANCZOS}


def noise(width, height):
    """`[height, width, 3]` bytes of a linear congruential generator that starts from the size."""
    state = width * 65_537 + height
    values = np.empty(width * height * 3, np.uint8)
    for i in range(len(values)):
        state = (state * 1_664_525 + 1_013_904_223) % 2**32
        values[i] = state >> 24
    return values.reshape(height, width, 3)


def logits(rows, columns, targets):
    """`[targets, rows, columns]` smooth values around 0."""
    row, column = np.arange(rows)[:, None] / rows, np.arange(columns)[None, :] / columns
    waves = [np.sin(5 * (t + 1) * row + 0.7 * t) + np.cos(4 * (t + 2) * column + t) for t in range(targets)]
    return np.stack(waves).astype(np.float32)


def packed(array):
    return base64.b64encode(zlib.compress(np.ascontiguousarray(array).tobytes(), 9)).decode()


def resized(picture, width, height, name):
    return np.asarray(Image.fromarray(picture).resize((width, height), FILTERS[name]))


def resize_cases():
    sizes = [(23, 17, 11, 9), (23, 17, 40, 29), (40, 30, 7, 30), (9, 50, 9, 13), (64, 5, 6, 11), (1, 1, 5, 4)]
    for width, height, to_width, to_height in sizes:
        for name in FILTERS:
            yield {
                "from": [width, height],
                "to": [to_width, to_height],
                "filter": name,
                "antialias": True,
                "rgb": packed(resized(noise(width, height), to_width, to_height, name)),
            }
        planes = torch.from_numpy(noise(width, height).astype(np.float32)).permute(2, 0, 1)[None]
        point = F.interpolate(planes, (to_height, to_width), mode="bilinear", align_corners=False)
        yield {
            "from": [width, height],
            "to": [to_width, to_height],
            "filter": "bilinear",
            "antialias": False,
            "rgb": packed(point[0].permute(1, 2, 0).round().byte().numpy()),
        }


def preprocess(size, fit, name, scale, mean, deviation, **more):
    return {
        "size": size,
        "fit": fit,
        "filter": name,
        "antialias": True,
        "scale": scale,
        "mean": mean,
        "deviation": deviation,
        "channels": "rgb",
        "pad": "after",
        **more,
    }


def normalised(picture, mean, deviation, divisor):
    values = (picture.astype(np.float32) / divisor - np.float32(mean)) / np.float32(deviation)
    return values.transpose(2, 0, 1)


def clip_tensor(picture, side):
    processor = CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side})
    return np.asarray(processor(Image.fromarray(picture), return_tensors="np")["pixel_values"])


def sam_tensor(picture, side):
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    inside = normalised(
        resized(picture, int(width * scale + 0.5), int(height * scale + 0.5), "bilinear"), SAM_MEAN, SAM_DEVIATION, 1
    )
    tensor = np.zeros((1, 3, side, side), np.float32)
    tensor[0, :, : inside.shape[1], : inside.shape[2]] = inside
    return tensor


def square_of(picture, colour):
    """The picture in the middle of a square of its longer side, as LLaVA's expand2square lays it."""
    height, width = picture.shape[:2]
    side = max(height, width)
    square = Image.new("RGB", (side, side), tuple(colour))
    square.paste(Image.fromarray(picture), ((side - width) // 2, (side - height) // 2))
    return np.asarray(square)


def tiles_tensor(picture, side, least, most):
    """InternVL's tiles: the grid whose proportions are closest, then the whole picture once more."""
    height, width = picture.shape[:2]
    grids = sorted(
        {(i, j) for i in range(1, most + 1) for j in range(1, most + 1) if least <= i * j <= most},
        key=lambda grid: (grid[0] * grid[1], grid[0]),
    )
    best, difference = (1, 1), float("inf")
    for grid in grids:
        off = abs(width / height - grid[0] / grid[1])
        if off < difference or (off == difference and width * height > 0.5 * side * side * grid[0] * grid[1]):
            best = grid
        difference = min(difference, off)
    columns, rows = best
    whole = resized(picture, columns * side, rows * side, "bicubic")
    tiles = [
        whole[row * side : (row + 1) * side, column * side : (column + 1) * side]
        for row in range(rows)
        for column in range(columns)
    ]
    if len(tiles) > 1:
        tiles.append(resized(picture, side, side, "bicubic"))
    return np.stack([normalised(tile, IMAGENET_MEAN, IMAGENET_DEVIATION, 255) for tile in tiles])


def prepare_cases():
    for width, height in [(50, 34), (34, 50), (21, 21), (90, 13)]:
        picture = noise(width, height)
        clip = preprocess([16, 16], "shortest-crop", "bicubic", "unit", CLIP_MEAN, CLIP_DEVIATION)
        sam = preprocess([32, 32], "longest-pad", "bilinear", "byte", SAM_MEAN, SAM_DEVIATION)
        stretch = preprocess([24, 20], "stretch", "bilinear", "unit", IMAGENET_MEAN, IMAGENET_DEVIATION)
        tiles = {"min": 1, "max": 6, "thumbnail": True}
        cut = preprocess([12, 12], "tiles", "bicubic", "unit", IMAGENET_MEAN, IMAGENET_DEVIATION, tiles=tiles)
        colour = [123, 117, 104]
        middle = preprocess(
            [24, 24], "centre-pad", "bicubic", "byte", SAM_MEAN, SAM_DEVIATION, padColour=colour
        )
        laid = normalised(resized(square_of(picture, colour), 24, 24, "bicubic"), SAM_MEAN, SAM_DEVIATION, 1)[None]
        stretched = normalised(resized(picture, 20, 24, "bilinear"), IMAGENET_MEAN, IMAGENET_DEVIATION, 255)[None]
        for settings, tensor in [
            (clip, clip_tensor(picture, 16)),
            (sam, sam_tensor(picture, 32)),
            (stretch, stretched),
            (cut, tiles_tensor(picture, 12, 1, 6)),
            (middle, laid),
        ]:
            yield {
                "from": [width, height],
                "settings": settings,
                "shape": list(tensor.shape),
                "data": packed(tensor.astype("<f4")),
            }


def runs(mask):
    """Lengths of runs of a boolean mask, column by column, background first."""
    flat = np.asfortranarray(mask).flatten(order="F")
    edges = np.flatnonzero(np.diff(flat)) + 1
    lengths = np.diff(np.concatenate([[0], edges, [len(flat)]]))
    return ([0] if flat[0] else []) + lengths.tolist()


def mask_cases():
    """As the references bring masks back: through the padded square and its crop, or straight to the photograph."""
    for width, height, side, low in [(50, 34, 32, 8), (34, 50, 64, 16), (640, 427, 256, 64), (300, 17, 128, 32)]:
        masks = torch.from_numpy(logits(low, low, 3))[None]
        scale = side / max(height, width)
        inside = (int(height * scale + 0.5), int(width * scale + 0.5))
        padded = F.interpolate(masks, (side, side), mode="bilinear", align_corners=False)
        cropped = padded[..., : inside[0], : inside[1]]
        longest = max(height, width)
        top, left = (longest - height) // 2, (longest - width) // 2
        square = F.interpolate(masks, (longest, longest), mode="bilinear", align_corners=False)
        for fit, grown in [
            ("centre-pad", square[..., top : top + height, left : left + width]),
            ("longest-pad", F.interpolate(cropped, (height, width), mode="bilinear", align_corners=False)),
            ("stretch", F.interpolate(masks, (height, width), mode="bilinear", align_corners=False)),
        ]:
            yield {
                "photograph": [width, height],
                "input": side,
                "mask": low,
                "fit": fit,
                "runs": [runs(mask > 0) for mask in grown[0].numpy()],
            }


def main(folder):
    cases = {"resize": list(resize_cases()), "prepare": list(prepare_cases()), "masks": list(mask_cases())}
    Path(folder, "preprocess.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
