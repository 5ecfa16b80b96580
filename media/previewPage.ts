/** The page's life: messages in, events out, and one shown record between them. */
import { renderCaption } from './captionView.ts';
import { showDraftBar, showHeader, showNegatives } from './headerView.ts';
import { listenToKeys } from './keys.ts';
import { renderMaskList } from './maskListView.ts';
import { type PageState, readState } from './pageState.ts';
import { Picture } from './picture.ts';
import { focusedPlace, markPlaces, targetOfNode } from './places.ts';
import type { ShownDraft, ShownRecord, ToPreview } from './protocol.ts';
import { buildSkeleton, type Skeleton } from './skeleton.ts';
import { loadPhotograph, MaskLayers, type Photograph, type StageMasks, showPhotograph } from './stageContent.ts';
import { allTargets, masksOf, phraseOf, sameTarget, type Target, targetOfMask } from './target.ts';
import { wholePicture } from './viewport.ts';
import type { PreviewApi } from './vscodeApi.ts';
import { announceMask, announcePhrase, areaShare, count, missingPhotograph } from './wording.ts';

/** Builds the page in `root` and asks `api` for a record. Returns what takes the page's listeners away again. */
export function mountPreview(root: HTMLElement, api: PreviewApi): () => void {
  const page = new PreviewPage(root, api);
  return () => page.dispose();
}

class PreviewPage {
  readonly #root: HTMLElement;
  readonly #api: PreviewApi;
  readonly #nodes: Skeleton;
  readonly #picture: Picture;
  readonly #layers = new MaskLayers();
  readonly #listening = new AbortController();
  readonly #theme: MutationObserver;
  readonly #column: ResizeObserver;
  #state: PageState;
  #record: ShownRecord | undefined;
  #draft: ShownDraft | undefined;
  #active: Target | undefined;
  #hovered: Target | undefined;
  /** The photograph on the stage, and the address that it came from. */
  #photograph: { readonly source: string; readonly loaded: Photograph | undefined } | undefined;
  #loading: string | undefined;

  constructor(root: HTMLElement, api: PreviewApi) {
    this.#root = root;
    this.#api = api;
    this.#state = readState(api.getState());
    this.#nodes = buildSkeleton(root);
    this.#picture = new Picture(this.#nodes.canvas, {
      hover: (mask, x, y) => this.#hoverPicture(mask, x, y),
      pick: (mask) => this.#choose(this.#targetOfMask(mask)),
      viewChanged: (view) => {
        this.#nodes.tools.zoomLevel.textContent = view.zoom === 1 ? 'Fit' : `${view.zoom.toFixed(1)}×`;
        this.#nodes.canvas.classList.toggle('is-zoomed', view.zoom > 1);
        this.#remember({ view });
      },
      painted: () => {
        if (this.#loading === undefined) root.dataset.ready = 'true';
      },
    });
    this.#theme = new MutationObserver(() => this.#picture.repaint());
    this.#theme.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.#column = new ResizeObserver(([column]) => {
      root.style.setProperty('--picture-height', `${column?.borderBoxSize[0]?.blockSize ?? 0}px`);
    });
    this.#column.observe(this.#nodes.pictureColumn);
    this.#picture.view = this.#state.view;
    root.dataset.ready = 'false';
    root.dataset.activePhrase = '';
    this.#applyLook();
    this.#listen();
    api.postMessage({ type: 'ready' });
  }

  dispose(): void {
    this.#listening.abort();
    this.#theme.disconnect();
    this.#column.disconnect();
    this.#picture.dispose();
  }

  #listen(): void {
    const { signal } = this.#listening;
    const { tools, header, draft, caption, masks } = this.#nodes;
    window.addEventListener('message', (event) => this.#receive(event.data as ToPreview), { signal });
    const onClick = (button: HTMLElement, action: () => void): void =>
      button.addEventListener('click', action, { signal });
    onClick(header.draft, () => this.#api.postMessage({ type: 'requestDraft' }));
    onClick(draft.accept, () => this.#decide('acceptDraft'));
    onClick(draft.reject, () => this.#decide('rejectDraft'));
    onClick(tools.outlines, () => this.#remember({ outlines: !this.#state.outlines }));
    onClick(tools.numbers, () => this.#remember({ numbers: !this.#state.numbers }));
    onClick(tools.zoomIn, () => this.#picture.zoomBy(1.5));
    onClick(tools.zoomOut, () => this.#picture.zoomBy(1 / 1.5));
    onClick(tools.reset, () => this.#showWhole());
    tools.opacity.addEventListener('input', () => this.#remember({ opacity: tools.opacity.valueAsNumber / 100 }), {
      signal,
    });
    for (const list of [caption, masks]) {
      list.addEventListener('click', (event) => this.#choose(this.#targetOfNode(event.target)), { signal });
      list.addEventListener('pointerover', (event) => this.#hover(this.#targetOfNode(event.target)), { signal });
      list.addEventListener('pointerleave', () => this.#hover(undefined), { signal });
      list.addEventListener('focusin', (event) => this.#hover(this.#targetOfNode(event.target)), { signal });
      list.addEventListener('focusout', () => this.#hover(undefined), { signal });
    }
    listenToKeys(this.#nodes, signal, {
      choose: (node) => this.#choose(node === undefined ? this.#hovered : this.#targetOfNode(node)),
      step: (by) => this.#step(by),
      clear: () => this.#choose(undefined),
      zoom: (factor) => this.#picture.zoomBy(factor),
      showWhole: () => this.#showWhole(),
    });
  }

  #receive(message: ToPreview): void {
    switch (message?.type) {
      case 'show':
        this.#record = message.record;
        if (this.#draft === undefined) this.#present(message.record);
        break;
      case 'empty':
        this.#record = undefined;
        this.#draft = undefined;
        this.#presentNothing(message.message);
        break;
      case 'highlight':
        // The phrases of a draft are not those of the file.
        if (this.#draft === undefined)
          this.#light(message.phrase === undefined ? undefined : { phrase: message.phrase });
        break;
      case 'draft':
        this.#draft = message.draft;
        this.#active = undefined;
        this.#present(message.draft.record);
        this.#announce(`Draft by ${message.draft.model}. Nothing is in the file yet.`);
        break;
      case 'draftClosed':
        if (this.#draft === undefined) break;
        this.#draft = undefined;
        this.#active = undefined;
        if (this.#record === undefined) this.#presentNothing('Put the cursor in a record to see its picture.');
        else this.#present(this.#record);
        break;
    }
  }

  #decide(type: 'acceptDraft' | 'rejectDraft'): void {
    this.#nodes.draft.accept.disabled = true;
    this.#nodes.draft.reject.disabled = true;
    this.#api.postMessage({ type });
  }

  get #shown(): ShownRecord | undefined {
    return this.#draft?.record ?? this.#record;
  }

  #presentNothing(message: string): void {
    this.#nodes.filled.hidden = true;
    this.#nodes.empty.hidden = false;
    this.#nodes.emptyMessage.textContent = message;
    this.#picture.content = undefined;
    this.#loading = undefined;
    this.#root.dataset.ready = 'false';
    this.#active = undefined;
    this.#root.dataset.activePhrase = '';
  }

  #present(record: ShownRecord): void {
    const nodes = this.#nodes;
    const focused = focusedPlace(nodes);
    nodes.filled.hidden = false;
    nodes.empty.hidden = true;
    this.#root.dataset.ready = 'false';
    showHeader(nodes, record);
    showDraftBar(nodes, this.#draft);
    showNegatives(nodes, record);
    const masks = this.#layers.read(record);
    nodes.caption.replaceChildren(...renderCaption(record));
    nodes.masks.replaceChildren(...renderMaskList(record, masks.problems));
    nodes.maskCount.textContent = record.masks.length === 0 ? 'No masks' : count(record.masks.length, 'mask');
    nodes.masks.hidden = record.masks.length === 0;
    nodes.canvas.setAttribute(
      'aria-label',
      `${record.image} with ${count(masks.layers.length, 'mask')}. Arrow keys go through the phrases, Enter selects, plus and minus zoom.`,
    );
    if (record.id !== this.#state.recordId) {
      this.#remember({ recordId: record.id });
      this.#active = undefined;
      this.#picture.view = wholePicture;
    } else if (this.#active === undefined && this.#draft === undefined && this.#state.phrase !== undefined) {
      this.#active = { phrase: this.#state.phrase };
    }
    this.#hovered = undefined;
    this.#light(allTargets(record).find((target) => sameTarget(target, this.#active)));
    if (focused !== undefined) this.#root.querySelector<HTMLElement>(focused)?.focus();
    void this.#showPhotograph(record, masks);
  }

  async #showPhotograph(record: ShownRecord, masks: StageMasks): Promise<void> {
    const source = record.imageSource;
    this.#loading = source;
    if (source !== undefined && this.#photograph?.source !== source) {
      // What is still to be seen belongs to the record before: it can no longer be picked.
      this.#picture.content = undefined;
      const loaded = await loadPhotograph(this.#nodes.photographs, source);
      // Another record came meanwhile, and its own call goes on.
      if (this.#shown !== record) {
        loaded?.picture.remove();
        return;
      }
      this.#photograph = { source, loaded };
      if (loaded === undefined) this.#api.postMessage({ type: 'imageFailed' });
    }
    this.#loading = undefined;
    const photograph = source === undefined ? undefined : this.#photograph?.loaded;
    const size = photograph?.size ?? masks.size;
    const { stage, photographs, pictureNote } = this.#nodes;
    showPhotograph(photographs, photograph);
    stage.style.setProperty('--aspect', String(size.width / size.height));
    pictureNote.hidden = photograph !== undefined;
    pictureNote.textContent =
      photograph === undefined ? missingPhotograph(record.image, source === undefined ? 'absent' : 'failed') : '';
    this.#picture.content = { photograph: photograph?.picture, size, layers: masks.layers };
  }

  #targetOfMask(mask: number | undefined): Target | undefined {
    return mask === undefined || this.#shown === undefined ? undefined : targetOfMask(this.#shown, mask);
  }

  #targetOfNode(node: EventTarget | null): Target | undefined {
    return this.#shown === undefined ? undefined : targetOfNode(this.#shown, node);
  }

  /** The user's choice: lit up, said, and sent to the text. A draft's phrases have no place in the text. */
  #choose(target: Target | undefined): void {
    const record = this.#shown;
    if (record === undefined) return;
    this.#light(target);
    if (target === undefined) return;
    this.#announce(spoken(record, target));
    if ('phrase' in target && this.#draft === undefined)
      this.#api.postMessage({ type: 'select', phrase: target.phrase });
  }

  #step(by: 1 | -1): void {
    const record = this.#shown;
    if (record === undefined) return;
    const targets = allTargets(record);
    const from = targets.findIndex((target) => sameTarget(target, this.#hovered ?? this.#active));
    const to = from < 0 ? (by > 0 ? 0 : targets.length - 1) : (from + by + targets.length) % targets.length;
    const target = targets[to];
    if (target === undefined) return;
    this.#hover(target);
    this.#announce(spoken(record, target));
  }

  #light(target: Target | undefined): void {
    this.#active = target;
    const phrase = phraseOf(target);
    this.#root.dataset.activePhrase = phrase === undefined ? '' : String(phrase);
    if (this.#draft === undefined) this.#remember({ phrase });
    this.#refreshLight();
    this.#nodes.caption.querySelector('.is-active')?.scrollIntoView({ block: 'nearest' });
    const record = this.#shown;
    const [mask] = record === undefined ? [] : masksOf(record, target);
    if (mask !== undefined) this.#picture.reveal(mask);
  }

  #hover(target: Target | undefined): void {
    if (sameTarget(target, this.#hovered)) return;
    this.#hovered = target;
    this.#refreshLight();
  }

  #refreshLight(): void {
    const record = this.#shown;
    if (record === undefined) return;
    markPlaces(this.#nodes, record, this.#active, this.#hovered);
    this.#picture.light = { active: masksOf(record, this.#active), hovered: masksOf(record, this.#hovered) };
  }

  #hoverPicture(mask: number | undefined, x: number, y: number): void {
    const label = this.#nodes.hoverLabel;
    this.#hover(this.#targetOfMask(mask));
    const shown = mask === undefined ? undefined : this.#shown?.masks[mask];
    label.hidden = shown === undefined;
    this.#nodes.canvas.classList.toggle('is-over-mask', shown !== undefined);
    if (shown === undefined) return;
    label.textContent = `${shown.label} · ${areaShare(shown)}`;
    const { width, height } = this.#nodes.canvas.getBoundingClientRect();
    label.style.left = `${Math.max(4, Math.min(x + 14, width - label.offsetWidth - 4))}px`;
    label.style.top = `${Math.max(4, y + 34 + label.offsetHeight > height ? y - label.offsetHeight - 8 : y + 20)}px`;
  }

  #showWhole(): void {
    this.#picture.view = wholePicture;
  }

  #announce(sentence: string): void {
    this.#nodes.announcer.textContent = sentence;
  }

  #remember(change: Partial<PageState>): void {
    this.#state = { ...this.#state, ...change };
    this.#api.setState(this.#state);
    this.#applyLook();
  }

  #applyLook(): void {
    const { opacity, outlines, numbers } = this.#state;
    const { tools } = this.#nodes;
    tools.opacity.value = String(Math.round(opacity * 100));
    tools.outlines.setAttribute('aria-pressed', String(outlines));
    tools.numbers.setAttribute('aria-pressed', String(numbers));
    this.#picture.look = { opacity, outlines, numbers };
  }
}

function spoken(record: ShownRecord, target: Target): string {
  return 'phrase' in target ? announcePhrase(record, target.phrase) : announceMask(record, target.mask);
}
