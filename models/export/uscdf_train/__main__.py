"""`python -m uscdf_train`: see `--help`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from .batches import Batches, Size
from .cache import FeatureCache
from .frozen import FrozenEncoder, class_names
from .lora import with_lora
from .model import MiniModel, Shape
from .objective import LEARNING_RATE
from .tokens import Words
from .train import CHECKPOINT, Plan, TrainingError, load, standardise, train
from .uscdf_files import RecordError, read_records

_BUNDLE = Path(__file__).resolve().parents[2] / "bundles" / "coco80"


def main() -> int:
    options = _options()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        records = list(read_records(options.data))
    except (RecordError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.lora and options.start is None:
        print("--lora trains adapters of a language model that was trained before: name the folder of that training with --start.", file=sys.stderr)
        return 2
    if not records:
        print(f"There is no record in {', '.join(map(str, options.data))}, so that there is nothing to learn.", file=sys.stderr)
        return 2
    if not options.tokenizer.is_file():
        print(f"There is no {options.tokenizer}: `python -m mini.tokenizer` makes one of the records.", file=sys.stderr)
        return 2
    words = Words(options.tokenizer)
    cache = FeatureCache(options.features or options.out / "features", FrozenEncoder(options.encoder))
    batches = Batches(records, words, cache, Size(options.pictures, options.records, options.mask_pictures, options.masks), options.seed)
    try:
        model = _model(options, words, batches, cache)
    except (TrainingError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(records)} records on {len(batches.images)} pictures, {sum(p.numel() for p in model.parameters())} weights", flush=True)
    try:
        train(model, batches, words, Plan(options.out, options.steps, options.learning_rate, torch.device(options.device)))
    except TrainingError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _model(options: argparse.Namespace, words: Words, batches: Batches, cache: FeatureCache) -> MiniModel:
    """The model to train: the one of an earlier training, or a new one. Raises TrainingError where that one has other words."""
    if options.start is None:
        model = MiniModel(Shape(words.size, options.hidden, options.intermediate, options.layers, options.heads))
        if not (options.out / CHECKPOINT).exists():
            standardise(model, cache, batches.images)
            model.set_names([words.ids(f" {name}") for name in class_names(options.encoder)])
            model.begin_plurals(words.plurals())
    else:
        model = load(options.start / CHECKPOINT)
        if model.shape.vocabulary != words.size:
            raise TrainingError(f"{options.start} was trained with {model.shape.vocabulary} tokens, and {options.tokenizer} has {words.size}: give the tokenizer of that training.")
    if options.lora:
        model.language_model = with_lora(model.language_model)
    return model


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m uscdf_train",
        description="Trains a small MGLMM on USCDF files: cross-entropy + 2.0 BCE + 0.5 Dice, AdamW, linear warm-up and decay. "
        "Stop it when you like; the same command goes on where it stopped.",
    )
    parser.add_argument("--data", type=Path, nargs="+", required=True, help=".uscdf.jsonl or .uscdf.json files")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoint and log")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json (python -m mini.tokenizer makes one)")
    parser.add_argument("--encoder", type=Path, default=_BUNDLE, help="bundle with detector.onnx and mask_head.onnx, the frozen encoder")
    parser.add_argument("--features", type=Path, help="folder for the encoder's outputs, some 1.3 MB a picture (default: OUT/features)")
    parser.add_argument("--steps", type=int, default=4000, help="batches in all (default: 4000)")
    parser.add_argument("--learning-rate", type=float, default=LEARNING_RATE, help="highest rate (default: the paper's, 0.0003)")
    parser.add_argument("--pictures", type=int, default=8, help="pictures a batch (default: 8)")
    parser.add_argument("--records", type=int, default=8, help="records of each picture (default: 8)")
    parser.add_argument("--mask-pictures", type=int, default=4, help="pictures a batch whose masks are drawn (default: 4)")
    parser.add_argument("--masks", type=int, default=10, help="masks a batch at most (default: 10)")
    parser.add_argument("--hidden", type=int, default=160)
    parser.add_argument("--intermediate", type=int, default=448)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--heads", type=int, default=5)
    parser.add_argument("--start", type=Path, help="folder of an earlier training whose model this one begins with; its sizes are taken too")
    parser.add_argument("--lora", action="store_true", help="of the language model train adapters only; wants --start")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: cpu)")
    parser.add_argument("--seed", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
