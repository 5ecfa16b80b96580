"""What device.bench.ts compares decoding with: `generate` of `transformers` on a LLaMA of the same shape, on the same device.

    device_reference.py --device cpu --shape '{"layers": 4, "hidden": 160, …}' --prompt 256 --tokens 128

Prints one JSON line when the model is loaded: `place` (the device's name), `dtype`, `threads` of a CPU, `versions`, and
`bandwidth`, bytes read and written a second by a copy. Then prints one for each line that it reads: `first`, the seconds of an
answer of one token, and `whole`, those of an answer of all tokens, which no token ends early. Ends with its input.

Weights are random, which makes no token slower or faster, or those of a checkpoint under the official names. A sentence on the
standard error and exit code 1 where a package is missing, the device is not there, or the checkpoint lacks a weight.
"""

import argparse
import json
import platform
import sys
import time

try:
    import torch
    import transformers
    from transformers import LlamaConfig, LlamaForCausalLM
except ImportError as error:
    sys.exit(f"this Python has no torch or transformers ({error})")

# Far above any cache, and little beside what a card has.
COPIED_BYTES = {"cpu": 2**28, "cuda": 2**30, "mps": 2**29}
# Long enough for a card to leave its idle clocks, and for one moment in which nothing else runs.
COPY_SECONDS = 1


def torch_device(name):
    """torch's word for a device of the runtime; a card is torch's one card, whatever the runtime reaches it by."""
    if name == "cpu":
        return "cpu"
    if torch.cuda.is_available():
        return "cuda"
    if torch.backends.mps.is_available():
        return "mps"
    sys.exit(f"torch {torch.__version__} reaches no graphics card here")


def wait(device):
    """Returns when the device has done all that it was told."""
    if device != "cpu":
        getattr(torch, device).synchronize()


def timed(device, work):
    """Seconds of a piece of work, to its end on the device."""
    wait(device)
    start = time.perf_counter()
    work()
    wait(device)
    return time.perf_counter() - start


def copy_bandwidth(device):
    """Bytes read and written a second by the fastest of several copies from one place of the device's memory to another."""
    source = torch.ones(COPIED_BYTES[device] // 4, dtype=torch.float32, device=device)
    target = torch.empty_like(source)
    best, end = float("inf"), time.perf_counter() + COPY_SECONDS
    while time.perf_counter() < end:
        best = min(best, timed(device, lambda: target.copy_(source)))
    del source, target
    if device != "cpu":
        getattr(torch, device).empty_cache()
    return 2 * COPIED_BYTES[device] / best


def llama(shape, positions, checkpoint, device, dtype):
    """LlamaForCausalLM of a shape in evaluation mode, with attention as `transformers` chooses it."""
    config = LlamaConfig(
        hidden_size=shape["hidden"],
        intermediate_size=shape["intermediate"],
        num_hidden_layers=shape["layers"],
        num_attention_heads=shape["heads"],
        num_key_value_heads=shape["kvHeads"],
        head_dim=shape["headDim"],
        vocab_size=shape["vocabulary"],
        max_position_embeddings=positions,
        dtype=dtype,
    )
    if checkpoint is None:
        before = torch.get_default_dtype()
        torch.set_default_dtype(dtype)
        with torch.device(device):
            model = LlamaForCausalLM(config)
        torch.set_default_dtype(before)
    else:
        model, found = LlamaForCausalLM.from_pretrained(checkpoint, config=config, dtype=dtype, local_files_only=True, output_loading_info=True)
        if found["missing_keys"]:
            sys.exit(f"{checkpoint} has no {sorted(found['missing_keys'])[0]}, nor {len(found['missing_keys']) - 1} others")
        model = model.to(device)
    # No token is an end.
    model.generation_config.eos_token_id = None
    model.generation_config.pad_token_id = 0
    return model.eval()


def answer(model, ids, tokens):
    """Writes so many tokens after a prompt (ids [1, T]), always the most probable one."""
    out = model.generate(ids, attention_mask=torch.ones_like(ids), do_sample=False, min_new_tokens=tokens, max_new_tokens=tokens)
    assert out.shape[1] == ids.shape[1] + tokens, "an answer ended early"


def say(**values):
    print(json.dumps(values), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", required=True, help="a device of the runtime: cpu, cuda, webgpu …")
    parser.add_argument("--shape", type=json.loads, required=True, help="layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary; as JSON")
    parser.add_argument("--prompt", type=int, required=True, help="tokens of the prompt")
    parser.add_argument("--tokens", type=int, required=True, help="tokens of the answer")
    parser.add_argument("--checkpoint", help="folder with the model's own weights")
    parser.add_argument("--dtype", choices=("float32", "bfloat16", "float16"), help="default: float32 on a CPU, float16 elsewhere")
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    device = torch_device(options.device)
    dtype = options.dtype or ("float32" if device == "cpu" else "float16")
    bandwidth = copy_bandwidth(device)
    torch.manual_seed(0)
    positions = options.prompt + options.tokens
    model = llama(options.shape, positions, options.checkpoint, device, getattr(torch, dtype))
    ids = torch.randint(options.shape["vocabulary"], (1, options.prompt), device=device)
    say(
        place=torch.cuda.get_device_name() if device == "cuda" else device if device == "mps" else platform.processor() or "cpu",
        dtype=dtype,
        threads=torch.get_num_threads(),
        versions={"torch": torch.__version__, "transformers": transformers.__version__},
        bandwidth=bandwidth,
    )
    with torch.inference_mode():
        for _ in sys.stdin:
            first, whole = (timed(device, lambda: answer(model, ids, count)) for count in (1, options.tokens))
            say(first=first, whole=whole)


main()
