/**
 * A thread that holds V8's inspector of the main thread, whatever that does: a number on the interrupt pipe
 * ends the running JavaScript, and requests on the debug pipe go to the inspector as they are.
 * @module
 */
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";

import { underWay, wanted, type wholeCalls } from "../../../src/unwound.js";
import type { InspectorMessage, InspectorRequest } from "../debugger/inspector.js";

/**
 * What the main thread hears: that this one works, that it should run something, that an interrupt has hit (which it has to
 * acknowledge by its number), that no termination is under way any more.
 */
export type WorkerMessage = "ready" | "nudge" | { readonly hit: number } | { readonly over: number };

const tellMain = (message: WorkerMessage): void => parentPort?.postMessage(message);
const interruptPipe = 3;
const debugPipe = 7;
const session = new Session();
session.connectToMainThread();

/**
 * Asks the inspector. It answers, and a termination hits, where the main thread runs JavaScript; one that waits runs none, and
 * the inspector does not wake it each time (seen on Node 26), so it is nudged until the answer is here.
 */
function ask(method: string, params: object | undefined, answered: (error: Error | null, result?: object) => void): void {
  const nudge = setInterval(() => tellMain("nudge"), 1);
  session.post(method, params as Record<string, unknown> | undefined, (error, result) => {
    clearInterval(nudge);
    answered(error, result);
  });
}

const calls = workerData as typeof wholeCalls;
/** Calls that must not be unwound are waited for, in milliseconds. */
const longestCall = 2_000;
/** A main thread that has not acknowledged in this time, in milliseconds, runs something else that has to be stopped. */
const patience = 100;

let paused = false;
let acknowledged = 0;
let hear: (() => void) | undefined;
parentPort?.on("message", (number: number) => {
  acknowledged = number;
  hear?.();
});
let last: Promise<void> = Promise.resolve();
const pipe = new Socket({ fd: interruptPipe, readable: true, writable: false });
pipe.on("data", (bytes) => {
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const number = bytes.readUInt32LE(i);
    last = last.then(() => interrupt(number));
  }
});
// The kernel is gone.
pipe.on("close", () => process.kill(process.pid, "SIGKILL"));

async function interrupt(number: number): Promise<void> {
  do {
    await terminate();
    tellMain({ hit: number });
    await new Promise<void>((resolve) => {
      hear = resolve;
      setTimeout(resolve, patience);
    });
  } while (acknowledged < number);
  tellMain({ over: number });
}

async function terminate(): Promise<void> {
  // From here on none begins.
  Atomics.store(calls, wanted, 1);
  for (const since = performance.now(); Atomics.load(calls, underWay) > 0 && performance.now() - since < longestCall; ) await sleep(1);
  await new Promise<void>((resolve) => {
    // Only a main thread that was hit can be told, and be sure to hear it.
    ask("Runtime.terminateExecution", undefined, () => resolve());
    // At a breakpoint nothing runs that could end.
    if (paused) session.post("Debugger.resume");
  });
  Atomics.store(calls, wanted, 0);
  Atomics.notify(calls, wanted);
}

const debug = new Socket({ fd: debugPipe, readable: true, writable: true });
const tell = (message: InspectorMessage): void => void debug.write(`${JSON.stringify(message)}\n`);
let rest = "";
debug.setEncoding("utf8").on("data", (text: string) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const { id, method, params } = JSON.parse(line) as InspectorRequest;
    ask(method, params, (error, result) => tell(error === null ? { id, result: result ?? {} } : { id, error: error.message }));
  }
});
session.on("Debugger.paused", ({ params }) => {
  paused = true;
  tell({ method: "Debugger.paused", params });
});
session.on("Debugger.resumed", () => {
  paused = false;
  tell({ method: "Debugger.resumed" });
});
session.on("Debugger.scriptParsed", ({ params: { scriptId, url } }) => {
  if (url !== "" && !url.startsWith("node:")) tell({ method: "Debugger.scriptParsed", params: { scriptId, url } });
});
tellMain("ready");
