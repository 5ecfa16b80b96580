"""pycocoevalcap on the captions of captions.bench.ts: its CIDEr (Python), and what it starts Java for, where there is one.

    captions_reference.py FILE

FILE holds {"rounds": …, "images": [{"raw": [hypothesis, references…], "tokenised": [the same]}]}. Prints one JSON object:
milliseconds by name, the least of the rounds, and the results, so that both sides can be compared. CIDEr and METEOR get the
tokenised captions; starting Java for METEOR, which reads the paraphrase table, is not counted; the tokeniser starts Java
anew for each call, which is.
"""

import contextlib
import io
import json
import os
import shutil
import sys
import time

import pycocoevalcap.meteor.meteor as meteor_module
from pycocoevalcap.cider.cider import Cider


def timed(work, rounds):
    """The least milliseconds of the rounds, and what the last one gave."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        result = work()
        times.append((time.perf_counter() - start) * 1000)
    return min(times), result


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        given = json.load(file)
    rounds = given["rounds"]
    tokenised = [image["tokenised"] for image in given["images"]]
    hypotheses = {i: [captions[0]] for i, captions in enumerate(tokenised)}
    references = {i: captions[1:] for i, captions in enumerate(tokenised)}
    ms, results = {}, {}
    ms["cider"], (_, scores) = timed(lambda: Cider().compute_score(references, hypotheses), rounds)
    results["cider"] = list(scores)
    if shutil.which("java"):
        with contextlib.redirect_stdout(io.StringIO()):
            run_java(given, hypotheses, references, ms, results)
    paraphrases = os.path.join(os.path.dirname(meteor_module.__file__), "data", "paraphrase-en.gz")
    print(json.dumps({"ms": ms, "results": results, "paraphrases": paraphrases}))


def run_java(given, hypotheses, references, ms, results):
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    raw = {i: [{"caption": text} for text in image["raw"]] for i, image in enumerate(given["images"])}
    ms["tokenise"], tokens = timed(lambda: PTBTokenizer().tokenize(raw), 1)
    results["tokenise"] = [tokens[i] for i in range(len(given["images"]))]
    meteor = meteor_module.Meteor()
    ms["meteor"], (score, segments) = timed(lambda: meteor.compute_score(references, hypotheses), given["rounds"])
    results["meteor"] = list(segments)
    results["meteorCorpus"] = score


main()
