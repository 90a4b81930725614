/** All formats, by name. */
import { OptionError } from "../errors.js";
import type { EventCodec } from "./codec.js";

export type CodecFactory = () => EventCodec | Promise<EventCodec>;

const registry = new Map<string, CodecFactory>([
  ["evt3", () => import("./evt3.js").then((module) => module.evt3)],
  ["evt2", () => import("./evt2.js").then((module) => module.evt2)],
  ["evt21", () => import("./evt21.js").then((module) => module.evt21)],
  ["evt4", () => import("./evt4.js").then((module) => module.evt4)],
  ["dat", () => import("./dat.js").then((module) => module.dat)],
  ["prophesee-hdf5", () => import("./hdf5/prophesee.js").then((module) => module.propheseeHdf5)],
  ["dsec-hdf5", () => import("./hdf5/datasets.js").then((module) => module.dsecHdf5)],
  ["event-utils-hdf5", () => import("./hdf5/datasets.js").then((module) => module.eventUtilsHdf5)],
  ["v2e-hdf5", () => import("./hdf5/datasets.js").then((module) => module.v2eHdf5)],
  ["aedat4", () => import("./aedat4.js").then((module) => module.aedat4)],
  ["aedat2", () => import("./aedat2.js").then((module) => module.aedat2)],
  ["aedat3", () => import("./aedat3.js").then((module) => module.aedat3)],
  ["rosbag", () => import("./rosbag.js").then((module) => module.rosbag)],
  ["es", () => import("./es.js").then((module) => module.es)],
  ["nmnist", () => import("./nmnist.js").then((module) => module.nmnist)],
  ["npz", () => import("./npz.js").then((module) => module.npz)],
  ["arrow", () => import("./arrow.js").then((module) => module.arrow)],
  ["parquet", () => import("./parquet.js").then((module) => module.parquet)],
  ["text", () => import("./text.js").then((module) => module.text)],
]);

/**
 * Adds a format; it is asked about a file after those that came before it.
 * @throws OptionError when the name is taken.
 */
export function registerCodec(name: string, factory: CodecFactory): void {
  if (registry.has(name)) {
    throw new OptionError({ where: "registerCodec", expected: "a new name", received: `"${name}", which is taken` });
  }
  registry.set(name, factory);
}

/** Names of all formats. */
export function codecNames(): string[] {
  return [...registry.keys()];
}

/** @throws OptionError when there is no format of that name. */
export async function codec(name: string): Promise<EventCodec> {
  const factory = registry.get(name);
  if (!factory) {
    throw new OptionError({ where: "format", expected: `one of ${codecNames().join(", ")}`, received: `"${name}"` });
  }
  return factory();
}
