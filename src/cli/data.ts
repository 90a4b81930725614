/**
 * `evtlab data`: data sets on disk.
 * @module
 */
import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import type { SensorSize } from "../events/schema.js";
import type { DatasetName, DifficultyName } from "../data/index.js";
import { interruptible } from "./interrupt.js";
import type { WorkBar } from "../progress/work.js";
import { withTerminalBar } from "./progress.js";
import { sensorSize } from "./reading.js";

interface MakeFlags {
  readonly subjects?: number;
  readonly takes?: number;
  readonly size?: SensorSize;
  readonly difficulty: DifficultyName;
  readonly workers?: number;
  readonly seed: number;
}

interface CheckFlags {
  readonly json?: true;
  readonly deep?: boolean;
}

const example = `
Example:
  evtlab data make eckplus data/e-ck+ --subjects 40 --seed 7
  evtlab data make facemorphic data/facemorphic --subjects 8 --size 640x360 --difficulty easy

Makes synthetic people in the layout of a real data set. Stopped or killed, the same command goes on where it was.`;

export function addData(program: Command): void {
  const data = program.command("data").description("data sets on disk: what there is, whether a copy is whole, and made ones of synthetic people");
  data
    .command("make")
    .description("make a data set of synthetic people in the layout of a real one")
    .addArgument(new Argument("<layout>", "whose folders and files").choices(["eckplus", "nefer", "facemorphic"]))
    .argument("<folder>", "where to; clips that are there already stay")
    .option("--subjects <number>", "people; as many as the real data set has when left out", wholeNumber)
    .option("--takes <number>", "clips of each kind a person", wholeNumber)
    .option("--size <size>", "pixels of the cameras, such as 346x260; those of the real ones when left out", sensorSize)
    .addOption(new Option("--difficulty <name>", "how much happens besides").choices(["easy", "default", "hard"]).default("default"))
    .option("--workers <number>", "threads; as many as there are cores when left out", wholeNumber)
    .option("--seed <number>", "same seed, same bytes", wholeNumber, 1)
    .addHelpText("after", example)
    .action((layout: DatasetName, folder: string, flags: MakeFlags) => interruptible((signal) => make(layout, folder, flags, signal)));
  data
    .command("list")
    .description("list the data sets that evtlab reads: what they are, how to ask for them, what may be done with them")
    .option("--json", "the whole manifests, as JSON")
    .action(list);
  data
    .command("check")
    .description("compare a copy of a data set with its manifest: what is missing, extra, different or unreadable")
    .addArgument(new Argument("<name>", "which data set").choices(["eckplus", "nefer", "facemorphic"]))
    .argument("<folder>", "where your copy is")
    .option("--json", "as JSON")
    .option("--deep", "decode all events and pictures, not only the headers of recordings")
    .addHelpText("after", "\nExample:\n  evtlab data check nefer /data/NEFER\n\nExits with 1 when something is missing, different or unreadable; files that it does not know do no harm.")
    .action((name: DatasetName, folder: string, flags: CheckFlags) => interruptible((signal) => check(name, folder, flags, signal)));
}

async function list({ json }: { readonly json?: true }): Promise<void> {
  const { datasetNames, manifest } = await import("../data/index.js");
  const all = datasetNames.map(manifest);
  if (json) console.log(JSON.stringify(all, undefined, 2));
  else console.log(all.map(({ name, title, summary, counts, source, access, licence }) => [`${name.padEnd(12)} ${title}: ${summary}`, `people ${counts.subjects}, clips ${counts.clips}`, source.page, access.how, licence.terms, licence.consent].join("\n             ")).join("\n\n"));
}

async function check(name: DatasetName, folder: string, { json, deep = false }: CheckFlags, signal: AbortSignal): Promise<void> {
  const { checkDataset } = await import("../data/index.js");
  const report = await withTerminalBar(clipsBar(folder), (onProgress) => checkDataset(name, folder, { deep, signal, onProgress }));
  console.log(json ? JSON.stringify(report, undefined, 2) : String(report));
  if (!report.ok) process.exitCode = 1;
}

async function make(layout: DatasetName, folder: string, { size, ...flags }: MakeFlags, signal: AbortSignal): Promise<void> {
  const { makeDataset } = await import("../data/index.js");
  const { clips, kept } = await withTerminalBar(clipsBar(folder), (onProgress) => makeDataset(layout, folder, { ...flags, ...size, signal, onProgress }));
  console.log(`${folder}: ${clips} clips${kept === 0 ? "" : `, ${kept} of them were there`}`);
}

function clipsBar(title: string): WorkBar<{ readonly done: number; readonly total: number; readonly clip?: string | undefined }> {
  return { title, unit: "clips", state: ({ done, total, clip }) => ({ done, total, note: clip }) };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text)) return value;
  throw new InvalidArgumentError("Expected a whole number.");
}
