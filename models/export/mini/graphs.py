"""ONNX graphs put behind one another."""

from __future__ import annotations

import onnx
from onnx import ModelProto, ValueInfoProto, helper, version_converter

OPSET = 17


def at_opset(model: ModelProto, version: int = OPSET) -> ModelProto:
    """The model in the operators of a later version."""
    return model if model.opset_import[0].version == version else version_converter.convert_version(model, version)


def chain(parts: list[tuple[str, ModelProto, dict[str, str]]], outputs: list[str]) -> ModelProto:
    """One graph of several. Each part has a prefix for its names and says where its inputs come from: `prefix/output` of an earlier part,
    or the name of an input of the whole. `outputs` are `prefix/output`; the whole calls them by their last part. A model that is several parts keeps its weights once."""
    nodes, weights = [], []
    owners: dict[int, str] = {}
    inputs: dict[str, ValueInfoProto] = {}
    known: dict[str, ValueInfoProto] = {}
    for prefix, model, sources in parts:
        stored = {tensor.name for tensor in model.graph.initializer}
        renames = {value.name: sources[value.name] for value in model.graph.input if value.name not in stored}
        for value in model.graph.input:
            if value.name not in stored and "/" not in renames[value.name]:
                inputs.setdefault(renames[value.name], _named(value, renames[value.name]))
        owner = owners.setdefault(id(model), prefix)
        renames |= {name: f"{owner}/{name}" for name in stored}
        for tensor in model.graph.initializer if owner == prefix else ():
            copy = onnx.TensorProto()
            copy.CopyFrom(tensor)
            copy.name = f"{prefix}/{tensor.name}"
            weights.append(copy)
        nodes += [_prefixed(node, f"{prefix}/", number, renames) for number, node in enumerate(model.graph.node)]
        known |= {f"{prefix}/{value.name}": value for value in model.graph.output}
    nodes += [helper.make_node("Identity", [output], [output.split("/", 1)[1]], name=f"out/{output}") for output in outputs]
    graph = helper.make_graph(
        nodes,
        "main_graph",
        list(inputs.values()),
        [_named(known[output], output.split("/", 1)[1]) for output in outputs],
        initializer=weights,
    )
    model = helper.make_model(graph, producer_name="uscdf", opset_imports=[helper.make_opsetid("", OPSET)])
    model.ir_version = 8
    return model


def _prefixed(node: onnx.NodeProto, prefix: str, number: int, renames: dict[str, str]) -> onnx.NodeProto:
    if any(attribute.HasField("g") for attribute in node.attribute):
        raise ValueError(f"{node.op_type} holds a graph of its own, whose names this can't change.")
    copy = onnx.NodeProto()
    copy.CopyFrom(node)
    copy.name = f"{prefix}{node.op_type}-{number}"
    copy.doc_string = ""
    del copy.metadata_props[:]
    for names in (copy.input, copy.output):
        for at, name in enumerate(names):
            names[at] = renames.get(name, f"{prefix}{name}") if name else ""
    return copy


def _named(value: ValueInfoProto, name: str) -> ValueInfoProto:
    copy = ValueInfoProto()
    copy.CopyFrom(value)
    copy.name = name
    return copy
