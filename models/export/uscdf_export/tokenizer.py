"""Turns the SentencePiece model of a LLaMA-type checkpoint into a `tokenizer.json` that encodes as the original code did.

The official checkpoints were trained with the slow tokenizer of their time: an added token swallows the spaces beside it, and
every piece of text between two of them begins with a word mark of its own. Today's conversions split otherwise, so this one
writes the file itself, and compares it with SentencePiece before it hands it over.
"""

import json
from pathlib import Path

from .errors import ExportError

_MARK = "▁"
# Texts that tell tokenizers apart: spaces at the ends and inside, line ends, digits, letters that no vocabulary holds.
_PROBES = ["The picture.", " a", "a ", "two  spaces\nand a line", "3 cats, 14 dogs", "Où est l'été ? 你好 🙂", "</", "it's"]


def write_tokenizer(source, added, path):
    """Writes `tokenizer.json` and returns its content (a dict).

    source: folder with `tokenizer.model`, or with a `tokenizer.json` that is taken as it is but for the added tokens.
    added: the added tokens in the official order; their ids follow the vocabulary's. Raises ExportError where the folder holds
    no tokenizer, or where the conversion encodes a text otherwise than the original.
    """
    source = Path(source)
    model = source / "tokenizer.model"
    if model.is_file():
        content = _converted(model)
    elif (source / "tokenizer.json").is_file():
        content = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    else:
        raise ExportError(f"{source} holds neither tokenizer.model nor tokenizer.json, and text cannot be encoded without one. Copy it from the base model.")
    _add(content, added)
    Path(path).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if model.is_file():
        _check(model, path)
    return content


def token_ids(content):
    """Ids by token: the vocabulary and what was added."""
    ids = dict(content["model"]["vocab"])
    ids.update({token["content"]: token["id"] for token in content["added_tokens"]})
    return ids


def _converted(model):
    """The fast tokenizer's content for a SentencePiece BPE model."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2 as protocol

    processor = sentencepiece.SentencePieceProcessor(str(model))
    described = protocol.ModelProto()
    described.ParseFromString(model.read_bytes())
    if described.trainer_spec.model_type != protocol.TrainerSpec.BPE:
        raise ExportError(f"{model} is not a BPE model, as LLaMA's is. The family of this checkpoint needs another conversion.")
    vocabulary = {processor.id_to_piece(i): i for i in range(processor.get_piece_size())}
    control = [i for i in range(len(vocabulary)) if processor.is_control(i) or processor.is_unknown(i)]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_token(i, processor.id_to_piece(i), False) for i in control],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                {"type": "Prepend", "prepend": _MARK},
                {"type": "Replace", "pattern": {"String": " "}, "content": _MARK},
            ],
        },
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": {
            "type": "Sequence",
            "decoders": [
                {"type": "Replace", "pattern": {"String": _MARK}, "content": " "},
                {"type": "ByteFallback"},
                {"type": "Fuse"},
                {"type": "Strip", "content": " ", "start": 1, "stop": 0},
            ],
        },
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": processor.id_to_piece(processor.unk_id()),
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": True,
            "byte_fallback": True,
            "ignore_merges": False,
            "vocab": vocabulary,
            "merges": _merges(processor, vocabulary),
        },
    }


def _merges(processor, vocabulary):
    """The pairs that make each piece, the best-scored piece first, as SentencePiece merges them."""
    found = []
    for piece, score in ((p, processor.get_score(i)) for p, i in vocabulary.items()):
        for cut in range(1, len(piece)):
            left, right = piece[:cut], piece[cut:]
            if left in vocabulary and right in vocabulary:
                found.append((-score, vocabulary[left], vocabulary[right], left, right))
    found.sort(key=lambda merge: merge[:3])
    return [[left, right] for *_, left, right in found]


def _token(number, content, greedy):
    return {
        "id": number,
        "content": content,
        "single_word": False,
        "lstrip": greedy,
        "rstrip": greedy,
        "normalized": False,
        "special": True,
    }


def _add(content, added):
    known = token_ids(content)
    following = max(known.values()) + 1
    for token in added:
        if token in known:
            continue
        content["added_tokens"].append(_token(following, token, True))
        following += 1


def _check(model, path):
    import sentencepiece
    from tokenizers import Tokenizer

    original, converted = sentencepiece.SentencePieceProcessor(str(model)), Tokenizer.from_file(str(path))
    for text in _PROBES:
        if original.encode(text) != converted.encode(text, add_special_tokens=False).ids:
            raise ExportError(
                f"The converted tokenizer encodes {text!r} otherwise than {model} does, so prompts would not be what the model was trained on. "
                "Put a tokenizer.json of the base model in its place and try again."
            )
