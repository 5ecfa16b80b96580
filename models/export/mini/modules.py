"""The pieces of the model as the bundle's graphs take them."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from uscdf_train.model import MiniModel, class_order, named_slots, same_name
from uscdf_train.proposals import Boxes, MaskHeadInput, ObjectFeatures, Paste


class Proposing(nn.Module):
    """What each look sees, and the detector outputs of each, to boxes, class scores, and the mask head's inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes = Boxes()
        self.head_input = MaskHeadInput()

    def forward(self, whole: Tensor, regions: Tensor, *levels: Tensor):
        boxes, scores = self.boxes(regions, *levels)
        head_boxes, picture = self.head_input(whole, boxes)
        return boxes, scores, head_boxes, picture


class Seeing(nn.Module):
    """What the detector and the mask head found, as image tokens, and as what the mask decoder draws from."""

    def __init__(self, model: MiniModel) -> None:
        super().__init__()
        self.features = ObjectFeatures()
        self.paste = Paste()
        self.standard_slots = model.standard_slots
        self.standard_whole = model.standard_whole
        self.standard_grid = model.standard_grid
        self.mm_projector = model.mm_projector
        self.keys = model.keys
        self.neck = model.neck
        self.register_buffer("names", model.names().detach().clone())

    def forward(self, pixels: Tensor, n8: Tensor, n16: Tensor, boxes: Tensor, scores: Tensor, patches: Tensor):
        slots, whole, grid = self.features(pixels, n8, n16, boxes, scores, patches)
        objects = self.paste.of_objects(boxes, patches, slots)[None]
        named, order, same = named_slots(slots[None], self.names), class_order(slots[None]), same_name(slots[None])
        slots = self.standard_slots(slots[None])
        image = self.mm_projector(slots, self.standard_whole(whole[None]), self.standard_grid(grid[None]), named, order)
        rgb = (pixels * self.features.deviation + self.features.mean).flip(1) / 255
        picture = F.avg_pool2d(rgb, 2)
        return image, self.keys(slots, named), objects, self.neck(n8, n16, picture), picture, same


class Drawing(nn.Module):
    """Hidden states of `[SEG]` to mask logits `[n, 1, 208, 208]`."""

    def __init__(self, model: MiniModel) -> None:
        super().__init__()
        self.decoder = model.mask_decoder

    def forward(self, seg_hidden_states: Tensor, object_keys: Tensor, object_masks: Tensor, pixel_features: Tensor, picture: Tensor, same_name: Tensor) -> Tensor:
        return self.decoder(seg_hidden_states, object_keys, object_masks, pixel_features, picture, same_name)[0]


def example_outputs(module: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """What the module gives for the inputs, as a tuple."""
    with torch.no_grad():
        result = module(*inputs)
    return result if isinstance(result, tuple) else (result,)
