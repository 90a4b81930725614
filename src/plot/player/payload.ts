/**
 * What an output of the player holds, and the check of one that came from elsewhere.
 * @module
 */

export const playerMime = "application/vnd.evtlab.player+json";

/** How the flat view colours a pixel: by the age of its last event, or by on minus off events of the window. */
export type PlayMode = "decay" | "count";
/** Pixels as on the sensor, or points in x, y and time. */
export type PlayView = "flat" | "cloud";

/** All that the player needs, without a kernel or a network. Times in microseconds from the origin of the recording. */
export interface PlayerPayload {
  readonly version: 1;
  readonly sensor: { readonly width: number; readonly height: number };
  /** The part that is played: half open. */
  readonly from: number;
  readonly to: number;
  /** Number of events in `data`. */
  readonly events: number;
  /** Packed events (`packed-events.ts`), deflated without a header, in base64. */
  readonly data: string;
  readonly frames: readonly PayloadFrame[];
  /** How the player begins. */
  readonly start: PlayStart;
  /** What was left out, a sentence for people. */
  readonly note?: string;
}

export interface PayloadFrame {
  readonly t: number;
  /** Base64. */
  readonly jpeg: string;
}

export interface PlayStart {
  readonly at: number;
  readonly window: number;
  readonly speed: number;
  readonly mode: PlayMode;
  readonly view: PlayView;
}

/** A player draws no more pixels than this, nor more events. */
export const mostPixels = 1 << 24;
export const mostEvents = 1 << 24;

/** @throws Error with a sentence for people when it is not a payload that can be played. */
export function checkPayload(value: unknown): PlayerPayload {
  const payload = object(value, "the output");
  if (payload["version"] !== 1) throw new Error(`It was made by another version of evtlab (its data have version ${short(payload["version"])}, this player knows 1).`);
  const sensor = object(payload["sensor"], "sensor");
  const width = whole(sensor["width"], "sensor.width", 1, 65536);
  const height = whole(sensor["height"], "sensor.height", 1, 65536);
  if (width * height > mostPixels) throw new Error(`A sensor of ${width} × ${height} pixels is more than the player draws.`);
  const from = finite(payload["from"], "from");
  const to = finite(payload["to"], "to");
  if (!(to > from)) throw new Error(`The part to play ends at ${to} µs, before it begins.`);
  whole(payload["events"], "events", 0, mostEvents);
  if (typeof payload["data"] !== "string") throw new Error("The events are missing.");
  if (!Array.isArray(payload["frames"])) throw new Error("The list of frames is missing.");
  let last = -Infinity;
  payload["frames"].forEach((each: unknown, i) => {
    const { t, jpeg } = object(each, `frames[${i}]`);
    if (finite(t, `frames[${i}].t`) < last || typeof jpeg !== "string") throw new Error(`Frame ${i} is damaged or out of order.`);
    last = t as number;
  });
  const start = object(payload["start"], "start");
  finite(start["at"], "start.at");
  if (!(finite(start["window"], "start.window") > 0)) throw new Error("The window is not longer than nothing.");
  if (!(finite(start["speed"], "start.speed") > 0)) throw new Error("The speed is not above zero.");
  if (start["mode"] !== "decay" && start["mode"] !== "count") throw new Error(`There is no mode ${short(start["mode"])}.`);
  if (start["view"] !== "flat" && start["view"] !== "cloud") throw new Error(`There is no view ${short(start["view"])}.`);
  if (payload["note"] !== undefined && typeof payload["note"] !== "string") throw new Error("The note is no text.");
  return value as PlayerPayload;
}

function object(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw new Error(`${name} is ${short(value)}, not an object.`);
}

function finite(value: unknown, name: string): number {
  if (typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value;
  throw new Error(`${name} is ${short(value)}, not a number.`);
}

function whole(value: unknown, name: string, least: number, most: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw new Error(`${name} is ${short(value)}; it should be a whole number from ${least} to ${most}.`);
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 40);
}
