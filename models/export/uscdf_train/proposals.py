"""What the frozen detector saw, as a fixed number of object slots. No weight here is learned."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .looks import INPUT

CLASSES = 80
SLOTS = 24
"""Objects handed on; empty slots have score 0."""
CANDIDATES = 160
"""Finds of each look that are compared."""
_MERGED = 160
"""Things, the best of all looks' finds, among which classes compete."""
PATCH = 112
"""Side of the mask head's output."""
MARGIN = 0.125
"""The mask head looks at a box grown by this share on each side."""
CANVAS = 208
"""Side of the square that masks are drawn on; it covers the whole (stretched) photograph."""
_STRIDES = (8, 16, 32)
_BINS = 11
_WITHIN_CLASS = 0.5
_ACROSS_CLASSES = 0.7
_LEAST_SCORE = 0.05
_SUPPORT = 0.1
"""A find of one look that supports one of another look; lower ones are noise."""
_CUT = 0.01
"""How near the border of a part, in shares of the photograph, a thing counts as cut by it."""
LEAST_SEEN = 0.3
"""Slots below this are handed on as empty: texts never speak of what scores so low (`VISIBLE` in `mini.texts`), but a model that sees it names it."""
_CONFIDENT = 0.3
_SAME_CLASS = 9
_SUPPRESSION_ROUNDS = 12
_MEAN_BGR = (103.53, 116.28, 123.675)
_DEVIATION_BGR = (57.375, 57.12, 58.395)


class Boxes(nn.Module):
    """What the detector found in its looks at one photograph, as object slots.

    Inputs: what each look sees `[LOOKS, 4]` (see `Looks`), then for each look the class scores `[1, cells, 80]` and distances `[1, cells, 44]` of strides 8, 16, 32.
    Outputs: boxes `[SLOTS, 4]` (left, top, right, bottom, 0–1) and class scores `[SLOTS, 80]` (all 0 in an empty slot). Sure finds come
    first, the largest of them first; the others follow by score. A slot's scores are the mean over the looks that could see it whole. Overlaps are dropped as the
    detector's own runtime does.
    """

    def __init__(self) -> None:
        super().__init__()
        self.finds = Finds()

    def forward(self, regions: Tensor, *levels: Tensor) -> tuple[Tensor, Tensor]:
        looks = len(levels) // 6
        seen = [self.finds(regions[look], look > 0, *levels[6 * look : 6 * look + 6]) for look in range(looks)]
        boxes, scores = (torch.cat(parts) for parts in zip(*seen, strict=True))
        shares = self._support(boxes, scores, regions[:looks])
        best = scores.amax(dim=1)
        merged = best * shares
        merged, order = merged.topk(_MERGED)
        boxes, scores = boxes[order], scores[order] * shares[order, None]
        kept = self._kept(boxes, scores.argmax(dim=1), merged)
        area = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
        sure = (merged >= _CONFIDENT).to(best.dtype)
        # Which slots there are goes by score alone; how they are ordered, by size where the detector is sure.
        _, chosen = (merged * kept).topk(SLOTS)
        rank = kept[chosen] * (sure[chosen] * (1 + area[chosen]) + (1 - sure[chosen]) * merged[chosen] * 0.5)
        chosen = chosen[rank.topk(SLOTS)[1]]
        return boxes[chosen], scores[chosen] * kept[chosen, None]

    def _support(self, boxes: Tensor, scores: Tensor, regions: Tensor) -> Tensor:
        """By what the score of each find is to be multiplied for the mean over the looks, `[n]`; 0 where a better one of its class stands for it."""
        best, order = scores.amax(dim=1).sort(descending=True)
        boxes, classes = boxes[order], scores[order].argmax(dim=1)
        alike = (classes[:, None] == classes[None, :]) & (_overlaps(boxes) > _WITHIN_CLASS)
        look = order // CANDIDATES
        total, could = torch.zeros_like(best), torch.zeros_like(best)
        for number in range(len(regions)):
            own = (look == number).to(best.dtype) * best
            found = torch.maximum(own, (alike.to(best.dtype) * own[None, :]).amax(dim=1))
            total = total + found
            could = could + torch.maximum((found > 0).to(best.dtype), _reaches(boxes, regions[number]))
        leads = _without_rivals(alike, best)
        shares = leads * total / could.clamp_min(1) / best.clamp_min(1e-6)
        return torch.zeros_like(shares).scatter(0, order, shares)

    def _kept(self, boxes: Tensor, classes: Tensor, best: Tensor) -> Tensor:
        """1 for each merged find, best first, that no better one of any class stands for."""
        kept = _without_rivals(_overlaps(boxes) > _ACROSS_CLASSES, best)
        same = (classes[:, None] == classes[None, :]).to(boxes.dtype)
        ahead = (same.tril(-1) @ kept[:, None])[:, 0]
        sides = boxes[:, 2:] - boxes[:, :2]
        large = (sides.amin(dim=1) >= 6 / 512).to(boxes.dtype)
        return kept * (ahead < _SAME_CLASS - 0.5).to(boxes.dtype) * (best >= _LEAST_SCORE).to(boxes.dtype) * large


class Finds(nn.Module):
    """What one look found: boxes `[CANDIDATES, 4]` as shares of the photograph, and class scores `[CANDIDATES, 80]`, best first. Those are all 0 that overlap a better
    find of their class, or that the border of a part cuts: other looks see them whole."""

    def __init__(self) -> None:
        super().__init__()
        centres, strides = _cells()
        self.register_buffer("centres", centres)
        self.register_buffer("strides", strides)
        self.register_buffer("bins", torch.arange(_BINS, dtype=torch.float32))

    def forward(self, region: Tensor, mirrored: bool, s8: Tensor, s16: Tensor, s32: Tensor, d8: Tensor, d16: Tensor, d32: Tensor) -> tuple[Tensor, Tensor]:
        scores = torch.cat((s8, s16, s32), dim=1)[0]
        best, at = scores.amax(dim=1).topk(CANDIDATES)
        scores = scores[at]
        distances = torch.cat((d8, d16, d32), dim=1)[0][at].reshape(CANDIDATES, 4, _BINS)
        sides = (distances.softmax(dim=2) * self.bins).sum(dim=2) * self.strides[at]
        centres = self.centres[at]
        start, end = ((centres - sides[:, :2]) / INPUT).clamp(0, 1), ((centres + sides[:, 2:]) / INPUT).clamp(0, 1)
        if mirrored:
            start, end = torch.cat((1 - end[:, :1], start[:, 1:]), dim=1), torch.cat((1 - start[:, :1], end[:, 1:]), dim=1)
        size = region[2:] - region[:2]
        boxes = torch.cat((region[:2] + start * size, region[:2] + end * size), dim=1)
        classes = scores.argmax(dim=1)
        kept = _without_rivals((classes[:, None] == classes[None, :]) & (_overlaps(boxes) > _WITHIN_CLASS), best)
        kept = kept * _reaches(boxes, region) * (best >= _SUPPORT).to(best.dtype)
        return boxes, scores * kept[:, None]


class MaskHeadInput(nn.Module):
    """Boxes and the photograph as the mask head wants them: `[SLOTS, 4]` (x, y, width, height of 512) and `[1, 512, 512, 3]` RGB 0–255."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(_MEAN_BGR).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(_DEVIATION_BGR).view(1, 3, 1, 1))

    def forward(self, pixel_values: Tensor, boxes: Tensor) -> tuple[Tensor, Tensor]:
        rgb = (pixel_values * self.deviation + self.mean).flip(1)
        image = F.interpolate(rgb, size=(512, 512), mode="bilinear", align_corners=False).permute(0, 2, 3, 1)
        sides = (boxes[:, 2:] - boxes[:, :2]).clamp_min(2 / 512)
        return torch.cat((boxes[:, :2], sides), dim=1) * 512, image


class ObjectFeatures(nn.Module):
    """What is known of each slot as numbers, `[SLOTS, OBJECT_FEATURES]`, of the photograph as a whole, `[1, IMAGE_FEATURES]`, and of its parts,
    `[16, GRID_FEATURES]`: class scores, place, size, number and rank among its kind, colours, and the detector's features under the mask."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(_MEAN_BGR).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(_DEVIATION_BGR).view(1, 3, 1, 1))
        self.paste = Paste()

    def forward(
        self, pixel_values: Tensor, n8: Tensor, n16: Tensor, boxes: Tensor, scores: Tensor, patches: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        best, classes = scores.max(dim=1)
        present = (best >= LEAST_SEEN).to(scores.dtype)
        best, scores = best * present, scores * present[:, None]
        small = F.avg_pool2d(self.paste(boxes, patches)[:, None], 4)[:, 0] * present[:, None, None]
        rgb = F.avg_pool2d((pixel_values * self.deviation + self.mean).flip(1) / 255, 8)
        shares = small.flatten(1)
        weights = shares / (shares.sum(dim=1, keepdim=True) + 1e-4)
        colours = colour_bins(rgb)[0].flatten(1)
        under8 = weights @ n8[0].flatten(1).T
        coarse = F.avg_pool2d(small[:, None], 2)[:, 0].flatten(1)
        under16 = (coarse / (coarse.sum(dim=1, keepdim=True) + 1e-4)) @ n16[0].flatten(1).T
        area = shares.mean(dim=1)
        slots = torch.cat(
            (
                *_scores_seen(scores),
                present[:, None],
                *_place(boxes, area),
                *_ranks(boxes, area, classes, best),
                weights @ colours.T,
                weights @ rgb[0].flatten(1).T,
                under8,
                under16,
            ),
            dim=1,
        )
        whole = torch.cat(_scores_seen(scores.amax(dim=0, keepdim=True)), dim=1)
        grid = torch.cat((F.avg_pool2d(n8, 13), F.avg_pool2d(rgb, 13)), dim=1)[0].flatten(1).T
        return slots * present[:, None], whole, grid


class Paste(nn.Module):
    """Draws mask patches `[n, PATCH, PATCH]` at their boxes (grown by MARGIN): `[n, CANVAS, CANVAS]`, bilinear, 0 outside."""

    def __init__(self, canvas: int = CANVAS) -> None:
        super().__init__()
        self.register_buffer("pixels", (torch.arange(canvas, dtype=torch.float32) + 0.5) / canvas)
        self.register_buffer("cells", torch.arange(PATCH, dtype=torch.float32))

    def forward(self, boxes: Tensor, patches: Tensor) -> Tensor:
        """Slots without an object come out as they are; `of_objects` empties them."""
        across = self._weights(boxes[:, 0], boxes[:, 2])
        down = self._weights(boxes[:, 1], boxes[:, 3])
        return down @ patches @ across.transpose(1, 2)

    def of_objects(self, boxes: Tensor, patches: Tensor, slots: Tensor) -> Tensor:
        """The same, with nothing in the slots `[n, OBJECT_FEATURES]` (as they came out of ObjectFeatures) that hold no object."""
        present = (slots.abs().sum(dim=1) > 0).to(patches.dtype)
        return self(boxes, patches) * present[:, None, None]

    def _weights(self, start: Tensor, end: Tensor) -> Tensor:
        """`[n, CANVAS, PATCH]`: how much each cell gives to each pixel along one side."""
        length = (end - start).clamp_min(2 / 512)
        first = start - MARGIN * length
        share = (self.pixels[None, :] - first[:, None]) / ((1 + 2 * MARGIN) * length[:, None])
        inside = ((share >= 0) & (share <= 1)).to(start.dtype)
        position = (share * PATCH - 0.5).clamp(0, PATCH - 1)
        return (1 - (position[:, :, None] - self.cells).abs()).clamp_min(0) * inside[:, :, None]


def colour_bins(rgb: Tensor) -> Tensor:
    """`[1, 3, h, w]` (0–1) as shares of 27 colours, `[1, 27, h, w]`: three levels a channel, blended linearly."""
    levels = torch.stack((1 - rgb * 2, 1 - (rgb * 2 - 1).abs(), rgb * 2 - 1), dim=1).clamp_min(0)
    red, green, blue = levels[:, :, 0], levels[:, :, 1], levels[:, :, 2]
    pairs = (red[:, :, None] * green[:, None]).flatten(1, 2)
    return (pairs[:, :, None] * blue[:, None]).flatten(1, 2)


def _cells() -> tuple[Tensor, Tensor]:
    centres, strides = [], []
    for stride in _STRIDES:
        side = INPUT // stride
        steps = (torch.arange(side, dtype=torch.float32) + 0.5) * stride
        rows, columns = torch.meshgrid(steps, steps, indexing="ij")
        centres.append(torch.stack((columns.flatten(), rows.flatten()), dim=1))
        strides.append(torch.full((side * side, 1), float(stride)))
    return torch.cat(centres), torch.cat(strides)


def _without_rivals(rivals: Tensor, best: Tensor) -> Tensor:
    """1 for each find, best first, that no better rival `[n, n]` stands for. Rounds of parallel suppression end where the greedy one does."""
    better = rivals.to(best.dtype).tril(-1)
    kept = torch.ones_like(best)
    for _ in range(_SUPPRESSION_ROUNDS):
        kept = ((better @ kept[:, None])[:, 0] < 0.5).to(best.dtype)
    return kept


def _reaches(boxes: Tensor, region: Tensor) -> Tensor:
    """1 for each box that lies in a look's region and off those borders of it that are not the photograph's."""
    start = torch.where(region[:2] <= 0, torch.full_like(region[:2], -1.0), region[:2] + _CUT)
    end = torch.where(region[2:] >= 1, torch.full_like(region[2:], 2.0), region[2:] - _CUT)
    inside = torch.cat((boxes[:, :2] >= start, boxes[:, 2:] <= end), dim=1)
    return inside.to(boxes.dtype).amin(dim=1)


def _overlaps(boxes: Tensor) -> Tensor:
    """Intersection over union of every pair, `[n, n]`."""
    start = torch.maximum(boxes[:, None, :2], boxes[None, :, :2])
    end = torch.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = (end - start).clamp_min(0).prod(dim=2)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    return shared / (area[:, None] + area[None, :] - shared + 1e-9)


def _scores_seen(scores: Tensor) -> tuple[Tensor, Tensor]:
    return scores, (scores + 0.01).log() / 4 + 1


def _place(boxes: Tensor, area: Tensor) -> tuple[Tensor, ...]:
    """Box and mask area as numbers and as soft bins."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    sides = boxes[:, 2:] - boxes[:, :2]
    return (
        boxes,
        middle,
        sides,
        area[:, None].sqrt(),
        _bins(middle[:, 0] * 6, 7),
        _bins(middle[:, 1] * 6, 7),
        _bins(area.sqrt() * 6, 7),
        _bins(sides[:, 0] * 4, 5),
        _bins(sides[:, 1] * 4, 5),
    )


def _ranks(boxes: Tensor, area: Tensor, classes: Tensor, best: Tensor) -> tuple[Tensor, ...]:
    """How many sure finds of its kind there are, and how many stand left, right, above, below of it, or are larger; the last also of all kinds."""
    sure = torch.sigmoid((best - 0.4) / 0.04) * (best > 0).to(best.dtype)
    same = (classes[:, None] == classes[None, :]).to(boxes.dtype) * sure[None, :]
    x = (boxes[:, 0] + boxes[:, 2]) / 2
    y = (boxes[:, 1] + boxes[:, 3]) / 2

    def rank(value: Tensor, among: Tensor) -> Tensor:
        return _bins(((value[None, :] < value[:, None]).to(boxes.dtype) * among).sum(dim=1), 4)

    everything = sure[None, :].expand_as(same)
    return (
        _bins(same.sum(dim=1), 8),
        rank(x, same),
        rank(-x, same),
        rank(y, same),
        rank(-y, same),
        rank(-area, same),
        rank(area, same),
        rank(-area, everything),
        rank(x, everything),
        rank(-x, everything),
    )


def _bins(value: Tensor, count: int) -> Tensor:
    """`[n]` as `[n, count]`: 1 at its whole number, blended linearly between two; the last bin takes what lies beyond."""
    steps = torch.arange(count, dtype=value.dtype, device=value.device)
    return (1 - (value.clamp(0, count - 1)[:, None] - steps).abs()).clamp_min(0)


APPEARANCE = 256
"""The detector's features under the mask: the last ones of a slot."""
OBJECT_FEATURES = 2 * CLASSES + 1 + 4 + 2 + 2 + 1 + 7 + 7 + 7 + 5 + 5 + 8 + 9 * 4 + 27 + 3 + APPEARANCE
AREA_ROOT = 2 * CLASSES + 1 + 4 + 2 + 2
"""Where a slot's features hold the root of its mask's share of the photograph."""
IMAGE_FEATURES = 2 * CLASSES
GRID_FEATURES = 128 + 3
GRID = 16
