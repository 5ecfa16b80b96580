/** What the page shows: a record, what is lit of it, and the look that the user chose. Sends nothing. */
import { maskColor } from '../../core/masks/palette.ts';
import type { RunLengthMask } from '../../core/masks/runLengthMask.ts';
import { renderCaption } from '../captionView.ts';
import type { MaskDrawing } from '../drawing/contract.ts';
import { element } from '../element.ts';
import { renderMaskList } from '../maskListView.ts';
import { type PageState, readState, type Switches } from '../pageState.ts';
import { Picture, type PictureLook } from '../picture.ts';
import { focusedPlace, markPlaces, targetOfNode } from '../places.ts';
import type { ShownDraft, ShownPlace, ShownRecord } from '../protocol.ts';
import { MaskLayers, PhotographHolder, type StageMasks, showPhotograph } from '../stageContent.ts';
import { patternSwatches, swatch, tint } from '../swatch.ts';
import { allTargets, masksOf, phraseOf, sameTarget, type Target, targetOfMask } from '../target.ts';
import { type Size, wholePicture } from '../viewport.ts';
import type { PageApi } from '../vscodeApi.ts';
import { announceMask, announcePhrase, areaShare, count, missingPhotograph, phrasesOf } from '../wording.ts';
import { showDraftBar, showHeader, showNegatives } from './bars.ts';
import { showComparison } from './comparison.ts';
import type { Skeleton } from './skeleton.ts';
import type { StoredWork } from './storedWork.ts';

export interface ViewEvents {
  /** A mask was picked on the picture, or the ground beside all. */
  pick(mask: number | undefined): void;
  /** The pointer or the keys went to a phrase or mask, or away from all. */
  hovered(target: Target | undefined): void;
  open(mask: number | undefined): void;
  menu(mask: number | undefined, x: number, y: number): void;
  imageFailed(): void;
}

/** A record with all that belongs to it on the page. */
export interface Presented {
  readonly record: ShownRecord;
  readonly place: ShownPlace | undefined;
  /** The draft that `record` is, where it is one. */
  readonly draft: ShownDraft | undefined;
}

export class PageView {
  readonly nodes: Skeleton;
  readonly picture: Picture;
  readonly #root: HTMLElement;
  readonly #api: PageApi<unknown>;
  readonly #events: ViewEvents;
  readonly #layers = new MaskLayers();
  readonly #currentLayers = new MaskLayers();
  readonly #photographs: PhotographHolder;
  readonly #theme: MutationObserver;
  readonly #column: ResizeObserver;
  #state: PageState;
  #shown: Presented | undefined;
  #masks: StageMasks | undefined;
  #size: Size | undefined;
  #showing: Promise<void> = Promise.resolve();
  #active: Target | undefined;
  /** Of the active target's masks the one that was picked. */
  #picked: number | undefined;
  #hovered: Target | undefined;
  #hidden = new Set<number>();
  #opacities = new Map<number, number>();
  #comparing = true;
  #loading: string | undefined;

  constructor(root: HTMLElement, nodes: Skeleton, api: PageApi<unknown>, drawing: MaskDrawing, events: ViewEvents) {
    this.#root = root;
    this.#api = api;
    this.#events = events;
    this.#state = readState(api.getState());
    this.nodes = nodes;
    this.#photographs = new PhotographHolder(nodes.photographs);
    this.picture = new Picture(nodes.canvas, [nodes.bare], drawing, this.#look(), {
      hover: (mask, x, y) => this.#hoverPicture(mask, x, y),
      pick: (mask) => events.pick(mask),
      open: (mask) => events.open(mask),
      menu: (mask, x, y) => events.menu(mask, x, y),
      viewChanged: (view, scale) => {
        const percent = scale === undefined ? '' : `${Math.round(scale * 100)} %`;
        const level = view.zoom === 1 ? 'Fit' : percent;
        // What is written again is laid out again, also where it is the same.
        if (nodes.view.zoomLevel.textContent !== level) nodes.view.zoomLevel.textContent = level;
        nodes.canvas.classList.toggle('is-zoomed', view.zoom > 1);
        if (view !== this.#state.view) this.#remember({ view });
      },
      painted: () => {
        if (this.#loading === undefined) root.dataset.ready = 'true';
      },
    });
    this.#theme = new MutationObserver(() => this.picture.themeChanged());
    this.#theme.observe(document.body, { attributes: true, attributeFilter: ['class'] });
    this.#column = new ResizeObserver(([column]) => {
      root.style.setProperty('--picture-height', `${column?.borderBoxSize[0]?.blockSize ?? 0}px`);
    });
    this.#column.observe(nodes.pictureColumn);
    this.picture.view = this.#state.view;
    root.dataset.ready = 'false';
    root.dataset.activePhrase = '';
    this.#showLook();
  }

  dispose(): void {
    this.#theme.disconnect();
    this.#column.disconnect();
    this.picture.dispose();
  }

  get shown(): Presented | undefined {
    return this.#shown;
  }

  /** Resolves when the photograph of what is shown is there, or known to be missing, and so the size to draw at. */
  async settled(): Promise<void> {
    for (let last: Promise<void> | undefined; last !== this.#showing; ) {
      last = this.#showing;
      await last;
    }
  }

  /** Pixels of the picture on the stage; of the masks where there is no photograph. */
  get size(): Size | undefined {
    return this.#size;
  }

  get active(): Target | undefined {
    return this.#active;
  }

  /** The mask that the user means: the one picked, else the first of what is active. */
  get activeMask(): number | undefined {
    const masks = this.masksOf(this.#active);
    return this.#picked !== undefined && masks.has(this.#picked) ? this.#picked : [...masks][0];
  }

  get hovered(): Target | undefined {
    return this.#hovered;
  }

  masksOf(target: Target | undefined): ReadonlySet<number> {
    return this.#shown === undefined ? new Set() : masksOf(this.#shown.record, target);
  }

  isHidden(mask: number): boolean {
    return this.#hidden.has(mask);
  }

  targetOfMask(mask: number | undefined): Target | undefined {
    return mask === undefined || this.#shown === undefined ? undefined : targetOfMask(this.#shown.record, mask);
  }

  targetOfNode(node: EventTarget | null): Target | undefined {
    return this.#shown === undefined ? undefined : targetOfNode(this.#shown.record, node);
  }

  runsOf(mask: number): RunLengthMask | undefined {
    return this.#masks?.layers.find((layer) => layer.mask.index === mask)?.mask.runs;
  }

  /** What a screen reader says of it. */
  spoken(target: Target): string {
    const record = this.#shown?.record;
    if (record === undefined) return '';
    return 'phrase' in target ? announcePhrase(record, target.phrase) : announceMask(record, target.mask);
  }

  presentNothing(message: string): void {
    this.nodes.filled.hidden = true;
    this.nodes.empty.hidden = false;
    this.nodes.emptyMessage.textContent = message;
    this.picture.content = undefined;
    this.#shown = undefined;
    this.#loading = undefined;
    this.#root.dataset.ready = 'false';
    this.#active = undefined;
    this.#root.dataset.activePhrase = '';
  }

  present(presented: Presented): void {
    const { nodes } = this;
    const { record, place, draft } = presented;
    const focused = focusedPlace(nodes);
    if (draft !== this.#shown?.draft) this.#active = undefined;
    this.#shown = presented;
    nodes.filled.hidden = false;
    nodes.empty.hidden = true;
    this.#root.dataset.ready = 'false';
    showHeader(nodes, record, place);
    showDraftBar(nodes, draft);
    showNegatives(nodes, record);
    const masks = this.#layers.read(record);
    this.#masks = masks;
    this.#forgetOther(record);
    this.#showWords();
    nodes.canvas.setAttribute(
      'aria-label',
      `${record.image} with ${count(masks.layers.length, 'mask')}. Arrow keys go through the phrases, Enter selects, question mark shows all keys.`,
    );
    if (this.#active === undefined && draft === undefined && this.#state.phrase !== undefined)
      this.#active = { phrase: this.#state.phrase };
    this.#hoverPicture(undefined, 0, 0);
    this.light(allTargets(record).find((target) => sameTarget(target, this.#active)));
    if (focused !== undefined) this.#root.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
    this.#showing = this.#showPhotograph(record, masks);
  }

  /** View, chosen phrase and hidden masks belong to one record. */
  #forgetOther(record: ShownRecord): void {
    if (record.id === this.#state.recordId) return;
    this.#hidden = new Set();
    this.#opacities = new Map();
    this.#active = undefined;
    this.#remember({ recordId: record.id, phrase: undefined });
    this.picture.view = wholePicture;
  }

  #showWords(): void {
    const { nodes } = this;
    if (this.#shown === undefined || this.#masks === undefined) return;
    const { record, place, draft } = this.#shown;
    const compared = this.#comparing && draft?.current !== undefined ? draft : undefined;
    nodes.caption.replaceChildren(...renderCaption(record, compared === undefined ? {} : { speaker: 'Draft' }));
    this.#showList();
    const missing = phrasesOf(record).filter((part) => part.mask === undefined).length;
    const masks = record.masks.length === 0 ? 'No masks' : count(record.masks.length, 'mask');
    nodes.maskCount.textContent = missing === 0 ? masks : `${masks}, ${count(missing, 'phrase')} without one`;
    nodes.masks.hidden = nodes.masks.childElementCount === 0;
    nodes.view.bar.classList.toggle('is-editable', place?.editable === true);
    const current = compared === undefined ? [] : this.#currentLayers.read(compared.current!).layers;
    showComparison(nodes, compared, this.#masks.layers, current);
    nodes.draft.compare.checked = compared !== undefined;
    this.#showPatterns();
  }

  #showList(): void {
    if (this.#shown === undefined || this.#masks === undefined) return;
    const { record, place, draft } = this.#shown;
    const editable = place?.editable === true && draft === undefined;
    const { problems } = this.#masks;
    this.nodes.masks.replaceChildren(...renderMaskList(record, { problems, hidden: this.#hidden, editable }));
    this.#showLegend();
  }

  #showLegend(): void {
    const { legend } = this.nodes;
    const record = this.#shown?.record;
    legend.hidden = !this.#state.legend || record === undefined;
    if (legend.hidden || record === undefined) return;
    legend.replaceChildren(
      ...record.masks.flatMap((mask, index) => {
        if (this.#hidden.has(index) || mask.problem !== undefined) return [];
        const row = element('li', {}, swatch({ index }), element('span', { text: mask.label }));
        tint(row, { index, color: mask.color });
        return [row];
      }),
    );
    this.#showPatterns();
  }

  #showPatterns(): void {
    void patternSwatches(this.#root.querySelectorAll<HTMLElement>('.swatch:not(.is-empty)'), this.#state.patterns);
  }

  async #showPhotograph(record: ShownRecord, masks: StageMasks): Promise<void> {
    const { nodes } = this;
    const source = record.imageSource;
    this.#loading = source;
    // What is still to be seen may belong to the record before: it can no longer be picked.
    if (this.#photographs.mustLoad(source)) this.picture.content = undefined;
    const { photograph, failedNow } = await this.#photographs.take(source);
    // Another record came meanwhile, and its own call goes on.
    if (this.#shown?.record !== record) return;
    if (failedNow) this.#events.imageFailed();
    this.#loading = undefined;
    const size = photograph?.size ?? masks.size;
    this.#size = size;
    showPhotograph(nodes.photographs, photograph?.picture);
    showPhotograph(nodes.besides, this.#state.split ? photograph?.copy() : undefined);
    nodes.stage.style.setProperty('--aspect', String(size.width / size.height));
    nodes.pictureNote.hidden = photograph !== undefined;
    nodes.pictureNote.textContent =
      photograph === undefined ? missingPhotograph(record.image, source === undefined ? 'absent' : 'failed') : '';
    const draft = this.#shown.draft;
    const beneath =
      this.#comparing && draft?.current !== undefined ? this.#currentLayers.read(draft.current).layers : [];
    this.picture.content = {
      subject: `${draft === undefined ? 'record' : 'draft'} ${record.index} ${record.id} ${source}`,
      photograph: photograph?.picture,
      beside: this.#state.split ? photograph?.copy() : undefined,
      size,
      layers: masks.layers,
      beneath,
      dashed: beneath.length > 0,
      words: new Map(record.masks.map((mask, index) => [index, mask.label])),
    };
  }

  /** Shows phrase and masks as chosen; `picked` is the one of several masks that was meant. */
  light(target: Target | undefined, picked?: number): void {
    this.#active = target;
    this.#picked = picked;
    const phrase = phraseOf(target);
    this.#root.dataset.activePhrase = phrase === undefined ? '' : String(phrase);
    if (this.#shown?.draft === undefined && phrase !== this.#state.phrase) this.#remember({ phrase });
    this.#refreshLight();
    this.#showOwnOpacity();
    this.nodes.caption.querySelector('.is-active')?.scrollIntoView({ block: 'nearest' });
    const mask = this.activeMask;
    if (mask !== undefined) this.picture.reveal(mask);
  }

  hover(target: Target | undefined): void {
    if (sameTarget(target, this.#hovered)) return;
    this.#hovered = target;
    this.#events.hovered(target);
    this.#refreshLight();
  }

  /** The target after or before what the keys are at, in the order of reading. */
  targetAfter(by: 1 | -1): Target | undefined {
    const record = this.#shown?.record;
    if (record === undefined) return undefined;
    const targets = allTargets(record);
    const from = targets.findIndex((target) => sameTarget(target, this.#hovered ?? this.#active));
    return targets[from < 0 ? (by > 0 ? 0 : targets.length - 1) : (from + by + targets.length) % targets.length];
  }

  #refreshLight(): void {
    const record = this.#shown?.record;
    if (record === undefined) return;
    markPlaces(this.nodes, record, this.#active, this.#hovered);
    this.picture.light = { active: masksOf(record, this.#active), hovered: masksOf(record, this.#hovered) };
  }

  #hoverPicture(mask: number | undefined, x: number, y: number): void {
    const label = this.nodes.hoverLabel;
    this.hover(this.targetOfMask(mask));
    const shown = mask === undefined ? undefined : this.#shown?.record.masks[mask];
    label.hidden = shown === undefined;
    this.nodes.canvas.classList.toggle('is-over-mask', shown !== undefined);
    if (shown === undefined) return;
    label.textContent = `${shown.label} · ${areaShare(shown)}`;
    const { width, height } = this.nodes.canvas.getBoundingClientRect();
    label.style.left = `${Math.max(4, Math.min(x + 14, width - label.offsetWidth - 4))}px`;
    label.style.top = `${Math.max(4, y + 34 + label.offsetHeight > height ? y - label.offsetHeight - 8 : y + 20)}px`;
  }

  /** Switches one part of the look; returns what it is now. */
  toggle(name: keyof Switches): boolean {
    const on = !this.#state[name];
    this.#remember({ [name]: on });
    if (name === 'patterns') this.#showPatterns();
    if (name === 'legend') this.#showLegend();
    if (name === 'split' && this.#shown !== undefined && this.#masks !== undefined)
      this.#showing = this.#showPhotograph(this.#shown.record, this.#masks);
    return on;
  }

  /** Compares the draft with the file, or no longer; nothing where there is nothing to compare. */
  toggleComparison(): boolean | undefined {
    if (this.#shown?.draft?.current === undefined) return undefined;
    this.#comparing = !this.#comparing;
    this.present(this.#shown);
    return this.#comparing;
  }

  set opacity(opacity: number) {
    this.#remember({ opacity });
  }

  /** Of the chosen mask alone, until another record is shown. */
  set ownOpacity(opacity: number) {
    const mask = this.activeMask;
    if (mask === undefined) return;
    this.#opacities = new Map(this.#opacities).set(mask, opacity);
    this.#showLook();
  }

  /** Shows only this mask; all where it is the only one already. */
  showOnly(mask: number): boolean {
    const others = [...(this.#shown?.record.masks.keys() ?? [])].filter((index) => index !== mask);
    const alone = !this.#hidden.has(mask) && others.length > 0 && others.every((index) => this.#hidden.has(index));
    this.#hide(new Set(alone ? [] : others));
    return !alone;
  }

  /** Hides the mask or shows it; returns whether it is hidden now. */
  toggleHidden(mask: number): boolean {
    const hidden = new Set(this.#hidden);
    if (!hidden.delete(mask)) hidden.add(mask);
    this.#hide(hidden);
    return hidden.has(mask);
  }

  #hide(hidden: Set<number>): void {
    const focused = focusedPlace(this.nodes);
    this.#hidden = hidden;
    this.#showLook();
    this.#showList();
    this.#refreshLight();
    this.#showPatterns();
    if (focused !== undefined) this.#root.querySelector<HTMLElement>(focused)?.focus({ preventScroll: true });
  }

  #remember(change: Partial<PageState>): void {
    this.#state = { ...this.#state, ...change };
    this.#api.setState(this.#state);
    // Zooming, choosing and drawing change nothing of the look.
    if (!('view' in change) && !('phrase' in change) && !('work' in change)) this.#showLook();
  }

  /** What was in work when the page was closed. */
  get storedWork(): StoredWork | undefined {
    return this.#state.work;
  }

  set storedWork(work: StoredWork | undefined) {
    if (work !== undefined || this.#state.work !== undefined) this.#remember({ work });
  }

  #look(): PictureLook {
    const { opacity, outlines, numbers, labels, patterns, hideOthers, split, plainGround } = this.#state;
    const look = { opacity, outlines, numbers, labels, patterns, hideOthers, plainGround: split && plainGround };
    return { ...look, opacities: this.#opacities, hidden: this.#hidden };
  }

  #showLook(): void {
    const { view, bare } = this.nodes;
    const state = this.#state;
    view.opacity.value = String(Math.round(state.opacity * 100));
    for (const [name, node] of view.bySwitch) node.checked = state[name];
    view.ground.checked = state.plainGround;
    view.ground.hidden = !state.split;
    bare.hidden = !state.split;
    this.nodes.stage.classList.toggle('is-split', state.split);
    this.picture.look = this.#look();
    this.#showOwnOpacity();
  }

  #showOwnOpacity(): void {
    const { ownBox, ownOpacity } = this.nodes.view;
    const mask = this.activeMask;
    ownBox.hidden = mask === undefined;
    if (mask === undefined) return;
    ownOpacity.value = String(Math.round((this.#opacities.get(mask) ?? this.#state.opacity) * 100));
    ownBox.style.setProperty('--mask', maskColor(this.#shown?.record.masks[mask]?.color ?? mask).hex);
  }
}
