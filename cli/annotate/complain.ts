import { harmless } from '../../models/runtime/manager/page.ts';

/** A line on standard error, in the command's name. A message may quote a bundle, which is input. */
export function complain(message: string): void {
  process.stderr.write(`uscdf annotate: ${harmless(message)}\n`);
}
