/**
 * The representations that come with evtlab, and the text by which a command line names one.
 * @module
 */
import { OptionError } from "../errors.js";
import { temporalBinary, type TemporalBinaryOptions } from "./binary.js";
import { eventCount, signedCount } from "./count.js";
import type { Representation } from "./representation.js";
import { timeSurface, type TimeSurfaceOptions } from "./surface.js";
import { voxelGrid, type VoxelOptions } from "./voxel.js";

export interface RegisteredRepresentation {
  /** First word of its id and of its text: "voxel". */
  readonly name: string;
  readonly title: string;
  /** Text that {@link parseRepresentation} takes: "voxel:bins=5,convention=e2vid". */
  readonly example: string;
  readonly make: (options: Readonly<Record<string, string | number>>) => Representation;
}

const registered: readonly RegisteredRepresentation[] = [
  { name: "count", title: "Events a pixel and polarity", example: "count", make: (options) => eventCount(options as Record<string, never>) },
  { name: "signed-count", title: "Sum of signs a pixel", example: "signed-count", make: (options) => signedCount(options as Record<string, never>) },
  {
    name: "voxel",
    title: "Voxel grid",
    example: "voxel:bins=5,convention=e2vid",
    make: (options) => voxelGrid(options as unknown as VoxelOptions),
  },
  {
    name: "time-surface",
    title: "Time surface",
    example: "time-surface:decay=exponential,tau=30ms",
    make: (options) => timeSurface(options as unknown as TimeSurfaceOptions),
  },
  {
    name: "tbr",
    title: "Temporal binary representation",
    example: "tbr:bits=8,dt=4ms",
    make: (options) => temporalBinary(options as TemporalBinaryOptions),
  },
];

/** All that come with evtlab; one of your own needs no registration, `build` takes it as it is. */
export function representations(): readonly RegisteredRepresentation[] {
  return registered;
}

/**
 * A representation from its text: a name, then options as `key=value` with commas between, for example
 * "voxel:bins=5,convention=e2vid". A duration without a unit counts microseconds.
 * @throws OptionError
 */
export function parseRepresentation(text: string): Representation {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const found = registered.find((entry) => entry.name === name);
  if (!found) {
    throw new OptionError({
      where: "representation",
      expected: `one of ${registered.map((entry) => entry.example).join(", ")}`,
      received: `"${text}"`,
    });
  }
  const options: Record<string, string | number> = {};
  for (const pair of colon < 0 ? [] : text.slice(colon + 1).split(",")) {
    const [, key, value] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (key === undefined || value === undefined || key in options) {
      throw new OptionError({
        where: `representation "${text}"`,
        expected: `options such as in "${found.example}", each once`,
        received: `"${pair}"`,
      });
    }
    options[key] = /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  }
  return found.make(options);
}
