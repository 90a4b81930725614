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

export interface TrainTimes {
  readonly engine: EngineName;
  readonly version: string;
  readonly device: string;
  readonly times: readonly number[];
  /** Tensors that the timed steps left behind. */
  readonly tensorsLeft: number;
  readonly peakRssBytes: number;
}

/** One network on one engine: `repeat` steps after three to warm up, all on one thread. */
export interface TrainBenchLine {
  readonly bench: "train";
  readonly net: TrainNet;
  readonly engine: EngineName;
  readonly version: string;
  readonly device: string;
  readonly threads: 1;
  readonly minMs: number;
  readonly medianMs: number;
  readonly tensorsLeft: number;
  readonly peakRssBytes: number;
  /** PyTorch, measured in the same run; absent without `python`. */
  readonly torch?: { readonly version: string; readonly minMs: number; readonly medianMs: number };
  /** Our minimum by PyTorch's. */
  readonly ratio?: number;
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
    const { times, ...rest } = own;
    const line = { bench: "train", net, ...rest, threads: 1, ...ofTimes(times) } as const;
    yield torch ? { ...line, torch, ratio: line.minMs / torch.minMs } : line;
  }
}

async function torchTimes(python: string, net: TrainNet, repeat: number): Promise<NonNullable<TrainBenchLine["torch"]>> {
  try {
    const { stdout } = await promisify(execFile)(python, ["-c", torchScript, net, String(repeat)], { env: { ...process.env, ...oneThread } });
    const { times, version } = JSON.parse(stdout) as { readonly times: readonly number[]; readonly version: string };
    return { version, ...ofTimes(times) };
  } catch (cause) {
    const lines = (cause as Error).message.trim().split("\n");
    throw new MissingError({ where: python, expected: "a Python with PyTorch", received: lines.at(-1)!, next: `${python} -m pip install torch`, cause });
  }
}

function ofTimes(times: readonly number[]): { readonly minMs: number; readonly medianMs: number } {
  const sorted = [...times].sort((a, b) => a - b);
  return { minMs: sorted[0]!, medianMs: (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2 };
}
