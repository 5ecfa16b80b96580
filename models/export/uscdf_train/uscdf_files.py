"""Reads USCDF files (`.uscdf.jsonl`, `.uscdf.json`) for training."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .masks import MaskError

SEG = "[SEG]"
PLACEHOLDERS = ("<IMAGE>", "<image>")
_GROUNDED = re.compile(r"<p>([^<]*)</p>\s?\[SEG\]")


class RecordError(ValueError):
    """A record that can't be trained on. The message names the file and the record."""


@dataclass(frozen=True)
class Record:
    """A record with its image's path made absolute; `masks[k]` belongs to the k-th `[SEG]` over all answers."""

    id: str
    image: Path
    task: str
    turns: tuple[tuple[str, str], ...]
    """Pairs of question (without the image placeholder) and answer."""
    masks: tuple[dict[str, Any], ...]
    negatives: tuple[str, ...]
    renaming: int | None = None
    """Set where classes go by other names in the texts: see `renaming.py`."""


def read_records(paths: Iterable[Path]) -> Iterator[Record]:
    """Every record of the files, in their order. Raises RecordError at the first that is not sound."""
    for path in paths:
        for number, value in enumerate(_values(path), 1):
            yield _record(value, path, number)


def phrases_of(answer: str) -> list[str]:
    """The words of each grounded phrase, in reading order."""
    return [match.group(1).strip() for match in _GROUNDED.finditer(answer)]


def _values(path: Path) -> Iterator[Any]:
    text = path.read_text(encoding="utf-8-sig")
    try:
        if path.name.endswith(".jsonl"):
            for line in text.split("\n"):
                if line.strip():
                    yield json.loads(line)
            return
        whole = json.loads(text) if text.strip() else []
    except json.JSONDecodeError as error:
        raise RecordError(f"{path} is not valid JSON ({error}). Run `uscdf lint` on it first.") from error
    yield from whole if isinstance(whole, list) else [whole]


def _record(value: Any, path: Path, number: int) -> Record:
    try:
        turns = _turns(value["conversations"])
        record = Record(
            id=str(value["id"]),
            image=(path.parent / value["image"]).resolve(),
            task=str(value.get("task", "gcg")),
            turns=turns,
            masks=tuple(value["masks"]),
            negatives=tuple(value.get("negatives", ())),
            renaming=None if "renaming" not in value else int(value["renaming"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"Record {number} of {path} can't be read ({error}). Run `uscdf lint` on it first.") from error
    segments = sum(answer.count(SEG) for _, answer in turns)
    if segments != len(record.masks):
        raise RecordError(f"Record {record.id} of {path} has {segments} {SEG} and {len(record.masks)} masks.")
    return record


def _turns(conversations: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    if len(conversations) % 2 != 0 or not conversations:
        raise ValueError("its turns do not alternate between the user and the assistant")
    pairs = []
    for at in range(0, len(conversations), 2):
        question, answer = conversations[at], conversations[at + 1]
        if question["from"] != "human" or answer["from"] != "gpt":
            raise ValueError("its turns do not alternate between the user and the assistant")
        pairs.append((_without_placeholder(question["value"]), answer["value"]))
    return tuple(pairs)


def _without_placeholder(question: str) -> str:
    for placeholder in PLACEHOLDERS:
        question = question.replace(placeholder, "")
    return question.strip()


__all__ = ["MaskError", "Record", "RecordError", "phrases_of", "read_records"]
