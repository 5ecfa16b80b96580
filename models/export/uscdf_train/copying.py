"""A beginning for small language models that start from nothing: heads that can already repeat words.

A referring answer repeats words of the question, and a caption the names of what was seen. A model this small finds that out late (for its first thousand batches it
guesses words by frequency), because two heads must learn together: one that tells each place which word came before it, and one that looks for the place whose word
before it is the present one. Here both stand from the beginning, as do two heads that write what they look at. All weights go on learning.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

_COMMON = 0.9
"""Length of the part that all embeddings share. It says "a word is here" and changes no logit, because it is in all of them."""
_BEFORE_GAIN = 0.25
_REPEAT_GAIN = 2.0
_WRITE_GAIN = 0.4
_SHARP = 12.0
_QUIET = 0.1
_FAST = 4
"""Rotations that change enough from one place to the next to tell neighbours apart."""
_SLOW_FROM = 6
"""Rotations from this one on hardly change over a question's length, so that words can be compared across it."""


@torch.no_grad()
def prepare(language_model: nn.Module, seed: int = 0) -> None:
    """Sets heads of a LlamaForCausalLM's first layers: two of the first tell the word before, two of the second repeat and one recalls the phrase, two of each further one write."""
    config = language_model.config
    size, heads = config.hidden_size, config.num_attention_heads
    if heads < 3 or config.num_hidden_layers < 2 or config.hidden_size // heads < 4 * _FAST or size < 4 * (size // heads):
        return
    head = size // heads
    generator = torch.Generator().manual_seed(seed)
    table = language_model.get_input_embeddings().weight
    directions = torch.linalg.qr(torch.randn(size, size, generator=generator))[0].T
    common, words = directions[0], directions[1:]
    table -= (table @ common)[:, None] * common
    table += _COMMON * common
    layers = language_model.model.layers
    # What the other weights say at random must not drown the words.
    for layer in layers:
        layer.mlp.down_proj.weight *= _QUIET
        layer.self_attn.o_proj.weight *= _QUIET
    kept = [(words[number * head : (number + 1) * head], words[(number + 2) * head : (number + 3) * head]) for number in range(2)]
    for number, (read, told) in enumerate(kept):
        place = slice(number * head, (number + 1) * head)
        _look_back(layers[0].self_attn, place, common, config, 1)
        layers[0].self_attn.v_proj.weight[place] = read
        layers[0].self_attn.o_proj.weight[:, place] = _BEFORE_GAIN * told.T
        _look_for_the_same(layers[1].self_attn, place, head, read, told)
        _write(layers[1].self_attn, place, read, _REPEAT_GAIN)
    recall_phrase(layers[1].self_attn, common, kept[0][0], words[-head:], config)
    for number, layer in enumerate(layers[2:]):
        for at, (read, _) in enumerate(kept):
            _write(layer.self_attn, slice(at * head, (at + 1) * head), read, _WRITE_GAIN)


def recall_phrase(attention: nn.Module, common: Tensor, read: Tensor, told: Tensor, config: object) -> None:
    """The third head carries the word three places back, the phrase's last one where `[SEG]` is about to be said (` dog` ` ` `</p>` ` `), to where the mask's prompt is made of it."""
    head = len(read)
    place = slice(2 * head, 3 * head)
    _look_back(attention, place, common, config, 3)
    attention.v_proj.weight[place] = read
    attention.o_proj.weight[:, place] = _BEFORE_GAIN * told.T


def _look_back(attention: nn.Module, place: slice, common: Tensor, config: object, steps: int) -> None:
    """Queries and keys that depend on places only, so that each looks so many steps back: the fast rotations, turned by them."""
    head, size = place.stop - place.start, config.hidden_size
    base = float(config.rope_parameters["rope_theta"])
    angles = steps * torch.tensor([base ** (-2 * number / head) for number in range(_FAST)])
    query, key = torch.zeros(head), torch.zeros(head)
    key[:_FAST] = 1.0
    query[:_FAST], query[head // 2 : head // 2 + _FAST] = torch.cos(angles), -torch.sin(angles)
    # A normed embedding has some 0.7 √size of its length along `common`.
    scale = math.sqrt(_SHARP * math.sqrt(head)) / (0.7 * math.sqrt(size))
    attention.q_proj.weight[place] = scale * query[:, None] * common
    attention.k_proj.weight[place] = scale * key[:, None] * common


def _look_for_the_same(attention: nn.Module, place: slice, head: int, read: Tensor, told: Tensor) -> None:
    """Queries of the word here, keys of the word before: they meet where the same word came before."""
    slow = torch.zeros(head)
    slow[_SLOW_FROM : head // 2] = 1.0
    slow[head // 2 + _SLOW_FROM :] = 1.0
    attention.q_proj.weight[place] = 2.5 * slow[:, None] * read
    attention.k_proj.weight[place] = 2.5 * slow[:, None] * told


def _write(attention: nn.Module, place: slice, words: Tensor, gain: float) -> None:
    """Values that carry words as they are, and an output that writes them where the logits read."""
    attention.v_proj.weight[place] = words
    attention.o_proj.weight[:, place] = gain * words.T
