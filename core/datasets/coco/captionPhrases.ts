/**
 * Links the words of a human caption to a photograph's instances by their classes, and only where nothing else can be meant:
 * "a dog" where there is one dog, "two men" where there are two people, "dogs" where there are several.
 */
import { looseKey } from '../../text/sameReferent.ts';

/** Other words for COCO's classes; those for some of a class's things only are in `NARROWER`. */
const SAME: Readonly<Record<string, string>> = {
  bike: 'bicycle',
  motorbike: 'motorcycle',
  plane: 'airplane',
  aeroplane: 'airplane',
  airliner: 'airplane',
  jet: 'airplane',
  hydrant: 'fire hydrant',
  stoplight: 'traffic light',
  'traffic signal': 'traffic light',
  kitten: 'cat',
  puppy: 'dog',
  sofa: 'couch',
  television: 'tv',
  'computer mouse': 'mouse',
  'remote control': 'remote',
  cellphone: 'cell phone',
  'mobile phone': 'cell phone',
  phone: 'cell phone',
  fridge: 'refrigerator',
  racket: 'tennis racket',
  racquet: 'tennis racket',
  'tennis racquet': 'tennis racket',
  ball: 'sports ball',
  'tennis ball': 'sports ball',
  doughnut: 'donut',
  wineglass: 'wine glass',
  'hair dryer': 'hair drier',
  'laptop computer': 'laptop',
  ski: 'skis',
};

const NARROWER: Readonly<Record<string, string>> = {
  man: 'person',
  woman: 'person',
  boy: 'person',
  girl: 'person',
  child: 'person',
  kid: 'person',
  baby: 'person',
  lady: 'person',
  guy: 'person',
  player: 'person',
  skier: 'person',
  surfer: 'person',
  snowboarder: 'person',
  skateboarder: 'person',
};

const NUMBERS: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
};

/** Words that belong to the noun behind them. */
const DETERMINERS = new Set([
  'the',
  'his',
  'her',
  'their',
  'its',
  'this',
  'that',
  'these',
  'those',
  'some',
  'several',
  'many',
]);
/** What may stand behind a noun in the singular without making a compound of it, as in "dog house", "bus stop". */
const FOLLOWERS = new Set(
  'is are was were has have and or in on at with by near next beside behind under over above below from of to for while that who which as into onto through across along inside outside around between during after before up down off out it he she they the a an his her their can will looks sits stands lies'.split(
    ' ',
  ),
);
const MOST_WORDS = 3;

export interface CaptionPhrase {
  /** UTF-16 offsets into the caption; the article is part of it. */
  readonly start: number;
  readonly end: number;
  readonly category: string;
}

/**
 * The phrases of a caption, each of which means all instances of its class.
 *
 * @param counts How many instances of each class there are; a class of which there is a crowd is left out of it.
 */
export function linkCaption(caption: string, counts: ReadonlyMap<string, number>): readonly CaptionPhrase[] {
  const words = [...caption.matchAll(/[\p{L}\p{N}'-]+/gu)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
  const byKey = keysOf(counts);
  const phrases: CaptionPhrase[] = [];
  const linked = new Set<string>();
  for (let i = 0; i < words.length; i++) {
    if (isDeterminer(words[i]!.text)) continue;
    for (let length = Math.min(MOST_WORDS, words.length - i); length > 0; length--) {
      const last = words[i + length - 1]!;
      const written = caption.slice(words[i]!.start, last.end);
      const category = byKey.get(looseKey(written));
      if (
        category === undefined ||
        words.slice(i, i + length).some((word, k) => k > 0 && gap(caption, words[i + k - 1]!.end, word.start))
      )
        continue;
      const before = i > 0 && !gap(caption, words[i - 1]!.end, words[i]!.start) ? words[i - 1]! : undefined;
      const after = words[i + length];
      const ends = after === undefined || gap(caption, last.end, after.start);
      const isAlone = ends || isPlural(written) || follows(after.text);
      if (isAlone && !linked.has(category) && meansAll(written, before?.text.toLowerCase(), counts.get(category)!)) {
        const start = before !== undefined && isDeterminer(before.text) ? before.start : words[i]!.start;
        phrases.push({ start, end: last.end, category });
        linked.add(category);
      }
      i += length - 1;
      break;
    }
  }
  return phrases;
}

/** Whether the words before a noun, and its number, say that all instances are meant. */
function meansAll(noun: string, before: string | undefined, count: number): boolean {
  const number = before === undefined || !Object.hasOwn(NUMBERS, before) ? undefined : NUMBERS[before];
  if (number !== undefined) return number === count;
  return isPlural(noun) ? count > 1 : count === 1;
}

function isPlural(noun: string): boolean {
  return looseKey(noun) !== noun.toLowerCase().replace(/\s+/g, ' ');
}

function isDeterminer(word: string): boolean {
  const lower = word.toLowerCase();
  return Object.hasOwn(NUMBERS, lower) || DETERMINERS.has(lower);
}

function follows(word: string): boolean {
  const lower = word.toLowerCase();
  return FOLLOWERS.has(lower) || (lower.length > 4 && (lower.endsWith('ing') || lower.endsWith('ed')));
}

/** Something else than one space stands between two words. */
function gap(caption: string, end: number, start: number): boolean {
  return caption.slice(end, start).trim() !== '';
}

function keysOf(counts: ReadonlyMap<string, number>): ReadonlyMap<string, string> {
  const byKey = new Map<string, string>();
  for (const category of counts.keys()) byKey.set(looseKey(category), category);
  for (const table of [SAME, NARROWER])
    for (const [word, category] of Object.entries(table)) if (counts.has(category)) byKey.set(looseKey(word), category);
  return byKey;
}
