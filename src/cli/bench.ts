/**
 * `evtlab bench`: how fast this machine reads and encodes a recording of yours.
 * @module
 */
import { InvalidArgumentError, Option, type Command } from "commander";
import { engineNames, type EngineName } from "../engine/index.js";
import type { TrainNet } from "./bench/train-nets.js";

interface Flags {
  readonly json?: true;
  readonly repeat?: number;
}
interface RepresentFlags extends Flags {
  readonly as?: readonly string[];
  readonly device: "auto" | "cpu" | "wasm" | "webgpu";
}

interface TrainFlags extends Flags {
  readonly engine: EngineName | "auto";
  readonly net?: readonly TrainNet[];
  readonly python?: string;
}

export function addBench(program: Command): void {
  const bench = program.command("bench").description("measure reading and encoding on recordings of yours");
  bench
    .command("decode")
    .description("file to columns, on one thread, with a warm page cache")
    .argument("<file...>", "recordings")
    .option("--json", "a line of JSON for each file")
    .option("--repeat <n>", "timed readings of each", whole)
    .addHelpText("after", "\nExample:\n  evtlab bench decode talk.raw talk.dat --json")
    .action(async (files: readonly string[], { json, repeat }: Flags) => {
      const { benchDecode } = await import("./bench/decode.js");
      for (const file of files) for (const line of await benchDecode([file], repeat === undefined ? {} : { repeat })) print(line, json);
    });
  bench
    .command("represent")
    .description("columns to grids")
    .argument("<file...>", "recordings")
    .option("--json", "a line of JSON for each grid")
    .option("--as <representation...>", 'which, such as "voxel:bins=5"; the usual ones when left out')
    .option("--device <device>", "auto, cpu, wasm or webgpu", "auto")
    .option("--repeat <n>", "timed builds of each", whole)
    .addHelpText("after", "\nExample:\n  evtlab bench represent talk.raw --as count voxel:bins=5 --json")
    .action(async (files: readonly string[], { json, as, device, repeat }: RepresentFlags) => {
      const { benchRepresent } = await import("./bench/represent.js");
      const options = { device, ...(as && { representations: as }), ...(repeat !== undefined && { repeat }) };
      for await (const line of benchRepresent(files, options)) print(line, json);
    });
  bench
    .command("train")
    .description("one training step of four networks, on one thread")
    .option("--json", "a line of JSON for each network")
    .addOption(new Option("--engine <engine>", "which").choices(["auto", ...engineNames]).default("auto"))
    .addOption(new Option("--net <net...>", "which networks; all when left out").choices(["AE", "P2P", "LSTM", "ViT"]))
    .option("--python <program>", "a Python with PyTorch, to measure the same steps beside")
    .option("--repeat <n>", "timed steps of each", whole, 15)
    .addHelpText("after", "\nExample:\n  evtlab bench train --engine wasm --python python3 --json")
    .action(async ({ json, engine, net, python, repeat = 15 }: TrainFlags) => {
      const { benchTrain } = await import("./bench/train.js");
      const { trainNets } = await import("./bench/train-nets.js");
      for await (const line of benchTrain({ nets: net ?? trainNets, engine, repeat, ...(python !== undefined && { python }) })) {
        const times = ({ minMs, medianMs }: { readonly minMs: number; readonly medianMs: number }): string => `${minMs.toFixed(1)} ms at best, ${medianMs.toFixed(1)} median`;
        const beside = line.torch ? `  PyTorch ${line.torch.version}  ${times(line.torch)}  ratio ${line.ratio!.toFixed(2)} (of processor time ${line.cpuRatio!.toFixed(2)})` : "";
        const memory = `${Math.round(line.peakRssBytes / 1e6)} MB (${line.rssGrowthBytes < 0 ? "" : "+"}${(line.rssGrowthBytes / 1e6).toFixed(1)} over the steps, ${line.tensorsLeft} tensors left)`;
        const text = `${line.net.padEnd(4)}  ${line.engine} ${line.version}  ${times(line)}${beside}  ${memory}`;
        console.log(json ? JSON.stringify(line) : text);
      }
    });
}

interface Line {
  readonly bench: string;
  readonly file: string;
  readonly format?: string;
  readonly representation?: string;
  readonly device: string;
  readonly medianMs: number;
  readonly eventsPerSecond: number;
  readonly peakRssBytes: number;
}

function print(line: Line, json: true | undefined): void {
  const { file, format, representation, device, medianMs, eventsPerSecond, peakRssBytes } = line;
  const text = `${file}  ${format ?? representation}  ${device}  ${medianMs.toFixed(1)} ms  ${(eventsPerSecond / 1e6).toFixed(1)} M events/s  ${Math.round(peakRssBytes / 1e6)} MB`;
  console.log(json ? JSON.stringify(line) : text);
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("Expected a whole number of at least 1.");
  return value;
}
