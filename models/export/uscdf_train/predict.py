"""Answers questions about pictures with a trained model, greedily, and writes them as USCDF records."""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F
from transformers import DynamicCache

from .batches import Picture, picture
from .cache import FeatureCache
from .frozen import FrozenEncoder
from .masks import encode
from .model import MiniModel, same_name
from .proposals import Paste
from .tokens import Words
from .train import CHECKPOINT, load
from .uscdf_files import PLACEHOLDERS, Record, read_records

MOST_NEW_TOKENS = 160


@dataclass(frozen=True)
class Answer:
    """The text and the mask logits `[n, 208, 208]` of its `[SEG]`s, on the square canvas."""

    text: str
    masks: Tensor


class Predictor:
    """A trained model with its words."""

    def __init__(self, model: MiniModel, words: Words) -> None:
        self._model, self._words = model.eval(), words
        self._paste = Paste()

    @torch.no_grad()
    def answer(self, seen: Picture, question: str) -> Answer:
        model, words = self._model, self._words
        image = model.image_tokens(seen.slots[None], seen.whole[None], seen.grid[None])
        embed = model.language_model.get_input_embeddings()
        before = embed(torch.tensor([words.prefix]))
        after = embed(torch.tensor([words.question(question)]))
        tokens, states = self._greedy(torch.cat((before, image, after), dim=1))
        hidden = [state for token, state in zip(tokens, states, strict=True) if token == words.seg]
        text = re.sub(" +", " ", words.text(tokens).replace("\n", ""))
        return Answer(text, self._masks(seen, torch.stack(hidden)) if hidden else torch.zeros(0, 1, 1))

    def _greedy(self, embedded: Tensor) -> tuple[list[int], list[Tensor]]:
        """Tokens, and with each the state that predicted it."""
        language_model = self._model.language_model
        cache = DynamicCache()
        tokens: list[int] = []
        states: list[Tensor] = []
        while len(tokens) < MOST_NEW_TOKENS:
            state = language_model.model(inputs_embeds=embedded, past_key_values=cache, use_cache=True).last_hidden_state[0, -1]
            token = int(self._model.logits(state).argmax())
            tokens.append(token)
            states.append(state)
            if token == self._words.eos:
                break
            embedded = language_model.get_input_embeddings()(torch.tensor([[token]]))
        return tokens, states

    def _masks(self, seen: Picture, hidden: Tensor) -> Tensor:
        model = self._model
        slots, rgb = seen.slots[None], seen.rgb[None]
        objects = self._paste.of_objects(seen.boxes, seen.patches, seen.slots)[None]
        pixels = model.neck(seen.n8[None], seen.n16[None], rgb)
        return model.mask_decoder(hidden, model.object_keys(slots), objects, pixels, rgb, same_name(slots))[0][:, 0]


def drawn(logits: Tensor, height: int, width: int) -> np.ndarray:
    """Mask logits `[n, h, w]` at the picture's size: `[n, height, width]` bool."""
    if logits.shape[0] == 0:
        return np.zeros((0, height, width), dtype=bool)
    return (F.interpolate(logits[:, None], size=(height, width), mode="bilinear", align_corners=False)[:, 0] > 0).numpy()


def record_of(record: Record, answer: Answer) -> dict:
    """The record with the model's answer instead of its own."""
    with Image.open(record.image) as image:
        width, height = image.size
    masks = drawn(answer.masks, height, width)
    return {
        "id": record.id,
        "image": str(record.image),
        "width": width,
        "height": height,
        "task": record.task,
        "conversations": [
            {"from": "human", "value": f"{PLACEHOLDERS[0]}\n{record.turns[0][0]}"},
            {"from": "gpt", "value": answer.text},
        ],
        "masks": [encode(mask) for mask in masks],
        "provenance": {"model": "mglmm-mini", "status": "draft"},
    }


def main() -> None:
    """Answers the first question of every record."""
    parser = argparse.ArgumentParser(prog="python -m uscdf_train.predict", description="Answers the questions of USCDF files with a trained model.")
    parser.add_argument("--run", type=Path, required=True, help="folder of a training, with its checkpoint")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True, help="bundle with detector.onnx and mask_head.onnx")
    parser.add_argument("--features", type=Path, help="folder for the encoder's outputs (default: RUN/features)")
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True, help=".uscdf.jsonl to write")
    parser.add_argument("--tasks", nargs="*", help="only records of these tasks")
    options = parser.parse_args()
    words = Words(options.tokenizer)
    predictor = Predictor(load(options.run / CHECKPOINT), words)
    cache = FeatureCache(options.features or options.run / "features", FrozenEncoder(options.encoder))
    with options.out.open("w", encoding="utf-8") as file:
        for record in read_records(options.data):
            if options.tasks and record.task not in options.tasks:
                continue
            answer = predictor.answer(picture(cache, record.image), record.turns[0][0])
            file.write(json.dumps(record_of(record, answer), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
