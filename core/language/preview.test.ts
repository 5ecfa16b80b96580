import { describe, expect, it } from 'vitest';
import { documentOf, FILE_KINDS, recordAround, tinyMask } from '../testing/fixtures.ts';
import { LanguageService } from './languageService.ts';

describe.each(FILE_KINDS)('the preview of a %s file', (kind) => {
  const shown = (answer: string, more: Readonly<Record<string, unknown>> = {}) => {
    const document = documentOf(recordAround(answer, more), kind);
    return new LanguageService().preview(document, document.cells[0]!.start, undefined)!;
  };

  it('tells what a phrase lacks, and which masks it has', () => {
    const masks = [0, 1, 2].map(tinyMask);
    const record = shown('<p> a dog </p> [SEG], <p> cats </p> [SEG] [SEG], <p> a cow </p>, <p> a bus </p> [SEG].', {
      masks,
    });
    const phrases = record.turns[1]!.parts.filter((part) => part.kind === 'phrase');
    expect(phrases).toEqual([
      { kind: 'phrase', text: 'a dog', phrase: 0, mask: 0 },
      { kind: 'phrase', text: 'cats', phrase: 1, mask: 1, masks: [1, 2] },
      { kind: 'phrase', text: 'a cow', phrase: 2, lacks: 'seg' },
      { kind: 'phrase', text: 'a bus', phrase: 3, lacks: 'mask' },
    ]);
    expect(record.lacking).toBe(2);
  });

  it('shows a mask left over as nobody’s', () => {
    const record = shown('<p> a dog </p> [SEG].', { masks: [0, 1].map(tinyMask) });
    expect(record.masks.map(({ phrase }) => phrase)).toEqual([0, undefined]);
    expect(record.lacking).toBe(0);
  });

  it('names the model and the decision, as far as the record does', () => {
    const of = (provenance: unknown) => shown('A man.', { provenance }).provenance;
    expect(of({ model: 'coco80@1.0.0', status: 'draft', dataset: 'own' })).toEqual({
      model: 'coco80@1.0.0',
      status: 'draft',
    });
    expect(of({ status: 'accepted' })).toEqual({ status: 'accepted' });
    expect(of({ dataset: 'own', model: 7 })).toBeUndefined();
    expect(of([])).toBeUndefined();
  });
});
