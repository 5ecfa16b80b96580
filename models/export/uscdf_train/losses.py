"""One batch through the model: each part of the objective, and how good the masks are."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from .batches import Batch, Picture
from .model import IMAGE_TOKENS, MiniModel, same_name
from .objective import Weights, dice, mask_bce, text_loss
from .proposals import CANVAS, Paste

_MOSTLY_INSIDE = 0.55
_PARTLY_INSIDE = 0.3
_LIKE = 0.25
_COARSE = 52


@dataclass(frozen=True)
class Losses:
    """`total` is weighted; the others are plain. `overlap` is the mean IoU of the masks, teacher-forced; `right` the share of tokens."""

    total: Tensor
    parts: dict[str, float]


def losses_of(model: MiniModel, batch: Batch, image_at: int, paste: Paste, weights: Weights, device: torch.device) -> Losses:
    """Runs the batch. `image_at` is the number of tokens before the image."""
    batch_slots, whole, grid = (
        torch.stack([getattr(picture, name) for picture in batch.pictures]).to(device) for name in ("slots", "whole", "grid")
    )
    tokens, targets, segments = (part.to(device) for part in (batch.tokens, batch.targets, batch.segments))
    with torch.autocast(device.type, dtype=torch.bfloat16):
        images = model.image_tokens(batch_slots, whole, grid)
        states = model.states(images, tokens, segments, image_at)
        # The state at a place predicts the next one; answers begin after the image.
        rows, places = torch.nonzero(targets >= 0, as_tuple=True)
        logits = model.logits(states[rows, places - 1 + IMAGE_TOKENS])
    words = targets[rows, places]
    text = text_loss(logits, words)
    right = (logits.argmax(dim=1) == words).float().mean()
    masks = {**_choice_loss(model, batch, states.float(), device), **_mask_losses(model, batch, states.float(), paste, device)}
    total = text + weights.bce * masks["bce"] + weights.dice * masks["dice"] + weights.choice * masks["choice"] + weights.likeness * masks["likeness"]
    parts = {"total": total, "text": text, "right": right, **masks}
    return Losses(total, {name: float(value.detach()) for name, value in parts.items()})


def _choice_loss(model: MiniModel, batch: Batch, states: Tensor, device: torch.device) -> dict[str, Tensor]:
    """Which objects each mask of the batch means, on a coarse canvas."""
    paste = Paste(_COARSE).to(device)
    total, count = states.sum() * 0, 0
    for index, picture in enumerate(batch.pictures):
        mine = [(at, truth) for row, at, truth in batch.masks if row == index]
        if not mine:
            continue
        slots = picture.slots.to(device)
        objects = paste.of_objects(picture.boxes.to(device), picture.patches.to(device), slots)
        truth = F.avg_pool2d(torch.stack([mask for _, mask in mine]).to(device)[:, None], CANVAS // _COARSE)[:, 0]
        meant, heed = _meant(objects, truth, slots)
        prompts = model.mask_decoder.prompts(torch.stack([states[index, at - 1 + IMAGE_TOKENS] for at, _ in mine]))
        choice = model.mask_decoder.choice(prompts, model.object_keys(slots[None])[0])
        losses = F.binary_cross_entropy_with_logits(choice, meant, reduction="none")
        total = total + (losses * heed).sum() / heed.sum().clamp_min(1) * len(mine)
        count += len(mine)
    return {"choice": total / max(1, count)}


def _mask_losses(model: MiniModel, batch: Batch, states: Tensor, paste: Paste, device: torch.device) -> dict[str, Tensor]:
    """Losses of the masks that are drawn."""
    sums = {name: states.sum() * 0 for name in ("bce", "dice", "likeness", "overlap")}
    for index, picture in enumerate(batch.pictures):
        mine = [(at, truth) for number, (row, at, truth) in enumerate(batch.masks) if row == index and number in batch.drawn]
        if not mine:
            continue
        hidden = torch.stack([states[index, at - 1 + IMAGE_TOKENS] for at, _ in mine])
        truth = torch.stack([mask for _, mask in mine]).to(device)
        for name, value in _picture_losses(model, picture, hidden, truth, paste, device).items():
            sums[name] = sums[name] + value * len(mine)
    return {name: value / max(1, len(batch.drawn)) for name, value in sums.items()}


def _picture_losses(model: MiniModel, picture: Picture, hidden: Tensor, truth: Tensor, paste: Paste, device: torch.device) -> dict[str, Tensor]:
    slots = picture.slots.to(device)
    with torch.no_grad():
        objects = paste.of_objects(picture.boxes.to(device), picture.patches.to(device), slots)[None]
    rgb = picture.rgb[None].to(device)
    with torch.autocast(device.type, dtype=torch.bfloat16):
        pixels = model.neck(picture.n8[None].to(device), picture.n16[None].to(device), rgb)
        logits, _, likeness = model.mask_decoder(hidden, model.object_keys(slots[None]), objects, pixels, rgb, same_name(slots[None]))
    logits = logits[:, 0].float()
    there, found = truth > 0.5, logits.detach() > 0
    return {
        "bce": mask_bce(logits, truth),
        "dice": dice(logits, truth),
        "likeness": mask_bce(likeness.float(), F.avg_pool2d(truth[:, None], 2)),
        "overlap": ((found & there).flatten(1).sum(1) / (found | there).flatten(1).sum(1).clamp_min(1)).mean(),
    }


def _meant(objects: Tensor, truth: Tensor, slots: Tensor) -> tuple[Tensor, Tensor]:
    """Which objects each mask means, `[n, SLOTS]`: those that lie inside it, and the one that is most like it; and how much each matters: little
    where it is small beside the mask, or neither in nor out."""
    shared = torch.einsum("shw,nhw->ns", objects, truth)
    area, whole = objects.flatten(1).sum(dim=1), truth.flatten(1).sum(dim=1, keepdim=True)
    present = (slots.abs().sum(dim=1) > 0).float()
    inside = shared / area.clamp_min(1e-3)
    likeness = shared / (area + whole - shared).clamp_min(1e-3)
    nearest = (likeness == likeness.amax(dim=1, keepdim=True)) & (likeness > _LIKE)
    meant = ((inside > _MOSTLY_INSIDE) | nearest).float() * present
    share = (area / whole.clamp_min(1.0) * 8).clamp(0.05, 1)
    unclear = (inside > _PARTLY_INSIDE).float()
    return meant, torch.where(meant > 0, share, 1 - 0.8 * unclear) * present
