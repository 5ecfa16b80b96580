"""Pictures in a mirror: features, words and masks turn together."""

import numpy as np
import pytest
import torch

from uscdf_train.frozen import Seen
from uscdf_train.mirroring import AS_IT_IS, Mirroring
from uscdf_train.proposals import PATCH, SLOTS, ObjectFeatures


def seen_of(boxes, scores, patches, n8, n16, pixels):
    """What the encoder keeps of a picture with these finds."""
    with torch.no_grad():
        slots, whole, grid = ObjectFeatures()(pixels, n8, n16, boxes, scores, patches)
    arrays = {"boxes": boxes, "scores": scores, "patches": patches, "slots": slots, "whole": whole, "grid": grid, "n8": n8[0], "n16": n16[0], "rgb": pixels[0]}
    return Seen(**{name: value.numpy() for name, value in arrays.items()}, highest=np.zeros(80))


@pytest.mark.parametrize("mirroring", [Mirroring(across=True), Mirroring(down=True), Mirroring(across=True, down=True)])
def test_features_are_those_of_the_turned_picture(mirroring):
    """Turned afterwards, or seen in a mirror: the same, but for ranks of things that stand at one place."""
    generator = torch.Generator().manual_seed(1)
    starts, sizes = torch.rand(SLOTS, 2, generator=generator) * 0.6, 0.1 + torch.rand(SLOTS, 2, generator=generator) * 0.3
    boxes = torch.cat((starts, starts + sizes), dim=1)
    scores = torch.zeros(SLOTS, 80)
    for slot in range(SLOTS - 6):
        scores[slot, slot % 4] = 0.35 + 0.6 * torch.rand(1, generator=generator)
    patches = torch.rand(SLOTS, PATCH, PATCH, generator=generator)
    n8, n16 = torch.rand(1, 128, 52, 52, generator=generator), torch.rand(1, 128, 26, 26, generator=generator)
    pixels = torch.randn(1, 3, 416, 416, generator=generator)
    axes = [axis for turned, axis in ((mirroring.down, -2), (mirroring.across, -1)) if turned]
    turned = boxes.clone()
    if mirroring.across:
        turned[:, [0, 2]] = 1 - turned[:, [2, 0]]
    if mirroring.down:
        turned[:, [1, 3]] = 1 - turned[:, [3, 1]]
    expected = seen_of(turned, scores, patches.flip(axes), n8.flip(axes), n16.flip(axes), pixels.flip(axes))
    got = mirroring.of_seen(seen_of(boxes, scores, patches, n8, n16, pixels))
    for name in ("boxes", "scores", "patches", "slots", "whole", "grid", "n8", "n16", "rgb"):
        assert np.allclose(getattr(got, name), getattr(expected, name), atol=2e-3), name
    assert not got.slots[-6:].any()


def test_words_of_sides_turn():
    text = "Where is the cup on the left? <p> a laptop </p> [SEG] at the bottom right."
    assert Mirroring(across=True).of_text(text) == "Where is the cup on the right? <p> a laptop </p> [SEG] at the bottom left."
    assert Mirroring(down=True).of_text(text) == "Where is the cup on the left? <p> a laptop </p> [SEG] at the top right."
    assert Mirroring(across=True, down=True).of_text(text) == "Where is the cup on the right? <p> a laptop </p> [SEG] at the top left."
    assert AS_IT_IS.of_text(text) == text


def test_masks_turn():
    mask = np.array([[True, False, False], [False, False, False]])
    assert Mirroring(across=True).of_mask(mask).tolist() == [[False, False, True], [False, False, False]]
    assert Mirroring(down=True).of_mask(mask).tolist() == [[False, False, False], [True, False, False]]
    assert AS_IT_IS.of_mask(mask) is mask
