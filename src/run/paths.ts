/**
 * Paths as templates: `out/{recording}-{pm.run_uuid}.ipynb`.
 * @module
 */
import { randomUUID } from "node:crypto";
import { NotebookError } from "../errors.js";
import type { Parameters } from "./parameters.js";

/**
 * Fills `{name}` from the parameters, and papermill's `{pm.run_uuid}`, `{pm.current_datetime_utc}` and
 * `{pm.current_datetime_local}`; `{{` and `}}` are braces.
 * @throws NotebookError for a name that is no parameter.
 */
export function fillPath(path: string, parameters: Parameters, now = new Date()): string {
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  const builtin: Record<string, string> = {
    "pm.run_uuid": randomUUID(),
    "pm.current_datetime_utc": now.toISOString().replace("T", " ").replace("Z", "+00:00"),
    "pm.current_datetime_local": local.toISOString().replace("T", " ").replace("Z", ""),
  };
  return path.replace(/\{\{|\}\}|\{([^{}]*)\}/g, (found, name: string | undefined) => {
    if (name === undefined) return found[0]!;
    if (Object.hasOwn(builtin, name)) return builtin[name]!;
    if (Object.hasOwn(parameters, name)) return String(parameters[name]);
    throw new NotebookError({ where: path, expected: "a template whose names are parameters", received: `{${name}}`, next: `Give it with -p ${name} VALUE` });
  });
}
