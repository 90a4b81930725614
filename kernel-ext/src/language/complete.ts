/** Completions of a cell. @module */
import { ts, type TS } from "./typescript.js";

export interface Completion {
  readonly matches: readonly { readonly text: string; readonly kind: string }[];
  /** UTF-16 offsets of what a match replaces. */
  readonly start: number;
  readonly end: number;
}

const most = 500;

export function complete(service: TS.LanguageService, file: string, code: string, offset: number): Completion {
  const before = /[\p{ID_Continue}$]*$/u.exec(code.slice(0, offset))?.[0] ?? "";
  const after = /^[\p{ID_Continue}$]*/u.exec(code.slice(offset))?.[0] ?? "";
  const found = service.getCompletionsAtPosition(file, offset, { includeCompletionsWithInsertText: false, includeCompletionsForModuleExports: false });
  const span = found?.optionalReplacementSpan;
  const start = inString(service, file, offset) && found?.entries[0]?.replacementSpan !== undefined ? found.entries[0].replacementSpan.start : (span?.start ?? offset - before.length);
  const end = span === undefined ? offset + (start === offset - before.length ? after.length : 0) : span.start + span.length;
  const prefix = code.slice(start, offset).toLowerCase();
  const matches = (found?.entries ?? [])
    .filter(({ name }) => name.toLowerCase().startsWith(prefix) && !name.startsWith("__evtlab"))
    .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
    .slice(0, most)
    .map(({ name, kind }) => ({ text: name, kind }));
  return { matches, start, end: Math.max(end, offset) };
}

function inString(service: TS.LanguageService, file: string, offset: number): boolean {
  const source = service.getProgram()?.getSourceFile(file);
  if (source === undefined) return false;
  let inside = false;
  const visit = (node: TS.Node): void => {
    if (offset <= node.getStart(source) || offset > node.end) return;
    if (ts.isStringLiteralLike(node)) inside = true;
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return inside;
}
