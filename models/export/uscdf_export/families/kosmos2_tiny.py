"""Makes test/fixtures/bundles/kosmos2: a Kosmos-2 of true topology and 200 000 weights that has learned two photographs by heart.

    python -m uscdf_export.families.kosmos2_tiny ../../test/fixtures/bundles/kosmos2

The bundle comes with `reference.json` and `reference.right.json`: what `transformers`' own model, processor and SamModel make of
the two photographs. Same seeds, same bytes.
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import (
    ImageProcessingMixin,
    Kosmos2Config,
    Kosmos2ForConditionalGeneration,
    Kosmos2Processor,
    PreTrainedTokenizerFast,
)
from transformers.models.kosmos2.processing_kosmos2 import clean_text_and_extract_entities_with_bboxes

from ..manifest import write_bundle
from . import fixture_scene as scene
from .kosmos2 import LATENT_QUERIES, export_kosmos2, kosmos2_settings
from .sam import export_sam, sam_settings
from .sam_tiny import trained_tiny_sam

SIDE = 56
STEPS = 700
DESCRIBE = "<grounding> An image of"
REFER = "<grounding><phrase> {}</phrase>"


def main(folder, sam=None):
    folder = Path(folder)
    torch.set_num_threads(1)
    tokenizer = make_tokenizer()
    processor = Kosmos2Processor(_NoImages(), tokenizer)
    model = make_model(len(tokenizer))
    lessons = [lesson for name in scene.NAMES for lesson in lessons_of(name)]
    train(model, processor, lessons)
    sam = sam or trained_tiny_sam()
    write(folder, model, tokenizer, sam)
    for name, file in zip(scene.NAMES, ("reference.json", "reference.right.json")):
        cases = [refer(model, processor, sam, lesson) for lesson in lessons if lesson["photograph"] == name]
        content = {"image": f"{name}.png", "cases": cases}
        (folder / file).write_text(json.dumps(content, indent=1) + "\n")


class _NoImages(ImageProcessingMixin):
    """Kosmos2Processor asks for an image processor; pictures are prepared by `fixture_scene` and only text goes through it."""


def make_tokenizer():
    """A unigram tokenizer with the metaspace of XLM-R, as Kosmos-2's, of the words that are needed; letters stand for the rest."""
    words = "An image of a an red blue grey green square ball balls two on the floor and beside in front .".split()
    letters = [*"abcdefghijklmnopqrstuvwxyz.,'-"]
    pieces = [("▁" + word, -2.0) for word in words[:-1]] + [("▁", -6.0)] + [(letter, -8.0) for letter in letters]
    special = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    tokenizer = Tokenizer(models.Unigram([*special, *pieces], unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name, _ in special])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )
    # The tags and the 1024 patches are added by the processor, as for the published model.
    return fast


def make_model(vocabulary):
    torch.manual_seed(1)
    text = {"vocab_size": vocabulary, "embed_dim": 24, "layers": 2, "ffn_dim": 48, "attention_heads": 4}
    text |= {"max_position_embeddings": 256, "dropout": 0.0, "attention_dropout": 0.0, "layerdrop": 0.0}
    vision = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4}
    vision |= {"image_size": SIDE, "patch_size": 14}
    config = Kosmos2Config(text_config=text, vision_config=vision, latent_query_num=LATENT_QUERIES)
    config._attn_implementation = "eager"
    return Kosmos2ForConditionalGeneration(config)


def lessons_of(name):
    """What the model is to say to each question about one photograph."""
    left, right = ("square", "balls") if name == "left" else ("balls", "square")
    words = {"square": " a red square", "balls": " two blue balls"}
    objects = {thing: _object(scene.boxes(name)[thing]) for thing in words}
    caption = "".join(
        [
            f"<phrase>{words[left]}</phrase>{objects[left]} beside",
            f"<phrase>{words[right]}</phrase>{objects[right]} on the grey floor.",
        ]
    )
    # A question's article belongs to its template, so that a thing is asked for without it.
    asked = [
        {"photograph": name, "asked": REFER.format(thing), "prompt": thing, "answer": objects[short]}
        for short, thing in (("square", "red square"), ("balls", "blue balls"))
    ]
    return [{"photograph": name, "asked": DESCRIBE, "answer": caption}, *asked]


def _object(boxes):
    """Boxes (left, top, right, bottom as shares) as Kosmos-2 writes them."""
    pairs = []
    for left, top, right, bottom in boxes:
        first = int(top * 32) * 32 + int(left * 32)
        last = int(bottom * 32) * 32 + int(right * 32)
        pairs.append(f"<patch_index_{first:04d}><patch_index_{last:04d}>")
    return f"<object>{'</delimiter_of_multi_objects/>'.join(pairs)}</object>"


def prompt_of(processor, prompt):
    """`(input_ids, image_embeds_position_mask)` as Kosmos2Processor makes them of a prompt with a photograph."""
    text = processor.tokenizer.bos_token + processor.preprocess_examples(prompt, images=object())
    ids = processor.tokenizer(text, add_special_tokens=False)["input_ids"]
    first = processor.tokenizer.unk_token_id + 1
    ids[2 : 2 + LATENT_QUERIES] = range(first, first + LATENT_QUERIES)
    mask = [0, 0, *[1] * LATENT_QUERIES, *[0] * (len(ids) - LATENT_QUERIES - 2)]
    return torch.tensor([ids]), torch.tensor([mask])


def train(model, processor, lessons):
    """Teaches the lessons until the model says each of them of its own accord."""
    optimiser = torch.optim.AdamW(model.parameters(), lr=4e-3, weight_decay=0)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, total_steps=STEPS)
    ready = []
    for lesson in lessons:
        ids, mask = prompt_of(processor, lesson["asked"])
        answer = processor.tokenizer(lesson["answer"] + "</s>", add_special_tokens=False)["input_ids"]
        whole = torch.cat([ids, torch.tensor([answer])], dim=1)
        places = torch.nn.functional.pad(mask, (0, len(answer)))
        ready.append((scene.clip_pixels(lesson["photograph"], SIDE), whole, places, len(answer)))
    model.train()
    for _ in range(STEPS):
        optimiser.zero_grad()
        for pixels, ids, mask, length in ready:
            logits = model(pixel_values=pixels, input_ids=ids, image_embeds_position_mask=mask).logits
            loss = torch.nn.functional.cross_entropy(logits[0, -length - 1 : -1], ids[0, -length:])
            loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        rate.step()
    model.eval()


def write(folder, model, tokenizer, sam):
    """Graphs, tokenizer, manifest, licence and card of the bundle."""
    graphs = {**export_kosmos2(model, folder), **export_sam(sam, folder, "pixel_encoder")}
    (folder / "tokenizer.json").write_text(tokenizer.backend_tokenizer.to_str(pretty=False))
    scene.save_photographs(folder)
    pixels, mask = sam_settings(sam)
    settings = {
        "driver": "generator",
        "name": "kosmos2-tiny",
        "version": "1.0.0",
        "title": "Kosmos-2, tiny",
        "description": "Kosmos-2's topology with few weights, for tests: it has learned two pictures by heart and knows nothing else.",
        **scene.LEGAL,
        "devices": ["cpu"],
        "family": "kosmos2",
        "precision": "fp32",
        "tokenizer": Path("tokenizer.json"),
        "tokens": {"bos": tokenizer.bos_token_id, "eos": [tokenizer.eos_token_id], "seg": []},
        "generation": {"maxNewTokens": 64, "maxLength": 256},
        **kosmos2_settings(model),
        "pixels": {"preprocess": pixels},
        "mask": {**mask, "space": "pixels"},
    }
    scene.write_legal(folder, settings["description"], "uscdf_export.families.kosmos2_tiny")
    write_bundle(folder, settings, graphs)


def refer(model, processor, sam, lesson):
    """What the reference implementations say to one question: tokens, text, phrases with boxes, masks."""
    ids, mask = prompt_of(processor, lesson["asked"])
    written = model.generate(
        pixel_values=scene.clip_pixels(lesson["photograph"], SIDE),
        input_ids=ids,
        attention_mask=torch.ones_like(ids),
        image_embeds_position_mask=mask,
        max_new_tokens=64,
        do_sample=False,
    )[0, ids.shape[1] :].tolist()
    raw = processor.tokenizer.decode(written, skip_special_tokens=True, clean_up_tokenization_spaces=False)
    if raw != lesson["answer"]:
        raise SystemExit(f"Not learned yet: {lesson['answer']!r} became {raw!r}. Raise STEPS.")
    text, entities = clean_text_and_extract_entities_with_bboxes(lesson["asked"] + raw)
    described = "prompt" not in lesson
    return {
        "task": "gcg" if described else "referring",
        **({} if described else {"prompt": lesson["prompt"]}),
        "asked": lesson["asked"],
        # The runtime puts the image's vectors where these ids are.
        "promptIds": [*ids[0, :2].tolist(), *ids[0, 2 + LATENT_QUERIES :].tolist()],
        "imageAt": 2,
        "generatedIds": written,
        "text": text,
        "uscdf": _grounded(text, entities) if described else f"Sure, it is {_grounded(text, entities)}.",
        "phrases": [phrase for phrase, _, _ in entities],
        "negatives": [],
        "masks": [scene.sam_mask(sam, lesson["photograph"], boxes) for _, _, boxes in entities],
    }


def _grounded(text, entities):
    """The caption with each entity's words as a phrase."""
    for _, (start, end), _ in reversed(entities):
        text = f"{text[:start]}<p> {text[start:end]} </p> [SEG]{text[end:]}"
    return text


if __name__ == "__main__":
    main(sys.argv[1])
