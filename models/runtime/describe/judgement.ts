import type { NounClass } from '../manifest.ts';
import type { Instance, Scene } from '../scene.ts';
import { colourShare } from './colours.ts';
import { type Referent, readReferent, type Side } from './referent.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What can be said about one referent. */
export type Judgement =
  | { readonly kind: 'seen'; readonly instances: readonly Instance[]; readonly notes: readonly string[] }
  | { readonly kind: 'absent'; readonly notes: readonly string[] }
  /** The model knows the noun and cannot decide. */
  | { readonly kind: 'unsure'; readonly notes: readonly string[] }
  /** The model does not know the noun. */
  | { readonly kind: 'unknown'; readonly notes: readonly string[] };

/** Share of a thing's pixels that must have the colour asked for. */
const COLOURED = 0.25;

/** Looks for a referent in the scene. Position, size and colour come from the masks; other modifiers are not judged, and a note says so. */
export function judgeReferent(
  text: string,
  scene: Scene,
  classes: readonly NounClass[],
  vocabulary: Vocabulary,
): Judgement {
  const referent = readReferent(text, vocabulary);
  if (referent === undefined) {
    return {
      kind: 'unknown',
      notes: [
        `“${text}” is not among the ${classes.length} kinds of things that the model knows: neither claimed nor denied.`,
      ],
    };
  }
  const names = referent.noun.classes.map((i) => classes[i]!.plural).join(', ');
  const candidates = scene.instances.filter(({ classIndex }) => referent.noun.classes.includes(classIndex));
  if (candidates.length === 0) return judgeMissing(text, referent, names, scene);

  const notes = [...modifierNotes(text, referent, classes, names)];
  const coloured = ofColour(candidates, referent, scene, classes);
  if (coloured.length === 0) {
    return unsure(
      `“${text}”: ${names} are there, none clearly ${referent.colours.join(' and ')}: neither claimed nor denied.`,
    );
  }
  const placed = atPlace(coloured, referent, scene);
  if (placed.length === 0) {
    return unsure(`“${text}”: ${names} are there, none on that side of the image: neither claimed nor denied.`);
  }
  const instances = ofSize(placed, referent);
  const best = Math.max(...instances.map(({ score }) => score));
  if (best < scene.sureFrom) notes.push(`“${text}”: a weak find (score ${best.toFixed(2)}); check the mask.`);
  if (!referent.plural && instances.length > 1) {
    notes.push(`“${text}”: the model found ${instances.length}; the mask joins them all.`);
  } else if (referent.count !== undefined && referent.count !== instances.length) {
    notes.push(`“${text}”: the model found ${instances.length}, not ${referent.count}; check the mask.`);
  }
  return { kind: 'seen', instances, notes };
}

function judgeMissing(text: string, referent: Referent, names: string, scene: Scene): Judgement {
  const best = Math.max(...referent.noun.classes.map((i) => scene.bestScores[i]!));
  if (best >= scene.absentBelow) {
    return unsure(
      `“${text}”: a doubtful find (score ${best.toFixed(2)}, counted from ${scene.threshold.toFixed(2)}): neither claimed nor denied.`,
    );
  }
  if (referent.noun.fit === 'broader') {
    return unsure(`“${text}”: of these the model knows ${names} only and sees none: neither claimed nor denied.`);
  }
  return { kind: 'absent', notes: [] };
}

function unsure(note: string): Judgement {
  return { kind: 'unsure', notes: [note] };
}

function modifierNotes(
  text: string,
  { noun, ignored, colours }: Referent,
  classes: readonly NounClass[],
  names: string,
): readonly string[] {
  const colourless = colours.length > 0 && noun.classes.some((i) => classes[i]!.colourless === true);
  const words = [...(colourless ? colours : []), ...ignored];
  return [
    ...(noun.fit === 'narrower' ? [`“${text}” was read as ${names}: the model cannot tell which kind.`] : []),
    ...(words.length > 0
      ? [`“${text}”: ${words.map((word) => `“${word}”`).join(', ')} cannot be judged and was ignored.`]
      : []),
  ];
}

function ofColour(
  candidates: readonly Instance[],
  { colours, noun }: Referent,
  { image }: Scene,
  classes: readonly NounClass[],
): readonly Instance[] {
  if (noun.classes.some((i) => classes[i]!.colourless === true)) return candidates;
  return candidates.filter(({ mask }) => colours.every((colour) => colourShare(image, mask, colour) >= COLOURED));
}

/** One thing: the one furthest to that side; several: those in that half. A thing in the opposite third is on no account meant. */
function atPlace(
  candidates: readonly Instance[],
  { sides, plural, count, size }: Referent,
  { image }: Scene,
): readonly Instance[] {
  if (sides.length === 0) return candidates;
  const ranked = candidates
    .map((instance) => ({ instance, away: Math.max(...sides.map((side) => distance(instance, side, image))) }))
    .filter(({ away }) => away <= 2 / 3)
    .sort((a, b) => a.away - b.away);
  if (count !== undefined) return ranked.slice(0, count).map(({ instance }) => instance);
  if (!plural && size === undefined) return ranked.slice(0, 1).map(({ instance }) => instance);
  const near = ranked.filter(({ away }) => away <= 1 / 2);
  return (near.length > 0 ? near : ranked).map(({ instance }) => instance);
}

/** How far an instance's centre lies from a side, as a share of the image; from the centre, as a share of half the image. */
function distance({ box: [x, y, width, height] }: Instance, side: Side, image: Scene['image']): number {
  const across = (x + width / 2) / image.width;
  const down = (y + height / 2) / image.height;
  switch (side) {
    case 'left':
      return across;
    case 'right':
      return 1 - across;
    case 'top':
      return down;
    case 'bottom':
      return 1 - down;
    case 'centre':
      return 2 * Math.max(Math.abs(across - 0.5), Math.abs(down - 0.5));
  }
}

function ofSize(candidates: readonly Instance[], { size, plural, count }: Referent): readonly Instance[] {
  if (size === undefined) return candidates;
  const sign = size === 'largest' ? -1 : 1;
  return [...candidates].sort((a, b) => sign * (a.area - b.area)).slice(0, count ?? (plural ? candidates.length : 1));
}
