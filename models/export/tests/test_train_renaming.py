"""Pictures whose classes go by each other's names: what is renamed, what is hidden, and that texts and scores agree."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mini.build_data import renamed_scene
from mini.classes import nouns
from mini.scenes import Scene, Thing
from mini.score import class_of
from mini.texts import Writer
from mini.words import ABSENT
from uscdf_train.frozen import FrozenEncoder
from uscdf_train.model import MiniModel, Shape, named_slots
from uscdf_train.proposals import APPEARANCE, CLASSES
from uscdf_train.renaming import renamed, renaming

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def seen():
    encoder = FrozenEncoder(REPOSITORY / "models" / "bundles" / "coco80")
    return encoder.look(Image.open(REPOSITORY / "test" / "fixtures" / "bundles" / "riders.png"))


def test_a_renaming_is_a_permutation_that_its_number_gives():
    assert sorted(renaming(3)) == list(range(CLASSES))
    assert np.array_equal(renaming(3), renaming(3)) and not np.array_equal(renaming(3), renaming(4))


def test_what_was_seen_goes_by_the_other_names(seen):
    to, other = renaming(7), renamed(seen, 7)
    there = np.flatnonzero(np.abs(seen.slots).sum(axis=1) > 0)
    assert len(there) > 0
    for slot in there:
        assert other.scores[slot].argmax() == to[seen.scores[slot].argmax()]
        assert np.array_equal(other.slots[slot, to], seen.slots[slot, :CLASSES])
        assert np.array_equal(other.slots[slot, CLASSES + to], seen.slots[slot, CLASSES : 2 * CLASSES])
    assert np.array_equal(other.whole[0, to], seen.whole[0, :CLASSES])
    # Place, size, rank and colours are true under any name; what looks like a horse is not told.
    assert np.array_equal(other.slots[:, 2 * CLASSES : -APPEARANCE], seen.slots[:, 2 * CLASSES : -APPEARANCE])
    assert not other.slots[:, -APPEARANCE:].any() and not other.grid.any()
    assert seen.slots[:, -APPEARANCE:].any() and seen.grid.any()


def test_the_slots_say_the_other_names(seen):
    names = torch.eye(CLASSES)
    slots, others = (torch.from_numpy(each.slots) for each in (seen, renamed(seen, 7)))
    said, instead = named_slots(slots, names), named_slots(others, names)
    loud = said.amax(dim=1) > 0.3
    assert loud.any()
    assert torch.equal(torch.from_numpy(renaming(7))[said[loud].argmax(dim=1)], instead[loud].argmax(dim=1))


def test_training_hides_what_a_renamed_picture_does_not_tell(seen):
    model = MiniModel(Shape(300, hidden=32, intermediate=48, layers=2, heads=2)).train()
    other = renamed(seen, 7)
    slots, grid = torch.from_numpy(other.slots)[None], torch.from_numpy(other.grid)[None]
    there = slots.abs().sum(dim=-1)[0] > 0
    for module in (model.standard_slots, model.standard_grid):
        module.mean.fill_(0.5)
    for seed in range(5):
        torch.manual_seed(seed)
        assert not model._slots(slots)[0, there, -APPEARANCE:].any()
        assert not model._grid(grid).any()
    torch.manual_seed(0)
    assert model._grid(torch.from_numpy(seen.grid)[None].expand(8, -1, -1)).any()


def test_texts_of_a_renamed_scene_use_its_names_alone():
    number, kinds = 11, {noun.name: at for at, noun in enumerate(nouns())}
    mask = np.zeros((120, 200), dtype=bool)
    mask[20:70, 5:65] = True
    things = [Thing(kinds["dog"], mask, evidence=0.9)]
    scene = Scene("one.jpg", Image.new("RGB", (200, 120), (128, 128, 128)), things, set(range(CLASSES)) - {kinds["dog"], kinds["cat"]})
    highest = np.zeros(CLASSES)
    highest[kinds["cat"]] = 0.4
    other, scores = renamed_scene(scene, highest, number)
    to = renaming(number)
    assert [thing.kind for thing in other.things] == [to[kinds["dog"]]] and things[0].kind == kinds["dog"]
    assert scores.argmax() == to[kinds["cat"]]
    writer = Writer(other, scores, np.random.default_rng(1))
    assert class_of(writer.describe().answer.split("<p> ")[1].split(" </p>")[0]) == to[kinds["dog"]]
    noun = nouns()[int(to[kinds["dog"]])]
    plain = {name for pair in ((noun.name, noun.plural), *noun.same, *noun.narrower) for name in pair}
    for _ in range(200):
        text = writer.refer()
        for negative in text.negatives if text is not None else ():
            # It may be denied in another colour or place, never as such.
            assert class_of(negative) != to[kinds["dog"]] or negative not in plain


def test_words_to_deny_name_no_class():
    assert len(ABSENT) > 150
    assert [word for word in ABSENT if class_of(word) is not None] == []
