import fc from 'fast-check';
import { it } from 'vitest';
import { anyAnswer, anyBrokenFile, anyBytes, anyKind, anyPieces } from './anyText.ts';
import { askEverything } from './everyFeature.ts';

it('collect', async () => {
  const N = Number(process.env['N'] ?? 20000);
  const as = (b: any) => fc.record({ kind: anyKind, bytes: b });
  const groups = new Map<string, { n: number; kind: string; text: string; error: string }>();
  let worst: [number, string] = [0, ''];
  for (const arb of [as(anyBytes), as(anyPieces), as(anyBrokenFile), anyAnswer] as any[]) {
    for (const { kind, bytes } of fc.sample(arb, { numRuns: N, seed: Number(process.env['S'] ?? 7) }) as any[]) {
      const t = performance.now();
      try {
        await askEverything(kind, bytes);
      } catch (e: any) {
        const key =
          kind +
          ' ' +
          String(e.message).slice(0, 45).replace(/\d+/g, 'N') +
          (e.name === 'Error' ? '' : (e.stack ?? '').split('\n')[1]);
        const text = new TextDecoder().decode(bytes);
        const g = groups.get(key);
        if (!g) groups.set(key, { n: 1, kind, text, error: String(e.message).slice(0, 700) });
        else {
          g.n++;
          if (text.length < g.text.length) {
            g.text = text;
            g.error = String(e.message).slice(0, 700);
          }
        }
      }
      const d = performance.now() - t;
      if (d > worst[0]) worst = [d, JSON.stringify(new TextDecoder().decode(bytes))];
    }
  }
  for (const [k, g] of groups) console.log(`${g.n} × ${k}\n   ${JSON.stringify(g.text)}\n   ${g.error}\n`);
  console.log('worst', worst);
}, 600000);
