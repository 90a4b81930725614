/** Whether Enter should run a cell or begin a new line. @module */
import { syntaxErrors, ts } from "./typescript.js";

export interface Completeness {
  readonly status: "complete" | "incomplete" | "invalid";
  readonly indent: string;
}

/** Unterminated: a comment, a template; but not a string, which ends with its line. */
const openToTheEnd = new Set([1010, 1160]);
const unterminatedString = 1002;

export function isComplete(code: string): Completeness {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.ES2022, true);
  const errors = syntaxErrors(file);
  if (errors.length === 0) return { status: "complete", indent: "" };
  // The text ends too early when every error is at its end.
  const end = code.trimEnd().length;
  const incomplete = errors.every(({ start, code: kind }) => kind !== unterminatedString && (start >= end || openToTheEnd.has(kind)));
  if (!incomplete) return { status: "invalid", indent: "" };
  const lastLine = code.slice(code.lastIndexOf("\n") + 1);
  const indent = /^\s*/.exec(lastLine)?.[0] ?? "";
  return { status: "incomplete", indent: /[{([]\s*$/.test(lastLine) ? `${indent}  ` : indent };
}
