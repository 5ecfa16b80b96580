"""Teaches a small checkpoint its few answers by heart, so that a test model speaks and points instead of stammering."""

import numpy as np
import torch
from torch.nn import functional

from ..answer import prompt_ids
from ..pictures import longest_size, to_tensor
from ..sam_weights import original_state
from .scene import drawn

IGNORED = -100


def overfit(llava, tokenizer, settings, photo, cases, steps=400, rate=3e-3, seed=0, say=None):
    """Trains projector, language model, prompt projection and mask decoder; CLIP and SAM's image encoder stay as they are.

    Returns the language model. The objective is the paper's: cross-entropy + 2 · BCE + 0.5 · Dice.
    """
    torch.manual_seed(seed)
    language = llava.language()
    batch = _Batch(llava, tokenizer, settings, photo, cases)
    learned = [*language.parameters(), *llava.vision.projector.parameters(), *llava.masks.parameters()]
    for parameter in learned:
        parameter.requires_grad_(True)
    pointing = [*llava.masks.parameters()]
    groups = [{"params": [p for p in learned if all(p is not q for q in pointing)]}, {"params": pointing}]
    optimizer = torch.optim.AdamW(groups, lr=rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [rate, rate / 2], total_steps=steps, pct_start=0.1)
    language.train(), llava.masks.train()
    for step in range(steps):
        loss = batch.loss(language, llava)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        schedule.step()
        if say and step % 50 == 49:
            say(f"step {step + 1}: loss {loss.item():.4f}")
    for parameter in learned:
        parameter.requires_grad_(False)
    language.eval(), llava.masks.eval(), llava.vision.eval()
    return language


def official_state(llava, language):
    """All weights of a checkpoint by their official names, as they are now."""
    state = {name: value for name, value in language.state_dict().items()}
    state |= {llava.family.sam + name: value for name, value in original_state(llava.sam).items()}
    state |= {f"model.text_hidden_fcs.0.{name}": value for name, value in llava.masks.projection.state_dict().items()}
    return state | {f"model.mm_projector.{name}": value for name, value in llava.vision.projector.state_dict().items()}


class _Batch:
    """All cases at once: ids padded to the longest, the image's place left open, and the masks that each [SEG] is to draw."""

    def __init__(self, llava, tokenizer, settings, photo, cases):
        preprocess = settings["pixels"]["preprocess"]
        with torch.no_grad():
            clip = llava.clip(to_tensor(photo, settings["image"]["preprocess"]), output_hidden_states=True)
            self.patches = clip.hidden_states[llava.vision.layer][:, 1:]
            self.pixels = llava.pixels(to_tensor(photo, preprocess))
        (seg,), = settings["tokens"]["seg"]
        rows, targets = [], []
        for case in cases:
            for asked in case.asked:
                question = fill(settings["tasks"][case.key], asked)
                before, after = prompt_ids(tokenizer, settings, question)
                said = tokenizer.encode(case.answer, add_special_tokens=False).ids + settings["tokens"]["eos"][:1]
                rows.append((before, after + said, len(said)))
                targets += [_low_resolution(name, photo.size, settings) for name in case.things]
        self.targets = torch.from_numpy(np.stack(targets)).float()
        self._pad(rows, self.patches.shape[1], seg)

    def _pad(self, rows, image, seg):
        self.before = torch.tensor([row[0] for row in rows])
        longest = max(len(row[1]) for row in rows)
        self.after = torch.zeros(len(rows), longest, dtype=torch.long)
        self.labels = torch.full((len(rows), self.before.shape[1] + image + longest), IGNORED)
        for i, (before, after, said) in enumerate(rows):
            self.after[i, : len(after)] = torch.tensor(after)
            end = len(before) + image + len(after)
            self.labels[i, end - said : end] = torch.tensor(after[-said:])
        # The state one place before a token is the one that predicts it.
        self.pointing = (self.labels[:, 1:] == seg).nonzero(as_tuple=True)

    def loss(self, language, llava):
        table = language.get_input_embeddings()
        image = llava.vision.projector(self.patches).expand(len(self.before), -1, -1)
        embeds = torch.cat([table(self.before), image, table(self.after)], 1)
        result = language(inputs_embeds=embeds, output_hidden_states=True)
        words = functional.cross_entropy(result.logits[:, :-1].flatten(0, 1), self.labels[:, 1:].flatten(), ignore_index=IGNORED)
        states = result.hidden_states[-1][self.pointing]
        masks, scores = llava.masks(states, self.pixels)
        shares = masks[:, 0].sigmoid()
        edges = functional.binary_cross_entropy_with_logits(masks[:, 0], self.targets)
        common = (shares * self.targets).sum((1, 2))
        dice = 1 - ((2 * common + 1) / (shares.sum((1, 2)) + self.targets.sum((1, 2)) + 1)).mean()
        # SAM's own head is taught how good a mask is, as SAM's training does.
        quality = common / (shares + self.targets - shares * self.targets).sum((1, 2))
        return words + 2 * edges + 0.5 * dice + functional.mse_loss(scores[:, 0], quality.detach())


def fill(template, asked):
    """A task's question with its placeholder filled."""
    for place in ("{referents}", "{phrase}", "{question}"):
        template = template.replace(place, asked)
    return template


def _low_resolution(name, photo_size, settings):
    """A thing's mask in the decoder's square: the photograph in its upper left, nothing in the padding."""
    side = settings["mask"]["size"][0]
    width, height = longest_size(photo_size, side)
    square = np.zeros((side, side), bool)
    square[:height, :width] = drawn(name, width, height)
    return square
