/**
 * `evtlab info`: what a recording holds.
 * @module
 */
import type { Command } from "commander";
import type { RecordingSummary } from "../codecs/index.js";
import type { QualityReport } from "../quality/index.js";
import { interruptible } from "./interrupt.js";
import { addReadingFlags, readingOptions, withProgress, type ReadingFlags } from "./reading.js";

interface Flags extends ReadingFlags {
  readonly json?: true;
  readonly digest?: boolean;
  readonly quality?: true;
}

export function addInfo(program: Command): void {
  const command = program
    .command("info")
    .description("show format, sensor size, event counts and times of a recording")
    .argument("<file>", "a recording; its format is told by its content")
    .option("--json", "as one line of JSON")
    .option("--digest", "with the SHA-256 of each column, as little-endian int64, uint16, uint16, uint8")
    .option("--quality", "with rate, noise, flicker, hot pixels and the like, and what to do about them; reads the file once more");
  addReadingFlags(command)
    .addHelpText("after", "\nExamples:\n  evtlab info talk.raw --quality\n  evtlab info talk.raw --json --digest")
    .action((file: string, flags: Flags) => interruptible((signal) => info(file, flags, signal)));
}

async function info(file: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const { inspect } = await import("../codecs/index.js");
  const { json, digest = false } = flags;
  const summary = await withProgress(file, (onProgress) => inspect(file, { ...readingOptions(flags), digest, signal, onProgress }));
  const report = flags.quality ? await measure(file, flags, summary, signal) : undefined;
  if (json) console.log(JSON.stringify({ ...asJson(summary), ...(report && { quality: report }) }, exactly));
  else console.log([asText(file, summary), ...(report ? ["", report.toString()] : [])].join("\n"));
}

async function measure(file: string, flags: Flags, { format, width, height }: RecordingSummary, signal: AbortSignal): Promise<QualityReport> {
  const { codec, openRecording, streamEvents } = await import("../codecs/index.js");
  const { quality } = await import("../quality/index.js");
  const sensor = { width: Math.max(1, width), height: Math.max(1, height) };
  const recording = await openRecording(file, { ...readingOptions(flags), signal });
  try {
    const frames = (await codec(format)).frames && recording.frames();
    return await withProgress(`${file}: quality`, (onProgress) =>
      quality(streamEvents(file, { ...readingOptions(flags), sensor, signal, onProgress }), { signal, ...(frames && { frames }) }),
    );
  } finally {
    await recording.close();
  }
}

/** Times beyond 2^53 as text, so that no digit is lost; columns by their length, numbers that are none as null. */
function exactly(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return exact(value);
  return ArrayBuffer.isView(value) && "length" in value ? value.length : value;
}

/** The fields that programs read; a time beyond 2^53 is a string, so that no digit is lost. */
function asJson(summary: RecordingSummary): object {
  const { format, width, height, events, on, tFirst, tLast, triggers, digest } = summary;
  return { format, width, height, events, on, tFirst: exact(tFirst), tLast: exact(tLast), triggers, ...(digest && { digest }) };
}

const exact = (time: bigint): number | string => (Number.isSafeInteger(Number(time)) ? Number(time) : String(time));

function asText(file: string, { format, width, height, events, on, tFirst, tLast, triggers, digest, assumptions }: RecordingSummary): string {
  const seconds = Number(tLast - tFirst) / 1e6;
  const rows: [string, string][] = [
    ["file", file],
    ["format", format],
    ["sensor", `${width} × ${height}`],
    ["events", events === 0 ? "none" : `${events.toLocaleString("en")}, ${((100 * on) / events).toFixed(1)} % on`],
    ["time", `${tFirst} to ${tLast} µs: ${seconds.toFixed(3)} s`],
    ["rate", seconds > 0 ? `${Math.round(events / seconds).toLocaleString("en")} events/s` : "not defined"],
    ["triggers", String(triggers)],
    ...assumptions.map((assumption): [string, string] => ["assumed", assumption]),
    ...Object.entries(digest ?? {}).map(([column, sum]): [string, string] => [`sha256 ${column}`, sum]),
  ];
  return rows.map(([name, value]) => `${name.padEnd(9)} ${value}`).join("\n");
}
