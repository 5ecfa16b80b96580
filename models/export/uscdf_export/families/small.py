"""Small models of a family, overfitted to a few answers about one drawn photograph.

Tests need bundles whose graphs are a family's own but whose files are small, and a random model says nothing that could be
tested. So a small model is trained for some seconds until it says given answers and draws given shapes; what PyTorch then makes
of the photograph is written down as the reference. Everything is seeded and runs on one thread: the same files come out again.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import numpy as np
import onnx
import torch
from PIL import Image, ImageDraw
from pycocotools import mask as coco
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from torch.nn import functional as F

from ..manifest import to_text
from ..onnx_export import save_model
from .grounded import generate

PHOTO = "photo.png"
CIRCLE, SQUARE = (14, 10, 42, 38), (52, 34, 84, 62)

LICENCE = """These files are made by a script of this project (models/export) from random numbers and a drawn picture.
No one claims rights in them: CC0-1.0, https://creativecommons.org/publicdomain/zero/1.0/
"""
CARD = """# {family}, small

A model for tests only: the graphs, tokens, prompt and preprocessing of {family}, with sides of a few dozen, trained for some
seconds to say a few sentences about `photo.png`. It knows nothing else. Made by `python -m {script} FOLDER`.
"""


@dataclass
class Example:
    """What the model is asked and what it is to answer.

    task, prompt: of the draft. question: as it goes into the model's prompt. answer: with the family's own tags and tokens.
    uscdf: what the runtime is to make of it; the answer itself where it is None. shapes: of the masks, in order: `circle` or
    `square`. phrases, negatives: of `uscdf`. notes: for who reviews the draft. also: other wordings of the question, which
    are taught too.
    """

    task: str
    prompt: str | None
    question: str
    answer: str
    shapes: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    negatives: list[str] = field(default_factory=list)
    uscdf: str | None = None
    notes: list[str] = field(default_factory=list)
    also: list[str] = field(default_factory=list)


def draw_photo(size=(96, 72)):
    """A red circle and a blue square on grass: RGB, `size` is (width, height)."""
    width, height = size
    rows = np.linspace(150, 90, height)[:, None] + 12 * np.sin(np.arange(width) / 7)[None]
    picture = Image.fromarray(np.stack([rows * 0.5, rows, rows * 0.4], axis=-1).round().astype(np.uint8), "RGB")
    pen = ImageDraw.Draw(picture)
    pen.ellipse(CIRCLE, fill=(214, 40, 32))
    pen.rectangle(SQUARE, fill=(36, 60, 200))
    return picture


def draw_shapes(size=(96, 72)):
    """Boolean masks [height, width] of what `draw_photo` draws, by name."""
    shapes = {}
    for name, kind, box in (("circle", "ellipse", CIRCLE), ("square", "rectangle", SQUARE)):
        layer = Image.new("L", size, 0)
        getattr(ImageDraw.Draw(layer), kind)(box, fill=255)
        shapes[name] = np.asarray(layer) > 127
    return shapes


def sentencepiece_tokenizer(texts, added, greedy, size=420):
    """A tokenizer of LLaMA's kind (`▁` for spaces, bytes for what is unknown, `<s>` first) that knows the words of `texts`.

    greedy: added tokens swallow the spaces beside them, as those of the slow tokenizers do.
    """
    special = ["<unk>", "<s>", "</s>", *[f"<0x{byte:02X}>" for byte in range(256)]]
    model = models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    # Training alone splits into words; the tokenizer itself must not, as SentencePiece does not.
    tokenizer.pre_tokenizer = pre_tokenizers.Split("▁", "merged_with_next")
    tokenizer.train_from_iterator(texts, trainers.BpeTrainer(vocab_size=size, special_tokens=special, show_progress=False))
    state = json.loads(tokenizer.to_str())
    state["pre_tokenizer"] = None
    state["added_tokens"] = [token for token in state["added_tokens"] if token["id"] < 3]
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False, lstrip=greedy, rstrip=greedy) for token in added])
    return tokenizer


def byte_level_tokenizer(texts, added, size=400):
    """A tokenizer of Qwen2's kind (byte-level BPE, nothing put first) that knows the words of `texts`."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=sorted(alphabet), show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in added])
    return tokenizer


def overfit(model, photo, examples, steps, rate=4e-3, seed=0):
    """Trains until the model says the answers and draws the shapes; prints the loss. Raises RuntimeError where it does not."""
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    shapes = {name: torch.from_numpy(shape).float() for name, shape in draw_shapes(photo.size).items()}
    model.train()
    for step in range(steps):
        seen = model.see(photo)
        loss = torch.zeros(())
        for example, question in ((example, question) for example in examples for question in (example.question, *example.also)):
            ids = model.prompting.answer(question, example.answer) + [model.eos[0]]
            logits, states, start = model.read(seen, question, ids)
            loss = loss + F.cross_entropy(logits[start - 1 : -1], torch.tensor(ids))
            if example.shapes:
                segs = model.seg_states(states, start, ids)
                drawn = model.to_photo(model.draw(segs, seen), photo.size)
                wanted = torch.stack([shapes[name] for name in example.shapes])
                loss = loss + _told_apart(segs, example.shapes)
                loss = loss + 2 * F.binary_cross_entropy_with_logits(drawn, wanted) + _dice(drawn, wanted) + model.extra_loss(segs, seen)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0 or step == steps - 1:
            print(f"step {step}: loss {loss.item():.4f}", flush=True)
    model.eval()


@torch.no_grad()
def round_weights(model):
    """Rounds all weights to what half floats can hold, so that `shrink_graphs` loses nothing."""
    for weight in model.parameters():
        weight.copy_(weight.half().float())


def shrink_graphs(folder, files):
    """Stores the weights of graphs as half floats where that loses nothing; they are made float32 again inside the graph."""
    for name in files.values():
        graph = onnx.load(Path(folder, name))
        casts = [cast for tensor in graph.graph.initializer if (cast := _halved(tensor)) is not None]
        nodes = [*casts, *graph.graph.node]
        del graph.graph.node[:]
        graph.graph.node.extend(nodes)
        save_model(graph, Path(folder, name))


def _halved(tensor):
    """Turns a float32 tensor, in place, into half floats under another name; returns the node that gives the old one."""
    if tensor.data_type != onnx.TensorProto.FLOAT or len(tensor.raw_data) < 512:
        return None
    exact = onnx.numpy_helper.to_array(tensor)
    with np.errstate(over="ignore"):
        half = exact.astype(np.float16)
    if not np.array_equal(half.astype(np.float32), exact):
        return None
    name = tensor.name
    tensor.CopyFrom(onnx.numpy_helper.from_array(half, f"{name}.half"))
    return onnx.helper.make_node("Cast", [tensor.name], [name], name=f"{name}.cast", to=onnx.TensorProto.FLOAT)


def _told_apart(states, names):
    """States of different shapes are to differ along one direction; left alone, training ends in both shapes for every state."""
    direction = torch.linspace(-1, 1, states.shape[-1]).cos()
    along = states.reshape(len(names), -1, states.shape[-1]).mean(dim=1) @ direction / states.shape[-1] ** 0.5
    return F.mse_loss(along, torch.tensor([2.0 if name == "circle" else -2.0 for name in names]))


def _dice(drawn, wanted):
    share = drawn.sigmoid()
    return (1 - (2 * (share * wanted).sum((1, 2)) + 1) / (share.sum((1, 2)) + wanted.sum((1, 2)) + 1)).mean()


@torch.no_grad()
def write_reference(model, photo, examples, folder, script):
    """Writes `reference.json`: prompt, tokens, text, states and masks of each example, all by PyTorch; and the photograph.

    The keys are those of the other families' references. Raises RuntimeError where the model does not say what it was trained
    to say, or draws badly.
    """
    seen, records = model.see(photo), []
    shapes = draw_shapes(photo.size)
    for example in examples:
        ids, states, start = generate(model, seen, example.question)
        spoken = [i for i in ids if i not in model.eos]
        wanted = model.prompting.answer(example.question, example.answer)
        if spoken != wanted:
            raise RuntimeError(f"Trained too little: {model.prompting.tokenizer.decode(spoken, skip_special_tokens=False)!r}")
        segs = model.seg_states(states, start, ids)
        masks = []
        if example.shapes:
            drawn = model.to_photo(model.draw(segs, seen), photo.size) > model.threshold
            masks = [_run_lengths(mask.numpy()) for mask in drawn]
            for mask, name in zip(drawn.numpy(), example.shapes):
                overlap = (mask & shapes[name]).sum() / (mask | shapes[name]).sum()
                if overlap < 0.6:
                    raise RuntimeError(f"The {name} of {example.answer!r} overlaps its shape by {overlap:.2f} only: train longer.")
        before, after = model.prompting.pieces(example.question)
        records.append(
            {
                "task": example.task,
                **({} if example.prompt is None else {"prompt": example.prompt}),
                "asked": example.question,
                "promptIds": before + after,
                "imageAt": len(before),
                "imageTokens": seen["image_features"].shape[1],
                "generatedIds": ids,
                "raw": model.prompting.tokenizer.decode(spoken, skip_special_tokens=False),
                "text": example.uscdf or example.answer,
                "phrases": example.phrases,
                "negatives": example.negatives,
                **({"notes": example.notes} if example.notes else {}),
                "segHiddenStates": [[round(float(value), 5) for value in row] for row in segs.reshape(-1, states.shape[-1])],
                "masks": masks,
            }
        )
    photo.save(Path(folder, PHOTO))
    made_by = f"{script} with torch {torch.__version__}"
    content = to_text({"image": PHOTO, "madeBy": made_by, "cases": records})
    Path(folder, "reference.json").write_text(content, encoding="utf-8")


def _run_lengths(mask):
    encoded = coco.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": [int(side) for side in encoded["size"]], "counts": encoded["counts"].decode()}


def write_papers(folder, family, script):
    """Licence and model card of a small bundle that a script of this package makes."""
    (Path(folder) / "LICENSE").write_text(LICENCE, encoding="utf-8")
    (Path(folder) / "README.md").write_text(CARD.format(family=family, script=script), encoding="utf-8")
