/**
 * Which of the user's files were edited since they were loaded: a cell that imports one again gets the new one, also
 * when the edit is in a file that this one imports.
 *
 * Node keeps a module for ever under its address, so an edited file gets a new one: `lib.ts?v=2`.
 * @module
 */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

interface File {
  modified: number;
  version: number;
  readonly importers: Set<string>;
}

const files = new Map<string, File>();

/** The address under which to load `url`, imported by `parent`. */
export function versionedUrl(url: string, parent: string | undefined): string {
  const plain = withoutVersion(url);
  let file = files.get(plain);
  if (file === undefined) {
    file = { modified: modifiedAt(plain), version: 0, importers: new Set() };
    files.set(plain, file);
  }
  if (parent !== undefined) file.importers.add(withoutVersion(parent));
  return file.version === 0 ? plain : `${plain}?v=${file.version}`;
}

/** Looks at all files again. */
export function noticeEdits(): void {
  const edited = [...files].filter(([url, file]) => {
    const modified = modifiedAt(url);
    const changed = modified !== file.modified;
    file.modified = modified;
    return changed;
  });
  const outdated = new Set<string>();
  const visit = (url: string): void => {
    if (outdated.has(url)) return;
    outdated.add(url);
    for (const importer of files.get(url)?.importers ?? []) visit(importer);
  };
  for (const [url] of edited) visit(url);
  for (const url of outdated) {
    const file = files.get(url);
    if (file !== undefined) file.version++;
  }
}

function withoutVersion(url: string): string {
  return url.replace(/\?v=\d+$/, "");
}

function modifiedAt(url: string): number {
  try {
    return statSync(fileURLToPath(url)).mtimeMs;
  } catch {
    return 0;
  }
}
