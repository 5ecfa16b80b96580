"""A language model's weights under the names that `decoder_graph` asks for."""

from ..errors import ExportError


def module_weights(language):
    """The weights of a Hugging Face causal language model in memory, for `export.write_language`."""
    state = language.state_dict()
    return lambda name: state[name].detach().float().numpy()


def internlm2_weights(read, shape):
    """Weights of an InternLM2 checkpoint under LLaMA's names; its layers compute the same.

    read: gives a weight of InternLM2's own names (`model.tok_embeddings.weight`, `model.layers.N.attention.wqkv.weight`, …) as a
    float array. `wqkv` holds, for each key/value head, the query heads that share it, then the key, then the value.
    """
    own = {
        "model.embed_tokens.weight": "model.tok_embeddings.weight",
        "lm_head.weight": "output.weight",
        "model.norm.weight": "model.norm.weight",
    }
    parts = {
        "self_attn.o_proj": "attention.wo",
        "mlp.gate_proj": "feed_forward.w1",
        "mlp.up_proj": "feed_forward.w3",
        "mlp.down_proj": "feed_forward.w2",
        "input_layernorm": "attention_norm",
        "post_attention_layernorm": "ffn_norm",
    }
    shared = shape.heads // shape.kv_heads

    def fused(layer, kind):
        whole = read(f"model.layers.{layer}.attention.wqkv.weight")
        wanted = (shape.kv_heads * (shared + 2) * shape.head_dim, shape.hidden)
        if whole.shape != wanted:
            raise ExportError(
                f"The checkpoint's model.layers.{layer}.attention.wqkv.weight has the shape {list(whole.shape)}, where {list(wanted)} "
                "belongs. Its config.json describes another model: take both from the same download."
            )
        heads = whole.reshape(shape.kv_heads, shared + 2, shape.head_dim, shape.hidden)
        picked = {"q": heads[:, :shared], "k": heads[:, shared], "v": heads[:, shared + 1]}[kind]
        return picked.reshape(-1, shape.hidden)

    def weight(name):
        if name in own:
            return read(own[name])
        _, _, layer, rest = name.split(".", 3)
        stem = rest.removesuffix(".weight")
        if stem in parts:
            return read(f"model.layers.{layer}.{parts[stem]}.weight")
        return fused(layer, stem.removeprefix("self_attn.").removesuffix("_proj"))

    return weight
