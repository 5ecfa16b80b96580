"""The training loop: resumable, with a log that says what each part of the objective did."""

from __future__ import annotations

import json
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from .batches import Batches
from .cache import FeatureCache
from .lora import folded, has_lora, with_lora
from .losses import losses_of
from .model import MiniModel, Shape, Standardise
from .objective import Weights, optimizer_of, warm_up_and_decay
from .proposals import CLASSES, Paste
from .tokens import Words

CHECKPOINT = "checkpoint.pt"
LOG = "log.jsonl"
_SECONDS_BETWEEN_CHECKPOINTS = 60
_STEPS_BETWEEN_LINES = 20
_PICTURES_TO_STANDARDISE = 400
_CLIP = 1.0
_SCORE_DEVIATION = 0.25


class TrainingError(Exception):
    """A training that cannot begin or go on as it was asked to. The message is for the user."""


@dataclass(frozen=True)
class Plan:
    """How to train. `steps` counts from the beginning, also where a training goes on."""

    out: Path
    steps: int
    rate: float
    device: torch.device
    weights: Weights = Weights()


def train(model: MiniModel, batches: Batches, words: Words, plan: Plan) -> None:
    """Trains up to `plan.steps`, from the checkpoint in `plan.out` where there is one. Writes a checkpoint every minute and at the end.
    Raises TrainingError where that checkpoint is one of another kind of training."""
    model.to(plan.device).train()
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = optimizer_of(parameters, plan.rate)
    schedule = warm_up_and_decay(optimizer, plan.steps)
    paste = Paste().to(plan.device)
    step = _resume(plan, model, optimizer, schedule)
    saved = began = time.monotonic()
    recent: list[dict[str, float]] = []
    stop = _asked_to_stop()
    for batch in batches.from_step(step):
        if step >= plan.steps or stop.is_set():
            break
        # What the model hides from itself goes by the step alone, so that a training can go on where it stopped.
        torch.manual_seed(step)
        result = losses_of(model, batch, words.image_at, paste, plan.weights, plan.device)
        optimizer.zero_grad(set_to_none=True)
        result.total.backward()
        torch.nn.utils.clip_grad_norm_(parameters, _CLIP)
        optimizer.step()
        schedule.step()
        step += 1
        recent.append(result.parts)
        if step % _STEPS_BETWEEN_LINES == 0:
            _note(plan.out / LOG, step, recent, schedule.get_last_lr()[0], time.monotonic() - began)
            recent = []
        if time.monotonic() - saved > _SECONDS_BETWEEN_CHECKPOINTS:
            save(plan.out / CHECKPOINT, model, optimizer, step)
            saved = time.monotonic()
    if recent:
        _note(plan.out / LOG, step, recent, schedule.get_last_lr()[0], time.monotonic() - began)
    save(plan.out / CHECKPOINT, model, optimizer, step)


def standardise(model: MiniModel, cache: FeatureCache, images: list[Path]) -> None:
    """Sets means and deviations of the raw features from a sample of the training pictures. Class scores are all measured alike, so that a rare class says no more than a frequent one."""
    step = max(1, len(images) // _PICTURES_TO_STANDARDISE)
    seen = [cache.look(image) for image in images[::step]]
    slots = np.concatenate([each.slots for each in seen])
    _set(model.standard_slots, slots[np.abs(slots).sum(axis=1) > 0])
    _set(model.standard_whole, np.concatenate([each.whole for each in seen]))
    _set(model.standard_grid, np.concatenate([each.grid for each in seen]))
    for module in (model.standard_slots, model.standard_whole):
        module.mean[: 2 * CLASSES] = 0
        module.deviation[: 2 * CLASSES] = _SCORE_DEVIATION


def save(path: Path, model: MiniModel, optimizer: torch.optim.Optimizer | None, step: int) -> None:
    """Writes a checkpoint in one move, so that a stop in the middle leaves the last one whole."""
    partial = path.with_suffix(".part")
    state = {"step": step, "shape": model.describe_shape(), "lora": has_lora(model.language_model), "model": model.state_dict()}
    if optimizer is not None:
        state["optimizer"] = optimizer.state_dict()
    torch.save(state, partial)
    partial.replace(path)


def load(path: Path, device: str = "cpu") -> MiniModel:
    """The model of a checkpoint, ready to be used; adapters are folded into the weights that they change."""
    state = torch.load(path, map_location=device, weights_only=True)
    model = MiniModel(Shape(**state["shape"]))
    if _with_adapters(state):
        model.language_model = with_lora(model.language_model)
    model.load_state_dict(state["model"])
    if _with_adapters(state):
        model.language_model = folded(model.language_model)
    return model.eval()


def _with_adapters(state: dict) -> bool:
    # Checkpoints of before there was this key have none.
    return state.get("lora", False)


def _asked_to_stop() -> threading.Event:
    """Set once the process is told to end, so that the batch in hand is finished and nothing is lost."""
    event = threading.Event()
    if threading.current_thread() is threading.main_thread():
        for kind in (signal.SIGTERM, signal.SIGINT):
            signal.signal(kind, lambda *_: event.set())
    return event


def _resume(plan: Plan, model: MiniModel, optimizer: torch.optim.Optimizer, schedule: torch.optim.lr_scheduler.LambdaLR) -> int:
    path = plan.out / CHECKPOINT
    if not path.exists():
        return 0
    state = torch.load(path, map_location=plan.device, weights_only=True)
    _expect_the_same(path, state, model)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    # The schedule is a function of the step alone, so a training may go on with more steps than it was planned for.
    rates = [base * share(state["step"]) for base, share in zip(schedule.base_lrs, schedule.lr_lambdas, strict=True)]
    for group, rate in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = rate
    schedule.last_epoch = state["step"]
    return state["step"]


def _expect_the_same(path: Path, state: dict, model: MiniModel) -> None:
    if _with_adapters(state) != has_lora(model.language_model):
        other = "with" if _with_adapters(state) else "without"
        raise TrainingError(f"{path} was trained {other} --lora, and its optimiser fits no other weights. Train {other} --lora, or name another folder for --out.")
    if state["shape"] != model.describe_shape():
        raise TrainingError(f"{path} is a model of the sizes {state['shape']}, not {model.describe_shape()}. Give the same sizes and tokenizer, or name another folder for --out.")


def _set(module: Standardise, values: np.ndarray) -> None:
    module.mean.copy_(torch.from_numpy(values.mean(axis=0)))
    module.deviation.copy_(torch.from_numpy(values.std(axis=0) + 1e-2))


def _note(path: Path, step: int, recent: list[dict[str, float]], rate: float, seconds: float) -> None:
    means = {name: round(float(np.mean([parts[name] for parts in recent])), 4) for name in recent[0]}
    line = json.dumps({"step": step, **means, "rate": rate, "seconds": round(seconds)})
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    print(line, flush=True)
