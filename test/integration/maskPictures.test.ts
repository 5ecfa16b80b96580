/** What stands beside the text, over the protocol: the masks of a sidecar, and a text that is typed in. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FILE_KINDS } from '../../core/testing/fixtures.ts';
import { MaskPicturesRequest } from '../../server/protocol.ts';
import type { OpenFile } from './openFile.ts';
import { aboutRiders, fileOf, HORSE, RIDER } from './photoFolder.ts';
import { PhotoServer } from './photoServer.ts';

const photo = new PhotoServer();

async function pictures(file: OpenFile) {
  const last = { line: file.text.split('\n').length, character: 0 };
  const ranges = [{ start: { line: 0, character: 0 }, end: last }];
  const params: MaskPicturesRequest.Params = { uri: file.uri, ranges, height: 16 };
  return photo.client.ask<MaskPicturesRequest.Answer>(MaskPicturesRequest.method, params);
}

describe.each(FILE_KINDS)('in a %s file', (kind) => {
  it('pictures follow their [SEG] while somebody types', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders()));
    const before = await pictures(file);
    expect(before?.pictures.map(({ mask }) => mask)).toEqual([0, 1]);
    expect(before?.pictures[0]?.range).toEqual(file.rangeOf('[SEG]'));
    file.replace('Sure, ', 'Sure, 🐴 ');
    const after = await pictures(file);
    expect(after?.pictures[0]?.range).toEqual(file.rangeOf('[SEG]'));
    expect(after?.pictures.map(({ svg }) => svg)).toEqual(before?.pictures.map(({ svg }) => svg));
  });

  it('pictures are drawn of a sidecar, and anew once it has changed', async () => {
    const sidecar = `${kind}-pictures.masks.json`;
    const file = photo.open(kind, fileOf(kind, aboutRiders({ masks: sidecar })));
    const path = join(dirname(fileURLToPath(file.uri)), sidecar);
    const write = (masks: readonly unknown[]) => {
      writeFileSync(path, JSON.stringify(masks));
      photo.client.tell('workspace/didChangeWatchedFiles', {
        changes: [{ uri: new URL(sidecar, file.uri).href, type: 2 }],
      });
    };
    write([HORSE, RIDER]);
    const [horse, rider] = (await pictures(file))!.pictures;
    write([RIDER, HORSE]);
    const [first, second] = (await pictures(file))!.pictures;
    const shape = (svg: string) => /<path d="([^"]+)"/.exec(svg)![1];
    expect([first, second].map((picture) => shape(picture!.svg))).toEqual([shape(rider!.svg), shape(horse!.svg)]);
  });

  it('there are none of a file that is closed', async () => {
    const file = photo.open(kind, fileOf(kind, aboutRiders()));
    file.close();
    expect(await pictures(file)).toBeNull();
  });
});
