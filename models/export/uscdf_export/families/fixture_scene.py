"""The two photographs of the test bundles, one the other's mirror image, and what the reference implementations see in them.

A red square and two blue balls on a grey floor, 120 x 80 pixels: small enough for the repository, not square, so that a mistake
in scaling or padding shows.
"""

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageOps
from pycocotools import mask as coco_mask

from .sam import DEVIATION, MEAN

NAMES = ["left", "right"]
SIZE = (120, 80)
# Left, top, right, bottom in pixels.
_SQUARE = [(12, 24, 48, 60)]
_BALLS = [(62, 12, 84, 34), (88, 44, 112, 68)]

LEGAL = {"licence": {"expression": "MIT", "files": ["LICENSE"]}, "modelCard": "MODEL_CARD.md"}


def photograph(name):
    """The RGB picture; "left" has the square on the left."""
    image = Image.new("RGB", SIZE, (128, 128, 124))
    draw = ImageDraw.Draw(image)
    for left, top, right, bottom in _SQUARE:
        draw.rectangle((left, top, right - 1, bottom - 1), fill=(214, 40, 36))
    for left, top, right, bottom in _BALLS:
        draw.ellipse((left, top, right - 1, bottom - 1), fill=(38, 70, 212))
    return image if name == "left" else ImageOps.mirror(image)


def boxes(name):
    """Boxes of each thing: left, top, right, bottom as shares of the picture."""
    width, height = SIZE
    placed = {"square": _SQUARE, "balls": _BALLS}
    if name == "right":
        placed = {thing: [(width - r, t, width - l, b) for l, t, r, b in all_] for thing, all_ in placed.items()}
    return {thing: [(l / width, t / height, r / width, b / height) for l, t, r, b in all_] for thing, all_ in placed.items()}


def things(name):
    """Each thing's box (left, top, right, bottom in pixels) and shape [height, width] bool, the square first."""
    width, height = SIZE
    found = []
    for kind, placed in (("rectangle", _SQUARE), ("ellipse", _BALLS)):
        for left, top, right, bottom in placed:
            shape = Image.new("1", SIZE)
            getattr(ImageDraw.Draw(shape), kind)((left, top, right - 1, bottom - 1), fill=1)
            mirrored = name == "right"
            box = (width - right, top, width - left, bottom) if mirrored else (left, top, right, bottom)
            found.append((box, torch.from_numpy(np.array(ImageOps.mirror(shape) if mirrored else shape))))
    return found


def save_photographs(folder):
    """Writes `left.png` and `right.png` beside the bundle's files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        photograph(name).save(folder / f"{name}.png", optimize=True)


def write_legal(folder, description, module):
    """The licence and the card that a bundle must have."""
    (folder / "LICENSE").write_text("MIT. The weights were made for the tests of this project by the script that the card names.\n")
    (folder / "MODEL_CARD.md").write_text(f"# For tests only\n\n{description}\n\nMade by `python -m {module} FOLDER` in models/export.\n")


def clip_pixels(name, side):
    """As CLIPImageProcessor: shortest side to `side` (bicubic), the middle cut out, normalised; [1, 3, side, side]."""
    image = photograph(name)
    width, height = image.size
    short = min(width, height)
    image = image.resize((int(side * width / short), int(side * height / short)), Image.Resampling.BICUBIC)
    left, top = (image.size[0] - side) // 2, (image.size[1] - side) // 2
    image = image.crop((left, top, left + side, top + side))
    return _normalised(image, [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])


def stretched_pixels(name, side):
    """As Florence-2's image processor: both sides to `side` (bicubic), normalised; [1, 3, side, side]."""
    return _normalised(photograph(name).resize((side, side), Image.Resampling.BICUBIC), MEAN, DEVIATION)


def sam_pixels(name, side):
    """As SamImageProcessor: longest side to `side` (bilinear), normalised, padded; `([1, 3, side, side], (height, width) inside)`."""
    image = photograph(name)
    scale = side / max(image.size)
    width, height = (int(length * scale + 0.5) for length in image.size)
    pixels = _normalised(image.resize((width, height), Image.Resampling.BILINEAR), MEAN, DEVIATION)
    return torch.nn.functional.pad(pixels, (0, side - width, 0, side - height)), (height, width)


def _normalised(image, mean, deviation):
    pixels = torch.from_numpy(np.asarray(image).copy()).permute(2, 0, 1)[None].float() / 255
    return (pixels - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(deviation).view(1, 3, 1, 1)


def sam_mask(sam, name, shares):
    """The union of the masks that SamModel draws for boxes (shares of the picture), as compressed COCO RLE.

    Of the three masks of a box the one with the best score; enlarged as SamImageProcessor.post_process_masks does.
    """
    drawn = [sam_best(sam, name, input_boxes=torch.tensor([[_on(name, sam, box)]]))[0] for box in shares]
    return encoded(torch.stack(drawn).any(0))


def sam_best(sam, name, **prompt):
    """`(mask [height, width] bool, score)` of SamModel for a prompt in pixels of the resized picture."""
    side = sam.config.vision_config.image_size
    pixels, (height, width) = sam_pixels(name, side)
    if "input_points" not in prompt:
        prompt = {**prompt, "input_points": torch.zeros(1, 1, 0, 2), "input_labels": torch.zeros(1, 1, 0, dtype=torch.int64)}
    with torch.no_grad():
        output = sam(pixel_values=pixels, **prompt, multimask_output=True)
    best = output.iou_scores[0, 0].argmax()
    logits = output.pred_masks[:, 0, best : best + 1]
    large = torch.nn.functional.interpolate(logits, (side, side), mode="bilinear", align_corners=False)[..., :height, :width]
    whole = torch.nn.functional.interpolate(large, SIZE[::-1], mode="bilinear", align_corners=False)
    return whole[0, 0] > 0, output.iou_scores[0, 0, best].item()


def _on(name, sam, box):
    """A box of shares in pixels of the resized picture."""
    scale = sam.config.vision_config.image_size / max(SIZE)
    return [share * length * scale for share, length in zip(box, (*SIZE, *SIZE))]


def encoded(mask):
    """A mask [height, width] as compressed COCO RLE: `{size, counts}`."""
    run_lengths = coco_mask.encode(np.asfortranarray(mask.numpy().astype(np.uint8)))
    return {"size": run_lengths["size"], "counts": run_lengths["counts"].decode()}
