import * as z from 'zod';
import { graph, head, memory, type Problem, tokenizer } from './common.ts';
import { FLOAT, GraphCheck, INT64 } from './tensorChecks.ts';

/** A manifest of the driver `embedder`: a text in, a vector out, by which `uscdf evaluate` compares phrases. */
export const embedderBundle = z.strictObject({
  ...head,
  driver: z.literal('embedder'),
  graphs: z.strictObject({ model: graph }),
  tokenizer,
  /** How the states of the tokens become one vector; `none` where the graph gives `sentence_embedding` itself. */
  pooling: z.enum(['mean', 'cls', 'none']),
  /** Tokens of a text, special ones included; what is longer is cut. */
  maxLength: z.number().int().min(2).max(8192).default(512),
  memory: memory.optional(),
});

export type EmbedderManifest = z.infer<typeof embedderBundle>;

/** Says where an embedder's manifest contradicts itself. */
export function checkEmbedder({ graphs, pooling }: EmbedderManifest, problem: Problem): void {
  const model = new GraphCheck('model', graphs.model, problem);
  const tokens = ['texts', 'tokens'];
  model.input('input_ids', INT64, tokens);
  model.input('attention_mask', INT64, tokens);
  model.optionalInput('token_type_ids', INT64, tokens);
  model.noOtherInputs();
  if (pooling === 'none') model.output('sentence_embedding', FLOAT, ['texts', 'hidden']);
  else model.output('last_hidden_state', FLOAT, ['texts', 'tokens', 'hidden']);
}
