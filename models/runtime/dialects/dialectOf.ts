import type { GeneratorManifest } from '../manifest.ts';
import { bareDialect } from './bare.ts';
import { boxesDialect } from './boxes.ts';
import type { Dialect } from './dialect.ts';
import { groupsDialect } from './groups.ts';
import { phrasesDialect } from './phrases.ts';

/** The reader of what a bundle's model writes. */
export function dialectOf({ dialect: settings }: Pick<GeneratorManifest, 'dialect'>): Dialect {
  switch (settings.kind) {
    case 'phrases':
      return phrasesDialect(settings);
    case 'bare':
      return bareDialect(settings);
    case 'groups':
      return groupsDialect(settings);
    case 'boxes':
      return boxesDialect(settings);
  }
}
