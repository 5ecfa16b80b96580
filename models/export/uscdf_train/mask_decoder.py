"""From the state that predicts `[SEG]` to a mask: the objects that it means, and the pixels that resemble it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .proposals import CANVAS, OBJECT_FEATURES, Paste

PROMPT = 128
"""Size of the prompt that a hidden state becomes."""
PIXEL = 24
"""Channels of the pixel features."""
_LEAST = 1e-4
_LEAST_LIKELY = 2.0
"""Logit that the likeliest object of a mask has at least."""
_OTHER_NAME = 3.0
"""What the logits of objects lose that go by another name than the likeliest one."""
_DECIDED = 3.0
"""By what the logits are multiplied then: an object is meant or not, and one that is half meant would be half drawn, below the threshold. These three were chosen on photographs of train2017."""
_QUIET = 0.3
"""What else is known of a slot begins quieter than its name."""


class PixelNeck(nn.Module):
    """Features of each of 104 × 104 places from the detector's two levels and the picture: `[B, PIXEL, 104, 104]`.

    Inputs: n8 `[B, 128, 52, 52]`, n16 `[B, 128, 26, 26]`, rgb `[B, 3, 208, 208]` (0–1).
    """

    def __init__(self) -> None:
        super().__init__()
        self.fine = nn.Conv2d(128, 48, 1)
        self.coarse = nn.Conv2d(128, 48, 1)
        self.picture = nn.Conv2d(3, 16, 5, stride=2, padding=2)
        self.mix = nn.Sequential(nn.Conv2d(64, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, PIXEL, 3, padding=1))

    def forward(self, n8: Tensor, n16: Tensor, rgb: Tensor) -> Tensor:
        coarse = F.interpolate(self.coarse(n16), scale_factor=2.0, mode="bilinear", align_corners=False)
        levels = F.interpolate(F.relu(self.fine(n8) + coarse), scale_factor=2.0, mode="bilinear", align_corners=False)
        return self.mix(torch.cat((levels, F.relu(self.picture(rgb * 2 - 1))), dim=1))


class ObjectKeys(nn.Module):
    """What a prompt compares itself with: `[…, OBJECT_FEATURES]` (standardised) and the slots' names `[…, hidden]` to `[…, PROMPT]`."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(OBJECT_FEATURES, 192), nn.GELU(), nn.Linear(192, PROMPT))
        with torch.no_grad():
            self.layers[2].weight *= _QUIET
        self.names = nn.Linear(hidden, PROMPT, bias=False)
        self.name_gain = nn.Parameter(torch.tensor(4.0))

    def forward(self, slots: Tensor, named: Tensor) -> Tensor:
        return self.layers(slots) + self.name_gain * self.names(named)


class MaskDecoder(nn.Module):
    """Masks of prompts, all of one photograph.

    Inputs: hidden states of `[SEG]` `[n, hidden]`; object keys `[1, SLOTS, PROMPT]`; the objects' masks `[1, SLOTS, 208, 208]` (0–1);
    pixel features `[1, PIXEL, 104, 104]`; the picture `[1, 3, 208, 208]` (0–1); which objects go by one name `[1, SLOTS, SLOTS]` (0 or 1, see `same_name`).
    Outputs: mask logits `[n, 1, 208, 208]`, object logits `[n, SLOTS]`, logits of the likeness of prompt and pixels `[n, 1, 104, 104]`.
    """

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.text_hidden_fcs = nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, PROMPT))
        self.recall = nn.Linear(hidden, PROMPT, bias=False)
        self.choice_bias = nn.Parameter(torch.tensor(-2.2))
        self.likeness = nn.Linear(PROMPT, PIXEL)
        self.likeness_bias = nn.Parameter(torch.tensor(-1.0))
        self.union_scale = nn.Parameter(torch.tensor(1.0))
        self.refine = nn.Sequential(
            nn.Conv2d(PIXEL + 2, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 8, 3, padding=1)
        )
        self.sharpen = nn.Sequential(nn.Conv2d(8 + 1 + 3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 1, 3, padding=1))
        nn.init.zeros_(self.sharpen[2].weight)
        nn.init.zeros_(self.sharpen[2].bias)

    def forward(self, hidden: Tensor, keys: Tensor, objects: Tensor, pixels: Tensor, rgb: Tensor, same: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        prompts = self.prompts(hidden)
        choice = self.choice(prompts, keys[0])
        # Every `[SEG]` means something. Where no object is likely enough, the likeliest one becomes so, and takes with it what is as likely.
        sure = choice + F.relu(_LEAST_LIKELY - choice.amax(dim=1, keepdim=True))
        # Most phrases speak of one class. Objects of another one have to be very likely.
        sure = (sure - _OTHER_NAME * (1 - same[0][choice.argmax(dim=1)])) * _DECIDED
        # The fourth root of summed fourth powers is close to the largest of them, and a product of matrices.
        powers = sure.sigmoid().square().square() @ objects[0].flatten(1).square().square()
        together = (powers.float() + _LEAST**4).sqrt().sqrt()
        union = torch.logit(together.clamp(_LEAST, 1 - 0.005)).reshape(-1, 1, CANVAS, CANVAS) * self.union_scale
        likeness = torch.einsum("nc,chw->nhw", self.likeness(prompts), pixels[0])[:, None] / PIXEL**0.5 + self.likeness_bias
        count = likeness * 0 + 1
        coarse = torch.cat((F.avg_pool2d(union, 2) / 4, likeness, pixels * count), dim=1)
        refined = F.interpolate(self.refine(coarse), scale_factor=2.0, mode="bilinear", align_corners=False)
        fine = torch.cat((refined, union / 4, (rgb * 2 - 1) * torch.ones_like(union)), dim=1)
        return union + self.sharpen(fine), choice, likeness

    def prompts(self, hidden: Tensor) -> Tensor:
        """`[n, PROMPT]` of hidden states `[n, hidden]`. Beside the projector of the paper the state goes straight on, as the name that it recalls has to."""
        return self.text_hidden_fcs(hidden) + self.recall(hidden)

    def choice(self, prompts: Tensor, keys: Tensor) -> Tensor:
        """How likely each object belongs to each prompt's mask: logits `[n, SLOTS]` of prompts `[n, PROMPT]` and keys `[SLOTS, PROMPT]`."""
        return prompts @ keys.T / PROMPT**0.5 + self.choice_bias


__all__ = ["CANVAS", "MaskDecoder", "ObjectKeys", "PixelNeck", "Paste"]
