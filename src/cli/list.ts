/**
 * `evtlab list`: what there is by name, one line each, with its source.
 * @module
 */
import { Argument, type Command } from "commander";

interface Line {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** What it can do, or how it is written. */
  readonly detail: string;
}

const kinds: Readonly<Record<string, () => Promise<Line[]>>> = { formats, representations, filters };

export function addList(program: Command): void {
  program
    .command("list")
    .description("list formats, representations or filters, with the source of each")
    .addArgument(new Argument("<what>", "which").choices(Object.keys(kinds)))
    .option("--json", "as JSON, an object each")
    .addHelpText("after", "\nExample:\n  evtlab list formats")
    .action(async (what: string, { json }: { readonly json?: true }) => {
      const lines = await kinds[what]!();
      const width = Math.max(...lines.map(({ name }) => name.length));
      if (json) console.log(JSON.stringify(lines, undefined, 2));
      else for (const { name, title, source, detail } of lines) console.log(`${name.padEnd(width)}  ${title}${detail === "" ? "" : ` (${detail})`}; ${source}`);
    });
}

async function formats(): Promise<Line[]> {
  const { codec, codecNames } = await import("../codecs/index.js");
  const all = await Promise.all(codecNames().map(codec));
  return all.map(({ name, title, source, write, triggers, bookmarks, readWindow, tail, frames, imu, holds, endings }) => {
    const can = ["read", write && "write", triggers && (triggers === "apart" ? "triggers in files of their own" : "triggers"), (bookmarks || readWindow) && "seek", tail && "tail", beside("frames", frames, holds), beside("imu", imu, holds)].filter(Boolean);
    return { name, title, source, detail: [endings.map((ending) => `.${ending}`).join(" "), can.join(", ")].filter((part) => part !== "").join(": ") };
  });
}

/** Formats that are written may still only be read for what stands beside the events. */
function beside(kind: "frames" | "imu", read: unknown, holds: readonly string[] = []): string | undefined {
  return read === undefined ? undefined : holds.includes(kind) ? `${kind} (written too)` : kind;
}

async function representations(): Promise<Line[]> {
  const { parseRepresentation, representations: all } = await import("../represent/index.js");
  return all().map(({ name, title, example }) => ({ name, title, detail: example, source: parseRepresentation(example).source }));
}

async function filters(): Promise<Line[]> {
  const { filters: all } = await import("../filters/index.js");
  return all().map(({ name, title, example, source }) => ({ name, title, detail: example, source }));
}
