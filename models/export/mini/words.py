"""Nouns to ask for that the model can't know, so that it learns to say them again and to deny them."""

from __future__ import annotations

import numpy as np

from .classes import nouns

_WORDS = (
    "accordion alligator anchor anvil armadillo axe badger bagpipe ballerina balloon bamboo banjo barrel basket bat beaver bell binoculars bison "
    "blimp bonfire boomerang bulldozer bumblebee butterfly cactus camel candle cannon canoe caravan castle caterpillar cello chameleon cheetah "
    "chess board chimpanzee clarinet coconut combine harvester compass coral cow bell coyote crab crane crocodile crown cymbal deer dinosaur "
    "dolphin donkey dragon dragonfly drill drone drum duckling eagle easel eel excavator falcon ferris wheel fire hose flamingo flute forklift fountain fox frog "
    "ghost globe goat golf club gondola gorilla grasshopper guitar hammer hamster harmonica harp hedgehog helicopter helmet hippopotamus hot air balloon "
    "hourglass hyena iceberg igloo iguana jellyfish kangaroo kayak koala ladder lantern leopard lighthouse lion lizard llama lobster mailbox mammoth mermaid "
    "microscope mirror ball monkey moose mosque mushroom needle octopus ostrich otter owl panda panther parachute parrot peacock pelican penguin "
    "piano pineapple pirate polar bear porcupine pumpkin pyramid rabbit raccoon rainbow rhinoceros robot rocket rooster saxophone scarecrow scorpion sea lion seahorse "
    "seal sewing machine shark shovel skeleton skunk sledge snail snake snowman spaceship spider squid squirrel stapler starfish statue stethoscope "
    "submarine swan sword tambourine tank telescope tent tiger tractor treasure chest trombone trumpet tuba turkey turtle typewriter unicorn "
    "vacuum cleaner violin volcano vulture walrus wasp watermelon weasel whale wheelbarrow windmill wizard wolf xylophone yak yacht"
).split(" ")
"""Words as they come; pairs such as "hot air balloon" fall apart into words, which does no harm."""
_KNOWN = {word for noun in nouns() for pair in ((noun.name, noun.plural), noun.counted, *noun.same, *noun.narrower) for word in pair}
# What falls out of a pair ("cow" of "cow bell") may be a class, and a class can be there.
ABSENT = tuple(word for word in _WORDS if word not in _KNOWN)

_OPENINGS = ("b", "br", "c", "ch", "d", "dr", "f", "fl", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "pl", "qu", "r", "s", "st", "t", "tr", "v", "w", "z")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "oo", "ou")
_ENDINGS = ("", "b", "ck", "d", "g", "l", "ll", "m", "n", "nd", "p", "r", "rt", "s", "sh", "t", "th", "x")


def absent_word(random: np.random.Generator) -> str:
    """A noun outside the 80; every third time a word that does not exist."""
    if random.random() < 0.67:
        return ABSENT[int(random.integers(len(ABSENT)))]
    parts = []
    for _ in range(int(random.integers(1, 4))):
        parts.append(_one(_OPENINGS, random) + _one(_VOWELS, random) + _one(_ENDINGS, random))
    return "".join(parts)


def _one(choices: tuple[str, ...], random: np.random.Generator) -> str:
    return choices[int(random.integers(len(choices)))]
