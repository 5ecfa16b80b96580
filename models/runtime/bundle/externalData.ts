import { BundleError } from '../errors.ts';
import { type ByteSource, fieldsIn, ProtobufError } from './protobuf.ts';

/** Messages of an ONNX file that can lead to a tensor, or to a node. */
type Kind = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'function' | 'training' | 'entry' | 'name';

/** What the fields of each message hold, by their numbers in onnx.proto; others hold no file's name. */
const FIELDS: Readonly<Record<Kind, Readonly<Record<number, Kind>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 4: 'name', 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  tensor: { 13: 'entry' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'graph', 2: 'graph' },
  entry: {},
  name: {},
};

/** A graph in a loop in a graph takes three levels; no model is made of this many. */
const MAX_DEPTH = 100;
const MAX_NAME_BYTES = 4096;
/** A node that takes a compiled model from a file of any name. */
const COMPILED_NODE = 'EPContext';

/**
 * The names of the files in which an ONNX file keeps weights, wherever in it they stand. The library opens whatever is named,
 * so that this must be known before it sees the file. Throws a `BundleError` where the bytes are no ONNX file.
 */
export function externalLocations(source: ByteSource, file: string): ReadonlySet<string> {
  try {
    const locations = new Set<string>();
    visit(source, 'model', 0, source.length, 0, locations);
    return locations;
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new BundleError(`${file} is not an ONNX file (${error.message}). Get the bundle again.`, file);
  }
}

/** Calls itself once a level, and there are at most `MAX_DEPTH`. */
function visit(source: ByteSource, kind: Kind, from: number, to: number, depth: number, locations: Set<string>): void {
  if (depth > MAX_DEPTH) throw new ProtobufError('it is nested too deep');
  for (const field of fieldsIn(source, from, to)) {
    const inner = FIELDS[kind][field.number];
    if (inner === undefined) continue;
    if (inner === 'entry') addLocation(source, field.from, field.to, locations);
    else if (inner === 'name') refuseCompiled(source, field.from, field.to);
    else visit(source, inner, field.from, field.to, depth + 1, locations);
  }
}

/** A pair of texts, key (1) and value (2); of several the last one counts, so that all are taken. */
function addLocation(source: ByteSource, from: number, to: number, locations: Set<string>): void {
  let isLocation = false;
  const values: string[] = [];
  for (const field of fieldsIn(source, from, to)) {
    if (field.to - field.from > MAX_NAME_BYTES) throw new ProtobufError('a name is too long');
    const text = source.text(field.from, field.to);
    if (field.number === 1 && text === 'location') isLocation = true;
    if (field.number === 2) values.push(text);
  }
  if (isLocation) for (const value of values) locations.add(value);
}

function refuseCompiled(source: ByteSource, from: number, to: number): void {
  if (to - from === COMPILED_NODE.length && source.text(from, to) === COMPILED_NODE) {
    throw new ProtobufError('it holds a model compiled for one device, which may name any file');
  }
}
