"""Answers of the PyTorch modules: what an exported bundle has to say as well, token by token and pixel by pixel."""

from dataclasses import dataclass

import numpy as np
import torch

from .pictures import to_photograph, to_tensor


@dataclass
class Answer:
    """tokens: what was generated, the end token included. hidden: float32 [len(tokens), H], row k the state that predicted
    tokens[k]. masks: bool [n, H, W], one a `[SEG]`. scores: float32 [n]. prompt: the ids before and after the image."""

    prompt: tuple
    tokens: list
    hidden: np.ndarray
    masks: np.ndarray
    scores: np.ndarray

    def states(self, seg):
        """The states that masks were made of: those that predicted the token `seg`."""
        return self.hidden[[i for i, token in enumerate(self.tokens) if token == seg]]


def prompt_ids(tokenizer, settings, question):
    """Ids before and after the image for a first question. tokenizer: of `tokenizers`; settings: the bundle's manifest."""
    before, after = settings["prompt"]["first"].split("{image}")
    encode = lambda text: tokenizer.encode(text.replace("{question}", question), add_special_tokens=False).ids
    start = [settings["tokens"]["bos"]] if settings["prompt"]["addBos"] else []
    return start + encode(before), encode(after)


def answer(llava, language, tokenizer, settings, photo, question, most=None):
    """Greedy decoding by `transformers`' own model with its own cache, then SAM's decoder on the states that predicted [SEG].

    language: `llava.language()`. photo: PIL. most: new tokens at most; without it the manifest's number.
    """
    before, after = prompt_ids(tokenizer, settings, question)
    (seg,), = settings["tokens"]["seg"]
    with torch.no_grad():
        features = llava.vision(to_tensor(photo, settings["image"]["preprocess"]))
        table = language.get_input_embeddings()
        embeds = torch.cat([table(torch.tensor([before])), features, table(torch.tensor([after]))], 1)
        tokens, states, cache = [], [], None
        while len(tokens) < (most or settings["generation"]["maxNewTokens"]):
            result = language(inputs_embeds=embeds, past_key_values=cache, use_cache=True, output_hidden_states=True, logits_to_keep=1)
            cache = result.past_key_values
            states.append(result.hidden_states[-1][0, -1])
            tokens.append(int(result.logits[0, -1].argmax()))
            if tokens[-1] in settings["tokens"]["eos"]:
                break
            embeds = table(torch.tensor([tokens[-1:]]))
        hidden = torch.stack(states)
        wanted = hidden[[i for i, token in enumerate(tokens) if token == seg]]
        masks, scores = _draw(llava, settings, photo, wanted)
    return Answer((before, after), tokens, hidden.numpy(), masks, scores)


def _draw(llava, settings, photo, states):
    if len(states) == 0:
        return np.zeros((0, photo.height, photo.width), bool), np.zeros(0, np.float32)
    preprocess = settings["pixels"]["preprocess"]
    logits, scores = llava.masks(states, llava.pixels(to_tensor(photo, preprocess)))
    return to_photograph(logits, photo.size, settings["mask"], preprocess), scores[:, 0].numpy()
