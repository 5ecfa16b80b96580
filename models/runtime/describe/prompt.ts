import { joinList, withoutArticle } from '../../../core/text/compose.ts';
import { splitList } from '../../../core/text/lists.ts';
import { parseQuestionReferents } from '../../../core/text/questions.ts';
import { PromptError } from '../errors.ts';

/** A list question as it will stand in the record, and what it asks for in the user's own words. */
export interface ReferringPrompt {
  readonly question: string;
  readonly referents: readonly string[];
}

const MAX_LENGTH = 1000;
const MAX_PHRASE = 200;
const MAX_REFERENTS = 30;
const EXAMPLE =
  'Write a list question ("Please segment the dog and the zebra in this image.") or the things alone ("the dog and the zebra").';
const OWN_ARTICLE =
  /^(?:the|an?|any|some|this|that|these|those|my|your|his|her|their|our|all|every|each|both|one|two|three|four|five|\d+)\b/i;

/**
 * Reads the prompt of a referring draft. A list question stays as it is; referents alone become one.
 * Throws a `PromptError` for an empty prompt, tags, and questions of another kind.
 */
export function readPrompt(prompt: string | undefined): ReferringPrompt {
  const text = (prompt ?? '').replace(/\s+/g, ' ').trim();
  if (text === '') throw new PromptError(`A referring draft needs to know what to look for. ${EXAMPLE}`);
  if (text.length > MAX_LENGTH)
    throw new PromptError(`The prompt has ${text.length} characters; at most ${MAX_LENGTH} are read. ${EXAMPLE}`);
  if (/<[^>]*>|\[SEG\d*\]/i.test(text)) {
    throw new PromptError(`The prompt holds a tag; a question is plain words. ${EXAMPLE}`);
  }
  const asked = parseQuestionReferents(text);
  if (asked !== undefined) return bounded({ question: text, referents: asked });
  if (/[?!:;]|\.\s*\S/.test(text) || /\b(?:segment|describe)\b/i.test(text)) {
    throw new PromptError(`The prompt is not a question that lists things to segment. ${EXAMPLE}`);
  }
  const items = splitAlone(text.replace(/\.$/, ''));
  const first = items[0];
  if (first === undefined) throw new PromptError(`The prompt names nothing. ${EXAMPLE}`);
  const question = `Please segment ${joinList([OWN_ARTICLE.test(first) ? first : `the ${first}`, ...items.slice(1)])} in this image.`;
  return bounded({ question, referents: parseQuestionReferents(question) ?? items });
}

/** The phrase that is to be described in finer parts. Throws a `PromptError` for tags and for more than a phrase. */
export function readPhrase(prompt: string): string {
  const text = plainWords(prompt, 'A phrase is plain words: "the red bus".')
    .replace(/[.?!]$/, '')
    .trim();
  if (text !== '' && text.length <= MAX_PHRASE) return text;
  throw new PromptError(`The prompt is no phrase of at most ${MAX_PHRASE} characters. Write one thing: "the red bus".`);
}

/** A free question. Throws a `PromptError` for tags and where there is none. */
export function readQuestion(prompt: string | undefined): string {
  const text = plainWords(prompt ?? '', 'A question is plain words.');
  if (text === '') {
    throw new PromptError(
      'A reasoning draft needs a question. Write one: "What in this image could keep the rain off?"',
    );
  }
  if (text.length <= MAX_LENGTH) return text;
  throw new PromptError(
    `The question has ${text.length} characters; at most ${MAX_LENGTH} are read. Ask a shorter one.`,
  );
}

function plainWords(prompt: string, advice: string): string {
  const text = prompt.replace(/\s+/g, ' ').trim();
  if (/<[^<>]*>|\[SEG\d*\]/i.test(text)) throw new PromptError(`The prompt holds a tag. ${advice}`);
  return text;
}

/** "A and B and C" is three things too when it is not a sentence. */
function splitAlone(text: string): readonly string[] {
  return splitList(text)
    .flatMap(({ text: item }) => item.split(/\s+and\s+/i))
    .map((item) => item.trim())
    .filter((item) => item !== '' && withoutArticle(item) !== '');
}

function bounded(prompt: ReferringPrompt): ReferringPrompt {
  if (prompt.referents.length <= MAX_REFERENTS) return prompt;
  throw new PromptError(
    `The prompt asks for ${prompt.referents.length} things; at most ${MAX_REFERENTS} are read at a time.`,
  );
}
