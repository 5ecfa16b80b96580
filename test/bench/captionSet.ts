import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(__dirname, '../../test/fixtures/vectors/ptb/coco_fakecap_1000.json');

/** Real captions cut and joined at random, the same at every run: a hypothesis and its references by image. */
export function captionSet(images: number, references: number): string[][] {
  const { cases } = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: (readonly [string])[] };
  let state = 1;
  const below = (limit: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const words = () => cases[below(cases.length)]![0].trim().split(/\s+/);
  return Array.from({ length: images }, () => {
    const about = words();
    return Array.from({ length: references + 1 }, () => {
      const from = below(about.length);
      const [own, other] = [about.slice(from, from + 6), words()];
      return [...other.slice(0, 4), ...own, ...other.slice(4, 8)].join(' ');
    });
  });
}
