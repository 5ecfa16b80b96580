"""From photographs to a scored bundle in one command: data, tokenizer, training, export, answers, scores.

    python -m mini.make --samples SAMPLES --out DIR

DIR gets `data`, `tokenizer.json`, `run` (checkpoint, log, `report.md`), `bundle` with a model card of its own scores, `references` and `answers`. Stop it when
you like: the same command leaves out what is done, and training goes on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from uscdf_train.report import REPORT, report, scores_of

_PACKAGES = Path(__file__).resolve().parents[1]
_SHIPPED = _PACKAGES.parent / "bundles" / "mglmm-mini"
_COMMAND = _PACKAGES.parents[1] / "dist" / "uscdf.cjs"
_QUESTIONS = ("describe", "panoptic", "refer", "absent")
_SCORED = ("describe", "refer", "absent")
_CARD = "MODEL_CARD.md"
# What the data depend on: a folder that was made with others cannot be gone on with.
_SETTLED = ("variants", "compositions", "held_out", "annotated_only")
_NEEDED = ("photos/images", "coco/ATTRIBUTION.tsv", "coco/instances.json", "coco/panoptic.json", "coco-real-subset/instances.json")
_INTERRUPTED = 130


class MakeError(Exception):
    """A stage that failed, or a folder that is of no use. The message is for the user."""


@dataclass(frozen=True)
class Stage:
    """A step of the work: modules of these packages with their arguments, run one after the other."""

    name: str
    commands: tuple[tuple[str, ...], ...]


def main() -> int:
    options = _options()
    # A request to end is handed to the stage, which keeps what it has.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        make(options)
    except MakeError as error:
        print(f"mini.make: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("mini.make: stopped. The same command goes on from here.", file=sys.stderr)
        return _INTERRUPTED
    return 0


def make(options: argparse.Namespace) -> None:
    """Runs the stages that are not done. Raises MakeError at the first that fails."""
    out: Path = options.out
    if not options.uscdf.is_file():
        raise MakeError(f"there is no {options.uscdf}, which scores the captions: build it with `npm run build`, or name it with --uscdf.")
    missing = [name for name in _NEEDED if not (options.samples / name).exists()]
    if missing:
        raise MakeError(f"{options.samples} lacks {', '.join(missing)}: models/export/mini/README.md says what the folder of photographs holds.")
    out.mkdir(parents=True, exist_ok=True)
    _settle(out, {name: getattr(options, name) for name in _SETTLED} | {"samples": str(options.samples)})
    again = False
    for stage in stages(options):
        done = out / f"{stage.name}.done"
        text = "\n".join(shlex.join(command) for command in stage.commands)
        if not again and done.is_file() and done.read_text(encoding="utf-8") == text:
            print(f"{stage.name}: done before", flush=True)
            continue
        # What follows is made of what this stage writes.
        again = True
        print(f"{stage.name} …", flush=True)
        if stage.name == "export":
            _prepare_bundle(out / "bundle")
        if stage.name == "answers":
            (out / "answers").mkdir(exist_ok=True)
        for command in stage.commands:
            _run(stage.name, command)
        done.write_text(text, encoding="utf-8")
    _write_scores(out, options.uscdf)


def stages(options: argparse.Namespace) -> tuple[Stage, ...]:
    """The stages with the arguments that the shipped bundle was made with, but for those that `options` changes."""
    out: Path = options.out
    data, run, bundle, references = out / "data", out / "run", out / "bundle", out / "references"
    tokenizer, train = out / "tokenizer.json", (data / "train.uscdf.jsonl", data / "renamed.uscdf.jsonl")
    amounts = ["--variants", options.variants, "--compositions", options.compositions, "--held-out", options.held_out]
    batch = ["--pictures", 10, "--records", 6, "--masks", 6, "--mask-pictures", 3]
    course = ["--steps", options.steps, "--learning-rate", options.learning_rate, "--device", options.device]
    return (
        _stage("data", ["mini.build_data", "--samples", options.samples, "--out", data, *amounts, *(["--annotated-only"] if options.annotated_only else [])]),
        _stage("tokenizer", ["mini.tokenizer", tokenizer, *train]),
        _stage("train", ["uscdf_train", "--data", *train, "--out", run, "--tokenizer", tokenizer, "--features", data / "features", *batch, *course]),
        _stage("export", ["mini.export", "--run", run, "--tokenizer", tokenizer, "--out", bundle]),
        _stage("references", ["mini.references", "--samples", options.samples, "--out", references]),
        _stage(
            "answers",
            *(
                ["mini.answers", "--bundle", bundle, "--questions", references / f"{name}.uscdf.jsonl", "--out", out / "answers" / f"{name}.uscdf.jsonl"]
                for name in _QUESTIONS
            ),
        ),
    )


def _stage(name: str, *commands: list[object]) -> Stage:
    return Stage(name, tuple(tuple(str(part) for part in command) for command in commands))


def _settle(out: Path, settings: dict[str, object]) -> None:
    path = out / "make.json"
    text = json.dumps(settings, indent=2) + "\n"
    if not path.exists():
        path.write_text(text, encoding="utf-8")
    elif path.read_text(encoding="utf-8") != text:
        raise MakeError(f"{out} was begun with other data ({path.name} says which): give the same options again, or name another folder for --out.")


def _prepare_bundle(bundle: Path) -> None:
    """Licences are those of the encoder inside; the card says that nothing was measured until something was."""
    bundle.mkdir(exist_ok=True)
    for name in ("LICENSE", "NOTICE"):
        shutil.copyfile(_SHIPPED / name, bundle / name)
    (bundle / _CARD).write_text(_card("Its scores have not been measured yet."), encoding="utf-8")


def _write_scores(out: Path, uscdf: Path) -> None:
    """Writes the run's report and the bundle's model card, both with what was measured, and prints it."""
    measured = "".join(_score(out, name) for name in _SCORED)
    try:
        evaluated = scores_of(_references(out, "describe"), _answers(out, "describe"), uscdf)
        (out / "run" / REPORT).write_text(report(out / "run", evaluated), encoding="utf-8")
    except RuntimeError as error:
        raise MakeError(str(error)) from error
    scores = f"{measured}\n{evaluated.strip()}"
    said = "Photographs of COCO val2017 with people's masks, which no training saw; the numbers are those of `python -m mini.score` and `uscdf evaluate`."
    (out / "bundle" / _CARD).write_text(_card(f"{said}\n\n```text\n{scores}\n```"), encoding="utf-8")
    print(f"{scores}\n\n{out / 'bundle'}: try it with uscdf annotate --model {out / 'bundle'}; curves and scores: {out / 'run' / REPORT}")


def _score(out: Path, name: str) -> str:
    command = [sys.executable, "-m", "mini.score", name, str(_references(out, name)), str(_answers(out, name))]
    done = subprocess.run(command, cwd=_PACKAGES, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise MakeError(f"the scores of {name} could not be made: {done.stderr.strip()}")
    return done.stdout


def _references(out: Path, name: str) -> Path:
    return out / "references" / f"{name}.uscdf.jsonl"


def _answers(out: Path, name: str) -> Path:
    return out / "answers" / f"{name}.uscdf.jsonl"


def _card(scores: str) -> str:
    return f"""# A language model of mglmm-mini's make, trained here

Written by `python -m mini.make`. What such a model is, what it was made from and what it cannot do stands in the card of the shipped bundle, `models/bundles/mglmm-mini`.

## How good it is

{scores}
"""


def _run(stage: str, command: tuple[str, ...]) -> None:
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=_PACKAGES)
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    if code != 0:
        raise MakeError(f"{stage} failed (exit code {code}; why stands above). Mend it and give the same command again: what is done is kept.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m mini.make", description="Makes a bundle like mglmm-mini from photographs, and measures it.")
    parser.add_argument("--samples", type=_absolute, required=True, help="folder with photos, coco and coco-real-subset (README.md says what they hold)")
    parser.add_argument("--out", type=_absolute, required=True, help="folder for all that is made")
    parser.add_argument("--steps", type=int, default=4000, help="batches of training (default: 4000)")
    parser.add_argument("--learning-rate", type=float, default=0.002, help="highest rate (default: 0.002)")
    parser.add_argument("--variants", type=int, default=3, help="crops of each photograph (default: 3)")
    parser.add_argument("--compositions", type=int, default=870, help="compositions with cut-out things (default: 870)")
    parser.add_argument("--held-out", type=int, default=20, help="photographs that training does not see (default: 20)")
    parser.add_argument("--annotated-only", action="store_true", help="leave out the photographs that the detector labels")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (default: cpu)")
    parser.add_argument("--uscdf", type=_absolute, default=_COMMAND, help="the built command (default: dist/uscdf.cjs)")
    return parser.parse_args()


def _absolute(path: str) -> Path:
    return Path(path).resolve()


if __name__ == "__main__":
    sys.exit(main())
