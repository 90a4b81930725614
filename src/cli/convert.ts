/**
 * `evtlab convert`: one recording format into another, possibly with filters on the way.
 * @module
 */
import type { Command } from "commander";
import { FormatError, isEvtlabError } from "../errors.js";
import type { EventCodec } from "../codecs/index.js";
import { EventTable } from "../events/table.js";
import type { Duration } from "../events/time.js";
import type { EventFilter } from "../filters/index.js";
import type { Region } from "../events/region.js";
import { interruptible } from "./interrupt.js";
import { addReadingFlags, duration, openInput, refuseExisting, region, withProgress, type ReadingFlags } from "./reading.js";

interface Flags extends ReadingFlags {
  readonly format?: string;
  readonly compression?: string;
  readonly crop?: Region;
  readonly from?: Duration;
  readonly to?: Duration;
  readonly filter?: readonly string[];
  readonly onlyTriggers?: true;
  readonly shift?: true;
  readonly force?: true;
}

export function addConvert(program: Command): void {
  const command = program
    .command("convert")
    .description("write a recording in another format, whole or in part, filtered or not")
    .argument("<in>", "a recording; its format is told by its content")
    .argument("<out>", "the new file; its ending tells the format")
    .option("--format <name>", "format of the new file")
    .option("--compression <name>", "for formats that know several")
    .option("--from <time>", "first time, from the first event on: 1.2s", duration)
    .option("--to <time>", "time at which to end", duration)
    .option("--crop <x,y,width,height>", "a region of the sensor; coordinates then count from its top left pixel", region)
    .option("--filter <filter>", "one or more, in order, such as background-activity:within=5ms (evtlab list filters), or hot-pixels", collect)
    .option("--only-triggers", "leave the events out: DAT has triggers in a file of their own")
    .option("--shift", "let times count from the first event")
    .option("--force", "replace a file that is there");
  addReadingFlags(command)
    .addHelpText("after", "\nExample:\n  evtlab convert talk.raw smile.dat --from 1.2s --to 1.5s --filter hot-pixels --filter background-activity:within=5ms")
    .action((from: string, to: string, flags: Flags) => interruptible((signal) => convert(from, to, flags, signal).catch(inFlags)));
}

/** The advice of the library, in flags. */
function inFlags(error: unknown): never {
  if (!isEvtlabError(error, "FormatError") || error.next?.includes("`shift: true`") !== true) throw error;
  const { where, expected, received } = error;
  throw new FormatError({ where, expected, received, next: "Give --shift, so that times count from the first event", cause: error });
}

async function convert(from: string, to: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const { streamEvents, writeEvents } = await import("../codecs/index.js");
  const { writtenFormat } = await import("../codecs/write.js");
  const { pipe } = await import("../filters/index.js");
  const { openBeside } = await import("./beside.js");
  await refuseExisting(to, flags.force);
  const { format, options } = await openInput(from, flags, signal);
  const filters = await chain(from, flags, options);
  const { format: name, compression, shift, from: start, to: end, onlyTriggers } = flags;
  const told = { read: 0, written: 0, triggers: 0 };
  async function* counted(tables: AsyncIterable<EventTable>): AsyncGenerator<EventTable> {
    for await (const all of tables) {
      const table = onlyTriggers ? withoutEvents(all) : all;
      told.written += table.length;
      told.triggers += table.triggers.t.length;
      yield table;
    }
  }
  const output = (await writtenFormat(to, name)).codec;
  const part = { from: start, to: end };
  const beside = onlyTriggers ? undefined : await openBeside(from, format, output, { options, part, filters });
  try {
    await withProgress(`${from} → ${to}`, async (onProgress) => {
      const read = streamEvents(from, {
        ...options,
        ...part,
        onProgress(progress) {
          told.read = progress.events;
          onProgress(progress);
        },
      });
      await writeEvents(counted(filters.length > 0 ? pipe(read, ...filters) : read), to, {
        signal,
        ...(name !== undefined && { format: name }),
        ...(compression !== undefined && { compression }),
        ...(shift && { shift }),
        ...(beside?.frames && { frames: beside.frames }),
        ...(beside?.imu && { imu: beside.imu }),
      });
    });
  } finally {
    await beside?.close();
  }
  const count = (value: number): string => value.toLocaleString("en");
  const also = Object.entries({ triggers: told.triggers, frames: beside?.told.frames ?? 0, "inertial samples": beside?.told.samples ?? 0 }).filter(([, amount]) => amount > 0);
  console.log([`${to}: ${count(told.written)} of ${count(told.read)} events`, ...also.map(([what, amount]) => `${count(amount)} ${what}`)].join(", "));
  if (told.written === 0 && !onlyTriggers) console.error(`${to} holds no events: evtlab info ${from} shows how many there are, and their times`);
  for (const loss of [...lostTriggers(output, told), ...(beside?.lost ?? [])]) console.error(`not kept: ${loss}`);
}

/** The filters that the flags ask for: hot pixels, then region, then the others as they were given. */
async function chain(file: string, { crop, filter = [] }: Flags, options: Parameters<typeof findHotPixels>[1]): Promise<EventFilter[]> {
  const { crop: cropTo, maskPixels, parseFilter } = await import("../filters/index.js");
  // Before any work, so that a typo in the last one is told at once.
  const parsed = filter.map((text) => (text === "hot-pixels" ? undefined : parseFilter(text)));
  const hot = parsed.includes(undefined) ? maskPixels({ pixels: await findHotPixels(file, options) }) : undefined;
  return [
    // Hot pixels are named by their place on the whole sensor: they go first.
    ...(hot ? [hot] : []),
    ...(crop ? [cropTo(crop)] : []),
    ...parsed.filter((made) => made !== undefined),
  ];
}

/** Reads the recording once to see which pixels fire on their own. */
async function findHotPixels(file: string, options: Parameters<typeof import("../codecs/index.js").streamEvents>[1] & { readonly sensor: { readonly width: number; readonly height: number } }) {
  const { streamEvents } = await import("../codecs/index.js");
  const { hotPixels } = await import("../filters/index.js");
  const { sensor } = options;
  const counts = new Uint32Array(sensor.width * sensor.height);
  let first: bigint | undefined;
  let last = 0n;
  await withProgress(`${file}: hot pixels`, async (onProgress) => {
    for await (const { t, x, y } of streamEvents(file, { ...options, onProgress })) {
      for (let i = 0; i < x.length; i++) counts[y[i]! * sensor.width + x[i]!]!++;
      first ??= t[0];
      last = t[t.length - 1] ?? last;
    }
  });
  const found = hotPixels({ counts, sensor, duration: Number(last - (first ?? last)) });
  console.error(`hot pixels: ${found.length === 0 ? "none" : found.map(({ x, y, events }) => `(${x}, ${y}) ${events} events`).slice(0, 10).join(", ")}${found.length > 10 ? " …" : ""}`);
  return found;
}

/** The triggers that the new file does not have. */
function lostTriggers({ title, triggers: place }: EventCodec, { triggers, written }: { readonly triggers: number; readonly written: number }): string[] {
  if (triggers === 0 || place === true || (place === "apart" && written === 0)) return [];
  return [`${triggers} triggers, for which ${title} has ${place === "apart" ? "files of their own: convert once more with --only-triggers" : "no place"}`];
}

function withoutEvents({ t, x, y, p, sensor, triggers, origin, provenance }: EventTable): EventTable {
  const none = { t: t.subarray(0, 0), x: x.subarray(0, 0), y: y.subarray(0, 0), p: p.subarray(0, 0) };
  return new EventTable(none, { sensor, triggers, origin, provenance });
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
