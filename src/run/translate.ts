/**
 * Parameters as source code: one assignment each, in the language of the kernel.
 * @module
 */
import { NotebookError } from "../errors.js";
import type { Parameters, ParameterValue } from "./parameters.js";

/** A parameter as its cell declares it. */
export interface DeclaredParameter {
  readonly name: string;
  /** Type annotation, as written. */
  readonly type?: string;
  /** Default, as written. */
  readonly value: string;
  /** The comment at the end of its line, or the documentation comment above it. */
  readonly help: string;
}

interface Language {
  comment(text: string): string;
  assign(name: string, value: ParameterValue, type: string | undefined): string;
  /** One declaration on a line: groups name, type, value, help. */
  readonly declaration: RegExp;
  readonly name: RegExp;
  /** Types, each with what its literals look like. */
  readonly literals: readonly (readonly [type: string, literal: RegExp])[];
}

const script: Language = {
  comment: (text) => `// ${text}`,
  assign: (name, value, type) => `let ${name}${type === undefined ? "" : `: ${type}`} = ${toScript(value)};`,
  declaration: /^(?:export\s+)?(?:let|const|var)\s+(?<name>[\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?::\s*(?<type>[^=]+?))?\s*=\s*(?<value>(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[^"'`])*?)\s*;?\s*(?:\/\/\s*(?<help>.*))?$/u,
  name: /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u,
  literals: [["string", /^(["'`]).*\1$/], ["boolean", /^(?:true|false)$/], ["bigint", /^-?[\d_]+n$/], ["number", /^-?(?:[\d.][\w.]*(?:[eE][+-]?\d+)?|NaN|Infinity)$/]],
};

const python: Language = {
  comment: (text) => `# ${text}`,
  assign: (name, value) => `${name} = ${toPython(value)}`,
  declaration: /^(?<name>[A-Za-z_]\w*)\s*(?::\s*(?<type>[^=]+?))?\s*=\s*(?<value>(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^"'#])*?)\s*(?:#\s*(?<help>.*))?$/,
  name: /^[\p{ID_Start}_]\p{ID_Continue}*$/u,
  literals: [],
};

const languages: Readonly<Record<string, Language>> = { typescript: script, javascript: script, python };

function languageOf(name: string): Language {
  const language = languages[name.toLowerCase()];
  if (language) return language;
  throw new NotebookError({
    where: "parameters",
    expected: `a notebook in one of the languages ${Object.keys(languages).join(", ")}`,
    received: `"${name}"`,
    next: "Run it with papermill, or without parameters",
  });
}

/**
 * The injected cell. A type that the parameters cell declares is kept, so that `let size: "small" | "full"` stays that
 * type, and a value of a wrong type is an error of the injected cell.
 * @throws NotebookError for a language without a translation, or a name that is no identifier.
 */
export function parametersSource(language: string, parameters: Parameters, declared: readonly DeclaredParameter[] = [], comment = "Parameters"): string {
  const written = languageOf(language);
  const lines = Object.entries(parameters).map(([name, value]) => {
    if (!written.name.test(name)) {
      throw new NotebookError({ where: "parameters", expected: `a name that is an identifier of ${language}`, received: JSON.stringify(name) });
    }
    return written.assign(name, value, declared.find((parameter) => parameter.name === name)?.type);
  });
  return `${[written.comment(comment), ...lines].join("\n")}\n`;
}

/** The parameters that a cell declares, one on a line; other lines are passed over. */
export function declaredParameters(language: string, source: string): readonly DeclaredParameter[] {
  const { declaration } = languageOf(language);
  const found: DeclaredParameter[] = [];
  let documentation = "";
  let open = false;
  for (const line of source.split("\n").map((text) => text.trim())) {
    if (open || line.startsWith("/**")) {
      documentation = `${open ? documentation : ""} ${line.replace(/^\/\*\*|\*\/$/g, "").replace(/^\*(?!\/)/, "").trim()}`.trim();
      open = !line.endsWith("*/");
      continue;
    }
    const groups = declaration.exec(line)?.groups;
    if (groups !== undefined) {
      const { name, type, value, help } = groups as { name: string; type?: string; value: string; help?: string };
      found.push({ name, value, help: help?.trim() ?? documentation, ...(type === undefined ? {} : { type }) });
    }
    if (line !== "") documentation = "";
  }
  return found;
}

/** The type of a parameter for those who read: as declared, or that of a default that is a plain literal. */
export function shownType({ type, value }: Pick<DeclaredParameter, "type" | "value">, language: string): string | undefined {
  return type ?? languageOf(language).literals.find(([, literal]) => literal.test(value))?.[0];
}

/** A value as TypeScript. */
export function toScript(value: ParameterValue): string {
  if (Array.isArray(value)) return `[${value.map(toScript).join(", ")}]`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  // A computed key, so that "__proto__" is a field like any other.
  const fields = Object.entries(value).map(([key, field]) => `${key === "__proto__" ? '["__proto__"]' : JSON.stringify(key)}: ${toScript(field as ParameterValue)}`);
  return `{${fields.join(", ")}}`;
}

function toPython(value: ParameterValue): string {
  if (Array.isArray(value)) return `[${value.map(toPython).join(", ")}]`;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") {
    if (Number.isFinite(value)) return Object.is(value, -0) ? "-0.0" : String(value);
    return `float('${Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf"}')`;
  }
  if (typeof value === "object") return `{${Object.entries(value).map(([key, field]) => `${toPython(key)}: ${toPython(field as ParameterValue)}`).join(", ")}}`;
  return typeof value === "string" ? pythonText(value) : String(value);
}

/** A string literal with all but printable ASCII escaped, as papermill writes it. */
function pythonText(text: string): string {
  const named: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const escaped = text.replace(/[\\"]|[^ -~]/gu, (character) => {
    const code = character.codePointAt(0)!;
    const hex = code.toString(16);
    return named[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, "0")}` : code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`);
  });
  return `"${escaped}"`;
}
