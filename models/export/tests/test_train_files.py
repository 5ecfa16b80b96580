"""Masks and records as the training reads them."""

import json
from pathlib import Path

import numpy as np
import pytest

from uscdf_train.masks import MaskError, counts_of_string, decode, encode, pixels_of_runs, runs_of_pixels, string_of_counts
from uscdf_train.uscdf_files import RecordError, phrases_of, read_records

VECTORS = Path(__file__).resolve().parents[3] / "test" / "fixtures" / "vectors" / "rle"


def cases(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))["cases"]


def rows_of(pixels):
    return ["".join("1" if pixel else "0" for pixel in row) for row in pixels]


@pytest.mark.parametrize("case", cases("strings.json"), ids=lambda case: case["name"])
def test_strings_and_runs(case):
    assert string_of_counts(case["counts"]) == case["rle"]
    assert counts_of_string(case["rle"]) == case["counts_back"]


@pytest.mark.parametrize("case", cases("encode.json"), ids=lambda case: case["name"])
def test_masks_are_those_of_pycocotools(case):
    pixels = pixels_of_runs(case["counts"], case["h"], case["w"])
    assert int(pixels.sum()) == case["area"]
    if case.get("rows"):
        assert rows_of(pixels) == case["rows"]
    assert runs_of_pixels(pixels) == case["counts"]
    assert encode(pixels) == {"size": [case["h"], case["w"]], "counts": case["rle"]}
    assert np.array_equal(decode({"size": [case["h"], case["w"]], "counts": case["rle"]}), pixels)


@pytest.mark.parametrize("case", [case for case in cases("frpoly.json") if case.get("merged_rows")], ids=lambda case: case["name"])
def test_polygons_are_those_of_pycocotools(case):
    polygons = case["polygons"] if isinstance(case["polygons"][0], list) else [case["polygons"]]
    assert rows_of(decode({"size": [case["h"], case["w"]], "polygons": polygons})) == case["merged_rows"]


@pytest.mark.parametrize("case", cases("broken.json"), ids=lambda case: case["name"])
def test_broken_runs_are_refused(case):
    with pytest.raises(MaskError, match="runs cover"):
        decode({"size": [case["h"], case["w"]], "counts": case["rle"]})


def test_a_string_that_breaks_off_is_refused():
    with pytest.raises(MaskError, match="break off"):
        counts_of_string("PPP")


def record(**changes):
    value = {
        "id": "one",
        "image": "images/one.jpg",
        "task": "referring",
        "conversations": [
            {"from": "human", "value": "<IMAGE>\nPlease segment the dog and the cat in this image."},
            {"from": "gpt", "value": "Sure, <p> the dog </p> [SEG]. But I don't see any cat in this image."},
        ],
        "masks": [{"size": [2, 2], "counts": [1, 2, 1]}],
        "negatives": ["cat"],
    }
    return value | changes


def test_reads_lines_and_lists(tmp_path):
    lines = tmp_path / "a.uscdf.jsonl"
    lines.write_text("\ufeff" + json.dumps(record()) + "\r\n\n" + json.dumps(record(id="two")), encoding="utf-8")
    listed = tmp_path / "b.uscdf.json"
    listed.write_text(json.dumps([record(id="three")]), encoding="utf-8")
    records = list(read_records([lines, listed]))
    assert [each.id for each in records] == ["one", "two", "three"]
    assert records[0].image == (tmp_path / "images" / "one.jpg").resolve()
    assert records[0].turns == (
        ("Please segment the dog and the cat in this image.", "Sure, <p> the dog </p> [SEG]. But I don't see any cat in this image."),
    )
    assert phrases_of(records[0].turns[0][1]) == ["the dog"]
    assert records[0].negatives == ("cat",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (json.dumps(record(masks=[])), r"1 \[SEG\] and 0 masks"),
        (json.dumps(record(conversations=[{"from": "gpt", "value": "Sure."}])), "alternate"),
        ('{"id": 1', "not valid JSON"),
        (json.dumps({"id": "x"}), "can't be read"),
    ],
)
def test_says_what_is_wrong_with_a_file(tmp_path, text, message):
    path = tmp_path / "broken.uscdf.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError, match=message):
        list(read_records([path]))
