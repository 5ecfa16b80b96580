"""Traces a decoder of `transformers`' modules whose keys and values come as further arguments."""

import contextlib
import io
import warnings

import torch

from ..onnx_export import OPSET, clean


class GrowingCache:
    """Keys and values as the attention modules of `transformers` ask for them: takes new ones, hands out all of them.

    past: `(key, value)` by layer. `present` holds those of before and the new ones after a run.
    """

    def __init__(self, past):
        self.past = past
        self.present = {}

    def update(self, key, value, layer):
        old_key, old_value = self.past[layer]
        self.present[layer] = torch.cat([old_key, key], dim=2), torch.cat([old_value, value], dim=2)
        return self.present[layer]


def trace_decoder(module, inputs, past, outputs, dynamic):
    """Returns the ONNX model of `module(*inputs, *past)`.

    inputs, past: example tensors by name, the latter for the module's `*arguments`; dynamic: `{name: {axis: size's name}}` for both. Sizes of the same name need not be
    told to be equal: the exporter works out which depend on which.
    """
    module = module.eval().requires_grad_(False)
    auto = torch.export.Dim.AUTO
    shapes = {name: {axis: auto for axis in dynamic.get(name, {})} for name in (*inputs, *past)}
    with torch.no_grad(), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            (*inputs.values(), *past.values()),
            input_names=[*inputs, *past],
            output_names=list(outputs),
            opset_version=OPSET,
            dynamo=True,
            dynamic_shapes=(*(shapes[name] for name in inputs), *([tuple(shapes[name] for name in past)] if past else [])),
            optimize=True,
            verbose=False,
        )
    return clean(program.model_proto)
