/** Remembers what was read from files up to a total weight; what came first goes first. */
export class BoundedCache<T> {
  private readonly entries = new Map<string, { readonly value: T; readonly weight: number }>();
  private total = 0;

  /** The limit is in the unit of the weights. */
  constructor(private readonly limit: number) {}

  has(key: string): boolean {
    return this.entries.has(key);
  }

  get(key: string): T | undefined {
    return this.entries.get(key)?.value;
  }

  /** Forgets others than `kept` until so much fits in; returns whether it does. */
  makeRoom(weight: number, kept: ReadonlySet<string>): boolean {
    for (const key of this.entries.keys()) {
      if (this.total + weight <= this.limit) break;
      if (!kept.has(key)) this.delete(key);
    }
    return this.total + weight <= this.limit;
  }

  set(key: string, value: T, weight: number): void {
    this.delete(key);
    this.entries.set(key, { value, weight });
    this.total += weight;
  }

  delete(key: string): void {
    this.total -= this.entries.get(key)?.weight ?? 0;
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
    this.total = 0;
  }
}
