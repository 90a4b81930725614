/**
 * Which files of a data set are in a folder, by the patterns of its manifest.
 *
 * Only names are looked at. Pictures are counted, not listed, so that a hundred clips with a hundred thousand pictures
 * take a hundred entries.
 * @module
 */
import type { Dirent } from "node:fs";
import { opendir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { SourceError } from "../errors.js";
import type { Manifest, ManifestFile } from "./manifest.js";

/** A file of a clip, or all pictures of one kind of a clip. */
export interface FoundFile {
  /** What the fields of the pattern matched. */
  readonly fields: Readonly<Record<string, string>>;
  /** The first one, below the root, with "/" between. */
  readonly path: string;
  /** 1, or the number of pictures. */
  readonly count: number;
}

export interface Inventory {
  readonly root: string;
  /** By kind, then by the fields that name the file, joined by "/". */
  readonly files: ReadonlyMap<string, ReadonlyMap<string, FoundFile>>;
  /** Paths that no pattern matches: the first thousand of them, and how many there are. */
  readonly extra: readonly string[];
  readonly extras: number;
  readonly unreadableFolders: readonly { readonly path: string; readonly reason: string }[];
}

export interface InventoryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called for each file of a kind. */
  readonly visit?: (path: string, kind: string) => Promise<void> | void;
}

const mostExtras = 1000;
/** Fields that tell the pictures of a clip apart; they do not name the clip. */
const ofPicture = new Set(["number", "clock"]);

/** @throws SourceError when the root is not a folder that can be read. */
export async function takeInventory(root: string, { layout }: Pick<Manifest, "layout">, { signal, visit }: InventoryOptions = {}): Promise<Inventory> {
  const patterns = layout.files.map((file) => ({ file, expression: compilePattern(file, layout.fields) }));
  const files = new Map<string, Map<string, { fields: Record<string, string>; path: string; count: number }>>(layout.files.map(({ kind }) => [kind, new Map()]));
  const extra: string[] = [];
  const unreadableFolders: { path: string; reason: string }[] = [];
  let extras = 0;

  for await (const path of walk(root, unreadableFolders)) {
    signal?.throwIfAborted();
    const match = matchPath(patterns, path);
    if (match === undefined) {
      if (ours(path)) continue;
      extras++;
      if (extra.length < mostExtras) extra.push(path);
      continue;
    }
    const { kind } = match.file;
    const key = Object.entries(match.fields).filter(([name]) => !ofPicture.has(name)).map(([, value]) => value).join("/");
    const known = files.get(kind)!.get(key);
    if (known) known.count++;
    else files.get(kind)!.set(key, { fields: match.fields, path, count: 1 });
    await visit?.(path, kind);
  }
  extra.sort();
  return { root, files, extra, extras, unreadableFolders };
}

type Pattern = { readonly file: ManifestFile; readonly expression: RegExp };

export function matchPath(patterns: readonly Pattern[], path: string): { file: ManifestFile; fields: Record<string, string> } | undefined {
  for (const { file, expression } of patterns) {
    const match = expression.exec(path);
    if (match) return { file, fields: { ...match.groups } };
  }
  return undefined;
}

/** A pattern as an expression; a field that comes twice must be the same twice. */
export function compilePattern({ pattern }: ManifestFile, fields: Readonly<Record<string, string>>, start = "^"): RegExp {
  const seen = new Set<string>();
  const source = pattern.split(/\{(\w+)\}/).map((part, i) => {
    if (i % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    if (seen.has(part)) return `\\k<${part}>`;
    seen.add(part);
    return `(?<${part}>${fields[part]})`;
  });
  return new RegExp(`${start}${source.join("")}$`);
}

/** What evtlab keeps beside data, and what systems leave in folders. */
function ours(path: string): boolean {
  return path === "evtlab.json" || path.endsWith(".evtlab-index") || /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini)$/i.test(path);
}

/** All files below the root; folders that cannot be read are noted, a folder that links lead to twice is read once. */
async function* walk(root: string, unreadable: { path: string; reason: string }[]): AsyncGenerator<string> {
  const folders = [""];
  const seen = new Set<string>();
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    try {
      const real = await realpath(join(root, folder));
      if (seen.has(real)) continue;
      seen.add(real);
      for await (const entry of await opendir(join(root, folder))) {
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (await isFolder(entry, join(root, path))) folders.push(path);
        else yield path;
      }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      if (folder === "") throw new SourceError({ where: root, expected: "a folder with a data set", received: reason, next: "Name the folder that holds your copy; evtlab data list says where to ask for one", cause });
      unreadable.push({ path: folder, reason });
    }
  }
}

async function isFolder(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return stat(path).then((found) => found.isDirectory(), () => false);
}
