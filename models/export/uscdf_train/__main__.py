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
from .train import CHECKPOINT, Plan, standardise, train
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
    words = Words(options.tokenizer)
    cache = FeatureCache(options.features or options.out / "features", FrozenEncoder(options.encoder))
    batches = Batches(records, words, cache, Size(options.pictures, options.records, options.mask_pictures, options.masks), options.seed)
    model = MiniModel(Shape(words.size, options.hidden, options.intermediate, options.layers, options.heads))
    if not (options.out / CHECKPOINT).exists():
        standardise(model, cache, batches.images)
        model.set_names([words.ids(f" {name}") for name in class_names(options.encoder)])
    if options.lora:
        model.language_model = with_lora(model.language_model)
    print(f"{len(records)} records on {len(batches.images)} pictures, {sum(p.numel() for p in model.parameters())} weights", flush=True)
    train(model, batches, words, Plan(options.out, options.steps, options.learning_rate, torch.device(options.device)))
    return 0


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
    parser.add_argument("--lora", action="store_true", help="train adapters of the language model only, for one that was trained before")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: cpu)")
    parser.add_argument("--seed", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
