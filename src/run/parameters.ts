/**
 * Parameters of a notebook, as the command line and YAML give them.
 * Types follow papermill: `True`, `False`, `None`, integers and floats are recognised, all else is text.
 * @module
 */
import { isScalar, parseDocument, visit, type Document } from "yaml";
import { NotebookError } from "../errors.js";

export type ParameterValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly ParameterValue[]
  | { readonly [name: string]: ParameterValue };
export type Parameters = { readonly [name: string]: ParameterValue };

const integer = /^\s*[+-]?\d+(?:_\d+)*\s*$/;
const float = /^\s*[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?\s*$/i;
const special = /^\s*([+-]?)(nan|inf|infinity)\s*$/i;

/** The value that papermill's `-p name value` gives: an integer beyond 2^53 stays exact as a bigint. */
export function coerce(text: string): ParameterValue {
  if (text === "True") return true;
  if (text === "False") return false;
  if (text === "None") return null;
  const digits = text.replaceAll("_", "").trim().replace(/^\+/, "");
  if (integer.test(text)) {
    const value = Number(digits);
    return Number.isSafeInteger(value) ? value : BigInt(digits);
  }
  if (float.test(text)) return Number(digits);
  const [, sign, name] = special.exec(text) ?? [];
  if (name === undefined) return text;
  return name.toLowerCase() === "nan" ? NaN : sign === "-" ? -Infinity : Infinity;
}

/** Aliases of aliases can make terabytes of a few lines: the library counts them. */
function valueOf(document: Document, where: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    const received = cause instanceof Error ? cause.message : String(cause);
    throw new NotebookError({ where, expected: "YAML with few aliases", received, next: "Write the values out", cause });
  }
}

/**
 * Parameters from YAML 1.1, as papermill reads it: dates stay text. A key is always text, also `on` and `1`.
 * @throws NotebookError when the text is no YAML mapping.
 */
export function parseParameters(text: string, where: string): Parameters {
  const document = parseDocument(text, {
    version: "1.1",
    merge: true,
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !/:(timestamp|binary)$/.test(tag.tag)),
  });
  const [error] = document.errors;
  if (error) throw new NotebookError({ where, expected: "YAML", received: error.message, cause: error });
  visit(document, {
    Pair(_, pair) {
      if (isScalar(pair.key) && pair.key.source !== undefined && pair.key.source !== "<<") pair.key.value = pair.key.source;
    },
  });
  const value = valueOf(document, where);
  if (value === null || value === undefined) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new NotebookError({ where, expected: "a YAML mapping of parameter names to values", received: JSON.stringify(value).slice(0, 60) });
  }
  return value as Parameters;
}
