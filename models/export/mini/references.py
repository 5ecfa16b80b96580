"""Writes the questions that the scores are measured with: annotated photographs of COCO val2017, which no training saw.

    python -m mini.references --samples SAMPLES --out DIR [--compositions 104]

DIR gets `describe.uscdf.jsonl` (one caption a photograph, a phrase a class with the union of its masks), `panoptic.uscdf.jsonl`,
`refer.uscdf.jsonl` (a present class each) and `absent.uscdf.jsonl` (absent ones: `easy`, `group`: another class of a group that is there, `hard`: the classes
of which the detector sees most, `word`: a noun outside the 80, `colour`: a class that is there in a colour that none of it has), and `images.txt`, the photographs. With `--compositions` there are
as many scenes besides into which things were put that were cut out of the same photographs, `composed/` with the same files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from uscdf_train.frozen import FrozenEncoder
from uscdf_train.masks import encode

from .attributes import COLOURS, colour_names, colour_shares
from .augment import composition, cut_outs, resized
from .classes import BUNDLE, counted, groups, nouns
from .questions import DESCRIBE, INTERLEAVED, PANOPTIC
from .scenes import Scene, human_scenes

SEED = 77
_NOUNS_OUTSIDE = ("penguin", "helicopter", "violin", "submarine", "tiger", "lighthouse", "unicorn", "camel", "snowman", "piano")
_LEAST_AREA = 0.01


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m mini.references", description="Writes the questions that the scores are measured with.")
    parser.add_argument("--samples", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--compositions", type=int, default=0, help="scenes with cut-out things to write besides (default: none)")
    options = parser.parse_args()
    scenes = human_scenes(options.samples / "coco", "val2017")
    for scene in scenes:
        scene.name = str((options.samples / "coco" / "images" / scene.name).resolve())
    encoder = FrozenEncoder(BUNDLE)
    _write(options.out, scenes, encoder)
    if options.compositions:
        composed = options.out / "composed"
        _write(composed, _compositions(scenes, options.compositions, composed / "images"), encoder)


def _compositions(scenes: list[Scene], count: int, folder: Path) -> Iterator[Scene]:
    """Photographs with one to three things put into each, as in the training, but of photographs that no training saw."""
    folder.mkdir(parents=True, exist_ok=True)
    cuts, random = cut_outs(scenes), np.random.default_rng(SEED)
    for number in range(count):
        base = scenes[number % len(scenes)]
        path = folder.resolve() / f"{Path(base.name).stem}-c{number}.jpg"
        scene = composition(resized(base), cuts, random, str(path))
        scene.image.save(path, quality=92)
        scene.image = Image.open(path)
        yield scene


def _write(out: Path, scenes: Iterable[Scene], encoder: FrozenEncoder) -> None:
    """All questions about the scenes."""
    out.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(SEED)
    records: dict[str, list[dict]] = {"describe": [], "panoptic": [], "refer": [], "absent": []}
    for scene in scenes:
        unions = _unions(scene)
        records["describe"].append(_describe(scene, unions))
        records["panoptic"].append(_panoptic(scene))
        records["refer"] += [_refer(scene, kind, mask) for kind, mask in unions.items() if mask.mean() > _LEAST_AREA]
        records["absent"] += _absent(scene, unions, encoder.look(scene.image).highest, random)
    for name, rows in records.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (out / f"{name}.uscdf.jsonl").write_text(text, encoding="utf-8")
        print(name, len(rows))
    images = "".join(f"{record['image']}\n" for record in records["describe"])
    (out / "images.txt").write_text(images, encoding="utf-8")


def _unions(scene: Scene) -> dict[int, np.ndarray]:
    kinds = sorted({thing.kind for thing in scene.things})
    masks = {kind: np.logical_or.reduce([thing.mask for thing in scene.things if thing.kind == kind]) for kind in kinds}
    return dict(sorted(masks.items(), key=lambda item: -item[1].sum()))


def _describe(scene: Scene, unions: dict[int, np.ndarray]) -> dict:
    phrases = []
    for kind in unions:
        things = [thing for thing in scene.things if thing.kind == kind]
        phrases.append(counted(nouns()[kind], 9 if any(thing.crowd for thing in things) else len(things)))
    answer = f"The image shows {_grounded_list(phrases)}." if phrases else "The image shows nothing that can be named."
    return _record(scene, "gcg", None, f"{DESCRIBE[0]} {INTERLEAVED[0]}", answer, list(unions.values()))


def _panoptic(scene: Scene) -> dict:
    things = sorted(scene.things, key=lambda thing: -thing.mask.sum())
    totals = {kind: sum(thing.kind == kind for thing in things) for kind in {thing.kind for thing in things}}
    seen: dict[int, int] = {}
    names = []
    for thing in things:
        seen[thing.kind] = seen.get(thing.kind, 0) + 1
        name = nouns()[thing.kind].name
        names.append(f"{name}-{seen[thing.kind]}" if totals[thing.kind] > 1 else name)
    answer = f"Sure, the image contains {_grounded_list(names)}." if names else "Sorry, I don't see any of the 80 known objects in this image."
    return _record(scene, "panoptic", "p", PANOPTIC[0], answer, [thing.mask for thing in things])


def _refer(scene: Scene, kind: int, mask: np.ndarray) -> dict:
    name = nouns()[kind].name
    question, answer = f"Can you segment the {name} in this image?", f"Sure, it is <p> the {name} </p> [SEG]."
    return _record(scene, "referring", f"r-{name.replace(' ', '-')}", question, answer, [mask])


def _absent(scene: Scene, unions: dict[int, np.ndarray], highest: np.ndarray, random: np.random.Generator) -> list[dict]:
    absent = [kind for kind in range(len(nouns())) if kind not in unions]
    alike = set().union(*(members for _, _, members in groups() if members & set(unions))) - set(unions)
    asked = {f"easy-{number}": nouns()[int(kind)].name for number, kind in enumerate(random.choice(absent, 2, replace=False))}
    asked |= {f"group-{number}": nouns()[int(kind)].name for number, kind in enumerate(random.permutation(sorted(alike))[:2])}
    asked |= {f"hard-{number}": nouns()[kind].name for number, kind in enumerate(sorted(absent, key=lambda kind: -highest[kind])[:2])}
    asked["word-0"] = _NOUNS_OUTSIDE[int(random.integers(len(_NOUNS_OUTSIDE)))]
    named = colour_names(np.asarray(scene.image))
    for kind, mask in list(unions.items())[:2]:
        if nouns()[kind].colourless or mask.mean() < _LEAST_AREA:
            continue
        shares = colour_shares(named, mask)
        missing = [colour for colour in range(len(COLOURS)) if shares[colour] < 0.03]
        if missing:
            asked[f"colour-{kind}"] = f"{COLOURS[missing[int(random.integers(len(missing)))]]} {nouns()[kind].name}"
    return [
        _record(scene, "referring", f"a-{key}", f"Can you segment the {words} in this image?", f"Sorry, I don't see any {words} in this image.", [], words)
        for key, words in asked.items()
    ]


def _record(scene: Scene, task: str, key: str | None, question: str, answer: str, masks: list[np.ndarray], negative: str | None = None) -> dict:
    stem = Path(scene.name).stem
    record = {
        # Captions have the ids that `uscdf annotate` gives, so that `uscdf evaluate` finds them.
        "id": stem if key is None else f"{stem}-{key}",
        "image": scene.name,
        "width": scene.image.width,
        "height": scene.image.height,
        "task": task,
        "conversations": [{"from": "human", "value": f"<IMAGE>\n{question}"}, {"from": "gpt", "value": answer}],
        "masks": [encode(mask) for mask in masks],
    }
    return record if negative is None else {**record, "negatives": [negative]}


def _grounded_list(phrases: list[str]) -> str:
    parts = [f"<p> {phrase} </p> [SEG]" for phrase in phrases]
    return " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])}, and {parts[-1]}"


if __name__ == "__main__":
    main()
