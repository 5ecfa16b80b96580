"""Pictures seen in a mirror, with the words of places turned as well, so that a model reads places from what it is handed instead of learning pictures by heart.

A training of some hours meets each of a few thousand pictures twenty times: what stands on the left of them is learned sooner than where slots say they are. A
picture that is now mirrored and now not has no left side to be remembered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from .frozen import Seen
from .proposals import ACROSS, DOWN, PRESENT, Axis

_WORDS = {"left": "right", "right": "left"}, {"top": "bottom", "bottom": "top"}


@dataclass(frozen=True)
class Mirroring:
    """Turned left to right, or upside down, or both."""

    across: bool = False
    down: bool = False

    def of_text(self, text: str) -> str:
        """The text with its words for sides exchanged."""
        words = {word: other for turned, pairs in zip((self.across, self.down), _WORDS, strict=True) if turned for word, other in pairs.items()}
        return re.sub(rf"\b({'|'.join(words)})\b", lambda found: words[found[0]], text) if words else text

    def of_mask(self, mask: np.ndarray) -> np.ndarray:
        """An array whose last two dimensions are rows and columns."""
        axes = [axis for turned, axis in ((self.down, -2), (self.across, -1)) if turned]
        return np.ascontiguousarray(np.flip(mask, axes)) if axes else mask

    def of_seen(self, seen: Seen) -> Seen:
        """What the encoder saw, turned. The detector's features go with their places; what it would have seen of the turned picture is hardly anything else."""
        if not (self.across or self.down):
            return seen
        boxes, slots, side = seen.boxes.copy(), seen.slots.copy(), round(len(seen.grid) ** 0.5)
        there = slots[:, PRESENT] > 0
        for turned, axis in ((self.across, ACROSS), (self.down, DOWN)):
            if turned:
                boxes[:, [axis.box, axis.box + 2]] = 1 - boxes[:, [axis.box + 2, axis.box]]
                slots[there] = _turned(slots[there], axis)
        grid = self.of_mask(seen.grid.T.reshape(-1, side, side)).reshape(-1, side * side).T
        return replace(
            seen, boxes=boxes, slots=slots, grid=grid, patches=self.of_mask(seen.patches), n8=self.of_mask(seen.n8), n16=self.of_mask(seen.n16), rgb=self.of_mask(seen.rgb)
        )


AS_IT_IS = Mirroring()


def _turned(slots: np.ndarray, axis: Axis) -> np.ndarray:
    """Features of slots `[n, OBJECT_FEATURES]` with one axis of the picture turned."""
    turned = slots.copy()
    turned[:, axis.start] = 1 - slots[:, axis.end]
    turned[:, axis.end] = 1 - slots[:, axis.start]
    turned[:, axis.middle] = 1 - slots[:, axis.middle]
    turned[:, axis.bins] = slots[:, axis.bins][:, ::-1]
    for first, last in axis.ranks:
        turned[:, first], turned[:, last] = slots[:, last], slots[:, first]
    return turned
