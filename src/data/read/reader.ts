/**
 * What a reader must tell of a data set's files.
 * @module
 */
import type { OpenOptions } from "../../codecs/index.js";
import type { SensorSize } from "../../events/schema.js";
import type { Inventory } from "../inventory.js";
import type { Manifest } from "../manifest.js";
import type { RecordingSpan } from "../span.js";

/** The files of a clip, and what their names and the lists say of it. */
export interface ClipRecord {
  /** Unique in the data set, and the same on every machine. */
  readonly id: string;
  readonly subject: string;
  /** Part of the paper's protocol, as the files name it; `undefined` for clips that it leaves out. */
  readonly part: string | undefined;
  /** Names of classes by set of labels; empty for clips without any. */
  readonly labels: Readonly<Record<string, string>>;
  /** Paths below the root. */
  readonly events: string;
  /** The folder of the pictures. */
  readonly frames: string | undefined;
  readonly box?: string;
  readonly annotation?: string;
}

/** Something that is not as the manifest says. */
export interface DataFinding {
  readonly kind: "missing" | "different" | "unreadable" | "extra";
  /** A sentence with the way on. */
  readonly message: string;
  /** Below the root; the first hundred. */
  readonly paths: readonly string[];
}

export interface Picked {
  readonly name: string;
  readonly number: number;
  /** The time of day in the name. */
  readonly clock: string | undefined;
}

export interface Reader {
  /** How its events are opened. */
  readonly open: (sensor: SensorSize) => OpenOptions;
  /** All clips in a fixed order, and what is wrong with the lists. */
  records(inventory: Inventory, manifest: Manifest): Promise<{ readonly records: readonly ClipRecord[]; readonly findings: readonly DataFinding[] }>;
  /** Times of the pictures on the clock of the events, in microseconds; `span` asks for the first and last event. */
  pictureTimes(pictures: readonly Picked[], span: () => Promise<RecordingSpan>): Promise<readonly bigint[]>;
}

const mostPaths = 100;

/** A finding; `undefined` when there are no paths. */
export function finding(kind: DataFinding["kind"], paths: readonly string[], message: (list: string) => string): DataFinding[] {
  if (paths.length === 0) return [];
  const shown = paths.slice(0, 3).join(", ");
  return [{ kind, message: message(paths.length > 3 ? `${shown} and ${paths.length - 3} more` : shown), paths: paths.slice(0, mostPaths) }];
}

/** Names of classes by how the files name them. */
export function classNames({ labels }: Manifest): ReadonlyMap<string, string> {
  return new Map(labels.classes.map(({ name, inFiles }) => [inFiles, name]));
}

/** The folder of a path. */
export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));
