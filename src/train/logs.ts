/**
 * Measures on disk: JSON lines for programs, event files for TensorBoard.
 * @module
 */
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { SourceError } from "../errors.js";
import { writeWhole } from "../bytes/index.js";
import { reasonOf } from "./checkpoint.js";
import type { EpochRecord } from "./history.js";
import { sheetPng } from "./sheet.js";
import type { Measures, PictureSheet } from "./task.js";
import { eventFileName, fileVersion, imageEvent, record, scalarsEvent, startEvent } from "./tensorboard.js";

export interface TrainingLogs {
  readonly writing: boolean;
  losses(step: number, losses: Measures, seconds: number): Promise<void>;
  epoch(epoch: EpochRecord, pictures: PictureSheet | undefined): Promise<void>;
  close(): Promise<void>;
}

const nothing: TrainingLogs = { writing: false, losses: async () => {}, epoch: async () => {}, close: async () => {} };

/**
 * Writes to `metrics.jsonl` and a new event file in `folder`. A run that goes on from `start` drops the lines of later
 * steps, which come again, and tells TensorBoard to.
 */
export async function openLogs(folder: string | undefined, start: number): Promise<TrainingLogs> {
  if (folder === undefined) return nothing;
  const lines = join(folder, "metrics.jsonl");
  await guarded(folder, () => mkdir(folder, { recursive: true }));
  await dropAfter(lines, start);
  const now = Date.now() / 1000;
  const events = join(folder, eventFileName(now));
  await guarded(events, () => appendFile(events, Buffer.concat([record(fileVersion(now)), record(startEvent(now, start))])));
  const add = async (line: object, ...more: Uint8Array[]): Promise<void> => {
    await guarded(lines, () => appendFile(lines, `${JSON.stringify(line)}\n`));
    await guarded(events, () => appendFile(events, Buffer.concat(more.map(record))));
  };
  return {
    writing: true,
    losses: (step, losses, seconds) => add({ step, ...losses, seconds: Number(seconds.toFixed(3)) }, scalarsEvent(Date.now() / 1000, step, prefixed("train", losses))),
    async epoch({ epoch, step, losses, validation, seconds }, pictures) {
      const at = Date.now() / 1000;
      const scalars = { ...prefixed("epoch", losses), ...prefixed("validation", validation ?? {}) };
      await add({ step, epoch, ...prefixed("epoch", losses), ...prefixed("validation", validation ?? {}), seconds: Number(seconds.toFixed(3)) }, scalarsEvent(at, step, scalars), ...(pictures ? [imageEvent(at, step, "samples", sheetPng(pictures))] : []));
    },
    close: async () => {},
  };
}

const prefixed = (prefix: string, measures: Measures): Measures => Object.fromEntries(Object.entries(measures).map(([name, value]) => [`${prefix}/${name}`, value]));

async function dropAfter(path: string, start: number): Promise<void> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const kept = text.split("\n").filter((line) => {
    try {
      return (JSON.parse(line) as { step: number }).step <= start;
    } catch {
      // The last line of a killed run may be cut off.
      return false;
    }
  });
  await writeWhole(path, [Buffer.from(kept.map((line) => `${line}\n`).join(""))]);
}

async function guarded<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    throw new SourceError({ where: path, expected: "a place to write what is measured", received: reasonOf(cause), next: "Free some space and run the same again: it goes on from its last checkpoint", cause });
  }
}
