"""Pictures whose classes go by each other's names, so that a model reads names from what it is handed instead of learning a few frequent ones by heart.

Some classes fill half of all photographs and others stand in two or three. A model that learns from so few writes the frequent names, whatever the encoder
found. Where a picture's dog is handed over as "toaster" and its texts speak of a toaster, each name is as frequent as the next, and looking is all that helps.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .frozen import Seen
from .proposals import APPEARANCE, CLASSES

_SEED = 80


def renaming(number: int) -> np.ndarray:
    """The name, `[CLASSES]`, that each class goes by under a renaming of this number: a permutation."""
    return np.random.default_rng((_SEED, number)).permutation(CLASSES)


def renamed(seen: Seen, number: int) -> Seen:
    """What the encoder saw, with its class scores under other names. What would give the true names away, the detector's own features and the parts of the
    picture, is all 0, which the model takes for "not told"."""
    to = renaming(number)
    slots, whole = seen.slots.copy(), seen.whole.copy()
    for values in (slots, whole):
        for start in (0, CLASSES):
            values[:, start + to] = values[:, start : start + CLASSES].copy()
    slots[:, -APPEARANCE:] = 0
    scores = np.empty_like(seen.scores)
    scores[:, to] = seen.scores
    return replace(seen, scores=scores, slots=slots, whole=whole, grid=np.zeros_like(seen.grid))
