/** Completions of a cell. @module */
import { readFileSync } from "node:fs";

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
  const inside = stringAround(service, file, offset);
  const entries = [...(found?.entries ?? []), ...(inside === undefined ? [] : ownPaths(inside))];
  const { start, end } = inside === undefined ? word(code, offset) : partOfString(code, offset);
  const prefix = code.slice(start, offset);
  const fitting = entries.filter(({ name }) => name.startsWith(prefix) && !name.startsWith("__evtlab"));
  const unique = new Set<string>();
  const matches = (fitting.length > 0 ? fitting : entries.filter(({ name }) => name.toLowerCase().startsWith(prefix.toLowerCase())))
    .sort((a, b) => (a.sortText < b.sortText ? -1 : a.sortText > b.sortText ? 1 : 0))
    .filter(({ name }) => !unique.has(name) && unique.add(name))
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

function stringAround(service: TS.LanguageService, file: string, offset: number): TS.StringLiteralLike | undefined {
  const source = service.getProgram()?.getSourceFile(file);
  let inside: TS.StringLiteralLike | undefined;
  const visit = (node: TS.Node): void => {
    if (offset <= node.pos || offset > node.end) return;
    if (ts.isStringLiteralLike(node)) inside = node;
    ts.forEachChild(node, visit);
  };
  if (source !== undefined) ts.forEachChild(source, visit);
  return inside;
}

type Entry = Pick<TS.CompletionEntry, "name" | "kind" | "sortText">;
const ownExports = Object.keys((JSON.parse(readFileSync(new URL("../../../../package.json", import.meta.url), "utf8")) as { exports: object }).exports);

/** This package can be imported where the project has not installed it, which the compiler does not know. */
function ownPaths({ text, parent }: TS.StringLiteralLike): Entry[] {
  const called = ts.isCallExpression(parent) && (parent.expression.kind === ts.SyntaxKind.ImportKeyword || parent.expression.getText() === "require");
  if (!ts.isImportDeclaration(parent) && !ts.isExportDeclaration(parent) && !called) return [];
  const entry = (name: string): Entry => ({ name, kind: ts.ScriptElementKind.externalModuleName, sortText: "0" });
  if (!text.includes("/")) return [entry("evtlab")];
  return text.startsWith("evtlab/") ? ownExports.filter((path) => path.startsWith("./") && !path.endsWith(".json")).map((path) => entry(path.slice(2))) : [];
}
