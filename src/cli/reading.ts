/**
 * What the verbs that read a recording have in common: flags, the size of the sensor, progress.
 * @module
 */
import { access } from "node:fs/promises";
import { InvalidArgumentError, Option, type Command } from "commander";
import { codec, inspect, openRecording, type EventCodec, type OpenOptions, type Progress, type RecordingInfo } from "../codecs/index.js";
import { OptionError } from "../errors.js";
import type { Region } from "../events/region.js";
import type { SensorSize } from "../events/schema.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import { readingBar } from "../progress/work.js";
import { withTerminalBar } from "./progress.js";

export interface ReadingFlags {
  readonly inputFormat?: string;
  readonly sensor?: SensorSize;
  readonly timeUnit?: NonNullable<OpenOptions["timeUnit"]>;
  readonly camera?: string;
  readonly onError?: NonNullable<OpenOptions["onError"]>;
}

/** Adds the flags that say how a file is read, for files that do not say it themselves. */
export function addReadingFlags(command: Command): Command {
  return command
    .option("--input-format <name>", "format of the file; told by its content when left out")
    .option("--sensor <size>", "size of the sensor, such as 640x480, for files that do not say", sensorSize)
    .addOption(new Option("--time-unit <unit>", "unit of the times, for files that do not say").choices(["ns", "us", "ms", "s"]))
    .option("--camera <name>", "camera that wrote the file, for AEDAT 1 and 2")
    .addOption(new Option("--on-error <what>", "at a fault in the file").choices(["stop", "skip"]));
}

/** The options of the reader that the flags ask for. */
export function readingOptions({ inputFormat, sensor, timeUnit, camera, onError }: ReadingFlags): OpenOptions {
  return {
    ...(inputFormat !== undefined && { format: inputFormat }),
    ...(sensor && { sensor }),
    ...(timeUnit && { timeUnit }),
    ...(camera !== undefined && { camera }),
    ...(onError && { onError }),
  };
}

/** Codec and header of a file, and reader options with the size of its sensor: measured by reading it when it does not say. */
export async function openInput(
  file: string,
  flags: ReadingFlags,
  signal: AbortSignal,
): Promise<{ readonly format: EventCodec; readonly info: RecordingInfo; readonly options: OpenOptions & { readonly sensor: SensorSize } }> {
  const recording = await openRecording(file, readingOptions(flags));
  await recording.close();
  const { info } = recording;
  const sensor = flags.sensor ?? info.sensor ?? (await measureSensor(file, flags, signal));
  return { format: await codec(info.format), info, options: { ...readingOptions(flags), sensor, signal } };
}

async function measureSensor(file: string, flags: ReadingFlags, signal: AbortSignal): Promise<SensorSize> {
  const { width, height } = await withProgress(`${file}: size of the sensor`, (onProgress) => inspect(file, { ...readingOptions(flags), signal, onProgress }));
  return { width: Math.max(1, width), height: Math.max(1, height) };
}

/** A bar over the bytes of a recording. */
export function withProgress<Result>(title: string, work: (onProgress: (progress: Progress) => void) => Promise<Result>): Promise<Result> {
  return withTerminalBar(readingBar(title), work);
}

/** @throws OptionError when `path` is there and must not be replaced. */
export async function refuseExisting(path: string, force: boolean | undefined): Promise<void> {
  if (force === true) return;
  const there = await access(path).then(
    () => true,
    () => false,
  );
  if (there) throw new OptionError({ where: path, expected: "a file that does not exist yet", received: "one that does", next: "Give --force to replace it" });
}

/** A point in time as a flag: microseconds, or text with a unit. */
export function duration(text: string): Duration {
  const value = /^[+-]?[\d.]+$/.test(text) ? Number(text) : (text as Duration);
  try {
    toMicroseconds(value);
  } catch {
    throw new InvalidArgumentError('Expected microseconds, or a number with its unit such as "33ms" or "1.5s".');
  }
  return value;
}

/** A size as a flag: 640x480. */
export function sensorSize(text: string): SensorSize {
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (width === undefined || height === undefined) throw new InvalidArgumentError("Expected a width and a height such as 640x480.");
  return { width: Number(width), height: Number(height) };
}

/** A rectangle as a flag: x,y,width,height. */
export function region(text: string): Region {
  const [x, y, width, height] = text.split(",").map(Number);
  if (!/^\d+(,\d+){3}$/.test(text)) throw new InvalidArgumentError("Expected four whole numbers such as 400,120,480,480.");
  return { x: x!, y: y!, width: width!, height: height! };
}
