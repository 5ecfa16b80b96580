/** The captions and expressions of an annotation of GranD, in the shapes of its levels. */
import { isObject } from '../../records/isObject.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Words with what they show. */
export interface Detail {
  readonly phrase: string;
  /** As the file says, in code points; wrong more often than not in dense captions. */
  readonly offsets?: readonly [number, number];
  readonly objectIds: readonly number[];
  /** A mask of its own, in the prepared form. */
  readonly segmentation?: unknown;
  /** A box of its own, or several. */
  readonly box?: unknown;
  /** It belongs to any caption that holds it. */
  readonly isLoose: boolean;
}

export interface GrandCaption {
  readonly kind: 'dense' | 'short';
  /** Of a short caption, from 1. */
  readonly number?: number;
  readonly caption: string;
  readonly details: readonly Detail[];
}

/** The captions with a text: the short ones, then the dense one. */
export function captionsOf(annotation: unknown): readonly GrandCaption[] {
  const short = isObject(annotation) ? annotation['short_captions'] : annotation;
  const captions: GrandCaption[] = [];
  const add = (kind: 'dense' | 'short', value: unknown, number?: number) => {
    if (!isObject(value) || typeof value['caption'] !== 'string' || value['caption'].trim() === '') return;
    const details = list(value['details']).flatMap((detail) => detailOf(detail, false));
    captions.push({ kind, ...(number !== undefined && { number }), caption: value['caption'], details });
  };
  for (const [i, value] of list(short).entries()) add('short', value, i + 1);
  if (!isObject(annotation)) return captions;
  if (captions.length === 0) captions.push(...earlierCaptions(annotation));
  add('dense', annotation['dense_caption']);
  return captions;
}

/** Levels 3 and 4 have texts, and phrases with ids for all of them together. */
function earlierCaptions(annotation: Fields): readonly GrandCaption[] {
  const texts = list(annotation['captions']).filter((text): text is string => typeof text === 'string');
  const { relationships } = annotation;
  const grounding = isObject(relationships) ? list(relationships['grounding']) : [];
  const details = grounding.flatMap((detail) => detailOf(detail, true));
  return texts.flatMap((caption, i) =>
    caption.trim() === '' ? [] : [{ kind: 'short' as const, number: i + 1, caption, details }],
  );
}

function detailOf(value: unknown, isLoose: boolean): readonly Detail[] {
  if (!isObject(value) || typeof value['phrase'] !== 'string' || value['phrase'].trim() === '') return [];
  const span = value['tokens_positive'];
  const hasSpan = Array.isArray(span) && span.length === 2 && span.every(Number.isInteger);
  return [
    {
      phrase: value['phrase'].trim(),
      ...(hasSpan && { offsets: [span[0] as number, span[1] as number] as const }),
      objectIds: idsOf(value),
      segmentation: value['segmentation'],
      box: value['bbox'],
      isLoose,
    },
  ];
}

/** Several ids, or one: under different keys in every shape. */
function idsOf(value: Fields): readonly number[] {
  const ids = [value['ids'], value['object_ids'], value['id']].find((each) => each !== undefined && each !== null);
  return (Array.isArray(ids) ? ids : [ids]).filter((id): id is number => typeof id === 'number');
}

/** Sentences about objects; those with the same words are one expression for all their objects. */
export function expressionsOf(annotation: unknown): readonly Detail[] {
  const objects = isObject(annotation) ? list(annotation['objects']) : list(annotation);
  const byWords = new Map<string, Detail[]>();
  for (const object of objects.filter(isObject)) {
    const phrase = attributeOf(object['attribute'] ?? object['attributes']);
    if (phrase === undefined) continue;
    const { segmentation, bbox: box } = object;
    const one = { phrase, objectIds: idsOf(object), segmentation, box, isLoose: false };
    byWords.set(phrase.toLowerCase(), [...(byWords.get(phrase.toLowerCase()) ?? []), one]);
  }
  return [...byWords.values()].map(([first, ...others]) =>
    others.length === 0 ? first! : joined([first!, ...others]),
  );
}

function joined(same: readonly Detail[]): Detail {
  return {
    phrase: same[0]!.phrase,
    objectIds: same.flatMap(({ objectIds }) => objectIds),
    segmentation: same.map(({ segmentation }) => segmentation).filter(isObject),
    box: same.map(({ box }) => box),
    isLoose: false,
  };
}

/** The first sentence about an object: one, or a list; without what a language model put before it, and without a full stop. */
function attributeOf(value: unknown): string | undefined {
  const first = list(Array.isArray(value) ? value : [value]).find(
    (each): each is string => typeof each === 'string' && each.trim() !== '',
  );
  const words = first
    ?.replace(/^\s*\w{0,3}istant:\s*/i, '')
    .replace(/[\s.]+$/, '')
    .trim();
  return words === '' ? undefined : words;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
