/** Writes records as tasks to import, and the labelling interface that shows them. */
import type { Loss, OutputFile, ReadRecord, RecordWriter, WriteOutput } from '../format.ts';
import { drawableSegments, holesFilled, keptRecord } from '../keptRecord.ts';
import { labelOf, regionsFor } from './regions.ts';

type Fields = Readonly<Record<string, unknown>>;

export class TaskWriter implements RecordWriter {
  private readonly tasks: OutputFile;
  private readonly config: OutputFile;
  private readonly labels = new Set<string>();
  private count = 0;

  constructor(private readonly output: WriteOutput) {
    this.tasks = output.file('tasks.json');
    this.config = output.file('config.xml');
    this.tasks.write('[');
  }

  async add(record: ReadRecord): Promise<readonly Loss[]> {
    const { options } = this.output;
    const drawable = drawableSegments(record);
    const losses = [...drawable.losses];
    const result: Fields[] = [];
    for (const { segment, mask, number } of drawable.segments) {
      const written = regionsFor(segment, mask, String(options['regions']), number);
      result.push(...written.regions);
      this.labels.add(labelOf(segment));
      if (written.holes > 0) losses.push(holesFilled(segment.phrase, written.holes, 'regions=brush'));
    }
    const text = record.turns.map((turn) => `${turn.role === 'gpt' ? 'Assistant' : 'User'}: ${turn.text}`).join('\n');
    const task = {
      data: { image: this.address(record), text, uscdf: keptRecord(record) },
      [String(options['results'])]: [
        options['results'] === 'predictions' ? { model_version: 'uscdf', result } : { result },
      ],
    };
    this.tasks.write(`${this.count++ === 0 ? '\n' : ',\n'}${JSON.stringify(task)}`);
    return losses;
  }

  async end(): Promise<void> {
    this.tasks.write(this.count === 0 ? ']\n' : '\n]\n');
    const labels = [...this.labels].map((label) => `    <Label value="${escaped(label)}"/>\n`).join('');
    const control = (tag: string, name: string) => `  <${tag} name="${name}" toName="image">\n${labels}  </${tag}>\n`;
    this.config.write(
      `<View>\n  <Text name="text" value="$text"/>\n  <Image name="image" value="$image" zoom="true"/>\n${control('BrushLabels', 'mask')}${control('PolygonLabels', 'polygon')}${control('RectangleLabels', 'box')}</View>\n`,
    );
  }

  private address(record: ReadRecord): string {
    const prefix = String(this.output.options['prefix']);
    if (prefix !== '') return prefix + record.image;
    return record.imagePath === undefined ? record.image : this.output.relative(record.imagePath);
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
