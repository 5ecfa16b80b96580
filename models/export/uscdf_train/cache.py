"""Keeps what the frozen encoder says of a picture on disk, so that a training looks at each picture once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
from PIL import Image

from .frozen import FrozenEncoder, Seen

_HALVES = ("slots", "whole", "grid", "n8", "n16")
_RGB_SIDE = 208
_FEATURES = 2
"""Counted up when the encoder keeps something else of a picture: what an older one left in a folder is not taken for it."""


class FeatureCache:
    """A folder with one `.npz` a picture. Features are stored in half precision, patches in 255ths."""

    def __init__(self, folder: Path, encoder: FrozenEncoder) -> None:
        self._folder = folder
        self._encoder = encoder
        folder.mkdir(parents=True, exist_ok=True)

    def look(self, path: Path) -> Seen:
        """The features of the picture. `rgb` has 208 pixels a side here. Looks at the picture itself only the first time, or after it changed."""
        stored = self._path(path)
        if not stored.exists():
            self._keep(stored, self._encoder.look(Image.open(path)))
        return read(stored)

    def _path(self, path: Path) -> Path:
        stat = path.stat()
        key = hashlib.sha256(f"{_FEATURES}\n{self._encoder.looks}\n{path.resolve()}\n{stat.st_size}\n{stat.st_mtime_ns}".encode()).hexdigest()[:24]
        return self._folder / f"{key}.npz"

    def _keep(self, stored: Path, seen: Seen) -> None:
        values = {name: getattr(seen, name) for name in ("boxes", "scores", "highest")}
        values |= {name: getattr(seen, name).astype(np.float16) for name in _HALVES}
        values["patches"] = np.rint(seen.patches * 255).astype(np.uint8)
        small = seen.rgb.reshape(3, _RGB_SIDE, 2, _RGB_SIDE, 2).mean(axis=(2, 4))
        values["rgb"] = np.rint(small).astype(np.uint8)
        partial = stored.with_suffix(".part.npz")
        np.savez(partial, **values)
        partial.replace(stored)


def read(stored: Path) -> Seen:
    """One stored picture, in single precision."""
    with np.load(stored) as values:
        return Seen(
            boxes=values["boxes"],
            scores=values["scores"],
            patches=values["patches"].astype(np.float32) / 255,
            slots=values["slots"].astype(np.float32),
            whole=values["whole"].astype(np.float32),
            grid=values["grid"].astype(np.float32),
            n8=values["n8"].astype(np.float32),
            n16=values["n16"].astype(np.float32),
            rgb=values["rgb"],
            highest=values["highest"],
        )
