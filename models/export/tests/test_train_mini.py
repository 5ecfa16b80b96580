"""How the embedded model's training texts and scores are made."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mini.attributes import COLOURS, box_of, colour_names, colour_shares, place_words
from mini.augment import composition, cut_outs, variant
from mini.classes import counted, nouns
from mini.references import _compositions
from mini.scenes import Scene, Thing
from mini.score import _print_pairs, _print_words, class_of
from mini.teacher import overlap
from mini.texts import Writer
from uscdf_train.masks import encode
from uscdf_train.uscdf_files import read_records

COMMAND = Path(__file__).resolve().parents[3] / "dist" / "uscdf.cjs"
KINDS = {noun.name: at for at, noun in enumerate(nouns())}


def rectangle(left, top, right, bottom, width=200, height=120):
    mask = np.zeros((height, width), dtype=bool)
    mask[top:bottom, left:right] = True
    return mask


@pytest.fixture
def scene():
    """A red car on the left, a blue one on the right, a dog below, on grey ground."""
    pixels = np.full((120, 200, 3), 128, dtype=np.uint8)
    things = [
        Thing(KINDS["car"], rectangle(5, 20, 65, 70), evidence=0.9),
        Thing(KINDS["car"], rectangle(130, 20, 195, 75), evidence=0.8),
        Thing(KINDS["dog"], rectangle(80, 85, 115, 115), evidence=0.7),
    ]
    for thing, colour in zip(things, ((220, 20, 20), (20, 40, 220), (90, 50, 20)), strict=True):
        pixels[thing.mask] = colour
    return Scene("scene.jpg", Image.fromarray(pixels), things, set(range(80)) - {KINDS["car"], KINDS["dog"]})


def texts_of(scene, seed, rounds=1):
    random = np.random.default_rng(seed)
    writer = Writer(scene, np.zeros(80), random)
    kinds = ("describe", "describe_root", "describe_part", "panoptic", "refer", "reason")
    return [text for _ in range(rounds) for name in kinds if (text := getattr(writer, name)()) is not None]


def test_colours_and_places():
    named = colour_names(np.array([[[220, 20, 20], [20, 40, 220], [250, 250, 250], [10, 10, 10], [128, 128, 128], [240, 230, 30]]], dtype=np.uint8))
    assert [COLOURS[at] for at in named[0]] == ["red", "blue", "white", "black", "grey", "yellow"]
    assert colour_shares(named, np.array([[True, True, False, False, False, False]]))[COLOURS.index("red")] == 0.5
    assert place_words((0.0, 0.0, 0.2, 0.2)) == "at the top left"
    assert place_words((0.4, 0.4, 0.6, 0.6)) == "in the centre"
    assert place_words((0.0, 0.7, 1.0, 1.0)) == "along the bottom"
    assert place_words((0.0, 0.0, 1.0, 1.0)) is None


def test_a_caption_says_number_colour_and_place(scene):
    text = texts_of(scene, 1)[0]
    assert text.answer == "The image shows <p> two cars </p> [SEG] and <p> a brown dog </p> [SEG] at the bottom."
    assert np.array_equal(text.masks[0], scene.things[0].mask | scene.things[1].mask)
    assert np.array_equal(text.masks[1], scene.things[2].mask)


def test_texts_are_true(scene):
    """Over many draws: as many masks as [SEG], nothing denied that is there, colours and sides that fit."""
    car_left, car_right, dog = (thing.mask for thing in scene.things)
    checked = 0
    for text in texts_of(scene, 2, rounds=300):
        assert text.answer.count("[SEG]") == len(text.masks)
        for negative in text.negatives:
            kind = class_of(negative)
            assert negative not in {"car", "cars", "dog", "dogs", "animal", "vehicle", "pet", "red car", "blue car", "brown dog"}
            if kind is not None and nouns()[kind].name == negative:
                assert kind in scene.deniable
        if text.task != "referring":
            continue
        words = [part.split("</p>")[0].strip().removeprefix("the ") for part in text.answer.split("<p>")[1:]]
        for word, mask in zip(words, text.masks, strict=True):
            expected = {"red car": car_left, "car on the left": car_left, "blue car": car_right, "car on the right": car_right, "dog": dog, "cars": car_left | car_right}.get(word)
            if expected is not None:
                checked += 1
                assert np.array_equal(mask, expected), word
    assert checked > 50


def test_panoptic_masks_share_no_pixel(scene):
    scene.things.append(Thing(KINDS["person"], rectangle(10, 30, 60, 60), evidence=0.9))
    texts = [text for text in texts_of(scene, 3) if text.task == "panoptic"]
    assert texts[0].answer.count("car-") == 2 and "<p> person </p>" in texts[0].answer
    assert np.sum(texts[0].masks, axis=0).max() == 1


def test_what_the_detector_does_not_see_is_not_spoken_of(scene):
    for thing in scene.things:
        thing.evidence = 0.0
    texts = texts_of(scene, 4, rounds=20)
    assert all(text.masks == [] for text in texts)
    assert all(negative not in ("car", "dog") for text in texts for negative in text.negatives)


def test_texts_lint_clean(scene, tmp_path):
    if not COMMAND.exists() or shutil.which("node") is None:
        pytest.skip("needs node and dist/uscdf.cjs (npm run build)")
    scene.image.save(tmp_path / "scene.jpg")
    lines = []
    for number, text in enumerate(texts_of(scene, 5, rounds=100)):
        record = {
            "id": str(number),
            "image": "scene.jpg",
            "width": 200,
            "height": 120,
            "task": text.task,
            "conversations": [{"from": "human", "value": f"<IMAGE>\n{text.question}"}, {"from": "gpt", "value": text.answer}],
            "masks": [encode(mask) for mask in text.masks],
        }
        lines.append(json.dumps(record | ({"negatives": text.negatives} if text.negatives else {})) + "\n")
    path = tmp_path / "texts.uscdf.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    done = subprocess.run(["node", str(COMMAND), "lint", str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:2000]
    assert "nothing to report" in done.stdout, done.stdout[:2000]


def test_variants_and_compositions_keep_masks_and_pixels_together(scene):
    random = np.random.default_rng(6)
    big = Scene(scene.name, scene.image.resize((400, 240)), [Thing(t.kind, np.kron(t.mask, np.ones((2, 2), bool)), evidence=1) for t in scene.things], scene.deniable)
    # Whole crops only: a thing that is cut in two may leave red pixels without a mask.
    changed = next(each for each in (variant(big, random, "v.jpg") for _ in range(50)) if len(each.things) == 3)
    assert all(thing.mask.shape == (changed.image.height, changed.image.width) for thing in changed.things)
    reds = colour_names(np.asarray(changed.image)) == COLOURS.index("red")
    cars = np.logical_or.reduce([thing.mask for thing in changed.things if thing.kind == KINDS["car"]])
    assert (reds & ~cars).sum() <= 0.05 * max(1, reds.sum())
    pool = cut_outs([big])
    assert {cut.kind for cut in pool} <= {KINDS["car"], KINDS["dog"]}
    composed = composition(big, pool, random, "c.jpg")
    assert all(thing.kind not in composed.deniable for thing in composed.things)
    assert all(thing.mask.any() for thing in composed.things)


def test_words_and_numbers():
    assert class_of("two brown dogs") == KINDS["dog"]
    assert class_of("person-2") == KINDS["person"]
    assert class_of("a hot dog") == KINDS["hot dog"]
    assert class_of("the unicorn") is None
    assert counted(nouns()[KINDS["scissors"]], 1) == "a pair of scissors"
    assert counted(nouns()[KINDS["person"]], 7) == "several people"
    assert counted(nouns()[KINDS["orange"]], 1) == "an orange"
    assert overlap(np.array([0, 0, 1, 1]), np.array([0, 0, 0.5, 1])) == pytest.approx(0.5)
    assert box_of(rectangle(50, 30, 100, 60)) == (0.25, 0.25, 0.5, 0.5)


def test_scenes_to_be_scored_on_have_things_put_into_them(scene, tmp_path):
    big = Scene(str(tmp_path / "scene.jpg"), scene.image.resize((400, 240)), [Thing(t.kind, np.kron(t.mask, np.ones((2, 2), bool)), evidence=1) for t in scene.things], scene.deniable)
    composed = list(_compositions([big], 4, tmp_path / "images"))
    assert sorted(path.name for path in (tmp_path / "images").iterdir()) == [f"scene-c{number}.jpg" for number in range(4)]
    for each in composed:
        assert Path(each.name).is_file() and all(thing.mask.shape == (240, 400) and thing.mask.any() for thing in each.things)
        # What is there cannot be asked for as absent.
        assert not each.deniable & {thing.kind for thing in each.things}
    assert any(len(each.things) > len(big.things) for each in composed)
    again = list(_compositions([big], 4, tmp_path / "again"))
    assert [[thing.mask.sum() for thing in each.things] for each in composed] == [[thing.mask.sum() for thing in each.things] for each in again]


def captions(folder, name, *phrases):
    """A file with one caption, of (phrase with what follows its `[SEG]`, mask) pairs."""
    answer = "The image shows " + ", ".join(text.replace("[SEG]", "</p> [SEG]").replace("", "<p> ", 1) for text, _ in phrases) + "."
    record = {"id": "one", "image": "one.jpg", "task": "gcg", "conversations": [{"from": "human", "value": "<IMAGE>\nWhat?"}, {"from": "gpt", "value": answer}]}
    path = folder / f"{name}.uscdf.jsonl"
    path.write_text(json.dumps({**record, "masks": [encode(mask) for _, mask in phrases]}) + "\n", encoding="utf-8")
    Image.new("RGB", (200, 120)).save(folder / "one.jpg")
    return list(read_records([path]))


def test_scores_tell_numbers_places_and_what_is_named_again(tmp_path, capsys):
    left, right = rectangle(5, 40, 55, 80), rectangle(145, 40, 195, 80)
    references = captions(tmp_path, "references", ("two dogs [SEG]", left), ("a cat [SEG]", right))
    said = (("two dogs [SEG] on the left", left), ("a brown dog [SEG] on the left", right), ("an umbrella [SEG]", left), ("a gizmo [SEG]", left), ("a gadget [SEG]", left))
    _print_words(references, captions(tmp_path, "said", *said))
    # Of the dogs one number is right, and one place; words that name no class are not the same class.
    assert capsys.readouterr().out == "numbers right 1 of 2; places as of the phrase's mask 1 of 2; classes named again 1\n"


def test_masks_of_two_models_are_compared_where_both_name_rightly(tmp_path, capsys):
    whole, half, other = rectangle(0, 0, 100, 100), rectangle(0, 0, 50, 100), rectangle(150, 0, 190, 100)
    references = captions(tmp_path, "references", ("a dog [SEG]", whole), ("a cat [SEG]", other))
    ours = captions(tmp_path, "ours", ("a dog [SEG]", half), ("a cat [SEG]", other))
    theirs = captions(tmp_path, "theirs", ("a dog [SEG]", whole), ("a bird [SEG]", other))
    _print_pairs(references, ours, theirs)
    assert capsys.readouterr().out == "1 classes named rightly by both: IoU 0.500 and 1.000, difference -0.500 (95 %: -0.500 to -0.500)\n"
    _print_pairs(references, ours, captions(tmp_path, "nothing", ("a bird [SEG]", other)))
    assert capsys.readouterr().out == "no class is named rightly by both\n"
