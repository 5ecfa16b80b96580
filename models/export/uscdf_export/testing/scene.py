"""What the small test models are taught to say about the one photograph that they know.

The photograph shows two riders at a beach; its masks are rough ellipses and half planes, given as shares of its sides.
"""

from dataclasses import dataclass

import numpy as np

# Name of a thing: (centre x, centre y, half width, half height) of an ellipse, or the name of a field.
THINGS = {
    "left horse": (0.44, 0.57, 0.07, 0.17),
    "right horse": (0.63, 0.56, 0.13, 0.2),
    "left rider": (0.42, 0.42, 0.06, 0.14),
    "right rider": (0.61, 0.41, 0.06, 0.15),
}
GROUPS = {"horses": ("left horse", "right horse"), "riders": ("left rider", "right rider")}


@dataclass(frozen=True)
class Case:
    """One thing to ask and what the answer is.

    task: a draft task. key: the manifest's question. asked: what fills its placeholder, the runtime's wording first; a model is
    taught all of them. answer: as the model writes it; uscdf: as it stands in the record where that differs, with the notes
    that the runtime makes for the reviewer. things: what the masks show, in order.
    """

    task: str
    key: str
    answer: str
    things: tuple[str, ...]
    asked: tuple[str, ...] = ("",)
    prompt: str | None = None
    referents: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()
    uscdf: str | None = None
    notes: tuple[str, ...] = ()


def drawn(name, width, height):
    """The mask of a thing, bool [height, width]."""
    y, x = np.mgrid[0:height, 0:width]
    x, y = (x + 0.5) / width, (y + 0.5) / height
    if name in GROUPS:
        return np.logical_or(*(drawn(part, width, height) for part in GROUPS[name]))
    if name == "sea":
        return y < 0.12 + 0.25 * x
    if name == "beach":
        return y > 0.4 + 0.2 * x
    across, down, half_width, half_height = THINGS[name]
    return ((x - across) / half_width) ** 2 + ((y - down) / half_height) ** 2 < 1


_TWO = ("the left horse and the zebra", "left horse and zebra", "the left horse and zebra", "the left horse and a zebra")
_ZEBRA = ("the zebra", "zebra", "a zebra")
_LEFT = ("the left horse", "left horse")
_QUESTION = "What could carry a person?"

_DESCRIBE = Case(
    "gcg",
    "describe",
    "<p> Two riders </p> [SEG] on <p> dark horses </p> [SEG] follow <p> a sandy beach </p> [SEG] beside <p> the sea </p> [SEG].",
    ("riders", "horses", "beach", "sea"),
    phrases=("Two riders", "dark horses", "a sandy beach", "the sea"),
)
_BOTH = Case(
    "referring",
    "refer",
    "Sure, <p> the left horse </p> [SEG]. But I don't see any zebra in this image.",
    ("left horse",),
    asked=_TWO,
    prompt="the left horse and the zebra",
    referents=("the left horse", "the zebra"),
    phrases=("the left horse",),
    negatives=("zebra",),
)
_ABSENT = Case(
    "referring",
    "refer",
    "Sorry, I don't see any zebra in this image.",
    (),
    asked=_ZEBRA,
    prompt="the zebra",
    referents=("the zebra",),
    negatives=("zebra",),
)

CASES = {
    "mglmm": [
        _DESCRIBE,
        _BOTH,
        _ABSENT,
        Case(
            "mgsc",
            "describeRoot",
            "<p> Riders </p> [SEG], <p> horses </p> [SEG] and <p> a beach </p> [SEG] can be seen.",
            ("riders", "horses", "beach"),
            phrases=("Riders", "horses", "a beach"),
        ),
        Case(
            "mgsc",
            "describePart",
            "<p> The left horse </p> [SEG] is black and <p> the right horse </p> [SEG] is brown.",
            ("left horse", "right horse"),
            asked=("dark horses",),
            prompt="dark horses",
            phrases=("The left horse", "the right horse"),
        ),
        Case(
            "reasoning",
            "reason",
            "<p> The horses </p> [SEG] could carry a person.",
            ("horses",),
            asked=(_QUESTION,),
            prompt=_QUESTION,
            phrases=("The horses",),
        ),
    ],
    "glamm": [_DESCRIBE, _BOTH, _ABSENT],
    "lisa": [
        Case(
            "referring",
            "refer",
            "Sure, it is [SEG].",
            ("left horse",),
            asked=_LEFT,
            prompt="the left horse",
            referents=("the left horse",),
            phrases=("left horse",),
            uscdf="Sure, it is <p> left horse </p> [SEG].",
        ),
        _ABSENT,
        Case(
            "reasoning",
            "reason",
            "The horses [SEG] could carry a person.",
            ("horses",),
            asked=(_QUESTION,),
            prompt=_QUESTION,
            phrases=("The horses",),
            uscdf="<p> The horses </p> [SEG] could carry a person.",
            notes=("The model did not mark the words of a mask: those right before it were taken. Check them.",),
        ),
    ],
}
