/**
 * Representations of one's own, from a file: `./mine.ts`, as a command line names one.
 * @module
 */
import { register } from "node:module";
import { isAbsolute, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { MissingError, OptionError } from "../errors.js";
import { parseRepresentation } from "./registry.js";
import type { Representation } from "./representation.js";

/**
 * A representation from its text: one of evtlab as `parseRepresentation` takes it, or the path of a module, relative to
 * `base` (the working directory when left out). Of a module, the default export is taken, or its only export that is a
 * representation; "./mine.ts#name" takes another. TypeScript is read as it is, without checking types. The module runs.
 * @throws OptionError for a text that names nothing, MissingError for a module that cannot be loaded.
 */
export async function loadRepresentation(text: string, base: string = process.cwd()): Promise<Representation> {
  const [, path, name] = /^([^#]*\.[cm]?[jt]s)(?:#(.+))?$/.exec(text) ?? [];
  if (path === undefined) return parseRepresentation(text);
  const file = isAbsolute(path) ? path : resolve(base, path);
  const loaded = await importModule(file).catch((cause: unknown) => {
    throw new MissingError({ where: text, expected: "a module that loads", received: cause instanceof Error ? cause.message : String(cause), cause });
  });
  const found = Object.entries(loaded).filter((entry): entry is [string, Representation] => isRepresentation(entry[1]));
  const wanted = name ?? (found.some(([key]) => key === "default") ? "default" : found.length === 1 ? found[0]![0] : undefined);
  const representation = found.find(([key]) => key === wanted)?.[1];
  if (representation) {
    texts.set(representation, `${file}#${wanted}`);
    return representation;
  }
  throw new OptionError({
    where: text,
    expected: name === undefined ? "a module that exports one representation: an object with id, source, shape and kernels.cpu" : `a representation named ${name}`,
    received: found.length === 0 ? "none" : found.map(([key]) => key).join(", "),
    next: found.length > 1 ? `Name one: ${path}#${found[0]![0]}` : undefined,
  });
}

const texts = new WeakMap<Representation, string>();

/** A text that {@link loadRepresentation} takes in another thread as well: the module it came from, or its id. */
export function textOf(representation: Representation): string {
  return texts.get(representation) ?? representation.id;
}

/** True for an object that keeps the contract of a representation. */
export function isRepresentation(value: unknown): value is Representation {
  const { id, source, shape, kernels } = (value ?? {}) as Partial<Record<keyof Representation, unknown>>;
  return (
    typeof id === "string" && id !== "" && typeof source === "string" && typeof shape === "function" &&
    typeof (kernels as Partial<Representation["kernels"]> | undefined)?.cpu === "function"
  );
}

/** Whether this process reads TypeScript already: newer Node does, and what runs these sources as they are. */
let readsTypeScript = import.meta.url.endsWith(".ts") || Boolean((process.features as { readonly typescript?: unknown }).typescript);

async function importModule(file: string): Promise<object> {
  if (!readsTypeScript && file.endsWith("ts")) {
    readsTypeScript = true;
    register("./typescript-loader.js", import.meta.url);
  }
  return (await import(pathToFileURL(file).href)) as object;
}
