"""From a checkpoint with the official keys to a bundle, through the command line, and back through both runtimes."""

import json
import shutil
import subprocess

import numpy as np
import pytest
from conftest import REPOSITORY
from pycocotools import mask as coco

from uscdf_export.answer import answer
from uscdf_export.bundle import Bundle
from uscdf_export.checkpoint import Checkpoint
from uscdf_export.cli import main
from uscdf_export.export import Options, export_bundle, write_language
from uscdf_export.families.llava import FAMILIES
from uscdf_export.llava import load_llava
from uscdf_export.parity import agreement
from uscdf_export.precision import precision
from uscdf_export.testing.overfit import fill
from uscdf_export.testing.small import write_small_checkpoint

QUESTION = FAMILIES["mglmm"].tasks["describe"]
COMMAND = REPOSITORY / "dist" / "uscdf.cjs"


def run_cli(checkpoint, clip, out, *more):
    return main(["--family", "mglmm", "--checkpoint", str(checkpoint), "--clip", str(clip), "-o", str(out), *more])


@pytest.fixture(scope="module")
def exported(mglmm, tmp_path_factory, photo_file):
    """A bundle of the checkpoint that has learnt to speak, with its parity report: fp32."""
    out = tmp_path_factory.mktemp("bundle") / "mglmm"
    assert run_cli(*mglmm, out, "--precision", "fp32", "--photo", str(photo_file), "--name", "mglmm-pytest") == 0
    return out


@pytest.fixture(scope="module")
def reference(mglmm, exported, photo):
    """What PyTorch says to the same question."""
    llava = load_llava(Checkpoint(mglmm[0]), mglmm[1], FAMILIES["mglmm"])
    bundle = Bundle(exported)
    return answer(llava, llava.language(), bundle.tokenizer, bundle.settings, photo, QUESTION)


def test_the_report_says_same_tokens_states_and_masks(exported):
    report = json.loads((exported / "parity.json").read_text())
    assert report["encoders"]["image_features"]["maxAbsError"] < 1e-4
    assert report["encoders"]["image_embeddings"]["maxAbsError"] < 1e-3
    (row,) = report["asStored"]
    for driver in ("loop", "step"):
        assert row[driver]["allTokens"] and row[driver]["hidden"]["maxAbsError"] < 1e-3
        assert len(row[driver]["masks"]) == 4 and all(mask["iou"] > 0.99 for mask in row[driver]["masks"])


def test_the_official_preprocessing_and_tokens_stand_in_the_manifest(exported):
    settings = json.loads((exported / "bundle.json").read_text())
    assert settings["name"] == "mglmm-pytest" and settings["hiddenState"] == "predicting"
    assert settings["image"]["preprocess"]["fit"] == "shortest-crop" and settings["image"]["preprocess"]["filter"] == "bicubic"
    assert settings["pixels"]["preprocess"]["fit"] == "longest-pad" and settings["pixels"]["preprocess"]["pad"] == "after"
    ids = {token["content"]: token["id"] for token in json.loads((exported / "tokenizer.json").read_text())["added_tokens"]}
    assert settings["tokens"] == {"bos": 1, "eos": [2], "seg": [[ids["[SEG]"]]], "phraseOpen": ids["<p>"], "phraseClose": ids["</p>"]}


@pytest.mark.parametrize("kind,activations", [("fp16", None), ("int8", None), ("int4", None), ("int4", "float16")])
def test_smaller_precisions_say_the_same(mglmm, exported, reference, photo, tmp_path, kind, activations):
    """The language model of each precision with the vision graphs of the fp32 bundle, whose export takes its time."""
    llava = load_llava(Checkpoint(mglmm[0]), mglmm[1], FAMILIES["mglmm"])
    chosen = precision(kind, activations)
    shutil.copytree(exported, tmp_path / "bundle")
    names = write_language(llava.weights, llava.shape, chosen, tmp_path / "bundle", Options(external=kind == "int4"))
    bundle = Bundle(tmp_path / "bundle")
    bundle.settings["cache"]["type"] = chosen.cache_type
    for key, name in names.items():
        bundle.settings["graphs"][key]["file"] = name
    for driver in ("loop", "step"):
        found = agreement(reference, bundle.answer(photo, QUESTION, driver))
        assert found["allTokens"]
        least = 0.99 if kind != "int4" else 0.9
        assert len(found["masks"]) == 4 and min(mask["iou"] for mask in found["masks"]) > least


@pytest.mark.skipif(not COMMAND.exists() or shutil.which("node") is None, reason="NOT TESTED: the runtime in TypeScript is not built (npm run build) or node is missing")
def test_the_runtime_in_typescript_draws_the_same_masks(exported, reference, photo_file, tmp_path):
    out = tmp_path / "drafts.uscdf.jsonl"
    command = ["node", str(COMMAND), "annotate", "--model", str(exported), "--device", "cpu", "-o", str(out), str(photo_file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    (record,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert record["conversations"][1]["value"].count("[SEG]") == len(reference.masks) == len(record["masks"])
    for given, wanted in zip(record["masks"], reference.masks):
        mask = coco.decode({"size": given["size"], "counts": given["counts"].encode()}).astype(bool)
        assert np.logical_and(mask, wanted).sum() / np.logical_or(mask, wanted).sum() > 0.99


def test_lisa_out_of_pickled_shards_says_what_pytorch_says(tmp_path, photo):
    """Random weights: no word makes sense, every token has to be the same. The whole of it in half precision but the comparison."""
    folder, clip = write_small_checkpoint(tmp_path / "small", "lisa", kind="bin")
    llava = load_llava(Checkpoint(folder), clip, FAMILIES["lisa"])
    export_bundle(llava, folder, tmp_path / "bundle", precision("int8"), Options(most_new_tokens=24))
    bundle = Bundle(tmp_path / "bundle")
    question = fill(bundle.settings["tasks"]["refer"], "the horse")
    from uscdf_export.decoder_graph import stored_value

    language = llava.language(lambda name: stored_value(name, llava.weights(name), precision("int8")))
    wanted = answer(llava, language, bundle.tokenizer, bundle.settings, photo, question)
    assert len(wanted.tokens) == 24
    for driver in ("loop", "step"):
        found = agreement(wanted, bundle.answer(photo, question, driver))
        assert found["allTokens"] and found["hidden"]["maxAbsError"] < 5e-3


def test_what_is_in_the_way_is_not_replaced_unasked(mglmm, tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("keep me")
    assert run_cli(*mglmm, tmp_path) == 1
    assert "is not empty" in capsys.readouterr().err and (tmp_path / "mine.txt").exists()


@pytest.mark.parametrize(
    "change,said",
    [
        (["--checkpoint", "nowhere"], "config.json is missing"),
        (["--clip", "nowhere"], "CLIP's settings"),
        (["--family", "lisa"], "--family"),
        (["--photo", "nowhere.jpg"], "--photo wants the picture"),
        (["--tokenizer", "/tmp/definitely-no-folder"], "neither tokenizer.model nor tokenizer.json"),
        (["--precision", "fp32", "--activations", "float16"], "computes in the same type"),
    ],
)
def test_mistakes_are_told_in_a_sentence(mglmm, tmp_path, capsys, change, said):
    assert run_cli(*mglmm, tmp_path / "out", *change) == 1
    error = capsys.readouterr().err
    assert said in error and "Traceback" not in error
