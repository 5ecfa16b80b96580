import type { GraphManifest, Problem, TensorManifest } from './common.ts';

/** A side that a tensor must have: a number, or a word for a size that is not known beforehand. */
export type Side = number | string;

type List = 'inputs' | 'outputs';
type Types = readonly TensorManifest['type'][];

export const FLOAT: Types = ['float32', 'float16'];
export const INT64: Types = ['int64'];
export const BOOL: Types = ['bool'];

/** Sizes that change from run to run: an input that has a number there takes one of them only. */
const OPEN_SIDES: ReadonlySet<Side> = new Set([
  'tokens',
  'past',
  'past + tokens',
  'prompt',
  'masks',
  'points',
  'tiles',
  'texts',
]);

/** Holds a manifest's list of tensors against what a driver gives a graph and reads from it. */
export class GraphCheck {
  readonly #key: string;
  readonly #graph: GraphManifest;
  readonly #problem: Problem;
  readonly #inputs = new Set<string>();

  constructor(key: string, graph: GraphManifest, problem: Problem) {
    this.#key = key;
    this.#graph = graph;
    this.#problem = problem;
  }

  /** The graph takes this tensor. Sizes that the manifest gives a name fit any number. */
  input(name: string, types: Types, shape: readonly Side[]): void {
    this.#expect('inputs', name, types, shape);
  }

  /** As `input`, for one that the graph may do without. Whether it takes it. */
  optionalInput(name: string, types: Types, shape: readonly Side[]): boolean {
    const isThere = Object.hasOwn(this.#graph.inputs, name);
    if (isThere) this.input(name, types, shape);
    return isThere;
  }

  output(name: string, types: Types, shape: readonly Side[]): void {
    this.#expect('outputs', name, types, shape);
  }

  optionalOutput(name: string, types: Types, shape: readonly Side[]): void {
    if (Object.hasOwn(this.#graph.outputs, name)) this.output(name, types, shape);
  }

  /** Every input that was not asked for yet must be an output of these graphs, of a shape that fits. */
  inputsFrom(sources: readonly GraphManifest[]): void {
    for (const [name] of this.#unasked()) {
      const source = sources.find(({ outputs }) => Object.hasOwn(outputs, name))?.outputs[name];
      if (source === undefined) {
        this.#problem(
          ['graphs', this.#key, 'inputs', name],
          'is no output of a graph that runs before. Name it as the output that it takes',
        );
      } else this.input(name, FLOAT, source.shape);
    }
  }

  /** There must be no input that was not asked for: nothing would fill it. */
  noOtherInputs(): void {
    for (const [name] of this.#unasked()) {
      this.#problem(
        ['graphs', this.#key, 'inputs', name],
        'is an input that this driver does not fill. Export the graph without it',
      );
    }
  }

  #unasked(): readonly (readonly [string, TensorManifest])[] {
    return Object.entries(this.#graph.inputs).filter(([name]) => !this.#inputs.has(name));
  }

  #expect(list: List, name: string, types: Types, shape: readonly Side[]): void {
    if (list === 'inputs') this.#inputs.add(name);
    const found = Object.hasOwn(this.#graph[list], name) ? this.#graph[list][name] : undefined;
    if (found === undefined) {
      const use = list === 'inputs' ? 'fills' : 'reads';
      this.#problem(
        ['graphs', this.#key, list],
        `lacks the tensor "${name}", which this driver ${use}. Export the graph with it`,
      );
    } else if (!types.includes(found.type) || !fits(found.shape, shape)) {
      this.#problem(
        ['graphs', this.#key, list, name],
        `must be ${types.join(' or ')}, ${written(shape)}, and is ${found.type}, ${written(found.shape)}`,
      );
    } else if (list === 'inputs') {
      const fixed = shape.findIndex((side, i) => OPEN_SIDES.has(side) && typeof found.shape[i] === 'number');
      if (fixed < 0) return;
      this.#problem(
        ['graphs', this.#key, list, name],
        `takes ${found.shape[fixed]} ${shape[fixed]} only, where each run has another number. Export the graph with this side dynamic`,
      );
    }
  }
}

function fits(found: readonly Side[], wanted: readonly Side[]): boolean {
  return (
    found.length === wanted.length &&
    found.every((side, i) => typeof side === 'string' || typeof wanted[i] === 'string' || side === wanted[i])
  );
}

function written(shape: readonly Side[]): string {
  return shape.length === 0 ? 'a single number' : shape.join(' × ');
}

/** The last side of a tensor, where the manifest has a number for it; else the word. */
export function lastSide(tensor: TensorManifest | undefined, word: string): Side {
  const side = tensor?.shape.at(-1);
  return typeof side === 'number' ? side : word;
}
