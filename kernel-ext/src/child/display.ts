/**
 * Values become MIME bundles, and bundles become outputs.
 * @module
 */
import { inspect } from "node:util";

import type { Json, JsonObject, MimeBundle } from "../../../src/jupyter/index.js";
import { currentCell } from "./current.js";
import { userStacks } from "./frames.js";
import { report } from "./output.js";
import { tableBundle } from "./tables.js";

/** A value with this method shows itself: `[displaySymbol](): bundle | Promise<bundle>`. Deno uses the same symbol. */
export const displaySymbol = Symbol.for("Jupyter.display");

/** What a display method may return: text, JSON, or bytes of a picture. */
export type DisplayBundle = { readonly [mime: string]: Json | Uint8Array };

/** Options of {@link display}. */
export interface DisplayOptions {
  /** `value` is a MIME bundle already. */
  readonly raw?: boolean;
  readonly metadata?: JsonObject;
  /** Name of a place in the output of the cell: what the cell showed there before is replaced. */
  readonly place?: string;
}

/** A place in a notebook that can change. */
export interface DisplayHandle {
  readonly id: string;
  /** Shows another value in the same place. */
  update(value: unknown, options?: DisplayOptions): void;
}

/** The forms of a value: what its display method gives, else its text. */
export async function bundleOf(value: unknown): Promise<MimeBundle> {
  const show = showMethod(value);
  return show === undefined ? plainBundle(value) : encoded(await show.call(value));
}

/** The forms of a value that are there at once: of one that has to wait for them its text. */
export function bundleNow(value: unknown): MimeBundle {
  const bundle = showMethod(value)?.call(value);
  return bundle === undefined || bundle instanceof Promise ? plainBundle(value) : encoded(bundle);
}

/** A value that does not show itself: its text, and a table when it is made of rows. */
function plainBundle(value: unknown): MimeBundle {
  const table = typeof value === "object" && value !== null ? tableBundle(value) : undefined;
  return { "text/plain": table?.["text/plain"] ?? userStacks(inspect(value, { colors: false, depth: 4 })), ...table };
}

function showMethod(value: unknown): (() => DisplayBundle | Promise<DisplayBundle>) | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const method = (value as { [displaySymbol]?: unknown })[displaySymbol];
  return typeof method === "function" ? (method as () => DisplayBundle) : undefined;
}

/** Bytes become base64, all else is JSON. */
function encoded(bundle: DisplayBundle): MimeBundle {
  const entries = Object.entries(bundle).map(([mime, data]) => [mime, data instanceof Uint8Array ? Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64") : data] as const);
  return Object.fromEntries(entries as [string, Json][]);
}

let lastDisplay: Promise<void> = Promise.resolve();
let displaysWaiting = 0;

/** Resolves when every display so far was sent. A display that failed rejects it once. */
export async function displaysSent(): Promise<void> {
  const last = lastDisplay;
  try {
    await last;
  } finally {
    if (lastDisplay === last) lastDisplay = Promise.resolve();
  }
}

/** Displays of named places, by cell and name. */
const places = new Map<string, string>();

/** Shows a value now, in the output of the cell that called. Displays keep their order. */
export function display(value: unknown, options: DisplayOptions = {}): DisplayHandle {
  const place = options.place === undefined ? undefined : `${currentCell()} ${options.place}`;
  const taken = place === undefined ? undefined : places.get(place);
  const id = taken ?? crypto.randomUUID();
  if (place !== undefined) places.set(place, id);
  show(value, options, id, taken !== undefined);
  const handle: DisplayHandle = { id, update: (next, nextOptions = {}) => show(next, nextOptions, id, true) };
  // A cell that ends with a display has shown its value.
  return Object.defineProperty(handle, displaySymbol, { value: () => ({}) });
}

/** Empties the output of the cell, at once or when the next output comes. */
export function clearOutput(wait = false): void {
  const cell = currentCell();
  for (const place of places.keys()) if (place.startsWith(`${cell} `)) places.delete(place);
  report({ type: "clear", cell, wait });
}

function show(value: unknown, options: DisplayOptions, displayId: string, update: boolean): void {
  const cell = currentCell();
  const send = (data: MimeBundle): void => report({ type: "display", cell, data, metadata: options.metadata ?? {}, displayId, update });
  const immediate = options.raw === true ? encoded(value as DisplayBundle) : showMethod(value) === undefined ? plainBundle(value) : undefined;
  if (immediate !== undefined && displaysWaiting === 0) return send(immediate);
  displaysWaiting++;
  const bundle = immediate === undefined ? bundleOf(value) : Promise.resolve(immediate);
  bundle.catch(() => undefined);
  const before = lastDisplay;
  lastDisplay = (async () => {
    try {
      await before;
      send(await bundle);
    } finally {
      displaysWaiting--;
    }
  })();
  lastDisplay.catch(() => undefined);
}
