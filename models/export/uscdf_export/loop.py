"""Builds `generate_loop` out of `decoder_model_merged` and `embed_tokens`: greedy decoding inside one run.

A step graph hands its whole cache out of the runtime and back in for every token. Here the decoder reads the prompt once, and an
ONNX `Loop` writes the tokens after the first: each turn runs the layers on one token, takes the most probable next one, notes the
state that predicted it, and embeds it. What lay in the cache before is not copied, since a turn sees it where it lies: only this
run's own tokens are carried from turn to turn, and a turn looks at both side by side. (A tiny cache is carried as a whole: there
copying costs less than the nodes that look at two.) One token also needs no mask and hardly any reordering. The weights stay
outside the loop and serve prompt and turns; a session that does not pack them (`session.disable_prepacking`) holds them once.
"""

from dataclasses import dataclass

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper

from . import onnx_export
from .decoder_graph import DecoderShape, frequencies
from .errors import ExportError
from .nodes import CONTRIB, Nodes
from .turn import write_turn

# Bytes of a layer's keys and values at the longest text, up to which turns carry the whole cache. That saves eleven nodes a layer
# and copies the layer's cache at every token. Measured on a processor with several shapes of heads, a turn is a fifth faster so at
# a text's start, and both ways meet about where the cache reaches this size.
_TINY = 256 * 2**10

_INT64 = TensorProto.INT64
_NUMPY = {TensorProto.FLOAT: np.float32, TensorProto.FLOAT16: np.float16}


@dataclass(frozen=True)
class Source:
    """What the loop is made of. type: ONNX' number of the activations' type; masked: as in `build_loop`."""

    decoder: ModelProto
    embed: ModelProto
    shape: DecoderShape
    type: int
    masked: bool

    @property
    def number(self):
        """numpy's type of the activations."""
        return _NUMPY[self.type]

    @property
    def cache(self):
        """Names of the cache's tensors without what stands before them: `0.key`, `0.value`, `1.key`, …"""
        return [f"{layer}.{kind}" for layer in range(self.shape.layers) for kind in ("key", "value")]

    @property
    def whole(self):
        """Whether turns carry the whole cache rather than this run's part of it, which MultiHeadAttention then reads. It knows no groups
        of heads, would want a mask as a number for each position, and says nothing about weighing halves' scores in float32."""
        shape = self.shape
        layer = 2 * shape.heads * shape.head_dim * shape.context * np.dtype(np.float32).itemsize
        return layer <= _TINY and shape.heads == shape.kv_heads and self.type == TensorProto.FLOAT and not self.masked

    def sides(self, length):
        """Sizes of a tensor of the cache."""
        return [1, self.shape.kv_heads, length, self.shape.head_dim]


def build_loop(decoder, embed, shape, masked=False):
    """Returns the ModelProto of `generate_loop`.

    decoder: ModelProto that `write_decoder` gave; embed: of `write_embed_tokens`; shape: the DecoderShape of both. They may keep
    their weights in external files; the result refers to the same files and must be saved beside them. masked: the loop has a
    further input `attention_mask` int64 [1, n] for the first n positions (those of the padding are 0); positions after them are
    looked at. At least one token is written, whatever `max_new_tokens` says. Raises ExportError where a tensor is missing.
    """
    inputs = {value.name: value for value in decoder.graph.input}
    outputs = {value.name: value for value in decoder.graph.output}
    kind = inputs["inputs_embeds"].type.tensor_type.elem_type
    source = Source(decoder, embed, shape, kind, masked)
    _expect(inputs, ["attention_mask", "num_logits_to_keep", *(f"past_key_values.{part}" for part in source.cache)])
    _expect(outputs, ["logits", "hidden_states", *(f"present.{part}" for part in source.cache)])
    main = Nodes()
    _prompt(main, source)
    _first_token(main, source)
    _places(main, source)
    _turns(main, source)
    _results(main, source)
    return _model(main, source)


def _expect(there, wanted):
    missing = [name for name in wanted if name not in there]
    if missing:
        raise ExportError(f"The graph decoder_model_merged has no tensor {', '.join(missing)}, which the generation loop needs. Export it with these names.")


def _prompt(main, source):
    """The decoder on the embeddings at hand, with what it wants beside them; its outputs are called `prompt.…`."""
    one = main.ints("loop.one", 1)
    main.op("Shape", ["past_key_values.0.key"], "given.past", start=2, end=3)
    main.op("Shape", ["inputs_embeds"], "given.now", start=1, end=2)
    main.op("Add", ["given.past", "given.now"], "given.all")
    if source.masked:
        main.op("Shape", ["attention_mask"], "given.told", start=1, end=2)
        main.op("Sub", ["given.all", "given.told"], "given.further")
        main.op("Concat", [one, "given.further"], "given.further_sides", axis=0)
        main.op("Expand", [one, "given.further_sides"], "given.further_mask")
        main.op("Concat", ["attention_mask", "given.further_mask"], "given.mask", axis=1)
    else:
        main.op("Concat", [one, "given.all"], "given.sides", axis=0)
        main.op("Expand", [one, "given.sides"], "given.mask")
    names = {value.name: f"prompt.{value.name}" for value in source.decoder.graph.output}
    names |= {"attention_mask": "given.mask", "num_logits_to_keep": main.whole("loop.keep_one", 1)}
    for node in source.decoder.graph.node:
        main.nodes.append(_renamed(node, names, "prompt."))


def _first_token(main, source):
    """The token after the prompt, its embedding, and the table `[vocabulary]` of the words that do not end an answer."""
    main.op("Range", [main.whole("loop.scalar_zero", 0), main.whole("loop.words", source.shape.vocabulary), main.whole("loop.scalar_one", 1)], "stops.words")
    main.op("Unsqueeze", ["stops.words", main.ints("loop.one", 1)], "stops.rows")
    main.op("Equal", ["stops.rows", "eos_token_ids"], "stops.same")
    main.op("Cast", ["stops.same"], "stops.flags", to=_INT64)
    main.op("ReduceSum", ["stops.flags", "loop.one"], "stops.count", keepdims=0)
    main.op("Equal", ["stops.count", "loop.scalar_zero"], "stops.go_on")
    main.op("ArgMax", ["prompt.logits"], "first.token", axis=-1, keepdims=0)
    main.op("Gather", ["prompt.hidden_states", main.ints("loop.last", -1)], "first.state", axis=1)
    main.op("Gather", ["stops.go_on", "first.token"], "first.goes_on")
    main.op("Squeeze", ["first.goes_on"], "first.going")
    main.nodes += _embedded(source.embed, "first.token", "first.embeds", "first.")


def _places(main, source):
    """What differs from turn to turn and is known beforehand, a row each: rotations `[turns, head_dim / 2]`, as they are and scaled;
    and how many positions lie before and in this run, `[turns, 2]`."""
    main.op("Squeeze", ["given.all"], "places.from")
    main.op("Add", ["places.from", "max_new_tokens"], "places.to")
    main.op("Range", ["places.from", "places.to", "loop.scalar_one"], "places.positions")
    main.op("Unsqueeze", ["places.positions", "loop.one"], "places.column")
    main.op("Cast", ["places.column"], "places.exact", to=TensorProto.FLOAT)
    per_place = main.constant("loop.frequencies", frequencies(source.shape).astype(np.float32)[None])
    main.op("MatMul", ["places.exact", per_place], "places.angles")
    scale = main.constant("loop.scale", np.array(source.shape.head_dim**-0.5, np.float32))
    # In halves the products are rounded once, behind the scale.
    exact = "" if source.type == TensorProto.FLOAT else "32"
    for kind in ("cos", "sin"):
        names = [f"places.{kind}", f"places.scaled_{kind}"]
        main.op(kind.capitalize(), ["places.angles"], names[0] + exact)
        main.op("Mul", [names[0] + exact, scale], names[1] + exact)
        if exact:
            for name in names:
                main.op("Cast", [name + exact], name, to=source.type)
    if not source.whole:
        main.op("Sub", ["places.column", "places.from"], "places.turn")
        main.op("Add", ["places.turn", "loop.one"], "places.own")
        main.op("Shape", ["places.own"], "places.sides")
        main.op("Expand", ["given.all", "places.sides"], "places.before")
        main.op("Concat", ["places.before", "places.own"], "places.lengths", axis=1)
    if source.masked:
        lowest = main.constant("loop.lowest", np.array(np.finfo(source.number).min, source.number))
        main.op("Cast", ["given.mask"], "given.seen", to=TensorProto.BOOL)
        main.op("Where", ["given.seen", main.constant("loop.visible", np.array(0, source.number)), lowest], "places.hidden")


def _turns(main, source):
    """The loop itself, from the first token's embedding on."""
    main.op("Sub", ["max_new_tokens", "loop.scalar_one"], "loop.turns")
    if source.whole:
        cache, after = [f"prompt.present.{part}" for part in source.cache], "present"
    else:
        cache, after = [main.constant("loop.empty", np.zeros(source.sides(0), source.number))] * len(source.cache), "own"
    carried = ["first.embeds", *cache]
    outputs = ["after.embeds", *(f"{after}.{part}" for part in source.cache), "after.tokens", "after.states"]
    main.op("Loop", ["loop.turns", "first.going", *carried], outputs, body=_turn(main, source))


def _turn(main, source):
    """The body of the loop: one token through the layers, to the next one. Small tensors that it needs go to the graph around it."""
    turn = Nodes()
    state = write_turn(turn, main, source)
    turn.op("ArgMax", [state.logits], "turn.token", axis=-1, keepdims=0)
    turn.op("Gather", ["stops.go_on", "turn.token"], "turn.goes_on")
    turn.op("Squeeze", ["turn.goes_on"], "turn.go_on")
    turn.nodes += _embedded(source.embed, "turn.token", "turn.next", "turn.")
    info, hidden = helper.make_tensor_value_info, source.shape.hidden
    return helper.make_graph(
        turn.nodes,
        "turn",
        [
            info("turn", _INT64, []),
            info("going", TensorProto.BOOL, []),
            info("turn.embeds", source.type, [1, 1, hidden]),
            *(info(f"before.{part}", source.type, source.sides(None)) for part in source.cache),
        ],
        [
            info("turn.go_on", TensorProto.BOOL, []),
            info("turn.next", source.type, [1, 1, hidden]),
            *(info(f"now.{part}", source.type, source.sides(None)) for part in source.cache),
            info("turn.token", _INT64, [1, 1]),
            info(state.hidden, TensorProto.FLOAT, [1, 1, hidden]),
        ],
    )


def _results(main, source):
    """Tokens and states in a row, and the cache as one."""
    rows = {"tokens": main.ints("loop.flat", -1), "hidden_states": main.ints("loop.rows", -1, source.shape.hidden)}
    for name, first, after in (("tokens", "first.token", "after.tokens"), ("hidden_states", "first.state", "after.states")):
        main.op("Reshape", [first, rows[name]], f"{first}_row")
        main.op("Reshape", [after, rows[name]], f"{after}_rows")
        main.op("Concat", [f"{first}_row", f"{after}_rows"], name, axis=0)
    if not source.whole:
        for part in source.cache:
            main.op("Concat", [f"prompt.present.{part}", f"own.{part}"], f"present.{part}", axis=2)


def _model(main, source):
    info, decoder, embed = helper.make_tensor_value_info, source.decoder, source.embed
    graph = helper.make_graph(
        main.nodes,
        "main_graph",
        [
            info("inputs_embeds", source.type, [1, "tokens", source.shape.hidden]),
            *(info(f"past_key_values.{part}", source.type, source.sides("past_tokens")) for part in source.cache),
            info("max_new_tokens", _INT64, []),
            info("eos_token_ids", _INT64, ["stops"]),
            *([info("attention_mask", _INT64, [1, "masked_tokens"])] if source.masked else []),
        ],
        [
            info("tokens", _INT64, ["new_tokens"]),
            info("hidden_states", TensorProto.FLOAT, ["new_tokens", source.shape.hidden]),
            *(info(f"present.{part}", source.type, source.sides("all_tokens")) for part in source.cache),
        ],
        initializer=[*decoder.graph.initializer, *_prefixed(embed.graph.initializer), *main.tensors],
    )
    opsets = [helper.make_opsetid("", onnx_export.OPSET), helper.make_opsetid(CONTRIB, 1)]
    model = helper.make_model(graph, producer_name=onnx_export.PRODUCER, opset_imports=opsets)
    model.ir_version = max(decoder.ir_version, embed.ir_version)
    return model


def _embedded(embed, ids, result, prefix):
    """The embedding graph's nodes on a token [1, 1], under names of their own."""
    names = {tensor.name: f"embed.{tensor.name}" for tensor in embed.graph.initializer}
    for node in embed.graph.node:
        names.update({name: f"{prefix}{name}" for name in node.output})
    names |= {embed.graph.input[0].name: ids, embed.graph.output[0].name: result}
    return [_renamed(node, names, prefix) for node in embed.graph.node]


def _prefixed(tensors):
    result = []
    for tensor in tensors:
        own = TensorProto()
        own.CopyFrom(tensor)
        own.name = f"embed.{tensor.name}"
        result.append(own)
    return result


def _renamed(node, names, prefix):
    """A copy of a node with its values renamed, and its own name behind a prefix."""
    own = NodeProto()
    own.CopyFrom(node)
    own.name = prefix + node.name
    for values in (own.input, own.output):
        for i, name in enumerate(values):
            values[i] = names.get(name, name)
    return own
