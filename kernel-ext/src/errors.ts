/**
 * How errors look in a notebook.
 * @module
 */
import type { ErrorContent } from "../../src/jupyter/index.js";

/** A place in a cell or file, counted from 1. */
export interface Place {
  /** `cell 3`, or a path. */
  readonly label: string;
  readonly line: number;
  readonly column: number;
  /** Text of the cell or file, when it is known. */
  readonly source?: string | undefined;
}

const bold = (text: string): string => `\x1b[1;31m${text}\x1b[0m`;
const dim = (text: string): string => `\x1b[2m${text}\x1b[0m`;

/** The line of the place with a caret below its column. */
export function excerpt({ source, line, column }: Place): string[] {
  const text = source?.split("\n")[line - 1];
  if (text === undefined) return [];
  const margin = `${String(line).padStart(6)} | `;
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return [dim(margin) + text, " ".repeat(margin.length) + indent + bold("^")];
}

/** The error of a cell that was stopped. */
export const interruption = { ename: "Interrupted", evalue: "The cell was interrupted." } as const;

/** An error without a place. */
export function plainError({ ename, evalue }: Pick<ErrorContent, "ename" | "evalue">): ErrorContent {
  return { ename, evalue, traceback: [`${bold(ename)}: ${evalue}`] };
}

/** One fault with its place. */
export interface Fault {
  readonly message: string;
  readonly place: Place;
}

/** An error that was found before the cell ran. */
export function compileError(ename: "SyntaxError" | "TypeCheckError", faults: readonly Fault[]): ErrorContent {
  const shown = faults.slice(0, 10);
  const traceback = shown.flatMap(({ message, place }) => [
    `${bold(ename)}: ${message}`,
    `    at ${place.label}, ${place.line}:${place.column}`,
    ...excerpt(place),
  ]);
  if (faults.length > shown.length) traceback.push(`... and ${faults.length - shown.length} more`);
  const { message, place } = faults[0];
  return { ename, evalue: `${message} (${place.label}, ${place.line}:${place.column})`, traceback };
}

/** "at name (cell 3, 2:7)" */
export function frameText({ name, label, line, column }: Place & { readonly name: string }): string {
  const where = `${label}${label.startsWith("cell ") ? ", " : ":"}${line}:${column}`;
  return name === "" ? `at ${where}` : `at ${name} (${where})`;
}

/** A thrown error with the frames of the user's code, innermost first. */
export function thrownError(ename: string, evalue: string, frames: readonly (Place & { readonly name: string })[], notes: readonly string[] = []): ErrorContent {
  const traceback = [`${bold(ename)}: ${evalue}`];
  let excerpts = 0;
  for (const frame of frames) {
    traceback.push(`    ${frameText(frame)}`);
    if (frame.source !== undefined && excerpts++ < 3) traceback.push(...excerpt(frame));
  }
  return { ename, evalue, traceback: [...traceback, ...notes] };
}
