import { it } from 'vitest';
import { askEverything } from './everyFeature.ts';
import { HUGE } from './hugeText.ts';

it('big', async () => {
  const from = Number(process.env['FROM'] ?? 0);
  for (const [i, [name, kind, text]] of HUGE.entries()) {
    if (i < from) continue;
    if (process.env['ONLY'] && !name.includes(process.env['ONLY'])) continue;
    console.log(`start ${i} ${name} ${kind}`);
    const t = performance.now();
    let r = '';
    try {
      r = String(await askEverything(kind, new TextEncoder().encode(text())));
    } catch (e: any) {
      r =
        'ERR ' +
        String(e.message).slice(0, 200) +
        (e.name === 'Error' ? '' : (e.stack ?? '').split('\n').slice(0, 6).join('|'));
    }
    console.log(`${Math.round(performance.now() - t)} ms ${i} ${name} ${kind}: ${r}`);
  }
}, 3600000);
