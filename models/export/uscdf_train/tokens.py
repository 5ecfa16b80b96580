"""Prompts and answers as tokens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

BOS, EOS, OPEN, CLOSE, SEG = "<s>", "</s>", "<p>", "</p>", "[SEG]"
SPECIAL = (BOS, EOS, OPEN, CLOSE, SEG)
BEFORE_IMAGE = "USER:"
AFTER_IMAGE = "\n{question} ASSISTANT:"
_SPACE = "\u0120"
"""What a byte-level tokenizer writes for a space."""
_SHORTEST_NOUN = 2
NEXT_QUESTION = " USER: {question} ASSISTANT:"


@dataclass(frozen=True)
class Sequence:
    """Tokens of a conversation. The image stands before `tokens[image_at]`; `learned[i]` says that token i is part of an answer."""

    tokens: list[int]
    learned: list[bool]


class Words:
    """The tokenizer with the bundle's prompt."""

    def __init__(self, path: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(path))
        self.bos, self.eos, self.open, self.close, self.seg = (self.tokenizer.token_to_id(token) for token in SPECIAL)
        self.prefix = [self.bos, *self.ids(BEFORE_IMAGE)]

    @property
    def image_at(self) -> int:
        return len(self.prefix)

    @property
    def size(self) -> int:
        return self.tokenizer.get_vocab_size()

    def ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def plurals(self) -> list[tuple[int, int]]:
        """Tokens that are English words, with those that are the same with "s" or "es": (singular, plural)."""
        vocabulary = self.tokenizer.get_vocab()
        singular = sorted(token for token in vocabulary if token.startswith(_SPACE) and len(token) > len(_SPACE) + _SHORTEST_NOUN)
        return [(vocabulary[token], vocabulary[token + end]) for token in singular for end in ("s", "es") if token + end in vocabulary]

    def text(self, ids: list[int]) -> str:
        """What tokens say, tags and `[SEG]` kept, the end left out."""
        return self.tokenizer.decode([token for token in ids if token != self.eos], skip_special_tokens=False).strip()

    def question(self, question: str, first: bool = True) -> list[int]:
        """Tokens of a prompt after the image, or of a later question."""
        return self.ids((AFTER_IMAGE if first else NEXT_QUESTION).format(question=question))

    def conversation(self, turns: tuple[tuple[str, str], ...]) -> Sequence:
        """All turns with their answers; each answer ends with the end token."""
        tokens, learned = list(self.prefix), [False] * len(self.prefix)
        for number, (question, answer) in enumerate(turns):
            asked = self.question(question, first=number == 0)
            answered = [*self.ids(f" {answer}"), self.eos]
            tokens += [*asked, *answered]
            learned += [False] * len(asked) + [True] * len(answered)
        return Sequence(tokens, learned)
