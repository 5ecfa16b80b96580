/** Does one piece of work of `uscdf evaluate`, in a worker or in the main thread. */

import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CaptionScorer } from '../../core/metrics/evaluate/captionScorer.ts';
import { type Measured, Measurer } from '../../core/metrics/evaluate/measure.ts';
import { type GcgPrediction, pairGcg } from '../../core/metrics/evaluate/official/gcg.ts';
import { panopticSegments } from '../../core/metrics/evaluate/official/panoptic.ts';
import { pairExpression } from '../../core/metrics/evaluate/official/referring.ts';
import { wants } from '../../core/metrics/evaluate/plan.ts';
import { pairRecords } from '../../core/metrics/evaluate/recordPair.ts';
import type { Pair, Place, Problem } from '../../core/metrics/evaluate/work.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import { RecordStreamError } from '../../server/recordStream.ts';
import { indexRecords } from './indexRecords.ts';
import { readMeteorModules } from './meteorTables.ts';
import { RecordReader } from './recordReader.ts';
import { similarityOf } from './similarity.ts';
import type {
  GcgPlace,
  GcgTask,
  MapFolder,
  PanopticTask,
  RecordPlace,
  RecordsTask,
  ReferringTask,
  Settings,
  Task,
  TaskResult,
} from './task.ts';

/** Does tasks one after the other, with what they all need at hand. */
export class TaskRunner {
  private readonly reader = new RecordReader();
  private made: Measurer | undefined;

  constructor(private readonly settings: Settings) {}

  /** Never rejects: what goes wrong is the result's `failure`. */
  async run(task: Task): Promise<TaskResult> {
    try {
      switch (task.kind) {
        case 'index':
          return await indexRecords(task);
        case 'records':
          return { measured: await this.records(task) };
        case 'gcg':
          return { measured: await this.gcg(task) };
        case 'panoptic':
          return { measured: await this.panoptic(task) };
        case 'referring':
          return { measured: this.referring(task) };
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
    const { plan, paraphrases } = this.settings;
    if (!wants(plan, 'meteor', 'cider')) return undefined;
    const modules = wants(plan, 'meteor') ? readMeteorModules(paraphrases) : undefined;
    if (modules?.ok === false) throw new Error(modules.message);
    return new CaptionScorer(wants(plan, 'cider'), modules?.value);
  }

  private async records({ pairs }: RecordsTask): Promise<Measured[]> {
    const measured: Measured[] = [];
    for (const { id, order, reference, prediction } of pairs) {
      const truth = await this.reader.read(reference);
      const place = placeOf(reference);
      if (!truth.ok) {
        const message = `This reference is not scored, for ${truth.message}`;
        measured.push({ id, reference: place, problems: [{ id, place, message }] });
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
      measured.push(this.measure({ ...pair, problems: [...problems, ...pair.problems] }));
    }
    return measured;
  }

  private async gcg({ images, files }: GcgTask): Promise<Measured[]> {
    const measured: Measured[] = [];
    for (const { prediction, ...image } of images) {
      const id = String(image.id);
      const problems: Problem[] = [];
      const read = await readPrediction(prediction);
      if (!read.ok) problems.push({ id, place: { file: prediction!.path, line: 0 }, message: read.message });
      const pair = pairGcg(image, read.ok ? read.value : {}, files);
      measured.push(this.measure({ ...pair, problems: [...problems, ...pair.problems] }));
    }
    return measured;
  }

  private async panoptic({ images, categories, reference, prediction }: PanopticTask): Promise<Measured[]> {
    const measured: Measured[] = [];
    const classes = categories.map(({ id }) => id);
    for (const image of images) {
      const { id } = image.reference;
      const problems: Problem[] = [];
      const truth = await readMap(reference, image.reference);
      const answer = image.prediction === undefined ? undefined : await readMap(prediction, image.prediction);
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
        measured.push(pair);
        continue;
      }
      const predictions = answer?.ok === true ? answer.value : [];
      const example = { id, order: image.order, truth: truth.value, predictions };
      measured.push(this.measure({ ...pair, work: { kind: 'panoptic', example, categories, classes } }));
    }
    return measured;
  }

  private referring({ expressions, reference, prediction }: ReferringTask): Measured[] {
    return expressions.map((each) =>
      this.measure(pairExpression(each.expression, each.prediction, reference, prediction)),
    );
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

function placeOf({ path, line }: RecordPlace): Place {
  return { file: path, line };
}

async function readPrediction(place: GcgPlace | undefined): Promise<Result<GcgPrediction>> {
  if (place === undefined) return ok({});
  const at = { file: place.path, line: 0 };
  if ('value' in place) return ok({ place: at, value: place.value });
  try {
    return ok({ place: at, value: JSON.parse(await readFile(place.path, 'utf8')) as unknown });
  } catch (error) {
    const why =
      error instanceof SyntaxError ? `it is no JSON (${error.message})` : (error as NodeJS.ErrnoException).code;
    return fail(`This prediction counts as missing, for the file cannot be read: ${why}. Write it anew.`);
  }
}

async function readMap({ folder }: MapFolder, { map, segments }: PanopticTask['images'][number]['reference']) {
  // The name comes from the file: it may not lead out of the folder.
  const path = join(folder, basename(map));
  try {
    const read = panopticSegments(await readFile(path), segments);
    return read.ok ? read : fail<never>(`The map ${path} is left out: ${read.message}`);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? String(error);
    return fail<never>(`The map ${path} cannot be read (${why}), so the image has none: put it there.`);
  }
}
