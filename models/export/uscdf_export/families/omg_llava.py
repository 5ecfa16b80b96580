"""OMG-LLaVA: one encoder that both sees and segments, and whose own queries are words of the prompt.

A ConvNeXt sees the photograph, laid in the middle of a square. A Mask2Former head finds objects in it. The language model reads
three things: pixel tokens (the last features, each with a mixture of the object queries that are seen there, the "perception
prior"), a separator, and the queries of those objects that are seen anywhere at all, so that the number of tokens depends on the
photograph. The state of the step that was fed `[SEG]` is turned back into a query, and the same head draws its mask.

Parts are transformers' own: ConvNext, Mask2Former's pixel decoder and decoder layers. The language model is InternLM2, which computes
what LLaMA computes (`language.internlm2_weights`).
"""

import math
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from transformers import ConvNextConfig, ConvNextModel, Mask2FormerConfig
from transformers.models.mask2former.modeling_mask2former import (
    Mask2FormerMaskedAttentionDecoderLayer,
    Mask2FormerPixelDecoder,
    Mask2FormerSinePositionEmbedding,
)

from ..onnx_export import export_module

MEAN, DEVIATION = [0.4814, 0.4578, 0.4082], [0.2686, 0.2613, 0.2757]
PAD_COLOUR = [int(value * 255) for value in MEAN]
ADDED_TOKENS = ["[SEG]", "<p>", "</p>", "<region>", "<mark>"]
LEVELS = 3
# Features are brought to a quarter of their places, four channels for one, before they become tokens.
SHUFFLE = 2
# A query's mask counts at least this much where its class is uncertain.
LEAST_SHARE = 0.5
LOGIT_SCALE = math.exp(4.6052)
DESCRIBE = (
    "Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for the "
    "corresponding parts of the answer."
)
TASKS = {"describe": DESCRIBE, "refer": "Can you segment {referents} in this image?", "reason": "{question}"}
PROMPT = {
    "first": "<|im_start|>user\n{image}\n{question}<|im_end|>\n<|im_start|>assistant\n",
    "next": "<|im_end|>\n<|im_start|>user\n{question}<|im_end|>\n<|im_start|>assistant\n",
    "addBos": True,
    "pieces": "separate",
}


class Head(nn.Module):
    """The segmentation head: features in, and masks of queries, which are drawn layer by layer where the layer before saw them."""

    def __init__(self, config, channels, queries, classes, class_width):
        super().__init__()
        width = config.feature_size
        self.heads = config.num_attention_heads
        self.pixel_decoder = Mask2FormerPixelDecoder(config, channels)
        self.layers = nn.ModuleList(Mask2FormerMaskedAttentionDecoderLayer(config) for _ in range(config.decoder_layers))
        self.post_norm = nn.LayerNorm(width)
        self.query_feat, self.query_embed = nn.Embedding(queries, width), nn.Embedding(queries, width)
        self.level_embed = nn.Embedding(LEVELS, width)
        self.mask_embed, self.cls_proj = _mlp(width, config.mask_feature_size), _mlp(width, class_width)
        self.mask_pooling_proj = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, width))
        # Embeddings of the class names (one a class here; several are tried and the best counts), and none for "no object".
        self.register_buffer("cls_embed", F.normalize(torch.randn(class_width, classes), dim=0))
        self.places = Mask2FormerSinePositionEmbedding(width // 2, normalize=True)

    def features(self, stages):
        """`mask_features` [1, C, s, s] and the memories, coarse to fine, of the backbone's four stages."""
        found = self.pixel_decoder(stages, output_attentions=False, output_hidden_states=False, return_dict=True)
        return found.mask_features, *found.multi_scale_features

    def draw(self, feat, embed, mask_features, memories):
        """Queries after the last layer [b, q, C] and their masks [b, q, s, s]. feat, embed: [b, q, C]."""
        keys = [
            (memory.flatten(2) + self.level_embed.weight[i][None, :, None]).permute(2, 0, 1).expand(-1, feat.shape[0], -1)
            for i, memory in enumerate(memories)
        ]
        places = [self._places(memory).flatten(2).permute(2, 0, 1) for memory in memories]
        x, embed = feat.transpose(0, 1), embed.transpose(0, 1)
        masks = self._masks(x, mask_features)
        for i, layer in enumerate(self.layers):
            level = i % LEVELS
            hidden = self._hidden(masks, memories[level].shape[-2:])
            x = layer(
                x,
                level_index=level,
                position_embeddings=places,
                query_position_embeddings=embed,
                encoder_hidden_states=keys,
                encoder_attention_mask=hidden,
            )[0]
            masks = self._masks(x, mask_features)
        return x.transpose(0, 1), masks

    def _places(self, memory):
        """Positions of a single frame: those of the plane, and what the head learned with videos as "the last of one frame"."""
        plane = self.places(memory.shape, memory.device, memory.dtype)
        width = plane.shape[1]
        rates = 10000.0 ** (2 * torch.div(torch.arange(width), 2, rounding_mode="floor") / width)
        angle = 2 * math.pi / (1 + 1e-6) / rates
        frame = torch.stack([angle[0::2].sin(), angle[1::2].cos()], dim=1).flatten()
        return plane + frame[None, :, None, None]

    def _masks(self, x, mask_features):
        words = self.mask_embed(self.post_norm(x)).transpose(0, 1)
        return torch.einsum("bqc,bchw->bqhw", words, mask_features.expand(words.shape[0], -1, -1, -1))

    def _hidden(self, masks, size):
        """Places that a query does not look at, bool [b · heads, q, h · w]; one that would see nothing sees everything."""
        small = F.interpolate(masks, size, mode="bilinear", align_corners=False).flatten(2)
        hidden = small.sigmoid() < 0.5
        hidden = hidden & ~hidden.all(dim=-1, keepdim=True)
        return hidden[:, None].expand(-1, self.heads, -1, -1).flatten(0, 1)

    def object_scores(self, queries, masks, mask_features):
        """How sure the head is that each query [1, q, C] is some object: [q]."""
        seen = (masks > 0).to(masks.dtype)
        pooled = torch.einsum("bchw,bqhw->bqc", mask_features, seen / (seen.sum(dim=(-1, -2), keepdim=True) + 1e-8))
        described = self.cls_proj(self.mask_pooling_proj(pooled) + self.post_norm(queries))
        logits = LOGIT_SCALE * F.normalize(described, dim=-1) @ self.cls_embed
        nothing = torch.zeros_like(logits[..., :1])
        return torch.cat([logits, nothing], dim=-1).softmax(dim=-1)[0, :, :-1].amax(dim=-1)


def _mlp(inside, outside):
    return nn.Sequential(nn.Linear(inside, inside), nn.ReLU(), nn.Linear(inside, inside), nn.ReLU(), nn.Linear(inside, outside))


class Projector(nn.Module):
    """From pixels and queries to the language model's tokens."""

    def __init__(self, width, features, hidden):
        super().__init__()
        self.query_proj = nn.Linear(2 * width, features)
        self.model = nn.Sequential(nn.Linear(features, hidden), nn.GELU(), nn.Linear(hidden, hidden))
        self.model_feat = nn.Sequential(nn.Linear(features + 2 * width, hidden), nn.GELU(), nn.Linear(hidden, hidden))
        self.seperate_embed = nn.Embedding(1, hidden)

    def forward(self, pixels, queries, seen):
        """Tokens [N, H] of pixels [places, …], queries [q, 2C] and which of them are seen, bool [q]."""
        objects = self.model(self.query_proj(queries))
        kept = torch.nonzero(seen)[:, 0]
        return torch.cat([self.model_feat(pixels), self.seperate_embed.weight, objects[kept]])


class VisionEncoder(nn.Module):
    """`pixel_values` [1, 3, S, S] → `image_features` [1, N, H], and `mask_features`, `memory_0` … for the mask decoder."""

    OUTPUTS = ["image_features", "mask_features", *[f"memory_{i}" for i in range(LEVELS)]]

    def __init__(self, backbone, head, hidden):
        super().__init__()
        self.backbone, self.head = backbone, head
        self.projector = Projector(head.level_embed.embedding_dim, backbone.config.hidden_sizes[-1] * SHUFFLE**2, hidden)

    def stages(self, pixel_values):
        """Features of the four stages, strides 4 to 32, as they are (no norm behind a stage)."""
        x, found = self.backbone.embeddings(pixel_values), []
        for stage in self.backbone.encoder.stages:
            x = stage(x)
            found.append(x)
        return found

    def forward(self, pixel_values):
        stages = self.stages(pixel_values)
        mask_features, *memories = self.head.features(stages)
        queries, shares = self.objects(mask_features, memories, pixel_values.shape[-2:])
        prior = shares.softmax(dim=0).T @ queries
        seen = (shares.argmax(dim=0)[None] == torch.arange(shares.shape[0])[:, None]).any(dim=1)
        pixels = torch.cat([_gathered(stages[-1]), prior], dim=-1)
        return self.projector(pixels, queries, seen)[None], mask_features, *memories

    def objects(self, mask_features, memories, size):
        """Queries of the objects [q, 2C], and how much of each pixel token's place each of them covers [q, places].

        size: of the picture, (height, width).
        """
        feat, embed = self.head.query_feat.weight[None], self.head.query_embed.weight[None]
        queries, masks = self.head.draw(feat, embed, mask_features, memories)
        places = tuple(side // 32 // SHUFFLE for side in size)
        shares = self._shares(queries, masks, mask_features, size, places)
        return torch.cat([queries, embed], dim=-1)[0], shares.flatten(1)

    def _shares(self, queries, masks, mask_features, size, places):
        """How much each query's object covers each place: [q, h, w]."""
        scores = self.head.object_scores(queries, masks, mask_features)
        full = F.interpolate(masks, size, mode="bilinear", align_corners=False).sigmoid()
        weighed = (scores * (1 - LEAST_SHARE) + LEAST_SHARE)[None, :, None, None] * full
        return F.interpolate(weighed, places, mode="bilinear", align_corners=False)[0]


def _gathered(x):
    """Squares of SHUFFLE² places [1, C, h, w] become one [h/2 · w/2, 4C]."""
    _, channels, height, width = x.shape
    x = x.reshape(1, channels, height // SHUFFLE, SHUFFLE, width // SHUFFLE, SHUFFLE).permute(0, 3, 5, 1, 2, 4)
    return x.reshape(channels * SHUFFLE**2, -1).T


class MaskDecoder(nn.Module):
    """`seg_hidden_states` [n, H] and the encoder's features → `pred_masks` [n, 1, s, s] (logits)."""

    def __init__(self, head, hidden):
        super().__init__()
        width = 2 * head.level_embed.embedding_dim
        self.head = head
        self.projector_text2vision = nn.Sequential(nn.Linear(hidden, width), nn.GELU(), nn.Linear(width, width))

    def forward(self, seg_hidden_states, mask_features, memory_0, memory_1, memory_2):
        feat, embed = self.projector_text2vision(seg_hidden_states)[:, None].chunk(2, dim=-1)
        return self.head.draw(feat, embed, mask_features, [memory_0, memory_1, memory_2])[1]


def build(sizes, hidden):
    """`VisionEncoder` and `MaskDecoder` (weights random) of a table of sizes; they share the head."""
    backbone = ConvNextModel(ConvNextConfig(hidden_sizes=sizes["channels"], depths=sizes["depths"]))
    config = Mask2FormerConfig(
        feature_size=sizes["width"],
        mask_feature_size=sizes["width"],
        hidden_dim=sizes["width"],
        num_attention_heads=sizes["heads"],
        encoder_layers=sizes["encoder_layers"],
        decoder_layers=sizes["decoder_layers"],
        encoder_feedforward_dim=sizes["encoder_mlp"],
        dim_feedforward=sizes["decoder_mlp"],
    )
    config._attn_implementation = "eager"
    head = Head(config, sizes["channels"], sizes["queries"], sizes["classes"], sizes["class_width"])
    nn.init.normal_(head.pixel_decoder.level_embed)
    return VisionEncoder(backbone, head, hidden), MaskDecoder(head, hidden)


# The published model: ConvNeXt-Large and a head of nine layers.
PUBLISHED_SIZES = {
    "channels": [192, 384, 768, 1536],
    "depths": [3, 3, 27, 3],
    "width": 256,
    "heads": 8,
    "encoder_layers": 6,
    "encoder_mlp": 1024,
    "decoder_layers": 9,
    "decoder_mlp": 2048,
    "queries": 300,
    "classes": 133,
    "class_width": 768,
    "image": 1024,
}


def export_graphs(vision, masks, side, folder, suffix=""):
    """Writes `vision_encoder` and `mask_decoder` to `folder/onnx/` and returns their file names by key."""
    files = {key: f"onnx/{key}{suffix}.onnx" for key in ("vision_encoder", "mask_decoder")}
    picture = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    export_module(vision, {"pixel_values": picture}, VisionEncoder.OUTPUTS, Path(folder, files["vision_encoder"]))
    with torch.no_grad():
        features = vision.eval()(picture)[1:]
    states = torch.zeros(2, masks.projector_text2vision[0].in_features)
    inputs = {"seg_hidden_states": states, **dict(zip(VisionEncoder.OUTPUTS[1:], features))}
    export_module(masks, inputs, ["pred_masks"], Path(folder, files["mask_decoder"]), {"seg_hidden_states": {0: "masks"}})
    return files


def settings(side, queries):
    """What the manifest says of the encoder: `image`, `tasks`, `dialect`, `hiddenState`, `mask`."""
    preprocess = {"size": [side, side], "fit": "centre-pad", "filter": "bicubic", "antialias": True, "scale": "unit", "mean": MEAN}
    preprocess |= {"deviation": DEVIATION, "channels": "rgb", "pad": "before", "padColour": PAD_COLOUR}
    return {
        "image": {"tokens": (side // 32 // SHUFFLE) ** 2 + 1 + queries, "preprocess": preprocess},
        "tasks": TASKS,
        "dialect": {"kind": "phrases", "open": "<p>", "close": "</p>", "seg": "[SEG]"},
        "hiddenState": "self",
        # The sigmoid of the reference is above 0.5 where the logit is above 0.
        "mask": {"size": [side // 4, side // 4], "space": "image", "upscale": "bilinear", "activation": "logits", "threshold": 0},
    }
