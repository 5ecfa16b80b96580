import { closeSync, openSync, writeSync } from 'node:fs';
import { COCO_THINGS } from '../../core/datasets/classNames/coco.ts';
import { THING_IDS } from '../../core/datasets/coco/panopticNames.ts';
import { Random } from '../../core/datasets/random.ts';

const [HEIGHT, WIDTH] = [480, 640];
/** Points of a polygon: as COCO's have them, an annotation takes about 500 bytes. */
const [LEAST_POINTS, MOST_POINTS] = [12, 45];
/** One of so many annotations stands for a crowd, and has runs. */
const CROWDS = 100;
const FIRST_ID = 900_000;

/** A file like COCO's `instances_train2017.json`: images first, annotations in an order of their own. */
export function writeInstances(path: string, images: number, annotations: number): void {
  const file = openSync(path, 'w');
  const write = (text: string) => void writeSync(file, text);
  const random = new Random(0, 'instances');
  write('{"info": {"description": "Generated for a benchmark"}, "licenses": [], "images": [');
  writeItems(write, images, (i) => ({
    license: 1,
    file_name: `${String(i + 1).padStart(12, '0')}.jpg`,
    coco_url: `http://images.example/train2017/${String(i + 1).padStart(12, '0')}.jpg`,
    height: HEIGHT,
    width: WIDTH,
    date_captured: '2013-11-14 11:18:45',
    id: i + 1,
  }));
  write('], "annotations": [');
  writeItems(write, annotations, (i) => annotation(i, 1 + random.below(images), random));
  write('], "categories": [');
  writeItems(write, COCO_THINGS.length, (i) => ({ supercategory: 'thing', id: THING_IDS[i], name: COCO_THINGS[i] }));
  write(']}');
  closeSync(file);
}

function annotation(index: number, imageId: number, random: Random): object {
  const shared = { image_id: imageId, category_id: random.pick(THING_IDS), id: FIRST_ID + index };
  if (index % CROWDS === CROWDS - 1) {
    const counts = [100_000, 50, 430, 60, HEIGHT * WIDTH - 100_540];
    return {
      segmentation: { counts, size: [HEIGHT, WIDTH] },
      area: 110,
      iscrowd: 1,
      bbox: [208, 160, 2, 60],
      ...shared,
    };
  }
  const points = LEAST_POINTS + random.below(MOST_POINTS - LEAST_POINTS + 1);
  const radius = 10 + random.below(80);
  const [x, y] = [radius + random.below(WIDTH - 2 * radius), radius + random.below(HEIGHT - 2 * radius)];
  const polygon = Array.from({ length: 2 * points }, (_, i) => {
    const angle = (2 * Math.PI * (i >> 1)) / points;
    const distance = radius * (0.7 + 0.3 * random.share());
    return Math.round(100 * (i % 2 === 0 ? x + distance * Math.cos(angle) : y + distance * Math.sin(angle))) / 100;
  });
  const bbox = [x - radius, y - radius, 2 * radius, 2 * radius];
  return { segmentation: [polygon], area: radius * radius * 2.5, iscrowd: 0, bbox, ...shared };
}

/** Python's way of writing JSON, in pieces. */
function writeItems(write: (text: string) => void, count: number, item: (i: number) => object): void {
  let waiting = '';
  for (let i = 0; i < count; i++) {
    waiting += `${i === 0 ? '' : ', '}${JSON.stringify(item(i))
      .replaceAll(',"', ', "')
      .replaceAll('":', '": ')
      .replaceAll(/,(?=[\d-])/g, ', ')}`;
    if (waiting.length < 1 << 20) continue;
    write(waiting);
    waiting = '';
  }
  write(waiting);
}
