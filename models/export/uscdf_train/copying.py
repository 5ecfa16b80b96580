"""A beginning for small language models that start from nothing: heads that can already repeat words, and find things by their names.

A referring answer repeats words of the question, and a caption the names of what was seen. A model this small finds that out late (for its first thousand batches it
guesses words by frequency), because two heads must learn together: one that tells each place which word came before it, and one that looks for the place whose word
before it is the present one. Here both stand from the beginning, as do two heads that write what they look at. All weights go on learning.

Whether a thing that is asked for is there it finds out still later: the question's word and the slot's name must meet. Two heads of the first layer begin with that: each
word looks for the slots that go by it. A word must not find itself instead, so slots call their names in another part of the embedding too (`calling`). What a word found
stays with it, is recalled where the phrase's `[SEG]` is about to be said, and there meets the slots' names once more (`agree`), which tells which of them a mask means.
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
_RECOGNISED = 32
"""Size of the part of an embedding by which words and slots are compared: half of it in each of two heads."""
_RECOGNISE_GAIN = 2.9
_FOUND_GAIN = 0.25
_RECALL_GAIN = 0.5
_PROMPT_GAIN = 2.5
_KEY_GAIN = 5.0
_FAR_FROM = 8
"""Rotations from this one on hardly change from the slots to the end of a question."""
_PLURAL = 0.8
"""Share of its singular's embedding that a plural begins with."""


@torch.no_grad()
def prepare(language_model: nn.Module) -> None:
    """Sets heads of a LlamaForCausalLM's first layers: two of the first tell the word before and two recognise slots, two of the second repeat and one recalls the phrase,
    two of each further one write."""
    config = language_model.config
    size, heads = config.hidden_size, config.num_attention_heads
    if heads < 3 or config.num_hidden_layers < 2 or config.hidden_size // heads < 4 * _FAST or size < 4 * (size // heads):
        return
    head = size // heads
    table = language_model.get_input_embeddings().weight
    common, words = _directions(size)
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
    if heads >= 4 and _tells_names_apart(size):
        _recognise(layers[0].self_attn, words, head)
    _recall_phrase(layers[1].self_attn, common, words[:head] + words[-head:], words[-head:], config)
    for number, layer in enumerate(layers[2:]):
        for at, (read, _) in enumerate(kept):
            _write(layer.self_attn, slice(at * head, (at + 1) * head), read, _WRITE_GAIN)


def calling(size: int) -> Tensor:
    """How slots call their names, `[size, size]`: as they are, but the part that keys are made of repeats the one that queries are made of."""
    if not _tells_names_apart(size):
        return torch.eye(size)
    _, words = _directions(size)
    asked, called = words[:_RECOGNISED], words[-_RECOGNISED:]
    return torch.eye(size) - called.T @ called + called.T @ asked


@torch.no_grad()
def agree(recall: nn.Linear, names: nn.Linear) -> None:
    """Begins prompts, made of the state that predicts `[SEG]`, and keys, made of slots' names, so that they meet where the phrase goes by the name. Both layers take
    `[…, hidden]` and give `[…, PROMPT]`."""
    if not _tells_names_apart(recall.in_features):
        return
    _, words = _directions(recall.in_features)
    recall.weight *= _QUIET
    names.weight *= _QUIET
    recall.weight[:_RECOGNISED] = _PROMPT_GAIN * words[-_RECOGNISED:]
    names.weight[:_RECOGNISED] = _KEY_GAIN * words[:_RECOGNISED]


@torch.no_grad()
def begin_plurals(table: Tensor, pairs: list[tuple[int, int]]) -> None:
    """Puts plurals near their singulars in a table of embeddings `[vocabulary, hidden]`: a question for dogs finds what goes by the name of dog. `pairs` are (singular, plural)."""
    common = table.mean(dim=0)
    for one, several in pairs:
        own = (1 - _PLURAL**2) ** 0.5
        table[several] = common + _PLURAL * (table[one] - common) + own * (table[several] - common)


def _directions(size: int) -> tuple[Tensor, Tensor]:
    """Of one basis `[size, size]`, always the same: the direction that all embeddings share, and the others, in which words differ."""
    directions = torch.linalg.qr(torch.randn(size, size, generator=torch.Generator().manual_seed(0)))[0].T
    return directions[0], directions[1:]


def _tells_names_apart(size: int) -> bool:
    return size >= 4 * _RECOGNISED


def _recognise(attention: nn.Module, words: Tensor, head: int) -> None:
    """Queries read the word here, keys what slots call; the first of the two heads writes the names of the slots that it found where `_recall_phrase` reads."""
    asked, called = words[:_RECOGNISED], words[-_RECOGNISED:]
    slow = [*range(_FAR_FROM, head // 2), *range(head // 2 + _FAR_FROM, head)]
    width = min(len(slow), _RECOGNISED // 2)
    for number in range(2):
        place = slice((2 + number) * head, (3 + number) * head)
        rows = [place.start + row for row in slow[:width]]
        part = slice(number * width, (number + 1) * width)
        attention.q_proj.weight[place] = 0
        attention.k_proj.weight[place] = 0
        attention.q_proj.weight[rows] = _RECOGNISE_GAIN * asked[part]
        attention.k_proj.weight[rows] = _RECOGNISE_GAIN * called[part]
    # A head of another size has no room for the whole part.
    if head == _RECOGNISED:
        found = slice(2 * head, 3 * head)
        attention.v_proj.weight[found] = asked
        attention.o_proj.weight[:, found] = _FOUND_GAIN * called.T


def _recall_phrase(attention: nn.Module, common: Tensor, read: Tensor, told: Tensor, config: object) -> None:
    """The third head carries the word three places back, and what it found, the phrase's last one where `[SEG]` is about to be said (` dog` ` ` `</p>` ` `), to where the mask's prompt is made of it."""
    head = len(read)
    place = slice(2 * head, 3 * head)
    _look_back(attention, place, common, config, 3)
    attention.v_proj.weight[place] = read
    attention.o_proj.weight[:, place] = _RECALL_GAIN * told.T


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
