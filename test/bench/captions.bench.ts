import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type CaptionPair, cider } from '../../core/metrics/text/cider.ts';
import { meteor } from '../../core/metrics/text/meteor/meteor.ts';
import { paraphraseTable } from '../../core/metrics/text/meteor/paraphraseBuilder.ts';
import type { ParaphraseTable } from '../../core/metrics/text/meteor/paraphrases.ts';
import { SynonymTable } from '../../core/metrics/text/meteor/synonyms.ts';
import { tokenisedCaption } from '../../core/metrics/text/tokenise.ts';
import { captionSet } from './captionSet.ts';
import { referencePython } from './referencePython.ts';

const IMAGES = 5000;
const REFERENCES = 2;
const ROUNDS = 3;
/** The largest ratios of our time to the reference's, in Python and in Java. */
const [BAR, JAVA_BAR] = [0.2, 1];
const ROOT = join(__dirname, '../..');

/** What the reference took, and what came of it. */
interface Reference {
  readonly ms: Readonly<Record<string, number>>;
  readonly results: {
    readonly cider: readonly number[];
    readonly tokenise?: readonly (readonly string[])[];
    readonly meteor?: readonly number[];
    readonly meteorCorpus?: number;
  };
  /** The file of METEOR's paraphrase table. */
  readonly paraphrases: string;
}

/**
 * Caption scores against pycocoevalcap on the same captions, results compared. Without a Python that has it only our times
 * are shown.
 */
export async function run(): Promise<void> {
  const raw = captionSet(IMAGES, REFERENCES);
  const tokens = timed(() => raw.map((texts) => texts.map(tokenisedCaption)));
  const pairs = tokens.result.map(([hypothesis = '', ...references]): CaptionPair => ({ hypothesis, references }));
  const reference = referenceOn(raw, tokens.result);
  const scores = timed(() => cider(pairs));
  const modules = { stem: true, synonyms: synonymTable() };
  const bare = timed(() => meteor(pairs, modules));
  console.log(`${IMAGES} images, a hypothesis and ${REFERENCES} references each; ms: minimum of ${ROUNDS}`);
  console.log(row('operation', 'ours', 'reference', 'ratio', 'bar', 'held?'));
  print('PTB tokens (Java)', tokens.ms, reference?.ms['tokenise'], JAVA_BAR);
  print('CIDEr (Python)', scores.ms, reference?.ms['cider'], BAR);
  print(bare.result.label, bare.ms, undefined, JAVA_BAR);
  if (reference === undefined) return;
  same('CIDEr', scores.result.perImage, reference.results.cider);
  if (reference.results.meteor === undefined) return;
  if (JSON.stringify(tokens.result) !== JSON.stringify(reference.results.tokenise)) throw new Error('Tokens differ.');
  const paraphrases = tableOf(reference.paraphrases);
  const full = timed(() => meteor(pairs, { ...modules, paraphrases }));
  print(`${full.result.label} (Java)`, full.ms, reference.ms['meteor'], JAVA_BAR);
  same('METEOR', full.result.segments, reference.results.meteor);
  same('METEOR of the corpus', [full.result.score], [reference.results.meteorCorpus ?? Number.NaN]);
  console.log('Tokens are equal, CIDEr and METEOR to 1e-9.');
}

function synonymTable(): SynonymTable {
  const table = SynonymTable.read(gunzipSync(readFileSync(join(ROOT, 'core/metrics/text/meteor/wordnet.bin.gz'))));
  if (!table.ok) throw new Error(table.message);
  return table.value;
}

/** METEOR's own table, which comes with pycocoevalcap. */
function tableOf(file: string): ParaphraseTable {
  return paraphraseTable([gunzipSync(readFileSync(file))]);
}

function referenceOn(raw: readonly string[][], tokenised: readonly string[][]): Reference | undefined {
  const python = referencePython();
  if (python === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'uscdf-bench-'));
  try {
    const file = join(folder, 'captions.json');
    const images = raw.map((texts, i) => ({ raw: texts, tokenised: tokenised[i] }));
    writeFileSync(file, JSON.stringify({ rounds: ROUNDS, images }));
    const script = join(ROOT, 'test/bench/captions_reference.py');
    const { stdout, stderr, status } = spawnSync(python, [script, file], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (status !== 0) throw new Error(`The reference failed: ${stderr}`);
    return JSON.parse(stdout) as Reference;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function same(name: string, own: readonly number[], theirs: readonly number[]): void {
  const differs = own.length !== theirs.length || own.some((score, i) => !(Math.abs(score - theirs[i]!) < 1e-9));
  if (differs) throw new Error(`${name}: our results are not the reference's.`);
}

/** The least milliseconds of the rounds, and the result. */
function timed<T>(work: () => T): { readonly ms: number; readonly result: T } {
  let ms = Number.POSITIVE_INFINITY;
  for (let round = 1; ; round++) {
    const started = performance.now();
    const result = work();
    ms = Math.min(ms, performance.now() - started);
    if (round === ROUNDS) return { ms, result };
  }
}

function print(name: string, own: number, theirs: number | undefined, bar: number): void {
  if (theirs === undefined) {
    console.log(row(name, own.toFixed(0), '–', '–', bar.toFixed(2), '–'));
    return;
  }
  const ratio = own / theirs;
  console.log(
    row(name, own.toFixed(0), theirs.toFixed(0), ratio.toFixed(3), bar.toFixed(2), ratio <= bar ? 'yes' : 'NO'),
  );
}

function row(name: string, own: string, theirs: string, ratio: string, bar: string, held: string): string {
  return `${name.padEnd(28)}${own.padStart(8)}${theirs.padStart(11)}${ratio.padStart(8)}${bar.padStart(6)}  ${held}`;
}
