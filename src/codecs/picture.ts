/** What the readers and writers of pictures share. */
import type { Frame } from "../events/schema.js";

/** In place: BGR becomes RGB, or the other way. */
export function swapRedAndBlue<Data extends Uint8Array | Uint16Array>(data: Data, channels: Frame["channels"]): Data {
  if (channels > 1) for (let i = 0; i < data.length; i += channels) [data[i], data[i + 2]] = [data[i + 2], data[i]];
  return data;
}

/** Time half way, rounded down: the time of a picture of that exposure. */
export const middle = (from: bigint, to: bigint): bigint => from + ((to - from) >> 1n);

/** The bytes of the values of a picture, in the order that OpenCV has: blue first. */
export function blueFirst({ data, channels }: Frame): Uint8Array {
  // A Buffer's own `slice` copies nothing.
  const swapped = channels === 1 ? data : swapRedAndBlue(data instanceof Uint8Array ? new Uint8Array(data) : new Uint16Array(data), channels);
  return new Uint8Array(swapped.buffer, swapped.byteOffset, swapped.byteLength);
}
