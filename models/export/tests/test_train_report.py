"""What a training leaves behind: its report, adapters that end up in the model, and the whole way in one command."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mini import make
from uscdf_train import __main__ as training
from uscdf_train import report as reports
from uscdf_train.lora import with_lora
from uscdf_train.masks import encode
from uscdf_train.model import MiniModel, Shape
from uscdf_train.objective import optimizer_of
from uscdf_train.report import REPORT, report, scores_of
from uscdf_train.train import CHECKPOINT, LOG, load, save

PACKAGES = Path(__file__).resolve().parents[1]
REPOSITORY = PACKAGES.parents[1]
COMMAND = REPOSITORY / "dist" / "uscdf.cjs"
PHOTOGRAPH = REPOSITORY / "test" / "fixtures" / "bundles" / "riders.png"
needs_the_command = pytest.mark.skipif(not COMMAND.exists() or shutil.which("node") is None, reason="needs node and dist/uscdf.cjs (npm run build)")


def log_of(folder, count):
    folder.mkdir(exist_ok=True)
    parts = ("text", "right", "bce", "dice", "choice", "likeness", "overlap", "rate")
    lines = [{"step": 20 * (number + 1), **{name: 1 / (number + 1) for name in parts}} for number in range(count)]
    (folder / LOG).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def rows_of(text):
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ") and line.split("|")[1].strip().isdigit()]


@pytest.mark.parametrize(("count", "first"), [(1, "20"), (20, "20"), (53, "40"), (400, "400")])
def test_the_curves_are_some_twenty_rows_and_end_with_the_last(tmp_path, count, first):
    log_of(tmp_path, count)
    rows = rows_of(report(tmp_path, None))
    assert rows[0] == first and rows[-1] == str(20 * count)
    assert len(rows) == len(set(rows)) <= 28
    assert f"| {20 * count} | {1 / count:.4g} |" in report(tmp_path, None)


def test_a_folder_without_a_log_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["report", "--run", str(tmp_path)])
    assert reports.main() == 1
    assert "holds no line of a training" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["report", "--run", str(tmp_path), "--references", "x"])
    assert reports.main() == 2


def records(path, answer):
    value = {
        "id": "one",
        "image": "one.png",
        "width": 4,
        "height": 4,
        "task": "gcg",
        "conversations": [{"from": "human", "value": "<IMAGE>\nDescribe the photo."}, {"from": "gpt", "value": answer}],
        "masks": [encode(np.ones((4, 4), dtype=bool))],
    }
    path.write_text(json.dumps(value) + "\n", encoding="utf-8")
    return path


@needs_the_command
def test_the_scores_are_those_of_uscdf_evaluate(tmp_path, monkeypatch):
    Image.new("RGB", (4, 4)).save(tmp_path / "one.png")
    references = records(tmp_path / "references.uscdf.jsonl", "The image shows <p> a dog </p> [SEG].")
    predictions = records(tmp_path / "predictions.uscdf.jsonl", "The image shows <p> a dog </p> [SEG].")
    log_of(tmp_path / "run", 3)
    arguments = ["--references", str(references), "--predictions", str(predictions), "--uscdf", str(COMMAND)]
    monkeypatch.setattr(sys, "argv", ["report", "--run", str(tmp_path / "run"), *arguments])
    assert reports.main() == 0
    written = (tmp_path / "run" / REPORT).read_text(encoding="utf-8")
    assert scores_of(references, predictions, COMMAND).strip() in written
    assert all(name in written for name in ("METEOR", "CIDEr", "AP50", "mIoU", "Recall"))
    with pytest.raises(RuntimeError, match="uscdf evaluate failed"):
        scores_of(tmp_path / "none.uscdf.jsonl", predictions, COMMAND)


def test_adapters_of_a_checkpoint_are_folded_into_the_model(tmp_path):
    torch.manual_seed(2)
    model = MiniModel(Shape(30, hidden=32, intermediate=48, layers=2, heads=2))
    names = set(model.state_dict())
    model.language_model = with_lora(model.language_model)
    sequence, segments = torch.tensor([[1, 2, 3, 4]]), torch.tensor([[0, 1, 1, 1]])
    images = torch.randn(1, 41, 32)
    optimizer = optimizer_of([parameter for name, parameter in model.named_parameters() if "lora_" in name], 1e-2)
    for _ in range(3):
        optimizer.zero_grad()
        model.logits(model.states(images, sequence, segments, 1)).square().sum().backward()
        optimizer.step()
    save(tmp_path / CHECKPOINT, model, None, 3)
    loaded = load(tmp_path / CHECKPOINT)
    assert set(loaded.state_dict()) == names
    with torch.no_grad():
        assert torch.allclose(loaded.states(images, sequence, segments, 1), model.eval().states(images, sequence, segments, 1), atol=1e-5)


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """Photographs laid out as SAMPLES is: two to learn from, one to be measured on."""
    folder = tmp_path_factory.mktemp("samples")
    for name in ("photos", "coco", "coco-real-subset"):
        (folder / name / "images").mkdir(parents=True)
    rows = [("one", "train2017"), ("two", "train2017"), ("three", "val2017")]
    coco = folder / "coco"
    with Image.open(PHOTOGRAPH) as photograph:
        width, height = photograph.size
        for number, (name, _) in enumerate(rows):
            turned = photograph.convert("RGB").transpose(Image.Transpose.FLIP_LEFT_RIGHT) if number == 1 else photograph.convert("RGB")
            turned.save(coco / "images" / f"{name}.jpg")
    (coco / "ATTRIBUTION.tsv").write_text("file\tcoco_split\n" + "".join(f"{name}.jpg\t{split}\n" for name, split in rows), encoding="utf-8")
    corners = [width / 4, height / 4, width / 2, height / 4, width / 2, height * 0.75, width / 4, height * 0.75]
    note = {"category_id": 1, "iscrowd": 0, "segmentation": [corners]}
    document = {
        "categories": [{"id": 1, "name": "person"}],
        "images": [{"id": at, "file_name": f"{name}.jpg", "coco_url": ""} for at, (name, _) in enumerate(rows)],
        "annotations": [{**note, "image_id": at} for at in range(len(rows))],
    }
    (coco / "instances.json").write_text(json.dumps(document), encoding="utf-8")
    (coco / "panoptic.json").write_text(json.dumps({"categories": [], "images": [], "annotations": []}), encoding="utf-8")
    (folder / "coco-real-subset" / "instances.json").write_text(json.dumps({**document, "images": [], "annotations": []}), encoding="utf-8")
    return folder


def test_what_cannot_be_trained_on_is_said(tmp_path, monkeypatch, capsys):
    (tmp_path / "empty.uscdf.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "tokenizer.json").write_text("{}", encoding="utf-8")

    def train(data, tokenizer):
        monkeypatch.setattr(sys, "argv", ["train", "--data", str(data), "--out", str(tmp_path / "run"), "--tokenizer", str(tokenizer)])
        return training.main()

    assert train(tmp_path / "empty.uscdf.jsonl", tmp_path / "tokenizer.json") == 2
    assert "There is no record in" in capsys.readouterr().err
    assert train(records(tmp_path / "one.uscdf.jsonl", "The image shows <p> a dog </p> [SEG]."), tmp_path / "none.json") == 2
    assert "python -m mini.tokenizer" in capsys.readouterr().err


def test_photographs_that_are_not_there_are_named(tmp_path, monkeypatch, capsys):
    command = tmp_path / "uscdf.cjs"
    monkeypatch.setattr(sys, "argv", ["make", "--samples", str(tmp_path), "--out", str(tmp_path / "made"), "--uscdf", str(command)])
    assert make.main() == 1
    assert "npm run build" in capsys.readouterr().err
    command.write_text("", encoding="utf-8")
    assert make.main() == 1
    assert "lacks photos/images, coco/ATTRIBUTION.tsv" in capsys.readouterr().err
    assert not (tmp_path / "made").exists()


@needs_the_command
def test_one_command_leads_from_photographs_to_a_scored_bundle(samples, tmp_path, monkeypatch, capfd):
    out = tmp_path / "made"

    def run(*more):
        options = ["--samples", str(samples), "--out", str(out), "--annotated-only", "--variants", "1", "--compositions", "1", "--held-out", "0"]
        monkeypatch.setattr(sys, "argv", ["make", *options, *more])
        return make.main()

    assert run("--steps", "2") == 0
    card = (out / "bundle" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "1 photographs:" in card and "absent referents: denied" in card and "METEOR" in card
    assert "METEOR" in (out / "run" / REPORT).read_text(encoding="utf-8")
    assert rows_of((out / "run" / REPORT).read_text(encoding="utf-8")) == ["2"]
    capfd.readouterr()
    # More steps train on, and what depends on the weights is made again.
    assert run("--steps", "3") == 0
    said = capfd.readouterr().out
    assert said.count("done before") == 2 and "train …" in said and "answers …" in said
    assert rows_of((out / "run" / REPORT).read_text(encoding="utf-8")) == ["2", "3"]
    assert run("--steps", "3", "--compositions", "2") == 1
    assert "was begun with other data" in capfd.readouterr().err
    annotate = ["node", str(COMMAND), "annotate", "--model", str(out / "bundle"), str(samples / "coco" / "images" / "three.jpg"), "-o", str(tmp_path / "d.uscdf.jsonl")]
    done = subprocess.run(annotate, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    # Captions that the command wrote are found by their ids.
    assert "1 reference scored" in scores_of(out / "references" / "describe.uscdf.jsonl", tmp_path / "d.uscdf.jsonl", COMMAND)

    # The model goes on by adapters alone, and what comes of it is a model as before.
    def train(*more):
        files = ["--data", str(out / "data" / "train.uscdf.jsonl"), "--tokenizer", str(out / "tokenizer.json"), "--features", str(out / "data" / "features")]
        monkeypatch.setattr(sys, "argv", ["train", *files, "--out", str(tmp_path / "lora"), "--pictures", "2", "--masks", "2", *more])
        return training.main()

    assert train("--lora", "--steps", "1") == 2
    assert "name the folder of that training with --start" in capfd.readouterr().err
    assert train("--lora", "--start", str(tmp_path / "nothing"), "--steps", "1") == 2
    assert train("--lora", "--start", str(out / "run"), "--steps", "1") == 0
    assert train("--lora", "--start", str(out / "run"), "--steps", "2") == 0
    assert train("--start", str(out / "run"), "--steps", "3") == 2
    assert "was trained with --lora" in capfd.readouterr().err
    before, after = load(out / "run" / CHECKPOINT).state_dict(), load(tmp_path / "lora" / CHECKPOINT).state_dict()
    assert before.keys() == after.keys()
    changed = {name for name in before if name.startswith("language_model") and not torch.equal(before[name], after[name])}
    assert changed and all(name.endswith(("q_proj.weight", "v_proj.weight")) for name in changed)
