"""Teaches the tiny SAM of the test bundles the two photographs, so that its masks follow the prompt.

Random weights would show as well that two runtimes compute the same. Masks that lie where the box lies show besides that boxes
and photographs are mapped right.
"""

import torch

from . import fixture_scene as scene
from .sam import tiny_sam


def trained_tiny_sam(steps=900, seed=0):
    """A tiny SamModel that marks the thing that a box encloses or a point stands on, in the two photographs."""
    model = tiny_sam(seed).train()
    side = model.config.vision_config.image_size
    random = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=steps)
    pictures, boxes, shapes = _lessons(side)
    for step in range(steps):
        prompt = _prompt(boxes + torch.randn(boxes.shape, generator=random), step, random)
        output = model(pixel_values=pictures, **prompt, multimask_output=True)
        loss = _loss(output, shapes)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rate.step()
    return model.eval()


def _lessons(side):
    """Photographs [n, 3, side, side], boxes [n, 4] in pixels of the resized photograph, shapes [n, side, side]: one a thing."""
    pictures, boxes, shapes = [], [], []
    for name in scene.NAMES:
        pixels, (height, width) = scene.sam_pixels(name, side)
        for box, shape in scene.things(name):
            pictures.append(pixels[0])
            boxes.append(torch.tensor(box) * side / max(scene.SIZE))
            large = torch.nn.functional.interpolate(shape[None, None].float(), (height, width), mode="area")[0, 0]
            shapes.append(torch.nn.functional.pad(large, (0, side - width, 0, side - height)))
    return torch.stack(pictures), torch.stack(boxes), torch.stack(shapes)


def _prompt(boxes, step, random):
    """A box alone, a point alone, or both, by turns: the three kinds of prompt that the decoder's graphs know."""
    count = len(boxes)
    if step % 3 == 0:
        none = {"input_points": torch.zeros(count, 1, 0, 2), "input_labels": torch.zeros(count, 1, 0, dtype=torch.int64)}
        return {**none, "input_boxes": boxes[:, None]}
    share = torch.rand(count, 2, generator=random) * 0.6 + 0.2
    points = boxes[:, :2] + share * (boxes[:, 2:] - boxes[:, :2])
    marked = {"input_points": points[:, None, None], "input_labels": torch.ones(count, 1, 1, dtype=torch.int64)}
    return marked if step % 3 == 1 else {**marked, "input_boxes": boxes[:, None]}


def _loss(output, shapes):
    """Cross-entropy and Dice of the best of the three masks, and the distance of the expected score from the true one."""
    logits = output.pred_masks[:, 0]
    size = logits.shape[-1]
    truth = torch.nn.functional.interpolate(shapes[:, None], (size, size), mode="area").expand_as(logits)
    each = torch.nn.functional.binary_cross_entropy_with_logits(logits, truth, reduction="none").mean((2, 3))
    shares = logits.sigmoid()
    each = each + 1 - (2 * (shares * truth).sum((2, 3)) + 1) / (shares.sum((2, 3)) + truth.sum((2, 3)) + 1)
    with torch.no_grad():
        drawn, wanted = logits > 0, truth > 0.5
        overlap = (drawn & wanted).sum((2, 3)) / (drawn | wanted).sum((2, 3)).clamp(min=1)
    return each.min(1).values.mean() + 0.1 * each.mean() + 0.1 * (output.iou_scores[:, 0] - overlap).square().mean()
