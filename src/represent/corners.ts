/**
 * Surfaces that corner detectors read, updated event by event around each event.
 *
 * | function | what an event does to the k × k pixels around it, cut at the sensor's edge | its own pixel | source |
 * |---|---|---|---|
 * | `eros` | value · d^(1/k) | 255 | Glover et al. 2021, luvHarris's successor EROS |
 * | `tos` | value − 1; what falls below 255 − 2k becomes 0 | 255 | Glover et al. 2021, luvHarris |
 * | `sits` | value − 1 where it is greater than its own pixel's old value; polarities apart | k² | Manderscheid et al. 2019 |
 * @module
 */
import { checkOptions, OptionError } from "../errors.js";
import type { EventTable } from "../events/table.js";
import { onCanvas, type Block, type Canvas } from "./canvas.js";
import type { DataType } from "./grid-memory.js";
import { requireInteger } from "./options.js";
import { idOf, perPixel } from "./per-pixel.js";
import type { GridData, Representation } from "./representation.js";

export interface CornerSurfaceOptions {
  /** k: pixels a side of the neighbourhood, odd, 3 to 63; 7 when left out. */
  readonly size?: number;
}
export interface ErosOptions extends CornerSurfaceOptions {
  /** d: what k events beside a pixel leave of its value, more than 0 and less than 1; 0.3 when left out. */
  readonly decay?: number;
}

/** Exponential reduced ordinal surface: [height, width, 1], channel "surface"; Float32 from 0 to 255. @throws OptionError */
export function eros(options: ErosOptions = {}): Representation<Float32Array> {
  checkOptions("eros", options, ["size", "decay"]);
  const size = oddSize("eros", options);
  const decay = options.decay ?? 0.3;
  if (!(decay > 0 && decay < 1)) throw new OptionError({ where: "eros decay", expected: "more than 0 and less than 1", received: String(decay) });
  const factor = Math.fround(decay ** (1 / size));
  return surface(idOf("eros", { size, decay }), "EROS (Glover et al.)", ["surface"], Float32Array, {
    cpu(data, cells, pixel) {
      for (const cell of cells) data[cell] = data[cell]! * factor;
      data[pixel] = 255;
    },
    size,
    wasm: ({ kernels, offset }, { x, y, events }, width, height) => kernels.erosSurface(x, y, events, width, height, size >> 1, factor, offset),
  });
}

/** Threshold-ordinal surface: [height, width, 1], channel "surface"; Uint8. @throws OptionError */
export function tos(options: CornerSurfaceOptions = {}): Representation<Uint8Array> {
  checkOptions("tos", options, ["size"]);
  const size = oddSize("tos", options);
  const least = 255 - 2 * size;
  return surface(idOf("tos", { size }), "TOS (Glover et al. 2021, luvHarris)", ["surface"], Uint8Array, {
    cpu(data, cells, pixel) {
      for (const cell of cells) data[cell] = data[cell]! - 1 < least ? 0 : data[cell]! - 1;
      data[pixel] = 255;
    },
    size,
    wasm: ({ kernels, offset }, { x, y, events }, width, height) => kernels.tosSurface(x, y, events, width, height, size >> 1, least, offset),
  });
}

/** Speed-invariant time surface: [height, width, 2], channels "off" and "on"; Uint16. @throws OptionError */
export function sits(options: CornerSurfaceOptions = {}): Representation<Uint16Array> {
  checkOptions("sits", options, ["size"]);
  const size = oddSize("sits", options);
  return surface(idOf("sits", { size }), "Manderscheid et al. 2019, speed invariant time surface", ["off", "on"], Uint16Array, {
    cpu(data, cells, pixel) {
      const old = data[pixel]!;
      for (const cell of cells) if (data[cell]! > old) data[cell]! -= 1;
      data[pixel] = size * size;
    },
    size,
    wasm: ({ kernels, offset }, { x, y, p, events }, width, height) => kernels.sitsSurface(x, y, p, events, width, height, size >> 1, offset),
  });
}

function oddSize(where: string, { size = 7 }: CornerSurfaceOptions): number {
  if (requireInteger(`${where} size`, size, 3, 63) % 2 === 1) return size;
  throw new OptionError({ where: `${where} size`, expected: "an odd number", received: String(size) });
}

/** One channel, or one a polarity. `cpu` is given the cells around an event, its own among them, and its own. */
function surface<Data extends GridData>(
  id: string,
  source: string,
  channels: readonly string[],
  Type: DataType<Data>,
  {
    size, cpu, wasm,
  }: {
    readonly size: number;
    readonly cpu: (data: Data, cells: Iterable<number>, pixel: number) => void;
    readonly wasm: (canvas: Canvas, block: Block, width: number, height: number) => void;
  },
): Representation<Data> {
  const reach = size >> 1;
  const depth = channels.length;
  return perPixel({
    id,
    source,
    channels,
    cpu({ x, y, p, sensor: { width, height } }: EventTable) {
      const data = new Type(height * width * depth);
      for (let i = 0; i < x.length; i++) {
        const [column, row] = [x[i]!, y[i]!];
        const polarity = depth === 2 ? p[i]! : 0;
        const cells: number[] = [];
        for (let v = Math.max(0, row - reach); v <= Math.min(height - 1, row + reach); v++) {
          for (let u = Math.max(0, column - reach); u <= Math.min(width - 1, column + reach); u++) cells.push((v * width + u) * depth + polarity);
        }
        cpu(data, cells, (row * width + column) * depth + polarity);
      }
      return data;
    },
    wasm(events) {
      const { width, height } = events.sensor;
      return onCanvas(events, { bytes: height * width * depth * Type.BYTES_PER_ELEMENT }, (canvas) => {
        canvas.blocks((block) => {
          // Leaves the cells' addresses for the canvas; neighbours only ever change where an event has been.
          const shift = Math.log2(Type.BYTES_PER_ELEMENT);
          canvas.kernels.cellOffsets(block.x, block.y, block.p, block.events, width, depth, depth - 1, shift, canvas.offset, block.cells);
          wasm(canvas, block, width, height);
        });
        return canvas.take(Type);
      });
    },
  });
}
