"""Sa2VA's three encoders and decoders as PyTorch modules, and where an official checkpoint keeps their weights.

Parts are transformers' own: InternVLVisionModel, Sam2Model.
"""

import re

import torch
from torch import nn
from transformers import InternVLVisionConfig, InternVLVisionModel, Sam2Config, Sam2Model

from ..errors import ExportError

# What SAM 2 writes where it sees nothing: far below any threshold.
NO_OBJECT = -1024.0
# Sizes of SAM 2's large encoder, which every published Sa2VA has and no config.json of theirs mentions.
SAM2_LARGE = {
    "vision_config": {
        "backbone_config": {
            "model_type": "sam2_hiera_det_model",
            "hidden_size": 144,
            "num_attention_heads": 2,
            "blocks_per_stage": [2, 6, 36, 4],
            "embed_dim_per_stage": [144, 288, 576, 1152],
            "num_attention_heads_per_stage": [2, 4, 8, 16],
            "window_size_per_stage": [8, 4, 16, 8],
            "global_attention_blocks": [23, 33, 43],
        },
        "backbone_channel_list": [1152, 576, 288, 144],
    },
}


class TileEncoder(nn.Module):
    """`pixel_values` [tiles, 3, S, S] → `image_features` [tiles, n, H]."""

    def __init__(self, vision, hidden, ratio=0.5):
        super().__init__()
        width = vision.config.hidden_size * int(1 / ratio) ** 2
        self.vision_model, self.ratio = vision, ratio
        self.mlp1 = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, hidden))

    def forward(self, pixel_values):
        patches = self.vision_model(pixel_values).last_hidden_state[:, 1:]
        return self.mlp1(shuffled(patches, int(1 / self.ratio)))


def shuffled(patches, factor):
    """Pixel shuffle of InternVL's second version: squares of factor² patches [tiles, s², C] become one [tiles, (s/factor)², C·factor²]."""
    tiles, count, channels = patches.shape
    side = int(count**0.5)
    x = patches.reshape(tiles, side, side // factor, channels * factor).permute(0, 2, 1, 3)
    x = x.reshape(tiles, side // factor, side // factor, channels * factor**2).permute(0, 2, 1, 3)
    return x.reshape(tiles, -1, channels * factor**2)


class PixelEncoder(nn.Module):
    """`pixel_values` [1, 3, S, S] → `image_embeddings` and two finer levels for sharp edges."""

    OUTPUTS = ["image_embeddings", "high_resolution_features_0", "high_resolution_features_1"]

    def __init__(self, sam):
        super().__init__()
        self.sam = sam

    def forward(self, pixel_values):
        fine, middle, coarse = self.sam.vision_encoder(pixel_values).fpn_hidden_states
        # A photograph stands alone: SAM 2 adds what says "no memory of earlier frames".
        coarse = coarse + self.sam.no_memory_embedding.reshape(1, -1, 1, 1)
        return coarse, self.sam.mask_decoder.conv_s0(fine), self.sam.mask_decoder.conv_s1(middle)


class MaskDecoder(nn.Module):
    """`seg_hidden_states` [n, H] and the pixel encoder's features → `pred_masks` [n, 1, h, w] (logits), `iou_scores` [n, 1]."""

    OUTPUTS = ["pred_masks", "iou_scores"]

    def __init__(self, sam, hidden):
        super().__init__()
        width = sam.config.mask_decoder_config.hidden_size
        self.sam = sam
        self.text_hidden_fcs = nn.Sequential(nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, width), nn.Dropout(0.0))

    def all_masks(self, seg_hidden_states, image_embeddings, high_resolution_features_0, high_resolution_features_1):
        """The three masks of each state [n, 3, h, w], their scores [n, 3], and the score of there being an object [n, 1]."""
        sam, words = self.sam, self.text_hidden_fcs(seg_hidden_states)
        count = words.shape[0]
        no_point = sam.prompt_encoder.not_a_point_embed.weight.expand(count, 2, -1)
        # One picture a state: with several prompts a picture, transformers' decoder would fix their number in the graph.
        each = lambda x: x.expand(count, -1, -1, -1)
        masks, scores, _, objects = sam.mask_decoder(
            image_embeddings=each(image_embeddings),
            image_positional_embeddings=each(sam.get_image_wide_positional_embeddings()),
            sparse_prompt_embeddings=torch.cat([no_point, words[:, None]], dim=1)[:, None],
            dense_prompt_embeddings=sam.prompt_encoder.no_mask_embed.weight.reshape(1, -1, 1, 1),
            multimask_output=True,
            high_resolution_features=[each(high_resolution_features_0), each(high_resolution_features_1)],
        )
        return masks[:, 0], scores[:, 0], objects[:, 0]

    def forward(self, seg_hidden_states, image_embeddings, high_resolution_features_0, high_resolution_features_1):
        features = image_embeddings, high_resolution_features_0, high_resolution_features_1
        masks, scores, objects = self.all_masks(seg_hidden_states, *features)
        best = scores.argmax(dim=-1, keepdim=True)
        chosen = masks.gather(1, best[:, :, None, None].expand(-1, -1, *masks.shape[-2:]))
        chosen = torch.where(objects[:, :, None, None] > 0, chosen, torch.full_like(chosen, NO_OBJECT))
        return chosen, scores.gather(1, best)


def build(config):
    """The three modules (weights random) that a checkpoint's config.json (a dict) describes, by graph key."""
    hidden = config["llm_config"]["hidden_size"]
    sam_settings = config.get("grounding_encoder_config") or SAM2_LARGE
    sam_config = Sam2Config(**sam_settings)
    sam_config._attn_implementation = "eager"
    sam = Sam2Model(sam_config)
    return {
        "vision_encoder": TileEncoder(_vision(config["vision_config"]), hidden, config.get("downsample_ratio", 0.5)),
        "pixel_encoder": PixelEncoder(sam),
        "mask_decoder": MaskDecoder(sam, hidden),
    }


def _vision(settings):
    names = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "image_size", "patch_size", "layer_norm_eps")
    own = {name: settings[name] for name in names if name in settings}
    config = InternVLVisionConfig(
        **own,
        attention_bias=settings.get("qkv_bias", True),
        use_qk_norm=settings.get("qk_normalization", False),
        norm_type=settings.get("norm_type", "layer_norm"),
    )
    config._attn_implementation = "eager"
    return InternVLVisionModel(config)


# Names of a weight here, and what to put in their place for its name in the official checkpoint; the first that fits is taken.
_VISION = [
    (r"embeddings\.cls_token", "embeddings.class_embedding"),
    (r"embeddings\.position_embeddings", "embeddings.position_embedding"),
    (r"embeddings\.patch_embeddings\.projection\.", "embeddings.patch_embedding."),
    (r"encoder\.layer\.(\d+)\.attention\.projection_layer\.", r"encoder.layers.\1.attn.proj."),
    (r"encoder\.layer\.(\d+)\.attention\.(q|k)_norm\.", r"encoder.layers.\1.attn.\2_norm."),
    (r"encoder\.layer\.(\d+)\.attention\.[qkv]_proj\.", r"encoder.layers.\1.attn.qkv."),
    (r"encoder\.layer\.(\d+)\.mlp\.", r"encoder.layers.\1.mlp."),
    (r"encoder\.layer\.(\d+)\.layernorm_before\.", r"encoder.layers.\1.norm1."),
    (r"encoder\.layer\.(\d+)\.layernorm_after\.", r"encoder.layers.\1.norm2."),
    (r"encoder\.layer\.(\d+)\.lambda_(\d)", r"encoder.layers.\1.ls\2"),
]
_SAM = [
    (r"no_memory_embedding", "no_mem_embed"),
    (r"shared_image_embedding\.positional_embedding", "sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"),
    (r"prompt_encoder\.(no_mask_embed|not_a_point_embed)\.", r"sam_prompt_encoder.\1."),
    (r"vision_encoder\.backbone\.patch_embed\.projection\.", "image_encoder.trunk.patch_embed.proj."),
    (r"vision_encoder\.backbone\.(blocks\.\d+)\.layer_norm(\d)\.", r"image_encoder.trunk.\1.norm\2."),
    (r"vision_encoder\.backbone\.(blocks\.\d+)\.mlp\.proj_in\.", r"image_encoder.trunk.\1.mlp.layers.0."),
    (r"vision_encoder\.backbone\.(blocks\.\d+)\.mlp\.proj_out\.", r"image_encoder.trunk.\1.mlp.layers.1."),
    (r"vision_encoder\.backbone\.", "image_encoder.trunk."),
    (r"vision_encoder\.neck\.convs\.(\d+)\.", r"image_encoder.neck.convs.\1.conv."),
    (r"mask_decoder\.upscale_conv1\.", "sam_mask_decoder.output_upscaling.0."),
    (r"mask_decoder\.upscale_layer_norm\.", "sam_mask_decoder.output_upscaling.1."),
    (r"mask_decoder\.upscale_conv2\.", "sam_mask_decoder.output_upscaling.3."),
    (r"mask_decoder\.transformer\.layer_norm_final_attn\.", "sam_mask_decoder.transformer.norm_final_attn."),
    (r"mask_decoder\.(transformer\.layers\.\d+)\.layer_norm(\d)\.", r"sam_mask_decoder.\1.norm\2."),
    (r"mask_decoder\.(transformer\.layers\.\d+\.mlp)\.proj_in\.", r"sam_mask_decoder.\1.layers.0."),
    (r"mask_decoder\.(transformer\.layers\.\d+\.mlp)\.proj_out\.", r"sam_mask_decoder.\1.layers.1."),
    (r"mask_decoder\.(transformer\..*)\.o_proj\.", r"sam_mask_decoder.\1.out_proj."),
    # Heads of three layers: the first and the last have names of their own in transformers.
    (r"mask_decoder\.(.*(?:mlps\.\d+|head))\.proj_in\.", r"sam_mask_decoder.\1.layers.0."),
    (r"mask_decoder\.(.*(?:mlps\.\d+|head))\.layers\.0\.", r"sam_mask_decoder.\1.layers.1."),
    (r"mask_decoder\.(.*(?:mlps\.\d+|head))\.proj_out\.", r"sam_mask_decoder.\1.layers.2."),
    (r"mask_decoder\.", "sam_mask_decoder."),
]
# Parts of SAM 2 that only clicks, mask prompts and videos need.
_UNUSED = re.compile(r"(^|\.)(prompt_encoder\.(point_embed|mask_embed|shared_embedding)|sam\.vision_encoder\.neck\.position)")


def official_key(name):
    """Where the official checkpoint keeps a weight of `build`'s modules: `(key, part)`; part 0, 1 or 2 of a fused q-k-v matrix,
    None for a weight of its own, and `(None, None)` for a weight that no graph uses."""
    if _UNUSED.search(name):
        return None, None
    if name.startswith(("mlp1.", "text_hidden_fcs.")):
        return name, None
    prefix, rest = name.split(".", 1)
    fused = re.search(r"attention\.([qkv])_proj\.", rest) if prefix == "vision_model" else None
    table, front = (_VISION, "vision_model.") if prefix == "vision_model" else (_SAM, "grounding_encoder.sam2_model.")
    for pattern, replacement in table:
        if re.match(pattern, rest):
            key = front + re.sub("^" + pattern, replacement, rest)
            return key, None if fused is None else "qkv".index(fused[1])
    raise ExportError(f"The exporter does not know where a Sa2VA checkpoint keeps {name}. This transformers version has other names: use 5.23.")


def load(modules, read):
    """Fills `build`'s modules. read: gives the official checkpoint's weight of a key as a tensor; it says what is missing."""
    for module in modules.values():
        state = module.state_dict()
        for name, old in state.items():
            key, part = official_key(name)
            if key is None:
                continue
            weight = read(key)
            if part is not None:
                weight = weight.chunk(3)[part]
            if weight.numel() != old.numel():
                raise ExportError(
                    f"The checkpoint's {key} has the shape {list(weight.shape)}, where {list(old.shape)} belongs. "
                    "Its config.json describes another model: take both from the same download."
                )
            state[name] = weight.reshape(old.shape).to(old.dtype)
        module.load_state_dict(state)


def expect_weights(checkpoint, modules):
    """Every weight of the modules must be there in its shape; a fused one counts three times its part."""
    wanted = {}
    for module in modules.values():
        for name, value in module.state_dict().items():
            key, part = official_key(name)
            if key is not None:
                wanted[key] = None if key in _RESHAPED else (value.shape if part is None else (3 * value.shape[0], *value.shape[1:]))
    checkpoint.expect(wanted)


# Weights that the official checkpoint keeps in another shape of the same size.
_RESHAPED = {"grounding_encoder.sam2_model.no_mem_embed"}
