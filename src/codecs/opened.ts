/** What all readers share: opening the bytes of a recording, and saying what was assumed. */
import { openSource, type BytesLike, type ByteSource } from "../bytes/index.js";
import { checkOptions, FormatError, OptionError } from "../errors.js";
import { mostPixels, type Provenance, type SensorSize } from "../events/schema.js";
import type { DecodeOptions, EventCodec, RecordingInfo, Seen } from "./codec.js";
import { unwrap } from "./container.js";
import { detectFormat } from "./detect.js";
import { codec } from "./registry.js";

export interface Progress {
  readonly bytesRead: number;
  /** Size of the file, or `undefined` for a stream. */
  readonly size: number | undefined;
  readonly events: number;
}

export interface OpenOptions extends DecodeOptions {
  /** Name of the format; found from the first bytes when left out. */
  readonly format?: string;
  readonly onProgress?: (progress: Progress) => void;
}

export const openOptionNames = [
  "onError", "onSkip", "sensor", "shift", "timeUnit", "columns", "camera", "vectors", "device", "signal", "format", "onProgress",
] as const satisfies readonly (keyof OpenOptions)[];

/** A recording whose header is read. */
export interface Opened {
  readonly source: ByteSource;
  readonly codec: EventCodec;
  readonly info: RecordingInfo;
  /** Closes the source, unless the caller opened it. */
  close(): Promise<void>;
}

/** Checks the options, opens the bytes and reads the header. */
export async function openBytes(
  where: string,
  from: BytesLike,
  options: OpenOptions,
  known: readonly string[] = openOptionNames,
): Promise<Opened> {
  checkOptions(where, options, known);
  checkChoice(`${where}: onError`, options.onError, ["stop", "skip"]);
  checkChoice(`${where}: device`, options.device, ["cpu", "wasm"]);
  checkChoice(`${where}: timeUnit`, options.timeUnit, ["ns", "us", "ms", "s"]);
  checkChoice(`${where}: vectors`, options.vectors, ["word", "group"]);
  checkSensor(`${where}: sensor`, options.sensor);
  options.signal?.throwIfAborted();
  const outer = await openSource(from);
  let source = outer;
  const close = async () => {
    if (source !== outer) await source.close();
    if (outer !== from) await outer.close();
  };
  try {
    source = await unwrap(outer);
    const found = options.format === undefined ? await detectFormat(source) : await codec(options.format);
    const info = await found.info(source, options);
    if (options.sensor === undefined && info.sensor) checkPixels(source.name, "a header that", info.sensor);
    return { source, codec: found, info, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Sensor and provenance of what was decoded so far. */
export function describe(
  { info, source }: Opened,
  options: OpenOptions,
  seen: Seen | undefined,
  skipped: number,
): { sensor: SensorSize; provenance: Provenance } {
  const assumptions = [...info.assumptions];
  const stated = options.sensor ?? info.sensor;
  const sensor = stated ?? seen?.extent ?? { width: 0, height: 0 };
  if (!stated) checkPixels(source.name, "a file that names no sensor and whose events", sensor);
  if (!stated) {
    assumptions.push(
      `The file does not say how large the sensor is; ${sensor.width}x${sensor.height} is the smallest that holds the events.`,
    );
  }
  if (seen && seen.shift !== 0n) assumptions.push(`${seen.shift} µs were subtracted from all times, as asked.`);
  if (seen && seen.backwardSteps > 0) {
    assumptions.push(
      `The times are not sorted: ${seen.backwardSteps} steps backward, the largest ${seen.largestBackward} µs.`,
    );
  }
  if (skipped > 0) assumptions.push(`${skipped} faults in the file were skipped.`);
  return { sensor, provenance: { format: info.format, assumptions } };
}

function checkChoice(where: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return;
  throw new OptionError({ where, expected: `one of ${choices.join(", ")}`, received: `"${value}"` });
}

function checkPixels(where: string, what: string, { width, height }: SensorSize): void {
  if (width * height <= mostPixels) return;
  throw new FormatError({
    where,
    expected: `a sensor of at most ${mostPixels} pixels`,
    received: `${what} would take ${width}x${height}`,
    next: 'The file is damaged or no recording; if you know its sensor, give it as `sensor`, with `onError: "skip"` for events outside',
  });
}

function checkSensor(where: string, sensor: SensorSize | undefined): void {
  if (sensor === undefined) return;
  const valid = (n: unknown) => Number.isInteger(n) && (n as number) > 0 && (n as number) <= 65535;
  if (valid(sensor.width) && valid(sensor.height) && sensor.width * sensor.height <= mostPixels) return;
  throw new OptionError({
    where,
    expected: `a width and a height in whole pixels from 1 to 65535, and at most ${mostPixels} pixels`,
    received: JSON.stringify(sensor),
  });
}
