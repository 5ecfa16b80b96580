"""From a photograph to the tensors of both encoders, and from a mask's logits back to the photograph, as the references do."""

import numpy as np
import torch
from PIL import Image

FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC, "lanczos": Image.Resampling.LANCZOS}


def to_tensor(photo, settings):
    """A PIL picture as float32 [1, 3, h, w] by the manifest's `preprocess` (fits `shortest-crop`, `longest-pad`, `stretch`)."""
    height, width = settings["size"]
    fit = {"shortest-crop": _cropped, "longest-pad": _longest, "stretch": _stretched}[settings["fit"]]
    pixels = np.asarray(fit(photo.convert("RGB"), height, width, FILTERS[settings["filter"]]), np.float32)
    if settings["channels"] == "bgr":
        pixels = pixels[:, :, ::-1]
    if settings["scale"] == "unit":
        pixels = pixels / np.float32(255)
    pixels = (pixels - np.array(settings["mean"], np.float32)) / np.array(settings["deviation"], np.float32)
    padded = np.zeros((height, width, 3), np.float32)
    padded[: pixels.shape[0], : pixels.shape[1]] = pixels
    return torch.from_numpy(padded.transpose(2, 0, 1)[None].copy())


def longest_size(photo_size, side):
    """(width, height) of a picture whose longer side becomes `side`, as SAM rounds it."""
    width, height = photo_size
    scale = side / max(width, height)
    return int(width * scale + 0.5), int(height * scale + 0.5)


def to_photograph(logits, photo_size, settings, preprocess):
    """Logits [n, 1, h, w] as bool masks [n, H, W] of a photograph of `photo_size` (width, height).

    settings: the manifest's `mask`; preprocess: that of the encoder in whose geometry the masks live.
    """
    width, height = photo_size
    interpolate = torch.nn.functional.interpolate
    if preprocess["fit"] == "longest-pad":
        logits = interpolate(logits, tuple(preprocess["size"]), mode="bilinear", align_corners=False)
        inner_width, inner_height = longest_size(photo_size, preprocess["size"][1])
        logits = logits[..., :inner_height, :inner_width]
    logits = interpolate(logits, (height, width), mode="bilinear", align_corners=False)
    return (logits[:, 0] > settings["threshold"]).numpy()


def _cropped(photo, height, width, resample):
    """The shorter side becomes the target's, then the middle is cut out, as CLIP's preprocessing does."""
    short = min(photo.size)
    side = min(height, width)
    resized = photo.resize((int(side * photo.width / short), int(side * photo.height / short)), resample)
    left, top = (resized.width - width) // 2, (resized.height - height) // 2
    return resized.crop((left, top, left + width, top + height))


def _longest(photo, height, _width, resample):
    return photo.resize(longest_size(photo.size, height), resample)


def _stretched(photo, height, width, resample):
    return photo.resize((width, height), resample)
