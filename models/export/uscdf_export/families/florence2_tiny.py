"""Makes test/fixtures/bundles/florence2: a Florence-2 of true topology and few weights that has learned two photographs by heart,
with the tiny SAM beside it.

    python -m uscdf_export.families.florence2_tiny ../../test/fixtures/bundles/florence2

`reference.json` holds what `transformers`' own model and post-processor, and SamModel, make of both photographs.
"""

import json
import sys
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import BartConfig, Florence2Config, Florence2ForConditionalGeneration, PreTrainedTokenizerFast
from transformers.models.florence2.processing_florence2 import Florence2PostProcessor

from ..manifest import write_bundle
from . import fixture_scene as scene
from .florence2 import TASKS, export_florence2, florence2_settings
from .sam import export_sam, sam_settings
from .sam_tiny import trained_tiny_sam

SIDE = 96
STEPS = 500
MAX_NEW_TOKENS = 64
# Florence-2's own generation_config.json, but for its three beams: the runtime is greedy.
GENERATION = {"no_repeat_ngram_size": 3, "forced_bos_token_id": 0, "num_beams": 1, "do_sample": False}


def main(folder, sam=None):
    folder = Path(folder)
    torch.set_num_threads(1)
    tokenizer = make_tokenizer()
    model = make_model(len(tokenizer))
    lessons = [lesson for name in scene.NAMES for lesson in lessons_of(name)]
    train(model, tokenizer, lessons)
    sam = sam or trained_tiny_sam()
    write(folder, model, tokenizer, sam)
    reference = [refer(model, tokenizer, sam, lesson) for lesson in lessons]
    (folder / "reference.json").write_text(json.dumps(reference, indent=1) + "\n")


def make_tokenizer():
    """A byte-level tokenizer as BART's, with merges for the words that are needed, and Florence-2's thousand places."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    vocabulary = {name: i for i, name in enumerate([*special, *alphabet])}
    merges = []
    sentences = [template.format(caption="", phrase="") for template in TASKS.values()]
    for word in sorted({word for sentence in [*sentences, *_CAPTIONS] for word in sentence.replace(":", " ").split()}):
        made = "Ġ"
        for letter in word.strip(".,?"):
            if made + letter not in vocabulary:
                merges.append((made, letter))
                vocabulary[made + letter] = len(vocabulary)
            made += letter
    tokenizer = Tokenizer(models.BPE(vocabulary, merges, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True) for name in special])
    tags = ["<od>", "</od>", "<poly>", "</poly>", "<sep>", "<image>", *(f"<loc_{i}>" for i in range(1000))]
    tokenizer.add_tokens([AddedToken(name, normalized=False) for name in tags])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


_CAPTIONS = [
    "A red square beside two blue balls on the grey floor.",
    "Two blue balls beside a red square on the grey floor.",
    "a square ball a blue ball",
]


def make_model(vocabulary):
    torch.manual_seed(2)
    text = BartConfig(
        vocab_size=vocabulary,
        d_model=24,
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=48,
        decoder_ffn_dim=48,
        max_position_embeddings=160,
        dropout=0.0,
        decoder_start_token_id=2,
    )
    vision = {"depths": (1, 1, 1, 1), "embed_dim": (8, 16, 16, 24), "num_heads": (1, 2, 2, 3), "num_groups": (1, 2, 2, 3)}
    vision |= {"window_size": 4, "projection_dim": 24, "drop_path_rate": 0.0, "max_position_embeddings": 8}
    vision |= {"max_temporal_embeddings": 4}
    config = Florence2Config(text_config=text.to_dict(), vision_config=vision, image_token_id=4)
    config._attn_implementation = "eager"
    model = Florence2ForConditionalGeneration(config)
    model.config.vision_config.image_size = SIDE
    return model


def lessons_of(name):
    """What the model is to say to each task about one photograph."""
    boxes = scene.boxes(name)
    square, balls = _places(boxes["square"]), _places(boxes["balls"])
    caption = _CAPTIONS[0] if name == "left" else _CAPTIONS[1]
    phrases = [("red square", square), ("two blue balls", balls)]
    grounded = "".join(words + places for words, places in (phrases if name == "left" else phrases[::-1]))
    # No three tokens may come twice, so that the two balls have two names.
    named = zip(("red square", "blue ball", "other ball"), (*boxes["square"], *boxes["balls"]))
    regions = [f"{words}{_places([box])}" for words, box in named]
    lessons = [
        ("caption", TASKS["caption"], caption),
        ("ground", TASKS["ground"].format(caption=caption), grounded),
        ("segment", TASKS["segment"].format(phrase="the red square"), _outline(boxes["square"])),
        ("segment", TASKS["segment"].format(phrase="the blue balls"), _outline(boxes["balls"])),
        ("detect", TASKS["detect"], f"square{square}ball{balls}"),
        ("regions", TASKS["regions"], "".join(regions)),
    ]
    return [{"photograph": name, "task": task, "prompt": prompt, "answer": answer} for task, prompt, answer in lessons]


def _bins(*shares):
    return "".join(f"<loc_{min(999, int(share * 1000))}>" for share in shares)


def _places(boxes):
    return "".join(_bins(*box) for box in boxes)


def _outline(boxes):
    """The corners of each box, one outline a box, as polygons are written."""
    return "<sep>".join(_bins(l, t, r, t, r, b, l, b) for l, t, r, b in boxes)


def inputs_of(tokenizer, model, prompt):
    """Ids as Florence2Processor lays them out: the image's places, then `<s>`, the sentence, `</s>`."""
    words = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    image = [model.config.image_token_id] * image_tokens(model)
    return torch.tensor([[*image, tokenizer.bos_token_id, *words, tokenizer.eos_token_id]])


def image_tokens(model):
    """Places of the image: one a patch, and their mean."""
    patches = SIDE // 32
    return patches * patches + 1


def train(model, tokenizer, lessons):
    optimiser = torch.optim.AdamW(model.parameters(), lr=6e-3, weight_decay=0)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, 6e-3, total_steps=STEPS)
    ready = {name: [] for name in scene.NAMES}
    for lesson in lessons:
        answer = [tokenizer.bos_token_id, *tokenizer(lesson["answer"], add_special_tokens=False)["input_ids"]]
        labels = torch.tensor([[*answer, tokenizer.eos_token_id]])
        words = inputs_of(tokenizer, model, lesson["prompt"])[:, image_tokens(model) :]
        ready[lesson["photograph"]].append((words, labels))
    pictures = {name: scene.stretched_pixels(name, SIDE) for name in scene.NAMES}
    model.train()
    for _ in range(STEPS):
        optimiser.zero_grad()
        for name, pixels in pictures.items():
            # The photograph comes first in every prompt: it is encoded once for all of its lessons.
            image = model.get_image_features(pixels).pooler_output
            losses = []
            for words, labels in ready[name]:
                given = torch.cat([image, model.get_input_embeddings()(words)], dim=1)
                mask = torch.ones(given.shape[:2], dtype=torch.int64)
                logits = model(inputs_embeds=given, attention_mask=mask, labels=labels).logits
                losses.append(torch.nn.functional.cross_entropy(logits[0], labels[0]))
            sum(losses).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        rate.step()
    model.eval()


def write(folder, model, tokenizer, sam):
    graphs = {**export_florence2(model, folder), **export_sam(sam, folder, "sam_vision_encoder")}
    (folder / "tokenizer.json").write_text(tokenizer.backend_tokenizer.to_str(pretty=False))
    scene.save_photographs(folder)
    pixels, mask = sam_settings(sam)
    settings = {
        "driver": "florence",
        "name": "florence2-tiny",
        "version": "1.0.0",
        "title": "Florence-2 and SAM, tiny",
        "description": "Florence-2's topology with few weights, for tests: it has learned two pictures by heart and knows nothing else.",
        **scene.LEGAL,
        "devices": ["cpu"],
        "family": "florence2",
        "precision": "fp32",
        "tokenizer": Path("tokenizer.json"),
        "tokens": {
            "bos": tokenizer.bos_token_id,
            "eos": [tokenizer.eos_token_id],
            "decoderStart": model.config.text_config.decoder_start_token_id,
            "first": tokenizer.bos_token_id,
        },
        "generation": {"maxNewTokens": MAX_NEW_TOKENS, "maxLength": 160, "noRepeatNgram": 3},
        **florence2_settings(model, image_tokens(model)),
        "pixels": {"preprocess": pixels},
        "mask": {**mask, "space": "pixels"},
    }
    scene.write_legal(folder, settings["description"], "uscdf_export.families.florence2_tiny")
    write_bundle(folder, settings, graphs)


# How the answers to each task are read, and the post-processor's key for it.
_READ = {"ground": "phrase_grounding", "segment": "polygons", "detect": "description_with_bboxes", "regions": "description_with_bboxes"}


def refer(model, tokenizer, sam, lesson):
    """What the reference implementations say to one task: tokens, text, boxes or polygons with labels, masks of the boxes."""
    ids = inputs_of(tokenizer, model, lesson["prompt"])
    written = model.generate(
        input_ids=ids,
        pixel_values=scene.stretched_pixels(lesson["photograph"], SIDE),
        attention_mask=torch.ones_like(ids),
        max_new_tokens=MAX_NEW_TOKENS,
        **GENERATION,
    )[0].tolist()
    raw = tokenizer.decode(written, skip_special_tokens=False, clean_up_tokenization_spaces=False)
    said = raw.replace("<s>", "").replace("</s>", "").replace("<pad>", "")
    if said != lesson["answer"]:
        raise SystemExit(f"Not learned yet: {lesson['answer']!r} became {said!r}. Raise STEPS.")
    found = {**lesson, "tokens": written}
    if lesson["task"] in _READ:
        key = _READ[lesson["task"]]
        reader = Florence2PostProcessor({key: {}}, tokenizer)
        found["read"] = reader(text=raw, image_size=scene.SIZE, parse_tasks=key)[key]
    if lesson["task"] == "ground":
        width, height = scene.SIZE
        for phrase in found["read"]:
            shares = [(l / width, t / height, r / width, b / height) for l, t, r, b in phrase["bbox"]]
            phrase["mask"] = scene.sam_mask(sam, lesson["photograph"], shares)
    return found


if __name__ == "__main__":
    main(sys.argv[1])
