/**
 * Events in, grid out.
 * @module
 */
import { checkOptions, DeviceError, WindowError } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { SensorSize } from "../events/schema.js";
import { toSensorWindow, type SensorWindow, type TimeWindow } from "../events/time.js";
import { cached, type CacheOptions } from "./cache.js";
import { Grid } from "./grid.js";
import type { Device, GridData, GridLike, Kernel, Representation } from "./representation.js";

/** A gigabyte of single precision. */
const mostValues = 2 ** 28;

export interface BuildOptions {
  /** "auto" (default) is wasm where the representation has a kernel for it, otherwise cpu. */
  readonly device?: "auto" | Device;
  /** Only the events of this window, half open; the whole table, [first, last + 1 µs), when left out. */
  readonly window?: TimeWindow;
  /** A folder that keeps grids between runs, or its folder and limit; see `cache.ts`. Default: none. */
  readonly cache?: string | CacheOptions;
  /** Ends the work with its reason before and after the kernel, which itself runs to its end. */
  readonly signal?: AbortSignal;
}

/**
 * The grid of `events` under `representation`. A window without events gives a grid without events.
 * @throws WindowError when the window is empty or inverted, or when an empty table has no window.
 * @throws the reason of `signal` when it is aborted.
 * @throws DeviceError when the representation has no kernel for the device, the device is missing, or the grid would not
 * fit into memory.
 */
export async function build<Data extends GridData>(
  events: EventTable,
  representation: Representation<Data>,
  options: BuildOptions = {},
): Promise<Grid<Data>> {
  checkOptions("build", options, ["device", "window", "cache", "signal"]);
  const { cache, signal } = options;
  signal?.throwIfAborted();
  const { device, kernel } = pickKernel(representation, options.device ?? "auto");
  checkRoom(representation, events.sensor);
  const window = options.window === undefined ? wholeWindow(events) : toSensorWindow(options.window, events.origin);
  const within = options.window === undefined ? events : events.between(window.from, window.to);
  const from = { representation: representation.id, window, device };
  const make = async () => ({ grid: await kernel(within, window), from });
  const made = cache === undefined ? await make() : await cached(cache, { id: representation.id, events: within, window }, make);
  signal?.throwIfAborted();
  return new Grid(made.grid as GridLike<Data>, made.from);
}

function pickKernel<Data extends GridData>(
  { id, kernels }: Representation<Data>,
  asked: "auto" | Device,
): { device: Device; kernel: Kernel<Data> } {
  const device = asked === "auto" ? (kernels.wasm ? "wasm" : "cpu") : asked;
  const kernel = kernels[device];
  if (kernel) return { device, kernel };
  throw new DeviceError({
    where: `device of ${id}`,
    expected: `one of auto, ${Object.keys(kernels).join(", ")}`,
    received: `"${String(asked)}"`,
  });
}

function checkRoom<Data extends GridData>({ id, shape }: Representation<Data>, sensor: SensorSize): void {
  const sides = shape(sensor);
  if (sides.reduce((product, side) => product * side) <= mostValues) return;
  throw new DeviceError({ where: id, expected: `a grid of at most ${mostValues} values`, received: sides.join(" x "), next: "Crop or resize the events, or take fewer channels" });
}

function wholeWindow({ t }: EventTable): SensorWindow {
  if (t.length > 0) return { from: t[0]!, to: t[t.length - 1]! + 1n };
  throw new WindowError({
    where: "build",
    expected: "events, or a window that says which time is meant",
    received: "a table without events and no window",
    next: 'Give a window, for example { from: 0, to: "50ms" }',
  });
}
