/** Image ids of evaluation files: each is the name of a file with a prediction too, so that the two find each other. */
import { FileNames, stemOf } from '../fileNames.ts';
import type { FormatOption, Loss, OptionValue, ReadRecord } from '../format.ts';

/** How a record's image id comes about; references and predictions have to be written alike. */
export const IDS_OPTION: FormatOption = {
  name: 'ids',
  description:
    "What image ids are: the photograph's name without its ending, as in the official files, or the record's id.",
  default: 'image',
  choices: ['image', 'record'],
};

export class ImageIds {
  private readonly names = new FileNames();
  private readonly photographs = new Set<string>();

  constructor(private readonly options: Readonly<Record<string, OptionValue>>) {}

  /** A second record of a photograph gets its own id, whatever was asked for. */
  next({ image, id }: ReadRecord): { readonly id: string; readonly losses: readonly Loss[] } {
    if (this.options['ids'] === 'record') return { id: this.names.free(id), losses: [] };
    const stem = stemOf(image);
    const isFirst = stem !== '' && !this.photographs.has(stem);
    this.photographs.add(stem);
    if (isFirst) return { id: this.names.free(stem), losses: [] };
    const own = this.names.free(id);
    const message = `The photograph has a caption already, so this one's image id is ${own}; --set ids=record names all by their records, in references and predictions alike.`;
    return { id: own, losses: [{ code: 'same-image', message }] };
  }
}
