"""The mask metrics of maskMetrics.bench.ts with pycocotools and numpy; prints numbers and seconds as one JSON object.

AP is COCOeval. The overlaps for mIoU and mask recall come from pycocotools' compiled C as well, computed once for both;
what is matched, and all the rest, is written down plainly from the metrics' definitions.
"""

import contextlib
import json
import os
import sys
import time

import numpy as np
from pycocotools import mask as mask_api
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

SECONDS = {}


def timed(stage, work):
    start = time.perf_counter()
    result = work()
    SECONDS[stage] = time.perf_counter() - start
    return result


def load(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


def read_images(folder):
    """COCO's index of the truth, the list of predictions, captions, and both kinds of masks by image."""
    with contextlib.redirect_stdout(sys.stderr):
        truth = COCO(os.path.join(folder, "truth.json"))
    predictions = load(folder, "predictions.json")
    captions = load(folder, "captions.json")
    by_image = {caption["id"]: ([], []) for caption in captions}
    for annotation in truth.dataset["annotations"]:
        by_image[annotation["image_id"]][0].append(annotation["segmentation"])
    for annotation in predictions:
        by_image[annotation["image_id"]][1].append(annotation["segmentation"])
    return truth, predictions, captions, by_image


def average_precision(truth, predictions):
    with contextlib.redirect_stdout(sys.stderr):
        evaluation = COCOeval(truth, truth.loadRes(predictions), "segm")
        evaluation.params.catIds = [1]
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return {f"AP summary {index + 1}": value for index, value in enumerate(evaluation.stats)}


def overlaps(by_image):
    """Predictions × truths, by image."""
    matrices = {}
    for image, (truths, predictions) in by_image.items():
        if truths and predictions:
            matrices[image] = np.asarray(mask_api.iou(predictions, truths, [0] * len(truths)))
    return matrices


def mean_iou(captions, matrices):
    scores = []
    for caption in captions:
        matrix = matrices.get(caption["id"], np.zeros((0, 0))).copy()
        matched = []
        while matrix.size > 0 and matrix.max() > 0:
            row, column = np.unravel_index(np.argmax(matrix), matrix.shape)
            matched.append(matrix[row, column])
            matrix = np.delete(np.delete(matrix, row, axis=0), column, axis=1)
        scores.append(np.mean(matched) if matched else 0.0)
    return {"mIoU": float(np.mean(scores))}


def mask_recall(captions, matrices):
    found = positives = 0
    for caption in captions:
        labels, phrases = caption["labels"], caption["phrases"]
        positives += len(labels)
        if caption["id"] not in matrices:
            continue
        matrix = matrices[caption["id"]].T.copy()
        alike = np.array([[float(label == phrase) for phrase in phrases] for label in labels])
        while True:
            row, column = np.unravel_index(np.argmax(matrix), matrix.shape)
            if matrix[row, column] < 0.5 or alike[row, column] < 0.5:
                break
            found += 1
            matrix[row, :] = matrix[:, column] = 0
            alike[row, :] = alike[:, column] = 0
    return {"mask recall": found / positives}


def referring(by_image):
    intersection_sum = union_sum = iou_sum = targets = 0
    for truths, predictions in by_image.values():
        targets += len(truths)
        length = min(len(truths), len(predictions))
        if length == 0:
            continue
        truth, predicted = mask_api.decode(truths[:length]), mask_api.decode(predictions[:length])
        intersection = np.logical_and(truth, predicted).sum(axis=(0, 1))
        union = np.logical_or(truth, predicted).sum(axis=(0, 1))
        intersection_sum += int(intersection.sum())
        union_sum += int(union.sum())
        iou_sum += float((intersection / (union + 1e-5) + (union == 0)).sum())
    return {"cIoU": intersection_sum / (union_sum + 1e-10), "gIoU": iou_sum / (targets + 1e-5)}


def joined(masks):
    """The union of masks as one image; nothing where there are none."""
    return mask_api.decode(masks).max(axis=2) if masks else np.zeros(1, np.uint8)


def generalised(by_image):
    ious, targeted = [], []
    intersection_sum = union_sum = 0
    right = {True: 0, False: 0}
    total = {True: 0, False: 0}
    for order, (truths, predictions) in enumerate(by_image.values()):
        no_target, denied = order % 5 == 0, order % 6 == 0
        total[no_target] += 1
        right[no_target] += no_target == denied
        if no_target and denied:
            ious.append(1.0)
            continue
        truth, predicted = joined([] if no_target else truths[:2]), joined(predictions[:2])
        intersection = 0 if no_target or denied else int(np.logical_and(truth, predicted).sum())
        union = int(np.logical_or(truth, predicted).sum())
        iou = intersection / union if union > 0 else 0.0
        ious.append(iou)
        if not no_target:
            targeted.append(iou)
        intersection_sum += intersection
        union_sum += union
    return {
        "GRES gIoU": float(np.mean(ious)),
        "GRES cIoU": intersection_sum / union_sum,
        "N-acc": right[True] / total[True],
        "T-acc": right[False] / total[False],
        "Pr@0.7": float(np.mean(np.array(targeted) >= 0.7)),
    }


def label_map(segments):
    """The image in which a pixel holds the number of its segment, from 1; 0 is void."""
    masks = mask_api.decode([segment["mask"] for segment in segments])
    labels = np.zeros(masks.shape[:2], np.int64)
    for index in range(len(segments)):
        labels[masks[:, :, index] == 1] = index + 1
    return labels


def panoptic(images):
    tallies = {category: [0, 0, 0, 0.0] for category in (1, 2, 3)}
    for image in images:
        truths, predictions = image["truth"], image["predictions"]
        rows, columns = len(truths) + 1, len(predictions) + 1
        pixels = label_map(truths) * columns + label_map(predictions)
        shared = np.bincount(pixels.ravel(), minlength=rows * columns).reshape(rows, columns)
        truth_areas, predicted_areas, on_void = shared.sum(axis=1), shared.sum(axis=0), shared[0]
        matched_truths, matched_predictions = set(), set()
        for row, truth in enumerate(truths, 1):
            for column, prediction in enumerate(predictions, 1):
                both = shared[row, column]
                if both == 0 or truth["category"] != prediction["category"]:
                    continue
                iou = both / (truth_areas[row] + predicted_areas[column] - both - on_void[column])
                if iou > 0.5:
                    tallies[truth["category"]][0] += 1
                    tallies[truth["category"]][3] += iou
                    matched_truths.add(row)
                    matched_predictions.add(column)
        for row, truth in enumerate(truths, 1):
            tallies[truth["category"]][2] += row not in matched_truths
        for column, prediction in enumerate(predictions, 1):
            excused = on_void[column] / predicted_areas[column] > 0.5
            tallies[prediction["category"]][1] += column not in matched_predictions and not excused
    return qualities(tallies)


def qualities(tallies):
    each = {}
    for category, (right, wrong, missed, iou_sum) in tallies.items():
        if right + wrong + missed > 0:
            divisor = right + wrong / 2 + missed / 2
            each[category] = (iou_sum / divisor, iou_sum / right if right else 0.0, right / divisor)
    pq, sq, rq = (float(value) for value in np.mean(list(each.values()), axis=0))
    things = float(np.mean([each[category][0] for category in (1, 2)]))
    return {"PQ": pq, "SQ": sq, "RQ": rq, "PQ of things": things, "PQ of stuff": float(each[3][0])}


def main(folder):
    truth, predictions, captions, by_image = timed("reading", lambda: read_images(folder))
    images = timed("reading panoptic", lambda: load(folder, "panoptic.json"))
    numbers = timed("AP", lambda: average_precision(truth, predictions))
    start = time.perf_counter()
    matrices = overlaps(by_image)
    numbers.update(mean_iou(captions, matrices))
    SECONDS["mIoU"] = time.perf_counter() - start
    numbers.update(timed("mask recall", lambda: mask_recall(captions, matrices)))
    numbers.update(timed("cIoU, gIoU", lambda: referring(by_image)))
    numbers.update(timed("generalised", lambda: generalised(by_image)))
    numbers.update(timed("PQ", lambda: panoptic(images)))
    print("\n" + json.dumps({"numbers": numbers, "seconds": SECONDS}))


main(sys.argv[1])
