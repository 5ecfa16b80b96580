import { describe, expect, it } from 'vitest';
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
    settings: { plan: { protocol: 'strict', metrics: ['miou'] }, similarity: { kind: 'none' }, paraphrases: undefined },
    meteorLabel: '',
    paths: { references: ['a'], predictions: ['b'] },
    progress: () => undefined,
    complain: () => undefined,
    failed: false,
    signal: new AbortController().signal,
    ...over,
  };
}

describe('a run', () => {
  it('puts results into the order of the references, whoever ends first', async () => {
    const report = await runJobs(request({}));
    expect(report.complete).toBe(true);
    expect(report.worst.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8']);
  });

  it('keeps what was computed where a task fails, and says why once', async () => {
    const complaints: string[] = [];
    const report = await runJobs(
      request({
        crew: crew((order) => (order % 3 === 0 ? { failure: 'No memory.' } : scored(order))),
        complain: (message) => complaints.push(message),
      }),
    );
    expect(complaints).toEqual(['No memory.']);
    expect(report).toMatchObject({ complete: false, counts: { images: 6, skipped: 3 } });
    expect(report.tables[0]).toMatchObject({ examples: 6, scores: [{ name: 'mIoU', value: 0.5 }] });
  });

  it('reports on what is done when it is stopped', async () => {
    const stop = new AbortController();
    const complaints: string[] = [];
    let done = 0;
    const report = await runJobs(
      request({
        jobs: jobs(100),
        signal: stop.signal,
        progress: (references) => {
          done += references;
          if (done === 5) stop.abort();
        },
        complain: (message) => complaints.push(message),
      }),
    );
    expect(report.counts.images).toBeLessThan(20);
    expect(report.counts.images + report.counts.skipped).toBe(100);
    expect(complaints).toEqual([`stopped after ${report.counts.images} of 100 references: the numbers are of those.`]);
  });
});
