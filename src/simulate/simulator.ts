/**
 * A simulated event camera: pictures in, events out.
 * @module
 */
import { OptionError, TableError } from "../errors.js";
import { noTriggers, type EventColumns, type Provenance, type SensorSize } from "../events/schema.js";
import { EventTable } from "../events/table.js";
import { EsimDefinition } from "./esim.definition.js";
import { EsimKernel } from "./esim.kernel.js";
import { esimParameters, type EsimOptions } from "./esim.js";
import { toLight, type LightFrame } from "./light.js";
import type { PixelModel } from "./pixel-model.js";
import { V2eDefinition } from "./v2e.definition.js";
import { V2eKernel } from "./v2e.kernel.js";
import { v2eParameters, type V2eOptions } from "./v2e.js";

interface DeviceOption {
  /** "wasm" (the default), or "cpu": the TypeScript definition, much slower. */
  readonly device?: "wasm" | "cpu";
}

/** Which model of a pixel, and its parameters. */
export type PixelOptions = (V2eOptions | EsimOptions) & DeviceOption;

/**
 * The pixels of an event camera that look at one picture after the other. For what comes frame by frame from a
 * renderer; {@link simulateEvents} does the same for a whole sequence.
 *
 * ```ts
 * const camera = new EventSimulator({ width: 346, height: 260 }, { preset: "clean", seed: 7 });
 * for (const frame of scene) for (const events of camera.push(frame)) write(events);
 * write(camera.flush());
 * ```
 * Memory is a few tens of bytes a pixel and one batch.
 */
export class EventSimulator {
  readonly sensor: SensorSize;
  readonly provenance: Provenance;
  readonly #model: PixelModel;
  #time: number | undefined;
  #origin = 0n;

  /** @throws OptionError when an option is unknown, missing or out of range. */
  constructor(sensor: SensorSize, options: PixelOptions) {
    for (const [side, size] of Object.entries({ width: sensor.width, height: sensor.height })) {
      if (!Number.isInteger(size) || size < 1 || size > 8192) {
        throw new OptionError({ where: `simulate: ${side} of the sensor`, expected: "whole pixels from 1 to 8192", received: String(size) });
      }
    }
    this.sensor = { width: sensor.width, height: sensor.height };
    const { make, description } = pixelModel(options);
    this.#model = make(this.sensor);
    this.provenance = { format: "simulated", assumptions: [description] };
  }

  /** Time of the first picture, which durations count from. */
  get origin(): bigint {
    return this.#origin;
  }

  /** Events that wait for the next batch. */
  get pending(): number {
    return this.#model.pending;
  }

  /**
   * Shows the pixels the next picture. Gives the batches that got full, usually none: the rest waits for `flush`.
   * @throws TableError when the picture is not of the sensor's size, not later than the one before, or holds values
   * that are no intensities.
   */
  *push(frame: LightFrame): Generator<EventTable, void> {
    const light = toLight(frame);
    const { width, height } = this.sensor;
    if (frame.width !== width || frame.height !== height) {
      throw new TableError({
        where: `frame at ${light.t} µs`,
        expected: `${width} × ${height} pixels, as of the sensor`,
        received: `${frame.width} × ${frame.height}`,
      });
    }
    if (!Number.isFinite(light.t) || Math.abs(light.t) > Number.MAX_SAFE_INTEGER || (this.#time !== undefined && light.t <= this.#time)) {
      throw new TableError({
        where: "frames",
        expected: this.#time === undefined ? "a time in microseconds" : `a time after ${this.#time} µs, that of the frame before`,
        received: `${light.t} µs`,
        next: "Give frames in order of time, each once",
      });
    }
    if (this.#time === undefined) {
      this.#origin = BigInt(Math.floor(light.t + 0.5));
      this.#time = light.t;
      this.#model.begin(light);
      return;
    }
    this.#time = light.t;
    for (const columns of this.#model.step(light)) yield this.#table(columns);
  }

  /** The events since the last batch, in order of time; possibly none. */
  flush(): EventTable {
    return this.#table(this.#model.take());
  }

  #table(columns: EventColumns): EventTable {
    const { sensor, provenance } = this;
    return new EventTable(columns, { sensor, triggers: noTriggers, origin: this.#origin, provenance });
  }
}

/**
 * The model that options ask for.
 * @throws OptionError when an option is unknown, missing or out of range.
 */
export function pixelModel({ device = "wasm", ...pixel }: PixelOptions): { make: (sensor: SensorSize) => PixelModel; description: string } {
  if (device !== "wasm" && device !== "cpu") {
    throw new OptionError({ where: "simulate.device", expected: "wasm or cpu", received: `"${String(device)}"` });
  }
  if (pixel.model === "esim") {
    const parameters = esimParameters("simulate", pixel);
    const Model = device === "cpu" ? EsimDefinition : EsimKernel;
    return { make: (sensor) => new Model(sensor, parameters), description: `pixels of ESIM: ${JSON.stringify(parameters)}` };
  }
  if (pixel.model !== undefined && pixel.model !== "v2e") {
    throw new OptionError({ where: "simulate.model", expected: "v2e or esim", received: `"${String(pixel.model)}"` });
  }
  const parameters = v2eParameters("simulate", pixel);
  const Model = device === "cpu" ? V2eDefinition : V2eKernel;
  return { make: (sensor) => new Model(sensor, parameters), description: `pixels of v2e: ${JSON.stringify(parameters)}` };
}
