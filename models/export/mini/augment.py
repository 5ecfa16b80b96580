"""More scenes from few photographs: crops, mirror images, colours, and compositions with cut-out things."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from .classes import nouns
from .scenes import Scene, Thing

LONGEST = 480
"""Longest side of a training picture, in pixels."""
_STILL_THERE = 0.55
"""Share of a thing that must remain in a crop, or uncovered, for the thing to be spoken of."""


@dataclass(frozen=True)
class CutOut:
    """A thing without its surroundings, to be put into another photograph."""

    kind: int
    pixels: Image.Image
    alpha: np.ndarray
    """`[height, width]` bool."""


def variant(scene: Scene, random: np.random.Generator, name: str) -> Scene:
    """A random crop, mirrored half of the time, with slightly other colours."""
    width, height = scene.image.size
    share = random.uniform(0.62, 1.0, size=2)
    crop_width, crop_height = round(width * share[0]), round(height * share[1])
    left = int(random.integers(0, width - crop_width + 1))
    top = int(random.integers(0, height - crop_height + 1))
    image = scene.image.crop((left, top, left + crop_width, top + crop_height))
    things, traces = [], set()
    for thing in scene.things:
        mask = thing.mask[top : top + crop_height, left : left + crop_width]
        remaining = mask.sum() / max(1, thing.mask.sum())
        if remaining > 0.01:
            traces.add(thing.kind)
        if remaining >= _STILL_THERE:
            things.append(Thing(thing.kind, mask, thing.score, thing.human, thing.crowd))
    # A class of which the crop left a trace is neither claimed nor denied; one that it left out whole may be denied.
    deniable = scene.deniable | ({thing.kind for thing in scene.things} - traces)
    if random.random() < 0.5:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        for thing in things:
            thing.mask = thing.mask[:, ::-1]
    return resized(Scene(name, _recoloured(image, random), things, deniable, scene.human))


def resized(scene: Scene) -> Scene:
    """The scene at LONGEST pixels at most."""
    scale = LONGEST / max(scene.image.size)
    if scale >= 1:
        return scene
    size = tuple(max(16, round(side * scale)) for side in scene.image.size)
    things = [
        Thing(thing.kind, _resize_mask(thing.mask, size), thing.score, thing.human, thing.crowd) for thing in scene.things
    ]
    return Scene(
        scene.name,
        scene.image.resize(size, Image.Resampling.LANCZOS),
        [thing for thing in things if thing.mask.any()],
        scene.deniable,
        scene.human,
    )


def cut_outs(scenes: list[Scene]) -> list[CutOut]:
    """Things that stand whole and large enough in their photograph, with masks by people or sure finds."""
    found = []
    for scene in scenes:
        for thing in scene.things:
            if thing.crowd or (not thing.human and thing.score < 0.6):
                continue
            rows, columns = np.flatnonzero(thing.mask.any(axis=1)), np.flatnonzero(thing.mask.any(axis=0))
            top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
            whole = top > 2 and left > 2 and bottom < thing.mask.shape[0] - 2 and right < thing.mask.shape[1] - 2
            if not whole or bottom - top < 48 or right - left < 48:
                continue
            found.append(CutOut(thing.kind, scene.image.crop((left, top, right, bottom)), thing.mask[top:bottom, left:right]))
    return found


def composition(scene: Scene, pool: list[CutOut], random: np.random.Generator, name: str) -> Scene:
    """The scene with one to three things put into it; half of the time two of one kind, one of them in another colour."""
    things = [Thing(thing.kind, thing.mask.copy(), thing.score, thing.human, thing.crowd) for thing in scene.things]
    image = scene.image.copy()
    deniable = set(scene.deniable)
    chosen = [pool[int(random.integers(len(pool)))] for _ in range(int(random.integers(1, 4)))]
    if len(chosen) > 1 and random.random() < 0.5:
        chosen[1] = chosen[0]
    for cut in chosen:
        placed = _put(image, things, cut, random)
        if placed is None:
            continue
        image, mask = placed
        things = [_covered(thing, mask) for thing in things]
        things.append(Thing(cut.kind, mask))
        deniable.discard(cut.kind)
    return Scene(name, image, [thing for thing in things if thing.mask.any()], deniable, scene.human)


def _put(image: Image.Image, things: list[Thing], cut: CutOut, random: np.random.Generator):
    width, height = image.size
    share = float(np.exp(random.uniform(np.log(0.02), np.log(0.2))))
    scale = np.sqrt(share * width * height / max(1, cut.alpha.sum()))
    size = (max(8, round(cut.pixels.width * scale)), max(8, round(cut.pixels.height * scale)))
    if size[0] > 0.9 * width or size[1] > 0.9 * height:
        return None
    left, top = int(random.integers(0, width - size[0])), int(random.integers(0, height - size[1]))
    pixels = cut.pixels.resize(size, Image.Resampling.LANCZOS)
    alpha = Image.fromarray((cut.alpha * 255).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    if random.random() < 0.5:
        pixels, alpha = (part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) for part in (pixels, alpha))
    if not nouns()[cut.kind].colourless and random.random() < 0.4:
        pixels = _tinted(pixels, random)
    pixels = ImageEnhance.Brightness(pixels).enhance(float(random.uniform(0.85, 1.15)))
    mask = np.zeros((height, width), dtype=bool)
    mask[top : top + size[1], left : left + size[0]] = np.asarray(alpha) > 127
    # A thing that would all but vanish under the new one would leave the picture strange.
    if not mask.any() or any((thing.mask & mask).sum() > 0.5 * thing.mask.sum() for thing in things):
        return None
    composed = image.copy()
    composed.paste(pixels, (left, top), alpha.filter(ImageFilter.GaussianBlur(0.8)))
    return composed, mask


def _covered(thing: Thing, mask: np.ndarray) -> Thing:
    return Thing(thing.kind, thing.mask & ~mask, thing.score, thing.human, thing.crowd)


def _tinted(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """The picture in shades of one strong colour, mixed with its own."""
    colour = np.array(colorsys.hsv_to_rgb(float(random.random()), float(random.uniform(0.6, 1.0)), 1.0))
    pixels = np.asarray(image, dtype=np.float32) / 255
    grey = pixels.mean(axis=2, keepdims=True)
    shades = np.clip(grey * 1.3 + 0.1, 0, 1) * colour
    return Image.fromarray((np.clip(0.85 * shades + 0.15 * pixels, 0, 1) * 255).astype(np.uint8))


def _recoloured(image: Image.Image, random: np.random.Generator) -> Image.Image:
    for enhancer in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        image = enhancer(image).enhance(float(random.uniform(0.85, 1.18)))
    return image


def _resize_mask(mask: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    return np.asarray(Image.fromarray((mask * 255).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)) > 127
