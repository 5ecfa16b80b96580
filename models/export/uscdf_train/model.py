"""A small MGLMM: frozen encoder → projectors → causal language model → hidden state of `[SEG]` → mask decoder."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import LlamaConfig, LlamaForCausalLM

from .copying import agree, begin_plurals, calling, prepare
from .lora import has_lora
from .mask_decoder import MaskDecoder, ObjectKeys, PixelNeck
from .proposals import APPEARANCE, AREA_ROOT, CLASSES, GRID, GRID_FEATURES, IMAGE_FEATURES, OBJECT_FEATURES, SLOTS

IMAGE_TOKENS = 1 + GRID + SLOTS
_NAME_GAIN = 4.0
_KNOWN_LENGTH = 2.5
ORDERS = 7
_SURE = 0.4
"""Slots whose best score is below this say their name more quietly: many hold what is not there."""
_HIDDEN = 0.5
"""How often training hides the detector's features, by which a small set of pictures would be learned by heart instead of their class scores read."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the language model."""

    vocabulary: int
    hidden: int = 160
    intermediate: int = 448
    layers: int = 4
    heads: int = 5
    context: int = 1024

    def config(self) -> LlamaConfig:
        return LlamaConfig(
            vocab_size=self.vocabulary,
            hidden_size=self.hidden,
            intermediate_size=self.intermediate,
            num_hidden_layers=self.layers,
            num_attention_heads=self.heads,
            num_key_value_heads=self.heads,
            max_position_embeddings=self.context,
            tie_word_embeddings=True,
            rms_norm_eps=1e-5,
            # About 1/√hidden: the usual 0.02 is made for wide models; in so narrow a one all attention begins even.
            initializer_range=0.07,
            attn_implementation="eager",
        )


class Standardise(nn.Module):
    """Takes away the mean and divides by the deviation that the training set has; both are set once."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("deviation", torch.ones(size))

    def forward(self, values: Tensor) -> Tensor:
        return ((values - self.mean) / self.deviation).clamp(-6, 6)


class Projector(nn.Module):
    """The photograph as tokens of the language model, `[B, IMAGE_TOKENS, hidden]`: the whole, 16 parts, the objects."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.whole = _two_layers(IMAGE_FEATURES, hidden)
        self.grid = _two_layers(GRID_FEATURES, hidden)
        self.slots = _two_layers(OBJECT_FEATURES, hidden)
        self.places = nn.Parameter(torch.randn(1, GRID, hidden) * 0.02)
        self.orders = nn.Linear(ORDERS, hidden, bias=False)
        self.name_gain = nn.Parameter(torch.tensor(_NAME_GAIN))
        self.call = nn.Parameter(calling(hidden))

    def forward(self, slots: Tensor, whole: Tensor, grid: Tensor, named: Tensor, order: Tensor) -> Tensor:
        """`named` `[B, SLOTS, hidden]`: the embeddings of the slots' class names. With them the language model finds its own words among what it sees, as long
        as nothing drowns them: what else is known of a slot has a fixed length. `order` `[B, SLOTS, ORDERS]`: see `class_order`."""
        known = F.normalize(self.slots(slots), dim=-1) * _KNOWN_LENGTH
        return torch.cat((self.whole(whole), self.grid(grid) + self.places, known + self.orders(order) + self.name_gain * named @ self.call.T), dim=1)


class MiniModel(nn.Module):
    """All that is trained. The frozen encoder's outputs come in as tensors."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.standard_slots = Standardise(OBJECT_FEATURES)
        self.standard_whole = Standardise(IMAGE_FEATURES)
        self.standard_grid = Standardise(GRID_FEATURES)
        self.mm_projector = Projector(shape.hidden)
        self.language_model = LlamaForCausalLM(shape.config())
        prepare(self.language_model)
        self.keys = ObjectKeys(shape.hidden)
        self.neck = PixelNeck()
        self.mask_decoder = MaskDecoder(shape.hidden)
        agree(self.mask_decoder.recall, self.keys.names)
        self.register_buffer("name_tokens", torch.zeros(CLASSES, shape.vocabulary))

    def set_names(self, names: list[list[int]]) -> None:
        """Tells the model how the detector's classes are called: the tokens of each name."""
        self.name_tokens.zero_()
        for kind, tokens in enumerate(names):
            for token in tokens:
                self.name_tokens[kind, token] += 1 / len(tokens)

    def begin_plurals(self, pairs: list[tuple[int, int]]) -> None:
        """Puts plurals near their singulars, before anything was learned."""
        begin_plurals(self.language_model.get_input_embeddings().weight, pairs)

    def names(self) -> Tensor:
        """The mean embedding of each class name, `[CLASSES, hidden]`."""
        return self.name_tokens @ self.language_model.get_input_embeddings().weight

    def image_tokens(self, slots: Tensor, whole: Tensor, grid: Tensor) -> Tensor:
        """`[B, IMAGE_TOKENS, hidden]` of raw features `[B, SLOTS, …]`, `[B, 1, …]`, `[B, 16, …]`."""
        named = named_slots(slots, self.names())
        return self.mm_projector(self._slots(slots), self.standard_whole(whole), self._grid(grid), named, class_order(slots))

    def object_keys(self, slots: Tensor) -> Tensor:
        """`[B, SLOTS, PROMPT]` of raw features. Masks don't teach the words: a clear choice would pull at them harder than any text."""
        return self.keys(self._slots(slots), named_slots(slots, self.names().detach()))

    def states(self, images: Tensor, tokens: Tensor, segments: Tensor, image_at: int) -> Tensor:
        """Hidden states after the last norm, `[B, T + IMAGE_TOKENS, hidden]`, of tokens `[B, T]` with the image's tokens put in before the
        token `image_at`. A row holds several conversations about its image, side by side: `segments` `[B, T]` numbers them from 1, with 0
        for what they share, and none sees another."""
        embedded = self.language_model.get_input_embeddings()(tokens)
        sequence = torch.cat((embedded[:, :image_at], images, embedded[:, image_at:]), dim=1)
        shared = segments.new_zeros(len(segments), IMAGE_TOKENS)
        segments = torch.cat((segments[:, :image_at], shared, segments[:, image_at:]), dim=1)
        return self._decoder()(
            inputs_embeds=sequence, attention_mask=visible(segments, sequence.dtype), position_ids=positions(segments), use_cache=False
        ).last_hidden_state

    def logits(self, states: Tensor) -> Tensor:
        """Logits of the next token for states `[…, hidden]`."""
        return self.language_model.get_output_embeddings()(states)

    def _slots(self, slots: Tensor) -> Tensor:
        """Standardised; in training some slots lack the features that the detector has under the mask, and those of renamed pictures always do."""
        standard = self.standard_slots(slots)
        if not self.training:
            return standard
        known, appearance = standard.split((OBJECT_FEATURES - APPEARANCE, APPEARANCE), dim=-1)
        told = _any(slots[..., -APPEARANCE:]) + 1 - _any(slots)
        return torch.cat((known, appearance * told * _now_and_then(told)), dim=-1)

    def _grid(self, grid: Tensor) -> Tensor:
        """Standardised; in training some pictures lack it, renamed ones always."""
        standard = self.standard_grid(grid)
        if not self.training:
            return standard
        told = _any(grid.flatten(1))[..., None]
        return standard * told * _now_and_then(told)

    def _decoder(self) -> nn.Module:
        # With LoRA the model is wrapped once; the decoder below the head keeps its name.
        inner = self.language_model
        return inner.get_base_model().model if has_lora(inner) else inner.model

    def describe_shape(self) -> dict[str, int]:
        return asdict(self.shape)


def class_order(slots: Tensor) -> Tensor:
    """Which place its class has among those that were surely seen, the one with the largest thing first, as captions name them: `[…, SLOTS, ORDERS]` of raw slots,
    1 at the place, the last one for all further places; nothing for slots of classes that were not surely seen."""
    scores, area = slots[..., :CLASSES], slots[..., AREA_ROOT]
    best, kind = scores.max(dim=-1)
    sure = (best >= _SURE).to(scores.dtype)
    same = same_name(slots)
    # The largest sure thing of the class of each slot. Of those that are equally large the first leads.
    size = sure * (area + torch.arange(slots.shape[-2], 0, -1, dtype=area.dtype, device=area.device) * 1e-5)
    largest = (same * size[..., None, :]).amax(dim=-1)
    leads = sure * (size >= largest).to(scores.dtype)
    ahead = (leads[..., None, :] * (size[..., None, :] > largest[..., :, None]).to(scores.dtype)).sum(dim=-1)
    seen = (largest > 0).to(scores.dtype) * (best > 0).to(scores.dtype)
    places = torch.arange(ORDERS, dtype=scores.dtype, device=scores.device)
    return (ahead.clamp(max=ORDERS - 1)[..., None] == places).to(scores.dtype) * seen[..., None]


def named_slots(slots: Tensor, names: Tensor) -> Tensor:
    """The names of raw slots `[…, OBJECT_FEATURES]`, `[…, hidden]`: mixed by the cubes of their class scores, so that the likeliest is clear,
    and quieter where even the best score is low; nothing for empty ones."""
    scores = slots[..., :CLASSES]
    cubes = scores * scores * scores
    loudness = (scores.amax(dim=-1, keepdim=True) / _SURE).clamp(max=1)
    return (cubes / (cubes.sum(dim=-1, keepdim=True) + 1e-6)) @ names * (loudness * loudness)


def same_name(slots: Tensor) -> Tensor:
    """1 where two of the raw slots `[…, SLOTS, OBJECT_FEATURES]` are of one class, `[…, SLOTS, SLOTS]`."""
    kind = slots[..., :CLASSES].argmax(dim=-1)
    return (kind[..., :, None] == kind[..., None, :]).to(slots.dtype)


def _any(values: Tensor) -> Tensor:
    """1 where any of the last dimension is not 0, `[…, 1]`."""
    return (values != 0).any(dim=-1, keepdim=True).to(values.dtype)


def _now_and_then(like: Tensor) -> Tensor:
    """0 or 1 by chance, in the shape of a tensor."""
    return (torch.rand_like(like) >= _HIDDEN).to(like.dtype)


def _two_layers(size: int, hidden: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(size, hidden), nn.GELU(), nn.Linear(hidden, hidden))


def visible(segments: Tensor, dtype: torch.dtype) -> Tensor:
    """What each place may look at, as numbers to add to scores, `[B, 1, T, T]`: what came before it in its own segment or in the shared one."""
    earlier = torch.ones(segments.shape[1], segments.shape[1], dtype=torch.bool, device=segments.device).tril()
    own = (segments[:, :, None] == segments[:, None, :]) | (segments[:, None, :] == 0)
    allowed = (own & earlier)[:, None]
    return torch.zeros(allowed.shape, dtype=dtype, device=segments.device).masked_fill(~allowed, torch.finfo(dtype).min)


def positions(segments: Tensor) -> Tensor:
    """Places `[B, T]` as if each segment followed the shared one directly."""
    count = torch.arange(segments.shape[1], device=segments.device).expand_as(segments)
    begins = torch.ones_like(segments, dtype=torch.bool)
    begins[:, 1:] = segments[:, 1:] != segments[:, :-1]
    start = torch.where(begins, count, 0).cummax(dim=1).values
    shared = (segments == 0).sum(dim=1, keepdim=True)
    return torch.where(segments == 0, count, count - start + shared)
