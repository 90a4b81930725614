/**
 * What is known of a data set: where it comes from, what may be done with it, which files it has, what is wrong with it.
 *
 * The manifests are `data-manifests/*.json`, and `schema.json` beside them says what each field means.
 * @module
 */
import { readFileSync } from "node:fs";
import { OptionError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";

export type DatasetName = "eckplus" | "nefer" | "facemorphic";
/** Which side of a split a clip stands on. */
export type SplitSide = "train" | "validation" | "test";

export interface ManifestFile {
  readonly kind: string;
  /** Path below the root; `{field}` stands for what the field's expression matches. */
  readonly pattern: string;
  readonly what: string;
  readonly per: "clip" | "frame" | "dataset";
  readonly required?: boolean;
  /** Only in data sets that evtlab makes. */
  readonly made?: boolean;
}

export interface Manifest {
  readonly name: DatasetName;
  readonly title: string;
  readonly summary: string;
  readonly source: { readonly authors: string; readonly paper: string; readonly page: string; readonly repositories?: readonly string[] };
  readonly access: { readonly how: string; readonly asOf: string };
  readonly licence: { readonly terms: string; readonly consent: string };
  readonly sensor: SensorSize & { readonly camera: string };
  readonly layout: { readonly source: string; readonly fields: Readonly<Record<string, string>>; readonly clip: readonly string[]; readonly files: readonly ManifestFile[] };
  readonly labels: {
    readonly kind: string;
    /** In the order of their indices, with how the files name them. */
    readonly classes: readonly { readonly name: string; readonly inFiles: string }[];
    /** Sets of labels, where a clip has several; the first is taken unless told otherwise. */
    readonly sets: Readonly<Record<string, string>>;
  };
  readonly counts: {
    readonly subjects: number;
    readonly clips: number;
    readonly frames?: number;
    readonly framesPerClip?: readonly [number, number];
    /** Clips by part of the paper's protocol, set of labels, and label. */
    readonly parts?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
    readonly source: string;
  };
  readonly splits: {
    readonly paper: {
      readonly rule: string;
      readonly parts: Readonly<Record<string, SplitSide>>;
      readonly firstTestSequence?: Readonly<Record<string, string>>;
      readonly users?: Readonly<Record<string, readonly string[]>>;
      readonly trainShare?: number;
      readonly subjects?: Readonly<Record<string, number>>;
      readonly subjectsInBoth?: number;
      readonly source: string;
    };
  };
  readonly checksums: { readonly known: Readonly<Record<string, string>>; readonly note: string };
  readonly faults: readonly { readonly what: string; readonly consequence: string }[];
}

export const datasetNames: readonly DatasetName[] = ["eckplus", "nefer", "facemorphic"];

/** The manifest of a data set. @throws OptionError for a name that is none. */
export function manifest(name: DatasetName): Manifest {
  if (!datasetNames.includes(name)) throw new OptionError({ where: "data set", expected: `one of ${datasetNames.join(", ")}`, received: `"${String(name)}"` });
  return JSON.parse(readFileSync(new URL(`../../data-manifests/${name}.json`, import.meta.url), "utf8")) as Manifest;
}
