/**
 * The contract of a representation: a dense encoding of events.
 *
 * A representation of one's own is one object: an id, its source, a shape and a `cpu` kernel.
 *
 * ```ts
 * const anyEvent: Representation<Uint8Array> = {
 *   id: "any-event",
 *   source: "our lab",
 *   shape: ({ width, height }) => [height, width, 1],
 *   kernels: {
 *     cpu({ x, y, sensor }) {
 *       const data = new Uint8Array(sensor.width * sensor.height);
 *       for (let i = 0; i < x.length; i++) data[y[i] * sensor.width + x[i]] = 255;
 *       return { data, shape: [sensor.height, sensor.width, 1], channels: ["any"] };
 *     },
 *   },
 * };
 * const grid = await build(events, anyEvent);
 * ```
 * @module
 */
import type { EventTable } from "../events/table.js";
import type { SensorSize } from "../events/schema.js";
import type { SensorWindow } from "../events/time.js";

/** "cpu" is the TypeScript definition and the oracle; "wasm" and "webgpu" are compared with it. */
export type Device = "cpu" | "wasm" | "webgpu";

export type GridData = Float32Array | Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array;

/** [height, width, channels]: channels last. */
export type GridShape = readonly [height: number, width: number, channels: number];

/** A dense result: `data` in row-major order of `shape`. */
export interface GridLike<Data extends GridData = GridData> {
  readonly data: Data;
  readonly shape: GridShape;
  /** One name a channel, in order: "off", "on", "bin 0", … */
  readonly channels: readonly string[];
}

/** Builds the grid of `events`, which lie within `window` already. Must not change its input. */
export type Kernel<Data extends GridData = GridData> = (
  events: EventTable,
  window: SensorWindow,
) => GridLike<Data> | Promise<GridLike<Data>>;

export interface Representation<Data extends GridData = GridData> {
  /** Stable, also the cache key: "voxel/bins=5/convention=e2vid/…", every choice stated. */
  readonly id: string;
  /** Where the definition comes from: paper or code, with its convention. */
  readonly source: string;
  shape(sensor: SensorSize): GridShape;
  /** `cpu` is required: it defines correctness. */
  readonly kernels: { readonly cpu: Kernel<Data> } & { readonly [D in Exclude<Device, "cpu">]?: Kernel<Data> };
  /** What a cell without events holds, for every cell or a channel each; 0 when left out. */
  readonly background?: number | readonly number[];
  /** Largest difference of another device from `cpu`, relative to max(1, |value|); 0 (equal) when left out. */
  readonly tolerance?: number;
}
