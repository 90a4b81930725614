/**
 * What `evtlab.json` says of a data set that was made of synthetic people.
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import type { MakePlan } from "./make/layout.js";
import type { DatasetName, Manifest } from "./manifest.js";

export type MadePlan = MakePlan;

/**
 * The options that a data set was made from, or `undefined` for a real one.
 * @throws DataError when it was made in the layout of another data set, or the file is damaged.
 */
export async function madePlan(root: string, name: DatasetName): Promise<MadePlan | undefined> {
  const file = join(root, "evtlab.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  let plan: Partial<MadePlan>;
  try {
    plan = JSON.parse(text) as Partial<MadePlan>;
  } catch (cause) {
    throw new DataError({ where: file, file, expected: "the options that the data set was made from, as JSON", received: (cause as Error).message, next: "Make the data set again in another folder", cause });
  }
  if (plan.dataset !== name) throw new DataError({ where: file, file, expected: `a data set in the layout of ${name}`, received: `one in that of ${String(plan.dataset)}`, next: `Ask for "${String(plan.dataset)}", or name another folder` });
  const whole = (value: unknown, most: number): boolean => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
  if (!(whole(plan.subjects, 999) && whole(plan.takes, 99) && whole(plan.width, 4096) && whole(plan.height, 4096))) {
    throw new DataError({ where: file, file, expected: "numbers of subjects and takes, width and height", received: text.slice(0, 80), next: "Make the data set again in another folder" });
  }
  return plan as MadePlan;
}

/** Size of the events, for formats that do not say. */
export function sensorOf(plan: MadePlan | undefined, { sensor }: Manifest): SensorSize {
  const { width, height } = plan ?? sensor;
  return { width, height };
}
