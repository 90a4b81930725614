/**
 * `evtlab info`: what a recording holds.
 * @module
 */
import type { Command } from "commander";
import type { RecordingSummary } from "../codecs/index.js";

interface Flags {
  readonly json?: true;
  readonly digest?: boolean;
}

export function addInfo(program: Command): void {
  program
    .command("info")
    .description("show format, sensor size, event counts and times of a recording")
    .argument("<file>", "a recording; its format is told by its content")
    .option("--json", "as one line of JSON")
    .option("--digest", "with the SHA-256 of each column, as little-endian int64, uint16, uint16, uint8")
    .addHelpText("after", "\nExample:\n  evtlab info talk.raw --json --digest")
    .action(async (file: string, { json, digest = false }: Flags) => {
      const { inspect } = await import("../codecs/index.js");
      const summary = await inspect(file, { digest });
      console.log(json ? JSON.stringify(asJson(summary)) : asText(file, summary));
    });
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
