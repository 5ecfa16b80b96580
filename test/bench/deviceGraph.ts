import { closeSync, openSync, statSync } from 'node:fs';
import { type ByteSource, bytesInMemory, bytesOfFile, fieldsIn } from '../../models/runtime/bundle/protobuf.ts';
import type { GraphSource } from '../../models/runtime/bundle.ts';
import type { GeneratorManifest } from '../../models/runtime/manifest.ts';

/** A weight of a graph. */
export interface Weight {
  readonly name: string;
  readonly sides: readonly number[];
  /** Bytes that it takes in its file, whether that is the graph's own or one beside it. */
  readonly bytes: number;
}

/** Sizes of a LLaMA-type decoder: what a model of the same speed is made from. */
export interface DecoderShape {
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly intermediate: number;
  readonly vocabulary: number;
}

/** Numbers of fields in onnx.proto. */
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR = { dims: 1, name: 8, raw: 9, external: 13 };
const ENTRY = { key: 1, value: 2 };

/** The weights of an ONNX file, in its order; those of its inner graphs are not among them. Throws where it is none. */
export function weightsOf(source: GraphSource): readonly Weight[] {
  if (typeof source !== 'string') return weightsIn(bytesInMemory(source));
  const descriptor = openSync(source, 'r');
  try {
    return weightsIn(bytesOfFile(descriptor, statSync(source).size));
  } finally {
    closeSync(descriptor);
  }
}

function weightsIn(source: ByteSource): Weight[] {
  const weights: Weight[] = [];
  for (const graph of fieldsIn(source, 0, source.length)) {
    if (graph.number !== MODEL_GRAPH) continue;
    for (const { number, from, to } of fieldsIn(source, graph.from, graph.to)) {
      if (number === GRAPH_INITIALIZER) weights.push(weightAt(source, from, to));
    }
  }
  return weights;
}

function weightAt(source: ByteSource, from: number, to: number): Weight {
  let name = '';
  let bytes = 0;
  for (const field of fieldsIn(source, from, to)) {
    if (field.number === TENSOR.name) name = source.text(field.from, field.to);
    if (field.number === TENSOR.raw) bytes += field.to - field.from;
    if (field.number === TENSOR.external) bytes += lengthAt(source, field.from, field.to);
  }
  return { name, sides: sidesOf(source, from, to), bytes };
}

/** The length that an entry of a tensor's external data tells, 0 where it tells something else. */
function lengthAt(source: ByteSource, from: number, to: number): number {
  const texts = new Map<number, string>();
  for (const field of fieldsIn(source, from, to)) texts.set(field.number, source.text(field.from, field.to));
  return texts.get(ENTRY.key) === 'length' ? Number(texts.get(ENTRY.value)) : 0;
}

/** A tensor's sides, which are plain numbers and stand before everything else, as every writer of protobuf has them. */
function sidesOf(source: ByteSource, from: number, to: number): number[] {
  const sides: number[] = [];
  let at = from;
  while (at < to && source.at(at) === 8 * TENSOR.dims) {
    let value = 0;
    let byte = 0x80;
    for (let i = 0; byte >= 0x80; i++) {
      byte = source.at(++at);
      value += (byte & 0x7f) * 2 ** (7 * i);
    }
    sides.push(value);
    at++;
  }
  return sides;
}

/** The shape of a bundle's decoder. Throws where the graph is not one of this repository's exporter. */
export function shapeOf({ graphs, cache }: GeneratorManifest, weights: readonly Weight[]): DecoderShape {
  const { inputs, outputs } = graphs.decoder_model_merged;
  const { layers, kvHeads, headDim } = cache;
  return {
    layers,
    hidden: numberOf(inputs['inputs_embeds']?.shape.at(-1)),
    // Queries, keys and values lie in one matrix.
    heads: rowsOf(weights, 'self_attn.qkv_proj') / headDim - 2 * kvHeads,
    kvHeads,
    headDim,
    intermediate: rowsOf(weights, 'mlp.gate_proj'),
    vocabulary: numberOf(outputs['logits']?.shape.at(-1)),
  };
}

/** How many numbers a linear layer gives: floats lie as `[in, out]`, quantised weights as `[out, blocks, bytes]`. */
function rowsOf(weights: readonly Weight[], layer: string): number {
  const prefix = `model.layers.0.${layer}.weight`;
  const floats = weights.find(({ name }) => name === prefix || name === `${prefix}.half`);
  const quantised = weights.find(({ name }) => name === `${prefix}_q4` || name === `${prefix}_q8`);
  return numberOf(floats?.sides[1] ?? quantised?.sides[0]);
}

function numberOf(side: number | string | undefined): number {
  if (typeof side === 'number') return side;
  throw new Error('The shape of the decoder cannot be read: this bundle was not made by models/export.');
}
