/** Does one piece of work of `uscdf evaluate`, in a worker or in the main thread. */

import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { captionRecords, type RecordPairValues } from '../../core/metrics/evaluate/captionRecords.ts';
import { CaptionScorer } from '../../core/metrics/evaluate/captionScorer.ts';
import { type Measured, Measurer } from '../../core/metrics/evaluate/measure.ts';
import { type GcgPrediction, pairGcg } from '../../core/metrics/evaluate/official/gcg.ts';
import { panopticSegments } from '../../core/metrics/evaluate/official/panoptic.ts';
import { pairExpression } from '../../core/metrics/evaluate/official/referring.ts';
import { wants } from '../../core/metrics/evaluate/plan.ts';
import { pairRecords } from '../../core/metrics/evaluate/recordPair.ts';
import type { Pair, Place, Problem } from '../../core/metrics/evaluate/work.ts';
import type { MeteorModules } from '../../core/metrics/text/meteor/matches.ts';
import { meteorStatistics } from '../../core/metrics/text/meteor/meteor.ts';
import type { Statistics } from '../../core/metrics/text/meteor/statistics.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { RecordStreamError } from '../../server/recordStream.ts';
import { packed, packedNumbers } from './compact.ts';
import { indexRecords } from './indexRecords.ts';
import { meteorModules, readParaphrases } from './meteorTables.ts';
import { RecordReader } from './recordReader.ts';
import { readSegmentMap } from './segmentMap.ts';
import { similarityOf } from './similarity.ts';
import { statOf } from './source.ts';
import type {
  GcgPlace,
  GcgTask,
  MapFolder,
  MeteorTask,
  PanopticTask,
  ParaphrasesTask,
  RecordPlace,
  RecordsTask,
  ReferringTask,
  ScoreTask,
  Settings,
  Task,
  TaskResult,
} from './task.ts';

/**
 * Does tasks one after the other, with what they all need at hand. Small files are read without a promise each: there are
 * thousands, and the thread has nothing else to do.
 */
export class TaskRunner {
  private readonly reader = new RecordReader();
  private made: Measurer | undefined;
  private modules: MeteorModules | undefined;

  constructor(private readonly settings: Settings) {}

  /** Never rejects: what goes wrong is the result's `failure`. */
  async run(task: Task): Promise<TaskResult> {
    try {
      switch (task.kind) {
        case 'index':
          return await indexRecords(task);
        case 'phrases':
          return { texts: await this.phrases(task.of) };
        case 'as-records':
          return { records: this.asRecords(task.of) };
        case 'paraphrases':
          return await paraphrasesOf(task);
        case 'meteor':
          return { meteor: this.meteor(task) };
        default:
          return { measured: await this.measured(task) };
      }
    } catch (error) {
      if (error instanceof RecordStreamError) return { failure: error.message };
      // What was computed of the other tasks must not be lost with this one.
      return {
        failure: `Something went wrong that should not: ${error instanceof Error ? error.message : String(error)}.`,
      };
    }
  }

  close(): Promise<void> {
    return this.reader.close();
  }

  private get measurer(): Measurer {
    const { plan, similarity } = this.settings;
    this.made ??= new Measurer(plan, similarityOf(similarity), this.captionScorer());
    return this.made;
  }

  private captionScorer(): CaptionScorer | undefined {
    const { plan, meteorLater } = this.settings;
    if (!wants(plan, 'meteor', 'cider')) return undefined;
    const modules = wants(plan, 'meteor') && !meteorLater ? () => meteorModules(undefined) : undefined;
    return new CaptionScorer(wants(plan, 'cider') || meteorLater, modules);
  }

  private meteor({ paraphrases, captions }: MeteorTask): readonly Statistics[] {
    this.modules ??= meteorModules(paraphrases);
    const modules = this.modules;
    return packedNumbers(captions.map((texts) => meteorStatistics(texts, modules)));
  }

  private async measured(task: ScoreTask): Promise<readonly Measured[]> {
    const measured: Measured[] = [];
    for await (const pair of this.pairsOf(task)) measured.push(this.measure(pair));
    return packed(measured);
  }

  /** What a similarity will be asked about, each text once. */
  private async phrases(task: ScoreTask): Promise<string[]> {
    const texts = new Set<string>();
    for await (const { work } of this.pairsOf(task)) {
      if (work?.kind !== 'caption' || work.masks?.labels === undefined) continue;
      for (const text of [...work.masks.labels, ...(work.masks.phrases ?? [])]) texts.add(text);
    }
    return [...texts];
  }

  private asRecords(task: GcgTask): RecordPairValues | undefined {
    for (const pair of this.gcg(task)) return captionRecords(pair);
    return undefined;
  }

  private pairsOf(task: ScoreTask): AsyncIterable<Pair> | Iterable<Pair> {
    switch (task.kind) {
      case 'records':
        return this.records(task);
      case 'gcg':
        return this.gcg(task);
      case 'panoptic':
        return this.panoptic(task);
      case 'referring':
        return this.referring(task);
    }
  }

  private async *records({ pairs }: RecordsTask): AsyncGenerator<Pair> {
    for (const { id, order, reference, prediction } of pairs) {
      const truth = await this.reader.read(reference);
      const place = placeOf(reference);
      if (!truth.ok) {
        const message = `This reference is not scored, for ${truth.message}`;
        yield { id, reference: place, problems: [{ id, place, message }] };
        continue;
      }
      const problems: Problem[] = [];
      const answer = prediction === undefined ? undefined : await this.reader.read(prediction);
      if (answer?.ok === false) {
        const message = `This prediction counts as missing, for ${answer.message}`;
        problems.push({ id, place: placeOf(prediction!), message });
      }
      const pair = pairRecords(
        { record: truth.value, place },
        answer?.ok === true ? { record: answer.value, place: placeOf(prediction!) } : undefined,
        order,
        this.settings.plan.protocol,
      );
      yield { ...pair, problems: [...problems, ...pair.problems] };
    }
  }

  private *gcg({ images, files }: GcgTask): Generator<Pair> {
    for (const { prediction, ...image } of images) {
      const id = String(image.id);
      const problems: Problem[] = [];
      const read = readPrediction(prediction);
      if (!read.ok) problems.push({ id, place: { file: prediction!.path, line: 0 }, message: read.message });
      const pair = pairGcg(image, read.ok ? read.value : {}, files);
      yield { ...pair, problems: [...problems, ...pair.problems] };
    }
  }

  private *panoptic({ images, categories, reference, prediction }: PanopticTask): Generator<Pair> {
    const classes = categories.map(({ id }) => id);
    for (const image of images) {
      const { id } = image.reference;
      const problems: Problem[] = [];
      const truth = readMap(reference, image.reference);
      const answer = image.prediction === undefined ? undefined : readMap(prediction, image.prediction);
      for (const [each, { place }] of [
        [truth, reference],
        [answer, prediction],
      ] as const)
        if (each?.ok === false) problems.push({ id: String(id), place, message: each.message });
      const pair: Pair = {
        id: String(id),
        reference: reference.place,
        ...(answer?.ok === true && { prediction: prediction.place }),
        problems,
      };
      if (!truth.ok) {
        yield pair;
        continue;
      }
      const predictions = answer?.ok === true ? answer.value : [];
      const example = { id, order: image.order, truth: truth.value, predictions };
      yield { ...pair, work: { kind: 'panoptic', example, categories, classes } };
    }
  }

  private *referring({ expressions, reference, prediction }: ReferringTask): Generator<Pair> {
    for (const each of expressions) yield pairExpression(each.expression, each.prediction, reference, prediction);
  }

  /** The paper's scripts stop where a prediction is missing; here that pair is left out, and the report says so. */
  private measure(pair: Pair): Measured {
    if (pair.prediction === undefined && this.settings.plan.protocol === 'paper') {
      const { work: _, ...rest } = pair;
      return rest;
    }
    return this.measurer.measure(pair);
  }
}

async function paraphrasesOf({ path }: ParaphrasesTask): Promise<TaskResult> {
  const read = await readParaphrases(path);
  return read.ok ? { paraphrases: read.value } : { failure: read.message };
}

function placeOf({ path, line }: RecordPlace): Place {
  return { file: path, line };
}

function readPrediction(place: GcgPlace | undefined): Result<GcgPrediction> {
  if (place === undefined) return ok({});
  const at = { file: place.path, line: 0 };
  if ('value' in place) return ok({ place: at, value: place.value, wordless: true });
  // A pipe would wait for its writer.
  if (!place.isFile && statOf(place.path)?.isFile() === false)
    return fail('This prediction counts as missing, for what is there is not a file. Write it anew.');
  try {
    return ok({ place: at, value: JSON.parse(readFileSync(place.path, 'utf8')) as unknown });
  } catch (error) {
    const why =
      error instanceof SyntaxError ? `it is no JSON (${error.message})` : (error as NodeJS.ErrnoException).code;
    return fail(`This prediction counts as missing, for the file cannot be read: ${why}. Write it anew.`);
  }
}

function readMap({ folder }: MapFolder, { map, segments }: PanopticTask['images'][number]['reference']) {
  // The name comes from the file: it may not lead out of the folder.
  const path = join(folder, basename(map));
  try {
    const read = readSegmentMap(readFileSync(path));
    return read.ok
      ? ok(panopticSegments(read.value, segments))
      : fail<never>(`The map ${path} is left out: ${read.message}`);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return fail<never>(`The map ${path} cannot be read (${why}), so the image has none: put it there.`);
  }
}
