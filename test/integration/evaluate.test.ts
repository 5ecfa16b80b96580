/** `uscdf evaluate`: numbers of the papers' own scripts through the built command, and what it says where data is wrong. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readMask, toCompressed } from '../../core/masks/maskValue.ts';
import { dilated } from '../../core/masks/morphology.ts';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import { meteor } from '../../core/metrics/text/meteor/meteor.ts';
import { paraphraseTable } from '../../core/metrics/text/meteor/paraphraseBuilder.ts';
import { SynonymTable } from '../../core/metrics/text/meteor/synonyms.ts';
import { tokenisedCaption } from '../../core/metrics/text/tokenise.ts';
import { builtBundles, DIST } from './builtBundles.ts';
import { type Ran, uscdf } from './command.ts';
import {
  type GcgCase,
  type GresCase,
  meteorOf,
  type PanopticCase,
  readCaptions,
  readCases,
  writeCaptions,
  writeGcg,
  writeGres,
  writePanoptic,
} from './officialFiles.ts';

let folder: string;
beforeAll(builtBundles, 120_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'uscdf-evaluate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function evaluate(args: readonly string[], env: NodeJS.ProcessEnv = {}): Ran {
  return uscdf(['evaluate', ...args], { timeout: 60_000, env: { ...process.env, ...env } });
}

function reportOf(args: readonly string[], env?: NodeJS.ProcessEnv): EvaluationReport {
  const ran = evaluate([...args, '--format', 'json'], env);
  if (ran.stdout === '') throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as EvaluationReport;
}

/** The table that ships. */
function synonyms(): SynonymTable {
  const read = SynonymTable.read(gunzipSync(readFileSync(join(DIST, 'wordnet.bin.gz'))));
  if (!read.ok) throw new Error(read.message);
  return read.value;
}

/** The scores of one set by their names. */
function scoresOf(report: EvaluationReport, set: string): Readonly<Record<string, number | null>> {
  const table = report.tables.find((each) => each.set === set);
  return Object.fromEntries(table?.scores.map(({ name, value }) => [name, value]) ?? []);
}

describe('official files of grounded captions', () => {
  it.each(readCases<GcgCase>('ap/gcg_masks.json').map((vector) => [vector.name, vector] as const))(
    'give the numbers of the reference: %s',
    (_, vector) => {
      const report = reportOf(writeGcg(folder, vector));
      const scores = scoresOf(report, 'gcg');
      const { ap, miou, recall } = vector.expected;
      expect(report.counts.images).toBe(vector.gt.images.length);
      if (ap.error === undefined) {
        expect(scores['AP']).toBeCloseTo(ap.AP, 12);
        expect(scores['AP50']).toBeCloseTo(ap.AP50, 12);
      } else expect(report.notes.map(({ message }) => message).join()).toMatch(/script stops there; here AP is 0/);
      if (miou !== undefined) expect(scores['mIoU']).toBeCloseTo(miou.mean, 12);
      if (recall !== undefined && vector.dt.every(({ score }) => score === 1))
        expect(scores['Recall']).toBeCloseTo(recall.mglmm, 12);
    },
  );

  it.each(['B_gcg_style_single_ref', 'C_coco_style_five_refs', 'D_edge_cases', 'G_gcg_grammar_40'])(
    'give CIDEr and METEOR of raw captions: %s',
    (corpus) => {
      const vector = readCaptions(corpus);
      const report = reportOf(writeCaptions(folder, vector));
      const scores = scoresOf(report, 'gcg');
      expect(scores['CIDEr']).toBeCloseTo(vector.expected.CIDEr.corpus, 9);
      expect(scores['METEOR']).toBeCloseTo(meteorOf(corpus), 9);
      expect(report.meteor).toBe('METEOR-1.5 (no paraphrase)');
    },
  );

  it('give METEOR with paraphrases, zipped and plain, whatever does it', () => {
    const vector = readCaptions('G_gcg_grammar_40');
    const args = writeCaptions(folder, vector);
    const images = Object.values(vector.images);
    const firstWord = (caption: string) => tokenisedCaption(caption).split(' ').at(0)!;
    // What a reference begins with stands for what the caption begins with.
    const table = images
      .map(({ hyp_raw: caption, refs_raw: refs }) => `0.5\n${firstWord(caption)}\n${firstWord(refs[0]!)}\n`)
      .join('');
    const [plain, zipped] = [join(folder, 'table.txt'), join(folder, 'table.gz')];
    writeFileSync(plain, table);
    writeFileSync(zipped, gzipSync(table));
    const report = reportOf([...args, '--paraphrases', zipped, '--jobs', '1']);
    expect(report.meteor).toBe('METEOR-1.5');
    const modules = { stem: true, synonyms: synonyms(), paraphrases: paraphraseTable([Buffer.from(table)]) };
    const pairs = images.map(({ hyp_raw: caption, refs_raw: refs }) => ({
      hypothesis: tokenisedCaption(caption),
      references: refs.map(tokenisedCaption),
    }));
    const { METEOR: score } = scoresOf(report, 'gcg');
    expect(score).toBe(meteor(pairs, modules).score);
    expect(score).not.toBe(scoresOf(reportOf(args), 'gcg')['METEOR']);
    const many = reportOf([...args, '--paraphrases', plain, '--jobs', '3'], { USCDF_EVALUATE_LARGE_BYTES: '1' });
    expect(many).toEqual(report);
    const alone = reportOf([...args, '--paraphrases', zipped, '--metrics', 'meteor']);
    expect(scoresOf(alone, 'gcg')).toEqual({ METEOR: score });
  });

  it('are not scored where the paraphrases end too early', () => {
    const args = writeCaptions(folder, readCaptions('G_gcg_grammar_40'));
    const table = gzipSync('0.5\nhas been\nwas\n'.repeat(1000));
    writeFileSync(join(folder, 'table.gz'), table.subarray(0, table.length - 20));
    const ran = evaluate([...args, '--paraphrases', join(folder, 'table.gz')]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/table\.gz cannot be read \(Z_BUF_ERROR\): name METEOR's own paraphrase-en\.gz\.\n$/);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('name a prediction that is missing, and score the others; strict counts it as nothing found', () => {
    const vector = readCases<GcgCase>('ap/gcg_masks.json').find(({ name }) => name === 'random_gcg_like_0')!;
    const args = writeGcg(folder, vector);
    rmSync(join(folder, 'predictions', `${vector.gt.images[0]!.id}.json`));
    const paper = evaluate(args);
    expect(paper.code).toBe(2);
    expect(paper.stderr).toMatch(/^uscdf evaluate: 1 reference has no prediction\./m);
    expect(paper.stdout).toMatch(/AP50/);
    const images = vector.gt.images.length;
    expect(reportOf(args).counts).toMatchObject({ images: images - 1, unanswered: 1 });
    expect(reportOf([...args, '--protocol', 'strict']).counts).toMatchObject({ images, unanswered: 1 });
  });

  it('survive a prediction that is no JSON', () => {
    const vector = readCases<GcgCase>('ap/gcg_masks.json').find(({ name }) => name === 'random_gcg_like_0')!;
    const args = writeGcg(folder, vector);
    writeFileSync(join(folder, 'predictions', `${vector.gt.images[1]!.id}.json`), '{"caption": ');
    const report = reportOf(args);
    expect(report.complete).toBe(false);
    expect(report.problems[0]?.message).toMatch(/^This prediction counts as missing, for the file cannot be read/);
    expect(report.counts.images).toBe(vector.gt.images.length - 1);
  });
});

describe('official files of grounded captions, further', () => {
  const vector = () => readCases<GcgCase>('ap/gcg_masks.json').find(({ name }) => name === 'random_gcg_like_0')!;

  it('show an image and its prediction as two records', () => {
    const args = writeGcg(folder, vector());
    const { id } = vector().gt.images[0]!;
    const ran = evaluate([...args, '--pair', `gcg/${id}`]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const { reference, prediction } = JSON.parse(ran.stdout) as Record<string, Sample>;
    const truths = vector().gt.annotations.filter(({ image_id: image }) => image === id);
    expect(reference!.id).toBe(String(id));
    expect(reference!.masks).toHaveLength(truths.length);
    expect(reference!.conversations[1]!.value.split('[SEG]')).toHaveLength(truths.length + 1);
    expect(prediction!.conversations[1]!.value).toContain('a caption');
    expect(evaluate([...args, '--pair', 'nobody'])).toMatchObject({ code: 2, stdout: '' });
  });

  it('take the likeness of phrases from a model', () => {
    const args = writeGcg(folder, vector());
    const bundle = fileURLToPath(new URL('../fixtures/bundles/bert-similarity', import.meta.url));
    const gates = Object.fromEntries(
      [bundle, 'none'].map((gate) => [gate, reportOf([...args, '--similarity', gate])] as const),
    );
    const { similarity } = gates[bundle]!;
    expect(similarity).toMatch(/^cosine of bert-similarity-test 1\.0\.0, mean of states, SHA-256 [0-9a-f]{12}…$/);
    const recall = scoresOf(gates[bundle]!, 'gcg')['Recall']!;
    expect(recall).toBeGreaterThan(0);
    expect(recall).toBeLessThanOrEqual(scoresOf(gates['none']!, 'gcg')['Recall']!);
    expect(reportOf([...args, '--similarity', bundle], { USCDF_EVALUATE_LARGE_BYTES: '1' })).toEqual(gates[bundle]);
  });
});

describe('official files of other tasks', () => {
  it.each(
    readCases<PanopticCase>('pq/panoptic.json')
      .filter(({ expected }) => typeof expected.All === 'object')
      .map((vector) => [vector.name, vector] as const),
  )('give PQ, SQ and RQ: %s', (_, vector) => {
    const scores = scoresOf(reportOf(writePanoptic(folder, vector)), 'panoptic');
    for (const [name, suffix] of [
      ['All', ''],
      ['Things', ' things'],
      ['Stuff', ' stuff'],
    ] as const) {
      const quality = vector.expected[name];
      if (typeof quality !== 'object') continue;
      expect(scores[`PQ${suffix}`]).toBeCloseTo(quality.pq, 12);
      expect(scores[`SQ${suffix}`]).toBeCloseTo(quality.sq, 12);
      expect(scores[`RQ${suffix}`]).toBeCloseTo(quality.rq, 12);
    }
  });

  it.each(readCases<GresCase>('referring/gres.json').map((vector) => [vector.name, vector] as const))(
    'give the numbers of generalised referring: %s',
    (_, vector) => {
      const scores = scoresOf(reportOf(writeGres(folder, vector)), 'referring');
      const expected = vector.expected_rela;
      expect(scores['gIoU (GRES)']).toBeCloseTo(expected['gIoU']! / 100, 9);
      expect(scores['cIoU (GRES)']).toBeCloseTo(expected['cIoU']! / 100, 9);
      expect(scores['N-acc']).toBeCloseTo(expected['N_acc']!, 9);
      expect(scores['T-acc']).toBeCloseTo(expected['T_acc']!, 9);
      for (const name of ['Pr@0.7', 'Pr@0.8', 'Pr@0.9']) expect(scores[name]).toBeCloseTo(expected[name]! / 100, 9);
    },
  );
});

interface Sample {
  readonly id: string;
  readonly conversations: readonly { readonly from: string; readonly value: string }[];
  readonly masks: readonly unknown[];
  readonly [key: string]: unknown;
}

/** The records of the samples, of real photographs; one of them also as a caption of a scene and of a part of it. */
function samples(): readonly Sample[] {
  const text = readFileSync(new URL('../../samples/scenes.uscdf.jsonl', import.meta.url), 'utf8');
  const records = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Sample);
  const pizza = records.find(({ id }) => id === 'pizza-panoptic')!;
  const part = { task: 'mgsc', parent: 'pizza-root', target: 'the dining table' };
  return [
    ...records,
    { ...pizza, id: 'pizza-caption', task: 'gcg' },
    { ...pizza, id: 'pizza-root', task: 'mgsc' },
    { ...pizza, id: 'pizza-part', ...part },
  ];
}

function write(name: string, records: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(path, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  return path;
}

/** A mask that is some pixels too large on all sides. */
function grown(mask: unknown, pixels: number): unknown {
  const reading = readMask(mask);
  if (!reading.ok) throw new Error(reading.message);
  return toCompressed(dilated(reading.mask, pixels));
}

describe('USCDF records of real photographs', () => {
  it('score 1 against themselves, whatever the kind of file and the order', () => {
    const records = samples();
    const references = write('references.uscdf.jsonl', records);
    const predictions = join(folder, 'predictions.uscdf.json');
    writeFileSync(predictions, JSON.stringify([...records].reverse()));
    const report = reportOf(['--references', references, '--predictions', predictions, '--protocol', 'strict']);
    expect(report.complete).toBe(true);
    expect(report.counts).toEqual({ images: records.length, unanswered: 0, skipped: 0, unasked: 0 });
    expect(report.worst).toEqual([]);
    const values = report.tables.flatMap(({ scores }) =>
      scores.filter(({ name, value }) => name !== 'CIDEr' && value !== null),
    );
    expect(values.length).toBeGreaterThan(10);
    for (const { value } of values) expect(value).toBeCloseTo(1, 12);
  });

  it('score less the more their masks differ, the worst record first', () => {
    const records = samples().filter(({ masks }) => masks.length > 1);
    const references = write('references.uscdf.jsonl', records);
    const worse = records[1]!;
    const predictions = write(
      'predictions.uscdf.jsonl',
      records.map((record) => ({
        ...record,
        masks: record.masks.map((mask) => grown(mask, record === worse ? 40 : 2)),
      })),
    );
    const report = reportOf(['--references', references, '--predictions', predictions, '--protocol', 'strict']);
    expect(report.worst[0]).toMatchObject({ id: worse.id, reference: { file: references, line: 1 } });
    expect(report.worst[0]!.prediction).toEqual({ file: predictions, line: 1 });
    const scores = report.worst.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => a - b));
    expect(scores[0]).toBeLessThan(0.9);
  });

  it('are the same on several threads', () => {
    const copies = Array.from({ length: 60 }, (_, i) =>
      samples().map((record) => ({ ...record, id: `${record.id}-${i}` })),
    ).flat();
    const references = write('references.uscdf.jsonl', copies);
    const predictions = write(
      'predictions.uscdf.jsonl',
      copies.map((record, i) => ({ ...record, masks: record.masks.map((mask) => grown(mask, i % 7)) })),
    );
    const args = ['--references', references, '--predictions', predictions];
    const one = reportOf([...args, '--jobs', '1']);
    const many = reportOf([...args, '--jobs', '3'], { USCDF_EVALUATE_LARGE_BYTES: '1' });
    expect(many).toEqual(one);
    expect(one.counts.images).toBe(copies.length);
  });

  it('of which some are broken or missing cost those only', () => {
    const records = samples();
    const references = write('references.uscdf.jsonl', records);
    const [first, second, ...others] = records;
    const predictions = join(folder, 'predictions.uscdf.jsonl');
    const corrupt = { ...second, masks: second!.masks.map(() => ({ size: [2, 2], counts: '~' })) };
    const lines = ['{"id": "broken', JSON.stringify(corrupt), ...others.map((record) => JSON.stringify(record))];
    writeFileSync(predictions, `${lines.join('\n')}\n`);
    const ran = evaluate(['--references', references, '--predictions', predictions, '--protocol', 'strict']);
    expect(ran.code).toBe(2);
    const report = reportOf(['--references', references, '--predictions', predictions, '--protocol', 'strict']);
    expect(report.counts).toMatchObject({ images: records.length, unanswered: 1 });
    expect(report.worst.map(({ id }) => id)).toEqual(expect.arrayContaining([first!.id, second!.id]));
    expect(report.problems.map(({ place }) => place.line)).toEqual(expect.arrayContaining([0, 1]));
    expect(ran.stdout).toMatch(/These numbers are not complete/);
  });

  it('are reported as JSON, Markdown and a page that needs nothing else', () => {
    const references = write('references.uscdf.jsonl', samples());
    const paths = ['report.json', 'report.md', 'report.html'].map((name) => join(folder, name));
    const ran = evaluate([
      '--references',
      references,
      '--predictions',
      references,
      ...paths.flatMap((path) => ['--report', path]),
    ]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const [json, markdown, html] = paths.map((path) => readFileSync(path, 'utf8'));
    expect((JSON.parse(json!) as EvaluationReport).version).toBe(1);
    for (const text of [ran.stdout, markdown!, html!]) {
      expect(text).toMatch(/Protocol: paper/);
      expect(text).toMatch(/shared words/);
      expect(text).toMatch(/METEOR-1\.5/);
    }
    expect(html).toMatch(/<svg[^>]*role="img"/);
    expect(html).not.toMatch(/<script|\b(?:src|href)=/);
  });
});

describe('arguments', () => {
  it.each([
    [['--metrics', 'meteor,fame'], /"fame" is no metric: write some of/],
    [
      ['--similarity', 'bert'],
      /--similarity bert: write shared-words, none, a \.json file of .*, or the folder or name of a model/,
    ],
    [['--similarity', 'coco80'], /this model is of another kind \(detector\) and does not say how alike phrases are/],
    [['--protocol', 'loose'], /option '--protocol <name>' argument 'loose' is invalid/],
    [['--report', 'report.pdf'], /--report report\.pdf: write a name that ends in \.md, \.html or \.json/],
    [['--jobs', 'many'], /--jobs many: write the number of threads/],
    [['--paraphrases', 'nowhere.gz'], /--paraphrases nowhere\.gz cannot be read \(ENOENT\)/],
    [['--paraphrases', '/dev/zero'], /--paraphrases \/dev\/zero is not a file/],
    [['--paraphrases', 'LICENSE'], /--paraphrases LICENSE has no entry/],
    [['--split', 'val'], /--split val: only a grefs json has splits/],
    [['--pair', '7'], /--pair: only images of official caption files/],
  ])('%j get one line', (wrong, message) => {
    const references = write('references.uscdf.jsonl', samples());
    const ran = evaluate(['--references', references, '--predictions', references, ...wrong]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('say what is missing', () => {
    expect(evaluate(['--references', 'samples']).stderr).toMatch(/required option '--predictions <path\.\.\.>'/);
    const ran = evaluate(['--references', join(folder, 'nowhere'), '--predictions', folder]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/nowhere: no such file, folder or match/);
  });

  it.each([
    ['empty', [], /nothing was scored, for there is no reference: check the path of --references/],
    ['of other records', [{ ...samples()[0]!, id: 'another' }], /no prediction has the id of a reference/],
  ])('that lead to nothing are a mistake: references %s', (_, records, message) => {
    const references = write('references.uscdf.jsonl', records);
    const ran = evaluate(['--references', references, '--predictions', write('all.uscdf.jsonl', samples())]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
    expect(ran.stdout).toMatch(/Nothing was scored/);
  });

  it('refuse predictions of another form', () => {
    const references = write('references.uscdf.jsonl', samples());
    const other = join(folder, 'other.json');
    copyFileSync(new URL('../../package.json', import.meta.url), other);
    const ran = evaluate(['--references', references, '--predictions', other]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/is no USCDF file, as the references are/);
  });

  it('that fit no record are a mistake: nothing was computed', () => {
    const references = write(
      'references.uscdf.jsonl',
      samples().filter(({ task }) => task === 'referring'),
    );
    const ran = evaluate(['--references', references, '--predictions', references, '--metrics', 'meteor']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/no record is scored by meteor: choose other metrics/);
  });

  it('compute only what is asked for', () => {
    const references = write('references.uscdf.jsonl', samples());
    const report = reportOf(['--references', references, '--predictions', references, '--metrics', 'miou,cider']);
    expect(Object.keys(scoresOf(report, 'gcg')).sort()).toEqual(['CIDEr', 'mIoU']);
    expect(report.tables.map(({ set }) => set)).not.toContain('referring');
    expect(report.meteor).toBeNull();
  });
});
