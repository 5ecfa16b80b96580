/** A line on standard error, in the command's name. */
export function complain(message: string): void {
  process.stderr.write(`uscdf annotate: ${message}\n`);
}
