/**
 * Parameters against the types that a notebook declares for them, or that their defaults have: a wrong one is found
 * before anything runs.
 * @module
 */
import { createRequire } from "node:module";
import { NotebookError } from "../errors.js";
import type { Parameters } from "./parameters.js";
import { toScript, type DeclaredParameter } from "./translate.js";

/** What the compiler asks of a library; types from elsewhere are unknown to it here, and then anything fits. */
const library = `interface Array<T> { readonly length: number; [index: number]: T } interface ReadonlyArray<T> { readonly length: number; readonly [index: number]: T }
interface Boolean {} interface CallableFunction {} interface Function {} interface IArguments {} interface NewableFunction {} interface Number {} interface Object {} interface RegExp {} interface String {}
type Record<K extends keyof any, T> = { [P in K]: T }; type Partial<T> = { [P in keyof T]?: T[P] }; type Readonly<T> = { readonly [P in keyof T]: T[P] };
`;
const file = "parameters.ts";

/** @throws NotebookError that names each parameter whose value does not fit. */
export function checkParameters(declared: readonly DeclaredParameter[], parameters: Parameters, language: string): void {
  const given = declared.filter(({ name }) => Object.hasOwn(parameters, name));
  if (language !== "typescript" || given.length === 0) return;
  const declarations = given.map(({ name, type, value }) => `let ${name}${type === undefined ? "" : `: ${type}`} = ${value};`);
  const before = `${library}${declarations.join("\n")}\n`;
  const assignments = given.map(({ name }) => `${name} = ${toScript(parameters[name]!)};`);
  const wrong = assignmentErrors(before + assignments.join("\n"), before.split("\n").length - 1);
  if (wrong.size === 0) return;
  const received = given.flatMap(({ name, type, value }, i) => {
    const message = wrong.get(i);
    return message === undefined ? [] : [`${name} = ${toScript(parameters[name]!)} (${type === undefined ? `its default is ${value}` : `declared as ${type}`}): ${message.replace(/\.$/, "")}`];
  });
  throw new NotebookError({
    where: "parameters",
    expected: "values of the declared types",
    received: received.join("; "),
    next: "Text that looks like a number is passed with -r; --no-check-parameters runs the notebook all the same",
  });
}

/** Messages of values that do not fit, by the line behind `firstLine`. */
function assignmentErrors(text: string, firstLine: number): Map<number, string> {
  const ts = createRequire(import.meta.url)("typescript") as typeof import("typescript");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  const program = ts.createProgram([file], { noLib: true, strict: true, types: [], target: ts.ScriptTarget.ES2022 }, {
    getSourceFile: (name) => (name === file ? source : undefined),
    getDefaultLibFileName: () => "lib.d.ts",
    writeFile: () => undefined,
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === file,
    readFile: () => undefined,
  });
  const messages = new Map<number, string>();
  for (const { code, start = 0, messageText } of program.getSemanticDiagnostics(source)) {
    const line = source.getLineAndCharacterOfPosition(start).line - firstLine;
    // Not assignable, in its forms: value, property missing, property unknown.
    if (line >= 0 && [2322, 2353, 2739, 2740, 2741, 2820].includes(code)) messages.set(line, ts.flattenDiagnosticMessageText(messageText, " "));
  }
  return messages;
}
