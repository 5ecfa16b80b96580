/** Joins what was found in pairs to groups. */

export interface Group {
  /** Ascending. */
  readonly members: readonly number[];
  /** All are equal. */
  readonly equal: boolean;
  /** The least similarity of the pairs that hold it together, 0 to 1. */
  readonly similarity: number;
}

interface Link {
  parent: number;
  equal: boolean;
  similarity: number;
}

export class Groups {
  private readonly links = new Map<number, Link>();

  joinEqual(a: number, b: number): void {
    this.link(a, b, 1, true);
  }

  /** The two are alike, and not equal. */
  joinAlike(a: number, b: number, similarity: number): void {
    this.link(a, b, similarity, false);
  }

  /** Whether both are in one group already. */
  joined(a: number, b: number): boolean {
    return this.root(a) === this.root(b);
  }

  /** In the order of their first members. */
  all(): readonly Group[] {
    const byRoot = new Map<number, number[]>();
    for (const member of [...this.links.keys()].sort((a, b) => a - b)) {
      const root = this.root(member);
      const members = byRoot.get(root);
      if (members === undefined) byRoot.set(root, [member]);
      else members.push(member);
    }
    return [...byRoot].map(([root, members]) => {
      const { equal, similarity } = this.linkOf(root);
      return { members, equal, similarity };
    });
  }

  private link(a: number, b: number, similarity: number, equal: boolean): void {
    const [first, second] = [this.root(a), this.root(b)];
    const [low, high] = first < second ? [first, second] : [second, first];
    const own = this.linkOf(low);
    const other = this.linkOf(high);
    own.similarity = Math.min(own.similarity, other.similarity, similarity);
    own.equal = own.equal && other.equal && equal;
    if (low !== high) other.parent = low;
  }

  private root(member: number): number {
    let root = member;
    for (let link = this.links.get(root); link !== undefined && link.parent !== root; link = this.links.get(root))
      root = link.parent;
    // The way is made short for the next one who asks.
    for (let at = member; at !== root; ) {
      const link = this.linkOf(at);
      at = link.parent;
      link.parent = root;
    }
    return root;
  }

  private linkOf(member: number): Link {
    const known = this.links.get(member);
    if (known !== undefined) return known;
    const link = { parent: member, equal: true, similarity: 1 };
    this.links.set(member, link);
    return link;
  }
}
