"""bundle.json says what lies in the folder."""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from uscdf_export.errors import ExportError
from uscdf_export.manifest import graph_entry, to_text, write_bundle
from uscdf_export.onnx_export import save_model


def model(kind=TensorProto.FLOAT, size=400):
    weight = numpy_helper.from_array(np.ones((size, size), np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", kind, [1, "tokens", size])],
        [helper.make_tensor_value_info("y", kind, [1, "tokens", size])],
        initializer=[weight],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])


def test_a_graph_is_described_by_its_file(tmp_path):
    save_model(model(), tmp_path / "onnx" / "m.onnx")
    entry = graph_entry(tmp_path, "onnx/m.onnx")
    data = (tmp_path / "onnx" / "m.onnx").read_bytes()
    assert entry == {
        "file": "onnx/m.onnx",
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "inputs": {"x": {"type": "float32", "shape": [1, "tokens", 400]}},
        "outputs": {"y": {"type": "float32", "shape": [1, "tokens", 400]}},
    }


def test_large_weights_move_beside_the_graph_and_are_listed(tmp_path):
    save_model(model(), tmp_path / "onnx" / "m.onnx", external_above=1000)
    entry = graph_entry(tmp_path, "onnx/m.onnx")
    assert [external["file"] for external in entry["external"]] == ["onnx/m.onnx_data"]
    assert entry["external"][0]["bytes"] == 400 * 400 * 4 and entry["bytes"] < 1000
    whole = onnx.load(tmp_path / "onnx" / "m.onnx")
    assert numpy_helper.to_array(whole.graph.initializer[0]).sum() == 400 * 400


@pytest.mark.parametrize("location", ["../outside.bin", "/etc/passwd", "absent.bin"])
def test_weights_elsewhere_are_refused(tmp_path, location):
    save_model(model(), tmp_path / "onnx" / "m.onnx", external_above=1000)
    (tmp_path / "outside.bin").write_bytes(b"0")
    text = (tmp_path / "onnx" / "m.onnx").read_bytes()
    changed = onnx.load_from_string(text)
    changed.graph.initializer[0].external_data[0].value = location
    (tmp_path / "onnx" / "m.onnx").write_bytes(changed.SerializeToString())
    with pytest.raises(ExportError, match="not a file beside it"):
        graph_entry(tmp_path, "onnx/m.onnx")


def test_types_that_no_bundle_hands_over_are_refused(tmp_path):
    save_model(model(TensorProto.DOUBLE, 2), tmp_path / "m.onnx")
    with pytest.raises(ExportError, match="ONNX type DOUBLE"):
        graph_entry(tmp_path, "m.onnx")


def test_a_bundle_is_written_with_its_files(tmp_path):
    save_model(model(), tmp_path / "m.onnx")
    (tmp_path / "tokenizer.json").write_text("{}")
    content = write_bundle(tmp_path, {"driver": "generator", "tokenizer": {"config": Path("tokenizer.json")}}, {"vision_encoder": "m.onnx"})
    assert content["format"] == 1 and content["tokenizer"]["config"]["bytes"] == 2
    assert json.loads((tmp_path / "bundle.json").read_text()) == content


def test_text_is_json_with_short_lines():
    value = {"a": list(range(200)), "b": {"c": "x" * 130, "d": [["p", "q"]] * 40}, "e": [], "f": {}}
    text = to_text(value)
    assert json.loads(text) == value
    assert max(len(line) for line in text.splitlines()) < 150 and text.endswith("}\n")
