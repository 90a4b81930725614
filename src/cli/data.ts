/**
 * `evtlab data`: data sets on disk.
 * @module
 */
import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import type { SensorSize } from "../events/schema.js";
import type { DifficultyName, MakeOptions } from "../data/index.js";
import { interruptible } from "./interrupt.js";
import { progressBar } from "./progress.js";
import { sensorSize } from "./reading.js";

interface MakeFlags {
  readonly subjects?: number;
  readonly takes?: number;
  readonly size?: SensorSize;
  readonly difficulty: DifficultyName;
  readonly workers?: number;
  readonly seed: number;
}

const example = `
Example:
  evtlab data make eckplus data/e-ck+ --subjects 40 --seed 7
  evtlab data make facemorphic data/facemorphic --subjects 8 --size 640x360 --difficulty easy

Makes synthetic people in the layout of a real data set. Stopped or killed, the same command goes on where it was.`;

export function addData(program: Command): void {
  const data = program.command("data").description("data sets on disk: make one of synthetic people");
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
    .action((layout: "eckplus" | "nefer" | "facemorphic", folder: string, flags: MakeFlags) => interruptible((signal) => make(layout, folder, flags, signal)));
}

async function make(layout: "eckplus" | "nefer" | "facemorphic", folder: string, { size, ...flags }: MakeFlags, signal: AbortSignal): Promise<void> {
  const { makeDataset } = await import("../data/index.js");
  const bar = progressBar(folder, { format: (done, total) => `${done}/${total} clips`, every: process.stderr.isTTY ? 100 : 5000 });
  const options: MakeOptions = { ...flags, ...size, signal, onProgress: ({ done, total, clip }) => bar.update(done, { total, note: clip }) };
  try {
    const { clips, kept } = await makeDataset(layout, folder, options);
    console.log(`${folder}: ${clips} clips${kept === 0 ? "" : `, ${kept} of them were there`}`);
  } finally {
    bar.end();
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^-?\d+$/.test(text)) return value;
  throw new InvalidArgumentError("Expected a whole number.");
}
