"""The nouns of the coco80 bundle, and what is known of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BUNDLE = Path(__file__).resolve().parents[2] / "bundles" / "coco80"
_NUMBERS = ("no", "one", "two", "three", "four", "five")


@dataclass(frozen=True)
class Noun:
    """A class of the detector in English."""

    name: str
    plural: str
    counted: tuple[str, str]
    """Singular and plural where things are counted: `pair of scissors`, `pairs of scissors`."""
    same: tuple[tuple[str, str], ...]
    narrower: tuple[tuple[str, str], ...]
    colourless: bool


@cache
def nouns() -> tuple[Noun, ...]:
    """The 80 classes in the detector's order."""
    return tuple(
        Noun(
            name=entry["name"],
            plural=entry["plural"],
            counted=tuple(entry.get("counted", (entry["name"], entry["plural"]))),
            same=tuple(tuple(pair) for pair in entry.get("same", ())),
            narrower=tuple(tuple(pair) for pair in entry.get("narrower", ())),
            colourless=bool(entry.get("colourless", False)),
        )
        for entry in _manifest()["classes"]
    )


@cache
def groups() -> tuple[tuple[str, str, frozenset[int]], ...]:
    """Wider nouns, singular and plural, with the classes that they take in."""
    index = {noun.name: at for at, noun in enumerate(nouns())}
    return tuple(
        (group["name"], group["plural"], frozenset(index[name] for name in group["classes"])) for group in _manifest()["groups"]
    )


def counted(noun: Noun, count: int) -> str:
    """`a dog`, `two dogs`, `several dogs`, as the coco80 runtime counts."""
    one, many = noun.counted
    if count == 1:
        return with_article(one)
    return f"{_NUMBERS[count] if count < len(_NUMBERS) else 'several'} {many}"


def with_article(phrase: str) -> str:
    vowel = phrase[0] in "aeiou" and not phrase.startswith(("uni", "use", "eu", "one "))
    return f"{'an' if vowel else 'a'} {phrase}"


@cache
def _manifest() -> dict:
    return json.loads((BUNDLE / "bundle.json").read_text(encoding="utf-8"))
