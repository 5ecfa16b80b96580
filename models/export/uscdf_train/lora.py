"""Low-rank adapters for language models that were trained before: only the adapters learn, and can be folded back in."""

from __future__ import annotations

from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn

RANK = 8
ALPHA = 16
TARGETS = ("q_proj", "v_proj")


def with_lora(language_model: nn.Module, rank: int = RANK, alpha: int = ALPHA) -> nn.Module:
    """The language model with adapters on its query and value projections, as MGLMM trains it; everything else in it is frozen."""
    return get_peft_model(language_model, LoraConfig(r=rank, lora_alpha=alpha, target_modules=list(TARGETS), lora_dropout=0.0, task_type="CAUSAL_LM"))


def has_lora(language_model: nn.Module) -> bool:
    """Whether the language model carries adapters."""
    return isinstance(language_model, PeftModel)


def folded(language_model: nn.Module) -> nn.Module:
    """The language model with the adapters' changes in its own weights, in the layout that it had before."""
    return language_model.merge_and_unload()
