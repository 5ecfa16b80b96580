"""Answers the questions of USCDF files with the exported bundle, each with its own question, through the graphs that ship.

    python -m mini.answers --bundle ../bundles/mglmm-mini --questions references/absent.uscdf.jsonl --out absent.uscdf.jsonl
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from uscdf_export.answer import prompt_ids
from uscdf_export.bundle import Bundle
from uscdf_train.frozen import original_sizes, pixel_values
from uscdf_train.predict import Answer, record_of
from uscdf_train.uscdf_files import read_records

_DRAWN_FROM = ("object_keys", "object_masks", "pixel_features", "picture", "same_name")


class MiniBundle(Bundle):
    """The bundle with what its vision encoder hands to its mask decoder."""

    def see(self, image: Image.Image) -> dict[str, np.ndarray]:
        """The vision encoder's outputs of a photograph."""
        return self.run("vision_encoder", pixel_values=pixel_values(image), original_sizes=original_sizes(image))

    def say(self, seen: dict[str, np.ndarray], question: str) -> Answer:
        """The answer to a first question about what was seen."""
        before, after = prompt_ids(self.tokenizer, self.settings, question)
        tokens, hidden = self._loop(np.concatenate([self._embed(before), seen["image_features"], self._embed(after)], axis=1))
        ((seg,),) = self.settings["tokens"]["seg"]
        states = hidden[[at for at, token in enumerate(tokens) if token == seg]]
        text = self.tokenizer.decode([token for token in tokens if token not in self.settings["tokens"]["eos"]], skip_special_tokens=False)
        masks = torch.zeros(0, 1, 1)
        if len(states) > 0:
            masks = torch.from_numpy(self.run("mask_decoder", seg_hidden_states=states, **{name: seen[name] for name in _DRAWN_FROM})["pred_masks"])[:, 0]
        return Answer(re.sub(" +", " ", text.replace("\n", "")).strip(), masks)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m mini.answers", description="Answers the questions of USCDF files with the exported bundle.")
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--questions", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    bundle = MiniBundle(options.bundle)
    seen: tuple[Path, dict[str, np.ndarray]] | None = None
    with options.out.open("w", encoding="utf-8") as file:
        for record in read_records(options.questions):
            if seen is None or seen[0] != record.image:
                seen = (record.image, bundle.see(Image.open(record.image)))
            file.write(json.dumps(record_of(record, bundle.say(seen[1], record.turns[0][0])), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
