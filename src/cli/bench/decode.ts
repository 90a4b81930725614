/** `evtlab bench decode`: how fast recordings are read from a file into columns. */
import { fork } from "node:child_process";
import { OptionError } from "../../errors.js";
import { withHugePages } from "../../wasm/huge-pages.js";

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
  for (const file of files) lines.push(await measure({ file, repeat }));
  return lines;
}

function measure(task: DecodeBenchTask): Promise<DecodeBenchLine> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL("./decode-process.js", import.meta.url), [], {
      env: withHugePages(),
      execArgv: [...process.execArgv, "--expose-gc"],
    });
    child.once("message", (answer: { line: DecodeBenchLine } | { error: string }) => {
      if ("line" in answer) resolve(answer.line);
      else reject(new Error(answer.error));
      child.disconnect();
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => reject(new Error(`the process that read ${task.file} ended with ${signal ?? code}`)));
    child.send(task);
  });
}
