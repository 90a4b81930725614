/**
 * The representations that come with evtlab, and the text by which a command line names one.
 * @module
 */
import { OptionError } from "../errors.js";
import { parseCallText, type CallText } from "../events/call-text.js";
import { eros, sits, tos } from "./corners.js";
import { ergo12 } from "./ergo12.js";
import { evRep } from "./ev-rep.js";
import { hats } from "./hats.js";
import { latestList } from "./latest-list.js";
import { publishedBinary } from "./binary-published.js";
import { surfaceSteps } from "./surface-steps.js";
import { averageSurface } from "./average-surface.js";
import { behi } from "./behi.js";
import { binaRep } from "./bina-rep.js";
import { temporalBinary } from "./binary.js";
import { eventCount, signedCount } from "./count.js";
import { spikeTensor } from "./est.js";
import { evFlowNet } from "./ev-flownet.js";
import { eventFrames } from "./frames.js";
import { multiChannelSurface } from "./mcts.js";
import { latestPolarityStack, mixedDensityStack } from "./mdes.js";
import { metavisionDifference, metavisionHistogram } from "./metavision.js";
import type { Representation } from "./representation.js";
import { stackedHistogram } from "./stacked-histogram.js";
import { timeSurface } from "./surface.js";
import { polarityFrame, tencode } from "./tencode.js";
import { tie } from "./tie.js";
import { tore } from "./tore.js";
import { tqr } from "./tqr.js";
import { voxelGrid } from "./voxel.js";

export interface RegisteredRepresentation {
  /** First word of its id and of its text: "voxel". */
  readonly name: string;
  readonly title: string;
  /** Where the definition comes from, in one line. */
  readonly source: string;
  /** Text that {@link parseRepresentation} takes: "voxel:bins=5,convention=e2vid". */
  readonly example: string;
  readonly make: (options: Readonly<Record<string, string | number | boolean>>) => Representation;
}

const rows: readonly (readonly [example: string, title: string, make: (options: never) => Representation])[] = [
  ["count", "Events a pixel and polarity", eventCount],
  ["signed-count", "Sum of signs a pixel", signedCount],
  ["frames:bins=5", "Counts in bins of time", eventFrames],
  ["stacked-histogram:bins=10,cutoff=10", "Counts in bins of time, bytes, polarity major", stackedHistogram],
  ["metavision-histogram:max=5", "Counts from 0 to 1, or bytes that saturate", metavisionHistogram],
  ["metavision-difference:max=5", "Signs from -1 to 1, or bytes that saturate or wrap", metavisionDifference],
  ["voxel:bins=5,convention=e2vid", "Voxel grid", voxelGrid],
  ["est:bins=9", "Event spike tensor", spikeTensor],
  ["tie:variant=t0_t,output=image", "Temporal information of events", tie],
  ["time-surface:decay=exponential,tau=30ms", "Time surface", timeSurface],
  ["surface-steps:steps=4,dt=20ms,tau=30ms", "Time surfaces at regular steps", surfaceSteps],
  ["average-surface:tau=30ms", "Mean of the decayed events of a pixel", averageSurface],
  ["mcts:windows=5,longest=50ms", "Time surfaces of several lengths", multiChannelSurface],
  ["tore:depth=3", "Time-ordered recent events", tore],
  ["hats:cell=10,radius=3,tau=10ms", "Histograms of averaged time surfaces", hats],
  ["tbr:bits=8,dt=4ms", "Temporal binary representation", temporalBinary],
  ["tbr-published:bits=8,dt=5ms", "Temporal binary representation with the published drift", publishedBinary],
  ["bina-rep:bits=8", "Binary frames as numbers, polarities apart", binaRep],
  ["tqr:bins=8", "Bins of time and polarity that fired", tqr],
  ["behi", "Where anything happened", behi],
  ["mdes:bins=10", "Mixed-density event stack", mixedDensityStack],
  ["latest-polarity-stack:bins=10", "Latest polarity of halving windows", latestPolarityStack],
  ["ergo12", "Twelve channels that a search found", ergo12],
  ["ev-rep", "Counts, signs and unevenness in time", evRep],
  ["ev-flownet", "Counts and latest times", evFlowNet],
  ["tencode:background=black", "Latest event: polarity as hue, age as green", tencode],
  ["polarity-frame:colours=grey", "Latest polarity as a picture", polarityFrame],
  ["eros:size=7,decay=0.3", "Exponential reduced ordinal surface", eros],
  ["tos:size=7", "Threshold-ordinal surface", tos],
  ["sits:size=7", "Speed-invariant time surface", sits],
  ["latest-list:count=1024", "The last events as a list", latestList],
];

const registered: readonly RegisteredRepresentation[] = rows.map(([example, title, make]) => {
  const { name, options } = parts(example);
  return { name, title, source: make(options as never).source, example, make: make as RegisteredRepresentation["make"] };
});

/** All that come with evtlab; one of your own needs no registration, `build` takes it as it is. */
export function representations(): readonly RegisteredRepresentation[] {
  return registered;
}

/**
 * A representation from its text: a name, then options as `key=value` with commas between, for example
 * "voxel:bins=5,convention=e2vid". A duration without a unit counts microseconds. The id of a representation is such a
 * text as well.
 * @throws OptionError
 */
export function parseRepresentation(text: string): Representation {
  const { name, options } = parts(text);
  const found = registered.find((entry) => entry.name === name);
  if (found) return found.make(options);
  throw new OptionError({
    where: "representation",
    expected: `one of ${registered.map((entry) => entry.example).join(", ")}`,
    received: `"${text}"`,
  });
}

/** An id has "/" where a text has ":" and ",": a cache's folders take it, and no option of a representation is a path. */
function parts(text: string): CallText {
  return parseCallText("representation", text.includes(":") ? text : text.replace("/", ":").replaceAll("/", ","));
}
