import { readExactly, realFolder, using } from '../bundle/bundleFolder.ts';
import { licenceNote } from '../licence.ts';
import { type BundleManifest, graphsOf } from '../manifest.ts';
import { memoryNeed } from '../memory.ts';
import { shownText } from '../remote/exchange.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { type DownloadPlan, megabytes } from './fetchBundle.ts';
import { bytesOf, filesOf } from './files.ts';
import type { KnownModel } from './store.ts';
import { tasksOf } from './tasks.ts';

/** Pages about models, in Markdown: what somebody wants to know before using one. */

const ORIGINS: Readonly<Record<KnownModel['origin'], string>> = {
  shipped: 'ships with this program',
  linked: 'added, and stays where it is',
  copied: 'added as a copy',
  downloaded: 'downloaded',
};

const MAX_CARD_BYTES = 200_000;

/** What a terminal would obey instead of showing it, and what turns the direction of letters: a model's words are shown, never obeyed. */
const UNSHOWN = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu;

/** All about a model that is here, its model card at the end. */
export async function modelPage(model: KnownModel): Promise<string> {
  const { name, folder, from, origin, manifest, problem } = model;
  const place: Rows = [
    ['Origin', from === undefined ? ORIGINS[origin] : `${ORIGINS[origin]}; from ${from}`],
    ['Folder', code(folder)],
  ];
  const trouble = problem === undefined ? '' : `**It cannot be used.** ${problem}\n\n`;
  if (manifest === undefined) return harmless(`# ${name}\n\n${trouble}${table(place)}`);
  const limits = licenceNote(manifest);
  const parts = [
    `# ${manifest.title}\n\n${trouble}${manifest.description}\n`,
    limits === undefined ? '' : `> **Mind the licence.** ${limits}\n`,
    table([...facts(manifest), ...place]),
    `## Files\n\n${table(fileRows(manifest))}`,
    await modelCard(folder, manifest),
  ];
  return harmless(parts.join('\n'));
}

/** What would be fetched for an entry of the catalogue: shown before the user is asked for consent. */
export function planPage({ entry, hub, sources, bytes }: DownloadPlan): string {
  const parts = sources.map(({ repository, commit, licence, statedLicence, files }) => {
    const stated = statedLicence ?? 'none';
    const differs = statedLicence?.toLowerCase() === licence.toLowerCase() ? '' : `; this program expects ${licence}`;
    const rows: Rows = files.map(({ as, bytes: size, digest }) => [
      code(as),
      `${megabytes(size)} (${size} bytes), ${digest.kind === 'sha256' ? 'SHA-256' : 'git SHA-1'} ${code(digest.value)}`,
    ]);
    return `## ${repository}\n\n${table([
      ['Address', `${hub}/${repository}`],
      ['Commit', code(commit)],
      ['Licence stated there', `${stated}${differs}`],
      ...rows,
    ])}`;
  });
  const page = [
    `# Download of ${entry.title}\n\n${entry.description}\n`,
    `${megabytes(bytes)} in all. Licence: ${entry.licence}. Every file is checked against the hash below, and nothing else is fetched.\n`,
    ...parts,
  ];
  return harmless(page.join('\n'));
}

/** What is known of an entry of the catalogue before its hub was asked. */
export function entryPage({ name, title, description, licence, aboutBytes, sources }: CatalogueEntry): string {
  return [
    `# ${title}\n\n${description}\n`,
    table([
      ['Name', code(name)],
      ['Licence', licence],
      ['Size', `about ${megabytes(aboutBytes)}`],
      ['From', sources.map(({ repository }) => repository).join(', ')],
    ]),
    `It is not on this machine. Nothing is fetched before you saw sizes, licences and hashes and agreed.\n`,
  ].join('\n');
}

/** One line for a list: what it is for, how large, on which devices. */
export function modelSummary({ manifest, origin, problem }: KnownModel): string {
  if (manifest === undefined) return harmless(`cannot be used: ${problem}`);
  const parts = [
    tasksOf(manifest).join(', ') || 'drafts nothing',
    megabytes(bytesOf(manifest)),
    manifest.licence.expression,
    ORIGINS[origin],
  ];
  return harmless(parts.join(' · '));
}

type Rows = readonly (readonly [string, string])[];

function facts(manifest: BundleManifest): Rows {
  const { name, version, licence, devices, driver, served } = manifest;
  const family = 'family' in manifest && manifest.family !== undefined ? `, family ${manifest.family}` : '';
  const precision = 'precision' in manifest ? manifest.precision : undefined;
  return [
    ['Name', `${code(name)}, version ${version}`],
    ['Licence', `${licence.expression} (${licence.files.map(code).join(', ')})`],
    ['Tasks', tasksOf(manifest).join(', ') || 'none'],
    ['Driver', `${driver}${family}`],
    ['Devices', devices.join(', ')],
    ...(precision === undefined ? [] : [['Weights', precision] as const]),
    ['Size', megabytes(bytesOf(manifest))],
    ['Memory', memory(manifest)],
    ...(served === undefined
      ? []
      : [
          [
            'Server',
            `${Object.keys(served.models).join(', ')} run on ${shownText(served.url)}; what is made of a photograph is sent there`,
          ] as const,
        ]),
  ];
}

/** What a draft on a processor needs; on other devices weights may lie elsewhere. */
function memory(manifest: BundleManifest): string {
  const { weightsBytes, cacheBytes, workingBytes } = memoryNeed(manifest, 'cpu');
  const parts = [
    `weights ${megabytes(weightsBytes)}`,
    ...(cacheBytes > 0 ? [`context of the answer ${megabytes(cacheBytes)}`] : []),
    `work ${megabytes(workingBytes)}`,
  ];
  return `about ${megabytes(weightsBytes + cacheBytes + workingBytes)} on a processor (${parts.join(', ')})`;
}

function fileRows(manifest: BundleManifest): Rows {
  const hashes = new Map<string, { readonly bytes: number; readonly sha256: string }>();
  for (const { external = [], ...graph } of graphsOf(manifest).values()) {
    for (const file of [graph, ...external]) hashes.set(file.file, file);
  }
  if ('tokenizer' in manifest) {
    const { config, ...file } = manifest.tokenizer;
    for (const each of config === undefined ? [file] : [file, config]) hashes.set(each.file, each);
  }
  return filesOf(manifest).map((file) => {
    const known = hashes.get(file);
    return [code(file), known === undefined ? '' : `${megabytes(known.bytes)}, SHA-256 ${code(known.sha256)}`];
  });
}

async function modelCard(folder: string, manifest: BundleManifest): Promise<string> {
  try {
    // The card may have been replaced since the bundle was checked: by a link that leads out, a pipe, a file without end.
    const bytes = await using(await realFolder(folder), manifest.modelCard, ({ handle, size }) =>
      readExactly(handle, Math.min(size, MAX_CARD_BYTES)),
    );
    const text = new TextDecoder().decode(bytes).replaceAll('\r\n', '\n');
    // Hubs keep metadata before the text.
    return `---\n\n${text.replace(/^---\n[\s\S]*?\n---\n/, '')}`;
  } catch {
    return `The model card ${manifest.modelCard} cannot be read.\n`;
  }
}

function table(rows: Rows): string {
  return `| | |\n| --- | --- |\n${rows.map(([key, value]) => `| ${cell(key)} | ${cell(value)} |\n`).join('')}`;
}

/** Text of a model's as a terminal shows it, whatever is in it. */
export function harmless(page: string): string {
  return page.replace(UNSHOWN, '\ufffd');
}

/** A manifest is input: nothing of it may end the table. */
function cell(value: string): string {
  return value.replace(/[\r\n]+/g, ' ').replaceAll('|', '\\|');
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}
