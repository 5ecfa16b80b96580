"""Florence-2 as the ONNX community publishes it: four graphs by the names and tensors of `onnx-community/Florence-2-base-ft`.

    vision_encoder        pixel_values [1, 3, S, S] → image_features [1, N, H]
    embed_tokens          input_ids → inputs_embeds
    encoder_model         inputs_embeds, attention_mask → last_hidden_state
    decoder_model_merged  encoder_hidden_states, encoder_attention_mask, inputs_embeds, use_cache_branch [1],
                          past_key_values.i.{decoder,encoder}.{key,value} → logits, present.i.{decoder,encoder}.{key,value}

The merged decoder holds two: the one that begins, and the one that goes on with a cache. As in the published files the second
gives tensors without elements for the encoder's keys and values, which do not change: who runs it keeps those of the first.
"""

from pathlib import Path
from types import SimpleNamespace

import torch
from transformers import EncoderDecoderCache

from ..decoder_graph import write_embed_tokens
from ..onnx_export import save_model, trace
from ..precision import precision
from .cached_decoder import GrowingCache, trace_decoder
from .merged_decoder import merge_branches

# The sentences that stand for Florence-2's tasks, which were never tokens of its own.
TASKS = {
    "caption": "What does the image describe?",
    "ground": "Locate the phrases in the caption: {caption}",
    "segment": "Locate {phrase} in the image with mask",
    "detect": "Locate the objects with category name in the image.",
    "regions": "Locate the objects in the image, with their descriptions.",
}
PARTS = [f"{side}.{kind}" for side in ("decoder", "encoder") for kind in ("key", "value")]


class VisionEncoder(torch.nn.Module):
    """`pixel_values` → the tokens of the image."""

    def __init__(self, model):
        super().__init__()
        self.tower, self.projector = model.model.vision_tower, model.model.multi_modal_projector

    def forward(self, pixel_values):
        return self.projector(self.tower(pixel_values).last_hidden_state)


class Encoder(torch.nn.Module):
    """Image and question → what the decoder looks at."""

    def __init__(self, model):
        super().__init__()
        self.encoder = model.model.language_model.encoder

    def forward(self, inputs_embeds, attention_mask):
        places = self.encoder.embed_positions(inputs_embeds[:, :, -1])
        states = self.encoder.layernorm_embedding(inputs_embeds + places)
        mask = _mask(attention_mask)
        for layer in self.encoder.layers:
            states = layer(states, mask)
        return states


class Decoder(torch.nn.Module):
    """The branch that goes on with a cache, and the one that begins (without `past`)."""

    def __init__(self, model, goes_on):
        super().__init__()
        self.decoder, self.head = model.model.language_model.decoder, model.lm_head
        self.goes_on = goes_on
        config = model.config.text_config
        self.none = (1, config.decoder_attention_heads, 0, config.d_model // config.decoder_attention_heads)

    def forward(self, encoder_attention_mask, inputs_embeds, *others):
        layers = range(len(self.decoder.layers))
        if self.goes_on:
            own = [others[4 * i : 4 * i + 2] for i in layers]
            cross, encoder_states = [others[4 * i + 2 : 4 * i + 4] for i in layers], inputs_embeds
        else:
            own = [(inputs_embeds.new_zeros(self.none),) * 2 for _ in layers]
            cross, encoder_states = own, others[0]
        cache = _TwoCaches(own, cross, self.goes_on)
        before, length = own[0][0].shape[2], inputs_embeds.shape[1]
        queries = torch.arange(length) + before
        places = self.decoder.embed_positions(inputs_embeds, position_ids=queries)
        states = self.decoder.layernorm_embedding(inputs_embeds + places)
        causal = torch.where(torch.arange(before + length)[None] <= queries[:, None], 0.0, torch.finfo(states.dtype).min)
        mask = _mask(encoder_attention_mask)
        for layer in self.decoder.layers:
            states = layer(states, causal[None, None], encoder_states, encoder_attention_mask=mask, past_key_values=cache)
        present = [tensor for i in layers for tensor in cache.present(i)]
        return (self.head(states), *present)


class _TwoCaches(EncoderDecoderCache):
    """What the attention modules ask of a cache, on plain tensors: the decoder's own grows, the encoder's is made once."""

    def __init__(self, own, cross, known):
        self.self_attention_cache, self.cross_attention_cache = GrowingCache(own), GrowingCache(cross)
        self.cross_attention_cache.layers = [SimpleNamespace(keys=key, values=value) for key, value in cross]
        self.known = known
        self.is_updated = {i: known for i in range(len(own))}

    def present(self, layer):
        """Keys and values of a layer: the decoder's, and the encoder's where they were made in this run."""
        made = () if self.known else self.cross_attention_cache.present[layer]
        return (*self.self_attention_cache.present[layer], *made)


def _mask(mask):
    """1 where to look and 0 where not, [1, T], as what is added to attention [1, 1, 1, T]."""
    return torch.where(mask[:, None, None] != 0, 0.0, torch.finfo(torch.float32).min)


def export_florence2(model, folder):
    """Writes the four graphs of a Florence2ForConditionalGeneration to `folder/onnx/`; returns their file names by graph key."""
    model = model.eval()
    text = model.config.text_config
    width = text.d_model
    files = {key: f"onnx/{key}.onnx" for key in ("vision_encoder", "embed_tokens", "encoder_model", "decoder_model_merged")}
    side = model.config.vision_config.image_size
    vision = trace(VisionEncoder(model), {"pixel_values": torch.zeros(1, 3, side, side)}, ["image_features"])
    save_model(vision, f"{folder}/{files['vision_encoder']}")
    table = model.get_input_embeddings().weight.detach().numpy()
    write_embed_tokens(table, precision("fp32"), Path(folder) / files["embed_tokens"])
    given = {"inputs_embeds": torch.zeros(1, 7, width), "attention_mask": torch.ones(1, 7, dtype=torch.int64)}
    encoder = trace_decoder(Encoder(model), given, {}, ["last_hidden_state"], {name: {1: "prompt"} for name in given})
    save_model(encoder, f"{folder}/{files['encoder_model']}")
    save_model(_decoder(model), f"{folder}/{files['decoder_model_merged']}")
    return files


def _decoder(model):
    text = model.config.text_config
    heads, width = text.decoder_attention_heads, text.d_model
    layers = range(text.decoder_layers)
    names = [f"past_key_values.{i}.{part}" for i in layers for part in PARTS]
    past = {name: torch.zeros(1, heads, 7 if ".encoder." in name else 3, width // heads) for name in names}
    outputs = ["logits", *(name.replace("past_key_values", "present") for name in names)]
    mask = {"encoder_attention_mask": torch.ones(1, 7, dtype=torch.int64)}
    sizes = {"encoder_attention_mask": {1: "prompt"}, "inputs_embeds": {1: "tokens"}, "encoder_hidden_states": {1: "prompt"}}
    begins = trace_decoder(
        Decoder(model, False),
        {**mask, "inputs_embeds": torch.zeros(1, 2, width)},
        {"encoder_hidden_states": torch.zeros(1, 7, width)},
        outputs,
        sizes,
    )
    goes_on = trace_decoder(
        Decoder(model, True),
        {**mask, "inputs_embeds": torch.zeros(1, 1, width)},
        past,
        [name for name in outputs if ".encoder." not in name],
        {"encoder_attention_mask": {1: "prompt"}, **{name: {2: "past"} for name in past}},
    )
    inputs = {
        "encoder_attention_mask": ("int64", [1, "prompt"]),
        "encoder_hidden_states": ("float", [1, "prompt", width]),
        "inputs_embeds": ("float", [1, "tokens", width]),
        **{name: ("float", [1, heads, f"past_{'encoder' if '.encoder.' in name else 'decoder'}", width // heads]) for name in names},
    }
    shapes = {name: [None, heads, None, width // heads] for name in outputs if name != "logits"}
    return merge_branches(begins, goes_on, inputs, {"logits": [1, "tokens", text.vocab_size], **shapes}, "use_cache_branch")


def florence2_settings(model, image_tokens):
    """The settings that follow from the model: cache, image, locations, tasks."""
    text, side = model.config.text_config, model.config.vision_config.image_size
    return {
        "cache": {
            "layers": text.decoder_layers,
            "kvHeads": text.decoder_attention_heads,
            "headDim": text.d_model // text.decoder_attention_heads,
            "type": "float32",
        },
        "image": {
            "tokens": image_tokens,
            "preprocess": {
                "size": [side, side],
                "fit": "stretch",
                "filter": "bicubic",
                "antialias": True,
                "scale": "unit",
                "mean": [0.485, 0.456, 0.406],
                "deviation": [0.229, 0.224, 0.225],
                "channels": "rgb",
                "pad": "after",
            },
        },
        "tasks": TASKS,
        "locations": {"token": "<loc_{number}>", "bins": 1000},
    }
