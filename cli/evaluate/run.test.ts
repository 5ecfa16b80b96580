import { describe, expect, it } from 'vitest';
import type { EvaluationReport } from '../../core/metrics/report/model.ts';
import { EXACT } from '../../core/metrics/text/meteor/matches.ts';
import { ParaphraseBuilder } from '../../core/metrics/text/meteor/paraphraseBuilder.ts';
import type { ParaphraseData } from '../../core/metrics/text/meteor/paraphrases.ts';
import { type Statistics, statisticsOf } from '../../core/metrics/text/meteor/statistics.ts';
import { fail, ok, type Result } from '../../core/result.ts';
import type { Jobs } from './jobs.ts';
import type { Crew } from './pool.ts';
import { type RunRequest, runJobs } from './run.ts';
import type { ScoreTask, Task, TaskResult } from './task.ts';

const place = { file: 'a', line: 0 };

/** Tasks of one expression each, which is told by its order. */
function jobs(count: number): Jobs {
  const expression = (order: number) => ({ id: order, order, text: '', size: undefined, targets: [], noTarget: true });
  const tasks = Array.from(
    { length: count },
    (_, order): ScoreTask => ({
      kind: 'referring',
      reference: place,
      prediction: place,
      expressions: [{ expression: expression(order), prediction: undefined }],
    }),
  );
  return { references: count, unasked: 0, problems: [], tasks };
}

/** Does each task as `answer` says, the later ones sooner. */
function crew(answer: (order: number) => TaskResult): Crew {
  let left = 20;
  return {
    width: 4,
    run: async (task: Task) => {
      const order = task.kind === 'referring' ? task.expressions[0]!.expression.order : 0;
      await new Promise((resolve) => setTimeout(resolve, left--));
      return answer(order);
    },
    close: () => Promise.resolve(),
  };
}

const scored = (order: number): TaskResult => ({
  measured: [
    {
      id: String(order),
      reference: place,
      prediction: place,
      problems: [],
      caption: { set: 'gcg', miou: { id: order, order, score: 0.5, ious: [0.5], missed: 0, extra: 0 } },
    },
  ],
});

function request(over: Partial<RunRequest>): RunRequest {
  return {
    jobs: jobs(9),
    crew: crew(scored),
    settings: { plan: { protocol: 'strict', metrics: ['miou'] }, similarity: { kind: 'none' }, meteorLater: false },
    meteorLabel: '',
    paraphrases: undefined,
    paths: { references: ['a'], predictions: ['b'] },
    progress: () => undefined,
    complain: () => undefined,
    failed: false,
    signal: new AbortController().signal,
    ...over,
  };
}

async function reportOf(over: Partial<RunRequest>): Promise<EvaluationReport> {
  const made = await runJobs(request(over));
  if (!made.ok) throw new Error(made.message);
  return made.value;
}

describe('a run', () => {
  it('puts results into the order of the references, whoever ends first', async () => {
    const report = await reportOf({});
    expect(report.complete).toBe(true);
    expect(report.worst.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('keeps what was computed where a task fails, and says why once', async () => {
    const complaints: string[] = [];
    const report = await reportOf({
      crew: crew((order) => (order % 3 === 0 ? { failure: 'No memory.' } : scored(order))),
      complain: (message) => complaints.push(message),
    });
    expect(complaints).toEqual(['No memory.']);
    expect(report).toMatchObject({ complete: false, counts: { images: 6, skipped: 3 } });
    expect(report.tables[0]).toMatchObject({ examples: 6, scores: [{ name: 'mIoU', value: 0.5 }] });
  });

  it('reports on what is done when it is stopped', async () => {
    const stop = new AbortController();
    const complaints: string[] = [];
    let done = 0;
    const report = await reportOf({
      jobs: jobs(100),
      signal: stop.signal,
      progress: (references) => {
        done += references;
        if (done === 5) stop.abort();
      },
      complain: (message) => complaints.push(message),
    });
    expect(report.counts.images).toBeLessThan(20);
    expect(report.counts.images + report.counts.skipped).toBe(100);
    expect(complaints).toEqual([`stopped after ${report.counts.images} of 100 references: the numbers are of those.`]);
  });
});

describe('captions that wait for paraphrases', () => {
  const table: ParaphraseData = new ParaphraseBuilder().finish();
  const tokens = { hypothesis: 'a dog', references: ['a cat'] };

  /** Images with a caption each. */
  function captions(): Crew {
    return crew((order) => ({
      measured: [
        {
          id: String(order),
          reference: place,
          prediction: place,
          problems: [],
          caption: { set: 'gcg', texts: { tokens: { ...tokens, hypothesis: `dog ${order}` } } },
        },
      ],
    }));
  }

  /** Says of a caption that all its words match, or as `answer` says. */
  function meteor(answer?: TaskResult): Crew & { readonly asked: string[] } {
    const asked: string[] = [];
    return {
      asked,
      width: 1,
      run: async (task) => {
        if (task.kind !== 'meteor') throw new Error(task.kind);
        asked.push(...task.captions.map(({ hypothesis }) => hypothesis));
        expect(task.paraphrases).toBe(table);
        return answer ?? { meteor: task.captions.map(() => whole()) };
      },
      close: () => Promise.resolve(),
    };
  }

  /** Two words in one chunk. */
  function whole(): Statistics {
    const match = (at: number) => ({
      reference: at,
      referenceWords: 1,
      hypothesis: at,
      hypothesisWords: 1,
      module: EXACT,
    });
    return statisticsOf(['dog', '1'], ['dog', '1'], { matches: [match(0), match(1)], chunks: 1 });
  }

  const plan = { protocol: 'strict', metrics: ['meteor'] } as const;
  const settings = { plan, similarity: { kind: 'none' }, meteorLater: true } as const;

  it('are scored when these are there, by the thread that read them, or by one that has nothing else to do', async () => {
    const reader = meteor();
    let ready: (table: Result<ParaphraseData>) => void = () => undefined;
    const paraphrases = { table: new Promise<Result<ParaphraseData>>((resolve) => (ready = resolve)), crew: reader };
    let scored = 0;
    const progress = (references: number) => {
      scored += references;
    };
    const own = captions();
    const helping: Crew = { ...own, run: (task) => (task.kind === 'meteor' ? reader.run(task) : own.run(task)) };
    const report = reportOf({ crew: helping, settings, paraphrases, progress, jobs: jobs(9) });
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([scored, reader.asked]).toEqual([0, []]);
    ready(ok(table));
    const { tables, counts, complete } = await report;
    expect(complete).toBe(true);
    expect(counts).toMatchObject({ images: 9, skipped: 0 });
    expect(tables[0]?.scores).toMatchObject([{ name: 'METEOR', value: 1 }]);
    expect(scored).toBe(9);
    expect(reader.asked.sort()).toEqual(Array.from({ length: 9 }, (_, order) => `dog ${order}`));
  });

  it('are left out with their images where METEOR fails', async () => {
    const complaints: string[] = [];
    const report = await reportOf({
      crew: { ...captions(), width: 1 },
      settings,
      paraphrases: { table: Promise.resolve(ok(table)), crew: { ...meteor({ failure: 'No memory.' }), width: 99 } },
      complain: (message) => complaints.push(message),
    });
    expect(complaints).toEqual(['No memory.']);
    expect(report).toMatchObject({ complete: false, counts: { images: 0, skipped: 9 } });
  });

  it('end the run, before everything is scored, where these cannot be read', async () => {
    let asked = 0;
    const own = captions();
    const made = await runJobs(
      request({
        jobs: jobs(1000),
        crew: {
          ...own,
          run: (task) => {
            asked++;
            return own.run(task);
          },
        },
        settings,
        paraphrases: { table: Promise.resolve(fail('It is no table.')), crew: meteor() },
      }),
    );
    expect(made).toEqual({ ok: false, message: 'It is no table.' });
    expect(asked).toBeLessThan(20);
  });
});
