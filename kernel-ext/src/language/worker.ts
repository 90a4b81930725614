/**
 * The thread in which the compiler works, so that heartbeats and interrupts never wait for a type check.
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";

import type { Answer, Question, WorkerOptions } from "./client.js";
import { CellService } from "./service.js";

const { folder, typecheck, cells } = workerData as WorkerOptions;
const service = new CellService(folder, typecheck);
service.warmUp();
for (const cell of cells) service.remember(cell);

// In the pauses after the start; a cell never waits for more than one step.
const pause = 250;
function ahead(): void {
  if (service.prepareAhead()) timer.refresh();
}
const timer = setTimeout(ahead, pause);

parentPort?.on("message", ({ id, method, args }: Question) => {
  timer.refresh();
  let answer: Answer;
  try {
    answer = { id, value: (service[method] as (...args: unknown[]) => unknown)(...args) };
  } catch (error) {
    answer = { id, error };
  }
  parentPort?.postMessage(answer);
});
