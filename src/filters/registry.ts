/**
 * The filters that come with evtlab, and the text by which a command line names one.
 * @module
 */
import { OptionError } from "../errors.js";
import { parseCallText } from "../events/call-text.js";
import type { EventFilter } from "../events/filter.js";
import { addNoise } from "./add-noise.js";
import { antiFlicker } from "./anti-flicker.js";
import { backgroundActivity } from "./background-activity.js";
import { dropArea, dropEvents, dropPixels, dropTime } from "./drop.js";
import { flip } from "./flip.js";
import { spaceJitter, timeJitter } from "./jitter.js";
import { limitRate } from "./limit-rate.js";
import { flipPolarity, polarity } from "./polarity.js";
import { refractoryPeriod } from "./refractory-period.js";
import { crop, region } from "./region.js";
import { resize } from "./resize.js";
import { reverseTime } from "./reverse-time.js";
import { timeSkew } from "./time-skew.js";
import { timeWindow } from "./time-window.js";
import { undistort } from "./undistort.js";

export interface RegisteredFilter {
  readonly name: string;
  readonly title: string;
  /** Text that {@link parseFilter} takes. */
  readonly example: string;
}

type Values = Readonly<Record<string, string | number>>;
interface Entry extends RegisteredFilter {
  readonly make: (options: never) => EventFilter;
}

const registered: readonly Entry[] = [
  { name: "background-activity", title: "Keeps events that neighbours support", example: "background-activity:within=5ms,neighbours=8", make: backgroundActivity },
  { name: "refractory-period", title: "A dead time for each pixel", example: "refractory-period:period=1ms", make: refractoryPeriod },
  { name: "anti-flicker", title: "Removes the events of flickering light", example: "anti-flicker:low=90,high=130", make: antiFlicker },
  { name: "limit-rate", title: "Drops events beyond a rate", example: "limit-rate:rate=5e6,burst=1ms", make: limitRate },
  { name: "region", title: "Keeps a region; coordinates stay", example: "region:x=0,y=0,width=16,height=16", make: region },
  { name: "crop", title: "Keeps a region, which becomes the sensor", example: "crop:x=0,y=0,width=16,height=16", make: crop },
  { name: "resize", title: "Fewer, larger pixels", example: "resize:width=16,height=12,rule=luminance", make: resize },
  { name: "undistort", title: "Takes out the distortion of a lens", example: "undistort:model=brown-conrady,fx=300,fy=300,cx=160,cy=120,k1=-0.3,k2=0.1,p1=0,p2=0", make: undistortFromText },
  { name: "flip", title: "Mirrors left and right, or top and bottom", example: "flip:axis=x", make: flip },
  { name: "polarity", title: "Keeps on or off events", example: "polarity:keep=on", make: polarity },
  { name: "flip-polarity", title: "Swaps on and off", example: "flip-polarity", make: flipPolarity },
  { name: "time-window", title: "Keeps a stretch of time", example: "time-window:from=1.2s,to=1.5s", make: timeWindow },
  { name: "time-skew", title: "Faster, slower, earlier or later", example: "time-skew:coefficient=1.1,offset=5ms", make: timeSkew },
  { name: "reverse-time", title: "Plays the events backwards (tables only)", example: "reverse-time", make: reverseTime },
  { name: "space-jitter", title: "Moves events by a random number of pixels", example: "space-jitter:sigma=1,seed=7", make: spaceJitter },
  { name: "time-jitter", title: "Moves events by a random time", example: "time-jitter:sigma=100us,seed=7", make: timeJitter },
  { name: "drop-events", title: "Drops events at random", example: "drop-events:probability=0.1,seed=7", make: dropEvents },
  { name: "drop-time", title: "Drops short stretches of time", example: "drop-time:gap=5ms,every=50ms,seed=7", make: dropTime },
  { name: "drop-area", title: "Drops a random rectangle", example: "drop-area:share=0.3,seed=7", make: dropArea },
  { name: "drop-pixels", title: "Drops random pixels", example: "drop-pixels:share=0.01,seed=7", make: dropPixels },
  { name: "add-noise", title: "Adds background activity", example: "add-noise:rate=1,seed=7", make: addNoise },
];

/** All filters that have a text; those that take lists of pixels are made in code. One of your own needs no registration. */
export function filters(): readonly (RegisteredFilter & Pick<EventFilter, "source">)[] {
  return registered.map(({ name, title, example }) => ({ name, title, example, source: parseFilter(example).source }));
}

/**
 * A filter from its text: a name, then options as `key=value` with commas between, for example
 * "background-activity:within=5ms". A duration without a unit counts microseconds.
 * @throws OptionError
 */
export function parseFilter(text: string): EventFilter {
  const { name, options } = parseCallText("filter", text);
  const found = registered.find((entry) => entry.name === name);
  if (found) return found.make(options as never);
  throw new OptionError({ where: "filter", expected: `one of ${registered.map((entry) => entry.name).join(", ")}`, received: `"${text}"` });
}

/** The numbers of a camera, one an option. */
function undistortFromText({ model, fx, fy, cx, cy, ...coefficients }: Values): EventFilter {
  const names = model === "fisheye" ? ["k1", "k2", "k3", "k4"] : ["k1", "k2", "p1", "p2", "k3"];
  const unknown = Object.keys(coefficients).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new OptionError({ where: "undistort", expected: `one of model, fx, fy, cx, cy, ${names.join(", ")}`, received: `"${unknown}"` });
  const camera = { model, fx, fy, cx, cy, distortion: names.map((name) => coefficients[name] ?? 0) };
  return undistort({ camera } as unknown as Parameters<typeof undistort>[0]);
}
