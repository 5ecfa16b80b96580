import * as z from 'zod';
import {
  graph,
  head,
  MAX_SIDE,
  type Problem,
  positiveTriple,
  share,
  sizeOfImage,
  tensorName,
  triple,
} from './common.ts';

/** The driver `detector`: boxes and masks of a fixed list of classes, and templates that make sentences of them. */

const word = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}' -]*$/u, 'must be plain words');

const level = z.strictObject({
  /** Pixels of the detector's input from one cell to the next. */
  stride: z.number().int().min(1).max(256),
  scores: tensorName,
  distances: tensorName,
});

const nounPair = z.tuple([word, word]);

const nounClass = z.strictObject({
  /** Singular; also the label of its masks. */
  name: word,
  plural: word,
  /** How it is counted where not by its own name: "pair of skis", "pairs of skis". */
  counted: nounPair.optional(),
  /** Other names of the same thing, [singular, plural]. */
  same: z.array(nounPair).max(50).optional(),
  /** Words for some of these things only ("woman"): their absence follows from the class's, their presence does not. */
  narrower: z.array(nounPair).max(200).optional(),
  /** Colours of the pixels say nothing that a colour word would mean here (people). */
  colourless: z.boolean().optional(),
});

/** A word for several classes ("animal"): its presence follows from theirs, its absence does not. */
const nounGroup = z.strictObject({ name: word, plural: word, classes: z.array(word).min(1).max(200) });

/** A manifest of the driver `detector`. */
export const detectorBundle = z.strictObject({
  ...head,
  driver: z.literal('detector'),
  graphs: z.strictObject({ detector: graph, maskHead: graph }),
  detector: z.strictObject({
    input: tensorName,
    /** `[height, width]`; the photograph is stretched to it. */
    size: sizeOfImage,
    channels: z.enum(['rgb', 'bgr']),
    mean: triple,
    deviation: positiveTriple,
    levels: z.array(level).min(1).max(8),
    /** Bins of each side's distance distribution. */
    bins: z.number().int().min(1).max(64),
    scoreThreshold: share,
    /** Instead of `scoreThreshold` for what a question asks for: who asks for a thing mostly sees it. */
    askedThreshold: share,
    /** Below this best score a class counts as absent; from here to `askedThreshold` it is neither claimed nor denied. */
    absentBelow: share,
    overlapWithinClass: share,
    overlapAcrossClasses: share,
    maxBoxes: z.number().int().min(1).max(200),
    /** For a draft the detector also looks at the first and the last `share` of the photograph's longer side, each alone. */
    ends: z.strictObject({ share: z.number().min(0.5).max(0.95), mirrored: z.boolean() }).optional(),
  }),
  maskHead: z.strictObject({
    /** Detector outputs handed on under the same name. */
    features: z.array(tensorName).min(1).max(8),
    image: tensorName,
    /** `[height, width]` of the head's picture, whose pixels also measure the boxes. */
    imageSize: sizeOfImage,
    boxes: tensorName,
    output: tensorName,
    outputSize: sizeOfImage,
    /** How much of the box's side is added on each side of it. */
    margin: share,
    threshold: share,
    minBoxSide: z.number().min(0).max(MAX_SIDE),
    batch: z.number().int().min(1).max(64),
    /** The masks of drafts follow the edges of the picture; those of points and boxes always do. */
    alongEdges: z.boolean().optional(),
  }),
  classes: z.array(nounClass).min(1).max(2000),
  groups: z.array(nounGroup).max(100).optional(),
});

/** Says where a detector's manifest contradicts itself. */
export function checkDetector(manifest: DetectorManifest, problem: Problem): void {
  const { detector, maskHead, graphs, classes } = manifest;
  const detectorOutputs = graphs.detector.outputs;
  const expectTensor = (path: (string | number)[], known: object, name: string) => {
    if (!Object.hasOwn(known, name)) problem(path, `names the tensor "${name}", which the graph's list does not have`);
  };
  expectTensor(['detector', 'input'], graphs.detector.inputs, detector.input);
  for (const [i, { scores, distances }] of detector.levels.entries()) {
    expectTensor(['detector', 'levels', i, 'scores'], detectorOutputs, scores);
    expectTensor(['detector', 'levels', i, 'distances'], detectorOutputs, distances);
  }
  for (const [i, name] of maskHead.features.entries()) {
    expectTensor(['maskHead', 'features', i], detectorOutputs, name);
    expectTensor(['maskHead', 'features', i], graphs.maskHead.inputs, name);
  }
  expectTensor(['maskHead', 'image'], graphs.maskHead.inputs, maskHead.image);
  expectTensor(['maskHead', 'boxes'], graphs.maskHead.inputs, maskHead.boxes);
  expectTensor(['maskHead', 'output'], graphs.maskHead.outputs, maskHead.output);
  expectShapes(manifest, problem);
  const names = new Set(classes.map((c) => c.name));
  if (names.size !== classes.length) problem(['classes'], 'must have a different name each');
  for (const [i, group] of (manifest.groups ?? []).entries()) {
    const stranger = group.classes.find((name) => !names.has(name));
    if (stranger !== undefined) problem(['groups', i], `names the class "${stranger}", which is not in the list`);
  }
  if (detector.absentBelow > detector.askedThreshold || detector.askedThreshold > detector.scoreThreshold) {
    problem(['detector', 'askedThreshold'], 'must lie between absentBelow and scoreThreshold');
  }
}

/** The tensors must have the shapes that the driver fills and reads, so that no run can read past an array. */
function expectShapes(manifest: DetectorManifest, problem: Problem): void {
  const { detector, maskHead, graphs, classes } = manifest;
  const expectShape = (graphName: 'detector' | 'maskHead', list: 'inputs' | 'outputs', name: string, shape: string) => {
    const found = graphs[graphName][list][name];
    if (found === undefined) return;
    const written = found.shape.map((s) => (typeof s === 'number' ? s : 'n')).join(' × ');
    const path = ['graphs', graphName, list, name];
    if (found.type !== 'float32' || written !== shape) problem(path, `must be float32, ${shape}`);
  };
  const [height, width] = detector.size;
  expectShape('detector', 'inputs', detector.input, `1 × 3 × ${height} × ${width}`);
  for (const { stride, scores, distances } of detector.levels) {
    const cells = Math.ceil(height / stride) * Math.ceil(width / stride);
    expectShape('detector', 'outputs', scores, `1 × ${cells} × ${classes.length}`);
    expectShape('detector', 'outputs', distances, `1 × ${cells} × ${4 * detector.bins}`);
  }
  expectShape('maskHead', 'inputs', maskHead.image, `1 × ${maskHead.imageSize.join(' × ')} × 3`);
  expectShape('maskHead', 'inputs', maskHead.boxes, 'n × 4');
  expectShape('maskHead', 'outputs', maskHead.output, `n × ${maskHead.outputSize.join(' × ')}`);
}

export type DetectorManifest = z.infer<typeof detectorBundle>;
export type NounClass = z.infer<typeof nounClass>;
export type NounGroup = z.infer<typeof nounGroup>;
