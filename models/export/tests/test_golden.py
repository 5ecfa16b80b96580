"""The reference numbers that the TypeScript tests read are those that the libraries give now."""

import base64
import json
import zlib
from pathlib import Path

import numpy as np

from uscdf_export.golden import images, tokenizers

FIXTURES = Path(__file__).resolve().parents[3] / "test" / "fixtures"


def test_tokenizers_are_made_again_byte_for_byte(tmp_path):
    tokenizers.main(tmp_path)
    for made in sorted(tmp_path.iterdir()):
        assert made.read_bytes() == (FIXTURES / "tokenizers" / made.name).read_bytes(), made.name


def test_prepared_photographs_are_those_of_the_libraries(tmp_path):
    images.main(tmp_path)
    made = json.loads((tmp_path / "preprocess.json").read_text())
    kept = json.loads((FIXTURES / "images" / "preprocess.json").read_text())
    assert made.keys() == kept.keys()
    assert made["resize"] == kept["resize"]
    for new, old in zip(made["prepare"], kept["prepare"], strict=True):
        # Another processor may round the last bit otherwise.
        assert new["settings"] == old["settings"]
        np.testing.assert_allclose(unpacked(new["data"]), unpacked(old["data"]), atol=1e-5)
    for new, old in zip(made["masks"], kept["masks"], strict=True):
        assert new["photograph"] == old["photograph"]
        assert [sum(runs) for runs in new["runs"]] == [sum(runs) for runs in old["runs"]]
        for runs, before in zip(new["runs"], old["runs"], strict=True):
            assert abs(sum(runs[1::2]) - sum(before[1::2])) <= 2


def unpacked(text):
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), "<f4")
