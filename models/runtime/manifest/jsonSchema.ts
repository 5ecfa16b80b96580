import * as z from 'zod';
import { bundleManifest } from '../manifest.ts';

/**
 * The manifest as a JSON schema, for editors. It says what a key may hold; what keys say about each other (tensors, shapes,
 * placeholders) only the runtime checks.
 */
export function bundleJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(bundleManifest, { io: 'input' });
}
