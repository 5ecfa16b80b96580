/** Runs the rules over one record. Never throws on a record, whatever it holds. */
import type { Span } from '../records/position.ts';
import { RecordModel, type Resources, type Severity } from '../records/recordModel.ts';
import type { SourceRecord } from '../records/sourceRecord.ts';
import { ruleInfo, rules } from './index.ts';
import type { Extra, Fix, FixKind, Scope, Target } from './rule.ts';

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Offsets into the record's source. */
  readonly span: Span;
  readonly related: readonly { readonly span: Span; readonly message: string }[];
  readonly fixKind: FixKind;
  /** The fixes, the preferred one first; empty where there is none. */
  fixes(): readonly Fix[];
}

/** Severities that settings, a config file or the command line set; a code that is not in it has its default. */
export type Severities = Readonly<Record<string, Severity | 'off'>>;

export interface CheckOptions {
  readonly scopes: readonly Scope[];
  readonly severities?: Severities;
  readonly resources?: Resources;
}

const NO_FIXES = (): readonly Fix[] => [];

/** The findings of the rules of some scopes, in the order of their places. */
export function checkRecord(
  source: SourceRecord,
  { scopes, severities = {}, resources }: CheckOptions,
): readonly Finding[] {
  if (source.problems.length > 0) return scopes.includes('record') ? syntaxFindings(source, severities) : [];
  const record = new RecordModel(source, resources);
  const findings: Finding[] = [];
  for (const rule of rules) {
    if (!scopes.includes(rule.scope)) continue;
    const severity = record.ownSeverity(rule.code) ?? severities[rule.code] ?? rule.severity;
    if (severity === 'off') continue;
    const add = (span: Span, message: string, extra: Extra = {}) =>
      findings.push({
        code: rule.code,
        severity,
        message,
        span,
        related: (extra.related ?? []).map(({ target, message }) => ({ span: spanOf(source, target), message })),
        fixKind: rule.fix,
        fixes: extra.fixes ?? NO_FIXES,
      });
    if (rule.scope !== 'turn') {
      const report = (target: Target, message: string, extra?: Extra) => add(spanOf(source, target), message, extra);
      rule.check({ record, resources, report });
      continue;
    }
    for (const turn of record.turns) {
      const report = (span: Span, message: string, extra?: Extra) =>
        add(source.locateText(turn.index, span), message, extra);
      rule.check({ record, turn, report });
    }
  }
  return findings.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function syntaxFindings(source: SourceRecord, severities: Severities): readonly Finding[] {
  const severity = severities['syntax'] ?? ruleInfo('syntax')!.severity;
  if (severity === 'off') return [];
  return source.problems.map(({ start, end, message }) => ({
    code: 'syntax',
    severity,
    message,
    span: { start, end },
    related: [],
    fixKind: 'none',
    fixes: NO_FIXES,
  }));
}

function spanOf(source: SourceRecord, target: Target): Span {
  return 'turn' in target ? source.locateText(target.turn, target) : source.locate(target.path, target.part);
}
