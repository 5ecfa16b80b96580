/** Runs the rules over one record. Never throws on a record, whatever it holds. */
import type { FileRecords, PlacedRecord } from '../records/fileRecords.ts';
import { JsonRecord } from '../records/jsonRecord.ts';
import type { Span } from '../records/position.ts';
import { RecordModel, type Resources, type Severity } from '../records/recordModel.ts';
import { LazyTurn, type SourceRecord } from '../records/sourceRecord.ts';
import type { AnswerTree } from '../text/tree.ts';
import { ruleInfo, rules } from './index.ts';
import type { Extra, Fix, FixKind, Need, RecordContext, Related, Rule, Scope, Target, TurnContext } from './rule.ts';

export interface Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Offsets into the record's source. */
  readonly span: Span;
  readonly related: readonly RelatedPlace[];
  readonly fixKind: FixKind;
  /** The fixes, the preferred one first; empty where there is none. */
  fixes(): readonly Fix[];
}

export interface RelatedPlace {
  /** Offsets into the source of the record, or of the one elsewhere in the file. */
  readonly span: Span;
  readonly message: string;
  readonly elsewhere?: PlacedRecord;
}

/** Severities that settings, a config file or the command line set; a code that is not in it has its default. */
export type Severities = Readonly<Record<string, Severity | 'off'>>;

export interface CheckOptions {
  readonly scopes: readonly Scope[];
  readonly severities?: Severities;
  readonly resources?: Resources;
  /** The file's records, `source` among them; without them the rules of scope `file` do not run. */
  readonly file?: FileRecords;
}

const NO_FIXES = (): readonly Fix[] => [];
const NO_RELATED: readonly never[] = [];
const NO_FINDINGS: readonly never[] = [];
const DEFAULTS: Severities = {};

/** The findings of the rules of some scopes, in the order of their places. */
export function checkRecord(
  source: SourceRecord,
  { scopes, severities = DEFAULTS, resources, file }: CheckOptions,
): readonly Finding[] {
  if (source.problems.length > 0) return scopes.includes('record') ? syntaxFindings(source, severities) : NO_FINDINGS;
  const record = new RecordModel(source, resources);
  check.begin(source, record, resources);
  for (const each of activeRules(scopes, severities, record)[wantsOf(record)]!) {
    const { rule } = each;
    check.active = each;
    if (rule.scope === 'turn') {
      for (const turn of record.turns) {
        if (rule.needs !== undefined && !has(turn.tree, rule.needs)) continue;
        check.ofTurn.turn = turn;
        rule.check(check.ofTurn);
      }
    } else if (rule.scope !== 'file') rule.check(check.ofRecord);
    else if (file !== undefined) rule.check({ ...check.ofRecord, file });
  }
  return inOrder(check.findings);
}

/** Sorts findings of one record by their places, in place. */
export function inOrder(findings: Finding[]): readonly Finding[] {
  if (findings.length < 2) return findings;
  return findings.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

function has({ canonical, clauses }: AnswerTree, need: Need): boolean {
  return need === 'flaw' ? !canonical : clauses.length > 0;
}

/** What a record has of what rules need, as an index into `ActiveRules`. */
function wantsOf({ turns }: RecordModel): number {
  let flaw = 0;
  let denial = 0;
  for (const { tree } of turns) {
    if (!tree.canonical) flaw = 1;
    if (tree.clauses.length > 0) denial = 2;
  }
  return flaw + denial;
}

interface ActiveRule {
  readonly rule: Rule;
  readonly severity: Severity;
}

/** The rules that are not off: for records without a flaw or a denial, with a flaw, with a denial, and with both. */
type ActiveRules = readonly (readonly ActiveRule[])[];

/** By the severities that switch them, and then by scopes: the same for a file's every record. */
const known = new WeakMap<Severities, Map<string, ActiveRules>>();
/** Those of the record before, which mostly are this one's too. */
let last: { scopes: readonly Scope[]; severities: Severities; chosen: ActiveRules } | undefined;

function activeRules(scopes: readonly Scope[], severities: Severities, record: RecordModel): ActiveRules {
  const silences = record.data['lint'] !== undefined;
  if (silences) return chooseRules(scopes, (code) => record.ownSeverity(code) ?? severities[code]);
  if (last?.scopes === scopes && last.severities === severities) return last.chosen;
  const byScopes = known.get(severities) ?? new Map<string, ActiveRules>();
  known.set(severities, byScopes);
  const key = scopes.join(' ');
  const chosen = byScopes.get(key) ?? chooseRules(scopes, (code) => severities[code]);
  byScopes.set(key, chosen);
  last = { scopes, severities, chosen };
  return chosen;
}

function chooseRules(scopes: readonly Scope[], setting: (code: string) => Severity | 'off' | undefined): ActiveRules {
  const all = rules.flatMap((rule): ActiveRule[] => {
    const severity = setting(rule.code) ?? rule.severity;
    return scopes.includes(rule.scope) && severity !== 'off' ? [{ rule, severity }] : [];
  });
  return [0, 1, 2, 3].map((wants) =>
    all.filter(({ rule }) => rule.needs === undefined || (wants & (rule.needs === 'flaw' ? 1 : 2)) !== 0),
  );
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What stands in the contexts before the first run. */
const NOTHING = new RecordModel(new JsonRecord('{}'));
const NO_TURN = new LazyTurn(0, undefined, '');

/**
 * One run over a record: the contexts that its rules are handed, and what they found. A rule takes from a context what it
 * needs when it is called, so that one pair of contexts serves all runs, which come one after the other.
 */
class Check {
  readonly ofRecord: Mutable<RecordContext> = {
    record: NOTHING,
    resources: undefined,
    report: (target, message, extra) => this.add(spanOf(this.source, target), message, extra),
  };
  readonly ofTurn: Mutable<TurnContext> = {
    record: NOTHING,
    turn: NO_TURN,
    report: (span, message, extra) => this.add(this.source.locateText(this.ofTurn.turn.index, span), message, extra),
  };
  active!: ActiveRule;
  findings: Finding[] = [];
  private source: SourceRecord = NOTHING.source;

  begin(source: SourceRecord, record: RecordModel, resources: Resources | undefined): void {
    this.source = source;
    this.findings = [];
    this.ofRecord.record = record;
    this.ofRecord.resources = resources;
    this.ofTurn.record = record;
  }

  private add(span: Span, message: string, extra: Extra | undefined): void {
    const { rule, severity } = this.active;
    this.findings.push({
      code: rule.code,
      severity,
      message,
      span,
      related: extra?.related?.map((related) => placeOf(this.source, related)) ?? NO_RELATED,
      fixKind: rule.fix,
      fixes: extra?.fixes ?? NO_FIXES,
    });
  }
}

const check = new Check();

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

function placeOf(source: SourceRecord, { target, message, elsewhere }: Related): RelatedPlace {
  if (elsewhere === undefined) return { span: spanOf(source, target), message };
  return { span: spanOf(elsewhere.record, target), message, elsewhere };
}

function spanOf(source: SourceRecord, target: Target): Span {
  return 'turn' in target ? source.locateText(target.turn, target) : source.locate(target.path, target.part);
}
