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
  const found = service.getCompletionsAtPosition(file, offset, { includeCompletionsWithInsertText: false, includeCompletionsForModuleExports: false });
  const entries = found?.entries ?? [];
  const { start, end } = inString(service, file, offset) ? partOfString(code, offset) : word(code, offset);
  const prefix = code.slice(start, offset);
  const fitting = entries.filter(({ name }) => name.startsWith(prefix) && !name.startsWith("__evtlab"));
  const matches = (fitting.length > 0 ? fitting : entries.filter(({ name }) => name.toLowerCase().startsWith(prefix.toLowerCase())))
    .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
    .slice(0, most)
    .map(({ name, kind }) => ({ text: name, kind }));
  return { matches, start, end };
}

/** The name around the cursor. */
function word(code: string, offset: number): { start: number; end: number } {
  const before = /[\p{ID_Continue}$]*$/u.exec(code.slice(0, offset))?.[0] ?? "";
  const after = /^[\p{ID_Continue}$]*/u.exec(code.slice(offset))?.[0] ?? "";
  return { start: offset - before.length, end: offset + after.length };
}

/** Inside of quotes: from the last slash to the cursor. */
function partOfString(code: string, offset: number): { start: number; end: number } {
  const before = /[^/'"`\n]*$/.exec(code.slice(0, offset))?.[0] ?? "";
  return { start: offset - before.length, end: offset };
}

function inString(service: TS.LanguageService, file: string, offset: number): boolean {
  const source = service.getProgram()?.getSourceFile(file);
  let inside = false;
  const visit = (node: TS.Node): void => {
    if (offset <= node.pos || offset > node.end) return;
    if (ts.isStringLiteralLike(node)) inside = true;
    ts.forEachChild(node, visit);
  };
  if (source !== undefined) ts.forEachChild(source, visit);
  return inside;
}
