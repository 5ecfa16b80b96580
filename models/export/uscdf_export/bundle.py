"""Runs a bundle of the driver `generator` in onnxruntime's Python: the same graphs that the extension runs, for comparisons."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from PIL import Image
from tokenizers import Tokenizer

from .answer import Answer, prompt_ids
from .manifest import MANIFEST
from .pictures import to_photograph, to_tensor

_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


class Bundle:
    """An opened bundle. Graphs are loaded when they are first run, on one thread."""

    def __init__(self, folder, threads=1):
        self.folder = Path(folder)
        self.settings = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        self.tokenizer = Tokenizer.from_file(str(self.folder / self.settings["tokenizer"]["file"]))
        self._options = onnxruntime.SessionOptions()
        self._options.intra_op_num_threads = threads
        self._options.log_severity_level = 3
        self._sessions = {}

    def run(self, key, **feeds):
        """Runs a graph; floats are turned into the type that it wants. Returns its outputs by name."""
        if key not in self._sessions:
            path = self.folder / self.settings["graphs"][key]["file"]
            self._sessions[key] = onnxruntime.InferenceSession(path, self._options, providers=["CPUExecutionProvider"])
        session = self._sessions[key]
        wanted = {value.name: _TYPES.get(value.type) for value in session.get_inputs()}
        fed = {name: value if wanted[name] is None else value.astype(wanted[name]) for name, value in feeds.items()}
        return dict(zip((value.name for value in session.get_outputs()), session.run(None, fed)))

    def answer(self, photo, question, driver="loop"):
        """The answer to a question about a PIL picture. driver: `loop` (generate_loop) or `step` (a token a run)."""
        before, after = prompt_ids(self.tokenizer, self.settings, question)
        features = self.image_features(photo)
        embeds = np.concatenate([self._embed(before), features.astype(np.float32), self._embed(after)], 1)
        tokens, hidden = (self._loop if driver == "loop" else self._step)(embeds)
        (seg,), = self.settings["tokens"]["seg"]
        wanted = hidden[[i for i, token in enumerate(tokens) if token == seg]]
        masks, scores = self._draw(photo, wanted)
        return Answer((before, after), tokens, hidden, masks, scores)

    def image_features(self, photo):
        """The vision encoder's output for a PIL picture, float32 [1, N, H]."""
        pixels = to_tensor(photo, self.settings["image"]["preprocess"]).numpy()
        return self.run("vision_encoder", pixel_values=pixels)["image_features"].astype(np.float32)

    def image_embeddings(self, photo):
        """The pixel encoder's output for a PIL picture, float32 [1, C, g, g]."""
        pixels = to_tensor(photo, self.settings["pixels"]["preprocess"]).numpy()
        return self.run("pixel_encoder", pixel_values=pixels)["image_embeddings"].astype(np.float32)

    def _embed(self, ids):
        return self.run("embed_tokens", input_ids=np.array([ids], np.int64))["inputs_embeds"].astype(np.float32)

    def _empty_cache(self):
        cache = self.settings["cache"]
        empty = np.zeros((1, cache["kvHeads"], 0, cache["headDim"]), np.float32)
        return {f"past_key_values.{i}.{kind}": empty for i in range(cache["layers"]) for kind in ("key", "value")}

    def _loop(self, embeds):
        """Runs the loop in pieces of `loopTokens`, as the extension does so that it hears a cancel."""
        generation, stops = self.settings["generation"], self.settings["tokens"]["eos"]
        tokens, hidden, cache = [], [], self._empty_cache()
        while len(tokens) < generation["maxNewTokens"] and not (tokens and tokens[-1] in stops):
            count = min(generation["loopTokens"], generation["maxNewTokens"] - len(tokens))
            feeds = {"max_new_tokens": np.array(count, np.int64), "eos_token_ids": np.array(stops, np.int64)}
            given = self.run("generate_loop", inputs_embeds=embeds, **cache, **feeds)
            tokens += [int(token) for token in given["tokens"]]
            hidden.append(given["hidden_states"])
            cache = _as_past(given)
            embeds = self._embed(tokens[-1:])
        return tokens, np.concatenate(hidden)

    def _step(self, embeds):
        generation, stops = self.settings["generation"], self.settings["tokens"]["eos"]
        tokens, hidden, cache, past = [], [], self._empty_cache(), 0
        while len(tokens) < generation["maxNewTokens"] and not (tokens and tokens[-1] in stops):
            past += embeds.shape[1]
            feeds = {"attention_mask": np.ones((1, past), np.int64), "num_logits_to_keep": np.array(1, np.int64)}
            given = self.run("decoder_model_merged", inputs_embeds=embeds, **cache, **feeds)
            tokens.append(int(given["logits"][0, -1].argmax()))
            hidden.append(given["hidden_states"][0, -1:])
            cache = _as_past(given)
            embeds = self._embed(tokens[-1:])
        return tokens, np.concatenate(hidden)

    def _draw(self, photo, states):
        if len(states) == 0:
            return np.zeros((0, photo.height, photo.width), bool), np.zeros(0, np.float32)
        given = self.run("mask_decoder", seg_hidden_states=states, image_embeddings=self.image_embeddings(photo))
        logits = torch.from_numpy(given["pred_masks"].astype(np.float32))
        preprocess = self.settings["pixels"]["preprocess"]
        return to_photograph(logits, photo.size, self.settings["mask"], preprocess), given["iou_scores"][:, 0]


def _as_past(given):
    return {name.replace("present.", "past_key_values."): value for name, value in given.items() if name.startswith("present.")}


def open_photo(path):
    """A picture file as RGB."""
    return Image.open(path).convert("RGB")
