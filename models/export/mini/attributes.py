"""Colour, place and size of things in words, computed from masks and pixels."""

from __future__ import annotations

import numpy as np

COLOURS = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey")
_LONG = 0.6
"""Share of a side from which a thing is too long to be said to stand anywhere along it; as in the coco80 runtime."""


def colour_names(pixels: np.ndarray) -> np.ndarray:
    """`[…, 3]` uint8 RGB as indices into COLOURS, by hue, saturation and brightness, the same rule as the coco80 runtime's."""
    red, green, blue = (pixels[..., channel].astype(np.float32) for channel in range(3))
    brightest = np.maximum(np.maximum(red, green), blue)
    spread = brightest - np.minimum(np.minimum(red, green), blue)
    hue = _hue(red, green, blue, brightest, np.maximum(spread, 1e-6))
    reddish = (hue < 18) | (hue >= 335)
    conditions = [
        brightest < 50,
        (spread < 0.18 * brightest) & (brightest > 190),
        (spread < 0.18 * brightest) & (brightest < 75),
        spread < 0.18 * brightest,
        reddish & (brightest > 200) & (spread < 0.5 * brightest),
        (hue < 18) & (brightest < 130),
        reddish,
        (hue < 42) & ((brightest < 170) | (spread < 0.5 * brightest)),
        hue < 42,
        hue < 70,
        hue < 170,
        hue < 260,
        (hue < 300) | (brightest < 170),
    ]
    words = ["black", "white", "black", "grey", "pink", "brown", "red", "brown", "orange", "yellow", "green", "blue", "purple"]
    return np.select(conditions, [COLOURS.index(word) for word in words], COLOURS.index("pink"))


def colour_shares(named: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Share of the mask's pixels of each colour, `[11]`; `named` comes from `colour_names`."""
    counts = np.bincount(named[mask], minlength=len(COLOURS))
    return counts / max(1, counts.sum())


def box_of(mask: np.ndarray) -> tuple[float, float, float, float]:
    """Left, top, right, bottom as shares of the photograph's sides. The mask must not be empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = mask.shape
    return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


def place_words(box: tuple[float, float, float, float]) -> str | None:
    """`on the left`, `at the top right`, `in the centre`; None for what fills too much of the photograph."""
    left, top, right, bottom = box
    wide, tall = right - left > _LONG, bottom - top > _LONG
    if wide and tall:
        return None
    across = "" if wide else _third((left + right) / 2, "left", "right")
    down = "" if tall else _third((top + bottom) / 2, "top", "bottom")
    if wide:
        return f"along the {down}" if down else None
    if not down:
        return f"on the {across}" if across else "in the centre"
    return f"at the {down} {across}" if across else f"at the {down}"


def size_word(area: float) -> str:
    """How large a thing is, by its share of the photograph."""
    return "small" if area < 0.03 else "large" if area > 0.2 else "of middle size"


def _third(share: float, low: str, high: str) -> str:
    return low if share < 0.36 else high if share > 0.64 else ""


def _hue(red: np.ndarray, green: np.ndarray, blue: np.ndarray, brightest: np.ndarray, spread: np.ndarray) -> np.ndarray:
    by_red = (60 * ((green - blue) / spread) + 360) % 360
    by_green = 60 * ((blue - red) / spread) + 120
    by_blue = 60 * ((red - green) / spread) + 240
    return np.select([brightest == red, brightest == green], [by_red, by_green], by_blue)
