"""BERT as a measure of how alike two phrases are: a bundle of the driver `embedder` for `uscdf evaluate --similarity`.

    python -m uscdf_export.families.bert CHECKPOINT -o FOLDER        a Hugging Face folder, such as bert-base-uncased
    python -m uscdf_export.families.bert --tiny -o test/fixtures/bundles/bert-similarity

The paper's mask recall takes the mean of bert-base-uncased's last hidden states over all tokens, [CLS] and [SEP] included,
and the cosine of two such vectors. `--tiny` makes the bundle of the repository's tests again, byte for byte: random weights, a
small WordPiece vocabulary, and reference.json with the cosines that torch computes one phrase at a time.
"""

import argparse
import shutil
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel

from ..manifest import to_text, write_bundle
from ..onnx_export import export_module

MOST_TOKENS = 512
TENSORS = ("input_ids", "attention_mask", "token_type_ids")

PHRASES = [
    "a dog",
    "the dog",
    "a brown dog on the grass",
    "grass",
    "two dogs, and a man",
    "A Café's table",
    "tables",
    "unutterable",
    "a man riding a wave on top of a surfboard in the water near the beach of the sea",
    # Longer than the tiny model takes.
    " ".join(["the dog on a table"] * 20),
]
WORDS = """a the dog dogs brown on of in and two man table tables grass cafe top water near beach sea riding wave
    surf ##board ##s un ##utter ##able , ' s . - ! ?""".split()


class _States(torch.nn.Module):
    """[texts, tokens] ids, mask and kinds → the last hidden states [texts, tokens, hidden]."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state


def export_bert(model, tokenizer_json, out, about):
    """Writes a bundle. model: a BertModel; tokenizer_json: text of a fast tokenizer; about: name, version, licence and texts."""
    folder = Path(out)
    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    ids = torch.ones(2, 5, dtype=torch.int64)
    sizes = {0: "texts", 1: "tokens"}
    export_module(
        _States(model),
        dict(zip(TENSORS, (ids, torch.ones_like(ids), torch.zeros_like(ids)))),
        ["last_hidden_state"],
        folder / "onnx" / "model.onnx",
        {name: sizes for name in TENSORS},
    )
    (folder / "tokenizer.json").write_text(tokenizer_json, encoding="utf-8")
    (folder / "LICENSE").write_text(about["licence_text"], encoding="utf-8")
    (folder / "MODEL_CARD.md").write_text(about["card"], encoding="utf-8")
    settings = {
        "driver": "embedder",
        **{key: about[key] for key in ("name", "version", "title", "description")},
        "licence": {"expression": about["licence"], "files": ["LICENSE"]},
        "modelCard": "MODEL_CARD.md",
        "devices": ["cpu"],
        "tokenizer": Path("tokenizer.json"),
        "pooling": "mean",
        "maxLength": min(MOST_TOKENS, model.config.max_position_embeddings),
    }
    return write_bundle(folder, settings, {"model": "onnx/model.onnx"})


def likeness(model, tokenizer, one, other):
    """The cosine of two phrases as the paper's script computes it: each phrase by itself, the mean over all of its tokens."""
    with torch.no_grad():
        first, second = (_vector(model, tokenizer, text) for text in (one, other))
    return float(torch.nn.functional.cosine_similarity(first, second, dim=0))


def _vector(model, tokenizer, text):
    ids = torch.tensor([_cut(tokenizer.encode(text).ids, model.config.max_position_embeddings)])
    return model(input_ids=ids).last_hidden_state[0].mean(0)


def _cut(ids, most):
    """As transformers truncates: the words' end is lost, and not [SEP]."""
    return ids if len(ids) <= most else ids[: most - 1] + ids[-1:]


def tiny_tokenizer():
    """BERT's own way of cutting words, with a small vocabulary."""
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocabulary = {word: i for i, word in enumerate(special + WORDS)}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    ends = [("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])]
    tokenizer.post_processor = processors.BertProcessing(*ends)
    tokenizer.add_special_tokens(special)
    return tokenizer


def tiny_bert(tokenizer, seed=0):
    """Two layers of random weights, wide enough that cosines differ."""
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        initializer_range=0.6,
        attn_implementation="eager",
    )
    return BertModel(config, add_pooling_layer=False).eval()


def make_tiny(out):
    """Writes the test bundle with its reference; returns the folder."""
    torch.set_num_threads(1)
    folder = Path(out)
    shutil.rmtree(folder, ignore_errors=True)
    tokenizer = tiny_tokenizer()
    model = tiny_bert(tokenizer)
    about = {
        "name": "bert-similarity-test",
        "version": "1.0.0",
        "title": "A tiny BERT for tests",
        "description": "Random weights; its cosines mean nothing.",
        "licence": "MIT",
        "licence_text": "Made by this project's own script from random numbers. MIT, as the project.\n",
        "card": "# A tiny BERT for tests\n\nRandom weights, made by models/export/uscdf_export/families/bert.py.\n",
    }
    export_bert(model, tokenizer.to_str(pretty=True) + "\n", folder, about)
    pairs = [[one, other, likeness(model, tokenizer, one, other)] for one in PHRASES for other in PHRASES]
    ids = {phrase: _cut(tokenizer.encode(phrase).ids, model.config.max_position_embeddings) for phrase in PHRASES}
    made_by = f"uscdf_export.families.bert with torch {torch.__version__}, one phrase at a time"
    reference = {"madeBy": made_by, "ids": ids, "cosines": pairs}
    (folder / "reference.json").write_text(to_text(reference), encoding="utf-8")
    return folder


def from_checkpoint(checkpoint, out, name, licence):
    """Writes the bundle of a Hugging Face folder that is on this machine."""
    model = AutoModel.from_pretrained(checkpoint, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(checkpoint, use_fast=True).backend_tokenizer
    tokenizer.no_truncation()
    tokenizer.no_padding()
    about = {
        "name": name,
        "version": "1.0.0",
        "title": f"{name}: likeness of phrases",
        "description": "The mean of BERT's last hidden states; their cosine says how alike two phrases are.",
        "licence": licence,
        "licence_text": f"The weights are those of {name}; their licence is {licence}.\n",
        "card": f"# {name}\n\nExported by uscdf_export.families.bert from a checkpoint on this machine.\n",
    }
    return export_bert(model, tokenizer.to_str(), out, about)


def main():
    parser = argparse.ArgumentParser(prog="uscdf_export.families.bert", description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint", nargs="?", help="a folder with config.json, weights and tokenizer.json")
    parser.add_argument("-o", "--out", required=True, help="the bundle's folder")
    parser.add_argument("--name", default="bert-base-uncased", help="what reports call it")
    parser.add_argument("--licence", default="Apache-2.0", help="SPDX expression of the weights' licence")
    parser.add_argument("--tiny", action="store_true", help="make the test bundle instead")
    given = parser.parse_args()
    if given.tiny:
        make_tiny(given.out)
    elif given.checkpoint is None:
        parser.error("name the folder of a checkpoint, or write --tiny")
    else:
        from_checkpoint(given.checkpoint, given.out, given.name, given.licence)


if __name__ == "__main__":
    main()
