"""PixelLM's encoder and mask decoder as PyTorch modules, and where an official checkpoint keeps their weights.

The decoder's blocks are transformers' SAM.
"""

import math
import re

import torch
from torch import nn
from torch.nn import functional as F
from transformers import SamMaskDecoderConfig
from transformers.models.sam.modeling_sam import SamFeedForward, SamLayerNorm, SamTwoWayTransformer

from ..llava import load_clip

SIDE = 448
# Layers of CLIP (from the end) whose states are the two levels of features.
LEVEL_LAYERS = (-2, -11)


def resized_positions(table, patches):
    """CLIP's table of positions [1 + s², C] for another number of patches [1 + patches², C].

    The checkpoints were trained with a table that takes its last row for the class token's and the rows before it for the grid,
    though CLIP puts the class token first; a table made otherwise would not be theirs.
    """
    grid, last = table[:-1], table[-1:]
    side = int(grid.shape[0] ** 0.5)
    grid = grid.T.reshape(1, -1, side, side)
    return torch.cat([F.interpolate(grid, (patches, patches), mode="bilinear", align_corners=False)[0].flatten(1).T, last])


class VisionEncoder(nn.Module):
    """`pixel_values` [1, 3, S, S] → `image_features` [1, N, H], `image_attention_mask` int64 [1, N] (0 where the padding is) and
    `image_levels` [levels, C, s, s] for the mask decoder."""

    OUTPUTS = ["image_features", "image_attention_mask", "image_levels"]

    def __init__(self, clip, hidden, width):
        super().__init__()
        self.clip = clip
        seen = clip.config.hidden_size
        self.mm_projector = nn.Sequential(nn.Linear(seen, 2 * hidden), nn.GELU(), nn.Linear(2 * hidden, hidden))
        self.out_mm_projector = nn.Sequential(nn.Linear(seen, 2 * hidden), nn.GELU(), nn.Linear(2 * hidden, hidden))
        self.image_feature_neck = nn.Sequential(
            nn.Conv2d(hidden, width, kernel_size=1, bias=False),
            SamLayerNorm(width, data_format="channels_first"),
            nn.Conv2d(width, width, kernel_size=3, padding=1, bias=False),
            SamLayerNorm(width, data_format="channels_first"),
        )

    def forward(self, pixel_values):
        patch = self.clip.config.patch_size
        # Padding is exactly zero after normalising, and no pixel is: the means are no whole grey levels.
        real = (pixel_values != 0).any(dim=1)[:, ::patch, ::patch]
        states = self.states(pixel_values, real.flatten(1))
        levels = [states[layer][:, 1:] for layer in LEVEL_LAYERS]
        side = real.shape[1]
        coarse = F.interpolate(_grid(levels[0], side), (side // 2, side // 2), mode="bilinear", align_corners=False)
        words = self.mm_projector(coarse.flatten(2).transpose(1, 2))
        drawn = self.image_feature_neck(torch.cat([_grid(self.out_mm_projector(level), side) for level in levels]))
        return words, real[:, ::2, ::2].flatten(1).to(torch.int64), drawn

    def states(self, pixel_values, real):
        """States of all layers, the input's first; places that are not `real` (bool [1, patches]) are not looked at."""
        x = self.clip.pre_layrnorm(self.clip.embeddings(pixel_values))
        looked_at = torch.cat([torch.ones_like(real[:, :1]), real], dim=1)
        mask = torch.where(looked_at, 0.0, torch.finfo(x.dtype).min)[:, None, None]
        states = [x]
        for layer in self.clip.encoder.layers:
            states.append(layer(states[-1], mask))
        return states


def _grid(x, side):
    return x.transpose(1, 2).reshape(1, -1, side, side)


class Places(nn.Module):
    """SAM's random Fourier features of the places of a grid: `(height, width)` → [1, C, height, width]."""

    def __init__(self, width):
        super().__init__()
        self.register_buffer("positional_encoding_gaussian_matrix", torch.randn(2, width // 2))

    def forward(self, size):
        rows, columns = (2 * (torch.arange(side) + 0.5) / side - 1 for side in size)
        grid = torch.stack([columns.expand(size), rows[:, None].expand(size)], dim=-1).to(self.positional_encoding_gaussian_matrix)
        angles = 2 * math.pi * (grid @ self.positional_encoding_gaussian_matrix)
        return torch.cat([angles.sin(), angles.cos()], dim=-1).permute(2, 0, 1)[None]


class PromptEncoder(nn.Module):
    """What is left of SAM's prompt encoder where the only prompt is a vector: places, and "no mask"."""

    def __init__(self, width):
        super().__init__()
        self.pe_layer = Places(width)
        self.no_mask_embed = nn.Embedding(1, width)


class LevelDecoder(nn.Module):
    """SAM's mask decoder with one transformer a level; the finer levels see twice the places."""

    MASKS = 4

    def __init__(self, width, levels, heads, mlp):
        super().__init__()
        config = SamMaskDecoderConfig(hidden_size=width, num_attention_heads=heads, mlp_dim=mlp, attn_implementation="eager")
        self.transformer = nn.ModuleList(SamTwoWayTransformer(config) for _ in range(levels))
        self.iou_token = nn.Embedding(1, width)
        self.mask_tokens = nn.Embedding(self.MASKS, width)
        self.output_upscaling = _doubled(width, width // 8)
        self.upsample_2x = _doubled(width, width)
        self.pe1 = Places(width)
        self.output_hypernetworks_mlps = nn.ModuleList(SamFeedForward(width, width, width // 8, 3) for _ in range(self.MASKS))
        self.iou_prediction_head = SamFeedForward(width, width, self.MASKS, 3)
        self.level_embed = nn.Embedding(levels, width)

    def forward(self, image, places, prompts, no_mask, level, coarser):
        """Logits [n, 1, 2s, 2s] (4s at finer levels) and scores [n, 1] of one level.

        image: [1, C, s, s]. prompts: [n, C]. coarser: the level before's logits [n, 1, 2s, 2s].
        """
        count = prompts.shape[0]
        learned = torch.cat([self.iou_token.weight, self.mask_tokens.weight])[None].expand(count, -1, -1)
        tokens = torch.cat([learned, prompts[:, None]], dim=1) + self.level_embed.weight[level]
        image = image.expand(count, -1, -1, -1)
        if level > 0:
            image = (coarser.sigmoid() + 1) * self.upsample_2x(image)
            places = self.pe1(image.shape[-2:])
        image = image + no_mask.reshape(1, -1, 1, 1)
        states, pixels = self.transformer[level](tokens[:, None], image, places.expand(count, -1, -1, -1), None)
        pixels = self.output_upscaling(pixels[:, 0].transpose(1, 2).reshape(image.shape))
        # The model is asked for one mask: the first of its four, as SAM's single mask.
        weights = self.output_hypernetworks_mlps[0](states[:, 0, 1])
        logits = torch.einsum("nc,nchw->nhw", weights, pixels)[:, None]
        return logits, self.iou_prediction_head(states[:, 0, 0])[:, :1]


def _doubled(inside, outside):
    norm = SamLayerNorm(outside, data_format="channels_first")
    return nn.Sequential(nn.ConvTranspose2d(inside, outside, 2, 2), norm, nn.GELU())


class MaskDecoder(nn.Module):
    """`seg_hidden_states` [n, k, H] and `image_levels` → `pred_masks` [n, 1, 4s, 4s] (logits), `iou_scores` [n, 1]."""

    OUTPUTS = ["pred_masks", "iou_scores"]

    def __init__(self, hidden, width, levels=len(LEVEL_LAYERS), heads=8, mlp=2048):
        super().__init__()
        layers = [nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, width), nn.Dropout(0.0)]
        self.text_hidden_fcs = nn.ModuleList([nn.Sequential(*layers)])
        self.prompt_encoder = PromptEncoder(width)
        self.mask_decoder = LevelDecoder(width, levels, heads, mlp)
        self.levels = levels

    def forward(self, seg_hidden_states, image_levels):
        count, tokens = seg_hidden_states.shape[:2]
        side = image_levels.shape[-1]
        words = self.text_hidden_fcs[0](seg_hidden_states)
        # The shares are constants of the program, not weights: 1 over all tokens of a target, and 1 over the levels.
        prompts = words.reshape(count, self.levels, tokens // self.levels, -1).sum(dim=2) / tokens
        places = self.prompt_encoder.pe_layer((side, side))
        no_mask, total, logits = self.prompt_encoder.no_mask_embed.weight, 0.0, None
        for level in range(self.levels):
            image = image_levels[level : level + 1]
            logits, scores = self.mask_decoder(image, places, prompts[:, level], no_mask, level, logits)
            full = F.interpolate(logits, (4 * side, 4 * side), mode="bilinear", align_corners=False)
            total = total + full / self.levels
        return total, scores


_RENAMES = [
    (r"\.layer_norm_final_attn\.", ".norm_final_attn."),
    (r"\.layer_norm(\d)\.", r".norm\1."),
    # Heads of three layers: the first and the last have names of their own in transformers.
    (r"((?:mlps\.\d+|head))\.layers\.0\.", r"\1.layers.1."),
    (r"((?:mlps\.\d+|head))\.proj_in\.", r"\1.layers.0."),
    (r"((?:mlps\.\d+|head))\.proj_out\.", r"\1.layers.2."),
]


def official_key(name):
    """The official checkpoint's key of a weight of `VisionEncoder` or `MaskDecoder`; None for CLIP's, which have their own folder."""
    if name.startswith("clip."):
        return None
    for pattern, replacement in _RENAMES:
        renamed, count = re.subn(pattern, replacement, name)
        if count:
            return "model." + renamed
    return "model." + name


def load(checkpoint, clip_folder):
    """`VisionEncoder` and `MaskDecoder` of an official checkpoint; sizes are read off its weights."""
    clip = resized_clip(load_clip(clip_folder)[0], checkpoint.config.get("resize_vision_tower_size", SIDE))
    sizes = {"iou": "model.mask_decoder.iou_token.weight", "mlp": "model.mask_decoder.transformer.0.layers.0.mlp.lin1.weight"}
    checkpoint.expect(dict.fromkeys(sizes.values()))
    width, mlp = checkpoint.shape(sizes["iou"])[1], checkpoint.shape(sizes["mlp"])[0]
    hidden = checkpoint.config["hidden_size"]
    modules = VisionEncoder(clip, hidden, width), MaskDecoder(hidden, width, mlp=mlp)
    for module in modules:
        keys = {name: official_key(name) for name in module.state_dict()}
        checkpoint.expect({key: module.state_dict()[name].shape for name, key in keys.items() if key is not None})
        state = {name: checkpoint.tensor(key).float() for name, key in keys.items() if key is not None}
        module.load_state_dict(state, strict=False)
        module.eval()
    return modules


def resized_clip(clip, side):
    """A CLIP tower for pictures of another side."""
    config = type(clip.config)(**{**clip.config.to_dict(), "image_size": side, "attn_implementation": "eager"})
    state = clip.state_dict()
    name = "embeddings.position_embedding.weight"
    state[name] = resized_positions(state[name], side // clip.config.patch_size)
    state.pop("embeddings.position_ids", None)
    resized = type(clip)(config)
    resized.load_state_dict(state)
    return resized
