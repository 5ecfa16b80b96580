/** A list of numbers that grows, eight bytes each: an index over millions of records is a few of these. */
const FIRST_ROOM = 1024;

export class Column {
  private room = new Float64Array(FIRST_ROOM);
  private used = 0;

  get length(): number {
    return this.used;
  }

  push(value: number): void {
    if (this.used === this.room.length) {
      const larger = new Float64Array(2 * this.used);
      larger.set(this.room);
      this.room = larger;
    }
    this.room[this.used++] = value;
  }

  at(index: number): number {
    return this.room[index]!;
  }

  /** The indices of the numbers, ordered by the numbers; of equal ones the earlier first. */
  order(): Uint32Array {
    const order = new Uint32Array(this.used);
    for (let i = 0; i < order.length; i++) order[i] = i;
    return order.sort((a, b) => this.room[a]! - this.room[b]! || a - b);
  }

  /** The indices of each number that occurs so many times at least, a list a number. */
  *runs(least = 1): Generator<readonly number[]> {
    const order = this.order();
    for (let from = 0; from < order.length; ) {
      let to = from + 1;
      while (to < order.length && this.room[order[to]!] === this.room[order[from]!]) to++;
      if (to - from >= least) yield Array.from(order.subarray(from, to));
      from = to;
    }
  }
}
