"""A LLaVA-type checkpoint with SAM as PyTorch modules of `transformers`: what is exported, and what exports are compared with."""

from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import CLIPVisionModel, LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

from .checkpoint import read_json
from .decoder_graph import decoder_names, decoder_shape
from .errors import ExportError
from .sam_weights import load_sam

# Its bars belong to an interactive session and would break the lines of progress of this exporter.
logging.disable_progress_bar()

CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_DEVIATION = (0.26862954, 0.26130258, 0.27577711)
SAM_MEAN = (123.675, 116.28, 103.53)
SAM_DEVIATION = (58.395, 57.12, 57.375)


class VisionEncoder(torch.nn.Module):
    """`pixel_values` [1, 3, S, S] → `image_features` [1, N, H]: a hidden layer of CLIP without its class token, projected."""

    def __init__(self, clip, projector, layer):
        super().__init__()
        self.clip, self.projector, self.layer = clip, projector, layer

    def forward(self, pixel_values):
        states = self.clip(pixel_values, output_hidden_states=True).hidden_states
        return self.projector(states[self.layer][:, 1:])


class PixelEncoder(torch.nn.Module):
    """`pixel_values` [1, 3, S, S] → `image_embeddings` [1, C, g, g]."""

    def __init__(self, sam):
        super().__init__()
        self.encoder = sam.vision_encoder

    def forward(self, pixel_values):
        return self.encoder(pixel_values).last_hidden_state


class MaskDecoder(torch.nn.Module):
    """`seg_hidden_states` [n, H], `image_embeddings` [1, C, g, g] → `pred_masks` [n, 1, 4g, 4g] logits, `iou_scores` [n, 1].

    Each state becomes the only prompt of one mask: no points, no boxes, SAM's "no mask" for the dense prompt.
    """

    def __init__(self, sam, projection):
        super().__init__()
        self.projection, self.decoder = projection, sam.mask_decoder
        with torch.no_grad():
            positions = sam.get_image_wide_positional_embeddings()
        grid = positions.shape[-1]
        self.register_buffer("positions", positions)
        self.register_buffer("dense", sam.prompt_encoder.no_mask_embed.weight.detach().reshape(1, -1, 1, 1).expand(1, -1, grid, grid).clone())

    def forward(self, seg_hidden_states, image_embeddings):
        prompts = self.projection(seg_hidden_states)[None, :, None]
        masks, scores = self.decoder(image_embeddings, self.positions, prompts, self.dense, multimask_output=False)
        return masks[0], scores[0]


@dataclass
class Llava:
    """One checkpoint. The language model is built only when it is asked for: it may be larger than the memory."""

    checkpoint: object
    family: object
    shape: object
    clip: object
    sam: object
    vision: VisionEncoder
    pixels: PixelEncoder
    masks: MaskDecoder
    clip_settings: dict

    def weights(self, name):
        """A weight of the language model, float32."""
        return self.checkpoint.array(name)

    def language(self, weights=None):
        """The language model as `transformers` has it, float32, in evaluation mode. weights: gives other arrays by the same names."""
        with torch.device("meta"):
            model = LlamaForCausalLM(llama_config(self.shape))
        # A copy: arrays may be views of mapped files, and a module's weights must be its own.
        state = {name: torch.tensor((weights or self.weights)(name)) for name in decoder_names(self.shape)}
        model.load_state_dict(state, assign=True)
        model.model.rotary_emb = type(model.model.rotary_emb)(model.config)
        return model.eval()


def llama_config(shape):
    """The LlamaConfig of a decoder's shape."""
    return LlamaConfig(
        hidden_size=shape.hidden,
        intermediate_size=shape.intermediate,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        num_key_value_heads=shape.kv_heads,
        head_dim=shape.head_dim,
        vocab_size=shape.vocabulary,
        rms_norm_eps=shape.eps,
        rope_theta=shape.rope_theta,
        max_position_embeddings=shape.context,
        attention_bias=shape.qkv_bias,
        tie_word_embeddings=shape.tied,
        attn_implementation="eager",
    )


def load_llava(checkpoint, clip_folder, family):
    """Reads everything but the language model, whose names and shapes are checked. Raises ExportError on what does not fit."""
    shape = decoder_shape(checkpoint.config)
    checkpoint.expect(decoder_names(shape))
    clip, clip_settings = load_clip(clip_folder)
    projector = _projector(checkpoint, clip.config.hidden_size, shape.hidden)
    sam = load_sam(checkpoint, family.sam)
    layer = checkpoint.config.get("mm_vision_select_layer", -2)
    return Llava(
        checkpoint=checkpoint,
        family=family,
        shape=shape,
        clip=clip,
        sam=sam,
        vision=VisionEncoder(clip, projector, layer).eval(),
        pixels=PixelEncoder(sam).eval(),
        masks=MaskDecoder(sam, _projection(checkpoint, shape.hidden, sam.config.mask_decoder_config.hidden_size)).eval(),
        clip_settings=clip_settings,
    )


def unused(checkpoint, family, shape):
    """Names of the checkpoint's weights that the export does not read and does not expect either; a user may want to know."""
    read = set(decoder_names(shape))
    prefixes = (family.sam, "model.mm_projector.", "model.text_hidden_fcs.", *family.ignored)
    return [name for name in checkpoint.names() if name not in read and not name.startswith(prefixes) and not name.endswith("rotary_emb.inv_freq")]


def load_clip(folder):
    """The CLIP vision tower in a folder in Hugging Face's layout, float32, and its preprocessing (a dict, empty where it has none)."""
    folder = Path(folder)
    read_json(folder / "config.json", "CLIP's settings")
    try:
        clip = CLIPVisionModel.from_pretrained(folder, local_files_only=True, dtype=torch.float32, attn_implementation="eager").eval()
    except (OSError, ValueError, RuntimeError) as error:
        raise ExportError(f"CLIP could not be read from {folder}: {error}. --clip wants the folder of openai/clip-vit-large-patch14-336 (LISA: -patch14) as the hub has it.") from error
    settings = folder / "preprocessor_config.json"
    return clip, read_json(settings, "CLIP's preprocessing") if settings.is_file() else {}


def _projector(checkpoint, source, target):
    """LLaVA's projector: one linear layer (no number in its name), or two with a GELU between them."""
    prefix = "model.mm_projector."
    if prefix + "weight" in checkpoint:
        return _linear(checkpoint, prefix, source, target)
    return torch.nn.Sequential(
        _linear(checkpoint, prefix + "0.", source, target), torch.nn.GELU(), _linear(checkpoint, prefix + "2.", target, target)
    )


def _projection(checkpoint, hidden, channels):
    """From the language model's state to SAM's prompt."""
    prefix = "model.text_hidden_fcs.0."
    return torch.nn.Sequential(
        _linear(checkpoint, prefix + "0.", hidden, hidden), torch.nn.ReLU(), _linear(checkpoint, prefix + "2.", hidden, channels)
    )


def _linear(checkpoint, prefix, source, target):
    checkpoint.expect({prefix + "weight": (target, source), prefix + "bias": (target,)})
    with torch.device("meta"):
        layer = torch.nn.Linear(source, target)
    state = {part: checkpoint.tensor(prefix + part).to(torch.float32) for part in ("weight", "bias")}
    layer.load_state_dict(state, assign=True)
    return layer
