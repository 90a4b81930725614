/** Small data sets in the layout of e-CK+ in which the class is where the events are, and methods that guess. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { npy } from "../../src/data/make/files.js";
import { dataset, type Dataset } from "../../src/data/index.js";
import type { FitTask, Method, Predictions } from "../../src/evaluate/index.js";
import { Random } from "../../src/simulate/face/random.js";
import { greyPng, put } from "../data/folders.js";

/** Six people with anger, contempt and disgust; by the published rule the last two of each are tested on, and one is on both sides. */
export async function people(): Promise<{ faces: Dataset; root: string; forget: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), "evtlab-evaluate-"));
  for (let person = 1; person <= 6; person++) {
    for (const emotion of [1, 2, 3]) {
      const part = person >= (emotion === 1 ? 4 : 5) ? "Test_Set" : "Train_Set";
      const sequence = `S00${person}_00${emotion}`;
      await put(root, `e-ck+/${part}/${emotion}/${sequence}.npy`, events(10 * person + emotion, emotion));
      for (const k of [0, 1]) await put(root, `ck+_frames_30fps/${part}/${emotion}/${sequence}/frame_000${k}.png`, greyPng(10));
      await put(root, `ck+_frames_process_30fps/bboxes/${sequence}.txt`, "0.25 0.1 0.5 0.6\n");
    }
  }
  return { root, faces: await dataset("eckplus", { root }), forget: () => rm(root, { recursive: true }) };
}

/** A tenth of a second: 120 events in a spot of the face that the emotion chooses. */
function events(seed: number, emotion: number): Uint8Array {
  const random = new Random(seed, "test events");
  const values = new Float64Array(4 * 120);
  for (let i = 0; i < 120; i++) values.set([100 + 45 * emotion + random.between(-8, 8), 100 + random.between(-30, 30), (i * 100e-3) / 120, random.chance(0.5) ? 1 : -1].map((value, k) => (k < 2 ? Math.round(value) : value)), 4 * i);
  return npy(values, 4);
}

/** Names the true class with more weight than the others, and more of it with every epoch. */
export function guesser(name: string, options: { readonly skill: number; readonly epochs?: number; readonly onFit?: (task: FitTask) => void; readonly controls?: readonly Method[]; readonly seen?: readonly string[] }): Method {
  const { skill, epochs = 3, onFit, controls, seen } = options;
  return {
    name,
    settings: { skill, epochs },
    ...(controls && { controls }),
    ...(seen && { seen }),
    fit: async (task) => {
      onFit?.(task);
      const said = Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, test: guesses(task, skill, i + 1), ...(task.split.validation && { validation: guesses({ ...task, split: { ...task.split, test: task.split.validation } }, skill, i + 1) }) }));
      await Promise.resolve();
      return { test: said.at(-1)!.test, epochs: said, record: { losses: [2, 1] } };
    },
  };
}

export function guesses({ split, classes, seed }: FitTask, skill: number, epoch: number): Predictions {
  const random = new Random(seed + epoch, split.name);
  return {
    classes,
    windows: [...split.test].flatMap((clip) =>
      [0, 1, 2].map((index) => {
        const label = classes.indexOf(clip.label!);
        const weights = classes.map((_, k) => random.between(0.05, 1) + (k === label ? skill : 0));
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        return { clip: clip.id, subject: clip.subject, index, label, probabilities: Float32Array.from(weights, (weight) => weight / total) };
      }),
    ),
  };
}
