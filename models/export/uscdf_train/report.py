"""What a training came to: the curves of its parts, and `uscdf evaluate` on records that it did not see.

    python -m uscdf_train.report --run RUN --references HELD-OUT.uscdf.jsonl --predictions PREDICTED.uscdf.jsonl --uscdf ../../dist/uscdf.cjs
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from .train import LOG

REPORT = "report.md"
_ROWS = 20
_COLUMNS = ("step", "text", "right", "bce", "dice", "choice", "likeness", "overlap", "rate")
_EXPLANATION = (
    "`text`: cross-entropy a token; `right`: share of answer tokens that are right; `bce`, `dice`: of the masks; `choice`, `likeness`: this model's own parts; "
    "`overlap`: mean IoU of the masks, with the answers' own words given; `rate`: learning rate."
)


def report(run: Path, scores: str | None) -> str:
    """Markdown: the log in some twenty rows, and the scores as they were printed. Raises RuntimeError where the folder has no log."""
    path = run / LOG
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
    if not lines:
        raise RuntimeError(f"{path} holds no line of a training: give the folder that `python -m uscdf_train --out` wrote.")
    step = max(1, len(lines) // _ROWS)
    chosen = lines[step - 1 :: step]
    if chosen[-1] is not lines[-1]:
        chosen.append(lines[-1])
    rows = ["| " + " | ".join(_number(line[column]) for column in _COLUMNS) + " |" for line in chosen]
    head = ["| " + " | ".join(_COLUMNS) + " |", "| " + " | ".join("---" for _ in _COLUMNS) + " |"]
    parts = ["# Training", "", _EXPLANATION, "", *head, *rows, ""]
    if scores is not None:
        parts += ["# Scores", "", "```text", scores.strip(), "```", ""]
    return "\n".join(parts)


def scores_of(references: Path, predictions: Path, uscdf: Path) -> str:
    """What `uscdf evaluate` prints. Raises RuntimeError with its own words where it fails."""
    done = subprocess.run(
        ["node", str(uscdf), "evaluate", "--references", str(references), "--predictions", str(predictions)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"uscdf evaluate failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.4g}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m uscdf_train.report", description="What a training came to.")
    parser.add_argument("--run", type=Path, required=True, help="folder of the training; gets report.md")
    parser.add_argument("--references", type=Path, help="records that the training did not see")
    parser.add_argument("--predictions", type=Path, help="the model's answers to them (python -m uscdf_train.predict)")
    parser.add_argument("--uscdf", type=Path, help="the built command, dist/uscdf.cjs")
    options = parser.parse_args()
    asked = (options.references, options.predictions, options.uscdf)
    if any(asked) and not all(asked):
        print("For scores give all three: --references, --predictions and --uscdf.", file=sys.stderr)
        return 2
    try:
        written = report(options.run, scores_of(*asked) if all(asked) else None)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    (options.run / REPORT).write_text(written, encoding="utf-8")
    print(options.run / REPORT)
    return 0


if __name__ == "__main__":
    sys.exit(main())
