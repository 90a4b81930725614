/**
 * From a thrown value to an error message: frames in cells and files of the user, none of the kernel.
 * @module
 */
import { SourceMap, type SourceMapPayload } from "node:module";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

import type { ErrorContent } from "../../../src/jupyter/index.js";
import { frameText, thrownError, type Place } from "../errors.js";
import { scriptName, type RunnableCell } from "../pipe.js";

interface Script {
  readonly label: string;
  readonly source: string;
  readonly map: SourceMap;
  /** Characters before the first of `source` in what the map calls the source. */
  readonly columnShift: number;
}

/** Cells by script name, and transpiled files by URL. */
const scripts = new Map<string, Script>();
const kernelFolder = new URL("..", import.meta.url).href;

export function rememberCell(cell: RunnableCell): void {
  scripts.set(scriptName(cell), { label: cell.label, source: cell.source, columnShift: cell.columnShift, map: new SourceMap(JSON.parse(cell.sourceMap) as SourceMapPayload) });
}

/** A TypeScript file that the loader has transpiled. */
export function rememberFile(url: string, sourceMap: string): void {
  const path = fileURLToPath(url);
  scripts.set(url, { label: path, source: readFileSync(path, "utf8"), columnShift: 0, map: new SourceMap(JSON.parse(sourceMap) as SourceMapPayload) });
}

type Frame = Place & { readonly name: string };

/** Frames of the user's code in a V8 stack, mapped to what the user wrote. */
export function userFrames(stack: string): Frame[] {
  return stack.split("\n").flatMap((text) => {
    const match = /^\s+at (?:async )?(?:(.*?) \()?((?:file:\/\/|\/|[A-Za-z]:\\|evtlab-cell-)[^()]*?):(\d+):(\d+)\)?$/.exec(text);
    if (match === null) return [];
    const [, rawName = "", script, line, column] = match;
    if (script.startsWith(kernelFolder) || script.startsWith("node:")) return [];
    const name = rawName === "<anonymous>" || rawName === "eval" ? "" : rawName;
    const known = scripts.get(script);
    if (known === undefined) {
      const label = script.startsWith("file://") ? fileURLToPath(script) : script;
      return [{ label, name, line: Number(line), column: Number(column) }];
    }
    const entry = known.map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!("originalLine" in entry)) return [];
    const shift = entry.originalLine === 0 ? known.columnShift : 0;
    return [{ label: known.label, source: known.source, name, line: entry.originalLine + 1, column: entry.originalColumn + 1 - shift }];
  });
}

/**
 * Text that may hold stacks of V8, as `console.log(error)` and `console.trace()` print them: its frames as the user knows
 * them, and none of the kernel.
 */
export function userStacks(text: string): string {
  if (!text.includes("evtlab-cell-") && !text.includes(kernelFolder)) return text;
  const lines: string[] = [];
  let inKernel = false;
  for (const line of text.split("\n")) {
    const [, indent = "", frame, rest = ""] = /^(\s*)(at .*?)( \{)?$/.exec(line) ?? [];
    if (frame === undefined) inKernel = false;
    else inKernel ||= frame.includes(kernelFolder) || frame.includes("(node:inspector:");
    const [found] = frame === undefined ? [] : userFrames(` ${frame}`);
    if (frame === undefined || (found === undefined && !inKernel)) lines.push(line);
    else if (found !== undefined) lines.push(`${indent}${frameText(found)}${rest}`);
    // The frames below the last one of the user are those that run the cell.
    else if (rest !== "") lines.push(`${lines.pop() ?? ""}${rest}`);
  }
  return lines.join("\n");
}

/** The message for a thrown value, with its causes. */
export function errorContent(thrown: unknown): ErrorContent {
  if (!isError(thrown)) return thrownError("Thrown", inspect(thrown), []);
  return thrownError(thrown.name, `${thrown.message}${advice(thrown)}`, userFrames(thrown.stack ?? ""), notes(thrown));
}

/** What to do about a package that is not there. */
function advice({ message, code }: Error & { readonly code?: unknown }): string {
  const [, name] = (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND") ? (/^Cannot find (?:package|module) '((?:@[^/']+\/)?[^./'][^/']*)/.exec(message) ?? []) : [];
  return name === undefined ? "" : `\nInstall it in the folder of the notebook: npm install ${name}`;
}

function notes(error: Error, depth = 0): string[] {
  const inner = [...(error.cause === undefined ? [] : [error.cause]), ...(error instanceof AggregateError ? error.errors : [])];
  if (depth > 5) return [];
  return inner.flatMap((cause) => {
    if (!isError(cause)) return [`Caused by: ${inspect(cause)}`];
    const { traceback } = thrownError(cause.name, cause.message, userFrames(cause.stack ?? ""));
    return [`Caused by: ${traceback[0]}`, ...traceback.slice(1), ...notes(cause, depth + 1)];
  });
}

function isError(value: unknown): value is Error {
  return value instanceof Error || (typeof value === "object" && value !== null && "message" in value && "stack" in value && "name" in value);
}
