/** The prompts of the labelling pipeline: Markdown files, of the project or the user's own. */
import { nearestKey } from '../records/nearestKey.ts';
import { fail, ok, type Result } from '../result.ts';
import type { ChatMessage } from './chat.ts';

export const PROMPT_NAMES = ['object', 'root', 'subtree', 'again'] as const;
export type PromptName = (typeof PROMPT_NAMES)[number];

/** What each prompt may hold between `{{` and `}}`; those that it must hold come first. */
const PLACES: Readonly<Record<PromptName, { readonly needed: readonly string[]; readonly more: readonly string[] }>> = {
  object: { needed: ['box'], more: ['label'] },
  root: { needed: ['objects'], more: [] },
  subtree: { needed: ['objects'], more: ['target'] },
  again: { needed: ['findings'], more: [] },
};

/** A prompt that has been read: text and the names of its places in turn. */
export interface Prompt {
  /** Said before the question; empty where the file has no line of three dashes. */
  readonly system: readonly Piece[];
  readonly user: readonly Piece[];
}

type Piece = { readonly text: string } | { readonly place: string };

export type Prompts = Readonly<Record<PromptName, Prompt>>;

/** The longest prompt that is taken, in UTF-16 units. */
const LONGEST = 100_000;

/** Reads a prompt file: comments are left out, a line `---` parts what the system says from the question. */
export function parsePrompt(name: PromptName, source: string): Result<Prompt> {
  if (source.length > LONGEST)
    return fail(`The prompt ${name}.md is longer than ${LONGEST} characters, which no model reads: make it shorter.`);
  const lines = withoutComments(source.replaceAll('\r\n', '\n')).split('\n');
  const rule = lines.findIndex((line) => line.trimEnd() === '---');
  const system = rule < 0 ? '' : lines.slice(0, rule).join('\n').trim();
  const user = lines
    .slice(rule + 1)
    .join('\n')
    .trim();
  if (user === '')
    return fail(`The prompt ${name}.md asks nothing: write the question, below \`---\` if there is one.`);
  const prompt = { system: pieces(system), user: pieces(user) };
  const wrong = wrongPlace(name, [...prompt.system, ...prompt.user]);
  return wrong === undefined ? ok(prompt) : fail(wrong);
}

/** The messages that a prompt begins a conversation with; a place without a value stays empty. */
export function promptMessages(
  prompt: Prompt,
  values: Readonly<Record<string, string>>,
  images: ChatMessage['images'] = [],
): readonly ChatMessage[] {
  const user: ChatMessage = { role: 'user', text: filled(prompt.user, values), ...(images.length > 0 && { images }) };
  return prompt.system.length === 0 ? [user] : [{ role: 'system', text: filled(prompt.system, values) }, user];
}

function filled(list: readonly Piece[], values: Readonly<Record<string, string>>): string {
  return list.map((piece) => ('text' in piece ? piece.text : (values[piece.place] ?? ''))).join('');
}

function withoutComments(source: string): string {
  let text = '';
  let at = 0;
  for (let open = source.indexOf('<!--'); open >= 0; open = source.indexOf('<!--', at)) {
    const close = source.indexOf('-->', open);
    if (close < 0) break;
    text += source.slice(at, open);
    at = close + '-->'.length;
  }
  return text + source.slice(at);
}

function pieces(text: string): readonly Piece[] {
  const list: Piece[] = [];
  let at = 0;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', at)) {
    const close = text.indexOf('}}', open);
    if (close < 0) break;
    if (open > at) list.push({ text: text.slice(at, open) });
    list.push({ place: text.slice(open + 2, close).trim() });
    at = close + 2;
  }
  if (at < text.length) list.push({ text: text.slice(at) });
  return list;
}

function wrongPlace(name: PromptName, list: readonly Piece[]): string | undefined {
  const { needed, more } = PLACES[name];
  const known = [...needed, ...more];
  const used = new Set(list.flatMap((piece) => ('place' in piece ? [piece.place] : [])));
  for (const place of used) {
    if (known.includes(place)) continue;
    const nearest = nearestKey(place, known);
    const advice = nearest === undefined ? `write one of ${known.map(braced).join(', ')}` : `write ${braced(nearest)}`;
    return `The prompt ${name}.md has ${braced(place)}, for which nothing can be put: ${advice}.`;
  }
  const missing = needed.find((place) => !used.has(place));
  if (missing === undefined) return undefined;
  return `The prompt ${name}.md lacks ${braced(missing)}, so the model would not be told what it is asked about: put it where that belongs.`;
}

function braced(place: string): string {
  return `{{${place}}}`;
}
