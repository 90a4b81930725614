/**
 * Events as few bytes: what the player of a notebook and of `evtlab play` is given. Exact to the microsecond.
 *
 * One after the other: the steps of time between events, each in groups of seven bits, lowest first, the eighth bit
 * telling that more follow (LEB128); the lower bytes of x, the upper bytes of x; the same of y; polarities, eight a
 * byte, lowest bit first. Alike bytes stand together, which is what deflate needs: about 2.5 bytes an event.
 * @module
 */
import { firstWhere } from "../../events/first-where.js";

/** Times in microseconds from the origin of the recording, and so exact below 2^53. */
export interface PlayedEvents {
  readonly t: Float64Array;
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  readonly p: Uint8Array;
}

/** No packed events are longer: eight bytes of time at the most, four of place, a bit of polarity. */
export function longestPacked(events: number): number {
  return 13 * events + 1;
}

/** `from`: the time that the first step counts from, at most that of the first event. */
export function packEvents({ t, x, y, p }: PlayedEvents, from: number): Uint8Array {
  const { length } = t;
  const bytes = new Uint8Array(longestPacked(length));
  let at = 0;
  let last = from;
  for (let i = 0; i < length; i++) {
    let step = t[i]! - last;
    last = t[i]!;
    while (step >= 128) {
      bytes[at++] = (step % 128) | 128;
      step = Math.floor(step / 128);
    }
    bytes[at++] = step;
  }
  for (const column of [x, y]) {
    for (let i = 0; i < length; i++) bytes[at + i] = column[i]! & 255;
    for (let i = 0; i < length; i++) bytes[at + length + i] = column[i]! >> 8;
    at += 2 * length;
  }
  for (let i = 0; i < length; i++) bytes[at + (i >> 3)]! |= p[i]! << (i & 7);
  return bytes.slice(0, at + ((length + 7) >> 3));
}

/**
 * The events back. Bytes may come from anywhere, so everything is checked.
 * @throws Error with a sentence for people.
 */
export function unpackEvents(bytes: Uint8Array, events: number, from: number, sensor: { readonly width: number; readonly height: number }): PlayedEvents {
  const rest = 4 * events + ((events + 7) >> 3);
  if (bytes.length < events + rest || bytes.length > longestPacked(events)) {
    throw new Error(`${events} events cannot lie in ${bytes.length} bytes.`);
  }
  const start = bytes.length - rest;
  const t = new Float64Array(events);
  let at = 0;
  let last = from;
  for (let i = 0; i < events; i++) {
    let byte = bytes[at++]!;
    let step = byte & 127;
    for (let place = 128; byte > 127; place *= 128) {
      byte = bytes[at++]!;
      step += (byte & 127) * place;
      if (at > start) throw new Error(`The times of the events end after ${i} of ${events}.`);
    }
    last += step;
    t[i] = last;
  }
  if (at !== start || !Number.isSafeInteger(last)) throw new Error("The times of the events are damaged.");
  const column = (offset: number, limit: number, name: string): Uint16Array => {
    const values = new Uint16Array(events);
    let largest = 0;
    for (let i = 0; i < events; i++) {
      const value = bytes[offset + i]! | (bytes[offset + events + i]! << 8);
      values[i] = value;
      if (value > largest) largest = value;
    }
    if (events > 0 && largest >= limit) throw new Error(`An event lies at ${name} = ${largest}, outside the sensor of ${sensor.width} × ${sensor.height} pixels.`);
    return values;
  };
  const x = column(start, sensor.width, "x");
  const y = column(start + 2 * events, sensor.height, "y");
  const p = new Uint8Array(events);
  for (let i = 0; i < events; i++) p[i] = (bytes[start + 4 * events + (i >> 3)]! >> (i & 7)) & 1;
  return { t, x, y, p };
}

/** Index of the first event at or after `time`. */
export function firstAt(t: Float64Array, time: number): number {
  return firstWhere(0, t.length, (i) => t[i]! >= time);
}
