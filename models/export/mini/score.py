"""The table of the model cards, from predictions as USCDF files.

    python -m mini.score describe REFERENCES PREDICTIONS [OTHER]
    python -m mini.score refer REFERENCES PREDICTIONS
    python -m mini.score absent REFERENCES PREDICTIONS

A phrase stands for the class that its words name. `describe`: a phrase is right where a thing of its class is there; its mask is
compared with the union of the people's masks of that class. OTHER are another model's captions: masks of classes that both name rightly are compared. Records are matched by id, or by the image's name for `describe`.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
from uscdf_train.masks import decode
from uscdf_train.uscdf_files import Record, phrases_of, read_records

from .attributes import box_of, place_words
from .classes import nouns

_LARGE = 0.01
_PLACE = re.compile(r"\s*((?:in|on|at|along) the \w+(?: \w+)?)(?=,| and |\.)")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m mini.score", description="The table of the model cards.")
    parser.add_argument("what", choices=("describe", "refer", "absent"))
    parser.add_argument("references", type=Path)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("other", type=Path, nargs="?", help="another model's captions, for describe")
    options = parser.parse_args()
    references, predictions = (list(read_records([path])) for path in (options.references, options.predictions))
    {"describe": describe, "refer": refer, "absent": absent}[options.what](references, predictions)
    if options.what == "describe":
        _print_words(references, predictions)
        if options.other is not None:
            _print_pairs(references, predictions, list(read_records([options.other])))


def describe(references: list[Record], predictions: list[Record]) -> None:
    """Prints phrases a photograph, named right, IoU of those, right (named and IoU > 0.5), recall of large classes, empty drafts."""
    by_image = {record.image.name: record for record in predictions}
    phrases = named = right = large = found = empty = 0
    overlaps: list[float] = []
    for reference in references:
        truth = _classes(reference)
        said = _classes(by_image[reference.image.name])
        empty += not said
        phrases += len(said)
        for kind, mask in said.items():
            if kind in truth:
                named += 1
                overlaps.append(_iou(mask, truth[kind]))
                right += overlaps[-1] > 0.5
        visible = [kind for kind, mask in truth.items() if mask.mean() > _LARGE]
        large += len(visible)
        found += sum(kind in said for kind in visible)
    count = len(references)
    print(
        f"{count} photographs: {phrases / count:.2f} phrases a photograph; named right {named / max(1, phrases):.1%}; IoU of those {np.mean(overlaps or [0]):.3f}; "
        f"right {right / max(1, phrases):.1%}; recall of large classes {found / max(1, large):.1%}; empty {empty / count:.1%}"
    )


def _print_words(references: list[Record], predictions: list[Record]) -> None:
    """Prints how often the number is right of a phrase that names what is there, how often a place that is said is that of the phrase's own mask, and how many phrases
    name a class that the caption has named."""
    counts = {record.image.name: {class_of(phrase): _number(phrase) for phrase in _phrases(record)} for record in references}
    numbers: list[bool] = []
    places: list[bool] = []
    again = 0
    for record in predictions:
        kinds = [class_of(phrase) for phrase in _phrases(record)]
        named = [kind for kind in kinds if kind is not None]
        again += len(named) - len(set(named))
        numbers += [
            _number(phrase) == counts[record.image.name][kind] for phrase, kind in zip(_phrases(record), kinds, strict=True) if kind in counts[record.image.name]
        ]
        tails = [tail for _, answer in record.turns for tail in answer.split("[SEG]")[1:]]
        for tail, mask in zip(tails, map(decode, record.masks), strict=True):
            said = _PLACE.match(tail)
            if said is not None and mask.any():
                places.append(said[1] == place_words(box_of(mask)))
    print(f"numbers right {sum(numbers)} of {len(numbers)}; places as of the phrase's mask {sum(places)} of {len(places)}; classes named again {again}")


def _print_pairs(references: list[Record], predictions: list[Record], others: list[Record]) -> None:
    """Prints the mean IoU of both models over the classes that both name rightly, and between which bounds 95 % of the differences of resampled classes lie."""
    ours, theirs = ({record.image.name: _classes(record) for record in records} for records in (predictions, others))
    pairs = [
        (_iou(ours[name][kind], mask), _iou(theirs[name][kind], mask))
        for name, truth in ((record.image.name, _classes(record)) for record in references)
        for kind, mask in truth.items()
        if kind in ours[name] and kind in theirs[name]
    ]
    both = np.array(pairs).reshape(-1, 2)
    if not pairs:
        print("no class is named rightly by both")
        return
    random, differences = np.random.default_rng(0), both[:, 0] - both[:, 1]
    low, high = np.quantile([differences[random.integers(len(both), size=len(both))].mean() for _ in range(5000)], (0.025, 0.975))
    print(f"{len(both)} classes named rightly by both: IoU {both[:, 0].mean():.3f} and {both[:, 1].mean():.3f}, difference {differences.mean():+.3f} (95 %: {low:+.3f} to {high:+.3f})")


def refer(references: list[Record], predictions: list[Record]) -> None:
    """Prints how many present things were found, and the mean IoU, with 0 for those that were denied."""
    by_id = {record.id: record for record in predictions}
    overlaps = []
    for reference in references:
        predicted = by_id[reference.id]
        overlaps.append(_iou(decode(predicted.masks[0]), decode(reference.masks[0])) if predicted.masks else 0.0)
    denied = sum(not by_id[reference.id].masks for reference in references)
    print(f"{len(references)} referents: wrongly denied {denied / len(references):.1%}; mean IoU {np.mean(overlaps):.3f}; IoU > 0.5 {np.mean(np.array(overlaps) > 0.5):.1%}")


def absent(references: list[Record], predictions: list[Record]) -> None:
    """Prints the share of absent referents that were denied, all and by kind."""
    by_id = {record.id: record for record in predictions}
    results: dict[str, list[bool]] = defaultdict(list)
    exact = 0
    for reference in references:
        predicted = by_id[reference.id]
        results[reference.id.split("-a-")[1].split("-")[0]].append(not predicted.masks)
        exact += predicted.turns[0][1] == reference.turns[0][1]
    everything = [value for values in results.values() for value in values]
    kinds = "; ".join(f"{kind} {np.mean(values):.1%} of {len(values)}" for kind, values in results.items())
    print(f"{len(everything)} absent referents: denied {np.mean(everything):.1%}; word for word {exact / len(everything):.1%} ({kinds})")


def _classes(record: Record) -> dict[int, np.ndarray]:
    """The classes that a record's phrases name, each with the union of its masks."""
    found: dict[int, np.ndarray] = {}
    for number, (phrase, mask) in enumerate(zip(_phrases(record), record.masks, strict=True)):
        kind = class_of(phrase)
        # Words that name no class are a wrong phrase of their own.
        key = -1 - number if kind is None else kind
        pixels = decode(mask)
        found[key] = found[key] | pixels if key in found else pixels
    return found


def _phrases(record: Record) -> list[str]:
    return [phrase for _, answer in record.turns for phrase in phrases_of(answer)]


def _number(phrase: str) -> str:
    """The word that a phrase counts with: `a`, `two`, `several`."""
    first = phrase.split()[0].lower()
    return "a" if first == "an" else first


def class_of(phrase: str) -> int | None:
    """The class whose noun ends the phrase (`two brown dogs`, `person-2`), or None."""
    words = re.sub(r"-\d+$", "", phrase.lower())
    best: tuple[int, int] | None = None
    for name, kind in _names().items():
        if (words == name or words.endswith(f" {name}")) and (best is None or len(name) > best[0]):
            best = (len(name), kind)
    return None if best is None else best[1]


@cache
def _names() -> dict[str, int]:
    names: dict[str, int] = {}
    for kind, noun in enumerate(nouns()):
        for pair in ((noun.name, noun.plural), noun.counted, *noun.same, *noun.narrower):
            for name in pair:
                names.setdefault(name, kind)
    return names


def _iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / max(1, (a | b).sum()))


if __name__ == "__main__":
    main()
