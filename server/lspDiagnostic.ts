/** A finding as the language server protocol writes it. */
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver';
import type { Diagnostic as Found } from '../core/language/ranges.ts';
import type { Severity } from '../core/records/recordModel.ts';
import { ruleInfo } from '../core/rules/index.ts';

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

export function toDiagnostic(found: Found, uri: string): Diagnostic {
  return {
    range: found.range,
    severity: SEVERITY[found.severity],
    code: found.code,
    // Only rules have a page; a notice is no rule.
    ...(ruleInfo(found.code) !== undefined && { codeDescription: { href: found.page } }),
    source: 'uscdf',
    message: found.message,
    ...(found.related.length > 0 && {
      relatedInformation: found.related.map(({ range, message }) => ({ location: { uri, range }, message })),
    }),
  };
}
