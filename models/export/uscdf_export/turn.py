"""One turn of `generate_loop`: a single token through all layers.

Beside the weights a turn sees, of the graph around it: `places.…`, a row for each turn: the rotations `cos` and `sin`, and the
same `scaled_…` as queries want them. Carried are the token's embedding `turn.embeds` and a cache, which comes as `before.…` and
goes on as `now.…`: the whole, or this run's own. In the latter case a turn also sees `prompt.present.…`, the cache up to this
run; `places.lengths`; and `places.hidden` where the prompt is masked.

A small model spends more on the number of nodes than on what they compute, so onnxruntime's own operators take the place of
several where they have kernels on processors and on CUDA: RotaryEmbedding, SkipSimplifiedLayerNormalization, FusedMatMul,
MultiHeadAttention. GroupQueryAttention would do still more at once; but it has no float32 kernel on CUDA, wants heads of whole
eights, and on the processor took longer than the nodes that it replaces.
"""

from dataclasses import dataclass

import numpy as np
from onnx import NodeProto, TensorProto

from .nodes import CONTRIB


@dataclass(frozen=True)
class Outcome:
    """Names of what a turn gives: logits float32 [1, 1, vocabulary], and the state that predicts them, float32 [1, 1, H]."""

    logits: str
    hidden: str


def write_turn(turn, main, source):
    """Adds a turn's nodes to `turn`, and small tensors that they need to `main`; returns the Outcome. source: `loop.Source`."""
    turn.op("Unsqueeze", ["turn", main.ints("loop.first_axis", 0)], "turn.place")
    if not source.whole:
        turn.op("Gather", ["places.lengths", "turn"], "turn.lengths", axis=0)
    writer = _Turn(turn, main, source)
    # Nothing was added to the stream yet, and nothing is zero.
    x, added = "turn.embeds", main.constant("loop.nothing", np.zeros((1, 1, source.shape.hidden), source.number))
    for layer in range(source.shape.layers):
        x, added = writer.layer(x, added, layer)
    return writer.head(x, added)


class _Turn:
    def __init__(self, turn, main, source):
        self._op, self._nodes, self._main = turn.op, turn.nodes, main
        self._shape, self._masked, self._whole = source.shape, source.masked, source.whole
        self._half = source.type != TensorProto.FLOAT
        self._type = source.type
        self._known = {node.name: node for node in source.decoder.graph.node}

    def layer(self, x, added, layer):
        """Takes the stream and what is still to be added to it; returns the same behind the layer."""
        name = f"model.layers.{layer}"
        inner, x = self._norm(x, added, f"{name}.input_layernorm")
        attended = self._attention(inner, layer, f"{name}.self_attn")
        inner, x = self._norm(x, attended, f"{name}.post_attention_layernorm")
        gate = self._again(f"{name}.mlp.gate", inner)
        share = self._op("Sigmoid", [gate], f"turn.{name}.mlp.sigmoid")
        silu = self._op("Mul", [gate, share], f"turn.{name}.mlp.silu")
        gated = self._op("Mul", [silu, self._again(f"{name}.mlp.up", inner)], f"turn.{name}.mlp.gated")
        return x, self._again(f"{name}.mlp.out", gated)

    def head(self, x, added):
        """The last norm, and the logits."""
        state, _ = self._norm(x, added, "model.norm")
        logits = self._again("head.logits16" if self._half else "logits", state)
        return Outcome(self._exact(logits), self._exact(state))

    def _attention(self, x, layer, name):
        """Every head looks at what lay in the cache, and at this run's tokens up to this one."""
        own = f"turn.{name}"
        if self._whole:
            joined = self._at_the_whole(*self._projected(x, name), layer, own)
        else:
            mixed = self._side_by_side(*self._projected(x, name), layer, own)
            joined = self._op("Reshape", [mixed, self._main.ints("loop.joined", 1, 1, -1)], f"{own}.joined")
        return self._again(f"{name}.out", joined)

    def _at_the_whole(self, query, key, value, layer, own):
        """One node, which hands on the cache with the new token behind it."""
        inputs = [query, key, value, "", "", "", f"before.{layer}.key", f"before.{layer}.value"]
        outputs = [f"{own}.mixed", f"now.{layer}.key", f"now.{layer}.value"]
        return self._op("MultiHeadAttention", inputs, outputs, CONTRIB, num_heads=self._shape.heads, scale=1.0)

    def _side_by_side(self, query, key, value, layer, own):
        """The cache stays where it lies; scores of both are weighed together."""
        before, shape = f"prompt.present.{layer}", self._shape
        if shape.heads != shape.kv_heads:
            groups = self._main.ints("loop.groups", 1, shape.kv_heads, shape.heads // shape.kv_heads, shape.head_dim)
            query = self._op("Reshape", [query, groups], f"{own}.grouped")
        keys = self._op("Concat", [f"before.{layer}.key", key], f"now.{layer}.key", axis=2)
        values = self._op("Concat", [f"before.{layer}.value", value], f"now.{layer}.value", axis=2)
        far = self._op("FusedMatMul", [query, f"{before}.key"], f"{own}.far_scores", CONTRIB, transB=1)
        if self._masked:
            far = self._op("Add", [far, "places.hidden"], f"{own}.far_masked")
        near = self._op("FusedMatMul", [query, keys], f"{own}.near_scores", CONTRIB, transB=1)
        scores = self._exact(self._op("Concat", [far, near], f"{own}.scores", axis=-1))
        shares = self._as_stored(self._op("Softmax", [scores], f"{own}.shares", axis=-1))
        self._op("Split", [shares, "turn.lengths"], [f"{own}.far_shares", f"{own}.near_shares"], axis=-1)
        far = self._op("MatMul", [f"{own}.far_shares", f"{before}.value"], f"{own}.far")
        near = self._op("MatMul", [f"{own}.near_shares", values], f"{own}.near")
        return self._op("Add", [far, near], f"{own}.mixed")

    def _projected(self, x, name):
        """Query, key and value `[1, heads, 1, head_dim]`, for the whole cache `[1, 1, heads · head_dim]`; query and key are turned to
        their place. The query's rotation scales it too: a product with a factor takes a slower way in the library, twice as long."""
        shape, main, own = self._shape, self._main, f"turn.{name}"
        projected, axis, unit = self._again(f"{name}.qkv", x), -1, shape.head_dim
        if shape.qkv_bias:
            projected = self._again(f"{name}.qkv_biased", projected)
        if not self._whole:
            sides = main.ints("loop.heads", 1, shape.heads + 2 * shape.kv_heads, 1, shape.head_dim)
            projected, axis, unit = self._op("Reshape", [projected, sides], f"{own}.heads"), 1, 1
        sizes = main.ints("loop.parts", *(heads * unit for heads in (shape.heads, shape.kv_heads, shape.kv_heads)))
        self._op("Split", [projected, sizes], [f"{own}.{part}" for part in ("q", "k", "value")], axis=axis)
        query = self._op("RotaryEmbedding", [f"{own}.q", "turn.place", "places.scaled_cos", "places.scaled_sin"], f"{own}.query", CONTRIB)
        key = self._op("RotaryEmbedding", [f"{own}.k", "turn.place", "places.cos", "places.sin"], f"{own}.key", CONTRIB)
        return query, key, f"{own}.value"

    def _norm(self, x, added, name):
        """The root-mean-square norm of the stream after the addition; returns both."""
        result, total = f"turn.{name}", f"turn.{name}.sum"
        inputs = [x, added, f"{name}.weight"]
        self._op("SkipSimplifiedLayerNormalization", inputs, [result, "", "", total], CONTRIB, epsilon=self._shape.eps)
        return result, total

    def _again(self, name, x):
        """The decoder's node of that name on another value: the same weights."""
        own = NodeProto()
        own.CopyFrom(self._known[name])
        own.name = own.output[0] = f"turn.{name}"
        own.input[0] = x
        self._nodes.append(own)
        return own.name

    def _exact(self, name):
        return self._op("Cast", [name], f"{name}_exact", to=TensorProto.FLOAT) if self._half else name

    def _as_stored(self, name):
        return self._op("Cast", [name], f"{name}_stored", to=self._type) if self._half else name
