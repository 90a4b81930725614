/** `evtlab bench train`: one training step of four networks, beside PyTorch's on one thread. */
import { MissingError } from "../../errors.js";
import type { EngineName } from "../../engine/index.js";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { measureInChild } from "./child.js";
import type { TrainNet } from "./train-nets.js";
import { torchScript } from "./train-torch.js";

export interface TrainTask {
  readonly net: TrainNet;
  readonly engine: EngineName | "auto";
  readonly repeat: number;
}

export interface StepTimes {
  readonly version: string;
  /** Milliseconds of each step on the clock. */
  readonly times: readonly number[];
  /** Milliseconds of processor time of each step, which other programs disturb less. */
  readonly cpuTimes: readonly number[];
}

export interface TrainTimes extends StepTimes {
  readonly engine: EngineName;
  readonly device: string;
  /** Tensors that the timed steps left behind. */
  readonly tensorsLeft: number;
  /** How much more memory the process has at the end than after a quarter of the timed steps. */
  readonly rssGrowthBytes: number;
  readonly peakRssBytes: number;
}

interface Summary {
  readonly minMs: number;
  readonly medianMs: number;
  /** Minimum of the processor time. */
  readonly cpuMinMs: number;
}

/** One network on one engine: `repeat` steps after three to warm up, all on one thread. */
export interface TrainBenchLine extends Summary {
  readonly bench: "train";
  readonly net: TrainNet;
  readonly engine: EngineName;
  readonly version: string;
  readonly device: string;
  readonly threads: 1;
  readonly tensorsLeft: number;
  readonly rssGrowthBytes: number;
  readonly peakRssBytes: number;
  /** PyTorch, measured in the same run; absent without `python`. */
  readonly torch?: Summary & { readonly version: string };
  /** Our minimum by PyTorch's, on the clock and of the processor. */
  readonly ratio?: number;
  readonly cpuRatio?: number;
}

export interface TrainBenchOptions {
  readonly nets: readonly TrainNet[];
  readonly engine: EngineName | "auto";
  /** Timed steps of each. */
  readonly repeat: number;
  /** A Python with PyTorch to compare with. */
  readonly python?: string;
}

const oneThread = { OMP_NUM_THREADS: "1", MKL_NUM_THREADS: "1", TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1" };

/** Ours and PyTorch's in turn, each in a process of its own. @throws MissingError for a Python without PyTorch. */
export async function* benchTrain({ nets, engine, repeat, python }: TrainBenchOptions): AsyncGenerator<TrainBenchLine> {
  for (const net of nets) {
    const task: TrainTask = { net, engine, repeat };
    const own = await measureInChild<TrainTimes>(new URL("./train-process.js", import.meta.url), task, `trains ${net}`, oneThread);
    const torch = python === undefined ? undefined : await torchTimes(python, net, repeat);
    const { times, cpuTimes, ...rest } = own;
    const line = { bench: "train", net, ...rest, threads: 1, ...summary(times, cpuTimes) } as const;
    yield torch ? { ...line, torch, ratio: line.minMs / torch.minMs, cpuRatio: line.cpuMinMs / torch.cpuMinMs } : line;
  }
}

async function torchTimes(python: string, net: TrainNet, repeat: number): Promise<NonNullable<TrainBenchLine["torch"]>> {
  try {
    const { stdout } = await promisify(execFile)(python, ["-c", torchScript, net, String(repeat)], { env: { ...process.env, ...oneThread } });
    const { times, cpuTimes, version } = JSON.parse(stdout) as StepTimes;
    return { version, ...summary(times, cpuTimes) };
  } catch (cause) {
    const lines = (cause as Error).message.trim().split("\n");
    throw new MissingError({ where: python, expected: "a Python with PyTorch", received: lines.at(-1)!, next: `${python} -m pip install torch`, cause });
  }
}

function summary(times: readonly number[], cpuTimes: readonly number[]): Summary {
  const sorted = [...times].sort((a, b) => a - b);
  return { minMs: sorted[0]!, medianMs: (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2, cpuMinMs: Math.min(...cpuTimes) };
}
