"""Nodes and small tensors of an ONNX graph while it is put together."""

import numpy as np
from onnx import helper, numpy_helper

CONTRIB = "com.microsoft"
"""The domain of onnxruntime's own operators."""


class Nodes:
    """Nodes in the order they are computed, and the tensors that belong to the graph."""

    def __init__(self):
        self.nodes, self.tensors = [], []
        self._known = set()

    def op(self, kind, inputs, output, domain="", **attributes):
        """Adds a node with one output, or several where `output` is a list; returns the first output's name."""
        outputs = [output] if isinstance(output, str) else output
        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def constant(self, name, value):
        """A small tensor inside the graph; the same name gives the same tensor."""
        if name not in self._known:
            self._known.add(name)
            self.tensors.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def ints(self, name, *values):
        """A constant of int64 in a row."""
        return self.constant(name, np.array(values, np.int64))

    def whole(self, name, value):
        """A constant int64 without dimensions."""
        return self.constant(name, np.array(value, np.int64))
