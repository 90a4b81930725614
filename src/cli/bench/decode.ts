/** `evtlab bench decode`: how fast recordings are read from a file into columns. */
import { OptionError } from "../../errors.js";
import { measureInChild } from "./child.js";

/** One line of the result: a recording, read `repeat` times on one thread with a warm page cache. */
export interface DecodeBenchLine {
  readonly bench: "decode";
  readonly file: string;
  readonly format: string;
  readonly events: number;
  readonly threads: number;
  readonly device: string;
  readonly medianMs: number;
  readonly minMs: number;
  /** At the median. */
  readonly eventsPerSecond: number;
  /** Largest resident memory of the process that read the file. */
  readonly peakRssBytes: number;
}

export interface DecodeBenchOptions {
  /** Timed readings, after one that is not timed. Default 7. */
  readonly repeat?: number;
}

/** What the process that reads one file is told. */
export interface DecodeBenchTask {
  readonly file: string;
  readonly repeat: number;
}

/** Reads each file in a process of its own, so that memory is measured for that file alone. */
export async function benchDecode(
  files: readonly string[],
  options: DecodeBenchOptions = {},
): Promise<DecodeBenchLine[]> {
  const { repeat = 7 } = options;
  if (!Number.isInteger(repeat) || repeat < 1) {
    throw new OptionError({ where: "repeat", expected: "a whole number of at least 1", received: String(repeat) });
  }
  const lines: DecodeBenchLine[] = [];
  for (const file of files) {
    const task: DecodeBenchTask = { file, repeat };
    lines.push(await measureInChild(new URL("./decode-process.js", import.meta.url), task, `read ${file}`));
  }
  return lines;
}
