"""PixelLM: its graphs say and draw what the PyTorch modules do, and look away from the padding."""

import json
import re

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from small_runs import BUNDLES, LEAST_OVERLAP, STATE_ERROR, check_reference, overlap

from uscdf_export.checkpoint import Checkpoint
from uscdf_export.errors import ExportError
from uscdf_export.families import pixellm, pixellm_modules, pixellm_small
from uscdf_export.families.grounded import GraphRun, compare
from uscdf_export.families.small import draw_photo
from uscdf_export.precision import precision

# Keys of the official checkpoint below `model.` that are neither LLaMA's nor CLIP's, numbers as `#`: read in PixelLM.py,
# llava_arch.py and mask_decoder_multi_scale.py.
OFFICIAL = """
mm_projector.#.weight mm_projector.#.bias out_mm_projector.#.weight out_mm_projector.#.bias
image_feature_neck.#.weight image_feature_neck.#.bias text_hidden_fcs.#.#.weight text_hidden_fcs.#.#.bias
prompt_encoder.pe_layer.positional_encoding_gaussian_matrix prompt_encoder.no_mask_embed.weight
mask_decoder.iou_token.weight mask_decoder.mask_tokens.weight mask_decoder.level_embed.weight
mask_decoder.pe#.positional_encoding_gaussian_matrix
mask_decoder.output_upscaling.#.weight mask_decoder.output_upscaling.#.bias
mask_decoder.upsample_#x.#.weight mask_decoder.upsample_#x.#.bias
mask_decoder.output_hypernetworks_mlps.#.layers.#.weight mask_decoder.output_hypernetworks_mlps.#.layers.#.bias
mask_decoder.iou_prediction_head.layers.#.weight mask_decoder.iou_prediction_head.layers.#.bias
mask_decoder.transformer.#.norm_final_attn.weight mask_decoder.transformer.#.norm_final_attn.bias
mask_decoder.transformer.#.layers.#.norm#.weight mask_decoder.transformer.#.layers.#.norm#.bias
mask_decoder.transformer.#.layers.#.mlp.lin#.weight mask_decoder.transformer.#.layers.#.mlp.lin#.bias
"""
ATTENTIONS = ["layers.#.self_attn", "layers.#.cross_attn_token_to_image", "layers.#.cross_attn_image_to_token", "final_attn_token_to_image"]


@pytest.fixture(scope="module")
def words():
    return pixellm_small.tokenizer()


@pytest.fixture(scope="module")
def model(words):
    return pixellm_small.SmallPixelLM(words).eval()


def test_keys_are_the_official_ones(model):
    wanted = {f"model.{key}" for key in OFFICIAL.split()}
    for name in ATTENTIONS:
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            wanted |= {f"model.mask_decoder.transformer.#.{name}.{part}.{kind}" for kind in ("weight", "bias")}
    names = [*model.vision.state_dict(), *model.masks.state_dict()]
    keys = {re.sub(r"\d+", "#", key) for key in map(pixellm_modules.official_key, names) if key is not None}
    assert keys == wanted


def test_the_padding_is_not_looked_at(model):
    seen = model.see(draw_photo())
    rows = seen["attended"].reshape(4, 4)
    # 96 × 72 in a square of 112: 84 rows, and the first pixel of every second row of patches decides.
    assert rows[:3].all() and not rows[3].any()


def test_positions_are_resized_as_in_training():
    table = torch.arange(5, dtype=torch.float32)[:, None]
    resized = pixellm_modules.resized_positions(table, 4)
    assert resized.shape == (17, 1)
    assert resized[-1] == 4 and resized[0] == 0 and resized[15] == 3


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory, words):
    """A random model under the official keys, its CLIP (for smaller pictures) in a folder of its own, and the model itself."""
    folder = tmp_path_factory.mktemp("pixellm")
    model = pixellm_small.SmallPixelLM(words)
    clip = type(model.vision.clip)(type(model.vision.clip.config)(**{**model.vision.clip.config.to_dict(), "image_size": 56}))
    clip.save_pretrained(folder / "clip")
    model.vision.clip = pixellm_modules.resized_clip(clip.eval(), pixellm_small.SIDE)
    state = {name: value.clone() for name, value in model.language.state_dict().items()}
    for module in (model.vision, model.masks):
        state |= {pixellm_modules.official_key(name): value.clone() for name, value in module.state_dict().items() if pixellm_modules.official_key(name)}
    save_file(state, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({**model.config, "resize_vision_tower_size": pixellm_small.SIDE}))
    (folder / "tokenizer.json").write_text(words.to_str())
    return folder, model.eval()


def test_checkpoint_becomes_the_same_model(tmp_path, checkpoint):
    folder, model = checkpoint
    opened, chosen, photo = Checkpoint(folder), precision("fp32"), draw_photo()
    pixellm.export(opened, folder / "clip", tmp_path, chosen)
    run = GraphRun(tmp_path, model)
    with torch.no_grad():
        seen = model.see(photo)
        found, image = run.see(photo)
        assert np.abs(image - seen["image_features"].numpy()).max() < STATE_ERROR
        assert np.abs(found["image_levels"] - seen["levels"].numpy()).max() < STATE_ERROR
        states = torch.randn(3, len(pixellm.SEG_TOKENS), pixellm_small.HIDDEN, generator=torch.Generator().manual_seed(0))
        drawn = run.bundle.run("mask_decoder", seg_hidden_states=states.numpy(), image_levels=found["image_levels"])["pred_masks"]
        for mask, other in zip(drawn, model.draw(states, seen).numpy()):
            assert overlap(mask > 0, other > 0) > LEAST_OVERLAP
    report = compare(tmp_path, pixellm.open_model(opened, folder / "clip", tmp_path, chosen), photo, ["What is there?"], limit=40)
    for driver in ("loop", "step"):
        agreed = report["asStored"][0][driver]
        assert agreed["sameTokens"] >= 40 or agreed["allTokens"]
        assert agreed["hidden"]["maxAbsError"] < STATE_ERROR


def test_a_missing_weight_is_named(tmp_path, checkpoint):
    folder, _ = checkpoint
    state = load_file(folder / "model.safetensors")
    del state["model.image_feature_neck.0.weight"]
    save_file(state, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    with pytest.raises(ExportError, match=r"model\.image_feature_neck\.0\.weight"):
        pixellm_modules.load(Checkpoint(tmp_path), folder / "clip")


@pytest.mark.parametrize("driver", ["loop", "step"])
def test_the_committed_bundle_equals_its_reference(model, driver):
    check_reference(BUNDLES / "pixellm", model, draw_photo(), driver)


def test_the_mask_matters(model):
    """Without the padding's mask the states are others: the test above would not see a loop that forgets it."""
    folder, photo = BUNDLES / "pixellm", draw_photo()
    run = GraphRun(folder, model)
    found, image = run.see(photo)
    before, after = model.prompting.pieces("What is there?")
    attended = found["image_attention_mask"]
    assert not attended.all()
    _, right = run.loop(*run.prompt(before, image, after, attended))
    _, blind = run.loop(*run.prompt(before, image, after, 1))
    assert np.abs(blind[0] - right[0]).max() > 10 * STATE_ERROR
