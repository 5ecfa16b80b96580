"""Thin wrappers of `torch.onnx`: a module in, a clean ONNX file out.

`torch.onnx.export` leaves traces of the machine in a file (stack traces, paths, versions). Bundles are to come out the same
byte for byte wherever they are made, so all of that is taken out again.
"""

import contextlib
import io
import logging
import warnings
from pathlib import Path

import onnx
import torch
from onnx import TensorProto

OPSET = 18
PRODUCER = "uscdf_export"
# Protocol buffers end at 2 GiB; graphs above this keep their weights in a file of their own.
EXTERNAL_ABOVE = 1_500_000_000


def export_module(module, inputs, outputs, path, dynamic=None, external_above=EXTERNAL_ABOVE):
    """Exports a module's `forward` to an ONNX file and returns the model (weights included where they fit in memory).

    module: takes the tensors of `inputs` positionally, returns one tensor or a tuple.
    inputs: example tensor by name, in the order of the arguments. A dynamic axis needs an example size of 2 or more.
    outputs: names in order. dynamic: `{input name: {axis: name of the size}}`; axes with the same name are equal sizes, and a
    name may be a sum such as "past + tokens" where the parts are names too.
    """
    model = trace(module, inputs, outputs, dynamic)
    save_model(model, path, external_above)
    return model


def trace(module, inputs, outputs, dynamic=None):
    """As `export_module`, but returns the model without writing it."""
    module = module.eval()
    for parameter in module.parameters():
        parameter.requires_grad_(False)
    sizes = {}
    shapes = tuple(
        {axis: _size(name, sizes) for axis, name in (dynamic or {}).get(key, {}).items()} or None for key in inputs
    )
    with torch.no_grad(), warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            tuple(inputs.values()),
            input_names=list(inputs),
            output_names=list(outputs),
            opset_version=OPSET,
            dynamo=True,
            dynamic_shapes=shapes,
            optimize=True,
            verbose=False,
        )
    return clean(program.model_proto)


def _size(name, sizes):
    """The torch.export size of a name; "a + b" is derived from its parts, which the exporter then checks."""
    if "+" in name:
        return torch.export.Dim.AUTO
    return sizes.setdefault(name, torch.export.Dim(name, min=1, max=1 << 16))


@contextlib.contextmanager
def _quiet():
    """torch.onnx prints its progress and logs advice about its own internals: neither helps who exports a checkpoint."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "torch.export", "onnxscript", "onnx_ir")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        for logger, level in zip(loggers, levels):
            logger.setLevel(level)


def clean(model):
    """Takes out of a model, in place, what differs from machine to machine and what no runtime needs. Returns the model."""
    model.producer_name, model.producer_version, model.doc_string = PRODUCER, "", ""
    del model.metadata_props[:]
    pending = [model.graph]
    while pending:
        graph = pending.pop()
        graph.doc_string = ""
        graph.name = "main_graph" if graph is model.graph else graph.name
        del graph.metadata_props[:]
        for value in (*graph.input, *graph.output, *graph.value_info):
            value.doc_string = ""
            del value.metadata_props[:]
        for tensor in graph.initializer:
            tensor.doc_string = ""
            del tensor.metadata_props[:]
        for node in graph.node:
            node.doc_string = ""
            del node.metadata_props[:]
            for attribute in node.attribute:
                attribute.doc_string = ""
                if attribute.HasField("g"):
                    pending.append(attribute.g)
    return model


def save_model(model, path, external_above=EXTERNAL_ABOVE):
    """Writes the model; above `external_above` bytes its weights go to `<file>_data` beside it. Tensors that are external
    already stay where they are, types of inner values are left out. Replaces what was there."""
    path = Path(path)
    del model.graph.value_info[:]
    path.parent.mkdir(parents=True, exist_ok=True)
    data = path.with_name(path.name + "_data")
    if sum(len(tensor.raw_data) for tensor in model.graph.initializer) > external_above:
        data.unlink(missing_ok=True)
        _move_out(model, data)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _move_out(model, data):
    with data.open("wb") as file:
        for tensor in model.graph.initializer:
            if tensor.data_location != TensorProto.EXTERNAL and len(tensor.raw_data) >= 1024:
                raw = tensor.raw_data
                point_to(tensor, data.name, append(file, raw), len(raw))


# Weights start at multiples of this in an external file, so that a runtime can map them into memory in place.
ALIGNMENT = 4096


def append(file, raw):
    """Writes bytes at the next aligned position of an open file; returns that position."""
    at = -(-file.tell() // ALIGNMENT) * ALIGNMENT
    file.write(b"\0" * (at - file.tell()))
    file.write(raw)
    return at


def point_to(tensor, location, offset, length):
    """Turns a tensor, in place, into a reference to `length` bytes at `offset` of the file `location` beside the graph."""
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    del tensor.external_data[:]
    for key, value in (("location", location), ("offset", str(offset)), ("length", str(length))):
        tensor.external_data.add(key=key, value=value)
