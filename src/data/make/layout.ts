/**
 * What a layout of a data set must tell the maker.
 * @module
 */
import type { ClipTask } from "./clip.js";
import type { Difficulty } from "./difficulty.js";

/** Options with everything filled in; plain data, kept in `evtlab.json` beside the clips. */
export interface MakePlan {
  readonly dataset: "eckplus" | "nefer" | "facemorphic";
  readonly subjects: number;
  readonly takes: number;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly difficulty: Difficulty;
}

export interface Layout {
  readonly title: string;
  /** What is taken where the options leave it out. */
  readonly defaults: Pick<MakePlan, "subjects" | "takes" | "width" | "height">;
  /** All clips, subject after subject. */
  tasks(plan: MakePlan): ClipTask[];
  /** Writes the files of a clip below a folder, the one named `whole` last. */
  write(folder: string, task: ClipTask, plan: MakePlan): Promise<void>;
  /** Writes what belongs to the data set as a whole, when all clips are there. */
  finish?(folder: string, plan: MakePlan): Promise<void>;
}
