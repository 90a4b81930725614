/**
 * The process that runs the cells.
 * @module
 */
import { Socket } from "node:net";
import { Worker } from "node:worker_threads";

import { FrameReader, scriptName, type Command, type Report, type RunnableCell } from "../pipe.js";
import { receiveComm } from "./comms.js";
import { bridge } from "./bridge.js";
import { clearTimers, currentCell, enterCell, inFreshTask, later, wrapTimers } from "./current.js";
import { bundleOf, displaysSent } from "./display.js";
import { evaluate, interruptEvaluation, interruptible, Interrupted, wasTerminated } from "./evaluate.js";
import { errorContent, rememberCell } from "./frames.js";
import { provideGlobals } from "./globals.js";
import { receiveAnswer } from "./input.js";
import { provideModules } from "./importer.js";
import { captureOutput, report } from "./output.js";

const commandsPipe = 4;

type Done = Pick<Report & { type: "done" }, "result" | "error">;

/** The cell that has not been answered yet. */
let active: RunnableCell | undefined;

async function execute(cell: RunnableCell): Promise<void> {
  active = cell;
  rememberCell(cell);
  enterCell(cell.id);
  bridge.value = undefined;
  const done = await interruptible(async (): Promise<Done> => {
    const evaluation = await evaluate(cell.javascript, scriptName(cell));
    if (!evaluation.ok) return { error: errorContent(evaluation.thrown) };
    await displaysSent();
    return bridge.value === undefined ? {} : { result: { data: await bundleOf(bridge.value), metadata: {} } };
  }).catch((thrown: unknown) => ({ error: errorContent(thrown) }));
  finish(cell, done);
}

function finish(cell: RunnableCell, done: Done): void {
  if (active !== cell) return;
  if (done.error?.ename === Interrupted.name) clearTimers(cell.id);
  report({ type: "done", cell: cell.id, ...done });
  active = undefined;
}

/** The interrupt has come to its end: nothing more will be unwound by it. */
function interrupted(id: number): void {
  const cell = active;
  // Meant for the cell before, it may have hit this one.
  if (cell === undefined || (cell.id !== id && !wasTerminated())) return;
  interruptEvaluation();
  // It may have unwound `execute` itself.
  later(() => finish(cell, { error: errorContent(new Interrupted()) }), 50);
}

/** Errors that no cell awaits any more; the process lives on. */
function reportLate(thrown: unknown): void {
  const { traceback } = errorContent(thrown);
  report({ type: "stream", cell: currentCell(), name: "stderr", text: `Uncaught ${traceback.join("\n")}\n` });
}

captureOutput();
wrapTimers();
provideGlobals();
provideModules(process.cwd());
process.on("uncaughtException", reportLate);
process.on("unhandledRejection", reportLate);
process.on("SIGINT", () => undefined);
process.exit = (code) => {
  throw new Error(`process.exit(${code ?? ""}) was called. A cell cannot end the kernel: restart it, or throw an error to stop here.`);
};

const worker = new Worker(new URL("./interrupt-worker.js", import.meta.url));
worker.on("message", (message: "nudge" | { interrupted: number }) => {
  if (message !== "nudge") interrupted(message.interrupted);
});
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
