/** `evtlab bench represent`: how fast events in memory become grids, on recordings of the user's own. */
import { checkOptions } from "../../errors.js";
import { loadRepresentation, type Device } from "../../represent/index.js";
import { requireInteger } from "../../represent/options.js";
import { measureInChild } from "./child.js";

/** One line of the result: a representation of a recording, built `repeat` times on one thread. */
export interface RepresentBenchLine {
  readonly bench: "represent";
  readonly file: string;
  /** Id of the representation. */
  readonly representation: string;
  readonly events: number;
  readonly threads: number;
  readonly device: Device;
  /** From columns in memory to a grid of its own in memory. */
  readonly medianMs: number;
  readonly minMs: number;
  /** At the median. */
  readonly eventsPerSecond: number;
  /** Largest resident memory of the process that built it, the recording included. */
  readonly peakRssBytes: number;
}

export interface RepresentBenchOptions {
  /** Texts that `loadRepresentation` takes; counts, voxel grid, time surface and TBR when left out. */
  readonly representations?: readonly string[];
  /** "auto" when left out. */
  readonly device?: "auto" | Device;
  /** Timed builds, after one that is not timed. Default 7. */
  readonly repeat?: number;
}

/** What the process that builds one representation of one file is told. */
export interface RepresentBenchTask {
  readonly file: string;
  readonly representation: string;
  readonly device: "auto" | Device;
  readonly repeat: number;
}

const usual = ["count", "signed-count", "voxel:bins=5", "time-surface:decay=exponential,tau=30ms", "tbr:bits=8,dt=4ms"];

/**
 * Builds every representation of every file, each in a process of its own, so that memory is measured for it alone.
 * @throws OptionError, and what reading and building throw.
 */
export async function* benchRepresent(
  files: readonly string[],
  options: RepresentBenchOptions = {},
): AsyncGenerator<RepresentBenchLine> {
  checkOptions("bench represent", options, ["representations", "device", "repeat"]);
  const { representations = usual, device = "auto" } = options;
  const repeat = requireInteger("repeat", options.repeat ?? 7, 1, 10_000);
  for (const representation of representations) await loadRepresentation(representation);
  for (const file of files) {
    for (const representation of representations) {
      const task: RepresentBenchTask = { file, representation, device, repeat };
      yield await measureInChild(new URL("./represent-process.js", import.meta.url), task, `built ${representation}`);
    }
  }
}
