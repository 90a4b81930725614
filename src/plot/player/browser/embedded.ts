/**
 * The events that an output carries with it.
 * @module
 */
import { carriedEvents, fromBase64 } from "../carried-events.js";
import { checkPayload } from "../payload.js";
import { embeddedFrames } from "./frames.js";
import { rateOf, type PlayerSource } from "./source.js";

/** @throws Error with a sentence for people. */
export async function embeddedSource(value: unknown): Promise<PlayerSource> {
  const payload = checkPayload(value);
  const { sensor, from, to, start, note } = payload;
  const events = await carriedEvents(payload);
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
