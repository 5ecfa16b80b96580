"""Records as batches: a few pictures at a time, several records of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from .cache import FeatureCache
from .masks import decode
from .proposals import CANVAS
from .renaming import renamed
from .tokens import Words
from .uscdf_files import Record

MOST_TOKENS = 700
"""Conversations that do not fit into a row of this length are left out of it."""
_FOLLOW_UPS = 0.15


@dataclass(frozen=True)
class Size:
    """Of a batch: pictures, records of each, pictures whose masks are drawn, and how many masks of them at most."""

    pictures: int = 8
    records: int = 8
    mask_pictures: int = 4
    masks: int = 10


@dataclass(frozen=True)
class Picture:
    """Features of one picture as tensors; see `frozen.Seen`."""

    boxes: Tensor
    patches: Tensor
    slots: Tensor
    whole: Tensor
    grid: Tensor
    n8: Tensor
    n16: Tensor
    rgb: Tensor


@dataclass(frozen=True)
class Batch:
    """One row a picture: the shared beginning, then several conversations, padded with 0. `targets` `[B, T]`: the token itself where it is part
    of an answer, −1 elsewhere; `segments` `[B, T]`: see `MiniModel.states`. `masks` are (row, place of its `[SEG]`, `[CANVAS, CANVAS]` 0–1);
    those whose index is in `drawn` are to be drawn, which is what costs time."""

    tokens: Tensor
    targets: Tensor
    segments: Tensor
    pictures: tuple[Picture, ...]
    masks: tuple[tuple[int, int, Tensor], ...]
    drawn: frozenset[int]


@dataclass
class _Row:
    """A picture's row while it is put together."""

    tokens: list[int]
    targets: list[int]
    segments: list[int]
    masks: list[tuple[int, dict]]


class Batches:
    """Draws batches without end. Seed and step number decide what a batch holds, so a training can go on where it stopped."""

    def __init__(self, records: list[Record], words: Words, cache: FeatureCache, size: Size, seed: int) -> None:
        # No conversation holds records that call things differently.
        by_image: dict[tuple[Path, int], list[Record]] = defaultdict(list)
        for record in records:
            by_image[record.image, -1 if record.renaming is None else record.renaming].append(record)
        self._images = sorted(by_image.items())
        self._words, self._cache, self._size, self._seed = words, cache, size, seed

    @property
    def images(self) -> list[Path]:
        return sorted({image for (image, _), _ in self._images})

    def from_step(self, step: int) -> Iterator[Batch]:
        while True:
            yield self._batch(np.random.default_rng((self._seed, step)))
            step += 1

    def _batch(self, random: np.random.Generator) -> Batch:
        chosen = random.choice(len(self._images), size=min(self._size.pictures, len(self._images)), replace=False)
        pictures, rows = [], []
        for at in chosen:
            (image, renaming), records = self._images[int(at)]
            pictures.append(picture(self._cache, image, renaming))
            order = random.permutation(len(records))[: self._size.records]
            rows.append(self._row([records[int(number)] for number in order], random))
        return self._padded(pictures, rows, random)

    def _row(self, records: list[Record], random: np.random.Generator) -> _Row:
        prefix = self._words.prefix
        row = _Row(list(prefix), [-1] * len(prefix), [0] * len(prefix), [])
        for segment, conversation in enumerate(self._conversations(records, random), 1):
            turns = tuple(turn for record in conversation for turn in record.turns)
            masks = [mask for record in conversation for mask in record.masks]
            sequence = self._words.conversation(turns)
            tokens, learned = sequence.tokens[len(prefix) :], sequence.learned[len(prefix) :]
            if len(row.tokens) + len(tokens) > MOST_TOKENS:
                continue
            start = len(row.tokens)
            segs = [start + at for at, (token, own) in enumerate(zip(tokens, learned, strict=True)) if own and token == self._words.seg]
            row.masks += zip(segs, masks, strict=True)
            row.tokens += tokens
            row.targets += [token if own else -1 for token, own in zip(tokens, learned, strict=True)]
            row.segments += [segment] * len(tokens)
        return row

    def _conversations(self, records: list[Record], random: np.random.Generator) -> Iterator[list[Record]]:
        """Each record by itself; now and then two as one conversation, so that a second question is nothing new."""
        at = 0
        while at < len(records):
            together = 2 if at + 1 < len(records) and random.random() < _FOLLOW_UPS else 1
            yield records[at : at + together]
            at += together

    def _padded(self, pictures: list[Picture], rows: list[_Row], random: np.random.Generator) -> Batch:
        longest = max(len(row.tokens) for row in rows)
        tokens = torch.zeros(len(rows), longest, dtype=torch.long)
        targets = torch.full((len(rows), longest), -1, dtype=torch.long)
        segments = torch.full((len(rows), longest), -1, dtype=torch.long)
        places: list[tuple[int, int, dict]] = []
        with_masks = {int(at) for at in random.choice(len(rows), size=min(self._size.mask_pictures, len(rows)), replace=False)}
        for number, row in enumerate(rows):
            tokens[number, : len(row.tokens)] = torch.tensor(row.tokens)
            targets[number, : len(row.tokens)] = torch.tensor(row.targets)
            segments[number, : len(row.tokens)] = torch.tensor(row.segments)
            places += [(number, at, mask) for at, mask in row.masks]
        masks = tuple((row, at, canvas_mask(mask)) for row, at, mask in places)
        candidates = [at for at, (row, _, _) in enumerate(masks) if row in with_masks]
        drawn = random.permutation(candidates)[: self._size.masks]
        return Batch(tokens, targets, segments, tuple(pictures), masks, frozenset(int(at) for at in drawn))


def picture(cache: FeatureCache, path: Path, renaming: int = -1) -> Picture:
    """A picture's stored features as tensors, under the renaming of this number, or under none."""
    seen = cache.look(path)
    if renaming >= 0:
        seen = renamed(seen, renaming)
    return Picture(
        boxes=torch.from_numpy(seen.boxes),
        patches=torch.from_numpy(seen.patches),
        slots=torch.from_numpy(seen.slots),
        whole=torch.from_numpy(seen.whole),
        grid=torch.from_numpy(seen.grid),
        n8=torch.from_numpy(seen.n8),
        n16=torch.from_numpy(seen.n16),
        rgb=torch.from_numpy(seen.rgb.astype(np.float32) / 255),
    )


def canvas_mask(mask: dict) -> Tensor:
    """A record's mask on the square canvas: `[CANVAS, CANVAS]`, the share of each cell that it covers."""
    pixels = Image.fromarray(decode(mask).astype(np.uint8) * 255)
    return torch.from_numpy(np.asarray(pixels.resize((CANVAS, CANVAS), Image.Resampling.BILINEAR), dtype=np.float32) / 255)
