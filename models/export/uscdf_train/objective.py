"""The paper's training objective: cross-entropy of the text + 2.0 BCE + 0.5 Dice of the masks, and its schedule."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import LambdaLR

LEARNING_RATE = 3e-4
WARM_UP = 100


@dataclass(frozen=True)
class Weights:
    """λ of each part. The last two are this model's own: without them masks of a model that starts from nothing stay "everything in sight"."""

    bce: float = 2.0
    dice: float = 0.5
    choice: float = 2.0
    likeness: float = 0.5


def text_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of logits `[n, vocabulary]` with target tokens `[n]`, the mean over tokens."""
    return F.cross_entropy(logits.float(), targets)


def mask_bce(logits: Tensor, truth: Tensor) -> Tensor:
    """Binary cross-entropy of `[n, h, w]`, the mean over pixels, then over masks; 0 where there is no mask."""
    if logits.shape[0] == 0:
        return logits.sum() * 0
    return F.binary_cross_entropy_with_logits(logits.float(), truth.float())


def dice(logits: Tensor, truth: Tensor) -> Tensor:
    """Dice loss of `[n, h, w]`: 1 − 2 |A∩B| / (|A| + |B|) with probabilities, smoothed by 1 pixel, the mean over masks."""
    if logits.shape[0] == 0:
        return logits.sum() * 0
    likely = logits.float().sigmoid().flatten(1)
    there = truth.float().flatten(1)
    shared = (likely * there).sum(dim=1)
    return (1 - (2 * shared + 1) / (likely.sum(dim=1) + there.sum(dim=1) + 1)).mean()


def optimizer_of(parameters: list[torch.nn.Parameter], rate: float = LEARNING_RATE) -> AdamW:
    """AdamW without weight decay."""
    return AdamW(parameters, lr=rate, betas=(0.9, 0.95), weight_decay=0.0)


def warm_up_and_decay(optimizer: Optimizer, steps: int, warm_up: int = WARM_UP) -> LambdaLR:
    """DeepSpeed's WarmupDecayLR in its linear form: up from 0 in `warm_up` steps, then down to 0 at `steps`."""

    def share(step: int) -> float:
        if step < warm_up:
            return (step + 1) / warm_up
        return max(0.0, (steps - step) / max(1, steps - warm_up))

    return LambdaLR(optimizer, share)
