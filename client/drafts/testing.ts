/** Drafts for tests. */
import type { StoredDraft } from './storedDraft.ts';

/** A draft for the record `id` of a document. */
export function storedDraft(id: string, more: Partial<StoredDraft> = {}): StoredDraft {
  return {
    version: 1,
    document: 'file:///data/scenes.uscdf.jsonl',
    record: { record: 0, id, fingerprint: `print of ${id}` },
    waited: true,
    asked: { kind: 'record' },
    draft: {
      task: 'referring',
      question: 'Please segment the dog and the zebra in this image.',
      answer: "Sure, it is <p> the dog </p> [SEG]. But I don't see any zebra in this image.",
      image: `images/${id}.jpg`,
      width: 2,
      height: 2,
      masks: [{ size: [2, 2], counts: '112', label: 'dog', score: 0.8125, bbox: [0, 0, 1, 1], area: 1 }],
      negatives: ['zebra'],
    },
    model: { name: 'tiny', version: '1.0.0' },
    notes: ['Words are not judged.'],
    created: '2026-01-02T03:04:05.678Z',
    edited: false,
    ...more,
  };
}
