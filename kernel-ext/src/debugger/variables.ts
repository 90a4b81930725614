/**
 * Values of the debugged program as the variables of the Debug Adapter Protocol.
 * @module
 */
import type { Runtime } from "node:inspector";

import type { Inspector } from "./inspector.js";
import type { Variable } from "./protocol.js";

/** A value that has so many members shows the first ones. */
const mostMembers = 500;
const longest = 1000;

/** Numbers that stand for objects while the program stands still. */
export class Variables {
  readonly #objects = new Map<number, string>();
  #last = 0;

  /** From now on the numbers so far mean nothing. */
  clear(): void {
    this.#objects.clear();
  }

  /** The number of an object; 0 for what has no members. */
  reference(objectId: string | undefined): number {
    if (objectId === undefined) return 0;
    this.#objects.set(++this.#last, objectId);
    return this.#last;
  }

  of(name: string, value: Runtime.RemoteObject | undefined): Variable {
    if (value === undefined) return { name, value: "not readable", variablesReference: 0 };
    return { name, value: textOf(value), ...typeOf(value), variablesReference: this.reference(value.objectId) };
  }

  /** @throws Error when the number is of an object that is gone. */
  async members(inspector: Inspector, reference: number): Promise<Variable[]> {
    const objectId = this.#objects.get(reference);
    if (objectId === undefined) throw new Error("These variables are of a pause that is over.");
    const { result, internalProperties = [] } = await inspector.post("Runtime.getProperties", { objectId, ownProperties: true, generatePreview: true });
    const own = result.filter(({ name, value }) => value !== undefined && name !== "__proto__").slice(0, mostMembers);
    const inner = internalProperties.filter(({ name }) => name === "[[Entries]]" || name === "[[PromiseState]]" || name === "[[PromiseResult]]");
    return [...own, ...inner].map(({ name, value }) => this.of(name, value));
  }
}

/**
 * JupyterLab's tree shows the type alone unless it knows the type by its name in Python, or there is none: so the types
 * of single values go by those names.
 */
function typeOf({ type, subtype, value, className, description }: Runtime.RemoteObject): { type?: string } {
  if (type === "number") return { type: Number.isInteger(value) ? "int" : "float" };
  if (type === "boolean") return { type: "bool" };
  if (type === "string") return { type: "str" };
  if (type === "function") return { type: "Function" };
  if (type !== "object" || subtype === "null" || subtype === "date" || subtype === "regexp" || subtype === "error") return {};
  return { type: description ?? className ?? "object" };
}

/** One line: the value itself, or a sketch of an object. */
export function textOf(object: Runtime.RemoteObject): string {
  const { type, value, unserializableValue, description, preview } = object;
  if (type === "string") return cut(JSON.stringify(value));
  if (unserializableValue !== undefined) return unserializableValue;
  if (type !== "object" || description === undefined || object.subtype === "error") return cut(description ?? String(value));
  if (preview === undefined) return cut(description);
  const members = preview.properties.map(({ name, value: text = "…", type: kind }) => (preview.subtype === "array" || preview.subtype === "typedarray" ? text : `${name}: ${kind === "string" ? JSON.stringify(text) : text}`));
  const more = preview.overflow ? [...members, "…"] : members;
  const entries = (preview.entries ?? []).map(({ key, value: entry }) => [key?.description, entry.description].filter((part) => part !== undefined).join(" → "));
  const inside = [...more, ...entries].join(", ");
  const isList = preview.subtype === "array" || preview.subtype === "typedarray";
  const head = description === "Object" ? "" : `${description} `;
  return cut(isList ? `${head}[${inside}]` : `${head}{${inside}}`);
}

function cut(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
