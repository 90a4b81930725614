/**
 * Events in, grid out.
 * @module
 */
import { checkOptions, DeviceError, WindowError } from "../errors.js";
import type { EventTable } from "../events/table.js";
import { toSensorWindow, type SensorWindow, type TimeWindow } from "../events/time.js";
import { Grid } from "./grid.js";
import type { Device, GridData, Kernel, Representation } from "./representation.js";

export interface BuildOptions {
  /** "auto" (default) is wasm where the representation has a kernel for it, otherwise cpu. */
  readonly device?: "auto" | Device;
  /** Only the events of this window, half open; the whole table, [first, last + 1 µs), when left out. */
  readonly window?: TimeWindow;
}

/**
 * The grid of `events` under `representation`. A window without events gives a grid without events.
 * @throws WindowError when the window is empty or inverted, or when an empty table has no window.
 * @throws DeviceError when the representation has no kernel for the device, or the device is missing.
 */
export async function build<Data extends GridData>(
  events: EventTable,
  representation: Representation<Data>,
  options: BuildOptions = {},
): Promise<Grid<Data>> {
  checkOptions("build", options, ["device", "window"]);
  const { device, kernel } = pickKernel(representation, options.device ?? "auto");
  const window = options.window === undefined ? wholeWindow(events) : toSensorWindow(options.window, events.origin);
  const within = options.window === undefined ? events : events.between(window.from, window.to);
  const grid = await kernel(within, window);
  return new Grid(grid, { representation: representation.id, window, device });
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

function wholeWindow({ t }: EventTable): SensorWindow {
  if (t.length > 0) return { from: t[0]!, to: t[t.length - 1]! + 1n };
  throw new WindowError({
    where: "build",
    expected: "events, or a window that says which time is meant",
    received: "a table without events and no window",
    next: 'Give a window, for example { from: 0, to: "50ms" }',
  });
}
