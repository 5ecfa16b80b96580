"""A family's PyTorch modules and its bundle's graphs side by side: both answer a question, and the answers are compared."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from ..answer import Answer
from ..bundle import Bundle
from ..parity import REPORT, agreement


def normalise(picture, mean, deviation, unit=True):
    """Float tensor [1, 3, h, w] of a picture: (pixels / 255 where `unit`, − mean) / deviation."""
    pixels = torch.from_numpy(np.asarray(picture, dtype=np.float32).copy()).permute(2, 0, 1)[None]
    pixels = pixels / 255 if unit else pixels
    return (pixels - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(deviation).view(1, 3, 1, 1)


@dataclass
class Prompting:
    """Token ids around a photograph: `first` is the manifest's template, `image_token` that of `pieces: joined`."""

    tokenizer: Tokenizer
    first: str
    bos: int | None
    image_token: int | None = None

    def pieces(self, question):
        """Ids before and after the image's embeddings."""
        before, after = self.first.replace("{question}", question).split("{image}")
        ids = [self._ids(before), self._ids(after)]
        if self.image_token is not None:
            name = self.tokenizer.id_to_token(self.image_token)
            joined = self._ids(before + name + after)
            at = joined.index(self.image_token)
            ids = [joined[:at], joined[at + 1 :]]
        return ([] if self.bos is None else [self.bos]) + ids[0], ids[1]

    def answer(self, question, answer):
        """Ids of the answer as it follows the prompt."""
        after = self.first.replace("{question}", question).split("{image}")[1]
        start, whole = self._ids(after), self._ids(after + (" " if after.endswith(":") else "") + answer)
        if whole[: len(start)] != start:
            raise ValueError(f"The answer {answer!r} changes the tokens of the prompt before it.")
        return whole[len(start) :]

    def _ids(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False).ids if text else []


class GroundedModel(torch.nn.Module):
    """A family's PyTorch modules as one model: what bundles are compared with, and what the small ones are trained as.

    Subclasses set `language` (a Hugging Face causal language model), `prompting`, `seg` (ids of one mask's tokens), `eos`,
    `own_state` (the manifest's `hiddenState: self`), `threshold`, and define what raises NotImplementedError here.
    """

    def tensors(self, photo):
        """`pixel_values` of a picture for each encoder's graph."""
        raise NotImplementedError

    def see(self, photo):
        """What the encoders give for a picture: a dict with `image_features` [1, N, H] and what `draw` needs."""
        raise NotImplementedError

    def image_attention(self, seen):
        """Which image tokens the language model looks at: bool [N]."""
        return torch.ones(seen["image_features"].shape[1], dtype=torch.bool)

    def draw(self, states, seen):
        """Mask logits [n, 1, h, w] of states [n, H], or [n, k, H] where a mask has k tokens."""
        raise NotImplementedError

    def to_photo(self, logits, size):
        """Logits on the photograph [n, height, width]."""
        raise NotImplementedError

    def extra_loss(self, states, seen):
        """What else training should reach."""
        return torch.zeros(())

    def read(self, seen, question, answer_ids):
        """Logits and states of the language model over prompt, image and answer; and where the answer begins."""
        before, after = self.prompting.pieces(question)
        table = self.language.get_input_embeddings()
        text = lambda ids: table(torch.tensor([ids], dtype=torch.long).reshape(1, -1))
        image = seen["image_features"]
        embeds = torch.cat([text(before), image, text(after + answer_ids)], dim=1)
        attended = torch.ones(1, embeds.shape[1], dtype=torch.long)
        attended[0, len(before) : len(before) + image.shape[1]] = self.image_attention(seen).long()
        positions = torch.arange(embeds.shape[1])[None]
        output = self.language(inputs_embeds=embeds, attention_mask=attended, position_ids=positions, output_hidden_states=True, use_cache=False)
        return output.logits[0], output.hidden_states[-1][0], len(before) + image.shape[1] + len(after)

    def seg_states(self, states, start, answer_ids):
        """States [n, H] (or [n, k, H]) of the answer's masks."""
        rows = torch.tensor([start + i - (0 if self.own_state else 1) for i in seg_steps(answer_ids, self.seg)], dtype=torch.long)
        picked = states[rows]
        return picked if len(self.seg) == 1 else picked.view(-1, len(self.seg), states.shape[-1])


def seg_steps(tokens, group):
    """Steps of the tokens that make masks: every whole `group` in its order; parts of one make none."""
    steps, at = [], 0
    while at < len(tokens):
        whole = tokens[at : at + len(group)] == group
        steps += range(at, at + len(group)) if whole else ()
        at += len(group) if whole else 1
    return steps


@torch.no_grad()
def generate(model, seen, question, limit=120):
    """Greedy answer: ids (the end included), the state that predicted each, and the state at each."""
    ids = []
    while len(ids) < limit:
        logits, states, start = model.read(seen, question, ids)
        ids.append(int(logits[-1].argmax()))
        if ids[-1] in model.eos:
            break
    _, states, start = model.read(seen, question, ids)
    return ids, states, start


@torch.no_grad()
def answer(model, photo, question, limit=120):
    """The model's own `Answer` to a question about a PIL picture."""
    seen = model.see(photo)
    ids, states, start = generate(model, seen, question, limit)
    segs = model.seg_states(states, start, ids)
    masks = np.zeros((0, photo.height, photo.width), bool)
    if len(segs):
        masks = (model.to_photo(model.draw(segs, seen), photo.size) > model.threshold).numpy()
    return Answer(model.prompting.pieces(question), ids, states[start - 1 : -1].numpy(), masks, np.zeros(0, np.float32))


class GraphRun:
    """A bundle's graphs in onnxruntime, fed with what a `GroundedModel` makes of a photograph."""

    def __init__(self, folder, model):
        self.bundle, self.model = Bundle(folder), model
        self.settings = self.bundle.settings

    def see(self, photo):
        """What the encoders' graphs give by name, and the image's tokens [1, N, H]."""
        found = {}
        for key, pixels in self.model.tensors(photo).items():
            found |= self.bundle.run(key, pixel_values=pixels.numpy())
        features = found.pop("image_features")
        return found, features.reshape(1, -1, features.shape[-1]).astype(np.float32)

    def answer(self, photo, before, after, driver, limit=120):
        """The `Answer` of the graphs to prompt ids before and after the image. driver: `loop` or `step`."""
        found, image = self.see(photo)
        embeds, seen = self.prompt(before, image, after, found.pop("image_attention_mask", 1))
        tokens, hidden = (self.loop if driver == "loop" else self.step)(embeds, seen, limit)
        states = self.states(tokens, hidden)
        masks = np.zeros((0, photo.height, photo.width), bool)
        if len(states):
            drawn = self.bundle.run("mask_decoder", seg_hidden_states=states, **found)["pred_masks"]
            logits = self.model.to_photo(torch.from_numpy(drawn.astype(np.float32)), photo.size)
            masks = logits.numpy() > self.model.threshold
        return Answer((before, after), tokens, hidden, masks, np.zeros(0, np.float32))

    def prompt(self, before, image, after, attended):
        """Embeddings [1, T, H] of a prompt, and which of them are looked at: int64 [1, T]."""
        embeds = np.concatenate([self._embed(before), image, self._embed(after)], axis=1)
        seen = np.ones((1, embeds.shape[1]), np.int64)
        seen[:, len(before) : len(before) + image.shape[1]] = attended
        return embeds, seen

    def loop(self, embeds, seen, limit=120):
        """Tokens and the states that predicted them, some tokens a run, so that going on with a cache is tried too."""
        masked = "attention_mask" in self.settings["graphs"]["generate_loop"]["inputs"]
        eos, cache, tokens, hidden = self.settings["tokens"]["eos"], self._cache(), [], []
        while not tokens or (tokens[-1] not in eos and len(tokens) < limit):
            feeds = {"attention_mask": seen} if masked else {}
            feeds |= {"max_new_tokens": np.array(7, np.int64), "eos_token_ids": np.array(eos, np.int64)}
            given = self.bundle.run("generate_loop", inputs_embeds=embeds, **cache, **feeds)
            tokens += [int(token) for token in given["tokens"]]
            hidden.append(given["hidden_states"])
            cache = _past(given, cache)
            embeds = self._embed(tokens[-1:])
        return tokens, np.concatenate(hidden)

    def step(self, embeds, seen, limit=120):
        """As `loop`, a token a run."""
        eos, cache, tokens, hidden = self.settings["tokens"]["eos"], self._cache(), [], []
        while not tokens or (tokens[-1] not in eos and len(tokens) < limit):
            feeds = {"attention_mask": seen, "num_logits_to_keep": np.array(1, np.int64)}
            given = self.bundle.run("decoder_model_merged", inputs_embeds=embeds, **cache, **feeds)
            tokens.append(int(given["logits"][0, -1].argmax()))
            hidden.append(given["hidden_states"][0, -1:])
            cache = _past(given, cache)
            embeds, seen = self._embed(tokens[-1:]), np.concatenate([seen, [[1]]], axis=1)
        return tokens, np.concatenate(hidden)

    def states(self, tokens, hidden):
        """States [n, H] (or [n, k, H]) of the answer's masks. Row k of `hidden` predicted tokens[k]; the state at a token is the one
        that predicted the next."""
        (group,) = self.settings["tokens"]["seg"]
        late = 1 if self.settings["hiddenState"] == "self" else 0
        rows = [i + late for i in seg_steps(tokens, group) if i + late < len(hidden)]
        picked = hidden[rows]
        return picked if len(group) == 1 else picked.reshape(-1, len(group), hidden.shape[-1])

    def _embed(self, ids):
        return self.bundle.run("embed_tokens", input_ids=np.array([ids], np.int64))["inputs_embeds"].astype(np.float32)

    def _cache(self):
        cache = self.settings["cache"]
        empty = np.zeros((1, cache["kvHeads"], 0, cache["headDim"]), np.float32)
        return {f"past_key_values.{i}.{kind}": empty for i in range(cache["layers"]) for kind in ("key", "value")}


def _past(given, cache):
    return {name: given[name.replace("past_key_values", "present")] for name in cache}


def compare(folder, model, photo, questions, limit=120):
    """The parity report of a bundle against its PyTorch model, as `parity.compare` writes it; also written to `parity.json`."""
    run = GraphRun(folder, model)
    rows = []
    for question in questions:
        wanted = answer(model, photo, question, limit)
        given = {driver: run.answer(photo, *wanted.prompt, driver, limit) for driver in ("loop", "step")}
        rows.append({"question": question, "referenceTokens": len(wanted.tokens)} | {name: agreement(wanted, one) for name, one in given.items()})
    with torch.no_grad():
        features = model.see(photo)["image_features"].numpy()
    error = np.abs(run.see(photo)[1] - features).max()
    report = {
        "bundle": run.settings["name"],
        "precision": run.settings["precision"],
        "reference": f"torch {torch.__version__}: the family's modules, float32",
        "encoders": {"image_features": {"maxAbsError": float(error), "maxAbsValue": float(np.abs(features).max())}},
        "asStored": rows,
    }
    Path(folder, REPORT).write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report
