"""What convert.bench.ts compares `uscdf convert` with: the same file, read by `json.load` and indexed by pycocotools.

    convert_reference.py INSTANCES.json

Prints one JSON object: what is in the file, seconds by stage, and the peak memory in megabytes. Nothing is written, which the
command does besides.
"""

import contextlib
import json
import resource
import sys
import time

from pycocotools.coco import COCO

start = time.perf_counter()
with open(sys.argv[1], encoding="utf-8") as file:
    dataset = json.load(file)
loaded = time.perf_counter()
coco = COCO()
coco.dataset = dataset
with contextlib.redirect_stdout(sys.stderr):
    coco.createIndex()
indexed = time.perf_counter()

kept = [annotation for annotation in dataset["annotations"] if annotation["iscrowd"] == 0]
print(
    json.dumps(
        {
            "records": len({annotation["image_id"] for annotation in kept}),
            "masks": len(kept),
            "crowds": len(coco.anns) - len(kept),
            "seconds": {"json.load": loaded - start, "index": indexed - loaded},
            "megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }
    )
)
