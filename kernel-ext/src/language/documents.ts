/**
 * Files that the compiler has read and parsed, for all services of this process: those of a snapshot are there from the
 * start, and are read again only where they were changed since.
 * @module
 */
import { statSync } from "node:fs";

import { ts, type TS } from "./typescript.js";

/** Documentation is read where it is asked for. */
export const jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
const own = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames, "", jsDocParsingMode);
const key = own.getKeyForCompilationSettings({});

/**
 * One registry for all options: those that tell how a file is parsed are the same for all cells. Nothing is let go, so that
 * the next service finds it.
 */
export const documents: TS.DocumentRegistry = {
  ...own,
  getKeyForCompilationSettings: () => key,
  releaseDocument: () => undefined,
  releaseDocumentWithKey: () => undefined,
};

const texts = new Map<string, { readonly version: string; readonly snapshot: TS.IScriptSnapshot }>();

/** Changes whenever the file does. */
export function fileVersion(file: string): string {
  const { mtimeMs = 0, size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  return `${mtimeMs} ${size}`;
}

/** The text of a file; undefined when there is none. The compiler asks for every file with every cell. */
export function fileText(file: string, version: string): TS.IScriptSnapshot | undefined {
  const known = texts.get(file);
  if (known?.version === version) return known.snapshot;
  const text = ts.sys.readFile(file);
  if (text === undefined) return undefined;
  const snapshot = ts.ScriptSnapshot.fromString(text);
  texts.set(file, { version, snapshot });
  return snapshot;
}
