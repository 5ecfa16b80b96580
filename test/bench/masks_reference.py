"""pycocotools' compiled C on the masks of masks.bench.ts, one operation at a time.

Takes one JSON object a line on standard input and answers each with one line: {"ms": …, "digest": …}. What is timed is
the C library alone, called through ctypes in the compiled module's own file: the runs lie ready in C structures and the
results go to buffers that were made before. Where many calls are needed, the time of as many calls with no mask is taken
off: that is what Python costs. Only the string coders have no function for many masks; for those the
module's own loop is timed (`_frString`, `_toString`), less what the same loop takes for as many masks of one run. The digest is the SHA-256 of the results, so that both sides can be compared.
"""

import ctypes
import hashlib
import json
import sys
import time

import numpy as np
from pycocotools import _mask


class Rle(ctypes.Structure):
    """The C library's mask: height, width, number of runs, runs."""

    _fields_ = [
        ("h", ctypes.c_ulong),
        ("w", ctypes.c_ulong),
        ("m", ctypes.c_ulong),
        ("cnts", ctypes.POINTER(ctypes.c_uint)),
    ]


C = ctypes.CDLL(_mask.__file__)
POINTER = ctypes.c_void_p
SIZE = ctypes.c_ulong
C.rleFrString.argtypes = [POINTER, ctypes.c_char_p, SIZE, SIZE]
C.rleDecode.argtypes = [POINTER, POINTER, SIZE]
C.rleEncode.argtypes = [POINTER, POINTER, SIZE, SIZE, SIZE]
C.rleArea.argtypes = [POINTER, SIZE, POINTER]
C.rleToBbox.argtypes = [POINTER, POINTER, SIZE]
C.rleIou.argtypes = [POINTER, POINTER, SIZE, SIZE, POINTER, POINTER]
C.rleMerge.argtypes = [POINTER, POINTER, SIZE, ctypes.c_int]
C.rleFree.argtypes = [POINTER]
for name in ("rleFrString", "rleDecode", "rleEncode", "rleArea", "rleToBbox", "rleIou", "rleMerge", "rleFree"):
    getattr(C, name).restype = None



def timed(work):
    """Seconds, and what the work gave."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def least(work, times=7):
    """The shortest of a few times: it is taken off as the cost of Python, and a slow moment must not count as such."""
    return min(timed(work)[0] for _ in range(times))


def at(masks, index):
    """The address of one mask of a C array."""
    return ctypes.addressof(masks) + index * ctypes.sizeof(Rle)


def runs_of(mask):
    return np.ctypeslib.as_array(mask.cnts, (mask.m,)) if mask.m else np.zeros(0, np.uint32)


def free_all(masks):
    for index in range(len(masks)):
        C.rleFree(at(masks, index))


class Operations:
    """One method an operation: milliseconds for all masks, and the results as pieces of bytes."""

    def __init__(self, file, block, group):
        with open(file, encoding="ascii") as source:
            data = json.load(source)
        self.height, self.width = data["height"], data["width"]
        self.block, self.group = block, group
        size = [self.height, self.width]
        self.objects = [{"size": size, "counts": counts.encode("ascii")} for counts in data["truth"]]
        self.count = len(self.objects)
        self.truth = self.parsed(data["truth"])
        self.predictions = self.parsed(data["predictions"])
        self.pixels = np.zeros(self.height * self.width, np.uint8)

    def parsed(self, strings):
        masks = (Rle * len(strings))()
        for index, text in enumerate(strings):
            C.rleFrString(at(masks, index), text.encode("ascii"), self.height, self.width)
        return masks

    def plain(self):
        """As many masks of one run: what is left of a loop over them is Python."""
        return [{"size": [self.height, self.width], "counts": b"1"}] * self.count

    def parse(self):
        plain = self.plain()
        taken, _ = timed(lambda: _mask._frString(self.objects))
        return taken - least(lambda: _mask._frString(plain)), [runs_of(mask).tobytes() for mask in self.truth]

    def stringify(self):
        full = _mask._frString(self.objects)
        plain = _mask._frString(self.plain())
        taken, written = timed(lambda: _mask._toString(full))
        return taken - least(lambda: _mask._toString(plain)), [mask["counts"] for mask in written]

    def decode(self):
        address = self.pixels.ctypes.data
        each = [at(self.truth, index) for index in range(self.count)]

        def decode(masks_a_call):
            for mask in each:
                C.rleDecode(mask, address, masks_a_call)

        taken, _ = timed(lambda: decode(1))
        return taken - least(lambda: decode(0)), self.decoded_pieces(each, address)

    def decoded_pieces(self, each, address):
        for mask in each:
            self.pixels[:] = 0
            C.rleDecode(mask, address, 1)
            yield np.ascontiguousarray(self.pixels.reshape((self.height, self.width), order="F")).tobytes()

    def encode(self):
        """Bitmaps of a block lie ready in memory, column by column: the C library's own order."""
        taken = 0.0
        pieces = []
        size = self.height * self.width
        pixels = np.zeros(self.block * size, np.uint8)
        results = (Rle * self.block)()
        for first in range(0, self.count, self.block):
            C.rleDecode(at(self.truth, first), pixels.ctypes.data, self.block)
            taken += timed(lambda: C.rleEncode(results, pixels.ctypes.data, self.height, self.width, self.block))[0]
            pieces += [runs_of(mask).tobytes() for mask in results]
            free_all(results)
        return taken, pieces

    def area(self):
        areas = np.zeros(self.count, np.uint32)
        taken, _ = timed(lambda: C.rleArea(self.truth, self.count, areas.ctypes.data))
        return taken, [areas.astype(np.float64).tobytes()]

    def box(self):
        boxes = np.zeros(4 * self.count)
        taken, _ = timed(lambda: C.rleToBbox(self.truth, boxes.ctypes.data, self.count))
        return taken, [boxes.tobytes()]

    def iou_groups(self):
        return self.iou(self.group)

    def iou_all(self):
        return self.iou(self.count)

    def iou(self, group):
        """A matrix for every `group` masks in a row; C stores a matrix by columns, here it is handed out by rows."""
        crowd = np.zeros(group, np.uint8)
        matrices = np.zeros((self.count // group, group, group))
        calls = [
            (at(self.predictions, index * group), at(self.truth, index * group), matrix.ctypes.data)
            for index, matrix in enumerate(matrices)
        ]
        flags = crowd.ctypes.data

        def compare(masks_a_call):
            for first, second, matrix in calls:
                C.rleIou(first, second, masks_a_call, masks_a_call, flags, matrix)

        taken, _ = timed(lambda: compare(group))
        transposed = [np.ascontiguousarray(matrix.T).tobytes() for matrix in matrices]
        return taken - least(lambda: compare(0)), transposed

    def union(self):
        return self.merged(self.truth, self.group, 0)

    def intersection(self):
        """Pairs: a mask and its prediction."""
        pairs = (Rle * (2 * self.count))()
        for index in range(self.count):
            pairs[2 * index] = self.truth[index]
            pairs[2 * index + 1] = self.predictions[index]
        return self.merged(pairs, 2, 1)

    def merged(self, masks, group, intersect):
        results = (Rle * (len(masks) // group))()
        calls = [(at(masks, index * group), at(results, index)) for index in range(len(results))]
        nothing = Rle()
        empty = ctypes.addressof(nothing)

        def merge():
            for first, result in calls:
                C.rleMerge(first, result, group, intersect)

        def merge_nothing():
            for first, _ in calls:
                C.rleMerge(first, empty, 0, intersect)

        taken = timed(merge)[0] - least(merge_nothing)
        pieces = [runs_of(mask).tobytes() for mask in results]
        free_all(results)
        return taken, pieces


def answer(request, operations):
    taken, pieces = getattr(operations, request["operation"])()
    if not request["digest"]:
        return {"ms": taken * 1e3}
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return {"ms": taken * 1e3, "digest": digest.hexdigest()}


def main():
    operations = None
    for line in sys.stdin:
        request = json.loads(line)
        if "file" in request:
            operations = Operations(request["file"], request["block"], request["group"])
            print(json.dumps({"ready": True}), flush=True)
        else:
            print(json.dumps(answer(request, operations)), flush=True)


main()
