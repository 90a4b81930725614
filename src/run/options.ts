/**
 * What a run of a notebook can be told.
 * @module
 */
import type { CellError } from "../errors.js";
import type { CellOutput } from "../jupyter/nbformat.js";
import type { Parameters } from "./parameters.js";

export interface RunProgress {
  /** Position of the cell that starts, from 0; the number of cells at the end. */
  readonly cell: number;
  readonly cells: number;
  /** The word after `papermill_description=` in the cell, when it has one. */
  readonly description?: string;
}

export interface RunOptions {
  readonly parameters?: Parameters;
  /** Compare parameters with the types that the notebook declares for them, before it runs (default true). */
  readonly checkParameters?: boolean;
  /** Name of a kernelspec; the notebook's own when left out. */
  readonly kernel?: string;
  /** Language in which parameters are written; that of the kernel when left out. */
  readonly language?: string;
  /** Working folder of the kernel; that of this process when left out. */
  readonly cwd?: string;
  /** Inject the parameters and save, but execute nothing. */
  readonly prepareOnly?: boolean;
  /** Mark the sources of all code cells as hidden. */
  readonly reportMode?: boolean;
  /** Save around every cell (default true); else once, at the end. */
  readonly saveEachCell?: boolean;
  /** Seconds between saves while a cell runs (default 30; 0 for none). */
  readonly autosaveSeconds?: number;
  /** Seconds until the kernel must have started (default 60). */
  readonly startTimeout?: number;
  /** Seconds that a cell may take (default: no limit). */
  readonly executionTimeout?: number;
  /**
   * Goes on with the run that stopped and lies at `output`; from the beginning when there is none. The variables of
   * that run are gone: cells that completed with the same code are run again for them, but for those tagged "run-once".
   */
  readonly resume?: boolean;
  /**
   * Asked when a cell has failed, with the notebook saved and the kernel still alive. True: read the input again and go
   * on from the first cell that failed or has changed, in the same kernel. False: end.
   */
  readonly onFailure?: (error: CellError) => boolean | Promise<boolean>;
  /** Interrupts the running cell; what was done until then is saved. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Each output as it comes, with its cell. */
  readonly onOutput?: (output: CellOutput, cell: number) => void;
  readonly onWarning?: (warning: string) => void;
}

/** The fields of {@link RunOptions}. */
export const runOptionNames = ["parameters", "checkParameters", "kernel", "language", "cwd", "prepareOnly", "reportMode", "saveEachCell", "autosaveSeconds", "startTimeout", "executionTimeout", "resume", "onFailure", "signal", "onProgress", "onOutput", "onWarning"];
