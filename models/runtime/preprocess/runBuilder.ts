/** Collects runs of foreground, given in order, into the counts of a mask, which begin with background. */
export class RunBuilder {
  #counts = new Uint32Array(256);
  #length = 0;
  #end = 0;

  /** Adds `length` pixels from `start`; what touches the run before is joined to it. */
  add(start: number, length: number): void {
    if (start === this.#end && this.#length > 0) this.#counts[this.#length - 1]! += length;
    else {
      if (this.#length + 2 > this.#counts.length) this.#grow();
      this.#counts[this.#length++] = start - this.#end;
      this.#counts[this.#length++] = length;
    }
    this.#end = start + length;
  }

  /** The counts of a mask of `total` pixels. */
  finish(total: number): Uint32Array {
    const rest = total - this.#end;
    const hasRest = rest > 0 || this.#length === 0;
    const counts = new Uint32Array(this.#length + (hasRest ? 1 : 0));
    counts.set(this.#counts.subarray(0, this.#length));
    if (hasRest) counts[this.#length] = rest;
    return counts;
  }

  #grow(): void {
    const larger = new Uint32Array(2 * this.#counts.length);
    larger.set(this.#counts);
    this.#counts = larger;
  }
}
