"""Sa2VA: an official checkpoint becomes a bundle that says and draws what the PyTorch modules do."""

import json
import re

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from small_runs import BUNDLES, LEAST_OVERLAP, STATE_ERROR, check_reference, overlap

from uscdf_export.cli import main
from uscdf_export.errors import ExportError
from uscdf_export.families import sa2va, sa2va_modules, sa2va_small
from uscdf_export.families.grounded import GraphRun, compare
from uscdf_export.families.language import internlm2_weights
from uscdf_export.families.small import draw_photo
from uscdf_export.precision import precision

# Keys of the official checkpoints (Sa2VA-1B), numbers as `#`: read in modeling_intern_vit.py, sam2 and modeling_sa2va_chat.py.
OFFICIAL = """
vision_model.embeddings.class_embedding vision_model.embeddings.position_embedding
vision_model.embeddings.patch_embedding.weight vision_model.embeddings.patch_embedding.bias
vision_model.encoder.layers.#.ls# vision_model.encoder.layers.#.norm#.weight vision_model.encoder.layers.#.norm#.bias
vision_model.encoder.layers.#.attn.qkv.weight vision_model.encoder.layers.#.attn.qkv.bias
vision_model.encoder.layers.#.attn.proj.weight vision_model.encoder.layers.#.attn.proj.bias
vision_model.encoder.layers.#.mlp.fc#.weight vision_model.encoder.layers.#.mlp.fc#.bias
mlp#.#.weight mlp#.#.bias text_hidden_fcs.#.weight text_hidden_fcs.#.bias
language_model.model.embed_tokens.weight language_model.model.norm.weight language_model.lm_head.weight
language_model.model.layers.#.self_attn.q_proj.weight language_model.model.layers.#.self_attn.q_proj.bias
language_model.model.layers.#.self_attn.k_proj.weight language_model.model.layers.#.self_attn.k_proj.bias
language_model.model.layers.#.self_attn.v_proj.weight language_model.model.layers.#.self_attn.v_proj.bias
language_model.model.layers.#.self_attn.o_proj.weight language_model.model.layers.#.mlp.gate_proj.weight
language_model.model.layers.#.mlp.up_proj.weight language_model.model.layers.#.mlp.down_proj.weight
language_model.model.layers.#.input_layernorm.weight language_model.model.layers.#.post_attention_layernorm.weight
"""
OFFICIAL_SAM = """
no_mem_embed image_encoder.trunk.pos_embed image_encoder.trunk.pos_embed_window
image_encoder.trunk.patch_embed.proj.weight image_encoder.trunk.patch_embed.proj.bias
image_encoder.trunk.blocks.#.norm#.weight image_encoder.trunk.blocks.#.norm#.bias
image_encoder.trunk.blocks.#.attn.qkv.weight image_encoder.trunk.blocks.#.attn.qkv.bias
image_encoder.trunk.blocks.#.attn.proj.weight image_encoder.trunk.blocks.#.attn.proj.bias
image_encoder.trunk.blocks.#.mlp.layers.#.weight image_encoder.trunk.blocks.#.mlp.layers.#.bias
image_encoder.trunk.blocks.#.proj.weight image_encoder.trunk.blocks.#.proj.bias
image_encoder.neck.convs.#.conv.weight image_encoder.neck.convs.#.conv.bias
sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix sam_prompt_encoder.no_mask_embed.weight
sam_prompt_encoder.not_a_point_embed.weight
sam_mask_decoder.iou_token.weight sam_mask_decoder.mask_tokens.weight sam_mask_decoder.obj_score_token.weight
sam_mask_decoder.output_upscaling.#.weight sam_mask_decoder.output_upscaling.#.bias
sam_mask_decoder.conv_s#.weight sam_mask_decoder.conv_s#.bias
sam_mask_decoder.output_hypernetworks_mlps.#.layers.#.weight sam_mask_decoder.output_hypernetworks_mlps.#.layers.#.bias
sam_mask_decoder.iou_prediction_head.layers.#.weight sam_mask_decoder.iou_prediction_head.layers.#.bias
sam_mask_decoder.pred_obj_score_head.layers.#.weight sam_mask_decoder.pred_obj_score_head.layers.#.bias
sam_mask_decoder.transformer.norm_final_attn.weight sam_mask_decoder.transformer.norm_final_attn.bias
sam_mask_decoder.transformer.layers.#.norm#.weight sam_mask_decoder.transformer.layers.#.norm#.bias
sam_mask_decoder.transformer.layers.#.mlp.layers.#.weight sam_mask_decoder.transformer.layers.#.mlp.layers.#.bias
"""
ATTENTIONS = ["layers.#.self_attn", "layers.#.cross_attn_token_to_image", "layers.#.cross_attn_image_to_token", "final_attn_token_to_image"]


def official_names():
    sam = [f"grounding_encoder.sam2_model.{key}" for key in OFFICIAL_SAM.split()]
    for name in ATTENTIONS:
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            front = f"grounding_encoder.sam2_model.sam_mask_decoder.transformer.{name}.{part}"
            sam += [f"{front}.weight", f"{front}.bias"]
    return {*OFFICIAL.split(), *sam}


@pytest.fixture(scope="module")
def words():
    return sa2va_small.tokenizer()


@pytest.fixture(scope="module")
def model(words):
    """Random weights, and none of them zero, so that a weight in the wrong place shows."""
    made = sa2va_small.SmallSa2va(words).eval()
    torch.manual_seed(1)
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(torch.randn_like(weight) * 0.05)
        # Random scores lie close together; a clear winner keeps rounding from choosing another mask.
        made.parts["mask_decoder"].sam.mask_decoder.iou_prediction_head.proj_out.bias.copy_(torch.tensor([0.0, -2.0, 2.0, 0.0]))
        made.parts["mask_decoder"].sam.mask_decoder.pred_obj_score_head.proj_out.bias.fill_(4.0)
    return made


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory, model, words):
    folder = tmp_path_factory.mktemp("sa2va")
    save_file({key: value.contiguous() for key, value in sa2va_small.official_state(model).items()}, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(model.config))
    (folder / "tokenizer.json").write_text(words.to_str())
    return folder


def test_keys_are_the_official_ones(model):
    assert {re.sub(r"(?<!sam)\d+", "#", key) for key in sa2va_small.official_state(model)} == official_names()


def test_checkpoint_becomes_the_same_model(tmp_path, checkpoint, model):
    sa2va.export(checkpoint, tmp_path, precision("fp32"))
    run, photo = GraphRun(tmp_path, model), draw_photo()
    with torch.no_grad():
        seen = model.see(photo)
        found, image = run.see(photo)
        assert np.abs(image - seen["image_features"].numpy()).max() < STATE_ERROR
        for name, value in zip(sa2va_modules.PixelEncoder.OUTPUTS, seen["pixels"]):
            assert np.abs(found[name] - value.numpy()).max() < STATE_ERROR
        states = torch.randn(3, sa2va_small.HIDDEN, generator=torch.Generator().manual_seed(0))
        drawn = run.bundle.run("mask_decoder", seg_hidden_states=states.numpy(), **found)["pred_masks"]
        wanted = model.draw(states, seen)
        assert (wanted > sa2va_modules.NO_OBJECT).any()
        for mask, other in zip(drawn, wanted.numpy()):
            assert overlap(mask > 0, other > 0) > LEAST_OVERLAP
    # The checkpoint, read back as PyTorch modules, is the same model once more.
    report = compare(tmp_path, sa2va.open_model(checkpoint, tmp_path, precision("fp32")), photo, ["What is there?"], limit=40)
    for driver in ("loop", "step"):
        agreed = report["asStored"][0][driver]
        assert agreed["sameTokens"] >= 40 or agreed["allTokens"]
        assert agreed["hidden"]["maxAbsError"] < STATE_ERROR


def test_four_bits_by_the_command(tmp_path, checkpoint, capsys):
    """The command writes the bundle, compares it with PyTorch on a photograph, and says how they agree."""
    photo, out = tmp_path / "photo.png", tmp_path / "out"
    draw_photo().save(photo)
    options = ["--family", "sa2va", "--precision", "int4", "--photo", str(photo), "--question", "What is there?"]
    assert main(["--checkpoint", str(checkpoint), "-o", str(out), *options]) == 0
    manifest = json.loads((out / "bundle.json").read_text())
    assert (manifest["name"], manifest["precision"]) == ("sa2va-int4", "int4")
    assert manifest["image"]["preprocess"]["tiles"] == {"min": 1, "max": sa2va_small.MAX_TILES, "thumbnail": True}
    report = json.loads((out / "parity.json").read_text())
    assert report["asStored"][0]["step"]["sameTokens"] >= 10
    assert "sa2va-int4 (int4)" in capsys.readouterr().out


def test_a_missing_weight_is_named(tmp_path, checkpoint):
    state = load_file(checkpoint / "model.safetensors")
    del state["mlp1.1.weight"]
    save_file(state, tmp_path / "model.safetensors")
    for name in ("config.json", "tokenizer.json"):
        (tmp_path / name).write_text((checkpoint / name).read_text())
    with pytest.raises(ExportError, match=r"mlp1\.1\.weight"):
        sa2va.export(tmp_path, tmp_path / "out", precision("fp32"))


def test_an_unknown_language_model_is_refused(tmp_path, checkpoint):
    config = json.loads((checkpoint / "config.json").read_text())
    config["llm_config"]["architectures"] = ["Phi3ForCausalLM"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "model.safetensors").symlink_to(checkpoint / "model.safetensors")
    with pytest.raises(ExportError, match="Phi3ForCausalLM"):
        sa2va.export(tmp_path, tmp_path / "out", precision("fp32"))


def test_internlm2_is_taken_apart():
    """wqkv: for each key/value head its query heads, its key, its value."""
    from uscdf_export.decoder_graph import DecoderShape

    shape = DecoderShape(1, 8, 4, 2, 2, 16, 10, 1e-6, 10000.0, 64)
    whole = np.arange(2 * 4 * 2 * 8, dtype=np.float32).reshape(-1, 8)
    weight = internlm2_weights(lambda name: whole if name.endswith("wqkv.weight") else name, shape)
    rows = lambda *numbers: whole[np.array(numbers)]
    assert np.array_equal(weight("model.layers.0.self_attn.q_proj.weight"), rows(0, 1, 2, 3, 8, 9, 10, 11))
    assert np.array_equal(weight("model.layers.0.self_attn.k_proj.weight"), rows(4, 5, 12, 13))
    assert np.array_equal(weight("model.layers.0.self_attn.v_proj.weight"), rows(6, 7, 14, 15))
    assert weight("model.layers.0.mlp.up_proj.weight") == "model.layers.0.feed_forward.w3.weight"
    assert weight("lm_head.weight") == "output.weight"


def test_tiles_are_internvls():
    """Grids that InternVL's own preprocessing gives at 448 with at most 12 tiles: (columns, rows) by size."""
    from PIL import Image

    for size, tiles in {(640, 480): 13, (448, 448): 1, (900, 300): 4, (1000, 1000): 10}.items():
        assert len(sa2va.cut_tiles(Image.new("RGB", size), 448, 12)) == tiles


@pytest.mark.parametrize("driver", ["loop", "step"])
def test_the_committed_bundle_equals_its_reference(words, driver):
    check_reference(BUNDLES / "sa2va", sa2va_small.SmallSa2va(words), draw_photo(), driver)
