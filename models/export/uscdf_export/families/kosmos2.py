"""Kosmos-2 as a `generator` bundle.

Built from `transformers`' own modules: a CLIP vision model whose normalised states 64 latent queries gather (they are the image
tokens), and a decoder that writes phrases with boxes on a grid. Embeddings are scaled inside the decoder, image tokens too,
and its sinusoidal places are a table in the graph, counted on from the cache's length.
"""

from pathlib import Path

import torch

from ..decoder_graph import write_embed_tokens
from ..onnx_export import save_model, trace
from ..precision import precision
from .cached_decoder import GrowingCache, trace_decoder

LATENT_QUERIES = 64
GRID = 32


class VisionEncoder(torch.nn.Module):
    """`pixel_values` [1, 3, S, S] → `image_features` [1, 64, H]."""

    def __init__(self, model):
        super().__init__()
        self.vision = model.vision_model
        self.projection = model.image_to_text_projection

    def forward(self, pixel_values):
        states = self.vision.model.post_layernorm(self.vision(pixel_values)[0])
        return self.projection(torch.nn.functional.normalize(states, dim=-1))[0]


class Decoder(torch.nn.Module):
    """`inputs_embeds` [1, T, H], `attention_mask` [1, P + T], keys and values of P tokens → logits, states after the last norm,
    keys and values of P + T tokens."""

    def __init__(self, model):
        super().__init__()
        self.text = model.text_model.model
        self.head = model.text_model.lm_head
        self.register_buffer("places", self.text.embed_positions.weights.detach().clone())

    def forward(self, inputs_embeds, attention_mask, *past):
        before, length = past[0].shape[2], inputs_embeds.shape[1]
        queries = torch.arange(length) + before
        states = inputs_embeds * self.text.embed_scale + self.places[queries + self.text.embed_positions.padding_idx + 1]
        keys = torch.arange(attention_mask.shape[1])
        seen = (keys[None] <= queries[:, None]) & (attention_mask[0] != 0)[None]
        mask = torch.where(seen, 0.0, torch.finfo(states.dtype).min)[None, None]
        cache = GrowingCache([past[i : i + 2] for i in range(0, len(past), 2)])
        for layer in self.text.layers:
            states = layer(states, mask, past_key_values=cache)
        states = self.text.layer_norm(states)
        present = [tensor for i in range(len(self.text.layers)) for tensor in cache.present[i]]
        return (self.head(states), states, *present)


def export_kosmos2(model, folder):
    """Writes the three graphs of a Kosmos2ForConditionalGeneration to `folder/onnx/`; returns their file names by graph key."""
    model = model.eval()
    text, side = model.config.text_config, model.config.vision_config.image_size
    files = {key: f"onnx/{key}.onnx" for key in ("vision_encoder", "embed_tokens", "decoder_model_merged")}
    vision = trace(VisionEncoder(model), {"pixel_values": torch.zeros(1, 3, side, side)}, ["image_features"])
    save_model(vision, f"{folder}/{files['vision_encoder']}")
    table = model.get_input_embeddings().weight.detach().numpy()
    write_embed_tokens(table, precision("fp32"), Path(folder) / files["embed_tokens"])
    heads = text.attention_heads
    past = {
        f"past_key_values.{i}.{kind}": torch.zeros(1, heads, 3, text.embed_dim // heads)
        for i in range(text.layers)
        for kind in ("key", "value")
    }
    inputs = {"inputs_embeds": torch.zeros(1, 2, text.embed_dim), "attention_mask": torch.ones(1, 5, dtype=torch.int64)}
    dynamic = {"inputs_embeds": {1: "tokens"}, "attention_mask": {1: "past + tokens"}, **{name: {2: "past"} for name in past}}
    outputs = ["logits", "hidden_states", *(name.replace("past_key_values", "present") for name in past)]
    save_model(trace_decoder(Decoder(model), inputs, past, outputs, dynamic), f"{folder}/{files['decoder_model_merged']}")
    return files


def kosmos2_settings(model):
    """The settings that follow from the model: cache, image, dialect."""
    text, side = model.config.text_config, model.config.vision_config.image_size
    return {
        "cache": {
            "layers": text.layers,
            "kvHeads": text.attention_heads,
            "headDim": text.embed_dim // text.attention_heads,
            "type": "float32",
        },
        "image": {
            "tokens": model.config.latent_query_num,
            "preprocess": {
                "size": [side, side],
                "fit": "shortest-crop",
                "filter": "bicubic",
                "antialias": True,
                "scale": "unit",
                "mean": [0.48145466, 0.4578275, 0.40821073],
                "deviation": [0.26862954, 0.26130258, 0.27577711],
                "channels": "rgb",
                "pad": "after",
            },
        },
        "prompt": {
            "first": "<image>{image}</image>{question}",
            "next": "{question}",
            "addBos": True,
            "pieces": "separate",
        },
        "tasks": {
            "describe": "<grounding> An image of",
            "refer": "<grounding><phrase> {referents}</phrase>",
        },
        "dialect": {
            "kind": "boxes",
            "phraseOpen": "<phrase>",
            "phraseClose": "</phrase>",
            "objectOpen": "<object>",
            "objectClose": "</object>",
            "separator": "</delimiter_of_multi_objects/>",
            "patch": "<patch_index_{4 digits}>",
            "grid": GRID,
        },
        "hiddenState": "predicting",
    }
