/**
 * The latest event of each pixel.
 * @module
 */
import type { EventTable } from "../events/table.js";
import { onCanvas } from "./canvas.js";

/** One more than the number of the latest event of each pixel, 0 where there is none. */
export function latestEvents({ x, y, sensor: { width, height } }: EventTable): Int32Array {
  const latest = new Int32Array(height * width);
  for (let i = 0; i < x.length; i++) latest[y[i]! * width + x[i]!] = i + 1;
  return latest;
}

/** The same in WebAssembly; `use` must not keep it. */
export function withLatestEvents<Result>(events: EventTable, use: (latest: Int32Array) => Result): Result {
  const { width, height } = events.sensor;
  return onCanvas(events, { bytes: height * width * 4 }, (canvas) => {
    const { kernels, offset } = canvas;
    canvas.blocks(({ x, y, p, events: count, cells, first }) => {
      kernels.cellOffsets(x, y, p, count, width, 1, 0, 2, offset, cells);
      kernels.numberCells(cells, count, first + 1);
    });
    return use(canvas.i32());
  });
}
