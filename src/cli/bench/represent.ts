/**
 * How fast events become grids, on a recording of the user's.
 * @module
 */
import { readEvents } from "../../codecs/index.js";
import { checkOptions } from "../../errors.js";
import { build, parseRepresentation, type Device } from "../../represent/index.js";
import { requireInteger } from "../../represent/options.js";

export interface BenchRepresentOptions {
  /** Texts that `parseRepresentation` takes; counts, voxel grid, time surface and TBR when left out. */
  readonly representations?: readonly string[];
  /** "auto" when left out. */
  readonly device?: "auto" | Device;
  /** Timed builds of each, after one that is not timed; 5 when left out. */
  readonly repeats?: number;
}

/** One line of `evtlab bench represent --json`. */
export interface RepresentTiming {
  readonly bench: "represent";
  readonly file: string;
  /** Id of the representation. */
  readonly representation: string;
  readonly events: number;
  readonly threads: 1;
  readonly device: Device;
  /** From columns in memory to a grid in memory of its own. */
  readonly medianMs: number;
  readonly minMs: number;
  /** By the median. */
  readonly eventsPerSecond: number;
  /** Most memory that the process had resident so far, the recording included. */
  readonly peakRssBytes: number;
}

const usual = ["count", "signed-count", "voxel:bins=5", "time-surface:decay=exponential,tau=30ms", "tbr:bits=8,dt=4ms"];

/** Reads each file into memory and times every representation of it. */
export async function* benchRepresent(
  files: readonly string[],
  options: BenchRepresentOptions = {},
): AsyncGenerator<RepresentTiming> {
  checkOptions("bench represent", options, ["representations", "device", "repeats"]);
  const repeats = requireInteger("bench represent repeats", options.repeats ?? 5, 1, 1000);
  const representations = (options.representations ?? usual).map(parseRepresentation);
  for (const file of files) {
    const events = await readEvents(file);
    for (const representation of representations) {
      const once = () => build(events, representation, { device: options.device ?? "auto" });
      const { device } = await once();
      const times: number[] = [];
      for (let i = 0; i < repeats; i++) {
        const start = performance.now();
        await once();
        times.push(performance.now() - start);
      }
      times.sort((a, b) => a - b);
      const medianMs = times[times.length >> 1]!;
      yield {
        bench: "represent",
        file,
        representation: representation.id,
        events: events.length,
        threads: 1,
        device,
        medianMs,
        minMs: times[0]!,
        eventsPerSecond: (events.length / medianMs) * 1000,
        peakRssBytes: process.resourceUsage().maxRSS * 1024,
      };
    }
  }
}
