/** Writes conversations in LLaVA's form with masks under a key of their own. */
import { isObject } from '../../records/isObject.ts';
import type { Loss, OutputFile, ReadRecord, RecordWriter, Segment, WriteOutput } from '../format.ts';
import { maskValue } from '../newRecord.ts';

export interface WrittenTurn {
  readonly text: string;
  /** Of the turn's own, in the order of the `[SEG]` in the text. */
  readonly segments: readonly Segment[];
  readonly losses?: readonly Loss[];
}

/** Puts an answer into another project's words. */
export type Retell = (turn: {
  readonly question: string;
  readonly answer: ReadRecord['turns'][number];
  readonly segments: readonly Segment[];
}) => WrittenTurn;

/** The option that conversations with masks are written with. */
export const MASKS_OPTION = {
  name: 'masks',
  description: 'Write the masks under the key `masks`, in the order of the tokens.',
  default: true,
};

export class ConversationWriter implements RecordWriter {
  private readonly file: OutputFile;
  private count = 0;

  constructor(
    private readonly output: WriteOutput,
    private readonly retell: Retell,
  ) {
    this.file = output.file();
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const losses: Loss[] = [];
    const masks: unknown[] = [];
    let question = '';
    const conversations = record.turns.map((turn, i) => {
      if (turn.role === 'human') {
        question = turn.text;
        return { from: turn.role, value: i === 0 ? `<image>\n${turn.text}` : turn.text };
      }
      const own = record.segments.filter((segment) => segment.turn === i);
      const { text, segments, losses: lost = [] } = this.retell({ question, answer: turn, segments: own });
      losses.push(...lost);
      for (const segment of segments) masks.push(writtenMask(segment));
      return { from: turn.role, value: text };
    });
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    const withMasks = this.output.options['masks'] === true;
    const item = { id: record.id, image, conversations, ...(withMasks && { masks }) };
    this.file.write(`${this.count++ === 0 ? '[\n' : ',\n'}${JSON.stringify(item)}`);
    if (!withMasks && masks.length > 0)
      losses.push({ code: 'masks', message: `Its ${masks.length} masks were not to be written (masks=false).` });
    return losses;
  }

  async end(): Promise<void> {
    this.file.write(this.count === 0 ? '[]\n' : '\n]\n');
  }
}

/** As the record holds it, but a value of a label map as runs: its path means another file when seen from the output. */
export function writtenMask({ value, mask, label }: Segment): unknown {
  if (!isObject(value) || typeof value['file'] !== 'string' || mask === undefined) return value ?? null;
  return maskValue(mask, label === undefined ? {} : { label });
}
