/** Asks the model for the mask of points and a box: one request at a time, and of those that wait only the newest. */
import type { DrawnMask } from '../../core/language/shaping/shapeEdit.ts';
import { readMask } from '../../core/masks/maskValue.ts';
import { difference } from '../../core/masks/morphology.ts';
import { type Box, type RunLengthMask, union } from '../../core/masks/runLengthMask.ts';
import type { Answer } from '../protocol.ts';
import type { DrawingHost } from './contract.ts';
import type { PromptPoint, Prompts } from './snapshot.ts';
import { pixels } from './wording.ts';
import type { Work } from './work.ts';

/** What the model does not say is taken from here. */
const SILENT = 'The model gave no mask for these points. Place them elsewhere, or draw the mask by hand.';
const UNREACHABLE = 'The model could not be asked. Try again, or draw the mask by hand.';

export class Prompting {
  readonly #host: Pick<DrawingHost, 'segment' | 'announce'>;
  readonly #changed: () => void;
  #asked: Prompts | undefined;
  /** Waits until the request before it is answered. */
  #next: { readonly work: Work; readonly prompts: Prompts } | undefined;
  #problem: string | undefined;

  constructor(host: Pick<DrawingHost, 'segment' | 'announce'>, changed: () => void) {
    this.#host = host;
    this.#changed = changed;
  }

  /** Why the last answer was none. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** A click more; the first one with `subtracts` takes the model's mask away. */
  addPoint(work: Work, point: PromptPoint, subtracts: boolean): void {
    const before = this.#before(work, subtracts);
    this.#step(work, { ...before, points: [...before.points, point], answer: 'awaited' });
  }

  setBox(work: Work, box: Box, subtracts: boolean): void {
    this.#step(work, { ...this.#before(work, subtracts), box, answer: 'awaited' });
  }

  /** Asks what the mask in work waits for, after a step to and fro. */
  follow(work: Work): void {
    const { prompts } = work.current;
    this.#next = undefined;
    if (prompts?.answer !== 'awaited' || prompts === this.#asked) return;
    this.#next = { work, prompts };
    if (this.#asked === undefined) void this.#askAll();
  }

  /** The mask in work is another one, or none. */
  forget(): void {
    this.#next = undefined;
    this.#problem = undefined;
  }

  clearProblem(): void {
    this.#problem = undefined;
  }

  #before(work: Work, subtracts: boolean): Prompts {
    const { mask, prompts } = work.current;
    return prompts ?? { points: [], box: undefined, base: mask, subtracts, answer: 'awaited' };
  }

  #step(work: Work, prompts: Prompts): void {
    this.#problem = undefined;
    work.commit({ mask: work.current.mask, polygon: undefined, prompts });
    this.follow(work);
    this.#changed();
  }

  async #askAll(): Promise<void> {
    for (let next = this.#next; next !== undefined; next = this.#next) {
      const { work, prompts } = next;
      this.#next = undefined;
      this.#asked = prompts;
      const answer = await this.#answer(prompts);
      this.#asked = undefined;
      if (work.current.prompts === prompts) this.#take(work, prompts, answer);
    }
  }

  async #answer({ points, box }: Prompts): Promise<Answer> {
    try {
      return await this.#host.segment(points, box);
    } catch {
      return { ok: false, message: UNREACHABLE };
    }
  }

  #take(work: Work, prompts: Prompts, answer: Answer): void {
    const reading = answerMask(answer);
    if ('problem' in reading) {
      this.#problem = reading.problem;
      work.amend({ ...work.current, prompts: { ...prompts, answer: 'failed' } });
      this.#host.announce(reading.problem);
      return;
    }
    const { base, subtracts } = prompts;
    const own = work.fitted(reading.mask);
    const mask = subtracts ? difference(base, own) : union([base, own]);
    work.amend({ mask, polygon: undefined, prompts: { ...prompts, answer: 'given' } });
    this.#host.announce(`${subtracts ? 'The model took away' : 'The model masked'} ${pixels(own)}${scored(answer)}.`);
  }
}

function answerMask(answer: Answer): { readonly mask: RunLengthMask } | { readonly problem: string } {
  if (!answer.ok) return { problem: answer.message };
  const drawn: DrawnMask | undefined = answer.drawn;
  if (drawn === undefined) return { problem: SILENT };
  const reading = readMask(drawn);
  return reading.ok ? { mask: reading.mask } : { problem: reading.message };
}

function scored(answer: Answer): string {
  return answer.ok && answer.score !== undefined ? `, score ${answer.score.toFixed(2)}` : '';
}
