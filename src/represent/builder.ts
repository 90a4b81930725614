/**
 * Worker threads that build grids: the worker's side.
 * @module
 */
import { parentPort } from "node:worker_threads";
import { EventTable } from "../events/table.js";
import { build } from "./build.js";
import type { BuildAnswer, BuildTask } from "./builders.js";
import { loadRepresentation } from "./representation-module.js";
import type { Representation } from "./representation.js";

let known: { readonly text: string; readonly representation: Representation } | undefined;

parentPort?.on("message", ({ number, representation: text, columns, sensor, origin, window, cache }: BuildTask) => {
  const answer = async (): Promise<void> => {
    known = known?.text === text ? known : { text, representation: await loadRepresentation(text) };
    const events = EventTable.from(columns, { sensor, origin });
    const grid = await build(events, known.representation, { window, ...(cache !== undefined && { cache }) });
    const { data, shape, channels, representation, device } = grid;
    const message: BuildAnswer = { number, grid: { data, shape, channels }, from: { representation, window: grid.window, device } };
    parentPort!.postMessage(message, [data.buffer as ArrayBuffer]);
  };
  answer().catch((error: unknown) => parentPort!.postMessage({ number, error: error instanceof Error ? error.message : String(error) } satisfies BuildAnswer));
});
