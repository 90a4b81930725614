/**
 * One method, fitted and judged on one split with one seed: the unit that is kept, so that an evaluation that was stopped
 * goes on where it was.
 * @module
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { save } from "../data/make/files.js";
import { scores } from "./metrics/scores.js";
import type { FitTask, Judgement, Method, Predictions } from "./method.js";
import { checkPredictions, sequences } from "./predictions.js";

/** Accuracy over windows, epoch by epoch. */
export interface EpochAccuracy {
  readonly epoch: number;
  readonly test: number;
  readonly validation?: number;
}

export interface Cell {
  readonly seconds: number;
  readonly test: Predictions;
  readonly epochs?: readonly EpochAccuracy[];
  /** The epoch with the highest accuracy over the windows of the test clips, the first of several. */
  readonly best?: { readonly epoch: number; readonly test: Predictions };
  readonly record?: Readonly<Record<string, unknown>>;
}

/** Fits a method and checks what it says. @throws whatever the method throws; PredictionError */
export async function runCell(method: Method, task: FitTask): Promise<Cell> {
  const started = performance.now();
  const { test, epochs, record } = await method.fit(task);
  const { split, classes } = task;
  checkPredictions(`${method.name} on ${split.name}`, test, classes, split.test);
  const accuracies = epochs?.map((each) => {
    checkPredictions(`${method.name} on ${split.name}, epoch ${each.epoch}`, each.test, classes, split.test);
    return { epoch: each.epoch, test: accuracy(each.test), ...(each.validation && { validation: accuracy(each.validation) }) };
  });
  const highest = accuracies && Math.max(...accuracies.map((each) => each.test));
  const at = accuracies?.findIndex((each) => each.test === highest) ?? -1;
  return {
    seconds: (performance.now() - started) / 1000,
    test,
    ...(accuracies && accuracies.length > 0 && { epochs: accuracies, best: { epoch: accuracies[at]!.epoch, test: epochs![at]!.test } }),
    ...(record && { record }),
  };
}

const accuracy = ({ windows, classes }: Predictions): number => scores(windows, classes.length).accuracy;

/** Keeps cells in a folder, each under the digest of all that decides it. */
export class CellStore {
  readonly #folder: string | undefined;

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** The kept cell; `undefined` when there is none, or its file is damaged. */
  async get(key: unknown): Promise<Cell | undefined> {
    if (this.#folder === undefined) return undefined;
    const text = await readFile(this.#path(key), "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      const { test, best, ...rest } = (JSON.parse(text) as { cell: PackedCell }).cell;
      return { ...rest, test: unpack(test), ...(best && { best: { epoch: best.epoch, test: unpack(best.test) } }) };
    } catch {
      return undefined;
    }
  }

  /** @throws SourceError when the disk refuses. */
  async put(key: unknown, { test, best, ...rest }: Cell): Promise<void> {
    if (this.#folder === undefined) return;
    const cell: PackedCell = { ...rest, test: pack(test), ...(best && { best: { epoch: best.epoch, test: pack(best.test) } }) };
    await save(this.#path(key), `${JSON.stringify({ key, cell })}\n`, "cells that are finished stay");
  }

  #path(key: unknown): string {
    return join(this.#folder!, `${createHash("sha256").update(JSON.stringify(key)).digest("hex").slice(0, 24)}.json`);
  }
}

type PackedCell = Omit<Cell, "test" | "best"> & { readonly test: Packed; readonly best?: { readonly epoch: number; readonly test: Packed } };

/** Predictions as JSON: what is said of a clip once, probabilities as base64 of little-endian float32. */
interface Packed {
  readonly classes: readonly string[];
  readonly unit?: "frame" | "window";
  readonly clips: readonly (readonly [clip: string, subject: string, label: number])[];
  /** Place of the clip and of the window in it, one after the other. */
  readonly places: readonly number[];
  readonly probabilities: string;
  /** Of whole clips, where the method judges them itself; in the order of `clips`. */
  readonly ofClips?: string;
}

function pack(predictions: Predictions): Packed {
  const { classes, unit, windows, clips } = predictions;
  const whole = sequences(predictions);
  const place = new Map(whole.map(({ clip }, i) => [clip, i]));
  return {
    classes,
    ...(unit && { unit }),
    clips: whole.map(({ clip, subject, label }) => [clip, subject, label]),
    places: windows.flatMap(({ clip, index }) => [place.get(clip)!, index]),
    probabilities: base64(windows),
    ...(clips && { ofClips: base64(clips) }),
  };
}

function base64(rows: readonly Judgement[]): string {
  const width = rows[0]?.probabilities.length ?? 0;
  const all = new Float32Array(rows.length * width);
  rows.forEach(({ probabilities }, i) => all.set(probabilities, i * width));
  return Buffer.from(all.buffer).toString("base64");
}

function unpack({ classes, unit, clips, places, probabilities, ofClips }: Packed): Predictions {
  const rows = floats(probabilities, classes.length);
  const judged = (i: number, own: Float32Array): Judgement => ({ clip: clips[i]![0], subject: clips[i]![1], label: clips[i]![2], probabilities: own });
  return {
    classes,
    ...(unit && { unit }),
    windows: rows.map((own, row) => ({ ...judged(places[2 * row]!, own), index: places[2 * row + 1]! })),
    ...(ofClips !== undefined && { clips: floats(ofClips, classes.length).map((own, i) => judged(i, own)) }),
  };
}

function floats(text: string, width: number): Float32Array[] {
  const bytes = Uint8Array.from(Buffer.from(text, "base64"));
  const all = new Float32Array(bytes.buffer);
  return Array.from({ length: all.length / width }, (_, row) => all.subarray(row * width, (row + 1) * width));
}
