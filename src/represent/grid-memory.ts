/**
 * Memory of grids that nobody needs any more, for the next grid of the same size.
 *
 * Fresh memory is dear: the system zeroes it page by page, and every few grids the garbage collector goes over the whole
 * heap (measured: half of the processor time of windows of 33 ms).
 * @module
 */
import { unwritten } from "../events/memory.js";
import type { GridData } from "./representation.js";

/** The constructor of a kind of grid data. */
export interface DataType<Data extends GridData> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): Data;
  new (memory: ArrayBuffer): Data;
}

let spare: ArrayBuffer | undefined;

/** Gives memory to the grid that is built next in this thread, or, with `undefined`, takes back what was given. */
export function lendGridMemory(memory: ArrayBuffer | undefined): void {
  spare = memory;
}

/** The data of a grid: to be written as a whole, or zero. */
export function gridData<Data extends GridData>(Type: DataType<Data>, length: number, zero: boolean): Data {
  const bytes = length * Type.BYTES_PER_ELEMENT;
  const lent = spare?.byteLength === bytes ? spare : undefined;
  spare = undefined;
  if (!lent) return new Type(zero ? new ArrayBuffer(bytes) : unwritten(bytes));
  if (zero) new Uint8Array(lent).fill(0);
  return new Type(lent);
}
