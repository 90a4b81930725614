/**
 * A name with options as text: "voxel:bins=5,convention=e2vid".
 * @module
 */
import { OptionError } from "../errors.js";

export interface CallText {
  readonly name: string;
  /** Numbers as numbers, true and false as booleans, everything else as text. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Reads a name, then options as `key=value` with commas between.
 * @throws OptionError for an option without a value or given twice.
 */
export function parseCallText(where: string, text: string): CallText {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const options: Record<string, string | number | boolean> = {};
  for (const pair of colon < 0 ? [] : text.slice(colon + 1).split(",")) {
    const [, key, value] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (key === undefined || value === undefined || key in options) {
      throw new OptionError({ where: `${where} "${text}"`, expected: "options as key=value with commas between, each once", received: `"${pair}"` });
    }
    options[key] = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/.test(value) ? Number(value) : value === "true" || value === "false" ? value === "true" : value;
  }
  return { name, options };
}
