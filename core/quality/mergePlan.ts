/** What becomes of each record when files are merged: ids stay unique, and whoever names a parent goes on naming the same record. */
import { Column } from './column.ts';

export interface MergeItem {
  /** Which file it is from, from 0; all records of a file come before those of the next. */
  readonly file: number;
  readonly id: string | undefined;
  readonly parent: string | undefined;
  /** A fingerprint of everything but `id` and `parent`. */
  readonly content: number;
}

export interface MergeDecision {
  /** `false` for a record that equals an earlier one, its id included. */
  readonly kept: boolean;
  readonly id: string;
  readonly parent: string | undefined;
}

export class MergePlan {
  private readonly files = new Column();
  private readonly contents = new Column();
  private readonly ids: (string | undefined)[] = [];
  private readonly parents: (string | undefined)[] = [];
  /** Every id of any file, and those that were given: none of them is given to another record. */
  private readonly taken = new Set<string>();
  /** The number that the next record of an id gets behind it. */
  private readonly numbers = new Map<string, number>();

  private readonly newIds = new Map<number, string>();
  private readonly newParents = new Map<number, string>();
  private readonly dropped = new Set<number>();
  /** The first record of each id, which keeps it. */
  private readonly firsts = new Map<string, number>();
  /** Of ids that occur more than once: the kept records, by id, content and parent. */
  private readonly versions = new Map<string, number>();
  /** The record that each parent in its file is, by `keyIn`: the first one of that id. */
  private readonly parentItems = new Map<string, number>();

  get size(): number {
    return this.ids.length;
  }

  add({ file, id, parent, content }: MergeItem): void {
    this.files.push(file);
    this.contents.push(content);
    this.ids.push(id);
    this.parents.push(parent);
    if (id !== undefined) this.taken.add(id);
  }

  /**
   * Decides on all records; to be called once, after the last one is added. Parents come before their children, for whether
   * two children are equal depends on what their parents are called.
   */
  decide(): void {
    const children = this.childrenByParent();
    const decided = new Uint8Array(this.size);
    const queue: number[] = [];
    for (let item = 0; item < this.size; item++) if (this.parentOf(item) === undefined) queue.push(item);
    for (let at = 0; at < queue.length; at++) {
      const item = queue[at]!;
      decided[item] = 1;
      this.decideOne(item, true);
      for (const child of children.get(item) ?? []) queue.push(child);
    }
    // What is left are records that are each other's parents, and their children: no parent's name is known yet.
    const left: number[] = [];
    for (let item = 0; item < this.size; item++) if (decided[item] === 0) left.push(item);
    for (const item of left) this.decideOne(item, false);
    for (const item of left) this.nameParent(item);
  }

  decision(item: number): MergeDecision {
    return {
      kept: !this.dropped.has(item),
      id: this.newIds.get(item) ?? this.ids[item] ?? '',
      parent: this.newParents.get(item) ?? this.parents[item],
    };
  }

  /** The records that name a parent in their own file, by that parent. */
  private childrenByParent(): ReadonlyMap<number, readonly number[]> {
    const named = new Set<string>();
    for (let item = 0; item < this.size; item++) {
      const parent = this.parents[item];
      if (parent !== undefined) named.add(keyIn(this.files.at(item), parent));
    }
    for (let item = 0; item < this.size && named.size > 0; item++) {
      const id = this.ids[item];
      const key = id === undefined ? undefined : keyIn(this.files.at(item), id);
      if (key !== undefined && named.has(key) && !this.parentItems.has(key)) this.parentItems.set(key, item);
    }
    const children = new Map<number, number[]>();
    for (let item = 0; item < this.size; item++) {
      const parent = this.parentOf(item);
      if (parent === undefined) continue;
      const others = children.get(parent);
      if (others === undefined) children.set(parent, [item]);
      else others.push(item);
    }
    return children;
  }

  /** The record of the same file that a record names as its parent. */
  private parentOf(item: number): number | undefined {
    const parent = this.parents[item];
    return parent === undefined ? undefined : this.parentItems.get(keyIn(this.files.at(item), parent));
  }

  private nameParent(item: number): void {
    const parent = this.parentOf(item);
    const name = parent === undefined ? undefined : this.newIds.get(parent);
    if (name !== undefined) this.newParents.set(item, name);
  }

  /** @param isComparable Its parent is decided on, so that it can be known to equal another record. */
  private decideOne(item: number, isComparable: boolean): void {
    this.nameParent(item);
    const id = this.ids[item];
    if (id === undefined) {
      this.newIds.set(item, this.freeId('record'));
      return;
    }
    const first = this.firsts.get(id);
    if (first === undefined) {
      this.firsts.set(id, item);
      return;
    }
    this.versions.set(this.versionOf(first), first);
    const version = this.versionOf(item);
    const twin = isComparable ? this.versions.get(version) : undefined;
    const name = twin === undefined ? this.freeId(id) : this.decision(twin).id;
    if (name !== id) this.newIds.set(item, name);
    if (twin !== undefined) this.dropped.add(item);
    else if (isComparable) this.versions.set(version, item);
  }

  /** What two records of one id have in common exactly if they are equal. */
  private versionOf(item: number): string {
    return JSON.stringify([this.ids[item], this.contents.at(item), this.decision(item).parent]);
  }

  private freeId(id: string): string {
    let number = this.numbers.get(id) ?? 2;
    while (this.taken.has(`${id}-${number}`)) number++;
    this.numbers.set(id, number + 1);
    const free = `${id}-${number}`;
    this.taken.add(free);
    return free;
  }
}

function keyIn(file: number, id: string): string {
  return `${file}\n${id}`;
}
