/** The page's life: messages in, events out, and the parts that answer them. */
import { type Messaging, messagingOver } from './messaging.ts';
import { act } from './page/acts.ts';
import { showQueue, spokenDraft } from './page/bars.ts';
import { draftWays } from './page/draftWays.ts';
import { Editing } from './page/editing.ts';
import { reportFocus } from './page/focusReport.ts';
import { openHelpSheet } from './page/helpSheet.ts';
import { reportHover } from './page/hoverReport.ts';
import { keepFocus } from './page/keepFocus.ts';
import { listenToKeys } from './page/keys.ts';
import { listenToLists } from './page/lists.ts';
import { Menu } from './page/menu.ts';
import { PageView } from './page/pageView.ts';
import type { RecordPlace } from './page/purpose.ts';
import { selectedWords } from './page/selectedWords.ts';
import { buildSkeleton, type Skeleton } from './page/skeleton.ts';
import { listenToWidgets } from './page/widgetEvents.ts';
import type { FromPreview, PageAction, ShownDraft, ShownPlace, ToPreview } from './protocol.ts';
import { phraseOf, type Target } from './target.ts';
import type { PreviewApi } from './vscodeApi.ts';
import { whenLoaded } from './whenLoaded.ts';
import { setDisabled } from './widgets.ts';

/** Builds the page in `root` and asks `api` for a record. Returns what takes the page's listeners away again. */
export function mountPreview(root: HTMLElement, api: PreviewApi): () => void {
  const page = new PreviewPage(root, api);
  return () => page.dispose();
}

class PreviewPage {
  readonly #root: HTMLElement;
  readonly #nodes: Skeleton;
  readonly #messaging: Messaging;
  readonly #view: PageView;
  readonly #menu: Menu;
  readonly #editing: Editing;
  readonly #listening = new AbortController();
  readonly #reportFocus: () => void;
  readonly #reportHover: (phrase: number | undefined) => void;
  #file: RecordPlace | undefined;
  #draft: ShownDraft | undefined;

  constructor(root: HTMLElement, api: PreviewApi) {
    this.#root = root;
    this.#messaging = messagingOver(api);
    this.#nodes = buildSkeleton(root);
    this.#menu = new Menu(root);
    this.#editing = this.#makeEditing();
    const { signal } = this.#listening;
    this.#reportHover = reportHover(signal, (message) => this.#tell(message));
    this.#view = new PageView(root, this.#nodes, api, this.#editing.drawing, {
      pick: (mask) => this.#choose(this.#view.targetOfMask(mask), mask),
      // A draft's phrases have no place in the text.
      hovered: (target) => this.#reportHover(this.#draft === undefined ? phraseOf(target) : undefined),
      open: (mask) => mask !== undefined && this.#editing.draw({ kind: 'edit', mask }, false),
      menu: (mask, x, y) => this.#openPictureMenu(mask, x, y),
      imageFailed: () => this.#tell({ type: 'imageFailed' }),
    });
    keepFocus(root, this.#nodes.canvas, signal);
    this.#reportFocus = reportFocus(
      root,
      signal,
      () => this.#editing.work.inSight !== undefined,
      (focus) => this.#tell(focus),
    );
    this.#listen(signal);
    this.#messaging.receive((message) => {
      if (!signal.aborted) this.#receive(message);
    });
    whenLoaded(() => this.#tell({ type: 'ready' }));
    this.#editing.show();
  }

  dispose(): void {
    this.#editing.dispose();
    this.#listening.abort();
    this.#menu.dispose();
    this.#view.dispose();
  }

  #makeEditing(): Editing {
    return new Editing({
      root: this.#root,
      nodes: this.#nodes,
      menu: this.#menu,
      view: () => this.#view,
      file: () => this.#file,
      editablePlace: () => this.#editablePlace,
      replace: (record) => {
        if (this.#file === undefined) return;
        this.#file = { ...this.#file, record };
        this.#present();
      },
      send: (message) => this.#messaging.send(message),
      tell: (message) => this.#tell(message),
      hide: (mask) => this.#hide(mask),
      only: (mask) => this.#only(mask),
      announce: (sentence) => this.#announce(sentence),
      problem: (sentence) => this.#problem(sentence),
      inWorkChanged: () => this.#reportFocus?.(),
    });
  }

  #listen(signal: AbortSignal): void {
    const view = this.#view;
    listenToKeys(this.#nodes, signal, {
      choose: (node) => this.#choose(node === undefined ? view.hovered : view.targetOfNode(node)),
      step: (by) => this.#step(by),
      leave: () => this.#leave(),
      menu: (node) => this.#openMenuAt(node),
      drawing: (event) => this.#editing.work.inSight !== undefined && this.#editing.drawing.key(event),
      hold: (held) => {
        view.picture.panning = held;
      },
      panned: () => view.picture.panned,
    });
    listenToLists(this.#nodes, signal, {
      choose: (node) => this.#choose(view.targetOfNode(node), maskOf(node)),
      hover: (node) => view.hover(node === undefined ? undefined : view.targetOfNode(node)),
      open: (node) => this.#editing.editTarget(view.targetOfNode(node), maskOf(node)),
      menu: (node) => this.#openMenuAt(node),
      eye: (mask, alone) => (alone ? this.#only(mask) : this.#hide(mask)),
      move: (phrase, to) => void this.#editing.phrases.moveTo(phrase, to),
      phraseOf: (node) => phraseOf(view.targetOfNode(node)),
    });
    listenToWidgets(this.#nodes, signal, {
      tell: (message) => this.#tell(message),
      act: (action) => this.#act(action),
      decide: (type) => this.#decide(type),
      opacity: (opacity) => {
        view.opacity = opacity;
      },
      ownOpacity: (opacity) => {
        view.ownOpacity = opacity;
      },
      brush: (radius) => {
        this.#editing.drawing.brushRadius = radius;
      },
      plainGround: () => view.toggle('plainGround'),
      saveWaiting: () => void this.#editing.work.save(),
      discardWaiting: () => this.#editing.work.cancel(),
      dismiss: () => this.#problem(undefined),
      draftWays: (button) => this.#openDraftWays(button),
    });
    document.addEventListener('selectionchange', () => this.#showWordsBar(), { signal });
    window.addEventListener('pagehide', () => this.#editing.keep(), { signal });
  }

  #receive(message: ToPreview): void {
    switch (message.type) {
      case 'show': {
        const kept = this.#file === undefined ? this.#view.storedWork : undefined;
        this.#file = { record: message.record, place: message.place };
        if (kept !== undefined && message.place.editable) this.#editing.work.restore(kept, this.#file);
        if (this.#draft === undefined) this.#present();
        break;
      }
      case 'empty':
        this.#file = undefined;
        // A draft for a file without records waits all the same.
        if (this.#draft === undefined) this.#view.presentNothing(message.message);
        this.#editing.work.follow(undefined);
        break;
      case 'highlight':
        // The phrases of a draft are not those of the file.
        if (this.#draft === undefined)
          this.#view.light(message.phrase === undefined ? undefined : { phrase: message.phrase });
        break;
      case 'draft':
        this.#draft = message.draft;
        this.#present();
        this.#announce(spokenDraft(message.draft));
        break;
      case 'draftClosed':
        if (this.#draft === undefined) break;
        this.#draft = undefined;
        if (this.#file === undefined) this.#view.presentNothing('Put the cursor in a record to see its picture.');
        else this.#present();
        break;
      case 'queue':
        showQueue(this.#nodes, message.queue);
        break;
      case 'act':
        this.#act(message.action);
        break;
      case 'drawWords':
        // It comes right behind the record, whose photograph may still be on its way.
        void this.#view
          .settled()
          .then(() => this.#editing.draw({ kind: 'words', words: message.words, text: message.text }, true));
        break;
    }
  }

  /** Shows the draft that waits, or the file's record. */
  #present(): void {
    const record = this.#draft?.record ?? this.#file?.record;
    if (record === undefined) return;
    this.#view.present({ record, place: this.#file?.place, draft: this.#draft });
    this.#editing.work.follow(this.#draft === undefined ? this.#file : undefined);
    this.#editing.show();
    this.#showWordsBar();
  }

  /** What may be done to the shown record, or nothing where it is a draft or cannot be changed. */
  get #editablePlace(): ShownPlace | undefined {
    return this.#draft === undefined && this.#file?.place.editable === true ? this.#file.place : undefined;
  }

  #tell(message: FromPreview): void {
    void this.#messaging.send(message).then((answer) => {
      if (!answer.ok && message.type !== 'focus' && message.type !== 'ready') this.#problem(answer.message);
    });
  }

  /** What a command speaks of: the phrase or mask that has the keyboard's focus, else what is chosen. */
  #meant(): { readonly active: Target | undefined; readonly activeMask: number | undefined } {
    const { masks, caption } = this.#nodes;
    const view = this.#view;
    const focused = document.activeElement;
    const target = masks.contains(focused) || caption.contains(focused) ? view.targetOfNode(focused) : undefined;
    if (target === undefined) return { active: view.active, activeMask: view.activeMask };
    return { active: target, activeMask: maskOf(focused) ?? [...view.masksOf(target)][0] };
  }

  #act(action: PageAction): void {
    const view = this.#view;
    const { active, activeMask } = this.#meant();
    const phrase = phraseOf(active);
    const inWork = this.#editing.work.inSight !== undefined;
    act(action, {
      tool: (tool) => this.#editing.chooseTool(tool),
      drawing: (asked) => {
        if (inWork) this.#editing.drawing.act(asked);
        else this.#announce('No mask is in work: press E to edit the chosen one, or N for a new one.');
      },
      save: () => void this.#editing.work.save(),
      cancel: () => this.#editing.work.cancel(),
      undo: () => this.#editing.undo('undo'),
      redo: () => this.#editing.undo('redo'),
      subtract: () => this.#editing.openSubtract(),
      splitParts: () => {
        if (inWork) void this.#editing.work.split();
        else if (activeMask !== undefined) void this.#editing.phrases.split(activeMask);
      },
      merge: () => phrase !== undefined && void this.#editing.phrases.merge(phrase),
      newMask: () => this.#editing.draw({ kind: 'new' }, true),
      editMask: () => {
        if (active === undefined) this.#announce('Choose a mask or a phrase first, then edit it.');
        else this.#editing.editTarget(active, activeMask);
      },
      removeMask: () => {
        if (active !== undefined && 'mask' in active)
          void this.#editing.shapeHere({ kind: 'removeMask', mask: active.mask });
        else this.#announce('Choose a mask that no phrase owns first; a phrase is deleted with Del.');
      },
      hideMask: () => activeMask !== undefined && this.#hide(activeMask),
      drawPhrase: () => this.#drawSelection(),
      movePhrase: (by) => phrase !== undefined && void this.#moveChosen(phrase, by),
      removePhrase: () => {
        if (this.#editablePlace !== undefined && phrase !== undefined) this.#editing.phrases.remove(phrase);
      },
      zoom: (factor) => view.picture.zoomBy(factor),
      fit: () => view.picture.showWhole(),
      pixels: () => view.picture.showPixels(),
      toggle: (name) => {
        const on = view.toggle(name);
        this.#announce(`${switchNames[name]} ${on ? 'on' : 'off'}.`);
      },
      compare: () => {
        if (view.toggleComparison() === undefined)
          this.#announce('Only a draft of a record with an answer is compared.');
      },
      step: (by) => {
        const target = view.targetAfter(by);
        if (target !== undefined) this.#choose(target);
      },
      help: () => openHelpSheet(this.#root, () => this.#tell({ type: 'openKeys' })),
    });
  }

  async #moveChosen(phrase: number, by: 1 | -1): Promise<void> {
    // The light stays with the words, and so goes where they go.
    if (await this.#editing.phrases.move(phrase, by)) this.#view.light({ phrase: phrase + by });
  }

  /** Escape: with nothing drawn it lets go at once, else it asks. */
  #leave(): void {
    if (this.#editing.work.inSight === undefined) this.#choose(undefined);
    else if (this.#editing.work.isUnsaved)
      this.#announce('The mask in work is not saved. F saves it, Shift+Escape lets it go.');
    else this.#editing.work.cancel();
  }

  /** The user's choice: lit up, said, and sent to the text. A draft's phrases have no place in the text. */
  #choose(target: Target | undefined, mask?: number): void {
    this.#view.light(target, mask);
    if (target === undefined) return;
    this.#announce(this.#view.spoken(target));
    if ('phrase' in target && this.#draft === undefined) this.#tell({ type: 'select', phrase: target.phrase });
  }

  #step(by: 1 | -1): void {
    const target = this.#view.targetAfter(by);
    if (target === undefined) return;
    this.#view.hover(target);
    this.#announce(this.#view.spoken(target));
  }

  #hide(mask: number): void {
    this.#announce(`Mask ${mask + 1} ${this.#view.toggleHidden(mask) ? 'hidden' : 'shown'}.`);
  }

  #only(mask: number): void {
    this.#announce(this.#view.showOnly(mask) ? `Only mask ${mask + 1} is shown.` : 'All masks are shown.');
  }

  #decide(type: 'acceptDraft' | 'rejectDraft' | 'editDraft'): void {
    const { accept, edit, reject } = this.#nodes.draft;
    const setAll = (disabled: boolean): void => {
      for (const node of [accept, edit, reject]) setDisabled(node, disabled);
    };
    setAll(true);
    void this.#messaging.send({ type }).then((answer) => {
      if (answer.ok) return;
      setAll(false);
      this.#problem(answer.message);
    });
  }

  #openMenuAt(node: HTMLElement): void {
    const onPicture = node === this.#nodes.canvas;
    const row = node.closest<HTMLElement>('[data-mask], [data-phrase]');
    const target = onPicture ? (this.#view.hovered ?? this.#view.active) : this.#view.targetOfNode(row);
    if (target === undefined) return;
    const mask = onPicture ? this.#view.activeMask : maskOf(row);
    const { left, bottom, right, top, width, height } = node.getBoundingClientRect();
    const at = onPicture
      ? { x: left + width / 3, y: top + height / 3 }
      : { x: node.dataset.button === undefined ? left + 24 : right, y: bottom };
    this.#openMenu(target, mask, at, document.activeElement instanceof HTMLElement ? document.activeElement : node);
  }

  #openPictureMenu(mask: number | undefined, x: number, y: number): void {
    const target = this.#view.targetOfMask(mask);
    if (target === undefined) return;
    this.#choose(target, mask);
    const { left, top } = this.#nodes.canvas.getBoundingClientRect();
    this.#openMenu(target, mask, { x: left + x, y: top + y }, this.#nodes.canvas);
  }

  #openMenu(
    target: Target,
    mask: number | undefined,
    at: { readonly x: number; readonly y: number },
    back: HTMLElement,
  ): void {
    this.#menu.open(this.#view.spoken(target), this.#editing.phrases.menu(target, mask), at, back);
  }

  #openDraftWays(button: HTMLElement): void {
    const { left, bottom } = button.getBoundingClientRect();
    const entries = draftWays(this.#root, (message) => this.#tell(message));
    this.#menu.open('Ways to ask for drafts', entries, { x: left, y: bottom }, this.#nodes.header.draft);
  }

  #drawSelection(): void {
    const selected = selectedWords(this.#nodes.caption, window.getSelection());
    if (selected !== undefined) {
      window.getSelection()?.removeAllRanges();
      this.#editing.draw({ kind: 'words', ...selected }, true);
    } else if (this.#view.active !== undefined) this.#editing.editTarget(this.#view.active, this.#view.activeMask);
    else this.#announce('Select words of the answer first, and then draw their mask.');
  }

  /** A button under the selected words. */
  #showWordsBar(): void {
    const { words, caption, captions } = this.#nodes;
    const selection = window.getSelection();
    const can = this.#editablePlace !== undefined && this.#editing.work.inSight === undefined;
    const selected = can ? selectedWords(caption, selection) : undefined;
    words.hidden = selected === undefined;
    if (selected === undefined || selection === null) return;
    const end = selection.getRangeAt(0).getBoundingClientRect();
    const around = captions.getBoundingClientRect();
    words.style.left = `${Math.max(0, Math.min(end.left - around.left, around.width - words.offsetWidth))}px`;
    words.style.top = `${end.bottom - around.top + 4}px`;
  }

  #problem(sentence: string | undefined): void {
    this.#nodes.notices.problem.hidden = sentence === undefined;
    this.#nodes.notices.problemText.textContent = sentence ?? '';
  }

  #announce(sentence: string): void {
    this.#nodes.announcer.textContent = sentence;
  }
}

/** The mask of a list's row. */
function maskOf(node: EventTarget | null | undefined): number | undefined {
  const row = node instanceof Element ? node.closest<HTMLElement>('[data-mask]') : null;
  return row === null ? undefined : Number(row.dataset.mask);
}

const switchNames = {
  split: 'Picture beside the masks',
  outlines: 'Outlines',
  numbers: 'Numbers',
  labels: 'Words at the masks',
  patterns: 'Patterns',
  legend: 'Legend',
  hideOthers: 'Hiding of the other masks',
} as const;
