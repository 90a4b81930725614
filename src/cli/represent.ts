/**
 * `evtlab represent`: a window of a recording as a grid in a file.
 * @module
 */
import type { Command } from "commander";
import type { Region } from "../events/region.js";
import type { Duration } from "../events/time.js";
import { interruptible } from "./interrupt.js";
import { addReadingFlags, duration, openInput, refuseExisting, region, withProgress, type ReadingFlags } from "./reading.js";

interface Flags extends ReadingFlags {
  readonly as: string;
  readonly out: string;
  readonly device: "auto" | "cpu" | "wasm" | "webgpu";
  readonly from?: Duration;
  readonly to?: Duration;
  readonly crop?: Region;
  readonly cache?: string;
  readonly force?: true;
}

export function addRepresent(program: Command): void {
  const command = program
    .command("represent")
    .description("encode a recording, or a window of it, as a dense grid in a file")
    .argument("<file>", "a recording; its format is told by its content")
    .requiredOption("--as <representation>", "such as voxel:bins=5,convention=e2vid (evtlab list representations), or a module of yours: ./mine.ts")
    .requiredOption("--out <file>", "the new file: .npz, .safetensors or .png")
    .option("--from <time>", "start of the window, from the first event on: 1.2s", duration)
    .option("--to <time>", "end of the window, not in it", duration)
    .option("--crop <x,y,width,height>", "a region of the sensor", region)
    .option("--device <device>", "auto, cpu, wasm or webgpu", "auto")
    .option("--cache <folder>", "keep the grid there, and take it from there the next time")
    .option("--force", "replace a file that is there");
  addReadingFlags(command)
    .addHelpText("after", "\nExample:\n  evtlab represent talk.raw --as voxel:bins=5 --from 0ms --to 50ms --out grid.npz")
    .action((file: string, flags: Flags) => interruptible((signal) => represent(file, flags, signal)));
}

async function represent(file: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const { readEvents } = await import("../codecs/index.js");
  const { build, loadRepresentation } = await import("../represent/index.js");
  await refuseExisting(flags.out, flags.force);
  const representation = await loadRepresentation(flags.as);
  const { options } = await openInput(file, flags, signal);
  const { from, to, crop, device, cache } = flags;
  const part = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const events = await withProgress(file, (onProgress) => readEvents(file, { ...options, ...part, onProgress }));
  const seen = crop ? events.crop(crop) : events;
  // The window is what was asked for, not what the first and the last event span.
  const window =
    from === undefined && to === undefined
      ? undefined
      : { from: from ?? 0, to: to ?? (seen.length > 0 ? seen.t[seen.length - 1]! + 1n : seen.origin + 1n) };
  const grid = await build(seen, representation, { device, signal, ...(window && { window }), ...(cache !== undefined && { cache }) });
  await grid.save(flags.out);
  console.log(`${flags.out}: ${grid.toString()}, ${seen.length.toLocaleString("en")} events`);
}
