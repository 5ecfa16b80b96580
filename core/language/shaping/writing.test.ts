import { describe, expect, it } from 'vitest';
import { UscdfDocument } from '../../records/document.ts';
import { ok } from '../../result.ts';
import { documentOf, FILE_KINDS, recordAround, tinyMask } from '../../testing/fixtures.ts';
import { answersOf, drawnPixel, editedText, errorCodes, masksOf, shaped } from '../../testing/shaping.ts';
import type { ShapeEdit } from './shapeEdit.ts';
import { shapeRecord } from './shapeRecord.ts';

const MOVE: ShapeEdit = { kind: 'movePhrase', phrase: 0, to: 1 };
const SET: ShapeEdit = { kind: 'setMask', mask: 1, drawn: drawnPixel(3) };
const NAME: ShapeEdit = { kind: 'nameMask', name: 'and', drawn: drawnPixel(3) };
const ANSWER = 'I see <p> a dog </p> [SEG] and <p> a cat </p> [SEG].';
const NEW = JSON.stringify(drawnPixel(3)).replaceAll(':', ': ').replaceAll(',', ', ');

/** The file's text after a step. */
function textAfter(document: UscdfDocument, edit: ShapeEdit): string {
  const result = shaped(document, edit);
  return typeof result === 'string' ? result : result.text();
}

describe('a file keeps its own manner', () => {
  const json = (masks: string, ending = '\n') =>
    new UscdfDocument(
      'json',
      `{\n    "id": "a",\n    "masks": ${masks},\n    "image": "a.jpg",\n    "conversations": [{"from": "human", "value": "<image>\\nHi \\u00e9"}, {"from": "gpt", "value": "${ANSWER}"}]\n}\n`.replaceAll(
        '\n',
        ending,
      ),
    );
  const yaml = (masks: string, ending = '\n') =>
    new UscdfDocument(
      'uscdf',
      `---\nid: a # of mine\nmasks:${masks}\nimage: a.jpg\n---\nUser: <IMAGE>\nHi\nAssistant: ${ANSWER}\n`.replaceAll(
        '\n',
        ending,
      ),
    );

  it.each([
    [
      '[ {"size":[2,2],"counts":[0,1,3]} , {"size":[2,2],"counts":[1,1,2]} ]',
      '[ {"size":[2,2],"counts":[0,1,3]} , NEW , {"size":[2,2],"counts":[1,1,2]} ]',
    ],
    [
      '[\n        {"size": [2, 2],\n         "counts": [0, 1, 3]},\n        {"size": [2, 2], "counts": [1, 1, 2]}\n    ]',
      '[\n        {"size": [2, 2],\n         "counts": [0, 1, 3]},\n        NEW,\n        {"size": [2, 2], "counts": [1, 1, 2]}\n    ]',
    ],
  ])('of a list in JSON: %j', (masks, wanted) => {
    for (const ending of ['\n', '\r\n']) {
      const text = textAfter(json(masks, ending), NAME);
      expect(text).toContain(`"masks": ${wanted.replace('NEW', NEW)}`.replaceAll('\n', ending));
      expect(text).toContain('[SEG] <p> and </p> [SEG] <p> a cat');
    }
  });

  it('of masks in JSON that change places', () => {
    const text = textAfter(json('[{"size": [2,  2], "counts": [0,1,3]},\n {"size": [2, 2], "counts": "013"}]'), MOVE);
    expect(text).toContain('"masks": [{"size": [2, 2], "counts": "013"},\n {"size": [2,  2], "counts": [0,1,3]}]');
  });

  it.each([
    [
      '\n- {size: [2, 2], counts: [0, 1, 3]} # dog\n- {size: [2, 2], counts: [1, 1, 2]}',
      '\n- {size: [2, 2], counts: [0, 1, 3]} # dog\n- NEW\n- {size: [2, 2], counts: [1, 1, 2]}',
    ],
    [
      '\n  - size: [2, 2]\n    counts: [0, 1, 3]\n  - size: [2, 2]\n    counts: [1, 1, 2]',
      '\n  - size: [2, 2]\n    counts: [0, 1, 3]\n  - NEW\n  - size: [2, 2]\n    counts: [1, 1, 2]',
    ],
    [
      ' [ {size: [2, 2], counts: [0, 1, 3]}, {size: [2, 2], counts: [1, 1, 2]} ]',
      ' [ {size: [2, 2], counts: [0, 1, 3]}, NEW, {size: [2, 2], counts: [1, 1, 2]} ]',
    ],
  ])('of a list in YAML: %j', (masks, wanted) => {
    for (const ending of ['\n', '\r\n']) {
      const document = yaml(masks, ending);
      const text = textAfter(document, NAME);
      expect(text).toContain(`masks:${wanted.replace('NEW', NEW)}`.replaceAll('\n', ending));
      const last: ShapeEdit = { kind: 'nameMask', name: 'a bus', drawn: drawnPixel(3) };
      const longer = shaped(document, last) as UscdfDocument;
      expect(masksOf(longer)).toEqual([tinyMask(0), tinyMask(1), drawnPixel(3)]);
      const moved = shaped(longer, MOVE) as UscdfDocument;
      expect(masksOf(moved)).toEqual([tinyMask(1), tinyMask(0), drawnPixel(3)]);
      const redrawn = shaped(moved, { kind: 'setMask', mask: 0, drawn: drawnPixel(2) }) as UscdfDocument;
      expect(masksOf(redrawn)).toEqual([tinyMask(2), tinyMask(0), drawnPixel(3)]);
      expect(redrawn.text()).toContain('id: a # of mine');
      const removed = shaped(redrawn, {
        kind: 'removePhrase',
        phrase: 1,
        words: 'remove',
        mask: 'remove',
      }) as UscdfDocument;
      expect(masksOf(removed)).toEqual([tinyMask(2), drawnPixel(3)]);
      if (ending === '\r\n') expect(removed.text().replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    }
  });

  it('of a score that goes, wherever it stands', () => {
    for (const kept of [
      '"size": [2, 2], "score": 0.5, "counts": "013"',
      '"score": 0.5, "size": [2, 2], "counts": "013"',
      '"size": [2, 2], "counts": "013", "score": 0.5',
    ]) {
      const wanted = `{${kept.replace(/"score": 0.5, |, "score": 0.5/, '').replace('"013"', JSON.stringify(drawnPixel(3).counts))}}`;
      expect(textAfter(json(`[{"size": [2, 2], "counts": [0, 1, 3]}, {${kept}}]`), SET)).toContain(wanted);
      const flow = yaml(`\n- {"size": [2, 2], "counts": [0, 1, 3]}\n- {${kept}}`);
      expect(textAfter(flow, SET)).toContain(wanted);
    }
    const block = yaml('\n- size: [2, 2]\n  counts: [0, 1, 3]\n- score: 0.5\n  size: [2, 2]\n  counts: [1, 1, 2]');
    expect(masksOf(new UscdfDocument('uscdf', textAfter(block, SET)))).toEqual([tinyMask(0), tinyMask(3)]);
  });

  it('changes no mask that another one stands for by name', () => {
    const named = yaml('\n- &dog {size: [2, 2], counts: [0, 1, 3]}\n- *dog');
    expect(textAfter(named, { kind: 'setMask', mask: 0, drawn: drawnPixel(3) })).toContain('by reference');
    expect(textAfter(named, MOVE)).toContain('by reference');
    expect(textAfter(named, SET)).toContain('- &dog {size: [2, 2], counts: [0, 1, 3]}\n- {"size"');
  });
});

describe.each(FILE_KINDS)('masks in a sidecar of a %s file', (kind) => {
  const SIDECAR = '[\n  {"size": [2, 2], "counts": [0, 1, 3]},\n  {"size": [2, 2], "counts": [1, 1, 2], "own": 1}\n]\n';
  const document = documentOf(recordAround(ANSWER, { masks: 'a.masks.json' }), kind);
  const shapedFile = (edit: ShapeEdit, sidecar: string | undefined = SIDECAR) =>
    shapeRecord(document, 0, edit, undefined, sidecar);

  it('are changed in their own file', () => {
    const result = shapedFile(SET);
    if (!result.ok) throw new Error(result.message);
    expect(result.value.edits).toEqual([]);
    const [file] = result.value.files!;
    expect(file!.path).toBe('a.masks.json');
    expect(editedText(SIDECAR, file!.edits)).toBe(SIDECAR.replace('[1, 1, 2]', '[3, 1]'));
  });

  it('go with the words of the record', () => {
    const result = shapedFile(NAME);
    if (!result.ok) throw new Error(result.message);
    const after = new UscdfDocument(kind, editedText(document.text(), result.value.edits));
    expect(answersOf(after)[0]).toContain('<p> and </p> [SEG]');
    const masks = JSON.parse(editedText(SIDECAR, result.value.files![0]!.edits));
    expect(masks).toEqual([tinyMask(0), drawnPixel(3), { ...tinyMask(1), own: 1 }]);
    expect(result.value.phrase).toBe(1);
  });

  it('are refused where the file is not there, or is no list', () => {
    expect(
      shapeRecord(document, 0, SET, { image: () => undefined, labelMap: () => undefined, sidecar: () => ok([]) }),
    ).toMatchObject({
      ok: false,
      message: expect.stringContaining('cannot be read'),
    });
    for (const text of ['{}', '', '[1', '"x"']) expect(shapedFile(SET, text)).toMatchObject({ ok: false });
  });
});

describe('a record that would be left broken', () => {
  it.each([
    [
      'a line that begins a turn',
      'uscdf',
      'Two.\n<p> --- </p> [SEG]\nThree.',
      { kind: 'removePhrase', phrase: 0, words: 'keep', mask: 'remove' },
    ],
    [
      'masks in front are missing',
      'jsonl',
      'I see <p> a dog </p> [SEG] and a cat.',
      { kind: 'nameMask', name: 'a cat', drawn: drawnPixel(0) },
    ],
  ] as const)('is refused: %s', (_, kind, answer, edit) => {
    const document = documentOf(recordAround(answer, kind === 'jsonl' ? { masks: [] } : {}), kind);
    expect(typeof shaped(document, edit)).toBe('string');
  });

  it('says what is denied in other words', () => {
    const document = documentOf(recordAround('A man. However, I cannot see any dog in this image.'), 'jsonl');
    expect(shaped(document, { kind: 'nameMask', name: 'dog', drawn: drawnPixel(0) })).toContain('in words of its own');
  });

  it('may hold a mask of the size that all of its masks have', () => {
    const document = documentOf(recordAround(ANSWER, { width: 9, height: 9 }), 'jsonl');
    const changed = shaped(document, SET) as UscdfDocument;
    expect(masksOf(changed)[1]).toEqual(tinyMask(3));
    expect(errorCodes(changed)).toEqual(['mask-size', 'mask-size']);
  });
});
