"""SAM (Segment Anything) as it lies inside the official checkpoints, as a model of `transformers`.

The checkpoints keep the names of the original code (`image_encoder.blocks.0.norm1.weight`); `transformers` has its own. Sizes
are read off the weights, so that ViT-B, ViT-L, ViT-H and small ones for tests are all loaded alike.
"""

import re

import torch
from transformers import SamConfig, SamMaskDecoderConfig, SamModel, SamPromptEncoderConfig, SamVisionConfig

from .errors import ExportError

_MLP = r"^(mask_decoder\.(?:output_hypernetworks_mlps\.\d+|iou_prediction_head))\."
# From the names of transformers to the original ones; the first that fits counts.
_RENAMES = [
    (r"^vision_encoder\.patch_embed\.projection\.", "image_encoder.patch_embed.proj."),
    (r"^vision_encoder\.layers\.(\d+)\.layer_norm(\d)\.", r"image_encoder.blocks.\1.norm\2."),
    (r"^vision_encoder\.layers\.", "image_encoder.blocks."),
    (r"^vision_encoder\.neck\.conv1\.", "image_encoder.neck.0."),
    (r"^vision_encoder\.neck\.layer_norm1\.", "image_encoder.neck.1."),
    (r"^vision_encoder\.neck\.conv2\.", "image_encoder.neck.2."),
    (r"^vision_encoder\.neck\.layer_norm2\.", "image_encoder.neck.3."),
    (r"^vision_encoder\.", "image_encoder."),
    (r"^shared_image_embedding\.positional_embedding$", "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"),
    (r"^prompt_encoder\.point_embed\.", "prompt_encoder.point_embeddings."),
    (r"^prompt_encoder\.mask_embed\.conv1\.", "prompt_encoder.mask_downscaling.0."),
    (r"^prompt_encoder\.mask_embed\.layer_norm1\.", "prompt_encoder.mask_downscaling.1."),
    (r"^prompt_encoder\.mask_embed\.conv2\.", "prompt_encoder.mask_downscaling.3."),
    (r"^prompt_encoder\.mask_embed\.layer_norm2\.", "prompt_encoder.mask_downscaling.4."),
    (r"^prompt_encoder\.mask_embed\.conv3\.", "prompt_encoder.mask_downscaling.6."),
    (r"^mask_decoder\.transformer\.layer_norm_final_attn\.", "mask_decoder.transformer.norm_final_attn."),
    (r"^(mask_decoder\.transformer\.layers\.\d+)\.layer_norm(\d)\.", r"\1.norm\2."),
    (r"^mask_decoder\.upscale_conv1\.", "mask_decoder.output_upscaling.0."),
    (r"^mask_decoder\.upscale_layer_norm\.", "mask_decoder.output_upscaling.1."),
    (r"^mask_decoder\.upscale_conv2\.", "mask_decoder.output_upscaling.3."),
    (_MLP + r"layers\.0\.", r"\1.layers.1."),
    (_MLP + r"proj_in\.", r"\1.layers.0."),
    (_MLP + r"proj_out\.", r"\1.layers.2."),
]
_GRID = "shared_image_embedding.positional_embedding"
# The same tensor once more; the original has it once.
_GRID_AGAIN = "prompt_encoder.shared_embedding.positional_embedding"
# The original code builds every size with as many heads in the mask decoder and keeps that in no file.
_HEADS = 8


def original_name(name):
    """The name in the original code of a weight of `transformers`' SamModel."""
    for pattern, replacement in _RENAMES:
        renamed, count = re.subn(pattern, replacement, name)
        if count:
            return renamed
    return name


def original_state(model):
    """The weights of a SamModel by their original names."""
    return {original_name(name): value for name, value in model.state_dict().items() if name != _GRID_AGAIN}


def load_sam(checkpoint, prefix):
    """The SamModel (float32) whose weights stand in the checkpoint below `prefix` under their original names.

    Raises ExportError where there is none, or where weights are missing or of another shape.
    """
    with torch.device("meta"):
        model = SamModel(sam_config(checkpoint, prefix))
    wanted = {prefix + name: tuple(value.shape) for name, value in original_state(model).items()}
    checkpoint.expect(wanted)
    state = {name: checkpoint.tensor(prefix + original_name(name)).to(torch.float32) for name in model.state_dict() if name != _GRID_AGAIN}
    state[_GRID_AGAIN] = state[_GRID]
    model.load_state_dict(state, assign=True)
    return model.eval()


def sam_config(checkpoint, prefix):
    """The SamConfig that the shapes of the weights below `prefix` tell."""
    if not checkpoint.names(prefix + "image_encoder."):
        raise ExportError(
            f"The checkpoint {checkpoint.folder} has no weights that begin with {prefix}image_encoder: the masks' image encoder is not in "
            "it, or --family is not the family that it was trained as."
        )
    shape = lambda name: checkpoint.shape(prefix + name)
    hidden, _, patch, _ = shape("image_encoder.patch_embed.proj.weight")
    _, grid, _, _ = shape("image_encoder.pos_embed")
    reach = _reach(checkpoint, prefix)
    windows = {side for side in reach.values() if side != grid}
    if len(windows) > 1:
        raise ExportError(f"The image encoder below {prefix} has windows of several sizes ({sorted(windows)}), which is no SAM that this exporter knows.")
    channels = shape("image_encoder.neck.0.weight")[0]
    return SamConfig(
        vision_config=SamVisionConfig(
            hidden_size=hidden,
            output_channels=channels,
            num_hidden_layers=len(reach),
            num_attention_heads=hidden // shape("image_encoder.blocks.0.attn.rel_pos_h")[1],
            image_size=grid * patch,
            patch_size=patch,
            mlp_dim=shape("image_encoder.blocks.0.mlp.lin1.weight")[0],
            window_size=windows.pop() if windows else 0,
            global_attn_indexes=[block for block, side in reach.items() if side == grid],
            num_pos_feats=shape("prompt_encoder.pe_layer.positional_encoding_gaussian_matrix")[1],
        ),
        prompt_encoder_config=SamPromptEncoderConfig(
            hidden_size=channels,
            image_size=grid * patch,
            patch_size=patch,
            mask_input_channels=shape("prompt_encoder.mask_downscaling.3.weight")[0],
        ),
        mask_decoder_config=SamMaskDecoderConfig(
            hidden_size=channels,
            mlp_dim=shape("mask_decoder.transformer.layers.0.mlp.lin1.weight")[0],
            num_attention_heads=_HEADS,
            iou_head_hidden_dim=shape("mask_decoder.iou_prediction_head.layers.0.weight")[0],
        ),
    )


def _reach(checkpoint, prefix):
    """Cells along a side that each block of the image encoder looks at: the window's, or the whole grid's."""
    found = {}
    for name in checkpoint.names(prefix + "image_encoder.blocks."):
        match = re.fullmatch(r"(\d+)\.attn\.rel_pos_h", name.removeprefix(prefix + "image_encoder.blocks."))
        if match:
            found[int(match[1])] = (checkpoint.shape(name)[0] + 1) // 2
    return dict(sorted(found.items()))
