"""Half precision for the vision graphs: their weights on disk, or all that they compute."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

# Smaller tensors are norms, biases and positions: they cost little and keep the sums exact.
_WORTH_HALVING = 1024
_FLOAT, _HALF = TensorProto.FLOAT, TensorProto.FLOAT16
# Inputs that ONNX wants in float32 whatever the rest is in: (operator, position).
_ALWAYS_EXACT = {("Resize", 1), ("Resize", 2)}


def store_half(model):
    """Stores a float32 model's weights as float16 and computes in float32 as before, in place; returns the model.

    Halves the file; a runtime turns the weights back when it loads them.
    """
    casts = []
    for tensor in model.graph.initializer:
        if tensor.data_type != _FLOAT or np.prod(tensor.dims, dtype=np.int64) < _WORTH_HALVING:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [tensor.name], [name], name=f"{name}.cast", to=_FLOAT))
    _put_nodes(model.graph, [*casts, *model.graph.node])
    return model


def compute_half(model, exact_from=None):
    """Makes a float32 model compute in float16, in place; it still takes and gives float32. Returns the model.

    exact_from: part of a weight's name; the nodes that use such a weight, and all that follow them, stay float32 (SAM's neck, whose
    sums overflow in half precision). The model must carry the types of its inner values, as `onnx_export.trace` leaves them.
    """
    conversion = _Conversion(model.graph, _following(model.graph, exact_from) if exact_from else set())
    _put_nodes(model.graph, conversion.nodes())
    conversion.put_weights()
    # They tell the types as they were.
    del model.graph.value_info[:]
    return model


class _Conversion:
    """Goes through the nodes in order; every value has the type of the node that makes it, and casts stand where types meet."""

    def __init__(self, graph, exact):
        self.graph, self.exact = graph, exact
        self.weights = {tensor.name: tensor for tensor in graph.initializer if tensor.data_type == _FLOAT}
        self.used = {}
        types = {value.name: value.type.tensor_type.elem_type for value in (*graph.input, *graph.output, *graph.value_info)}
        self.floats = {name for name, kind in types.items() if kind == _FLOAT}
        # What each float value is now.
        self.kinds = {value.name: _FLOAT for value in graph.input if value.name in self.floats}
        self.outputs = {value.name for value in graph.output if value.name in self.floats}
        self.cast = {}
        self.done = []

    def nodes(self):
        for index, node in enumerate(self.graph.node):
            self._convert(node, _FLOAT if index in self.exact else _HALF)
        return self.done

    def _convert(self, node, kind):
        for i, name in enumerate(node.input):
            node.input[i] = self._wanted(name, _FLOAT if (node.op_type, i) in _ALWAYS_EXACT else kind)
        results = [(i, name) for i, name in enumerate(node.output) if name in self.floats]
        if results and kind == _HALF:
            _halve_attributes(node)
        self.done.append(node)
        for i, name in results:
            self.kinds[name] = kind
            if name in self.outputs and kind == _HALF:
                node.output[i] = f"{name}.half"
                self.cast[name, _HALF] = node.output[i]
                self.kinds[name] = _FLOAT
                self.done.append(helper.make_node("Cast", [node.output[i]], [name], name=f"{name}.cast", to=_FLOAT))

    def _wanted(self, name, kind):
        """The name under which a value is to be had in a type; adds a cast or another copy of a weight where needed."""
        if name in self.weights:
            self.used.setdefault(name, set()).add(kind)
            return f"{name}.half" if kind == _HALF else name
        if self.kinds.get(name, kind) == kind:
            return name
        if (name, kind) not in self.cast:
            other = f"{name}.{'half' if kind == _HALF else 'exact'}"
            self.done.append(helper.make_node("Cast", [name], [other], name=f"{other}.cast", to=kind))
            self.cast[name, kind] = other
        return self.cast[name, kind]

    def put_weights(self):
        """Each weight in the types in which it is used."""
        kept = [tensor for tensor in self.graph.initializer if tensor.name not in self.weights]
        for name, kinds in self.used.items():
            if _FLOAT in kinds:
                kept.append(self.weights[name])
            if _HALF in kinds:
                value = numpy_helper.to_array(self.weights[name])
                kept.append(numpy_helper.from_array(value.astype(np.float16), f"{name}.half"))
        del self.graph.initializer[:]
        self.graph.initializer.extend(kept)


def _halve_attributes(node):
    """Constants inside a node, and the type that a Cast is to give."""
    for attribute in node.attribute:
        if attribute.name == "to" and attribute.i == _FLOAT:
            attribute.i = _HALF
        elif attribute.HasField("t") and attribute.t.data_type == _FLOAT:
            attribute.t.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(attribute.t).astype(np.float16), attribute.t.name))


def _following(graph, part):
    """Indexes of the nodes that use a weight whose name holds `part`, and of all nodes after them. Nodes stand in order."""
    reached = {tensor.name for tensor in graph.initializer if part in tensor.name}
    found = set()
    for index, node in enumerate(graph.node):
        if any(name in reached for name in node.input):
            reached.update(node.output)
            found.add(index)
    return found


def _put_nodes(graph, nodes):
    del graph.node[:]
    graph.node.extend(nodes)
