import type { BundleManifest, ForbiddenUse } from './manifest.ts';

/** What a licence forbids, in words for the person who uses the model. */

const USES: Readonly<Record<ForbiddenUse, string>> = {
  'commercial-use': 'commercial use',
  redistribution: 'passing the model on',
  modification: 'changing the model',
};

/** A sentence or two, or `undefined` where the manifest names no limits. */
export function licenceNote({ title, licence }: Pick<BundleManifest, 'title' | 'licence'>): string | undefined {
  const forbidden = (licence.forbids ?? []).map((use) => USES[use]);
  if (forbidden.length === 0 && licence.terms === undefined) return undefined;
  const list =
    forbidden.length < 3 ? forbidden.join(' and ') : `${forbidden.slice(0, -1).join(', ')} and ${forbidden.at(-1)}`;
  return [
    ...(forbidden.length === 0
      ? []
      : [`The licence of ${title} (${licence.expression}) forbids ${list}: see to it that your use is none of that.`]),
    ...(licence.terms === undefined ? [] : [licence.terms]),
  ].join(' ');
}
