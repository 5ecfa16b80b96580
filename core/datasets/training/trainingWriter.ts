/** Writes samples as trainers of grounded captions see them: one JSON line with the whole text, and the masks of its `[SEG]`. */
import type { FormatOption, Loss, OutputFile, ReadRecord, RecordWriter, WriteOutput } from '../format.ts';
import { onlyReferent, type QuestionPair, questionPairs, trainingMasks } from '../questionPairs.ts';
import { SEGMENT_ANSWERS } from '../questions.ts';
import { Random } from '../random.ts';
import { trainingText, wordOfTemplate } from './trainingText.ts';

/** @param tags What the project's own loaders do. */
export function trainingOptions(tags: 'all' | 'captions'): readonly FormatOption[] {
  return [
    {
      name: 'tags',
      description:
        'Where phrases have tags: in all answers, as in the paper, or not in answers about a single thing, which become one of the five of LISA.',
      default: tags,
      choices: ['all', 'captions'],
    },
    {
      name: 'turns',
      description: 'At most so many questions in a sample; a longer conversation becomes several.',
      default: 3,
      range: [1, 1000],
    },
  ];
}

export class TrainingWriter implements RecordWriter {
  private readonly file: OutputFile;

  constructor(private readonly output: WriteOutput) {
    this.file = output.file();
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const { pairs, losses } = questionPairs(record);
    if (pairs.length === 0)
      return [
        { code: 'no-turns', message: 'The record has no question with an answer, so it is left out.', leftOut: true },
      ];
    const word = pairs.map(wordOfTemplate).find((each) => each !== undefined);
    if (word !== undefined) {
      const message = `A turn holds "${word}", at which the trainers would cut it, so the record is left out: remove it.`;
      return [{ code: 'reserved-text', message }];
    }
    const all = trainingMasks(pairs);
    if ('code' in all) return [all];
    const random = new Random(this.output.seed, `training ${record.id}`);
    const most = Math.floor(Number(this.output.options['turns']));
    let masks = 0;
    for (let at = 0; at < pairs.length; at += most) {
      const own = pairs.slice(at, at + most);
      const count = own.reduce((sum, { segments }) => sum + segments.length, 0);
      const id = pairs.length <= most ? record.id : `${record.id}-${at / most + 1}`;
      this.write(record, id, own, all.slice(masks, masks + count), random);
      masks += count;
    }
    return losses;
  }

  async end(): Promise<void> {
    // An empty file is there even without a sample.
    this.file.write('');
  }

  private write(
    record: ReadRecord,
    id: string,
    pairs: readonly QuestionPair[],
    masks: readonly object[],
    random: Random,
  ): void {
    const image = record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
    const turns = pairs.map((pair) => ({ question: pair.question, answer: this.answer(pair, random) }));
    const labels = pairs.flatMap(({ segments }) => segments.map(({ phrase }) => phrase));
    const { height, width, task } = record;
    const sample = { id, image, height, width, task, text: trainingText(turns), masks, labels };
    this.file.write(`${JSON.stringify(sample)}\n`);
  }

  private answer(pair: QuestionPair, random: Random): string {
    const isBare = this.output.options['tags'] === 'captions' && onlyReferent(pair) !== undefined;
    return isBare ? random.pick(SEGMENT_ANSWERS) : pair.answer;
  }
}
