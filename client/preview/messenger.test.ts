import { describe, expect, it } from 'vitest';
import type * as vscode from 'vscode';
import type { Answer, FromPreview } from '../../media/protocol.ts';
import { PageLinks } from './messenger.ts';

describe('the wire to a page', () => {
  it('hands over what the page asks, and answers it', async () => {
    const heard: FromPreview[] = [];
    const page = fakePage();
    new PageLinks(() => {}).connect(page.panel, async (message) => {
      heard.push(message);
      return { ok: true };
    });
    expect(await page.ask({ type: 'select', phrase: 2 })).toEqual({ ok: true });
    expect(heard).toEqual([{ type: 'select', phrase: 2 }]);
  });

  it('answers what is none of the protocol with a reason, and logs it once', async () => {
    const lines: string[] = [];
    const heard: FromPreview[] = [];
    const page = fakePage();
    new PageLinks((line) => lines.push(line)).connect(page.panel, async (message) => {
      heard.push(message);
      return { ok: true };
    });
    for (const message of [{ type: 'select', phrase: -1 }, 'what', undefined])
      expect(await page.ask(message)).toMatchObject({ ok: false });
    expect(heard).toEqual([]);
    expect(lines).toHaveLength(1);
  });

  it('answers a failure with its reason', async () => {
    const page = fakePage();
    new PageLinks(() => {}).connect(page.panel, async () => {
      throw new Error('The server is gone.');
    });
    expect(await page.ask({ type: 'ready' })).toEqual({
      ok: false,
      message: 'This failed, so that nothing was done: The server is gone.',
    });
  });

  it('keeps pages apart', async () => {
    const links = new PageLinks(() => {});
    const [one, other] = [fakePage(), fakePage()];
    const linkOne = links.connect(one.panel, async () => ({ ok: true, score: 1 }));
    links.connect(other.panel, async () => ({ ok: true, score: 2 }));
    expect(await one.ask({ type: 'ready' })).toEqual({ ok: true, score: 1 });
    expect(await other.ask({ type: 'ready' })).toEqual({ ok: true, score: 2 });
    linkOne.post({ type: 'draftClosed' });
    expect(one.notified).toEqual([{ type: 'draftClosed' }]);
    expect(other.notified).toEqual([]);
  });
});

/** A webview panel as far as messages go, with the page's side of it. */
function fakePage() {
  let listener: ((message: unknown) => unknown) | undefined;
  const waiting = new Map<string, (answer: Answer) => void>();
  const notified: unknown[] = [];
  let id = 0;
  const panel = {
    viewType: 'uscdf.preview',
    visible: true,
    onDidDispose: () => ({ dispose: () => {} }),
    webview: {
      onDidReceiveMessage: (heard: (message: unknown) => unknown) => {
        listener = heard;
        return { dispose: () => {} };
      },
      postMessage: async (message: { id?: string; params?: unknown; result?: Answer }) => {
        if (message.id === undefined) notified.push(message.params);
        else waiting.get(message.id)?.(message.result as Answer);
        return true;
      },
    },
  } as unknown as vscode.WebviewPanel;
  const ask = (params: unknown) =>
    new Promise<Answer>((resolve) => {
      const request = { id: `request_${id++}`, method: 'uscdf/fromPage', receiver: { type: 'extension' }, params };
      waiting.set(request.id, resolve);
      listener?.(request);
    });
  return { panel, ask, notified };
}
