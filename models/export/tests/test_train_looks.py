"""The three looks at a photograph, and what is made of their finds."""

from pathlib import Path

import numpy as np
import pytest
import torch

from uscdf_train.cache import FeatureCache
from uscdf_train.frozen import FrozenEncoder
from uscdf_train.looks import INPUT, LOOKS, PICTURE, Looks
from uscdf_train.proposals import SLOTS, Boxes

REPOSITORY = Path(__file__).resolve().parents[3]
COCO80 = REPOSITORY / "models" / "bundles" / "coco80"
PHOTOGRAPH = REPOSITORY / "test" / "fixtures" / "bundles" / "riders.png"
_WIDE = torch.tensor([[480, 640]])
_HIGH = torch.tensor([[640, 480]])


def test_ends_are_cut_from_the_longer_side_and_mirrored():
    picture = torch.rand(1, 3, PICTURE, PICTURE)
    whole, first, last, regions = Looks()(picture, _WIDE)
    shrunk = torch.nn.functional.interpolate(picture, size=(INPUT, PICTURE), mode="bilinear", antialias=True)
    assert torch.allclose(first.flip(3), shrunk[..., :INPUT], atol=1e-5)
    assert torch.allclose(last.flip(3), shrunk[..., -INPUT:], atol=1e-5)
    assert torch.allclose(whole, torch.nn.functional.interpolate(picture, size=(INPUT, INPUT), mode="bilinear", antialias=True), atol=1e-5)
    assert torch.allclose(regions, torch.tensor([[0, 0, 1, 1], [0, 0, 0.65, 1], [0.35, 0, 1, 1]]))
    turned, upper, lower, regions = Looks()(picture.transpose(2, 3), _HIGH)
    assert torch.allclose(turned, whole.transpose(2, 3), atol=1e-5)
    assert torch.allclose(upper.flip(3), first.flip(3).transpose(2, 3), atol=1e-5)
    assert torch.allclose(lower.flip(3), last.flip(3).transpose(2, 3), atol=1e-5)
    assert torch.allclose(regions, torch.tensor([[0, 0, 1, 1], [0, 0, 1, 0.65], [0, 0.35, 1, 1]]))


@pytest.mark.parametrize("seed", range(4))
def test_slots_are_what_plain_loops_leave(seed):
    """Three looks at random scores, many of them at the same places, against loops over finds, best first."""
    generator = torch.Generator().manual_seed(seed)
    levels = _levels(generator)
    regions = Looks()(torch.zeros(1, 3, PICTURE, PICTURE), _WIDE if seed % 2 == 0 else _HIGH)[3]
    boxes, scores = Boxes()(regions, *levels)
    kept = scores.amax(dim=1) > 0
    found = sorted(((float(row.max()), int(row.argmax()), box.tolist()) for row, box in zip(scores[kept], boxes[kept], strict=True)), reverse=True)
    expected = _plain(levels, regions)[:SLOTS]
    assert len(expected) > 5
    assert [kind for _, kind, _ in found] == [kind for _, kind, _ in expected]
    for (score, _, box), (wanted, _, other) in zip(found, expected, strict=True):
        assert score == pytest.approx(wanted, abs=1e-5) and box == pytest.approx(other, abs=1e-4)


def test_a_single_look_is_enough():
    generator = torch.Generator().manual_seed(9)
    levels = _levels(generator)[:6]
    regions = Looks()(torch.zeros(1, 3, PICTURE, PICTURE), _WIDE)[3]
    _, scores = Boxes()(regions, *levels)
    # Nothing else looked, so the best find keeps its score.
    assert float(scores.max()) == pytest.approx(max(float(level.max()) for level in levels[:3]))


def test_what_fewer_looks_left_on_disk_is_not_taken_for_three(tmp_path):
    path = tmp_path / "riders.png"
    path.write_bytes(PHOTOGRAPH.read_bytes())
    one = FeatureCache(tmp_path / "features", FrozenEncoder(COCO80, looks=1)).look(path)
    three = FeatureCache(tmp_path / "features", FrozenEncoder(COCO80)).look(path)
    assert len(list((tmp_path / "features").iterdir())) == 2
    assert not np.array_equal(one.scores, three.scores)


def _levels(generator):
    """Scores and distances of three looks. A few classes score high in a few cells, so that finds of one thing come in several looks."""
    levels = []
    for _ in range(LOOKS):
        sides = [INPUT // stride for stride in (8, 16, 32)]
        scores = [torch.rand(1, side * side, 80, generator=generator) * 0.05 for side in sides]
        for _ in range(30):
            level = int(torch.randint(1, 3, (1,), generator=generator))
            cell = int(torch.randint(0, sides[level] ** 2, (1,), generator=generator))
            scores[level][0, cell, int(torch.randint(0, 3, (1,), generator=generator))] = 0.12 + 0.8 * torch.rand(1, generator=generator)
        levels += [*scores, *(torch.randn(1, side * side, 44, generator=generator) * 2 for side in sides)]
    return levels


def _plain(levels, regions):
    """(mean score, class, box) of what stays, best first."""
    finds = sorted((find for look in range(LOOKS) for find in _finds(levels[6 * look : 6 * look + 6], regions[look].tolist(), look)), reverse=True)
    things = []
    for score, kind, box, look in finds:
        if not any(other_kind == kind and _overlap(other, box) > 0.5 for _, other_kind, other, _ in things):
            things.append((score, kind, box, look))
    merged = []
    for _, kind, box, _ in things:
        marks = []
        for look in range(LOOKS):
            own = [score for score, other_kind, other, from_look in finds if from_look == look and other_kind == kind and (_overlap(other, box) > 0.5 or other == box)]
            if own or _reaches(box, regions[look].tolist()):
                marks.append(max(own, default=0.0))
        merged.append((sum(marks) / len(marks), kind, box))
    kept = []
    for thing in sorted(merged, reverse=True):
        if thing[0] >= 0.05 and not any(_overlap(other[2], thing[2]) > 0.7 for other in kept):
            kept.append(thing)
    return [thing for at, thing in enumerate(kept) if sum(other[1] == thing[1] for other in kept[:at]) < 9]


def _finds(levels, region, look):
    kept = []
    candidates = []
    for level, stride in enumerate((8, 16, 32)):
        side = INPUT // stride
        for cell in range(side * side):
            kind = int(levels[level][0, cell].argmax())
            score = float(levels[level][0, cell, kind])
            if score < 0.1:
                continue
            distances = (levels[3 + level][0, cell].reshape(4, 11).softmax(dim=1) * torch.arange(11)).sum(dim=1) * stride
            x, y = (cell % side + 0.5) * stride, (cell // side + 0.5) * stride
            box = [min(1.0, max(0.0, float(value) / INPUT)) for value in (x - distances[0], y - distances[1], x + distances[2], y + distances[3])]
            if look > 0:
                box = [1 - box[2], box[1], 1 - box[0], box[3]]
            width, height = region[2] - region[0], region[3] - region[1]
            candidates.append((score, kind, [region[0] + box[0] * width, region[1] + box[1] * height, region[0] + box[2] * width, region[1] + box[3] * height], look))
    for find in sorted(candidates, reverse=True):
        if not any(other[1] == find[1] and _overlap(other[2], find[2]) > 0.5 for other in kept):
            kept.append(find)
    return [find for find in kept if _reaches(find[2], region)]


def _reaches(box, region):
    return all(
        (region[side] <= 0 or box[side] >= region[side] + 0.01) and (region[side + 2] >= 1 or box[side + 2] <= region[side + 2] - 0.01) for side in (0, 1)
    )


def _overlap(a, b):
    width, height = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)
