/**
 * Memory of columns.
 * @module
 */
import { constants } from "node:buffer";
import type { EventColumns } from "./schema.js";

/** Bytes of an event in all columns. */
export const eventBytes = 13;

/** Memory as the system gives it: for what is written before it is given out, zeroing it would be work for nothing. */
export function unwritten(bytes: number): ArrayBuffer {
  return bytes <= constants.MAX_LENGTH ? Buffer.allocUnsafeSlow(bytes).buffer : new ArrayBuffer(bytes);
}

/** Columns to be written, in one piece: each large piece makes the garbage collector go over the whole heap. */
export function unwrittenColumns(capacity: number): EventColumns {
  return columnsIn(unwritten(eventBytes * capacity), capacity);
}

/** Columns of `capacity` events, one behind the other. */
export function columnsIn(memory: ArrayBuffer, capacity: number): EventColumns {
  return {
    t: new BigInt64Array(memory, 0, capacity), x: new Uint16Array(memory, 8 * capacity, capacity),
    y: new Uint16Array(memory, 10 * capacity, capacity), p: new Uint8Array(memory, 12 * capacity, capacity),
  };
}
