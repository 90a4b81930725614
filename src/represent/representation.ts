/**
 * The contract of a representation: a dense encoding of events.
 * @module
 */
import type { EventTable } from "../events/table.js";
import type { SensorSize } from "../events/schema.js";

/** "cpu" is the TypeScript definition and the oracle; "wasm" and "webgpu" are compared with it. */
export type Device = "cpu" | "wasm" | "webgpu";

export type GridData = Float32Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** A dense result: `data` in row-major order of `shape` = [height, width, channels] (channels last). */
export interface GridLike<Data extends GridData = GridData> {
  readonly data: Data;
  readonly shape: readonly [height: number, width: number, channels: number];
  /** One name a channel, in order: "off", "on", "bin 0", … */
  readonly channels: readonly string[];
}

/** Half open window on the sensor clock, in microseconds. */
export interface SensorWindow {
  readonly from: bigint;
  readonly to: bigint;
}

/** Builds the grid of events that lie within `window` (already sliced). Must not change its input. */
export type Kernel<Data extends GridData = GridData> = (
  events: EventTable,
  window: SensorWindow,
) => GridLike<Data> | Promise<GridLike<Data>>;

export interface Representation<Data extends GridData = GridData> {
  /** Stable, also the cache key: "voxel/bins=5/convention=e2vid". */
  readonly id: string;
  /** Where the definition comes from: paper or code, with its convention. */
  readonly source: string;
  shape(sensor: SensorSize): readonly [height: number, width: number, channels: number];
  /** `cpu` is required: it defines correctness. */
  readonly kernels: { readonly cpu: Kernel<Data> } & { readonly [D in Exclude<Device, "cpu">]?: Kernel<Data> };
}
