"""The command line: a checkpoint in, a bundle out, and a report of how well they agree."""

import argparse
import shutil
import sys
import time
from pathlib import Path

from .errors import ExportError

_ABOUT = """\
Turns a checkpoint on this computer into a bundle for the USCDF extension and for `uscdf annotate --model`.

The checkpoint is a folder in Hugging Face's layout with the official names of the weights and LoRA folded in: config.json,
model*.safetensors or pytorch_model*.bin, tokenizer.model. CLIP is a folder of its own, since those checkpoints leave it out.
Nothing is downloaded. A model of any size is exported with a few gigabytes of memory, since its language model is read matrix
by matrix.
"""

_EXAMPLES = """\
examples:
  python -m uscdf_export --family glamm --checkpoint GLaMM-FullScope --clip clip-vit-large-patch14-336 --precision int4 -o glamm-int4
  python -m uscdf_export --family lisa --checkpoint LISA-7B-v1 --clip clip-vit-large-patch14 --precision fp16 -o lisa-fp16 --photo dog.jpg

precisions (of the language model; the vision graphs stay fp16 where it is quantised):
  fp32   as trained, 4 bytes a weight          int8   8 bits in blocks of 32 with a scale each
  fp16   half precision, for GPUs              int4   4 bits in blocks of 32 with a scale each, the head 8 bits
"""

# Families whose modules bring `export_checkpoint(request)`.
_OTHERS = ("sa2va", "pixellm")


def main(arguments=None):
    """Runs the command line; returns the exit code: 0 done, 1 an error that was told in a sentence."""
    request = _parser().parse_args(arguments)
    try:
        _export(request)
    except ExportError as error:
        print(f"uscdf_export: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"uscdf_export: {error}. Check the path and the room on the disk, then run the command again.", file=sys.stderr)
        return 1
    return 0


def _parser():
    parser = argparse.ArgumentParser(prog="uscdf_export", description=_ABOUT, epilog=_EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True, metavar="DIR", help="folder of the merged checkpoint")
    parser.add_argument("--clip", type=Path, metavar="DIR", help="folder of the CLIP vision model that the checkpoint was trained with (mglmm, glamm, lisa, pixellm)")
    parser.add_argument("--family", required=True, choices=("mglmm", "glamm", "lisa", *_OTHERS), help="whose names, tokens and prompts the checkpoint has")
    parser.add_argument("--precision", default="int4", choices=("fp32", "fp16", "int8", "int4"), help="of the language model's weights (default: int4)")
    parser.add_argument("--activations", choices=("float32", "float16"), help="what int8 and int4 bundles compute in: float32 for CPUs (default), float16 for GPUs")
    parser.add_argument("--attention", default="plain", choices=("plain", "fused"), help="plain ONNX operators (default), or onnxruntime's GroupQueryAttention, which GPUs run faster")
    parser.add_argument("--fast", action="store_true", help="multiply quantised weights in whole numbers on CPUs: faster, a little coarser")
    parser.add_argument("--tokenizer", type=Path, metavar="DIR", help="folder with tokenizer.model or tokenizer.json (default: the checkpoint's)")
    parser.add_argument("--name", help="the bundle's name (default: family-precision)")
    parser.add_argument("--photo", type=Path, metavar="FILE", help="compare the bundle with PyTorch on this photograph and write parity.json")
    parser.add_argument("--question", action="append", metavar="TEXT", help="ask this in the comparison (default: the family's first task); may be given again")
    parser.add_argument("--force", action="store_true", help="replace what is in the output folder")
    parser.add_argument("-o", "--out", type=Path, required=True, metavar="DIR", help="folder of the bundle")
    return parser


def _export(request):
    _prepare(request)
    if request.family in _OTHERS:
        from importlib import import_module

        import_module(f".families.{request.family}", __package__).export_checkpoint(request, _say)
    else:
        _export_llava(request)
    _say(f"{request.out} is ready: {_size(request.out)}. Try it: uscdf annotate --model {request.out} PHOTO.jpg")


def _prepare(request):
    """Checks the options before anything large is read."""
    if request.family not in _OTHERS and request.clip is None:
        raise ExportError("--clip is missing. The checkpoints of this family leave CLIP out: give the folder of the CLIP model that it was trained with.")
    if request.photo is not None and not request.photo.is_file():
        raise ExportError(f"{request.photo} is not there. --photo wants the picture that the comparison is made on.")
    if request.out.exists() and any(request.out.iterdir()):
        if not request.force:
            raise ExportError(f"{request.out} is not empty. Choose another folder, or say --force to replace what is in it.")
        shutil.rmtree(request.out)


def _export_llava(request):
    from .checkpoint import Checkpoint
    from .export import Options, export_bundle
    from .families.llava import FAMILIES
    from .llava import load_llava, unused
    from .precision import precision

    chosen = precision(request.precision, request.activations, fast=request.fast)
    _say("checkpoint")
    checkpoint = Checkpoint(request.checkpoint)
    llava = load_llava(checkpoint, request.clip, FAMILIES[request.family])
    left = unused(checkpoint, llava.family, llava.shape)
    if left:
        shown = ", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else "")
        _say(f"note: {len(left)} weights of the checkpoint have no place in this family and were left out: {shown}")
    options = Options(fused=request.attention == "fused", name=request.name)
    export_bundle(llava, request.tokenizer or request.checkpoint, request.out, chosen, options, _say)
    if request.photo is not None:
        _compare(request, llava, chosen)


def _compare(request, llava, chosen):
    from .bundle import Bundle, open_photo
    from .parity import compare, memory_for, table

    memory_for(llava.shape)
    bundle = Bundle(request.out)
    questions = request.question or [bundle.settings["tasks"].get("describe") or bundle.settings["tasks"]["refer"].replace("{referents}", "the largest thing")]
    print(table(compare(bundle, llava, chosen, open_photo(request.photo), questions, _say)))


_started = time.monotonic()


def _say(text):
    """One line of progress, with the seconds since the start."""
    print(f"{time.monotonic() - _started:7.1f} s  {text}", file=sys.stderr, flush=True)


def _size(folder):
    total = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return f"{total / 1e9:.2f} GB" if total >= 1e9 else f"{total / 1e6:.1f} MB"
