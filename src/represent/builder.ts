/**
 * Worker threads that build grids: the worker's side.
 * @module
 */
import { parentPort } from "node:worker_threads";
import { columnsIn, eventBytes } from "../events/memory.js";
import { noTriggers } from "../events/schema.js";
import { EventTable } from "../events/table.js";
import { build } from "./build.js";
import type { BuildAnswer, BuildTask } from "./builders.js";
import { lendGridMemory } from "./grid-memory.js";
import { loadRepresentation } from "./representation-module.js";
import type { Representation } from "./representation.js";

let known: { readonly text: string; readonly representation: Representation } | undefined;

parentPort?.on("message", ({ number, representation: text, columns, events: count, sensor, origin, window, cache, gridMemory }: BuildTask) => {
  const answer = async (): Promise<void> => {
    known = known?.text === text ? known : { text, representation: await loadRepresentation(text) };
    const { t, x, y, p } = columnsIn(columns, columns.byteLength / eventBytes);
    const events = new EventTable(
      { t: t.subarray(0, count), x: x.subarray(0, count), y: y.subarray(0, count), p: p.subarray(0, count) },
      { sensor, origin, triggers: noTriggers, provenance: { format: "columns", assumptions: [] } },
    );
    lendGridMemory(gridMemory);
    const grid = await build(events, known.representation, { window, ...(cache !== undefined && { cache }) });
    const { data, shape, channels, representation, device } = grid;
    const message: BuildAnswer = { number, columns, grid: { data, shape, channels }, from: { representation, window: grid.window, device } };
    parentPort!.postMessage(message, [columns, data.buffer as ArrayBuffer]);
  };
  answer().catch((error: unknown) => parentPort!.postMessage({ number, error: error instanceof Error ? error.message : String(error) } satisfies BuildAnswer));
});
