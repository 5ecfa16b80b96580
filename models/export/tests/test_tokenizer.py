"""tokenizer.json against SentencePiece itself, and the added tokens."""

import json

import pytest
import sentencepiece
from tokenizers import Tokenizer

from uscdf_export.errors import ExportError
from uscdf_export.families.llava import FAMILIES, LISA, MGLMM
from uscdf_export.testing.small import write_small_tokenizer
from uscdf_export.tokenizer import token_ids, write_tokenizer

TEXTS = [
    "Could you please give me a detailed description of the image?",
    "  leading and  double spaces ",
    "tabs\tand\nlines\n\n",
    "0123 4.5 %",
    "Ünïcødé, 中文, 🐎🏖️, \u200b",
    "▁ the mark itself",
    "'quotes' \"and\" <brackets>",
    " ",
]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    write_small_tokenizer(folder, MGLMM, 400)
    return folder


@pytest.fixture(scope="module")
def tokenizer(source):
    write_tokenizer(source, MGLMM.added, source / "tokenizer.json")
    return Tokenizer.from_file(str(source / "tokenizer.json"))


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_encoded_and_decoded_as_sentencepiece_does(source, tokenizer, text):
    original = sentencepiece.SentencePieceProcessor(str(source / "tokenizer.model"))
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert ids == original.encode(text)
    assert tokenizer.decode(ids, skip_special_tokens=False) == original.decode(ids)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_added_tokens_follow_the_vocabulary_in_the_official_order(source, tmp_path, family):
    ids = token_ids(write_tokenizer(source, family.added, tmp_path / "tokenizer.json"))
    assert [ids[token] for token in family.added] == list(range(400, 400 + len(family.added)))


def test_official_ids_come_out_on_a_vocabulary_of_32000():
    """GLaMM's published added_tokens.json has [SEG] 32004, <p> 32005, </p> 32006; LISA's [SEG] is 32000."""
    assert [32000 + MGLMM.added.index(token) for token in ("[SEG]", "<p>", "</p>")] == [32004, 32005, 32006]
    assert LISA.added.index("[SEG]") == 0


def test_added_tokens_swallow_the_spaces_beside_them(source, tokenizer):
    original = sentencepiece.SentencePieceProcessor(str(source / "tokenizer.model"))
    ids = token_ids(json.loads((source / "tokenizer.json").read_text()))
    encoded = tokenizer.encode("Sure, <p> the dog </p> [SEG].", add_special_tokens=False).ids
    assert encoded == [*original.encode("Sure,"), ids["<p>"], *original.encode("the dog"), ids["</p>"], ids["[SEG]"], *original.encode(".")]


def test_tokens_that_are_there_are_not_added_again(source, tokenizer, tmp_path):
    (tmp_path / "tokenizer.json").write_text((source / "tokenizer.json").read_text())
    content = write_tokenizer(tmp_path, MGLMM.added, tmp_path / "again.json")
    assert [token["content"] for token in content["added_tokens"]].count("[SEG]") == 1


def test_a_folder_without_tokenizer_is_told(tmp_path):
    with pytest.raises(ExportError, match="neither tokenizer.model nor tokenizer.json"):
        write_tokenizer(tmp_path, MGLMM.added, tmp_path / "out.json")


def test_another_kind_of_model_is_told(tmp_path):
    from sentencepiece import sentencepiece_model_pb2 as protocol

    model = protocol.ModelProto()
    model.trainer_spec.model_type = protocol.TrainerSpec.UNIGRAM
    for piece, kind in (("<unk>", 2), ("a", 1)):
        model.pieces.add(piece=piece, type=kind)
    (tmp_path / "tokenizer.model").write_bytes(model.SerializeToString())
    with pytest.raises(ExportError, match="not a BPE model"):
        write_tokenizer(tmp_path, MGLMM.added, tmp_path / "out.json")
