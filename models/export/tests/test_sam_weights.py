"""SAM under its original names against the original code, where that is installed (`segment-anything`)."""

import importlib
import importlib.util
import sys
import types
from functools import partial

import pytest
import torch

from uscdf_export.checkpoint import Checkpoint
from uscdf_export.llava import MaskDecoder
from uscdf_export.sam_weights import load_sam, original_state
from uscdf_export.testing.small import write_shards

PREFIX = "model.segment_encoder."


@pytest.fixture(scope="module")
def modeling():
    """`segment_anything.modeling` without the package's front door, which wants torchvision."""
    found = importlib.util.find_spec("segment_anything")
    if found is None:
        pytest.skip("segment-anything is not installed: SAM's names are not compared with the original code. pip install segment-anything")
    sys.modules["segment_anything"] = types.ModuleType("segment_anything")
    sys.modules["segment_anything"].__path__ = list(found.submodule_search_locations)
    yield importlib.import_module("segment_anything.modeling")
    for name in [name for name in sys.modules if name.split(".")[0] == "segment_anything"]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def original(modeling):
    """A small SAM of the original code with random weights, zeros nowhere."""
    torch.manual_seed(2)
    encoder = modeling.ImageEncoderViT(
        img_size=128,
        patch_size=16,
        embed_dim=24,
        depth=3,
        num_heads=2,
        mlp_ratio=2,
        out_chans=32,
        qkv_bias=True,
        use_rel_pos=True,
        window_size=3,
        global_attn_indexes=(1,),
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
    )
    prompts = modeling.PromptEncoder(embed_dim=32, image_embedding_size=(8, 8), input_image_size=(128, 128), mask_in_chans=16)
    transformer = modeling.TwoWayTransformer(depth=2, embedding_dim=32, mlp_dim=48, num_heads=8)
    masks = modeling.MaskDecoder(num_multimask_outputs=3, transformer=transformer, transformer_dim=32, iou_head_depth=3, iou_head_hidden_dim=16)
    sam = modeling.Sam(encoder, prompts, masks).eval()
    for parameter in sam.parameters():
        parameter.requires_grad_(False)
        parameter.add_(torch.randn_like(parameter) * 0.05)
    return sam


@pytest.fixture(scope="module")
def loaded(original, tmp_path_factory):
    """The same weights read by the exporter out of a checkpoint with the original names."""
    folder = tmp_path_factory.mktemp("sam")
    state = {PREFIX + name: value for name, value in original.state_dict().items() if not name.startswith("pixel_")}
    write_shards(folder, state, 1, "safetensors")
    (folder / "config.json").write_text("{}")
    return load_sam(Checkpoint(folder), PREFIX)


def test_names_are_the_original_ones(original, loaded):
    assert set(original_state(loaded)) == {name for name in original.state_dict() if not name.startswith("pixel_")}


def test_the_image_encoder_computes_what_the_original_computes(original, loaded):
    pixels = torch.randn(1, 3, 128, 128, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        torch.testing.assert_close(loaded.vision_encoder(pixels).last_hidden_state, original.image_encoder(pixels), atol=1e-4, rtol=1e-4)


def test_masks_of_text_prompts_are_those_of_the_original(original, loaded):
    """The official code hands the projected state to SAM's decoder as the only sparse prompt."""
    generator = torch.Generator().manual_seed(4)
    states, image = torch.randn(3, 32, generator=generator), torch.randn(1, 32, 8, 8, generator=generator)
    decoder = MaskDecoder(loaded, torch.nn.Identity())
    with torch.no_grad():
        masks, scores = decoder(states, image)
        wanted, wanted_scores = original.mask_decoder(
            image_embeddings=image,
            image_pe=original.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=states[:, None],
            dense_prompt_embeddings=original.prompt_encoder.no_mask_embed.weight.reshape(1, -1, 1, 1).expand(3, -1, 8, 8),
            multimask_output=False,
        )
    torch.testing.assert_close(masks, wanted, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(scores, wanted_scores, atol=1e-4, rtol=1e-4)
