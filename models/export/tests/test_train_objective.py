"""The objective and its schedule against numbers that can be worked out by hand."""

import math

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from uscdf_train.lora import folded, with_lora
from uscdf_train.objective import LEARNING_RATE, Weights, dice, mask_bce, optimizer_of, text_loss, warm_up_and_decay


def test_weights_are_the_papers():
    assert (Weights().bce, Weights().dice, LEARNING_RATE) == (2.0, 0.5, 3e-4)


def test_text_loss_of_an_even_guess():
    assert float(text_loss(torch.zeros(3, 8), torch.tensor([0, 3, 7]))) == pytest.approx(math.log(8))


def test_mask_losses():
    truth = torch.tensor([[[1.0, 0.0], [0.0, 0.0]]])
    assert float(mask_bce(torch.zeros(1, 2, 2), truth)) == pytest.approx(math.log(2))
    # Probabilities of one half: 2 · 0.5 + 1 over 2 + 1 + 1.
    assert float(dice(torch.zeros(1, 2, 2), truth)) == pytest.approx(1 - 2 / 4)
    sure = (truth * 2 - 1) * 50
    assert float(mask_bce(sure, truth)) == pytest.approx(0, abs=1e-6)
    assert float(dice(sure, truth)) == pytest.approx(0, abs=1e-6)


def test_no_masks_cost_nothing_but_keep_the_graph():
    logits = torch.zeros(0, 2, 2, requires_grad=True)
    total = mask_bce(logits, torch.zeros(0, 2, 2)) + dice(logits, torch.zeros(0, 2, 2))
    total.backward()
    assert total.item() == 0


def test_schedule_rises_for_100_steps_and_ends_at_nothing():
    optimizer = optimizer_of([torch.nn.Parameter(torch.zeros(1))])
    assert optimizer.param_groups[0]["weight_decay"] == 0
    schedule = warm_up_and_decay(optimizer, 1100)
    rates = []
    for _ in range(1100):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert rates[0] == pytest.approx(LEARNING_RATE / 100)
    assert rates[99] == pytest.approx(LEARNING_RATE)
    assert max(rates) == pytest.approx(LEARNING_RATE)
    assert rates[600] == pytest.approx(LEARNING_RATE / 2)
    assert optimizer.param_groups[0]["lr"] == pytest.approx(0)


def test_lora_trains_adapters_alone_and_folds_them_back():
    torch.manual_seed(1)
    config = LlamaConfig(vocab_size=20, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4)
    plain = LlamaForCausalLM(config)
    names = set(plain.state_dict())
    before = {name: value.clone() for name, value in plain.state_dict().items()}
    tokens = torch.tensor([[1, 2, 3, 4]])
    adapted = with_lora(plain)
    trainable = [name for name, parameter in adapted.named_parameters() if parameter.requires_grad]
    assert len(trainable) == 2 * 2 * 2
    assert all(".q_proj.lora_" in name or ".v_proj.lora_" in name for name in trainable)
    optimizer = optimizer_of([parameter for parameter in adapted.parameters() if parameter.requires_grad], 1e-2)
    losses = []
    for _ in range(20):
        loss = adapted(input_ids=tokens, labels=tokens).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss))
    assert losses[-1] < losses[0]
    trained = adapted(input_ids=tokens).logits.detach()
    merged = folded(adapted)
    assert set(merged.state_dict()) == names
    assert torch.allclose(merged(input_ids=tokens).logits, trained, atol=1e-5)
    changed = {name for name, value in merged.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {f"model.layers.{layer}.self_attn.{kind}_proj.weight" for layer in (0, 1) for kind in "qv"}
