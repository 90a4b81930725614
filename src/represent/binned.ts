/**
 * Kernels of representations that put each event into a bin of time and then count, mark or sign its cell.
 * @module
 */
import type { Kernels } from "../wasm/arena.js";
import type { EventTable } from "../events/table.js";
import { onCanvas, type Block, type Canvas } from "./canvas.js";
import type { GridData } from "./representation.js";
import { runsOf, type BinOf } from "./time-bins.js";

/** Where the cell of an event lies: pixel · perPixel + p · perPolarity + ofBin(bin). */
export interface CellLayout {
  readonly perPixel: number;
  readonly perPolarity: number;
  readonly ofBin: (bin: number) => number;
}

/** The definition: visits each event that lies in a bin. */
export function eachBinned(
  { t, x, y, p, sensor: { width } }: EventTable,
  start: bigint,
  bins: number,
  binOf: BinOf,
  { perPixel, perPolarity, ofBin }: CellLayout,
  visit: (cell: number, event: number, bin: number) => void,
): void {
  for (let i = 0; i < x.length; i++) {
    const bin = binOf(Number(t[i]! - start));
    if (bin >= 0 && bin < bins) visit((y[i]! * width + x[i]!) * perPixel + p[i]! * perPolarity + ofBin(bin), i, bin);
  }
}

/**
 * The same for WebAssembly: `write` is given each block once the cells of its events, `1 << sizeShift` bytes each, are
 * known, and `finish` the canvas when all are written.
 */
export function binnedOnCanvas<Data extends GridData>(
  events: EventTable,
  start: bigint,
  bins: number,
  binOf: BinOf,
  { perPixel, perPolarity, ofBin }: CellLayout,
  sizeShift: 0 | 1 | 2,
  finish: (canvas: Canvas) => Data,
  write: (kernels: Kernels, block: Block, bin: number) => void,
): Data {
  const { width, height } = events.sensor;
  return onCanvas(events, { bytes: height * width * perPixel * 2 ** sizeShift }, (canvas) => {
    const { kernels, offset } = canvas;
    for (const { bin, start: from, end } of runsOf(events.t, start, bins, binOf)) {
      const base = offset + (ofBin(bin) << sizeShift);
      canvas.blocks(
        (block) => {
          kernels.cellOffsets(block.x, block.y, block.p, block.events, width, perPixel, perPolarity, sizeShift, base, block.cells);
          write(kernels, block, bin);
        },
        from,
        end,
      );
    }
    return finish(canvas);
  });
}
