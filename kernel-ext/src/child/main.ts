/**
 * The process that runs the cells.
 * @module
 */
import { writeSync } from "node:fs";
import { Socket } from "node:net";
import { Worker } from "node:worker_threads";

import { repairUnwound, wholeCalls } from "../../../src/unwound.js";
import { FrameReader, scriptName, type Command, type Report, type RunnableCell } from "../pipe.js";
import { receiveComm } from "./comms.js";
import { bridge } from "./bridge.js";
import { clearTimers, currentCell, enterCell, inFreshTask, later, markRunning, wrapTimers } from "./current.js";
import { bundleOf, displaysSent } from "./display.js";
import { evaluate, interruptEvaluation, interruptible, Interrupted } from "./evaluate.js";
import { errorContent, rememberCell } from "./frames.js";
import { provideGlobals } from "./globals.js";
import { receiveAnswer } from "./input.js";
import { prepareImports, provideModules } from "./importer.js";
import type { WorkerMessage } from "./interrupt-worker.js";
import { captureOutput, report } from "./output.js";
import { servePages } from "./tables.js";

const commandsPipe = 4;
const folder = process.cwd();

type Done = Pick<Report & { type: "done" }, "result" | "error">;

/** The cells that have not been answered yet: one of the main shell, one of each subshell. */
const active = new Set<RunnableCell>();

async function execute(cell: RunnableCell): Promise<void> {
  rememberCell(cell);
  // Beside a running cell, a subshell has what its own turns of the event loop write.
  if (!cell.aside || active.size === 0) enterCell(cell.id);
  active.add(cell);
  markRunning(cell.id, true);
  const done = await interruptible(cell.id, async (): Promise<Done> => {
    prepareImports(cell.imports, folder);
    report({ type: "started", cell: cell.id });
    const evaluation = await evaluate(cell.id, cell.javascript, scriptName(cell));
    if (!evaluation.ok) return { error: errorContent(evaluation.thrown) };
    await displaysSent();
    const value = bridge.values[cell.id];
    const data = value === undefined ? {} : await bundleOf(value);
    return Object.keys(data).length === 0 ? {} : { result: { data, metadata: {} } };
  }).catch((thrown: unknown) => ({ error: errorContent(thrown) }));
  finish(cell, done);
}

function finish(cell: RunnableCell, done: Done): void {
  if (!active.has(cell)) return;
  markRunning(cell.id, false);
  delete bridge.values[cell.id];
  if (done.error?.ename === Interrupted.name) clearTimers(cell.id);
  report({ type: "done", cell: cell.id, ...done });
  // Last: when an interrupt unwinds the lines above, they are tried again.
  active.delete(cell);
}

/** The interrupt of this number has unwound what ran. */
function interrupted(number: number): void {
  for (const cell of active) {
    interruptEvaluation(cell.id);
    // It may have unwound `execute` itself.
    later(() => finish(cell, { error: errorContent(new Interrupted()) }), 50);
  }
  repairUnwound();
  forgetUnwound();
  worker.postMessage(number);
}

/**
 * Node keeps account of the callbacks that run, of those too that an interrupt has unwound, and ends the process on it as soon
 * as async hooks are used. It forgets them all when it has handled an error that nobody caught.
 */
function forgetUnwound(): void {
  (process as { _fatalException?: (error: Error, fromPromise: boolean) => boolean })._fatalException?.(new Interrupted(), false);
}

/** Errors that no cell awaits any more; the process lives on. */
function reportLate(thrown: unknown): void {
  const { traceback } = errorContent(thrown);
  report({ type: "stream", cell: currentCell(), name: "stderr", text: `Uncaught ${traceback.join("\n")}\n` });
}

// First of all: it ends this process when the kernel is gone.
const worker = new Worker(new URL("./interrupt-worker.js", import.meta.url), { workerData: wholeCalls });
worker.on("message", (message: WorkerMessage) => {
  if (message === "ready") listen();
  else if (message === "nudge") return;
  else if ("hit" in message) interrupted(message.hit);
  else report({ type: "interrupted", number: message.over });
});
worker.on("error", (error) => {
  // Nothing could stop a cell.
  writeSync(2, `${error.stack}\n`);
  process.kill(process.pid, "SIGKILL");
});

captureOutput();
wrapTimers();
provideGlobals();
servePages();
provideModules(folder);
process.on("uncaughtException", (thrown) => {
  if (!(thrown instanceof Interrupted)) reportLate(thrown);
});
process.on("unhandledRejection", reportLate);
process.on("SIGINT", () => undefined);
process.exit = (code) => {
  throw new Error(`process.exit(${code ?? ""}) was called. A cell cannot end the kernel: restart it, or throw an error to stop here.`);
};

/** Cells may come, now that they can be interrupted. */
function listen(): void {
  worker.unref();
  const commands = new FrameReader<Command>();
  new Socket({ fd: commandsPipe, readable: true, writable: false }).on("data", (chunk) => {
    for (const command of commands.read(chunk)) {
      if (command.type === "execute") void execute(command.cell);
      else if (command.type === "answer") receiveAnswer(command);
      else inFreshTask(() => receiveComm(command));
    }
  });
  report({ type: "ready" });
}
