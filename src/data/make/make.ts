/**
 * Makes a data set on disk: in parallel, resumable, clip by clip.
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { checkOptions, OptionError, SourceError } from "../../errors.js";
import { people } from "../people.js";
import { withBar, type WorkBar } from "../../progress/work.js";
import { requireWhole, type ClipTask } from "./clip.js";
import { fillDifficulty, type Difficulty, type DifficultyName } from "./difficulty.js";
import { save } from "./files.js";
import type { MakePlan } from "./layout.js";
import { layouts } from "./layouts.js";
import type { MadeAnswer } from "./worker.js";

export interface MakeOptions {
  /** Number of people; that of the real data set when left out. */
  readonly subjects?: number;
  /** Clips of each kind a person. */
  readonly takes?: number;
  /** Pixels of the cameras; those of the real data set when left out. */
  readonly width?: number;
  readonly height?: number;
  /** How hard it is: a name, or changes to the default. */
  readonly difficulty?: DifficultyName | Partial<Difficulty>;
  /** Same seed, same bytes. */
  readonly seed: number;
  /** Threads; as many as the machine has cores when left out. 0 works in this thread. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Called when a clip is there, with how many of all are. */
  readonly onProgress?: (progress: MakeProgress) => void;
}

export interface MakeProgress {
  readonly done: number;
  readonly total: number;
  /** The clip that was just made. */
  readonly clip: string;
}

export interface MakeResult {
  readonly clips: number;
  /** Clips that were there before. */
  readonly kept: number;
}

/**
 * Makes a data set of synthetic people in the layout of a real one. Clips that are there already stay, so that the same
 * call goes on where it was stopped.
 *
 * ```ts
 * await makeDataset("eckplus", "data/faces", { subjects: 40, seed: 7, onProgress: ({ done, total }) => show(done / total) });
 * ```
 * @throws OptionError when an option is unknown or out of range, or the folder holds one made from other options; SourceError
 * when the disk refuses, after which the same call goes on.
 */
export async function makeDataset(dataset: MakePlan["dataset"], folder: string, options: MakeOptions): Promise<MakeResult> {
  checkOptions("makeDataset", options, ["subjects", "takes", "width", "height", "difficulty", "seed", "workers", "signal", "onProgress"]);
  if (!Object.hasOwn(layouts, dataset)) throw new OptionError({ where: "makeDataset", expected: `one of ${Object.keys(layouts).join(", ")}`, received: `"${dataset}"` });
  const layout = layouts[dataset];
  const plan: MakePlan = {
    dataset,
    subjects: requireWhole("makeDataset.subjects", options.subjects ?? layout.defaults.subjects, 1, 999),
    takes: requireWhole("makeDataset.takes", options.takes ?? layout.defaults.takes, 1, 99),
    width: requireWhole("makeDataset.width", options.width ?? layout.defaults.width, 32, 4096),
    height: requireWhole("makeDataset.height", options.height ?? layout.defaults.height, 32, 4096),
    seed: requireWhole("makeDataset.seed", options.seed, -0xffffffff, 0xffffffff),
    difficulty: fillDifficulty("makeDataset.difficulty", options.difficulty),
  };
  const threads = requireWhole("makeDataset.workers", options.workers ?? availableParallelism(), 0, 256);
  await mkdir(folder, { recursive: true });
  await keepPlan(folder, plan);
  const tasks = layout.tasks(plan);
  const missing = tasks.filter(({ whole }) => !existsSync(join(folder, whole)));
  let done = tasks.length - missing.length;
  await withBar(makingBar(plan), options.onProgress, async (onProgress) => {
    const finished = (clip: string): void => onProgress?.({ done: ++done, total: tasks.length, clip });
    if (threads > 0) return inThreads(missing, Math.min(threads, missing.length), { folder, plan }, finished, options.signal);
    for (const task of missing) {
      options.signal?.throwIfAborted();
      await layout.write(folder, task, plan);
      finished(task.name);
    }
  });
  await layout.finish?.(folder, plan);
  return { clips: tasks.length, kept: tasks.length - missing.length };
}

const makingBar = ({ dataset, subjects }: MakePlan): WorkBar<MakeProgress> => ({ title: `making ${people(subjects, "synthetic ")} for ${dataset}`, unit: "clips", state: ({ done, total, clip }) => ({ done, total, note: done < total ? clip : undefined }) });

/** Writes the options down, or refuses to mix clips made from others. */
async function keepPlan(folder: string, plan: MakePlan): Promise<void> {
  const path = join(folder, "evtlab.json");
  const text = `${JSON.stringify({ made: "by evtlab: synthetic people, nobody's likeness", ...plan }, undefined, 2)}\n`;
  if (!existsSync(path)) return save(path, text);
  if ((await readFile(path, "utf8")) === text) return;
  throw new OptionError({ where: path, expected: "a folder made from the same options", received: "one made from others", next: "Name another folder, or give the options that evtlab.json holds" });
}

/** Hands each thread one task after the other. */
async function inThreads(tasks: readonly ClipTask[], threads: number, data: { folder: string; plan: MakePlan }, finished: (clip: string) => void, signal: AbortSignal | undefined): Promise<void> {
  let next = 0;
  const workers: Worker[] = [];
  const stop = (): void => void Promise.all(workers.map((worker) => worker.terminate()));
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("worker.js", import.meta.url), { workerData: data });
      workers.push(worker);
      const give = (): void => {
        const task = tasks[next++];
        if (task === undefined) {
          void worker.terminate();
          resolve();
        } else worker.postMessage(task);
      };
      worker.on("message", (answer: MadeAnswer) => {
        if ("refused" in answer) return reject(new SourceError(answer.refused));
        finished(answer.clip);
        give();
      });
      worker.on("error", reject);
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      give();
    });
  signal?.throwIfAborted();
  try {
    await Promise.all(Array.from({ length: threads }, run));
  } finally {
    stop();
  }
}
