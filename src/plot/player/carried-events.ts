/**
 * The events out of a payload: in the browser, and in tests.
 * @module
 */
import { longestPacked, unpackEvents, type PlayedEvents } from "./packed-events.js";
import type { PlayerPayload } from "./payload.js";

/** @throws Error with a sentence for people when the data are not what the payload says. */
export async function carriedEvents({ data, events, from, to, sensor }: PlayerPayload): Promise<PlayedEvents> {
  const packed = await inflate(fromBase64(data), longestPacked(events));
  const unpacked = unpackEvents(packed, events, from, sensor);
  if (events > 0 && unpacked.t[events - 1]! >= to) throw new Error("The events go on after the end of the part.");
  return unpacked;
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    throw new Error("The data of the output are not base64.");
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Stops as soon as more comes than can be right, so that a bomb does not go off. */
async function inflate(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<Uint8Array> {
  if (typeof DecompressionStream === "undefined") throw new Error("This browser cannot decompress (DecompressionStream); use a newer one.");
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > most) throw new RangeError();
      parts.push(value);
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw new Error(error instanceof RangeError ? "The events unpack to more than their number allows." : "The events cannot be decompressed.", { cause: error });
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
