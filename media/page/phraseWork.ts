/** What can be done to a phrase or a mask without drawing: the entries of its menu, and the edits behind them. */
import type { DrawnMask, ShapeEdit } from '../../core/language/shaping/shapeEdit.ts';
import { connectedParts } from '../../core/masks/regions.ts';
import { encodeCounts, type RunLengthMask } from '../../core/masks/runLengthMask.ts';
import { ACTIONS, readableKey } from '../actions.ts';
import { element } from '../element.ts';
import type { PageAction, ShownRecord } from '../protocol.ts';
import { masksOf, type Target } from '../target.ts';
import { checkbox } from '../widgets.ts';
import { type PhrasePart, phrasesOf } from '../wording.ts';
import { openDialog } from './dialog.ts';
import type { MenuEntry } from './menu.ts';
import type { MaskName, Purpose } from './purpose.ts';

export interface PhraseHost {
  readonly root: HTMLElement;
  record(): ShownRecord | undefined;
  editable(): boolean;
  isHidden(mask: number): boolean;
  runsOf(mask: number): RunLengthMask | undefined;
  shape(edit: ShapeEdit): Promise<boolean>;
  draw(purpose: Purpose, afresh: boolean): void;
  hide(mask: number): void;
  only(mask: number): void;
  draft(phrase: number): void;
  askName(title: string, record: ShownRecord): Promise<MaskName | undefined>;
  problem(sentence: string): void;
}

export class PhraseWork {
  readonly #host: PhraseHost;

  constructor(host: PhraseHost) {
    this.#host = host;
  }

  /** The menu of a phrase or a mask; `mask` is the one that was meant where a phrase has several. */
  menu(target: Target, mask: number | undefined): readonly MenuEntry[] {
    const host = this.#host;
    const record = host.record();
    if (record === undefined) return [];
    const own = mask ?? [...masksOf(record, target)][0];
    const sight = own === undefined ? [] : this.#sightEntries(own);
    if (!host.editable()) return sight;
    if ('mask' in target) return [...this.#leftOverEntries(target.mask), ...sight];
    const part = partOf(record, target.phrase);
    if (part === undefined) return sight;
    const drawing = own === undefined ? this.#missingEntries(record, part) : this.#maskEntries(own);
    return [...drawing, ...sight, ...this.#phraseEntries(record, part, own)];
  }

  #maskEntries(mask: number): MenuEntry[] {
    const host = this.#host;
    return [
      item('Edit mask', 'mask.edit', () => host.draw({ kind: 'edit', mask }, false)),
      item('Draw again', undefined, () => host.draw({ kind: 'edit', mask }, true)),
    ];
  }

  #missingEntries(record: ShownRecord, { phrase }: PhrasePart): MenuEntry[] {
    const host = this.#host;
    const leftOver = [...record.masks.keys()].filter((index) => record.masks[index]?.phrase === undefined);
    return [
      item('Draw its mask', 'mask.edit', () => host.draw({ kind: 'phrase', phrase }, true)),
      ...leftOver.map((mask) =>
        item(`Take mask ${mask + 1}, which has no phrase`, undefined, () => {
          void host.shape({ kind: 'giveMask', mask, to: { phrase } });
        }),
      ),
    ];
  }

  #leftOverEntries(mask: number): MenuEntry[] {
    return [
      ...this.#maskEntries(mask),
      item('Give it a phrase…', undefined, () => void this.give(mask)),
      item('Remove mask', 'mask.remove', () => void this.#host.shape({ kind: 'removeMask', mask })),
    ];
  }

  #sightEntries(mask: number): MenuEntry[] {
    const host = this.#host;
    return [
      { ...item(host.isHidden(mask) ? 'Show' : 'Hide', 'mask.hide', () => host.hide(mask)), separated: true },
      item('Only this', undefined, () => host.only(mask)),
    ];
  }

  #phraseEntries(record: ShownRecord, { phrase, masks = [] }: PhrasePart, mask: number | undefined): MenuEntry[] {
    const host = this.#host;
    const last = phrasesOf(record).length - 1;
    const own = mask === undefined ? undefined : host.runsOf(mask);
    return [
      ...(phrase > 0
        ? [{ ...item('Move back', 'phrase.moveBack', () => void this.move(phrase, -1)), separated: true }]
        : []),
      ...(phrase < last ? [item('Move forward', 'phrase.moveForward', () => void this.move(phrase, 1))] : []),
      ...(masks.length > 1 ? [item('Merge its masks', 'mask.merge', () => void this.merge(phrase))] : []),
      ...(own !== undefined ? [item('Split its parts', 'mask.splitParts', () => void this.split(mask!))] : []),
      ...(own !== undefined ? [item('Draft in finer parts', undefined, () => host.draft(phrase))] : []),
      { ...item('Delete phrase…', 'phrase.remove', () => this.remove(phrase)), separated: true },
    ];
  }

  /** Swaps the phrase with its neighbour; the masks follow. */
  async move(phrase: number, by: 1 | -1): Promise<boolean> {
    return this.moveTo(phrase, phrase + by);
  }

  async moveTo(phrase: number, to: number): Promise<boolean> {
    const record = this.#host.record();
    const count = record === undefined ? 0 : phrasesOf(record).length;
    if (to === phrase || to < 0 || to >= count) return false;
    return this.#host.shape({ kind: 'movePhrase', phrase, to });
  }

  async merge(phrase: number): Promise<void> {
    const record = this.#host.record();
    const part = record === undefined ? undefined : partOf(record, phrase);
    if ((part?.masks?.length ?? 0) < 2) this.#host.problem('The phrase has one mask only: there is nothing to merge.');
    else await this.#host.shape({ kind: 'mergeMasks', phrase });
  }

  async split(mask: number): Promise<void> {
    const runs = this.#host.runsOf(mask);
    if (runs === undefined) return;
    const parts = connectedParts(runs).map(drawnOf);
    if (parts.length < 2) this.#host.problem('The mask is all in one piece: there is nothing to split.');
    else if (parts.length > mostParts)
      this.#host.problem(
        `The mask has ${parts.length} parts, more than ${mostParts}: edit it and remove its specks first.`,
      );
    else await this.#host.shape({ kind: 'splitMask', mask, parts });
  }

  /** A mask left over gets a phrase or a name. */
  async give(mask: number): Promise<void> {
    const record = this.#host.record();
    if (record === undefined) return;
    const to = await this.#host.askName(`What does mask ${mask + 1} show?`, record);
    if (to !== undefined) await this.#host.shape({ kind: 'giveMask', mask, to });
  }

  /** Asks what goes with the phrase, and deletes it. */
  remove(phrase: number): void {
    const record = this.#host.record();
    const part = record === undefined ? undefined : partOf(record, phrase);
    if (part === undefined) return;
    const words = checkbox('remove-words', 'Remove its words from the text', true);
    const mask = checkbox('remove-mask', 'Remove its mask', true);
    mask.hidden = part.mask === undefined;
    openDialog(this.#host.root, {
      id: 'delete-phrase',
      title: `Delete “${part.text.trim()}”`,
      focus: words,
      body: [element('div', { class: 'form-lines' }, words, mask)],
      actions: [
        {
          id: 'delete-confirm',
          icon: 'trash',
          text: 'Delete phrase',
          primary: true,
          run: () => {
            void this.#host.shape({
              kind: 'removePhrase',
              phrase,
              words: words.checked ? 'remove' : 'keep',
              mask: mask.checked ? 'remove' : 'keep',
            });
            return undefined;
          },
        },
      ],
    });
  }
}

/** A mask of more parts is one of specks, and each part would become a phrase. */
const mostParts = 64;

function drawnOf(mask: RunLengthMask): DrawnMask {
  return { size: [mask.height, mask.width], counts: encodeCounts(mask.counts) };
}

function partOf(record: ShownRecord, phrase: number): PhrasePart | undefined {
  return phrasesOf(record).find((part) => part.phrase === phrase);
}

function item(label: string, action: PageAction | undefined, run: () => void): MenuEntry {
  const key = action === undefined ? undefined : ACTIONS[action].keys[0];
  return key === undefined ? { label, run } : { label, run, hint: readableKey(key) };
}
