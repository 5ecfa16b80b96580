"""Makes one graph of two decoders, as the ONNX community publishes encoder-decoder models: an `If` chooses the branch."""

import copy

from onnx import TensorProto, helper

from ..onnx_export import OPSET, PRODUCER, clean

_TYPES = {"float": TensorProto.FLOAT, "int64": TensorProto.INT64, "bool": TensorProto.BOOL}


def merge_branches(begins, goes_on, inputs, outputs, switch):
    """Returns the ModelProto of `If(switch, goes_on, begins)`.

    inputs: `{name: (type, shape)}` of the merged graph; a branch reads those that it needs. outputs: `{name: shape}`, None for a
    size that nobody can tell. An output that `goes_on` lacks is a tensor without elements there. Weights of the same content
    are stored once.
    """
    weights, names = [], {}
    branches = []
    for prefix, model in (("begins", begins), ("goes_on", goes_on)):
        renamed = {tensor.name: _shared(tensor, weights, names) for tensor in model.graph.initializer}
        branches.append(_branch(model.graph, prefix, renamed, set(inputs), outputs))
    choice = helper.make_node(
        "If", ["goes_on"], list(outputs), name="branch", then_branch=branches[1], else_branch=branches[0]
    )
    # The switch is a tensor of one element, and `If` wants a scalar.
    scalar = helper.make_node("Squeeze", [switch], ["goes_on"], name="scalar")
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        [scalar, choice],
        "main_graph",
        [*(info(name, _TYPES[kind], shape) for name, (kind, shape) in inputs.items()), info(switch, TensorProto.BOOL, [1])],
        [info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()],
        initializer=weights,
    )
    opsets = {each.domain: each.version for model in (begins, goes_on) for each in model.opset_import}
    model = helper.make_model(
        graph, producer_name=PRODUCER, opset_imports=[helper.make_opsetid(d, v) for d, v in {**opsets, "": OPSET}.items()]
    )
    model.ir_version = 10
    return clean(model)


def _shared(tensor, weights, names):
    """The name under which a weight is stored; the first of those with the same content."""
    key = (tensor.data_type, tuple(tensor.dims), tensor.raw_data)
    if key not in names:
        names[key] = f"weight.{len(weights)}"
        stored = copy.deepcopy(tensor)
        stored.name = names[key]
        weights.append(stored)
    return names[key]


def _branch(graph, prefix, weights, inputs, outputs):
    given = {value.name for value in graph.output}

    def name(old):
        return old if old in inputs or old == "" else weights.get(old, f"{prefix}.{old}")

    nodes = []
    for node in graph.node:
        renamed = copy.deepcopy(node)
        renamed.name = f"{prefix}.{node.name}"
        renamed.input[:] = [name(each) for each in node.input]
        renamed.output[:] = [name(each) for each in node.output]
        nodes.append(renamed)
    for each, shape in outputs.items():
        if each not in given:
            empty = helper.make_tensor(f"{prefix}.{each}", TensorProto.FLOAT, [0, shape[1], 1, shape[3]], [])
            nodes.append(helper.make_node("Constant", [], [f"{prefix}.{each}"], name=f"{prefix}.{each}.none", value=empty))
    results = [helper.make_tensor_value_info(f"{prefix}.{each}", TensorProto.FLOAT, None) for each in outputs]
    return helper.make_graph(nodes, prefix, [], results)
