"""The bundle of a BERT gives the states that torch gives, padded or not, and its manifest is read off its files."""

import json

import numpy as np
import onnxruntime
import pytest
from tokenizers import Tokenizer

from uscdf_export.families.bert import PHRASES, likeness, make_tiny, tiny_bert, tiny_tokenizer


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_tiny(tmp_path_factory.mktemp("bert") / "bundle")


def test_graph_equals_torch(bundle):
    session = onnxruntime.InferenceSession(bundle / "onnx" / "model.onnx", providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(bundle / "tokenizer.json"))
    phrases = PHRASES[:8]
    tokenizer.enable_padding()
    encoded = tokenizer.encode_batch(phrases)
    mask = np.array([each.attention_mask for each in encoded], np.int64)
    feeds = {
        "input_ids": np.array([each.ids for each in encoded], np.int64),
        "attention_mask": mask,
        "token_type_ids": np.zeros_like(mask),
    }
    (states,) = session.run(["last_hidden_state"], feeds)
    vectors = (states * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    model = tiny_bert(tiny_tokenizer())
    for i, one in enumerate(phrases):
        for k, other in enumerate(phrases):
            assert abs(vectors[i] @ vectors[k] - likeness(model, tiny_tokenizer(), one, other)) < 1e-5


def test_cosines_differ(bundle):
    cosines = [value for _, _, value in json.loads((bundle / "reference.json").read_text(encoding="utf-8"))["cosines"]]
    assert len(cosines) == len(PHRASES) ** 2
    assert max(cosines) - min(cosines) > 0.1
