/** Something that a model's manager could not do, in words for the user: what is wrong, why it matters, what to do. */
export class ModelsError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** The user stopped it. */
export class ModelsCancelledError extends ModelsError {}

/** The short reason of an error of the file system or the network. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
