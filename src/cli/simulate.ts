/**
 * `evtlab simulate`: a video, or a folder of pictures, as the recording of an event camera.
 * @module
 */
import { InvalidArgumentError, Option, type Command } from "commander";
import { FormatError, isEvtlabError } from "../errors.js";
import type { EventTable } from "../events/table.js";
import type { Region } from "../events/region.js";
import type { SensorSize } from "../events/schema.js";
import { toMicroseconds, type Duration } from "../events/time.js";
import type { Threshold, V2ePreset, VideoOptions } from "../simulate/index.js";
import { interruptible } from "./interrupt.js";
import { withTerminalBar } from "./progress.js";
import { duration, refuseExisting, region, sensorSize } from "./reading.js";

interface Flags {
  readonly model: "v2e" | "esim";
  readonly preset?: V2ePreset;
  readonly threshold?: Threshold;
  readonly thresholdSpread?: number;
  readonly cutoff?: number;
  readonly leak?: number;
  readonly shotNoise?: number;
  readonly refractory?: Duration;
  readonly interpolate?: "linear" | "none";
  readonly from?: Duration;
  readonly to?: Duration;
  readonly crop?: Region;
  readonly size?: SensorSize;
  readonly rate?: number;
  readonly seed: number;
  readonly format?: string;
  readonly compression?: string;
  readonly force?: true;
}

const example = `
Example:
  evtlab simulate talk.mp4 talk.raw --size 346x260 --preset noisy --seed 7
  evtlab simulate talk.mp4 smile.es --from 1.2s --to 1.5s --threshold 0.15,0.2
  evtlab simulate frames/ talk.hdf5 --rate 240 --model esim --threshold 0.3

Videos need the optional package node-av; folders of PNG or JPEG files do not. Times count from the start of the video.`;

export function addSimulate(program: Command): void {
  program
    .command("simulate")
    .description("make the recording that an event camera would have made of a video")
    .argument("<video>", "a video file, or a folder of PNG or JPEG pictures")
    .argument("<out>", "the new recording; its ending tells the format")
    .addOption(new Option("--model <name>", "model of the pixels").choices(["v2e", "esim"]).default("v2e"))
    .addOption(new Option("--preset <name>", "v2e: what the flags below start from").choices(["ideal", "clean", "default", "noisy"]))
    .option("--threshold <value>", "change of log intensity that fires, for both polarities or as on,off (0.2)", threshold)
    .option("--threshold-spread <value>", "its standard deviation from pixel to pixel", number)
    .option("--cutoff <hz>", "v2e: bandwidth of a pixel in full light; 0 for no limit", number)
    .option("--leak <hz>", "v2e: leak events per pixel and second", number)
    .option("--shot-noise <hz>", "v2e: noise events per pixel and second, in the dark", number)
    .option("--refractory <time>", "time after an event in which a pixel stays silent", duration)
    .addOption(new Option("--interpolate <how>", "pictures between those of the video (v2e: linear, esim: none)").choices(["linear", "none"]))
    .option("--from <time>", "first picture, from the start of the video on: 1.2s", duration)
    .option("--to <time>", "time at which to end", duration)
    .option("--crop <x,y,width,height>", "a region of the pictures, before they are scaled", region)
    .option("--size <size>", "size of the sensor, such as 346x260; that of the pictures when left out", sensorSize)
    .option("--rate <fps>", "pictures a second, for folders whose names give no times", number)
    .option("--seed <number>", "same seed, same events", number, 1)
    .option("--format <name>", "format of the new file")
    .option("--compression <name>", "for formats that know several")
    .option("--force", "replace a file that is there")
    .addHelpText("after", example)
    .action((video: string, out: string, flags: Flags) => interruptible((signal) => simulate(video, out, flags, signal).catch((error: unknown) => refuse(video, error))));
}

async function simulate(video: string, out: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const { writeEvents } = await import("../codecs/index.js");
  const { framesInfo, simulateVideo } = await import("../simulate/index.js");
  await refuseExisting(out, flags.force);
  const { frames: inFile, rate } = await framesInfo(video);
  const whole = flags.from === undefined && flags.to === undefined;
  const told = { frames: 0, events: 0, first: 0, last: 0 };
  let sensor: SensorSize | undefined;
  await withTerminalBar<Pick<typeof told, "frames" | "events">, void>({
    title: `${video} → ${out}`,
    unit: "pictures",
    state: ({ frames, events }) => ({ done: frames, total: whole ? inFile : expected(flags, rate), note: `${events.toLocaleString("en")} events` }),
  }, async (onProgress) => {
    const events = simulateVideo(video, {
      ...videoOptions(flags),
      signal,
      onProgress({ frames, events, t }) {
        if (frames === 1) told.first = t;
        Object.assign(told, { frames, events, last: t });
        onProgress(told);
      },
    });
    async function* counted(): AsyncGenerator<EventTable> {
      for await (const table of events) {
        sensor ??= table.sensor;
        yield table;
      }
    }
    const { format, compression } = flags;
    await writeEvents(counted(), out, { signal, ...(format !== undefined && { format }), ...(compression !== undefined && { compression }) });
  });
  const seconds = (told.last - told.first) / 1e6;
  console.log(`${out}: ${told.events.toLocaleString("en")} events of ${told.frames} pictures, ${seconds.toFixed(3)} s, ${sensor?.width}x${sensor?.height}`);
}

/** What is no video may be the result of one: then that is said. */
async function refuse(video: string, error: unknown): Promise<never> {
  if (!(isEvtlabError(error, "SourceError") || isEvtlabError(error, "FormatError")) || error.where !== video) throw error;
  const { codec, openRecording } = await import("../codecs/index.js");
  const recording = await openRecording(video).catch(() => undefined);
  if (recording === undefined) throw error;
  await recording.close();
  throw new FormatError({
    where: video,
    expected: "a video file, or a folder of PNG or JPEG pictures",
    received: `a recording of events (${(await codec(recording.info.format)).title})`,
    next: `\`evtlab play ${video}\` shows it, and \`evtlab convert ${video} OUT\` writes it in another format`,
    cause: error,
  });
}

/** Pictures in the window, where the rate is known. */
function expected({ from = 0, to }: Flags, rate: number | undefined): number | undefined {
  if (to === undefined || rate === undefined) return undefined;
  return Math.max(1, Math.round(((toMicroseconds(to) - toMicroseconds(from)) / 1e6) * rate));
}

function videoOptions({ model, preset, threshold, thresholdSpread, cutoff, leak, shotNoise, refractory, interpolate, from, to, crop, size, rate, seed }: Flags): VideoOptions {
  const given = { model, preset, threshold, thresholdSpread, cutoff, leakRate: leak, shotNoiseRate: shotNoise, refractory, interpolate, from, to, crop, size, rate, seed };
  // The library refuses what a model does not have.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as VideoOptions;
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("Expected a number.");
}

function threshold(text: string): Threshold {
  const [on, off, ...more] = text.split(",").map(number);
  if (on === undefined || more.length > 0) throw new InvalidArgumentError("Expected one threshold, or two as on,off.");
  return off === undefined ? on : { on, off };
}
