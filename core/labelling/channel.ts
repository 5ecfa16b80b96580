/** What `uscdf label` and the editor that started it tell each other, over the process's channel. */
import * as z from 'zod';

const count = z.number().int().min(0);

/** From the command. Pictures are JPEG files in base64, for the channel carries JSON. */
export const toEditor = z.discriminatedUnion('kind', [
  /** What the batch will do; answered by `go`, or by the word that stops a command. `destination` is who gets pictures. */
  z.object({ kind: z.literal('plan'), text: z.string(), destination: z.string().optional() }),
  z.object({ kind: z.literal('progress'), text: z.string(), done: count, total: count }),
  /** For the editor's language model. */
  z.object({
    kind: z.literal('ask'),
    id: count,
    messages: z.array(
      z.object({ role: z.enum(['system', 'user', 'assistant']), text: z.string(), images: z.array(z.string()) }),
    ),
  }),
]);
export type ToEditor = z.infer<typeof toEditor>;
export type EditorQuestion = Extract<ToEditor, { readonly kind: 'ask' }>;

/** From the editor. */
export const fromEditor = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('go') }),
  z.object({ kind: z.literal('answer'), id: count, text: z.string() }),
  /** `ofAll`: the next request would fare no better. */
  z.object({ kind: z.literal('failed'), id: count, message: z.string(), ofAll: z.boolean() }),
]);
export type FromEditor = z.infer<typeof fromEditor>;
