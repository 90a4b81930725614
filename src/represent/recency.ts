/**
 * How long ago: the newest events of each pixel and polarity, as recencies.
 *
 * A recency is 2^32 − 1 − age in microseconds, so that greater is newer and 0 stands for "never": one that is 71 minutes
 * older than the reference cannot be told from none.
 * @module
 */
import type { EventTable } from "../events/table.js";
import { onCanvas, type Canvas } from "./canvas.js";

/** Oldest age that a recency can hold. */
export const oldestAge = 2 ** 32 - 2;

export interface Recencies {
  /** Time that ages count from; no event is later. */
  readonly reference: bigint;
  /** 2 keeps polarities apart, off before on; 1 does not. */
  readonly polarities: 1 | 2;
  /** Newest events of a cell, newest first; 1 when left out. */
  readonly slots?: number;
}

/** True where recencies hold the ages of all events. */
export function holdsAges({ t }: EventTable, reference: bigint): boolean {
  return t.length === 0 || reference - t[0]! <= BigInt(oldestAge);
}

/** Draws the recencies of `events` on a canvas of polarities · slots cells a pixel, four bytes each. */
export function withRecencies<Result>(
  events: EventTable,
  { reference, polarities, slots = 1 }: Recencies,
  use: (canvas: Canvas) => Result,
): Result {
  const { width, height } = events.sensor;
  const low = Number(BigInt.asIntN(32, reference));
  const pixelBytes = 4 * polarities * slots;
  return onCanvas(events, { bytes: height * width * pixelBytes, time: true, reach: 4 * (slots - 1) }, (canvas) => {
    const { kernels, offset } = canvas;
    canvas.blocks(({ t, x, y, p, events: count, cells }) => {
      kernels.cellOffsets(x, y, p, count, width, polarities * slots, polarities === 2 ? slots : 0, 2, offset, cells);
      if (slots === 1) kernels.recencyCells(cells, t, count, low);
      else if (slots === 4) kernels.pushFour(cells, t, count, low);
      else kernels.pushMany(cells, t, count, low, slots);
    });
    return use(canvas);
  });
}

/** The same in TypeScript, as plain ages: −1 for "never". */
export function agesOf({ t, x, y, p, sensor: { width, height } }: EventTable, { reference, polarities, slots = 1 }: Recencies): Float64Array {
  const ages = new Float64Array(height * width * polarities * slots).fill(-1);
  for (let i = 0; i < x.length; i++) {
    const cell = ((y[i]! * width + x[i]!) * polarities + (polarities === 2 ? p[i]! : 0)) * slots;
    ages.copyWithin(cell + 1, cell, cell + slots - 1);
    ages[cell] = Number(reference - t[i]!);
  }
  return ages;
}
