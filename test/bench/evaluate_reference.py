"""What evaluate.bench.ts compares `uscdf evaluate` with: the same files, scored by pycocotools, pycocoevalcap and numpy.

    evaluate_reference.py gcg|referring|generalised|panoptic FOLDER

Prints one JSON object: numbers by the names of the command's report, and seconds by stage. AP is COCOeval, METEOR, CIDEr and
the tokens are pycocoevalcap's own programs, masks are decoded and compared by pycocotools' compiled C; the rest is written
down plainly from the metrics' definitions. Without Java, captions are left out.
"""

import contextlib
import json
import os
import shutil
import sys
import time

import numpy as np
from pycocotools import mask as mask_api

SECONDS = {}


def timed(stage, work):
    start = time.perf_counter()
    result = work()
    SECONDS[stage] = time.perf_counter() - start
    return result


def load(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return json.load(file)


def gcg(folder):
    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(sys.stderr):
        truth = timed("reading", lambda: COCO(os.path.join(folder, "val_gcg_coco_mask_gt.json")))
    captions = load(folder, "val_gcg_coco_caption_gt.json")
    images = [image["id"] for image in captions["images"]]
    texts = {image: [] for image in images}
    for annotation in captions["annotations"]:
        texts[annotation["image_id"]].append(annotation)
    answers = timed("reading answers", lambda: {i: load(folder, "predictions", f"{i}.json") for i in images})
    alike = {(label, phrase): value for label, phrase, value in load(folder, "table.json")}
    numbers = timed("AP", lambda: average_precision(truth, answers))
    start = time.perf_counter()
    matrices = {i: overlaps(truth.imgToAnns[i], answers[i]["pred_masks"]) for i in images}
    numbers["mIoU"] = float(np.mean([mean_iou(matrices[i].copy()) for i in images]))
    numbers["Recall"] = mask_recall(images, texts, answers, matrices, alike)
    SECONDS["mIoU, Recall"] = time.perf_counter() - start
    if shutil.which("java"):
        numbers.update(caption_scores(texts, answers))
    return numbers


def average_precision(truth, answers):
    from pycocotools.cocoeval import COCOeval

    results = [
        {"image_id": image, "category_id": 1, "segmentation": mask, "score": 1.0}
        for image, answer in answers.items()
        for mask in answer["pred_masks"]
    ]
    with contextlib.redirect_stdout(sys.stderr):
        evaluation = COCOeval(truth, truth.loadRes(results), "segm")
        evaluation.params.catIds = [1]
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return {"AP": float(evaluation.stats[0]), "AP50": float(evaluation.stats[1])}


def overlaps(annotations, predictions):
    """Predictions × truths."""
    truths = [annotation["segmentation"] for annotation in annotations]
    if not truths or not predictions:
        return np.zeros((len(predictions), len(truths)))
    return np.asarray(mask_api.iou(predictions, truths, [0] * len(truths)))


def mean_iou(matrix):
    matched = []
    while matrix.size > 0 and matrix.max() > 0:
        row, column = np.unravel_index(np.argmax(matrix), matrix.shape)
        matched.append(matrix[row, column])
        matrix = np.delete(np.delete(matrix, row, axis=0), column, axis=1)
    return np.mean(matched) if matched else 0.0


def mask_recall(images, texts, answers, matrices, alike):
    found = positives = 0
    for image in images:
        labels, phrases = texts[image][0]["labels"], answers[image]["phrases"]
        positives += len(labels)
        matrix = matrices[image].T.copy()
        if matrix.size == 0:
            continue
        gate = np.array([[alike.get((label, phrase), 0) for phrase in phrases] for label in labels])
        while True:
            row, column = np.unravel_index(np.argmax(matrix), matrix.shape)
            if matrix[row, column] < 0.5 or gate[row, column] < 0.5:
                break
            found += 1
            matrix[row, :] = matrix[:, column] = 0
            gate[row, :] = gate[:, column] = 0
    return found / positives


def caption_scores(texts, answers):
    from pycocoevalcap.cider.cider import Cider
    from pycocoevalcap.meteor.meteor import Meteor
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    tokenizer = PTBTokenizer()
    references = {i: [{"caption": text["caption"]} for text in own] for i, own in texts.items()}
    hypotheses = {i: [{"caption": answer["caption"]}] for i, answer in answers.items()}
    references = timed("tokens (Java)", lambda: tokenizer.tokenize(references))
    hypotheses = timed("tokens of answers (Java)", lambda: tokenizer.tokenize(hypotheses))
    meteor, _ = timed("METEOR (Java)", lambda: Meteor().compute_score(references, hypotheses))
    cider, _ = timed("CIDEr", lambda: Cider().compute_score(references, hypotheses))
    return {"METEOR": meteor, "CIDEr": float(cider)}


def referring(folder):
    def read(name):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return {record["id"]: list(answered(record)) for record in map(json.loads, file)}

    truth, answers = timed("reading", lambda: (read("truth.uscdf.jsonl"), read("answers.uscdf.jsonl")))
    pairs = [
        (masks, others, len(masks) == 0, len(others) == 0)
        for name, expressions in truth.items()
        for masks, others in zip(expressions, answers[name])
    ]
    return timed("masks", lambda: referring_scores(pairs))


def answered(record):
    """The masks of each answer."""
    masks = iter(record["masks"])
    for turn in record["conversations"]:
        if turn["from"] == "gpt":
            yield [next(masks) for _ in range(turn["value"].count("[SEG]"))]


def generalised(folder):
    def read():
        masks = {entry["id"]: entry["segmentation"] for entry in load(folder, "instances.json")["annotations"]}
        return masks, load(folder, "grefs(unc).json"), {entry["ref_id"]: entry for entry in load(folder, "answers.json")}

    masks, expressions, answers = timed("reading", read)
    pairs = []
    for expression in expressions:
        targets = [] if expression["no_target"] else [masks[i] for i in expression["ann_id"]]
        answer = answers[expression["ref_id"]]
        pairs.append((targets, answer["pred_masks"], expression["no_target"], answer["no_target"]))
    return timed("masks", lambda: referring_scores(pairs))


def joined(masks):
    """The union of masks as one image; nothing where there are none."""
    return mask_api.decode(masks).max(axis=2) if masks else np.zeros(1, np.uint8)


def referring_scores(pairs):
    """LISA's cIoU and gIoU over unions, and those of ReLA with its other numbers."""
    shared_sum = union_sum = iou_sum = 0
    gres, targeted, gres_shared, gres_union = [], [], 0, 0
    right, total = {True: 0, False: 0}, {True: 0, False: 0}
    for targets, predictions, no_target, denied in pairs:
        truth, predicted = joined(targets), joined(predictions)
        shared = int(np.logical_and(truth, predicted).sum())
        union = int(np.logical_or(truth, predicted).sum())
        shared_sum, union_sum = shared_sum + shared, union_sum + union
        iou_sum += shared / (union + 1e-5) + (union == 0)
        total[no_target] += 1
        right[no_target] += no_target == denied
        if no_target and denied:
            gres.append(1.0)
            continue
        shared = 0 if no_target or denied else shared
        gres.append(shared / union if union > 0 else 0.0)
        if not no_target:
            targeted.append(gres[-1])
        gres_shared, gres_union = gres_shared + shared, gres_union + union
    return {
        "cIoU": shared_sum / (union_sum + 1e-10),
        "gIoU": iou_sum / (len(pairs) + 1e-5),
        "cIoU (GRES)": gres_shared / gres_union,
        "gIoU (GRES)": float(np.mean(gres)),
        "N-acc": right[True] / total[True] if total[True] else 0.0,
        "T-acc": right[False] / total[False] if total[True] else 0.0,
        **{f"Pr@{least}": float(np.mean(np.array(targeted) >= least)) for least in (0.7, 0.8, 0.9)},
    }


def panoptic(folder):
    truth, answers = timed("reading", lambda: (load(folder, "truth.json"), load(folder, "answers.json")))
    categories = truth["categories"]
    by_image = {annotation["image_id"]: annotation for annotation in answers["annotations"]}
    places = {category["id"]: place for place, category in enumerate(categories)}
    tallies = {category["id"]: [0, 0, 0, 0.0] for category in categories}
    confusion = np.zeros((len(categories) + 1, len(categories)), np.int64)
    start = time.perf_counter()
    for annotation in truth["annotations"]:
        answer = by_image[annotation["image_id"]]
        true_map = read_map(folder, "truth", annotation["file_name"])
        predicted_map = read_map(folder, "answers", answer["file_name"])
        match_segments(annotation, answer, true_map, predicted_map, tallies)
        confusion += confused(annotation, answer, true_map, predicted_map, places)
    SECONDS["maps"] = time.perf_counter() - start
    groups = (("", lambda _: True), (" things", lambda c: c["isthing"] == 1), (" stuff", lambda c: c["isthing"] == 0))
    numbers = {}
    for suffix, belongs in groups:
        numbers.update(qualities({c["id"]: tallies[c["id"]] for c in categories if belongs(c)}, suffix))
    return {**numbers, "mIoU of classes": mean_class_iou(confusion)}


def read_map(folder, name, file):
    from PIL import Image

    pixels = np.array(Image.open(os.path.join(folder, name, file)), dtype=np.uint32)
    return pixels[:, :, 0] + 256 * pixels[:, :, 1] + 256 * 256 * pixels[:, :, 2]


def match_segments(annotation, answer, true_map, predicted_map, tallies):
    truths = {segment["id"]: segment["category_id"] for segment in annotation["segments_info"]}
    predictions = {segment["id"]: segment["category_id"] for segment in answer["segments_info"]}
    pairs = true_map.astype(np.uint64) * (1 << 24) + predicted_map
    shared = {(int(key) >> 24, int(key) & 0xFFFFFF): int(n) for key, n in zip(*np.unique(pairs, return_counts=True))}
    true_areas, predicted_areas = {}, {}
    for (one, other), pixels in shared.items():
        true_areas[one] = true_areas.get(one, 0) + pixels
        predicted_areas[other] = predicted_areas.get(other, 0) + pixels
    found_truths, found_predictions = set(), set()
    for (one, other), pixels in shared.items():
        if one not in truths or other not in predictions or truths[one] != predictions[other]:
            continue
        iou = pixels / (true_areas[one] + predicted_areas[other] - pixels - shared.get((0, other), 0))
        if iou > 0.5:
            tallies[truths[one]][0] += 1
            tallies[truths[one]][3] += iou
            found_truths.add(one)
            found_predictions.add(other)
    for one, category in truths.items():
        tallies[category][2] += one not in found_truths
    for other, category in predictions.items():
        on_void = shared.get((0, other), 0) / predicted_areas[other]
        tallies[category][1] += other not in found_predictions and not on_void > 0.5


def confused(annotation, answer, true_map, predicted_map, places):
    """Pixels by true class (one more for those of none) and predicted class, which is the first where nothing is predicted."""
    count = len(places)
    true_classes = classes_of(annotation, true_map, places, count)
    predicted_classes = classes_of(answer, predicted_map, places, 0)
    pixels = true_classes * count + predicted_classes
    return np.bincount(pixels.ravel(), minlength=(count + 1) * count).reshape(count + 1, count)


def classes_of(annotation, segment_map, places, nothing):
    segments = annotation["segments_info"]
    ids = np.array([0] + sorted(segment["id"] for segment in segments))
    category = {segment["id"]: places[segment["category_id"]] for segment in segments}
    classes = np.array([category.get(int(i), nothing) for i in ids])
    return classes[np.searchsorted(ids, segment_map)]


def mean_class_iou(confusion):
    inside = confusion[:-1]
    shared, truth, predicted = np.diag(inside), inside.sum(axis=1), inside.sum(axis=0)
    union = truth + predicted - shared
    present = union > 0
    return float(np.sum(shared[present] / union[present]) / present.sum())


def qualities(tallies, suffix):
    each = []
    for right, wrong, missed, iou_sum in tallies.values():
        if right + wrong + missed > 0:
            divisor = right + wrong / 2 + missed / 2
            each.append((iou_sum / divisor, iou_sum / right if right else 0.0, right / divisor))
    return {f"{name}{suffix}": float(value) for name, value in zip(("PQ", "SQ", "RQ"), np.mean(each, axis=0))}


SETS = {"gcg": gcg, "referring": referring, "generalised": generalised, "panoptic": panoptic}
found = SETS[sys.argv[1]](sys.argv[2])
print("\n" + json.dumps({"numbers": found, "seconds": SECONDS}))
