/**
 * METEOR 1.5's aligner: of all ways to choose matches that share no word, the one with the most words, then the fewest
 * chunks, then the smallest distance, as far as a beam of 40 finds it (facts/metrics.md §1.6, *Alignment*, with its two
 * quirks, which decide ties).
 */
import { EXACT, type Match } from './matches.ts';

const BEAM = 40;
/** No match is open: the last reference word was skipped. */
const CLOSED = -1;

export interface Alignment {
  /** In the order of the reference. */
  readonly matches: readonly Match[];
  /** Runs of matches that follow each other in both captions. */
  readonly chunks: number;
}

/** A way through the reference up to a place. */
interface Path {
  /** The matches chosen so far, the last one first. */
  readonly chosen: Link | undefined;
  /** Hypothesis words in use, 32 a number. */
  readonly used: Int32Array;
  /** Reference words before it are settled. */
  readonly settled: number;
  /** Behind the last match in the hypothesis, or {@link CLOSED}. */
  readonly open: number;
  readonly chunks: number;
  /** Words on both sides, by the weights that the reference adds into integers: other than exact ones count half. */
  readonly words: number;
  distance: number;
}

interface Link {
  readonly match: Match;
  readonly before: Link | undefined;
}

/** The best alignment of matches as `findMatches` lists them. `words`: of the hypothesis. */
export function align(byStart: readonly (readonly Match[])[], words: number): Alignment {
  const fixed = findFixed(byStart, words);
  let paths: Path[] = [startOf(fixed, words)];
  for (let at = 0; at < byStart.length; at++) {
    paths = best(paths);
    paths = step(paths, at, fixed[at], byStart[at]!);
  }
  // Sorted before the last chunks are closed, too: that decides ties.
  return resultOf(best(best(paths).map(close))[0]!);
}

function startOf(fixed: readonly (Match | undefined)[], words: number): Path {
  const used = new Int32Array((words + 31) >> 5);
  for (const match of fixed) if (match !== undefined) use(used, match);
  return { chosen: undefined, used, settled: 0, open: CLOSED, chunks: 0, words: 0, distance: 0 };
}

/** By reference word, the match that begins there where it is the only one for all of its words. */
function findFixed(byStart: readonly (readonly Match[])[], words: number): (Match | undefined)[] {
  const inReference = new Uint32Array(byStart.length);
  const inHypothesis = new Uint32Array(words);
  for (const list of byStart) {
    for (const match of list) {
      for (let k = 0; k < match.referenceWords; k++) inReference[match.reference + k]!++;
      for (let k = 0; k < match.hypothesisWords; k++) inHypothesis[match.hypothesis + k]!++;
    }
  }
  return byStart.map((list) => {
    const [match] = list;
    if (match === undefined || list.length > 1) return undefined;
    for (let k = 0; k < match.referenceWords; k++) if (inReference[match.reference + k] !== 1) return undefined;
    for (let k = 0; k < match.hypothesisWords; k++) if (inHypothesis[match.hypothesis + k] !== 1) return undefined;
    return match;
  });
}

/** Every path, one reference word further. */
function step(paths: readonly Path[], at: number, fixed: Match | undefined, matches: readonly Match[]): Path[] {
  const next: Path[] = [];
  for (const path of paths) {
    if (at < path.settled) next.push(path);
    else if (fixed !== undefined) next.push(take(path, fixed, path.used, Math.abs(fixed.reference - fixed.hypothesis)));
    else branch(path, matches, next);
  }
  return next;
}

/** One path for each match that is free, then the one that skips the word. */
function branch(path: Path, matches: readonly Match[], next: Path[]): void {
  for (const match of matches) {
    if (!isFree(path.used, match)) continue;
    const used = path.used.slice();
    use(used, match);
    next.push(take(path, match, used, 0));
    // The reference adds the distance to the path that it branches from, not to the branch.
    path.distance += Math.abs(match.reference - match.hypothesis);
  }
  next.push(path.open === CLOSED ? path : close(path));
}

function take(path: Path, match: Match, used: Int32Array, distance: number): Path {
  const breaks = path.open !== CLOSED && path.open !== match.hypothesis;
  return {
    chosen: { match, before: path.chosen },
    used,
    settled: match.reference + match.referenceWords,
    open: match.hypothesis + match.hypothesisWords,
    chunks: path.chunks + (breaks ? 1 : 0),
    words: path.words + weighed(match.referenceWords, match.module) + weighed(match.hypothesisWords, match.module),
    distance: path.distance + distance,
  };
}

function weighed(words: number, module: number): number {
  return module === EXACT ? words : words >> 1;
}

function close(path: Path): Path {
  return path.open === CLOSED ? path : { ...path, open: CLOSED, chunks: path.chunks + 1 };
}

function best(paths: Path[]): Path[] {
  if (paths.length === 1) return paths;
  if (!isSorted(paths)) paths.sort(byMerit);
  if (paths.length > BEAM) paths.length = BEAM;
  return paths;
}

function isSorted(paths: readonly Path[]): boolean {
  for (let i = 1; i < paths.length; i++) if (byMerit(paths[i - 1]!, paths[i]!) > 0) return false;
  return true;
}

function byMerit(a: Path, b: Path): number {
  return b.words - a.words || a.chunks - b.chunks || a.distance - b.distance;
}

function resultOf({ chosen, chunks }: Path): Alignment {
  const matches: Match[] = [];
  for (let link = chosen; link !== undefined; link = link.before) matches.push(link.match);
  return { matches: matches.reverse(), chunks };
}

function use(used: Int32Array, { hypothesis, hypothesisWords }: Match): void {
  for (let i = hypothesis; i < hypothesis + hypothesisWords; i++) used[i >> 5]! |= 1 << (i & 31);
}

function isFree(used: Int32Array, { hypothesis, hypothesisWords }: Match): boolean {
  for (let i = hypothesis; i < hypothesis + hypothesisWords; i++) if (used[i >> 5]! & (1 << (i & 31))) return false;
  return true;
}
