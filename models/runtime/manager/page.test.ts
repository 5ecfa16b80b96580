import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUNDLE } from '../testing/builtWorker.ts';
import { CATALOGUE } from './catalogue.ts';
import { entryPage, modelPage, modelSummary, planPage } from './page.ts';
import { ModelStore } from './store.ts';

const store = new ModelStore({ folder: '/nowhere', shipped: dirname(BUNDLE) });

describe('the page of a model', () => {
  it('says what it is, what it does, how large it is, and ends with its model card', async () => {
    const page = await modelPage((await store.find('coco80'))!);
    expect(page).toMatch(/^# COCO 80/);
    expect(page).toContain('| Licence | Apache-2.0 AND MIT (`LICENSE`, `NOTICE`) |');
    expect(page).toContain('describe (gcg), panoptic, referring');
    expect(page).toContain('09796f487990c177b763043ae85037180132351d0f091f717424634e9d91392b');
    expect(page).toMatch(/\| Memory \| about \d+\.\d MB on a processor \(weights \d/);
    expect(page).not.toContain('Mind the licence');
    expect(page.indexOf('\n---\n')).toBeLessThan(page.lastIndexOf('\n#'));
  });

  it('says first what its licence forbids', async () => {
    const model = (await store.find('coco80'))!;
    const licence = {
      ...model.manifest!.licence,
      forbids: ['commercial-use', 'redistribution'],
      terms: 'Ask the authors | first.',
    };
    const page = await modelPage({
      ...model,
      manifest: { ...model.manifest!, licence } as NonNullable<typeof model.manifest>,
    });
    expect(page.split('\n')[4]).toBe(
      '> **Mind the licence.** The licence of COCO 80: grounded drafts of photographs (Apache-2.0 AND MIT) forbids commercial use and passing the model on: see to it that your use is none of that. Ask the authors | first.',
    );
  });

  it('says why a model cannot be used', async () => {
    const gone = { name: 'gone', origin: 'linked', folder: '/a|b', problem: 'It went away.' } as const;
    expect(await modelPage(gone)).toContain('**It cannot be used.** It went away.');
    expect(await modelPage(gone)).toContain('`/a\\|b`');
    expect(modelSummary(gone)).toContain('It went away.');
  });

  it('shows what would command a terminal, and obeys none of it', async () => {
    const model = (await store.find('coco80'))!;
    const folder = mkdtempSync(join(tmpdir(), 'page-'));
    cpSync(model.folder, folder, { recursive: true });
    const card = join(folder, 'MODEL_CARD.md');
    const title = 'A\u001b[2Jtitle';
    const manifest = { ...model.manifest!, title } as NonNullable<typeof model.manifest>;
    const hostile = { ...model, folder, manifest };
    try {
      writeFileSync(card, '---\r\nlicense: mit\r\n---\r\nA card\r\n\u001b]0;mine\u0007 \u009b2J\u202eterces\tend');
      const page = await modelPage(hostile);
      expect(page).toMatch(/^# A\ufffd\[2Jtitle\n/);
      expect(page).toMatch(/\n---\n\nA card\n\ufffd\]0;mine\ufffd \ufffd2J\ufffdterces\tend$/);

      rmSync(card);
      symlinkSync('/etc/passwd', card);
      expect(await modelPage(hostile)).toMatch(/The model card MODEL_CARD.md cannot be read.\n$/);
      if (process.platform !== 'win32') {
        rmSync(card);
        execFileSync('mkfifo', [card]);
        expect(await modelPage(hostile)).toMatch(/cannot be read.\n$/);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('the page of a plan names every file with size and hash, and a licence that is another than was expected', () => {
  const [entry] = CATALOGUE;
  const digest = { kind: 'sha256', value: 'ab'.repeat(32) } as const;
  const file = { as: 'onnx/x.onnx', url: 'https://hub/x', bytes: 1_500_000, digest };
  const source = {
    repository: 'a/b',
    commit: 'c'.repeat(40),
    licence: 'MIT',
    statedLicence: 'cc-by-nc-4.0',
    files: [file],
  };
  const page = planPage({ entry: entry!, hub: 'https://hub', bytes: 1_500_000, sources: [source] });
  expect(page).toContain('1.5 MB in all.');
  expect(page).toContain('| Licence stated there | cc-by-nc-4.0; this program expects MIT |');
  expect(page).toContain(`| \`onnx/x.onnx\` | 1.5 MB (1500000 bytes), SHA-256 \`${digest.value}\` |`);
});

it('the catalogue puts every file at a place of its own', () => {
  for (const entry of CATALOGUE) {
    const places = entry.sources.flatMap(({ files }) => files.map(({ as }) => join('/bundle', as)));
    expect(new Set(places).size).toBe(places.length);
    expect(places.every((place) => place.startsWith('/bundle/'))).toBe(true);
    expect(entryPage(entry)).toContain(entry.name);
  }
});
