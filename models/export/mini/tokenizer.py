"""Trains the tokenizer of mglmm-mini: byte-level BPE, so that any word of a question can be said again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from uscdf_train.tokens import NEXT_QUESTION, SPECIAL
from uscdf_train.uscdf_files import read_records

from .words import ABSENT

VOCABULARY = 1600


def train(files: list[Path], out: Path, vocabulary: int = VOCABULARY) -> None:
    """Writes `tokenizer.json` made of the questions and answers of USCDF files."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_lines(files), trainer)
    tokenizer.save(str(out))


def _lines(files: list[Path]) -> Iterator[str]:
    for record in read_records(files):
        for question, answer in record.turns:
            yield NEXT_QUESTION.format(question=question)
            # The tags are tokens of their own, so the words between them are all that there is to learn.
            yield from (f" {part.strip()}" for part in answer.replace("[SEG]", "<p>").replace("</p>", "<p>").split("<p>"))
    for word in ABSENT:
        yield f" {word}"


if __name__ == "__main__":
    import sys

    train([Path(name) for name in sys.argv[2:]], Path(sys.argv[1]))
    print(len(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["model"]["vocab"]), "tokens")
