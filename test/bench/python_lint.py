"""The checks of `uscdf lint` as one would write them in Python: json, re and pycocotools, one process, one pass.

Usage: python_lint.py FILE.uscdf.jsonl; prints one finding a line as JSON and exits with 1 if there is any. The reference
of lintFile.bench.ts.
"""

import json
import re
import sys

import numpy as np
from pycocotools import mask as coco

TOKEN = re.compile(r"<p>|</p>|\[SEG\]")
NEAR_MISS = re.compile(
    r"<\s*/?\s*[pP]\s*>|<\\[pP]>|\[\s*seg\s*\d*\s*\]|\(\s*seg\s*\)|\{\s*seg\s*\}|<\s*seg\s*>|\[REJ\]|<region>",
    re.IGNORECASE,
)
RESERVED = re.compile(r"</s>| ASSISTANT:|USER:|<im_start>|<im_end>")
OBJECT_TAG = re.compile(r"</?object(\d+)>")
DOUBLE_DETERMINER = re.compile(r"\b(?:the|a|an|any) (?:the|a|an)\b", re.IGNORECASE)
NEGATIVE = re.compile(r"(?:Sorry, I|But I) don't see any ([^.]*?) in this image\.")
LOOSE_NEGATIVE = re.compile(
    r"(?:there (?:is|are) no|(?:do not|don't|cannot|can't) (?:see|find)(?: any)?|no) ([^.]*?) in (?:this|the) (?:image|picture|photo)",
    re.IGNORECASE,
)
QUESTION = re.compile(r"(?:Please segment|Segment|Can you segment) (.*?) in this image[.?]")
LIST = re.compile(r",\s*(?:and\s+)?|\s+and\s+|\s+or\s+")
ARTICLE = re.compile(r"^(?:the|a|an|any)\s+", re.IGNORECASE)
TASKS = {"semantic", "referring", "reasoning", "panoptic", "gcg", "mgsc", "region"}
TYPES = {
    "id": str,
    "image": str,
    "width": int,
    "height": int,
    "task": str,
    "conversations": list,
    "masks": (list, str),
    "negatives": list,
    "target": str,
    "parent": str,
    "provenance": dict,
    "lint": dict,
    "objects": list,
}


def key_of(referent):
    return " ".join(ARTICLE.sub("", referent.strip().strip(".")).lower().split())


def listed(text):
    return [key_of(part) for part in LIST.split(text) if part.strip()]


def check_schema(record, report):
    for key in ("id", "image", "conversations"):
        if key not in record:
            report("schema", f"{key} is missing")
    for key, value in record.items():
        expected = TYPES.get(key)
        if expected is not None and (not isinstance(value, expected) or isinstance(value, bool)):
            report("schema", f"{key} has the wrong type")
    if "task" in record and record["task"] not in TASKS:
        report("schema", "unknown task")


def check_roles(turns, report):
    expected = "human"
    for turn in turns:
        if turn.get("from") not in ("human", "gpt") or not isinstance(turn.get("value"), str):
            report("schema", "a turn has the wrong form")
            return False
        if turn["from"] != expected:
            report("role-order", "turns do not alternate")
        if not turn["value"].strip():
            report("empty-turn", "a turn has no text")
        expected = "gpt" if turn["from"] == "human" else "human"
    if turns and turns[-1]["from"] != "gpt":
        report("role-order", "the last question has no answer")
    return True


def check_placeholder(turns, report):
    counts = [len(re.findall(r"<image>|<IMAGE>", turn.get("value", ""))) for turn in turns]
    if not counts or counts[0] != 1 or any(counts[1:]):
        report("image-placeholder", "the placeholder is missing, twice or late")


def check_answer(text, report):
    """Checks the tokens of an answer; returns its phrases and its number of [SEG]."""
    segs = 0
    for match in NEAR_MISS.finditer(text):
        if match.group() not in ("<p>", "</p>", "[SEG]"):
            report("malformed-token", match.group())
            segs += "seg" in match.group().lower()
    phrases = []
    opened = None
    closed = None
    for match in TOKEN.finditer(text):
        token = match.group()
        if token == "<p>":
            if opened is not None:
                report("nested-tag" if text.find("</p>", match.end()) >= 0 else "unclosed-tag", "<p>")
            if closed is not None:
                report("phrase-without-seg", closed)
            opened, closed = match.end(), None
        elif token == "</p>":
            if opened is None:
                report("unopened-tag", "</p>")
                continue
            words = text[opened : match.start()]
            if not words.strip():
                report("empty-phrase", "")
            elif not (words.startswith(" ") and words.endswith(" ")) or "  " in words:
                report("phrase-spacing", words)
            phrases.append(words.strip())
            opened, closed = None, words
        else:
            segs += 1
            if opened is not None:
                report("unclosed-tag", "<p>")
                phrases.append(text[opened : match.start()].strip())
                opened = None
            elif closed is None:
                before = text[: match.start()].rstrip()
                report("several-seg" if before.endswith("[SEG]") else "seg-without-phrase", "[SEG]")
            closed = None
    if opened is not None:
        report("unclosed-tag", "<p>")
    if closed is not None and not NEAR_MISS.search(text[text.rfind("</p>") + 4 :]):
        report("phrase-without-seg", closed)
    return phrases, segs


def check_negatives(text, phrases, report):
    denied = []
    for match in NEGATIVE.finditer(text):
        if TOKEN.search(match.group(1)):
            report("negative-grounded", match.group(1))
        denied += listed(match.group(1))
    if not denied:
        for match in LOOSE_NEGATIVE.finditer(text):
            report("negative-phrasing", match.group())
            denied += listed(match.group(1))
    positive = {key_of(phrase) for phrase in phrases}
    for referent in denied:
        if referent in positive:
            report("negative-contradiction", referent)
    return denied


def check_text(text, report):
    if RESERVED.search(text):
        report("reserved-text", text)
    if OBJECT_TAG.search(text):
        report("object-tag", text)
    if DOUBLE_DETERMINER.search(text):
        report("double-determiner", text)


def decoded(value):
    """A mask as pixels; None where it does not decode."""
    if not isinstance(value, dict) or "size" not in value or "counts" not in value:
        return None
    height, width = value["size"]
    counts = value["counts"]
    try:
        if isinstance(counts, list):
            runs = coco.frPyObjects({"size": [height, width], "counts": counts}, height, width)
        else:
            runs = {"size": [height, width], "counts": counts.encode("ascii")}
        return coco.decode(runs)
    except Exception:
        return None


def check_masks(record, segs, report):
    masks = record.get("masks", [])
    if not isinstance(masks, list):
        return
    if len(masks) != segs:
        report("mask-count", f"{segs} [SEG], {len(masks)} masks")
    pixels = []
    for value in masks:
        mask = decoded(value)
        if mask is None:
            report("mask-corrupt", "")
            continue
        if "height" in record and mask.shape != (record["height"], record["width"]):
            report("mask-size", str(mask.shape))
        if not mask.any():
            report("mask-empty", "")
        pixels.append(mask)
    for i, later in enumerate(pixels):
        for earlier in pixels[:i]:
            if earlier.shape != later.shape:
                continue
            shared = int(np.logical_and(earlier, later).sum())
            either = int(np.logical_or(earlier, later).sum())
            if either > 0 and shared / either >= 0.95:
                report("mask-duplicate", "")
            elif shared > 0 and record.get("task") == "panoptic":
                report("mask-overlap", str(shared))


def check_record(line, record, ids, report):
    check_schema(record, report)
    identity = record.get("id")
    if identity in ids:
        report("duplicate-id", identity)
    ids.add(identity)
    turns = record.get("conversations", [])
    check_placeholder(turns, report)
    formed = check_roles(turns, report)
    phrases, denied, asked, segs = [], [], [], 0
    for turn in turns:
        text = turn.get("value", "")
        check_text(text, report)
        if turn.get("from") == "human":
            for match in TOKEN.finditer(text):
                report("token-in-question", match.group())
            for match in QUESTION.finditer(text):
                asked += listed(match.group(1))
            continue
        found, count = check_answer(text, report)
        phrases += found
        segs += count
        denied += check_negatives(text, found, report)
    if asked and formed and any(turn["from"] == "gpt" for turn in turns):
        answered = {key_of(phrase) for phrase in phrases} | set(denied)
        for referent in asked:
            if referent not in answered:
                report("referent-unanswered", referent)
        for referent in denied:
            if referent not in asked:
                report("negative-unasked", referent)
    if "negatives" in record and sorted(map(key_of, record["negatives"])) != sorted(denied):
        report("negative-listed", "")
    check_masks(record, segs, report)
    if record.get("provenance", {}).get("status") == "draft":
        report("draft", "")
    if len(line) > 10_000:
        report("long-line", "")


def main(path):
    ids = set()
    found = False
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                print(json.dumps({"line": number, "code": "syntax", "message": str(error)}))
                found = True
                continue

            def report(code, message):
                nonlocal found
                found = True
                finding = {"line": number, "record": record.get("id"), "code": code, "message": message}
                print(json.dumps(finding))

            check_record(line, record, ids, report)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
