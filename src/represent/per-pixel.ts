/**
 * The usual form of a representation: so many named channels for each pixel.
 * @module
 */
import type { EventTable } from "../events/table.js";
import type { SensorWindow } from "../events/time.js";
import type { GridData, GridLike, Representation } from "./representation.js";

type DataKernel<Data> = (events: EventTable, window: SensorWindow) => Data;

interface PerPixel<Data extends GridData> {
  readonly id: string;
  readonly source: string;
  readonly channels: readonly string[];
  readonly background?: number | readonly number[];
  readonly tolerance?: number;
  readonly cpu: DataKernel<Data>;
  readonly wasm?: DataKernel<Data>;
}

/** A representation [height, width, channels] from kernels that return its data alone. */
export function perPixel<Data extends GridData>(parts: PerPixel<Data>): Representation<Data> {
  const { id, source, channels, background, tolerance, cpu, wasm } = parts;
  const grid =
    (kernel: DataKernel<Data>) =>
    (events: EventTable, window: SensorWindow): GridLike<Data> => ({
      data: kernel(events, window),
      shape: [events.sensor.height, events.sensor.width, channels.length],
      channels,
    });
  return {
    id,
    source,
    shape: ({ width, height }) => [height, width, channels.length],
    kernels: { cpu: grid(cpu), ...(wasm && { wasm: grid(wasm) }) },
    ...(background !== undefined && { background }),
    ...(tolerance !== undefined && { tolerance }),
  };
}

/** "name/key=value/…": every choice stated, and text that `parseRepresentation` takes. */
export function idOf(name: string, options: Readonly<Record<string, string | number | boolean>>): string {
  return [name, ...Object.entries(options).map(([key, value]) => `${key}=${value}`)].join("/");
}

/** "bin 0", "bin 1", … */
export function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${word} ${i}`);
}

/** Each value changed by `change`: what `Type.from(values, change)` gives, without the cost of its iterator. */
export function mapped<Data extends GridData | Float64Array>(
  Type: new (length: number) => Data,
  values: ArrayLike<number>,
  change: (value: number, i: number) => number,
): Data {
  const data = new Type(values.length);
  for (let i = 0; i < data.length; i++) data[i] = change(values[i]!, i);
  return data;
}
