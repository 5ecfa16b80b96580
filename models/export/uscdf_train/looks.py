"""Three looks at one photograph: at the whole, and mirrored at both ends of its longer side, where small things are larger. No weight here is learned.

What two looks find is surer than what one does; `coco80`'s drafts are made in the same way (`detector.ends` of its manifest).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

PICTURE = 640
"""Side of the square that photographs are stretched to."""
INPUT = 416
"""Side of the detector's input."""
LOOKS = 3
_END = INPUT / PICTURE
"""The share of the longer side that a look at an end sees: what the detector takes without shrinking it."""


class Looks(nn.Module):
    """A photograph as the detector's three inputs.

    Inputs: the photograph `[1, 3, PICTURE, PICTURE]`, and its own size `[1, 2]` (height, width) in pixels, which says which side is the longer one.
    Outputs: the whole, and both ends mirrored, `[1, 3, INPUT, INPUT]` each; what each look sees `[LOOKS, 4]` (left, top, right, bottom, 0–1).
    """

    def __init__(self) -> None:
        super().__init__()
        step = PICTURE / INPUT
        self.register_buffer("centres", (torch.arange(INPUT, dtype=torch.float32)[:, None] + 0.5) * step)
        self.register_buffer("pixels", torch.arange(PICTURE, dtype=torch.float32)[None] + 0.5)
        self.register_buffer("wide", torch.tensor([[0.0, 0, 1, 1], [0, 0, _END, 1], [1 - _END, 0, 1, 1]]))
        self.register_buffer("high", torch.tensor([[0.0, 0, 1, 1], [0, 0, 1, _END], [0, 1 - _END, 1, 1]]))

    def forward(self, values: Tensor, sizes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        wide = (sizes[0, 1] >= sizes[0, 0]).to(values.dtype)
        shrink = self._shrink()
        low, narrow = shrink @ values, values @ shrink.T
        first = wide * low[..., :INPUT] + (1 - wide) * narrow[..., :INPUT, :]
        last = wide * low[..., -INPUT:] + (1 - wide) * narrow[..., -INPUT:, :]
        return low @ shrink.T, first.flip(3), last.flip(3), wide * self.wide + (1 - wide) * self.high

    def _shrink(self) -> Tensor:
        """`[INPUT, PICTURE]`: triangles as wide as the step, so that nothing is skipped."""
        weights = (1 - (self.pixels - self.centres).abs() * (INPUT / PICTURE)).clamp_min(0)
        return weights / weights.sum(dim=1, keepdim=True)
