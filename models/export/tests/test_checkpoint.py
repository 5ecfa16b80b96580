"""Reading checkpoints: what is there is read as it is, what is not is named in a sentence."""

import json
import pickle

import pytest
import torch

from uscdf_export.checkpoint import Checkpoint
from uscdf_export.errors import ExportError
from uscdf_export.families.llava import FAMILIES
from uscdf_export.llava import load_llava, unused
from uscdf_export.testing.small import write_shards, write_small_checkpoint


@pytest.fixture(scope="module", params=["mglmm", "glamm", "lisa"])
def small(request, tmp_path_factory):
    """(family, checkpoint, CLIP) of random weights; LISA's in pickled shards, as it was published."""
    folder = tmp_path_factory.mktemp(request.param)
    return FAMILIES[request.param], *write_small_checkpoint(folder, request.param, kind="bin" if request.param == "lisa" else "safetensors")


def test_families_are_read_under_their_official_names(small):
    family, folder, clip = small
    checkpoint = Checkpoint(folder)
    prefix = {"mglmm": "model.segment_encoder.", "glamm": "model.grounding_encoder.", "lisa": "model.visual_model."}[family.name]
    for name in (
        "model.embed_tokens.weight",
        "model.layers.1.self_attn.q_proj.weight",
        "model.text_hidden_fcs.0.2.bias",
        "model.mm_projector.weight" if family.name == "lisa" else "model.mm_projector.2.weight",
        f"{prefix}image_encoder.blocks.1.attn.rel_pos_h",
        f"{prefix}prompt_encoder.pe_layer.positional_encoding_gaussian_matrix",
        f"{prefix}mask_decoder.output_hypernetworks_mlps.3.layers.2.weight",
    ):
        assert name in checkpoint
    llava = load_llava(checkpoint, clip, family)
    table = llava.language().get_input_embeddings().weight
    assert torch.equal(table, checkpoint.tensor("model.embed_tokens.weight"))
    assert torch.equal(llava.sam.mask_decoder.iou_token.weight, checkpoint.tensor(f"{prefix}mask_decoder.iou_token.weight"))
    assert unused(checkpoint, family, llava.shape) == []


def rewritten(folder, tmp_path, change):
    """A copy of a checkpoint whose weights went through `change`."""
    checkpoint = Checkpoint(folder)
    state = {name: checkpoint.tensor(name) for name in checkpoint.names()}
    change(state)
    write_shards(tmp_path, state, 1, "safetensors")
    (tmp_path / "config.json").write_text((folder / "config.json").read_text())
    return Checkpoint(tmp_path)


@pytest.fixture(scope="module")
def lone(tmp_path_factory):
    return write_small_checkpoint(tmp_path_factory.mktemp("lone"), "mglmm")


@pytest.mark.parametrize(
    "name",
    [
        "model.layers.0.mlp.up_proj.weight",
        "model.segment_encoder.mask_decoder.iou_token.weight",
        "model.text_hidden_fcs.0.2.weight",
        "model.mm_projector.2.bias",
    ],
)
def test_missing_and_misshapen_weights_are_named(lone, tmp_path, name):
    folder, clip = lone
    with pytest.raises(ExportError, match=f"lacks {name}") as told:
        load_llava(rewritten(folder, tmp_path, lambda state: state.pop(name)), clip, FAMILIES["mglmm"])
    assert "--family" in str(told.value)
    checkpoint = rewritten(folder, tmp_path, lambda state: state.update({name: torch.zeros(3, 5, 7)}))
    with pytest.raises(ExportError, match=f"{name} is 3 × 5 × 7 where"):
        load_llava(checkpoint, clip, FAMILIES["mglmm"])


def test_weights_without_a_place_are_told(lone, tmp_path):
    folder, clip = lone
    extra = {"model.something.weight": torch.zeros(2), "model.vision_tower.vision_tower.x": torch.zeros(2)}
    checkpoint = rewritten(folder, tmp_path, lambda state: state.update(extra))
    llava = load_llava(checkpoint, clip, FAMILIES["mglmm"])
    assert unused(checkpoint, llava.family, llava.shape) == ["model.something.weight"]


def test_another_family_than_said_is_told(lone):
    folder, clip = lone
    with pytest.raises(ExportError, match="no weights that begin with model.visual_model.image_encoder.*--family"):
        load_llava(Checkpoint(folder), clip, FAMILIES["lisa"])


def test_half_and_bfloat_weights_are_read(lone, tmp_path):
    folder, _ = lone
    exact = Checkpoint(folder).array("model.norm.weight")
    for kind in (torch.float16, torch.bfloat16):
        checkpoint = rewritten(folder, tmp_path, lambda state: state.update({k: v.to(kind) for k, v in state.items()}))
        read = checkpoint.array("model.norm.weight")
        assert read.dtype == exact.dtype and abs(read - exact).max() < 0.01


class Harmful:
    def __reduce__(self):
        return print, ("this must not run",)


def test_a_pickle_that_runs_code_is_refused(tmp_path, capsys):
    (tmp_path / "config.json").write_text("{}")
    with (tmp_path / "pytorch_model.bin").open("wb") as file:
        pickle.dump({"model.norm.weight": Harmful()}, file)
    with pytest.raises(ExportError, match="could not be read"):
        Checkpoint(tmp_path)
    assert "must not run" not in capsys.readouterr().out


def test_folders_that_are_no_checkpoint_are_told_apart(tmp_path):
    with pytest.raises(ExportError, match="config.json is missing"):
        Checkpoint(tmp_path)
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ExportError, match="could not be read as JSON"):
        Checkpoint(tmp_path)
    (tmp_path / "config.json").write_text("[]")
    with pytest.raises(ExportError, match="not a JSON object"):
        Checkpoint(tmp_path)
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ExportError, match="holds no weights"):
        Checkpoint(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}")
    with pytest.raises(ExportError, match="could not be read.*incomplete"):
        Checkpoint(tmp_path)
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": "model-1.safetensors"}}))
    with pytest.raises(ExportError, match="shards that are not in .*model-1.safetensors"):
        Checkpoint(tmp_path)


def test_a_missing_clip_is_told(lone, tmp_path):
    folder, _ = lone
    with pytest.raises(ExportError, match="CLIP's settings"):
        load_llava(Checkpoint(folder), tmp_path, FAMILIES["mglmm"])
    (tmp_path / "config.json").write_text('{"model_type": "clip_vision_model"}')
    with pytest.raises(ExportError, match="--clip wants the folder"):
        load_llava(Checkpoint(folder), tmp_path, FAMILIES["mglmm"])
