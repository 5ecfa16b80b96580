"""Writes the decoder of a LLaMA-type language model as ONNX, layer by layer, without ever holding more than a few of its weights.

The graph is put together here rather than traced: a 7B model then needs no more memory than its largest matrices, weights can be
quantised on their way to the disk, and the same file is made on every machine. Covers LLaMA, Vicuna, Qwen2 and InternLM2 (after
its fused matrix has been split): RMSNorm, rotary positions, grouped key/value heads, SwiGLU, optional biases of q, k and v.
"""

from dataclasses import dataclass

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from . import onnx_export
from .errors import ExportError
from .nodes import CONTRIB, Nodes
from .precision import BLOCK, dequantize, quantize

_TABLE, _HEAD = "model.embed_tokens", "lm_head"
_ONNX_TYPE = {np.float32: TensorProto.FLOAT, np.float16: TensorProto.FLOAT16}


@dataclass(frozen=True)
class DecoderShape:
    """Sizes of a LLaMA-type decoder, by the names of its config.json."""

    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocabulary: int
    eps: float
    rope_theta: float
    context: int
    qkv_bias: bool = False
    tied: bool = False


def decoder_shape(config):
    """The shape that a Hugging Face config (a dict) of a LLaMA-type model describes. Raises ExportError on positions that are
    scaled in a way this exporter does not know."""
    rope = config.get("rope_scaling") or config.get("rope_parameters") or {}
    kind = rope.get("rope_type", rope.get("type", "default"))
    if kind != "default":
        raise ExportError(f'The checkpoint scales its rotary positions by "{kind}", which this exporter does not know. Only plain rotary positions are written.')
    heads = config["num_attention_heads"]
    return DecoderShape(
        layers=config["num_hidden_layers"],
        hidden=config["hidden_size"],
        heads=heads,
        kv_heads=config.get("num_key_value_heads") or heads,
        head_dim=config.get("head_dim") or config["hidden_size"] // heads,
        intermediate=config["intermediate_size"],
        vocabulary=config["vocab_size"],
        eps=config.get("rms_norm_eps", 1e-6),
        rope_theta=float(config.get("rope_theta") or rope.get("rope_theta") or 10000.0),
        context=config.get("max_position_embeddings", 2048),
        qkv_bias=config.get("attention_bias", config.get("model_type") == "qwen2"),
        tied=config.get("tie_word_embeddings", False),
    )


def layer_names(shape, layer):
    """`{name below model.layers.N.: shape}` of one layer's weights in Hugging Face's layout."""
    query, key = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    names = {
        "self_attn.q_proj.weight": (query, shape.hidden),
        "self_attn.k_proj.weight": (key, shape.hidden),
        "self_attn.v_proj.weight": (key, shape.hidden),
        "self_attn.o_proj.weight": (shape.hidden, query),
        "mlp.gate_proj.weight": (shape.intermediate, shape.hidden),
        "mlp.up_proj.weight": (shape.intermediate, shape.hidden),
        "mlp.down_proj.weight": (shape.hidden, shape.intermediate),
        "input_layernorm.weight": (shape.hidden,),
        "post_attention_layernorm.weight": (shape.hidden,),
    }
    if shape.qkv_bias:
        names |= {"self_attn.q_proj.bias": (query,), "self_attn.k_proj.bias": (key,), "self_attn.v_proj.bias": (key,)}
    return {f"model.layers.{layer}.{name}": size for name, size in names.items()}


def decoder_names(shape):
    """`{name: shape}` of all weights of the language model: table, layers, last norm, head (where it has one of its own)."""
    names = {"model.embed_tokens.weight": (shape.vocabulary, shape.hidden), "model.norm.weight": (shape.hidden,)}
    if not shape.tied:
        names["lm_head.weight"] = (shape.vocabulary, shape.hidden)
    for layer in range(shape.layers):
        names |= layer_names(shape, layer)
    return names


def linear_bits(name, precision):
    """Bits of a linear layer's weight, None where it stays a float. The head chooses the words: 8 bits there cost little room and
    keep the order of close candidates."""
    return 8 if precision.bits is not None and name in (_HEAD, _TABLE) else precision.bits


def stored_value(name, value, precision):
    """A weight of `decoder_names` (float32 array) as the graphs hold it, back in float32: what a comparison is to be made with."""
    if value.ndim == 1:
        return value.astype(precision.activations).astype(np.float32)
    bits = None if name == f"{_TABLE}.weight" else linear_bits(name.removesuffix(".weight"), precision)
    if bits is None:
        return value.astype(precision.stored).astype(np.float32)
    packed, scales = quantize(value, bits)
    return dequantize(packed, scales.astype(precision.activations), value.shape[1])


def write_decoder(weights, shape, precision, path, external=False, fused=False):
    """Writes `decoder_model_merged` to `path` and returns its ModelProto (without external weights).

    weights: called with a name of `decoder_names`, returns that weight as a float array; called once for each.
    external: weights go to `<file>_data` beside the graph as they come. fused: attention as onnxruntime's GroupQueryAttention
    (faster on GPUs, bound to onnxruntime) instead of plain ONNX operators.
    """
    if fused and shape.head_dim % 8:
        raise ExportError(f"onnxruntime's own attention wants a multiple of 8 values a head, and this model has {shape.head_dim} values a head. Use --attention plain.")
    path.parent.mkdir(parents=True, exist_ok=True)
    data = path.with_name(path.name + "_data")
    data.unlink(missing_ok=True)
    if not external:
        return _write(_Writer(shape, precision, weights, None, ""), path, fused)
    with data.open("wb") as file:
        return _write(_Writer(shape, precision, weights, file, data.name), path, fused)


def write_embed_tokens(table, precision, path, external=False):
    """Writes the `embed_tokens` graph of a token table (float array [V, H]) and returns its ModelProto. The table is stored in
    the precision's float type and handed out in the type that is computed in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = path.with_name(path.name + "_data")
    data.unlink(missing_ok=True)
    tensor = numpy_helper.from_array(np.asarray(table, precision.stored, order="C"), "model.embed_tokens.weight")
    if external:
        with data.open("wb") as file:
            raw = tensor.raw_data
            onnx_export.point_to(tensor, data.name, onnx_export.append(file, raw), len(raw))
    exact = precision.stored is precision.activations
    kind = _ONNX_TYPE[precision.activations]
    nodes = [helper.make_node("Gather", [tensor.name, "input_ids"], ["inputs_embeds" if exact else "found"], name="gather")]
    if not exact:
        nodes.append(helper.make_node("Cast", ["found"], ["inputs_embeds"], name="cast", to=kind))
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "main_graph",
        [info("input_ids", TensorProto.INT64, [1, "tokens"])],
        [info("inputs_embeds", kind, [1, "tokens", table.shape[1]])],
        initializer=[tensor],
    )
    model = _model(graph, [helper.make_opsetid("", onnx_export.OPSET)])
    onnx_export.save_model(model, path, external_above=2**62)
    return model


def _model(graph, opsets):
    model = helper.make_model(graph, producer_name=onnx_export.PRODUCER, opset_imports=opsets)
    model.ir_version = 10
    return model


def _write(writer, path, fused):
    (_fused_context if fused else _context)(writer)
    x = "inputs_embeds"
    for layer in range(writer.shape.layers):
        x = _layer(writer, x, layer, fused)
    _head(writer, _rms_norm(writer, x, "model.norm"))
    model = writer.model(fused)
    onnx_export.save_model(model, path, external_above=2**62)
    return model


class _Writer(Nodes):
    """Nodes and weights of the graph so far; weights go to an open external file where there is one."""

    def __init__(self, shape, precision, weights, file, location):
        super().__init__()
        self.shape, self.precision, self.weights = shape, precision, weights
        self.type = _ONNX_TYPE[precision.activations]
        self._file, self._location = file, location

    def weight(self, name, value):
        """A tensor among the weights."""
        tensor = numpy_helper.from_array(np.asarray(value, order="C"), name)
        if self._file is not None and value.nbytes >= 1024:
            raw = tensor.raw_data
            onnx_export.point_to(tensor, self._location, onnx_export.append(self._file, raw), len(raw))
        self.tensors.append(tensor)
        return name

    def linear(self, x, name, output, parts=None):
        """`x · weightᵀ` for the weight `<name>.weight` of the checkpoint, or for several of these, one below the other."""
        weight = np.concatenate([self.weights(f"{part}.weight") for part in parts]) if parts else self.weights(f"{name}.weight")
        bits = linear_bits(name, self.precision)
        if bits is None:
            return self.op("MatMul", [x, self.weight(f"{name}.weight", weight.T.astype(self.precision.activations))], output)
        packed, scales = quantize(weight.astype(np.float32), bits)
        inputs = [
            x,
            self.weight(f"{name}.weight_q{bits}", packed),
            self.weight(f"{name}.weight_scales", scales.astype(self.precision.activations)),
        ]
        sizes = {"K": weight.shape[1], "N": weight.shape[0], "bits": bits, "block_size": BLOCK}
        return self.op("MatMulNBits", inputs, output, CONTRIB, accuracy_level=self.precision.accuracy, **sizes)

    def model(self, fused):
        shape = self.shape
        info = helper.make_tensor_value_info
        cache = [(kind, layer) for layer in range(shape.layers) for kind in ("key", "value")]
        sides = lambda length: [1, shape.kv_heads, length, shape.head_dim]
        graph = helper.make_graph(
            self.nodes,
            "main_graph",
            [
                info("inputs_embeds", self.type, [1, "tokens", shape.hidden]),
                info("attention_mask", TensorProto.INT64, [1, "all_tokens"]),
                info("num_logits_to_keep", TensorProto.INT64, []),
                *[info(f"past_key_values.{layer}.{kind}", self.type, sides("past_tokens")) for kind, layer in cache],
            ],
            [
                info("logits", TensorProto.FLOAT, [1, "kept_tokens", shape.vocabulary]),
                info("hidden_states", TensorProto.FLOAT, [1, "tokens", shape.hidden]),
                *[info(f"present.{layer}.{kind}", self.type, sides("all_tokens")) for kind, layer in cache],
            ],
            initializer=self.tensors,
        )
        opsets = [helper.make_opsetid("", onnx_export.OPSET)]
        if fused or self.precision.bits is not None:
            opsets.append(helper.make_opsetid(CONTRIB, 1))
        return _model(graph, opsets)


def _context(writer):
    """What all layers share: rotations of the positions at hand, and which position may look at which."""
    op = writer.op
    one, zero = writer.ints("const.one", 1), writer.whole("const.scalar_zero", 0)
    step = writer.whole("const.scalar_one", 1)
    op("Shape", ["past_key_values.0.key"], "context.past", start=2, end=3)
    op("Shape", ["inputs_embeds"], "context.now", start=1, end=2)
    op("Add", ["context.past", "context.now"], "context.all")
    op("Squeeze", ["context.past"], "context.from")
    op("Squeeze", ["context.all"], "context.to")
    op("Range", ["context.from", "context.to", step], "context.rows")
    op("Unsqueeze", ["context.rows", one], "context.positions")
    _rotations(writer, "context.positions")
    op("Range", [zero, "context.to", step], "context.columns")
    op("LessOrEqual", ["context.columns", "context.positions"], "context.causal")
    op("Cast", ["attention_mask"], "context.real", to=TensorProto.BOOL)
    op("And", ["context.causal", "context.real"], "context.visible")
    lowest = writer.constant("const.lowest", np.array(np.finfo(np.float32).min))
    op("Where", ["context.visible", writer.constant("const.zero_score", np.array(0, np.float32)), lowest], "context.mask")


def frequencies(shape):
    """Turns of each pair of a head's values from one position to the next, in radians: float32 [head_dim / 2]."""
    return 1.0 / (shape.rope_theta ** (np.arange(0, shape.head_dim, 2, dtype=np.float32) / np.float32(shape.head_dim)))


def _rotations(writer, positions):
    turns = writer.constant("const.frequencies", frequencies(writer.shape).astype(np.float32)[None])
    writer.op("Cast", [positions], "context.angle_positions", to=TensorProto.FLOAT)
    writer.op("MatMul", ["context.angle_positions", turns], "context.half_angles")
    writer.op("Concat", ["context.half_angles", "context.half_angles"], "context.angles", axis=-1)
    for kind in ("Cos", "Sin"):
        name = f"context.{kind.lower()}"
        exact = writer.op(kind, ["context.angles"], name if writer.type == TensorProto.FLOAT else f"{name}32")
        if exact != name:
            writer.op("Cast", [exact], name, to=writer.type)


def _fused_context(writer):
    op, shape = writer.op, writer.shape
    angles = np.outer(np.arange(shape.context, dtype=np.float32), frequencies(shape))
    writer.weight("context.cos_cache", np.cos(angles).astype(writer.precision.activations))
    writer.weight("context.sin_cache", np.sin(angles).astype(writer.precision.activations))
    op("ReduceSum", ["attention_mask", writer.ints("const.one", 1)], "context.count", keepdims=0)
    op("Sub", ["context.count", writer.ints("const.one", 1)], "context.last")
    op("Cast", ["context.last"], "context.lengths", to=TensorProto.INT32)
    op("Shape", ["attention_mask"], "context.all", start=1, end=2)
    op("Squeeze", ["context.all"], "context.total64")
    op("Cast", ["context.total64"], "context.total", to=TensorProto.INT32)


def _rms_norm(writer, x, name):
    """Root-mean-square norm, in float32 inside as the models were trained."""
    op, half = writer.op, writer.type != TensorProto.FLOAT
    exact = op("Cast", [x], f"{name}.exact", to=TensorProto.FLOAT) if half else x
    op("Pow", [exact, writer.constant("const.two", np.array(2, np.float32))], f"{name}.square")
    op("ReduceMean", [f"{name}.square", writer.ints("const.last_axis", -1)], f"{name}.mean", keepdims=1)
    op("Add", [f"{name}.mean", writer.constant("const.eps", np.array(writer.shape.eps, np.float32))], f"{name}.shifted")
    op("Sqrt", [f"{name}.shifted"], f"{name}.root")
    op("Div", [exact, f"{name}.root"], f"{name}.scaled32" if half else f"{name}.scaled")
    if half:
        op("Cast", [f"{name}.scaled32"], f"{name}.scaled", to=writer.type)
    weight = writer.weight(f"{name}.weight", writer.weights(f"{name}.weight").astype(writer.precision.activations))
    return op("Mul", [f"{name}.scaled", weight], f"{name}.out")


def _layer(writer, x, layer, fused):
    name = f"model.layers.{layer}"
    attention = _attention(writer, _rms_norm(writer, x, f"{name}.input_layernorm"), layer, fused)
    x = writer.op("Add", [x, attention], f"{name}.attended")
    inner = _rms_norm(writer, x, f"{name}.post_attention_layernorm")
    gate = writer.linear(inner, f"{name}.mlp.gate_proj", f"{name}.mlp.gate")
    writer.op("Sigmoid", [gate], f"{name}.mlp.sigmoid")
    writer.op("Mul", [gate, f"{name}.mlp.sigmoid"], f"{name}.mlp.silu")
    up = writer.linear(inner, f"{name}.mlp.up_proj", f"{name}.mlp.up")
    writer.op("Mul", [f"{name}.mlp.silu", up], f"{name}.mlp.gated")
    down = writer.linear(f"{name}.mlp.gated", f"{name}.mlp.down_proj", f"{name}.mlp.out")
    return writer.op("Add", [x, down], f"{name}.out")


def _attention(writer, x, layer, fused):
    name, shape = f"model.layers.{layer}.self_attn", writer.shape
    kinds = [f"{name}.{kind}_proj" for kind in ("q", "k", "v")]
    # One product for all three: what is spent on each node counts where a model is small.
    projected = writer.linear(x, f"{name}.qkv_proj", f"{name}.qkv", kinds)
    if shape.qkv_bias:
        bias = np.concatenate([writer.weights(f"{kind}.bias") for kind in kinds]).astype(writer.precision.activations)
        projected = writer.op("Add", [projected, writer.weight(f"{name}.qkv_proj.bias", bias)], f"{name}.qkv_biased")
    sides = writer.ints("const.qkv_sides", *(heads * shape.head_dim for heads in (shape.heads, shape.kv_heads, shape.kv_heads)))
    parts = {kind: f"{name}.{kind}" for kind in ("q", "k", "v")}
    writer.op("Split", [projected, sides], list(parts.values()), axis=-1)
    joined = (_fused_attention if fused else _plain_attention)(writer, parts, layer, name)
    return writer.linear(joined, f"{name}.o_proj", f"{name}.out")


def _fused_attention(writer, projected, layer, name):
    past = [f"past_key_values.{layer}.key", f"past_key_values.{layer}.value"]
    shared = ["context.lengths", "context.total", "context.cos_cache", "context.sin_cache"]
    outputs = [f"{name}.joined", f"present.{layer}.key", f"present.{layer}.value"]
    heads = {"num_heads": writer.shape.heads, "kv_num_heads": writer.shape.kv_heads}
    scale = float(writer.shape.head_dim**-0.5)
    inputs = [*projected.values(), *past, *shared]
    return writer.op("GroupQueryAttention", inputs, outputs, CONTRIB, do_rotary=1, scale=scale, **heads)


def _plain_attention(writer, projected, layer, name):
    op, shape = writer.op, writer.shape
    heads = {"q": shape.heads, "k": shape.kv_heads, "v": shape.kv_heads}
    parts = {}
    for kind, count in heads.items():
        sides = writer.ints(f"const.split_{count}", 0, 0, count, shape.head_dim)
        op("Reshape", [projected[kind], sides], f"{name}.{kind}_heads")
        parts[kind] = op("Transpose", [f"{name}.{kind}_heads"], f"{name}.{kind}_split", perm=[0, 2, 1, 3])
    query, key = _rotated(writer, parts["q"], f"{name}.q"), _rotated(writer, parts["k"], f"{name}.k")
    keys = op("Concat", [f"past_key_values.{layer}.key", key], f"present.{layer}.key", axis=2)
    values = op("Concat", [f"past_key_values.{layer}.value", parts["v"]], f"present.{layer}.value", axis=2)
    if shape.heads != shape.kv_heads:
        keys, values = _repeated(writer, keys, f"{name}.keys"), _repeated(writer, values, f"{name}.values")
    op("Transpose", [keys], f"{name}.keys_turned", perm=[0, 1, 3, 2])
    scale = writer.constant("const.scale", np.array(shape.head_dim**-0.5, writer.precision.activations))
    op("Mul", [query, scale], f"{name}.q_scaled")
    scores = op("MatMul", [f"{name}.q_scaled", f"{name}.keys_turned"], f"{name}.scores")
    if writer.type != TensorProto.FLOAT:
        scores = op("Cast", [scores], f"{name}.scores32", to=TensorProto.FLOAT)
    op("Add", [scores, "context.mask"], f"{name}.masked")
    shares = op("Softmax", [f"{name}.masked"], f"{name}.shares", axis=-1)
    if writer.type != TensorProto.FLOAT:
        shares = op("Cast", [shares], f"{name}.shares16", to=writer.type)
    op("MatMul", [shares, values], f"{name}.mixed")
    op("Transpose", [f"{name}.mixed"], f"{name}.turned", perm=[0, 2, 1, 3])
    return op("Reshape", [f"{name}.turned", writer.ints("const.join", 0, 0, -1)], f"{name}.joined")


def _rotated(writer, x, name):
    """Rotary positions: x · cos + (−second half, first half) · sin."""
    op, half = writer.op, writer.shape.head_dim // 2
    axis = writer.ints("const.last_axis", -1)
    start, middle, end = (writer.ints(f"const.{word}", at) for word, at in (("start", 0), ("middle", half), ("end", 2 * half)))
    op("Slice", [x, start, middle, axis], f"{name}_first")
    op("Slice", [x, middle, end, axis], f"{name}_second")
    op("Neg", [f"{name}_second"], f"{name}_negated")
    op("Concat", [f"{name}_negated", f"{name}_first"], f"{name}_quarter_turn", axis=-1)
    op("Mul", [x, "context.cos"], f"{name}_cos")
    op("Mul", [f"{name}_quarter_turn", "context.sin"], f"{name}_sin")
    return op("Add", [f"{name}_cos", f"{name}_sin"], f"{name}_rotated")


def _repeated(writer, x, name):
    """Each key/value head as often as query heads share it."""
    op, shape = writer.op, writer.shape
    op("Unsqueeze", [x, writer.ints("const.two_axis", 2)], f"{name}_apart")
    times = writer.ints("const.repeat", 1, 1, shape.heads // shape.kv_heads, 1, 1)
    op("Tile", [f"{name}_apart", times], f"{name}_tiled")
    return op("Reshape", [f"{name}_tiled", writer.ints("const.all_heads", 0, shape.heads, -1, shape.head_dim)], f"{name}_repeated")


def _head(writer, x):
    """Final states of all positions, and logits of the last `num_logits_to_keep` (0: of all)."""
    op = writer.op
    exact = writer.type == TensorProto.FLOAT
    op("Identity" if exact else "Cast", [x], "hidden_states", **({} if exact else {"to": TensorProto.FLOAT}))
    axis = writer.ints("const.one", 1)
    op("Neg", ["num_logits_to_keep"], "head.from_scalar")
    op("Unsqueeze", ["head.from_scalar", writer.ints("const.start", 0)], "head.from")
    op("Slice", [x, "head.from", writer.ints("const.forever", 2**62), axis], "head.kept")
    result = writer.linear("head.kept", _TABLE if writer.shape.tied else _HEAD, "logits" if exact else "head.logits16")
    if not exact:
        op("Cast", [result], "logits", to=TensorProto.FLOAT)
