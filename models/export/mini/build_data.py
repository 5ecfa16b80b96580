"""Writes the training set: pictures, and USCDF records about them.

    python -m mini.build_data --samples SAMPLES --out DIR [--variants 5] [--compositions 1500] [--held-out 20] [--annotated-only]

SAMPLES holds `photos`, `coco` and `coco-real-subset`. DIR gets `images/`, `train.uscdf.jsonl`, `renamed.uscdf.jsonl` (the same pictures, with classes
that go by each other's names: for the trainer alone) and `held-out.uscdf.jsonl` (other photographs). Rows of COCO's val2017 that have annotations are never read: the scores are measured on them.
"""

from __future__ import annotations

import argparse
import json
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
from uscdf_train.cache import FeatureCache
from uscdf_train.frozen import FrozenEncoder, Seen
from uscdf_train.masks import encode
from uscdf_train.renaming import renaming

from .attributes import box_of
from .augment import composition, cut_outs, resized, variant
from .classes import BUNDLE
from .scenes import Scene, human_scenes, subset_scenes
from .teacher import overlap, remembered
from .texts import Text, Writer

SEED = 5
_SAME_THING = 0.4


def main() -> None:
    options = _options()
    out: Path = options.out
    (out / "images").mkdir(parents=True, exist_ok=True)
    encoder = FrozenEncoder(BUNDLE)
    cache = FeatureCache(out / "features", encoder)
    scenes = [
        *human_scenes(options.samples / "coco", "train2017"),
        *subset_scenes(options.samples / "coco-real-subset", "train2017"),
    ]
    paths = [] if options.annotated_only else sorted((options.samples / "photos" / "images").glob("*.jpg"))
    # The labels are made of many views as it is.
    one_look = FrozenEncoder(BUNDLE, looks=1)
    scenes += [remembered(path, one_look, out / "labels") for path in paths]
    print(f"{len(scenes)} photographs, {sum(len(scene.things) for scene in scenes)} things", flush=True)
    random = np.random.default_rng(SEED)
    order = random.permutation(len(scenes))
    held_out = [scenes[at] for at in order[: options.held_out]]
    training = [scenes[at] for at in order[options.held_out :]]
    _write(out, "held-out", [resized(scene) for scene in held_out], cache, random)
    _write(out, "train", _pool(training, options.variants, options.compositions, random), cache, random, renamed=True)


def _pool(scenes: list[Scene], variants: int, compositions: int, random: np.random.Generator):
    """The photographs themselves, then variants of each and compositions in turns."""
    cuts = cut_outs(scenes)
    print(f"{len(cuts)} things to cut out", flush=True)
    yield from (resized(scene) for scene in scenes)
    crops = [(scene, number) for number in range(variants) for scene in scenes]
    for number in range(max(len(crops), compositions)):
        if number < len(crops):
            scene, crop = crops[number]
            yield variant(scene, random, f"{Path(scene.name).stem}-v{crop}.jpg")
        if number < compositions and cuts:
            base = scenes[int(random.integers(len(scenes)))]
            scene = variant(base, random, f"{Path(base.name).stem}-c{number}.jpg")
            yield composition(scene, cuts, random, scene.name)


def _write(out: Path, name: str, scenes, cache: FeatureCache, random: np.random.Generator, renamed: bool = False) -> None:
    count = 0
    with ExitStack() as files:
        file = files.enter_context((out / f"{name}.uscdf.jsonl").open("w", encoding="utf-8"))
        other = files.enter_context((out / "renamed.uscdf.jsonl").open("w", encoding="utf-8")) if renamed else None
        for scene_number, scene in enumerate(scenes, 1):
            path = out / "images" / scene.name
            scene.image.save(path, quality=92)
            seen = cache.look(path)
            _weigh(scene, seen)
            for number, text in enumerate(_texts(Writer(scene, seen.highest, random), random)):
                file.write(json.dumps(_record(scene, text, number), ensure_ascii=False) + "\n")
                count += 1
            if other is not None:
                for number, text in enumerate(_texts(Writer(*renamed_scene(scene, seen.highest, scene_number), random), random)):
                    record = {**_record(scene, text, number), "id": f"{Path(scene.name).stem}-n{number}", "renaming": scene_number}
                    other.write(json.dumps(record, ensure_ascii=False) + "\n")
            if scene_number % 200 == 0:
                print(f"{name}: {scene_number} pictures, {count} records", flush=True)
    print(f"{name}: {count} records", flush=True)


def renamed_scene(scene: Scene, highest: np.ndarray, number: int) -> tuple[Scene, np.ndarray]:
    """The scene and the best score of each class, where classes go by other names."""
    to = renaming(number)
    things = [replace(thing, kind=int(to[thing.kind])) for thing in scene.things]
    scores = np.empty_like(highest)
    scores[to] = highest
    return replace(scene, things=things, deniable={int(to[kind]) for kind in scene.deniable}), scores


def _texts(writer: Writer, random: np.random.Generator) -> list[Text]:
    texts = [writer.describe(), writer.panoptic(), *(writer.refer() for _ in range(6))]
    if random.random() < 0.5:
        texts.append(writer.describe_root())
    texts.append(writer.describe_part())
    texts.append(writer.reason())
    return [text for text in texts if text is not None]


def _weigh(scene: Scene, seen: Seen) -> None:
    """Notes how well the detector sees each thing in the picture as it is."""
    for thing in scene.things:
        if not thing.mask.any():
            continue
        box = np.array(box_of(thing.mask))
        near = [float(scores[thing.kind]) for scores, other in zip(seen.scores, seen.boxes, strict=True) if overlap(box, other) > _SAME_THING]
        thing.evidence = max(near, default=0.0)


def _record(scene: Scene, text: Text, number: int) -> dict:
    width, height = scene.image.size
    record = {
        "id": f"{Path(scene.name).stem}-{number}",
        "image": f"images/{scene.name}",
        "width": width,
        "height": height,
        "task": text.task,
        "conversations": [
            {"from": "human", "value": f"<IMAGE>\n{text.question}"},
            {"from": "gpt", "value": text.answer},
        ],
        "masks": [encode(mask) for mask in text.masks],
    }
    if text.negatives:
        record["negatives"] = text.negatives
    return record


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mini.build_data", description="Writes the training set of mglmm-mini.")
    parser.add_argument("--samples", type=Path, required=True, help="folder with photos, coco and coco-real-subset")
    parser.add_argument("--out", type=Path, required=True, help="folder for pictures, records and the cache of features")
    parser.add_argument("--variants", type=int, default=5, help="crops of each photograph (default: 5)")
    parser.add_argument("--compositions", type=int, default=1500, help="compositions with cut-out things (default: 1500)")
    parser.add_argument("--annotated-only", action="store_true", help="leave out the photographs that the detector labels: people's masks alone")
    parser.add_argument("--held-out", type=int, default=20, help="photographs kept for watching the training (default: 20)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
