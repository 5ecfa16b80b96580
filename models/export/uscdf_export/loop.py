"""Builds `generate_loop` out of `decoder_model_merged` and `embed_tokens`: greedy decoding inside one run.

A step graph hands its whole cache out of the runtime and back in for every token. Here an ONNX `Loop` carries it instead: each
turn runs the decoder on the embeddings at hand (the prompt first, then one token), takes the most probable token, notes the
state that predicted it, and embeds it for the next turn. One copy of the decoder serves both prompt and tokens, since a
carried value may change its length from turn to turn; the weights stay outside the loop, where the runtime prepares them once.
"""

import copy

import onnx
from onnx import TensorProto, helper, numpy_helper
import numpy as np

from .errors import ExportError

_INT64 = TensorProto.INT64


def build_loop(decoder, embed, masked=False):
    """Returns the ModelProto of `generate_loop`.

    decoder: ModelProto of `decoder_model_merged` (inputs `inputs_embeds`, `past_key_values.i.key/value`, and any of
    `attention_mask`, `position_ids`, `num_logits_to_keep`; outputs `logits`, `hidden_states`, `present.i.key/value`).
    embed: ModelProto of `embed_tokens`. Either may keep its weights in external files; the result refers to the same files and
    must be saved beside them. masked: the loop has a further input `attention_mask` int64 [1, n] for the first n positions (those
    of the padding are 0); positions after them are looked at. Raises ExportError where a tensor is missing.
    """
    inputs = {value.name: value for value in decoder.graph.input}
    outputs = {value.name: value for value in decoder.graph.output}
    past = [name for name in inputs if name.startswith("past_key_values.")]
    present = [name.replace("past_key_values.", "present.") for name in past]
    _expect("decoder_model_merged", inputs, ["inputs_embeds"])
    _expect("decoder_model_merged", outputs, ["logits", "hidden_states", *present])
    if not past:
        raise ExportError("The decoder graph has no past_key_values: a loop without a cache would read the whole text again for each token.")

    names = {name: f"step.{name}" for name in (*inputs, *outputs)}
    body = [*_fed(inputs, past, masked), *_renamed(decoder.graph.node, names)]
    body += _chosen()
    body += _embedded(embed)
    carried = [("inputs_embeds", "next.inputs_embeds"), *zip(past, present)]
    weights = [*decoder.graph.initializer, *_prefixed(embed.graph.initializer), *_constants()]
    hidden = outputs["hidden_states"].type.tensor_type
    body_graph = helper.make_graph(
        body,
        "turn",
        [
            helper.make_tensor_value_info("turn", _INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            *[_like(inputs[name], names[name]) for name, _ in carried],
        ],
        [
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            _like(inputs["inputs_embeds"], "next.inputs_embeds"),
            *[_like(outputs[name], names[name]) for name in present],
            helper.make_tensor_value_info("turn.token", _INT64, []),
            helper.make_tensor_value_info("turn.hidden", hidden.elem_type, [hidden.shape.dim[2].dim_value or None]),
        ],
    )
    loop = helper.make_node(
        "Loop",
        ["max_new_tokens", "loop.true", *[name for name, _ in carried]],
        ["last.inputs_embeds", *present, "tokens", "hidden_states"],
        name="generate",
        body=body_graph,
    )
    graph = helper.make_graph(
        [loop],
        "main_graph",
        [
            copy.deepcopy(inputs["inputs_embeds"]),
            *[copy.deepcopy(inputs[name]) for name in past],
            helper.make_tensor_value_info("max_new_tokens", _INT64, []),
            helper.make_tensor_value_info("eos_token_ids", _INT64, ["stops"]),
            *([helper.make_tensor_value_info("attention_mask", _INT64, [1, "masked_tokens"])] if masked else []),
        ],
        [
            helper.make_tensor_value_info("tokens", _INT64, ["new_tokens"]),
            helper.make_tensor_value_info("hidden_states", hidden.elem_type, ["new_tokens", hidden.shape.dim[2].dim_value or "hidden"]),
            *[copy.deepcopy(outputs[name]) for name in present],
        ],
        initializer=weights,
    )
    model = helper.make_model(graph, producer_name="uscdf_export", opset_imports=_opsets(decoder, embed))
    model.ir_version = max(decoder.ir_version, embed.ir_version)
    return model


def _expect(graph, there, wanted):
    missing = [name for name in wanted if name not in there]
    if missing:
        raise ExportError(f"The graph {graph} has no tensor {', '.join(missing)}, which the generation loop needs. Export it with these names.")


def _opsets(*models):
    versions = {}
    for model in models:
        for entry in model.opset_import:
            versions[entry.domain] = max(entry.version, versions.get(entry.domain, 0))
    return [helper.make_opsetid(domain, version) for domain, version in versions.items()]


def _constants():
    values = {
        "loop.true": np.array(True),
        "loop.one": np.array([1], np.int64),
        "loop.zero": np.array([0], np.int64),
        "loop.scalar_one": np.array(1, np.int64),
        "loop.scalar_zero": np.array(0, np.int64),
        "loop.last": np.array(-1, np.int64),
        "loop.one_by_one": np.array([1, 1], np.int64),
    }
    return [numpy_helper.from_array(value, name) for name, value in values.items()]


def _fed(inputs, past, masked):
    """Nodes that give the decoder what it wants beside embeddings and cache: one text, no padding, positions in order."""
    first = f"step.{past[0]}"
    nodes = [
        helper.make_node("Shape", [first], ["fed.past"], start=2, end=3),
        helper.make_node("Shape", ["step.inputs_embeds"], ["fed.now"], start=1, end=2),
        helper.make_node("Add", ["fed.past", "fed.now"], ["fed.all"]),
    ]
    known = {"inputs_embeds", *past}
    for name in inputs:
        if name in known:
            continue
        if name == "attention_mask" and masked:
            nodes.append(helper.make_node("Shape", ["attention_mask"], ["fed.given"], start=1, end=2))
            nodes.append(helper.make_node("Sub", ["fed.all", "fed.given"], ["fed.further"]))
            nodes.append(helper.make_node("Concat", ["loop.one", "fed.further"], ["fed.further_shape"], axis=0))
            nodes.append(helper.make_node("Expand", ["loop.one", "fed.further_shape"], ["fed.further_mask"]))
            nodes.append(helper.make_node("Concat", ["attention_mask", "fed.further_mask"], ["step.attention_mask"], axis=1))
        elif name == "attention_mask":
            nodes.append(helper.make_node("Concat", ["loop.one", "fed.all"], ["fed.mask_shape"], axis=0))
            nodes.append(helper.make_node("Expand", ["loop.one", "fed.mask_shape"], ["step.attention_mask"]))
        elif name == "position_ids":
            nodes.append(helper.make_node("Squeeze", ["fed.past"], ["fed.from"]))
            nodes.append(helper.make_node("Squeeze", ["fed.all"], ["fed.to"]))
            nodes.append(helper.make_node("Range", ["fed.from", "fed.to", "loop.scalar_one"], ["fed.positions"]))
            nodes.append(helper.make_node("Unsqueeze", ["fed.positions", "loop.zero"], ["step.position_ids"]))
        elif name == "num_logits_to_keep":
            nodes.append(helper.make_node("Identity", ["loop.scalar_one"], ["step.num_logits_to_keep"]))
        else:
            raise ExportError(f"The decoder graph wants the input {name}, which the generation loop does not know how to fill.")
    return nodes


def _chosen():
    """The most probable token, the state that predicted it, and whether it ends the answer."""
    return [
        helper.make_node("Gather", ["step.logits", "loop.last"], ["turn.logits"], axis=1),
        helper.make_node("ArgMax", ["turn.logits"], ["turn.best"], axis=-1, keepdims=0),
        helper.make_node("Squeeze", ["turn.best"], ["turn.token"]),
        helper.make_node("Gather", ["step.hidden_states", "loop.last"], ["turn.state"], axis=1),
        helper.make_node("Squeeze", ["turn.state", "loop.zero"], ["turn.hidden"]),
        helper.make_node("Equal", ["turn.token", "eos_token_ids"], ["turn.stops"]),
        helper.make_node("Cast", ["turn.stops"], ["turn.stop_flags"], to=_INT64),
        helper.make_node("ReduceSum", ["turn.stop_flags"], ["turn.stop_count"], keepdims=0),
        helper.make_node("Equal", ["turn.stop_count", "loop.scalar_zero"], ["go_on"]),
    ]


def _embedded(embed):
    """The embedding graph's nodes on the chosen token, under names of their own."""
    source, = [value.name for value in embed.graph.input]
    result, = [value.name for value in embed.graph.output]
    names = {tensor.name: f"embed.{tensor.name}" for tensor in embed.graph.initializer}
    for node in embed.graph.node:
        names.update({name: f"embed.{name}" for name in node.output if name})
    names[source] = "turn.ids"
    names[result] = "next.inputs_embeds"
    reshape = helper.make_node("Reshape", ["turn.token", "loop.one_by_one"], ["turn.ids"])
    return [reshape, *_renamed(embed.graph.node, names, "embed.")]


def _prefixed(tensors):
    result = []
    for tensor in tensors:
        own = copy.deepcopy(tensor)
        own.name = f"embed.{tensor.name}"
        result.append(own)
    return result


def _renamed(nodes, names, prefix=""):
    """Copies of the nodes with values renamed, in nested graphs too."""
    result = []
    for node in nodes:
        own = copy.deepcopy(node)
        _rename(own, names)
        if own.name:
            own.name = prefix + own.name
        result.append(own)
    return result


def _rename(node, names):
    pending = [node]
    while pending:
        current = pending.pop()
        for values in (current.input, current.output):
            for i, name in enumerate(values):
                values[i] = names.get(name, name)
        for attribute in current.attribute:
            for graph in (attribute.g, *attribute.graphs) if attribute.HasField("g") or attribute.graphs else ():
                pending.extend(graph.node)
                for value in (*graph.input, *graph.output):
                    value.name = names.get(value.name, value.name)


def _like(value, name):
    """A value of the same type under another name; sizes of a carried value that change are left open."""
    own = onnx.ValueInfoProto()
    own.CopyFrom(value)
    own.name = name
    for dim in own.type.tensor_type.shape.dim:
        if not dim.HasField("dim_value"):
            dim.ClearField("dim_param")
    return own
