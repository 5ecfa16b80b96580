/** Wires what stands beside the text: the pictures of masks after their `[SEG]`, and the colours of lines. */
import type { Connection } from 'vscode-languageserver';
import { recordsIn } from '../core/language/maskPictures.ts';
import type { OpenDocument } from './openDocument.ts';
import { MaskPicturesRequest } from './protocol.ts';

/** Masks are drawn for so many milliseconds: a request for words must not wait for pictures. */
const DRAW_MS = 50;

/** Answers the request from now on. */
export function answerInText(connection: Connection, documents: ReadonlyMap<string, OpenDocument>): void {
  connection.onRequest(
    MaskPicturesRequest.method,
    async ({ uri, ranges, height }: MaskPicturesRequest.Params): Promise<MaskPicturesRequest.Answer> => {
      const open = documents.get(uri);
      if (open === undefined) return null;
      const { version, document, resources, service } = open;
      const records = recordsIn(document, ranges).map(({ cell }) => cell.record);
      await resources.loadTogether([...new Set(records)], { images: false });
      // The places would be those of a text that is gone.
      if (open.version !== version) return null;
      let drawn = 0;
      const end = performance.now() + DRAW_MS;
      // One is drawn each time, so that there is an end to asking again.
      const isLate = () => drawn++ > 0 && performance.now() > end;
      return service.maskPictures(document, { ranges, height, resources, isLate });
    },
  );
}
