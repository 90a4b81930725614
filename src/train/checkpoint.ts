/**
 * The state of a training in one `.safetensors` file: weights in PyTorch's layout, moments of the optimisers, and as
 * metadata the position and what was measured so far. Randomness has no state: all draws come from the seed and the step.
 * @module
 */
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../bytes/index.js";
import { packSafetensors, unpackSafetensors, type StoredTensor } from "../engine/index.js";
import { isEvtlabError, SourceError } from "../errors.js";
import type { ParameterState } from "../models/index.js";
import { version } from "../version.js";
import type { TrainingTask } from "./task.js";

/** Position and measures; plain JSON. */
export interface CheckpointRecord {
  readonly step: number;
  /** What must be the same for the run to go on. */
  readonly settings: unknown;
  /** Of the loop: sums of the epoch so far, history, best epoch. */
  readonly loop: unknown;
}

export interface Checkpoint {
  readonly path: string;
  readonly record: CheckpointRecord;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Writes a file whole, or not at all. */
export type Writer = typeof writeWhole;

const nameOf = (step: number): string => `step-${String(step).padStart(9, "0")}.safetensors`;
const pattern = /^step-(\d{9})\.safetensors$/;

export type Parts = Pick<TrainingTask<unknown>, "networks" | "optimisers" | "kept">;

/** All tensors of a training. */
export async function stateOf({ networks, optimisers, kept }: Parts): Promise<Map<string, StoredTensor>> {
  const tensors = new Map<string, StoredTensor>();
  for (const [name, network] of Object.entries(networks)) for (const [key, value] of await network.state()) tensors.set(`network/${name}/${key}`, value);
  for (const [name, optimiser] of Object.entries(optimisers)) {
    const { steps, moments } = await optimiser.state();
    tensors.set(`optimiser/${name}/steps`, { data: Float64Array.of(steps), shape: [1] });
    for (const [key, value] of moments) tensors.set(`optimiser/${name}/moments/${key}`, value);
  }
  for (const [key, value] of kept?.state() ?? []) tensors.set(`kept/${key}`, value);
  return tensors;
}

/** Puts the tensors of a checkpoint where they belong. @throws FormatError when it is that of other networks. */
export function restore({ networks, optimisers, kept }: Parts, tensors: ReadonlyMap<string, StoredTensor>): void {
  for (const [name, network] of Object.entries(networks)) network.load(below(tensors, `network/${name}/`) as ParameterState);
  for (const [name, optimiser] of Object.entries(optimisers)) {
    const steps = tensors.get(`optimiser/${name}/steps`)?.data[0] ?? 0;
    optimiser.load({ steps: Number(steps), moments: below(tensors, `optimiser/${name}/moments/`) as ParameterState });
  }
  kept?.load(below(tensors, "kept/"));
}

/** Tensors whose names start with `prefix`, without it. */
export function below(tensors: ReadonlyMap<string, StoredTensor>, prefix: string): Map<string, StoredTensor> {
  return new Map([...tensors].filter(([name]) => name.startsWith(prefix)).map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}

/**
 * Writes a checkpoint and removes all but the last `keep`. Where the disk is full, older ones go first, down to one.
 * @throws SourceError that names the last good checkpoint.
 */
export async function saveCheckpoint(folder: string, tensors: ReadonlyMap<string, StoredTensor>, record: CheckpointRecord, { keep, write = writeWhole }: { readonly keep: number; readonly write?: Writer }): Promise<string> {
  const path = join(folder, nameOf(record.step));
  const parts = packSafetensors(tensors, { format: "pt", evtlab: version, record: JSON.stringify(record) });
  for (;;) {
    try {
      await write(path, parts);
      break;
    } catch (cause) {
      const older = (await steps(folder)).filter((step) => step !== record.step);
      const full = /ENOSPC|EDQUOT|no space/.test(reasonOf(cause));
      if (full && older.length > 1) await rm(join(folder, nameOf(older.at(-1)!)), { force: true });
      else throw new SourceError({ where: path, expected: "a place to write a checkpoint to", received: reasonOf(cause), next: older.length > 0 ? `Free some space and run the same again: it goes on from ${join(folder, nameOf(older[0]!))}` : "Free some space, or name another folder for checkpoints", cause });
    }
  }
  for (const step of (await steps(folder)).slice(keep)) await rm(join(folder, nameOf(step)), { force: true });
  return path;
}

/** What the disk said. */
export function reasonOf(cause: unknown): string {
  return isEvtlabError(cause, "SourceError") ? cause.received : (cause as Error).message.replace(/\.$/, "");
}

/** The newest checkpoint that is whole. What a killed process had begun to write is removed. */
export async function newestCheckpoint(folder: string): Promise<Checkpoint | undefined> {
  for (const name of await readdir(folder).catch(() => [])) if (/\.safetensors\.\d+-\d+\.partial$/.test(name)) await rm(join(folder, name), { force: true });
  for (const step of await steps(folder)) {
    const path = join(folder, nameOf(step));
    try {
      const { tensors, metadata } = unpackSafetensors(await readFile(path), path);
      return { path, tensors, record: JSON.parse(metadata["record"]!) as CheckpointRecord };
    } catch {
      // Damaged from outside: the one before it.
    }
  }
  return undefined;
}

/** Steps of the checkpoints in a folder, the newest first. */
async function steps(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return names.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number).sort((a, b) => b - a);
}
