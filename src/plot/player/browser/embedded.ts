/**
 * The events that an output carries with it.
 * @module
 */
import { longestPacked, unpackEvents } from "../packed-events.js";
import { checkPayload } from "../payload.js";
import { embeddedFrames } from "./frames.js";
import { rateOf, type PlayerSource } from "./source.js";

/** @throws Error with a sentence for people. */
export async function embeddedSource(value: unknown): Promise<PlayerSource> {
  const payload = checkPayload(value);
  const { sensor, from, to, start, note } = payload;
  const packed = await inflate(fromBase64(payload.data), longestPacked(payload.events));
  const events = unpackEvents(packed, payload.events, from, sensor);
  const chunks = [{ from, to, events }];
  return {
    sensor, from, to, start, note,
    rate: rateOf(events, from, to, 240),
    frames: payload.frames.length > 0 ? embeddedFrames(payload.frames.map(({ t, jpeg }) => ({ t, bytes: () => fromBase64(jpeg) }))) : undefined,
    chunks: () => ({ chunks, complete: true }),
    onNews: () => {},
    dispose: () => {},
  };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
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
