"""Writes test/fixtures/tokenizers: a small tokenizer of each kind that the model families use, and what it makes of some texts.

    python -m uscdf_export.golden.tokenizers FOLDER

llama: BPE with byte fallback and a leading "▁" (MGLMM, LISA, GLaMM, PixelLM). bytelevel: BPE over bytes (Sa2VA, Florence-2).
unigram: XLM-RoBERTa's kind (Kosmos-2). wordpiece: BERT's. wordlevel: whole words (the embedded model).
"""

import json
import sys
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = [
    "The dog runs after a frisbee on the grass.",
    "Sure, it is <p> the dog </p> [SEG].",
    "Ein Käfer läuft über die Straße – 犬が走る 🐕‍🦺 naïve café",
    "A chat between a curious human and an artificial intelligence assistant. USER: describe the image ASSISTANT: no zebra",
] * 30
TEXTS = [
    "The dog runs after a frisbee.",
    "Sure, <p> the dog </p> [SEG] and <p> a frisbee </p> [SEG]. But I don't see any zebra in this image.",
    "Straße 犬 🐕‍🦺 Ω≈ç√ café",
    "  two  spaces\nnew line ",
    "",
    "[SEG][SEG]",
    "USER: hi</s>",
    "x" * 40,
]
TAGS = [AddedToken(tag, special=True, normalized=False) for tag in ("[SEG]", "<p>", "</p>")]
ENDS = ["<s>", "<pad>", "</s>", "<unk>"]


def llama():
    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    trainer = trainers.BpeTrainer(vocab_size=500, special_tokens=["<unk>", "<s>", "</s>", *pieces], show_progress=False)
    tokenizer.train_from_iterator(CORPUS[:2] * 30, trainer)
    # The trainer makes special tokens of the bytes, which they are not.
    saved = json.loads(tokenizer.to_str())
    saved["added_tokens"] = [token for token in saved["added_tokens"] if token["content"] not in pieces]
    tokenizer = Tokenizer.from_str(json.dumps(saved))
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return tokenizer


def bytelevel():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=ENDS, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def characters(text):
    return sorted(set(text) - {" "})


def unigram():
    # Trainers of this kind and of the next give another vocabulary each time, so that these are written down.
    words = sorted({f"▁{word}" for word in CORPUS[0].split()} | {"▁", "er", "in", "the", "▁a", "ing"})
    pieces = [(end, 0.0) for end in ENDS]
    pieces += [(word, -2.0 - 0.125 * i) for i, word in enumerate(words)]
    pieces += [(letter, -8.0 - 0.0625 * i) for i, letter in enumerate(characters("".join(CORPUS[:3])))]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=ENDS.index("<unk>")))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return tokenizer


def wordpiece():
    letters = characters("".join(CORPUS).lower())
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters)]
    pieces += ["the", "dog", "run", "##s", "fris", "##bee", "gras", "don", "see", "image", "im", "##age", "##ing"]
    vocabulary = {piece: i for i, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def wordlevel():
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.WordLevelTrainer(vocab_size=60, special_tokens=["<unk>", "<s>", "</s>"], show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    return tokenizer


def results(tokenizer):
    for text in TEXTS:
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        yield {
            "text": text,
            "ids": ids,
            "withSpecial": tokenizer.encode(text).ids,
            "decoded": tokenizer.decode(ids, skip_special_tokens=False),
        }


def main(folder):
    expected = {}
    for make in (llama, bytelevel, unigram, wordpiece, wordlevel):
        tokenizer = make()
        tokenizer.add_special_tokens(TAGS)
        tokenizer.save(str(Path(folder, f"{make.__name__}.json")), pretty=False)
        expected[make.__name__] = list(results(tokenizer))
    Path(folder, "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
