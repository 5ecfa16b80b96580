"""Questions and answers about a scene, with the masks that each answer owns. The scene decides what is true; chance decides what is asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .attributes import COLOURS, box_of, colour_names, colour_shares, place_words, size_word
from .classes import counted, groups, nouns, with_article
from .questions import DESCRIBE, DESCRIBE_PART, DESCRIBE_ROOT, INTERLEAVED, PANOPTIC, REASONING_SUFFIX, REASONS, SEVERAL, SINGLE
from .scenes import Scene, Thing
from .words import absent_word

VISIBLE = 0.3
"""Things that the detector sees less of than this are not spoken of."""
_SURE = 0.4
"""Captions and lists speak of classes of which it sees one thing as well as this."""
_MOST_KINDS = 6
_MOST_THINGS = 9
_CLEAR_COLOUR = 0.5
_NO_COLOUR = 0.12
_IN_ORDER = ("one", "another one", "a third one", "a fourth one", "a fifth one")


@dataclass
class Text:
    """A question, its answer, and the mask of each `[SEG]`."""

    task: str
    question: str
    answer: str
    masks: list[np.ndarray] = field(default_factory=list)
    negatives: list[str] = field(default_factory=list)
    target: str | None = None


@dataclass(frozen=True)
class Referent:
    """Words to ask with, and the mask they mean: None where nothing of it is there."""

    words: str
    mask: np.ndarray | None


@dataclass
class _Kind:
    """The things of one class, the largest first."""

    kind: int
    things: list[Thing]
    everything: np.ndarray

    @property
    def phrase(self) -> str:
        count = 9 if any(thing.crowd for thing in self.things) else len(self.things)
        return counted(nouns()[self.kind], count)


class Writer:
    """Writes texts about one scene."""

    def __init__(self, scene: Scene, highest: np.ndarray, random: np.random.Generator) -> None:
        self._scene = scene
        self._random = random
        self._highest = highest
        self._named = colour_names(np.asarray(scene.image))
        self._visible = sorted(
            (thing for thing in scene.things if thing.evidence >= VISIBLE and thing.mask.any()), key=lambda thing: -thing.mask.sum()
        )
        self._kinds = self._group()
        self._plain = [kind for kind in self._kinds if max(thing.evidence for thing in kind.things) >= _SURE]

    def describe(self) -> Text:
        """One phrase a class, with number, colour where it is plain, and place."""
        question = f"{self._one(DESCRIBE)} {self._one(INTERLEAVED)}"
        if not self._plain:
            return self._nothing("gcg", question)
        parts, last = [], None
        kinds = self._plain[:_MOST_KINDS]
        for kind in kinds:
            place = place_words(box_of(_union(kind.things)))
            words = _grounded(self._coloured(kind))
            parts.append(words if place is None or place == last else f"{words} {place}")
            last = place
        answer = f"The image shows {_list(parts[:3])}."
        if len(parts) > 3:
            verb = "are" if len(kinds[3].things) > 1 else "is"
            answer += f" There {verb} also {_list(parts[3:])}."
        return Text("gcg", question, answer, [kind.everything for kind in kinds])

    def describe_root(self) -> Text:
        """One sentence a class, with what is plain about it."""
        question = f"{DESCRIBE_ROOT} {self._one(INTERLEAVED)}"
        if not self._plain:
            return self._nothing("mgsc", question)
        sentences = []
        kinds = self._plain[:_MOST_KINDS]
        for kind in kinds:
            verb = "are" if len(kind.things) > 1 or kind.things[0].crowd else "is"
            place = place_words(box_of(_union(kind.things)))
            tail = f"{verb} {place}" if place else f"{'fill' if verb == 'are' else 'fills'} most of the image"
            words = _grounded(_capital(self._coloured(kind)))
            sentences.append(f"{words} {tail}.")
        return Text("mgsc", question, " ".join(sentences), [kind.everything for kind in kinds])

    def describe_part(self) -> Text | None:
        """One phrase of a description in more detail: each thing of several, or colour, size and place of a single one."""
        if not self._plain:
            return None
        kind = self._plain[int(self._random.integers(min(len(self._plain), _MOST_KINDS)))]
        phrase = self._coloured(kind)
        question = f"{self._one(DESCRIBE_PART).format(phrase=phrase)} {self._one(INTERLEAVED)}"
        things = [thing for thing in kind.things if not thing.crowd][:5]
        if len(kind.things) > 1 and len(things) > 1:
            parts = []
            for order, thing in zip(_IN_ORDER, things, strict=False):
                place = place_words(box_of(thing.mask))
                parts.append(f"{_grounded(order)} {place}" if place else _grounded(order))
            return Text("mgsc", question, f"There is {_list(parts)}.", [thing.mask for thing in things], target=phrase)
        subject = _grounded(f"The {nouns()[kind.kind].counted[0 if len(kind.things) == 1 else 1]}")
        traits = [trait for trait in (self._colour(kind), size_word(float(kind.everything.mean()))) if trait]
        place = place_words(box_of(_union(kind.things)))
        verb = "is" if len(kind.things) == 1 and not kind.things[0].crowd else "are"
        answer = f"{subject} {verb} {' and '.join(traits)}{f', {place}' if place else ''}."
        return Text("mgsc", question, answer, [kind.everything], target=phrase)

    def panoptic(self) -> Text:
        """Every thing by itself, numbered where a class has several."""
        question = self._one(PANOPTIC)
        names, masks = [], []
        for kind in self._plain:
            for number, thing in enumerate(kind.things, 1):
                if len(names) == _MOST_THINGS:
                    break
                name = nouns()[kind.kind].name
                names.append(_grounded(f"{name}-{number}" if len(kind.things) > 1 else name))
                masks.append(thing.mask)
        if not names:
            return self._nothing("panoptic", question)
        return Text("panoptic", question, f"Sure, the image contains {_list(names)}.", _apart(masks))

    def refer(self) -> Text | None:
        """One referent or several, some of them absent."""
        several = self._random.random() < 0.5
        count = int(self._random.integers(2, 6)) if several else 1
        referents: list[Referent] = []
        for _ in range(count * 3):
            referent = self._referent()
            if referent is not None and not any(_alike(referent, other) for other in referents):
                referents.append(referent)
            if len(referents) == count:
                break
        if not referents:
            return None
        if len(referents) == 1:
            return self._answered(self._one(SINGLE), "{referent}", referents, [referents[0].words])
        each = self._random.random() < 0.35
        stem = self._one(SEVERAL[1::2] if each else SEVERAL)
        words = [f"the {referent.words}" if each else referent.words for referent in referents]
        return self._answered(stem, "{referents}", referents, words)

    def reason(self) -> Text | None:
        """A question by use, answered with the first thing that serves."""
        question, opening, names = REASONS[int(self._random.integers(len(REASONS)))]
        question = f"{question} {self._one(REASONING_SUFFIX)}"
        serving = [kind for kind in self._kinds if nouns()[kind.kind].name in names]
        if not serving:
            return None
        noun = nouns()[serving[0].kind]
        word = noun.counted[0 if len(serving[0].things) == 1 and not serving[0].things[0].crowd else 1]
        return Text("reasoning", question, f"{opening} {_grounded(f'the {word}')}.", [serving[0].everything])

    def _answered(self, stem: str, field_name: str, referents: list[Referent], words: list[str]) -> Text:
        listed = _list(words)
        question = stem.replace(field_name, listed)
        # The answer takes a referent up as it was asked for: with its article where the question had one.
        if f"the {field_name}" in stem:
            words = [f"the {words[0]}", *words[1:]]
        present = [(word, referent.mask) for word, referent in zip(words, referents, strict=True) if referent.mask is not None]
        negatives = [referent.words for referent in referents if referent.mask is None]
        denied = _list(negatives)
        if not present:
            answer = f"Sorry, I don't see any {denied} in this image."
        else:
            opening = "Sure, it is " if len(referents) == 1 else "Sure, "
            answer = f"{opening}{_list([_grounded(word) for word, _ in present])}."
            if negatives:
                answer += f" But I don't see any {denied} in this image."
        return Text("referring", question, answer, [mask for _, mask in present if mask is not None], negatives)

    def _referent(self) -> Referent | None:
        draw = self._random.random()
        if draw < 0.32:
            return self._present_noun()
        if draw < 0.62:
            return self._absent_noun()
        if draw < 0.80:
            return self._by_colour()
        if draw < 0.94:
            return self._by_place()
        return self._by_group()

    def _present_noun(self) -> Referent | None:
        if not self._kinds:
            return None
        kind = self._any_kind()
        noun = nouns()[kind.kind]
        one = len(kind.things) == 1 and not kind.things[0].crowd
        if self._random.random() < 0.1:
            one = not one
        return Referent(self._name(noun, one), kind.everything)

    def _name(self, noun, one: bool) -> str:
        pairs = [(noun.name, noun.plural)]
        draw = self._random.random()
        if noun.same and draw < 0.25:
            pairs = list(noun.same)
        elif noun.narrower and draw > 0.92:
            pairs = list(noun.narrower)
        return pairs[int(self._random.integers(len(pairs)))][0 if one else 1]

    def _absent_noun(self) -> Referent | None:
        if self._random.random() < 0.28:
            return Referent(absent_word(self._random), None)
        deniable = sorted(self._scene.deniable)
        if not deniable:
            return None
        draw = self._random.random()
        if draw < 0.35:
            # The hardest: what the detector half sees, though it is not there.
            kind = max(deniable, key=lambda index: self._highest[index] * self._random.uniform(0.3, 1.0))
        else:
            related = self._related(deniable) if draw < 0.6 else []
            choices = related or deniable
            kind = choices[int(self._random.integers(len(choices)))]
        return Referent(self._name(nouns()[kind], self._random.random() < 0.75), None)

    def _related(self, deniable: list[int]) -> list[int]:
        """Absent classes of a group that a present class belongs to."""
        present = {kind.kind for kind in self._kinds}
        alike = set().union(*(members for _, _, members in groups() if members & present))
        return [kind for kind in deniable if kind in alike]

    def _by_colour(self) -> Referent | None:
        """A class with a colour: the things of that colour, or nobody where no thing of the class has it."""
        coloured = [kind for kind in self._kinds if not nouns()[kind.kind].colourless and not any(thing.crowd for thing in kind.things)]
        if not coloured:
            return None
        kind = coloured[int(self._random.integers(len(coloured)))]
        shares = np.array([colour_shares(self._named, thing.mask) for thing in kind.things])
        clear = [colour for colour in range(len(COLOURS)) if (shares[:, colour] >= _CLEAR_COLOUR).any()]
        missing = [colour for colour in range(len(COLOURS)) if (shares[:, colour] < _NO_COLOUR).all()]
        # What the detector does not see well may have any colour.
        hidden = self._hidden(kind)
        if clear and self._random.random() < 0.55:
            colour = clear[int(self._random.integers(len(clear)))]
            matching = [thing for thing, share in zip(kind.things, shares, strict=True) if share[colour] >= _CLEAR_COLOUR]
            between = ((shares[:, colour] >= _NO_COLOUR) & (shares[:, colour] < _CLEAR_COLOUR)).any()
            if between:
                return None
            return Referent(f"{COLOURS[colour]} {nouns()[kind.kind].name}", _union(matching))
        if not missing or hidden:
            return None
        colour = missing[int(self._random.integers(len(missing)))]
        return Referent(f"{COLOURS[colour]} {nouns()[kind.kind].name}", None)

    def _by_place(self) -> Referent | None:
        """A class with a side or a size: one thing of it, or nobody where a single thing is on the other side."""
        kinds = [kind for kind in self._kinds if len(kind.things) <= 4 and not any(thing.crowd for thing in kind.things) and not self._hidden(kind)]
        several = [kind for kind in kinds if len(kind.things) > 1]
        if not kinds:
            return None
        kind = (several or kinds)[int(self._random.integers(len(several or kinds)))]
        noun = nouns()[kind.kind].name
        boxes = [box_of(thing.mask) for thing in kind.things]
        if len(kind.things) == 1:
            x = (boxes[0][0] + boxes[0][2]) / 2
            if 0.36 <= x <= 0.64:
                return None
            side, other = ("left", "right") if x < 0.36 else ("right", "left")
            if self._random.random() < 0.6:
                return Referent(f"{noun} on the {side}", kind.everything)
            return Referent(f"{noun} on the {other}", None)
        if self._random.random() < 0.3:
            areas = [thing.mask.sum() for thing in kind.things]
            largest, smallest = int(np.argmax(areas)), int(np.argmin(areas))
            if sorted(areas)[-1] > 1.4 * sorted(areas)[-2] and self._random.random() < 0.6:
                return Referent(f"largest {noun}", kind.things[largest].mask)
            if sorted(areas)[1] > 1.4 * sorted(areas)[0]:
                return Referent(f"smallest {noun}", kind.things[smallest].mask)
            return None
        axis, words = ((0, ("on the left", "on the right")) if self._random.random() < 0.75 else (1, ("at the top", "at the bottom")))
        middles = [(box[axis] + box[axis + 2]) / 2 for box in boxes]
        order = np.argsort(middles)
        first = self._random.random() < 0.5
        ends = order if first else order[::-1]
        if abs(middles[ends[0]] - middles[ends[1]]) < 0.08:
            return None
        return Referent(f"{noun} {words[0 if first else 1]}", kind.things[int(ends[0])].mask)

    def _by_group(self) -> Referent | None:
        name, plural, members = groups()[int(self._random.integers(len(groups())))]
        there = [kind for kind in self._kinds if kind.kind in members]
        if there:
            one = sum(len(kind.things) for kind in there) == 1
            return Referent(name if one else plural, np.logical_or.reduce([kind.everything for kind in there]))
        if members <= self._scene.deniable:
            return Referent(name if self._random.random() < 0.5 else plural, None)
        return None

    def _hidden(self, kind: _Kind) -> bool:
        """Whether the scene has things of the class that are not spoken of."""
        return sum(thing.kind == kind.kind for thing in self._scene.things) > len(kind.things)

    def _coloured(self, kind: _Kind) -> str:
        """The counted phrase; with the colour where a single thing has a plain one."""
        colour = self._colour(kind)
        if colour is None or len(kind.things) != 1 or kind.things[0].crowd:
            return kind.phrase
        return with_article(f"{colour} {nouns()[kind.kind].counted[0]}")

    def _colour(self, kind: _Kind) -> str | None:
        if nouns()[kind.kind].colourless:
            return None
        shares = colour_shares(self._named, kind.everything)
        return COLOURS[int(shares.argmax())] if shares.max() >= 0.55 else None

    def _group(self) -> list[_Kind]:
        kinds: dict[int, list[Thing]] = {}
        for thing in self._visible:
            kinds.setdefault(thing.kind, []).append(thing)
        # Whatever of the class is there belongs to the mask, also what is too small to be counted.
        return [
            _Kind(kind, things, _union([thing for thing in self._scene.things if thing.kind == kind]))
            for kind, things in kinds.items()
        ]

    def _nothing(self, task: str, question: str) -> Text:
        return Text(task, question, f"Sorry, I don't see any of the {len(nouns())} known objects in this image.")

    def _any_kind(self) -> _Kind:
        return self._kinds[int(self._random.integers(len(self._kinds)))]

    def _one(self, choices: tuple[str, ...]) -> str:
        return choices[int(self._random.integers(len(choices)))]


def _alike(a: Referent, b: Referent) -> bool:
    """Whether two referents share their words or nearly their mask, so that a question would ask twice for one thing."""
    if a.words in b.words or b.words in a.words:
        return True
    if a.mask is None or b.mask is None:
        return False
    return (a.mask & b.mask).sum() > 0.9 * (a.mask | b.mask).sum()


def _apart(masks: list[np.ndarray]) -> list[np.ndarray]:
    """The masks without shared pixels: a pixel stays with the smallest mask that has it, unless it were the larger one's last."""
    order = sorted(range(len(masks)), key=lambda at: masks[at].sum())
    taken = np.zeros_like(masks[0])
    result = list(masks)
    for at in order:
        free = masks[at] & ~taken
        if free.any():
            result[at] = free
            taken |= free
    return result


def _union(things: list[Thing]) -> np.ndarray:
    return np.logical_or.reduce([thing.mask for thing in things])


def _grounded(phrase: str) -> str:
    return f"<p> {phrase} </p> [SEG]"


def _capital(phrase: str) -> str:
    return phrase[0].upper() + phrase[1:]


def _list(parts: list[str]) -> str:
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"
