"""Exports a checkpoint of the shape of MGLMM-7B with random weights and runs a token of it: does the machine suffice?

    python -m uscdf_export.testing.seven_billion --work /tmp/7b            # checkpoint, int4 bundle, one answer of a few tokens
    python -m uscdf_export.testing.seven_billion --work /tmp/7b --keep     # leaves both for a closer look

Needs 25 GB of disk (15 GB for the checkpoint, 6 GB for the bundle) and Node with this repository's packages. Not part of the tests:
it takes minutes. Every step is a process of its own, so that its peak memory is its own.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import torch

from ..decoder_graph import DecoderShape, decoder_names
from ..families.llava import MGLMM
from ..sam_weights import original_state
from .small import write_config, write_small_tokenizer

SHAPE = DecoderShape(32, 4096, 32, 32, 128, 11008, 32007, 1e-5, 10000.0, 4096)
_REPOSITORY = Path(__file__).resolve().parents[4]
_SHARD_BYTES = 2_000_000_000


def write_checkpoint(folder):
    """MGLMM-7B's names and shapes, float16, in shards of about 2 GB; CLIP ViT-L/14 at 336 and SAM ViT-H in their true sizes."""
    from transformers import CLIPVisionConfig, CLIPVisionModel, SamConfig, SamModel, SamVisionConfig

    torch.manual_seed(0)
    checkpoint, clip = folder / "checkpoint", folder / "clip"
    checkpoint.mkdir(parents=True, exist_ok=True)
    write_config(checkpoint, MGLMM, SHAPE)
    _write_vocabulary(checkpoint)
    clip_config = CLIPVisionConfig(
        hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16, image_size=336, patch_size=14
    )
    CLIPVisionModel(clip_config).half().save_pretrained(clip)
    shards = _Shards(checkpoint)
    noise = torch.randn(SHAPE.vocabulary * SHAPE.hidden).mul_(0.02).half()
    for name, size in decoder_names(SHAPE).items():
        count = torch.Size(size).numel()
        shards.add(name, torch.ones(size, dtype=torch.float16) if len(size) == 1 else noise[:count].reshape(size))
    for name, (out, inside) in {
        "model.mm_projector.0": (4096, 1024),
        "model.mm_projector.2": (4096, 4096),
        "model.text_hidden_fcs.0.0": (4096, 4096),
        "model.text_hidden_fcs.0.2": (256, 4096),
    }.items():
        shards.add(f"{name}.weight", noise[: out * inside].reshape(out, inside))
        shards.add(f"{name}.bias", torch.zeros(out, dtype=torch.float16))
    vision = SamVisionConfig(hidden_size=1280, num_hidden_layers=32, num_attention_heads=16, global_attn_indexes=[7, 15, 23, 31], mlp_dim=5120)
    for name, value in original_state(SamModel(SamConfig(vision_config=vision))).items():
        shards.add(MGLMM.sam + name, value.half())
    shards.close()
    return checkpoint, clip


class _Shards:
    """Tensors to safetensors files of bounded size, and their index."""

    def __init__(self, folder):
        self.folder, self.part, self.bytes, self.files, self.table = folder, {}, 0, 0, {}

    def add(self, name, tensor):
        if self.bytes > _SHARD_BYTES:
            self._flush()
        self.part[name] = tensor.contiguous().clone()
        self.bytes += tensor.numel() * tensor.element_size()

    def _flush(self):
        from safetensors.torch import save_file

        self.files += 1
        file = f"model-{self.files:05d}.safetensors"
        save_file(self.part, self.folder / file, metadata={"format": "pt"})
        self.table |= dict.fromkeys(self.part, file)
        self.part, self.bytes = {}, 0

    def close(self):
        self._flush()
        (self.folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": self.table}))


def _write_vocabulary(folder):
    """A tokenizer with LLaMA's 32,000 pieces, most of them made up, so that the added tokens get their official ids."""
    from sentencepiece import sentencepiece_model_pb2 as protocol

    write_small_tokenizer(folder, MGLMM, 400)
    path = folder / "tokenizer.model"
    model = protocol.ModelProto()
    model.ParseFromString(path.read_bytes())
    for i in range(len(model.pieces), SHAPE.vocabulary - len(MGLMM.added)):
        model.pieces.add(piece=f"▁~{i}~", score=-1e6 - i)
    path.write_bytes(model.SerializeToString())


def measured(what, command):
    """Runs a command and returns its seconds and peak memory; ends the program where it fails."""
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    subprocess.run([str(part) for part in command], check=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # The system keeps only the highest peak of all children so far.
    bound = "" if peak > before else "at most "
    print(f"{what}: {time.monotonic() - started:.0f} s, peak memory {bound}{peak / 1e6:.1f} GB", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoint and bundle")
    parser.add_argument("--precision", default="int4", choices=("fp16", "int8", "int4"))
    parser.add_argument("--attention", default="plain", choices=("plain", "fused"))
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--activations", choices=("float32", "float16"))
    parser.add_argument("--tokens", type=int, default=4, help="tokens to generate (default: 4)")
    parser.add_argument("--keep", action="store_true", help="leave checkpoint and bundle")
    parser.add_argument("--only-checkpoint", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only_checkpoint:
        write_checkpoint(options.work)
        return
    python = [sys.executable, "-W", "ignore", "-m"]
    node = ["node", Path(__file__).with_name("one_token.mjs")]
    checkpoint, bundle = options.work / "checkpoint", options.work / f"bundle-{options.precision}"
    if not (checkpoint / "model.safetensors.index.json").exists():
        measured("checkpoint", [*python, "uscdf_export.testing.seven_billion", "--work", options.work, "--only-checkpoint"])
    export = ["uscdf_export", "--checkpoint", checkpoint, "--clip", options.work / "clip", "--family", "mglmm", "--precision", options.precision]
    export += ["--attention", options.attention, *(["--fast"] if options.fast else []), "--force", "-o", bundle]
    export += ["--activations", options.activations] if options.activations else []
    measured("export", [*python, *export])
    measured("one answer", [*node, bundle, _REPOSITORY, str(options.tokens)])
    if not options.keep:
        shutil.rmtree(options.work)


if __name__ == "__main__":
    main()
