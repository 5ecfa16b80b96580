"""MGLMM, LISA and GLaMM: a LLaVA-type language model with SAM. What tells them apart is names, tokens and prompts: data.

Prompts are the official ones word for word, since a model answers best what it was trained on.
"""

from dataclasses import dataclass

_SYSTEM = (
    "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite "
    "answers to the human's questions."
)
_OVERVIEW = "The <im_start>{image}<im_end> provides an overview of the picture.\n"
_BARE_IMAGE = "<im_start>{image}<im_end>\n"
_MASKS = "Please respond with interleaved segmentation masks for the corresponding parts of the answer."
_DESCRIBE = f"Could you please give me a detailed description of the image? {_MASKS}"
_REFER = "Can you segment {referents} in this image?"
_CAPTION = "Could you please give me a detailed description of the image? Please respond to the question concisely."
_TOKENS = ("<im_start>", "<im_end>", "<bbox>", "<point>", "[SEG]", "<p>", "</p>")
_PHRASES = {"kind": "phrases", "open": "<p>", "close": "</p>", "seg": "[SEG]"}
TERMS = (
    "Made from a checkpoint that its user brought. Its weights derive from LLaMA, whose community licence binds them whatever else is "
    "said; read the checkpoint's own terms before you pass it on."
)


@dataclass(frozen=True)
class LlavaFamily:
    """One family of checkpoints.

    sam: prefix of the mask side's weights. added: the added tokens in the official order, which decides their ids. image: what
    stands before the first question. ignored: prefixes of weights that grounded answers do not need.
    """

    name: str
    title: str
    sam: str
    added: tuple[str, ...]
    image: str
    tasks: dict
    dialect: dict
    expression: str
    ignored: tuple[str, ...] = ("model.vision_tower.",)

    def prompt(self):
        """The manifest's `prompt`."""
        return {
            "first": f"{_SYSTEM} USER: {self.image}{{question}} ASSISTANT:",
            "next": "USER: {question} ASSISTANT:",
            "addBos": True,
            "pieces": "separate",
        }

    def tokens(self, ids):
        """The manifest's `tokens`, from the ids of a tokenizer by token."""
        found = {"bos": ids["<s>"], "eos": [ids["</s>"]], "seg": [[ids["[SEG]"]]]}
        if "<p>" in self.added:
            found |= {"phraseOpen": ids["<p>"], "phraseClose": ids["</p>"]}
        return found


MGLMM = LlavaFamily(
    name="mglmm",
    title="MGLMM",
    sam="model.segment_encoder.",
    added=_TOKENS,
    image=_OVERVIEW,
    tasks={
        "describe": _DESCRIBE,
        "describeRoot": f"Please provide a detailed description of all the objects present in this image in a comprehensive format. {_MASKS}",
        "describePart": f"Can you provide a detailed description in a comprehensive format for {{phrase}} in the image. {_MASKS}",
        "refer": _REFER,
        "panoptic": _DESCRIBE,
        "reason": "{question}",
        "caption": _CAPTION,
    },
    dialect=_PHRASES,
    expression="LicenseRef-MGLMM",
)

GLAMM = LlavaFamily(
    name="glamm",
    title="GLaMM",
    sam="model.grounding_encoder.",
    added=_TOKENS,
    image=_OVERVIEW,
    tasks={"describe": _DESCRIBE, "refer": _REFER, "caption": _CAPTION},
    dialect=_PHRASES,
    expression="Apache-2.0",
    # Region prompts (<bbox>) are not asked for by any task of this project.
    ignored=("model.vision_tower.", "model.region_encoder."),
)

LISA = LlavaFamily(
    name="lisa",
    title="LISA",
    sam="model.visual_model.",
    added=("[SEG]", "<im_start>", "<im_end>"),
    image=_BARE_IMAGE,
    # One referent a run: an answer has no words that would tell several masks apart.
    tasks={"refer": "Can you segment {referents} in this image?", "reason": "{question} Please output segmentation mask."},
    dialect={"kind": "bare", "seg": "[SEG]"},
    expression="Apache-2.0",
)

FAMILIES = {family.name: family for family in (MGLMM, GLAMM, LISA)}
