"""The decoder's graphs against `transformers`: every precision, both ways of attention, step by step and in the loop."""

from dataclasses import replace

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM

from uscdf_export.decoder_graph import decoder_names, decoder_shape, stored_value, write_decoder, write_embed_tokens
from uscdf_export.errors import ExportError
from uscdf_export.loop import build_loop
from uscdf_export.onnx_export import save_model
from uscdf_export.precision import dequantize, precision, quantize

SIZES = {
    "hidden_size": 64,
    "intermediate_size": 112,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "vocab_size": 150,
    "max_position_embeddings": 128,
}
EOS, NEW = 7, 20
# With texts of SIZES a turn carries the whole cache where it may; with longer ones it leaves the prompt's where it lies.
LONG = 4096


def llama():
    return LlamaForCausalLM(LlamaConfig(**SIZES))


def qwen2():
    """Grouped heads and biases of q, k and v."""
    return Qwen2ForCausalLM(Qwen2Config(**SIZES, num_key_value_heads=2, tie_word_embeddings=False))


def tied():
    """The head is the token table."""
    return LlamaForCausalLM(LlamaConfig(**SIZES, tie_word_embeddings=True))


class Exported:
    """A random model, its graphs in one precision, and the same model with the weights as the graphs hold them."""

    def __init__(self, build, name, folder, external=False, fused=False, masked=False, context=SIZES["max_position_embeddings"]):
        torch.manual_seed(3)
        self.model = build().eval()
        for parameter in self.model.parameters():
            parameter.requires_grad_(False)
            parameter.add_(torch.randn_like(parameter) * 0.15)
        self.shape, self.precision = replace(decoder_shape(self.model.config.to_dict()), context=context), precision(name)
        state = self.model.state_dict()
        weights = {key: state[key].numpy().copy() for key in decoder_names(self.shape)}
        decoder = write_decoder(lambda key: weights[key], self.shape, self.precision, folder / "decoder.onnx", external, fused)
        embed = write_embed_tokens(weights["model.embed_tokens.weight"], self.precision, folder / "embed.onnx", external)
        save_model(build_loop(decoder, embed, self.shape, masked), folder / "loop.onnx")
        for key, value in weights.items():
            state[key].copy_(torch.from_numpy(stored_value(key, value, self.precision)))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.step, self.loop, self.embed = (
            onnxruntime.InferenceSession(folder / f"{key}.onnx", options, providers=["CPUExecutionProvider"]) for key in ("decoder", "loop", "embed")
        )

    def run(self, session, **feeds):
        return dict(zip((value.name for value in session.get_outputs()), session.run(None, feeds)))

    def embedded(self, ids):
        return self.run(self.embed, input_ids=np.array([ids], np.int64))["inputs_embeds"]

    def empty(self):
        side = (1, self.shape.kv_heads, 0, self.shape.head_dim)
        return {f"past_key_values.{i}.{kind}": np.zeros(side, self.precision.activations) for i in range(self.shape.layers) for kind in ("key", "value")}

    def prompt(self):
        return [int(i) for i in torch.randint(0, SIZES["vocab_size"], (13,), generator=torch.Generator().manual_seed(5))]

    def looped(self, ids, most, cache=None):
        stops = np.array([EOS], np.int64)
        return self.run(self.loop, inputs_embeds=self.embedded(ids), **(cache or self.empty()), max_new_tokens=np.array(most), eos_token_ids=stops)


def past_of(given):
    return {name.replace("present.", "past_key_values."): value for name, value in given.items() if name.startswith("present.")}


TOLERANCE = {"fp32": 2e-5, "fp16": 3e-2, "int8": 2e-4, "int4": 2e-4}


@pytest.mark.parametrize("name", ["fp32", "fp16", "int8", "int4"])
@pytest.mark.parametrize("build", [llama, qwen2, tied])
@pytest.mark.parametrize("fused", [False, True])
def test_states_and_logits_equal_those_of_transformers(tmp_path, build, name, fused):
    exported = Exported(build, name, tmp_path, external=name == "int4", fused=fused)
    ids = exported.prompt()
    with torch.no_grad():
        wanted = exported.model(torch.tensor([ids]), output_hidden_states=True)
    feeds = {"attention_mask": np.ones((1, len(ids)), np.int64), "num_logits_to_keep": np.array(0)}
    given = exported.run(exported.step, inputs_embeds=exported.embedded(ids), **exported.empty(), **feeds)
    assert given["logits"].shape == (1, len(ids), SIZES["vocab_size"])
    np.testing.assert_allclose(given["hidden_states"], wanted.hidden_states[-1].numpy(), atol=TOLERANCE[name])
    # A head that is the token table is quantised while the table itself is not.
    rounded = build is tied and exported.precision.bits is not None
    np.testing.assert_allclose(given["logits"], wanted.logits.numpy(), atol=0.3 if rounded else 4 * TOLERANCE[name])


@pytest.mark.parametrize("build", [llama, qwen2])
@pytest.mark.parametrize("fused", [False, True])
@pytest.mark.parametrize("context", [128, LONG])
def test_the_loop_writes_the_tokens_of_generate(tmp_path, build, fused, context):
    exported = Exported(build, "fp32", tmp_path, fused=fused, context=context)
    ids = exported.prompt()
    asked = {"max_new_tokens": NEW, "do_sample": False, "eos_token_id": EOS, "pad_token_id": 0}
    written = exported.model.generate(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), **asked)
    wanted = written[0, len(ids) :].tolist()
    given = exported.looped(ids, NEW)
    assert given["tokens"].tolist() == wanted
    with torch.no_grad():
        states = exported.model(written, output_hidden_states=True).hidden_states[-1][0]
    # Row k predicted tokens[k]: it stands one place before it.
    np.testing.assert_allclose(given["hidden_states"], states[len(ids) - 1 : -1].numpy(), atol=5e-5)
    assert given["present.0.key"].shape[2] == len(ids) + len(wanted) - 1


@pytest.mark.parametrize("context", [128, LONG])
def test_a_loop_in_pieces_writes_what_one_loop_writes(tmp_path, context):
    exported = Exported(llama, "fp32", tmp_path, context=context)
    ids = exported.prompt()
    whole = exported.looped(ids, 9)
    first = exported.looped(ids, 4)
    second = exported.looped(first["tokens"][-1:].tolist(), 5, past_of(first))
    assert [*first["tokens"], *second["tokens"]] == whole["tokens"].tolist()
    np.testing.assert_allclose(np.concatenate([first["hidden_states"], second["hidden_states"]]), whole["hidden_states"], atol=2e-5)


def test_steps_write_what_the_loop_writes(tmp_path):
    exported = Exported(qwen2, "int4", tmp_path)
    ids = exported.prompt()
    looped, cache, stepped = exported.looped(ids, 8), exported.empty(), []
    embeds, past = exported.embedded(ids), 0
    for _ in range(8):
        past += embeds.shape[1]
        feeds = {"attention_mask": np.ones((1, past), np.int64), "num_logits_to_keep": np.array(1)}
        given = exported.run(exported.step, inputs_embeds=embeds, **cache, **feeds)
        assert given["logits"].shape[1] == 1
        stepped.append(int(given["logits"][0, -1].argmax()))
        cache, embeds = past_of(given), exported.embedded(stepped[-1:])
    assert stepped == looped["tokens"].tolist()


def test_the_loop_stops_after_any_of_its_stops(tmp_path):
    exported = Exported(llama, "fp32", tmp_path)
    ids = exported.prompt()
    free = exported.looped(ids, 6)["tokens"].tolist()
    stops = np.array([149, free[2]], np.int64)
    given = exported.run(exported.loop, inputs_embeds=exported.embedded(ids), **exported.empty(), max_new_tokens=np.array(6), eos_token_ids=stops)
    assert given["tokens"].tolist() == free[: free.index(free[2]) + 1]


@pytest.mark.parametrize("most", [0, 1])
@pytest.mark.parametrize("context", [128, LONG])
def test_one_token_is_written_at_least(tmp_path, most, context):
    exported = Exported(llama, "fp32", tmp_path, context=context)
    ids = exported.prompt()
    given = exported.looped(ids, most)
    assert given["tokens"].tolist() == exported.looped(ids, 3)["tokens"][:1].tolist()
    assert given["hidden_states"].shape == (1, SIZES["hidden_size"])
    assert given["present.0.key"].shape[2] == len(ids)


@pytest.mark.parametrize("name", ["fp32", "fp16", "int8", "int4"])
@pytest.mark.parametrize("build", [llama, qwen2, tied])
@pytest.mark.parametrize("context", [128, LONG])
def test_turns_of_the_loop_compute_what_the_prompt_computes(tmp_path, build, name, context):
    """The prompt goes through the step graph's nodes, a turn through its own: the same tokens again as a prompt give the same states."""
    exported = Exported(build, name, tmp_path, external=name == "int4", context=context)
    ids = exported.prompt()
    given = exported.looped(ids, 6)
    again = ids + given["tokens"][:-1].tolist()
    feeds = {"attention_mask": np.ones((1, len(again)), np.int64), "num_logits_to_keep": np.array(1)}
    wanted = exported.run(exported.step, inputs_embeds=exported.embedded(again), **exported.empty(), **feeds)
    np.testing.assert_allclose(given["hidden_states"], wanted["hidden_states"][0, len(ids) - 1 :], atol=TOLERANCE[name])
    for layer in range(exported.shape.layers):
        for kind in ("key", "value"):
            part = f"present.{layer}.{kind}"
            np.testing.assert_allclose(given[part], wanted[part], atol=TOLERANCE[name])


def turn_of(folder):
    """Kinds of the nodes in a loop's turn."""
    main = onnx.load(folder / "loop.onnx", load_external_data=False).graph
    body = next(attribute.g for node in main.node if node.op_type == "Loop" for attribute in node.attribute if attribute.name == "body")
    return [node.op_type for node in body.node]


def test_turns_copy_only_a_tiny_cache_of_floats_without_groups(tmp_path):
    layers = SIZES["num_hidden_layers"]
    Exported(llama, "fp32", tmp_path)
    assert turn_of(tmp_path).count("MultiHeadAttention") == layers
    for build, name, how in ((llama, "fp32", {"context": LONG}), (llama, "fp16", {}), (llama, "fp32", {"masked": True}), (qwen2, "fp32", {})):
        Exported(build, name, tmp_path, **how)
        assert turn_of(tmp_path).count("MultiHeadAttention") == 0
        assert turn_of(tmp_path).count("FusedMatMul") == 2 * layers


def test_a_masked_loop_does_not_look_at_padding(tmp_path):
    exported = Exported(qwen2, "fp32", tmp_path, masked=True)
    ids = exported.prompt()
    mask = np.ones((1, len(ids)), np.int64)
    mask[0, 2:5] = 0
    stops = np.array([EOS], np.int64)
    ask = lambda embeds, cache, most: exported.run(
        exported.loop, inputs_embeds=embeds, **cache, max_new_tokens=np.array(most), eos_token_ids=stops, attention_mask=mask
    )
    first = ask(exported.embedded(ids), exported.empty(), 3)
    second = ask(exported.embedded(first["tokens"][-1:].tolist()), past_of(first), 3)
    tokens = [*first["tokens"].tolist(), *second["tokens"].tolist()]
    again = ids + tokens[:-1]
    feeds = {"attention_mask": np.pad(mask, ((0, 0), (0, len(tokens) - 1)), constant_values=1), "num_logits_to_keep": np.array(1)}
    wanted = exported.run(exported.step, inputs_embeds=exported.embedded(again), **exported.empty(), **feeds)
    states = np.concatenate([first["hidden_states"], second["hidden_states"]])
    np.testing.assert_allclose(states, wanted["hidden_states"][0, len(ids) - 1 :], atol=TOLERANCE["fp32"])


def test_padding_is_not_looked_at(tmp_path):
    exported = Exported(llama, "fp32", tmp_path)
    ids = exported.prompt()
    mask = torch.ones(1, len(ids), dtype=torch.long)
    mask[0, 2:5] = 0
    with torch.no_grad():
        wanted = exported.model(torch.tensor([ids]), attention_mask=mask, position_ids=torch.arange(len(ids))[None]).logits[0, -1]
    feeds = {"attention_mask": mask.numpy(), "num_logits_to_keep": np.array(1)}
    given = exported.run(exported.step, inputs_embeds=exported.embedded(ids), **exported.empty(), **feeds)
    np.testing.assert_allclose(given["logits"][0, -1], wanted.numpy(), atol=2e-4)


def test_large_weights_lie_beside_the_graphs_once(tmp_path):
    Exported(llama, "fp16", tmp_path, external=True)
    decoder, loop = (onnx.load(tmp_path / f"{key}.onnx", load_external_data=False) for key in ("decoder", "loop"))
    places = lambda model: {t.name: {pair.key: pair.value for pair in t.external_data} for t in model.graph.initializer if t.external_data}
    assert all(places(loop)[name] == place for name, place in places(decoder).items())
    assert {place["location"] for place in places(loop).values()} == {"decoder.onnx_data", "embed.onnx_data"}
    assert all(int(place["offset"]) % 4096 == 0 for place in places(loop).values())
    assert not (tmp_path / "loop.onnx_data").exists()


@pytest.mark.parametrize("bits", [4, 8])
def test_quantised_weights_are_within_half_a_step(bits):
    weight = np.random.default_rng(1).normal(size=(24, 80)).astype(np.float32)
    packed, scales = quantize(weight, bits)
    assert packed.shape == (24, 3, 32 * bits // 8)
    error = np.abs(dequantize(packed, scales, 80) - weight).reshape(24, 80)
    blocks = np.repeat(np.abs(scales), 32, 1)[:, :80]
    # The largest value of one sign is cut off by a step: codes reach from −2^(n−1) to 2^(n−1) − 1.
    assert (error <= blocks * 1.001).all() and error.mean() < 0.3 * blocks.mean()


@pytest.mark.parametrize("bits", [4, 8])
def test_weights_are_quantised_as_onnxruntime_does_it(bits):
    quantizer = pytest.importorskip("onnxruntime.quantization.matmul_nbits_quantizer", reason="this onnxruntime brings no quantiser")
    weight = np.random.default_rng(2).normal(size=(48, 96)).astype(np.float32)
    weight[3] = 0
    weight[4, :2] = [2, -2]
    config = quantizer.DefaultWeightOnlyQuantConfig(block_size=32, is_symmetric=True, bits=bits)
    packed, scales, _ = quantizer.DefaultWeightOnlyQuantizer(config).qbits_block_quant(np.ascontiguousarray(weight.T))
    given = quantize(weight, bits)
    np.testing.assert_array_equal(given[0], packed)
    np.testing.assert_array_equal(given[1], scales)


def test_the_same_weights_give_the_same_bytes(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        Exported(llama, "int4", tmp_path / folder, external=True)
    for name in ("decoder.onnx", "decoder.onnx_data", "embed.onnx", "loop.onnx"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_scaled_positions_are_refused():
    config = {**LlamaConfig(**SIZES).to_dict(), "rope_scaling": {"type": "linear", "factor": 2.0}}
    with pytest.raises(ExportError, match='by "linear"'):
        decoder_shape(config)


def test_a_loop_needs_a_cache_and_its_tensors(tmp_path):
    info = onnx.helper.make_tensor_value_info
    names = ["inputs_embeds", "attention_mask", "num_logits_to_keep"]
    graph = onnx.helper.make_graph([], "g", [info(name, 1, [1, "t", 8]) for name in names], [info("logits", 1, [1, "t", 9])])
    shape = decoder_shape(LlamaConfig(**SIZES).to_dict())
    with pytest.raises(ExportError, match="no tensor past_key_values.0.key"):
        build_loop(onnx.helper.make_model(graph), None, shape)


def test_fused_attention_wants_heads_of_whole_eights(tmp_path):
    shape = decoder_shape({**SIZES, "num_attention_heads": 16})
    with pytest.raises(ExportError, match="4 values a head.*--attention plain"):
        write_decoder(lambda name: None, shape, precision("fp32"), tmp_path / "decoder.onnx", fused=True)


def test_unknown_precisions_are_named():
    with pytest.raises(ExportError, match="int2"):
        precision("int2")
    with pytest.raises(ExportError, match="computes in the same type"):
        precision("fp16", "float32")


def test_shapes_know_what_a_config_leaves_out():
    shape = decoder_shape({k: v for k, v in SIZES.items() if k != "max_position_embeddings"})
    assert (shape.kv_heads, shape.head_dim, shape.context, shape.rope_theta) == (4, 16, 2048, 10000.0)
