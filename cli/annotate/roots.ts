import { parseAnswer } from '../../core/text/answer.ts';
import { referentKey } from '../../core/text/compose.ts';

/** A record that a part can belong to: its id and its phrases, in the form in which referents are compared. */
interface Root {
  readonly id: string;
  readonly phrases: ReadonlySet<string>;
}

/** The records of a file by their images, for drafts that describe one phrase of them in finer parts. */
export class Roots {
  readonly #roots = new Map<string, Root[]>();
  /** Image and phrase of each part that is there. */
  readonly #parts = new Set<string>();

  /** Takes a record of the file in; `image` is absolute. */
  add(image: string, record: object): void {
    const { id, target, conversations } = record as {
      readonly id?: unknown;
      readonly target?: unknown;
      readonly conversations?: unknown;
    };
    if (typeof target === 'string') this.#parts.add(partKey(image, target));
    else if (typeof id === 'string') {
      const root = { id, phrases: phrasesOf(conversations) };
      const others = this.#roots.get(image);
      if (others === undefined) this.#roots.set(image, [root]);
      else others.push(root);
    }
  }

  /** Whether a phrase of an image has its record. */
  hasPart(image: string, phrase: string): boolean {
    return this.#parts.has(partKey(image, phrase));
  }

  /** The id of the first record of an image that holds a phrase. */
  idOf(image: string, phrase: string): string | undefined {
    const key = referentKey(phrase);
    return this.#roots.get(image)?.find(({ phrases }) => phrases.has(key))?.id;
  }
}

function partKey(image: string, phrase: string): string {
  return `${image}\n${referentKey(phrase)}`;
}

function phrasesOf(conversations: unknown): ReadonlySet<string> {
  const turns: readonly unknown[] = Array.isArray(conversations) ? conversations : [];
  return new Set(
    turns.flatMap((turn) => {
      const { from, value } = (turn ?? {}) as { readonly from?: unknown; readonly value?: unknown };
      if (from !== 'gpt' || typeof value !== 'string') return [];
      return parseAnswer(value).phrases.map(({ text }) => referentKey(text));
    }),
  );
}
