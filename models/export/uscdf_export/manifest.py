"""Writes `bundle.json`: what a bundle holds, read off its files rather than told by the caller.

Tensor names, types and shapes come from the ONNX files, sizes and SHA-256 from the bytes on disk, so that a manifest cannot
disagree with its graphs. What no file can tell (prompts, tokens, preprocessing) comes as `settings` and is written as it is.
The format is described in docs/bundles.md.
"""

import hashlib
import json
import textwrap
from pathlib import Path

import onnx
from onnx import TensorProto

from .errors import ExportError

MANIFEST = "bundle.json"

TYPES = {
    TensorProto.FLOAT: "float32",
    TensorProto.FLOAT16: "float16",
    TensorProto.INT64: "int64",
    TensorProto.INT32: "int32",
    TensorProto.UINT8: "uint8",
    TensorProto.BOOL: "bool",
}

_CHUNK = 1 << 22


def file_entry(folder, name):
    """`{file, sha256, bytes}` of the file `name` below the bundle's folder; reads it once, in pieces."""
    path = Path(folder) / name
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return {"file": name, "sha256": digest.hexdigest(), "bytes": path.stat().st_size}


def graph_entry(folder, name, known=None):
    """The manifest's entry of one ONNX graph: the file, its inputs and outputs, and its external data files.

    `known` caches entries of external files by name: several graphs may share one. Raises ExportError where a tensor has a
    type or an external location that a bundle may not have.
    """
    known = {} if known is None else known
    model = onnx.load(Path(folder) / name, load_external_data=False)
    entry = file_entry(folder, name)
    weights = {tensor.name for tensor in model.graph.initializer}
    entry["inputs"] = {value.name: _tensor(value) for value in model.graph.input if value.name not in weights}
    entry["outputs"] = {value.name: _tensor(value) for value in model.graph.output}
    external = []
    for location in external_files(model):
        inside = (Path(name).parent / location).as_posix()
        if "/" in location or not (Path(folder) / inside).is_file():
            raise ExportError(
                f"{name} keeps weights in {location}, which is not a file beside it. A bundle's runtime looks for external data "
                "only in the graph's own folder: save the graph again with its data beside it."
            )
        if inside not in known:
            known[inside] = file_entry(folder, inside)
        external.append(known[inside])
    if external:
        entry["external"] = external
    return entry


def external_files(model):
    """Names of the files that hold the external data of a model (subgraphs included), sorted."""
    found = set()
    pending = [model.graph]
    while pending:
        graph = pending.pop()
        tensors = list(graph.initializer)
        for node in graph.node:
            for attribute in node.attribute:
                if attribute.HasField("t"):
                    tensors.append(attribute.t)
                if attribute.HasField("g"):
                    pending.append(attribute.g)
                pending.extend(attribute.graphs)
        for tensor in tensors:
            if tensor.data_location == TensorProto.EXTERNAL:
                found.update(pair.value for pair in tensor.external_data if pair.key == "location")
    return sorted(found)


def write_bundle(folder, settings, graphs):
    """Writes `bundle.json` into the folder and returns its content.

    `settings`: every key of the manifest but `format` and `graphs`, in the order in which they are to stand. A value that is a
    `pathlib.Path` (relative to the folder) becomes its `{file, sha256, bytes}`. `graphs`: file name (relative, forward slashes)
    by graph key, or a ready entry (`same_graph`).
    """
    known = {}
    entries = {key: name if isinstance(name, dict) else graph_entry(folder, name, known) for key, name in graphs.items()}
    content = {"format": 1, **_resolve(folder, settings), "graphs": entries}
    (Path(folder) / MANIFEST).write_text(to_text(content), encoding="utf-8")
    return content


def _resolve(folder, value):
    if isinstance(value, Path):
        return file_entry(folder, value.as_posix())
    if isinstance(value, dict):
        return {key: _resolve(folder, inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_resolve(folder, inner) for inner in value]
    return value


def _tensor(value):
    kind = TYPES.get(value.type.tensor_type.elem_type)
    if kind is None:
        raise ExportError(
            f"The tensor {value.name} has the ONNX type {TensorProto.DataType.Name(value.type.tensor_type.elem_type)}, which a "
            "bundle cannot hand over. Cast it to float32, float16, int32, int64, uint8 or bool inside the graph."
        )
    return {"type": kind, "shape": [_side(value, i, d) for i, d in enumerate(value.type.tensor_type.shape.dim)]}


def _side(value, index, dim):
    if dim.HasField("dim_value"):
        return dim.dim_value
    return dim.dim_param or f"{value.name}_{index}"


def to_text(value, indent="", width=120):
    """JSON as people write it: what fits stands on one line, long lists of numbers fill their lines, the rest has a line each."""
    flat = json.dumps(value, ensure_ascii=False)
    if (len(indent) + len(flat) < width and indent != "") or not isinstance(value, (dict, list)) or not value:
        return flat
    deeper = indent + "  "
    if isinstance(value, dict):
        lines = [f"{deeper}{json.dumps(key, ensure_ascii=False)}: {to_text(inner, deeper, width)}" for key, inner in value.items()]
        text = "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    elif all(isinstance(inner, (int, float)) for inner in value):
        numbers = textwrap.wrap(", ".join(json.dumps(inner) for inner in value), width - len(deeper))
        text = "[\n" + "\n".join(deeper + line for line in numbers) + f"\n{indent}]"
    else:
        text = "[\n" + ",\n".join(deeper + to_text(inner, deeper, width) for inner in value) + f"\n{indent}]"
    return text + "\n" if indent == "" else text
