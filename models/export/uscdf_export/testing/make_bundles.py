"""Makes the small test bundles of MGLMM, GLaMM and LISA again: test/fixtures/bundles/{mglmm,glamm,lisa}.

    python -m uscdf_export.testing.make_bundles [family …] -o ../../test/fixtures/bundles

A random checkpoint under the official keys is taught a handful of answers about one photograph, read back by the exporter's own
loader, and exported. One thread and fixed seeds: the same machine and versions give the same bytes.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

import torch
from PIL import Image
from tokenizers import Tokenizer

from ..answer import answer
from ..checkpoint import Checkpoint
from ..decoder_graph import stored_value
from ..export import Options, export_bundle, settings_of
from ..families.llava import FAMILIES
from ..llava import load_llava
from ..precision import precision
from ..tokenizer import write_tokenizer
from .overfit import official_state, overfit
from .reference import question_of, reference_case, write_reference
from .scene import CASES
from .small import write_shards, write_small_checkpoint

PHOTO = "riders.png"
# Between them the three cover floats of both sizes and quantised weights, inside the graphs and beside them.
KINDS = {
    "mglmm": ("fp32", None, Options(name="mglmm-test", external=True, most_new_tokens=96)),
    "glamm": ("fp16", None, Options(name="glamm-test", most_new_tokens=96)),
    "lisa": ("int4", "float32", Options(name="lisa-test", external=True, most_new_tokens=96)),
}
SHARDS = {"mglmm": (2, "safetensors"), "glamm": (1, "safetensors"), "lisa": (2, "bin")}


def trained_checkpoint(folder, family_name, photo, steps=400, seed=0, say=None):
    """A small checkpoint that has learnt its family's cases; returns the paths of checkpoint and CLIP."""
    shards, kind = SHARDS[family_name]
    checkpoint, clip = write_small_checkpoint(folder, family_name, seed, shards=shards, kind=kind)
    llava = load_llava(Checkpoint(checkpoint), clip, FAMILIES[family_name])
    content = write_tokenizer(checkpoint, llava.family.added, Path(folder) / "tokenizer.json")
    settings = settings_of(llava, content, precision("fp32"))
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    language = overfit(llava, tokenizer, settings, photo, CASES[family_name], steps, seed=seed, say=say)
    state = official_state(llava, language)
    for old in (*checkpoint.glob("*.safetensors*"), *checkpoint.glob("*.bin*")):
        old.unlink()
    write_shards(checkpoint, state, shards, kind)
    return checkpoint, clip


def make_bundle(family_name, out, photo, say=print):
    """Writes one bundle with its reference.json; returns the folder."""
    weights, activations, options = KINDS[family_name]
    with tempfile.TemporaryDirectory() as work:
        checkpoint, clip = trained_checkpoint(work, family_name, photo, say=say)
        llava = load_llava(Checkpoint(checkpoint), clip, FAMILIES[family_name])
        folder = Path(out) / family_name
        shutil.rmtree(folder, ignore_errors=True)
        settings = export_bundle(llava, checkpoint, folder, precision(weights, activations), options)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        kind = precision(weights, activations)
        # With the weights as the bundle holds them: the tests are about graphs and runtime, not about rounding.
        language = llava.language(lambda name: stored_value(name, llava.weights(name), kind))
        cases = []
        for case in CASES[family_name]:
            question = question_of(case, settings)
            given = answer(llava, language, tokenizer, settings, photo, question)
            cases.append(reference_case(case, given, settings, tokenizer, question))
            say(f"{family_name} · {case.task}: {cases[-1]['text']}")
    made_by = f"uscdf_export.testing.make_bundles with torch {torch.__version__}, transformers' LlamaForCausalLM, CLIPVisionModel and SamModel"
    write_reference(folder, f"../{PHOTO}", made_by, cases)
    return folder


def make_photo(source, path):
    """The test photograph: 125 × 83 pixels, so that every way of fitting it into a square shows its rounding."""
    picture = Image.open(source).convert("RGB").resize((125, 83), Image.Resampling.LANCZOS)
    picture.save(path, optimize=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", nargs="*", default=sorted(KINDS), help="mglmm, glamm, lisa (all by default)")
    parser.add_argument("-o", "--out", type=Path, required=True, help="the folder test/fixtures/bundles")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    photo = Image.open(options.out / PHOTO).convert("RGB")
    for family in options.family:
        make_bundle(family, options.out, photo)


if __name__ == "__main__":
    main()
