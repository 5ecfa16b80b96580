"""Makes a small checkpoint with random weights under a family's official keys, in the official folder layout."""

import json
from pathlib import Path

import torch
from transformers import CLIPVisionConfig, CLIPVisionModel, LlamaForCausalLM, SamConfig, SamMaskDecoderConfig, SamModel, SamPromptEncoderConfig, SamVisionConfig

from ..decoder_graph import DecoderShape
from ..families.llava import FAMILIES
from ..llava import llama_config
from ..sam_weights import original_state
from .scene import CASES

CLIP_SIDE, SAM_SIDE = 56, 128


def write_small_checkpoint(folder, family_name, seed=0, hidden=48, shards=2, kind="safetensors", vocabulary=400):
    """Writes `folder/checkpoint` (config.json, weights, tokenizer.model) and `folder/clip`; returns both paths.

    kind: `safetensors`, or `bin` for pickled shards as the first LISA releases have them.
    """
    family = FAMILIES[family_name]
    checkpoint, clip_folder = Path(folder) / "checkpoint", Path(folder) / "clip"
    checkpoint.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(seed)
    words = write_small_tokenizer(checkpoint, family, vocabulary)
    shape = DecoderShape(2, hidden, 4, 4, hidden // 4, 4 * hidden // 3, words + len(family.added), 1e-6, 10000.0, 512)
    clip = _roughened(CLIPVisionModel(_clip_config())).eval()
    clip.save_pretrained(clip_folder)
    settings = {"image_mean": [0.48145466, 0.4578275, 0.40821073], "image_std": [0.26862954, 0.26130258, 0.27577711]}
    (clip_folder / "preprocessor_config.json").write_text(json.dumps(settings))
    state = dict(LlamaForCausalLM(llama_config(shape)).state_dict())
    state |= _bridges(family, shape, clip.config.hidden_size)
    state |= {family.sam + name: value for name, value in original_state(_small_sam()).items()}
    write_config(checkpoint, family, shape)
    write_shards(checkpoint, state, shards, kind)
    return checkpoint, clip_folder


def _roughened(model):
    """Adds noise to every weight: fresh models keep zeros in biases and positions, which would hide that a graph lost them."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return model


def _small_sam():
    sam = _roughened(SamModel(_sam_config()))
    with torch.no_grad():
        # SAM's own scale: neighbouring places have similar codes.
        sam.shared_image_embedding.positional_embedding.normal_()
    return sam


def _clip_config():
    return CLIPVisionConfig(
        hidden_size=24, intermediate_size=48, num_hidden_layers=3, num_attention_heads=2, image_size=CLIP_SIDE, patch_size=14
    )


def _sam_config():
    return SamConfig(
        vision_config=SamVisionConfig(
            hidden_size=24,
            output_channels=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            image_size=SAM_SIDE,
            patch_size=16,
            window_size=3,
            global_attn_indexes=[1],
            num_pos_feats=16,
            mlp_dim=48,
        ),
        prompt_encoder_config=SamPromptEncoderConfig(hidden_size=32, image_size=SAM_SIDE, patch_size=16, mask_input_channels=16),
        mask_decoder_config=SamMaskDecoderConfig(hidden_size=32, mlp_dim=32, num_attention_heads=8, iou_head_hidden_dim=16),
    )


def _bridges(family, shape, clip_hidden):
    """Projector and prompt projection, by their official names."""
    hidden, linear = shape.hidden, torch.nn.Linear
    parts = {"model.text_hidden_fcs.0.0": linear(hidden, hidden), "model.text_hidden_fcs.0.2": linear(hidden, 32)}
    if family.name == "lisa":
        parts["model.mm_projector"] = linear(clip_hidden, hidden)
    else:
        parts |= {"model.mm_projector.0": linear(clip_hidden, hidden), "model.mm_projector.2": linear(hidden, hidden)}
    return {f"{name}.{part}": value.detach() for name, layer in parts.items() for part, value in layer.state_dict().items()}


def write_config(folder, family, shape):
    """The official config.json: LLaMA's, with LLaVA's additions."""
    config = {
        "architectures": [f"{family.title}ForCausalLM"],
        "model_type": "llava",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.intermediate,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "vocab_size": shape.vocabulary,
        "rms_norm_eps": shape.eps,
        "max_position_embeddings": shape.context,
        "mm_vision_select_layer": -2,
        "mm_use_im_start_end": True,
        "out_dim": 32,
        "tie_word_embeddings": False,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2))


def write_shards(folder, state, count, kind):
    """The weights in `count` files with their index, as the hub has them."""
    names = sorted(state)
    stem, end = ("model", "safetensors") if kind == "safetensors" else ("pytorch_model", "bin")
    table = {}
    for i in range(count):
        file = f"{stem}-{i + 1:05d}-of-{count:05d}.{end}" if count > 1 else f"{stem}.{end}"
        part = {name: state[name].contiguous().clone() for name in names[i::count]}
        table |= dict.fromkeys(part, file)
        if kind == "safetensors":
            from safetensors.torch import save_file

            save_file(part, folder / file, metadata={"format": "pt"})
        else:
            torch.save(part, folder / file)
    if count > 1:
        (folder / f"{stem}.{end}.index.json").write_text(json.dumps({"metadata": {}, "weight_map": table}))


def write_small_tokenizer(folder, family, vocabulary):
    """A SentencePiece model of LLaMA's kind (BPE with bytes) on the family's own prompts; returns its number of pieces."""
    import sentencepiece

    texts = [*family.tasks.values(), family.prompt()["first"]]
    for case in CASES[family.name]:
        texts += [case.answer, *case.asked]
    plain = [_without_tags(text, family) for text in texts]
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(plain * 8),
        model_prefix=str(folder / "tokenizer"),
        model_type="bpe",
        vocab_size=vocabulary,
        byte_fallback=True,
        add_dummy_prefix=True,
        remove_extra_whitespaces=False,
        normalization_rule_name="identity",
        split_digits=True,
        unk_id=0,
        bos_id=1,
        eos_id=2,
        pad_id=-1,
        num_threads=1,
        minloglevel=2,
    )
    (folder / "tokenizer.vocab").unlink()
    return vocabulary


def _without_tags(text, family):
    for tag in (*family.added, "{image}", "{question}", "{referents}", "{phrase}"):
        text = text.replace(tag, " ")
    return " ".join(text.split())
