/** The text that MGLMM and GLaMM are trained on: the template `llava_v1`, as their loaders fill it in. */
import { reservedSpans } from '../../rules/reservedText.ts';

const SYSTEM =
  "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions.";

/** What stands before the first question; the loaders put `<im_start>` and `<im_end>` around `<image>` last of all. */
const IMAGE_SENTENCE = 'The <im_start><image><im_end> provides an overview of the picture.\n';

/** Every one of these would become the photograph. */
const PLACEHOLDER = '<image>';

export interface TrainingTurn {
  readonly question: string;
  readonly answer: string;
}

export function trainingText(turns: readonly TrainingTurn[]): string {
  const rounds = turns.map(
    ({ question, answer }, i) => `USER: ${i === 0 ? IMAGE_SENTENCE : ''}${question} ASSISTANT: ${answer}</s>`,
  );
  return `${SYSTEM} ${rounds.join('')}`;
}

/** A word of the template in a turn, at which the loaders would cut it; `undefined` where there is none. */
export function wordOfTemplate({ question, answer }: TrainingTurn): string | undefined {
  for (const text of [question, answer]) {
    const [span] = reservedSpans(text);
    if (span !== undefined) return text.slice(span.start, span.end);
    if (text.includes(PLACEHOLDER)) return PLACEHOLDER;
  }
  return undefined;
}
