/**
 * A thread that holds V8's inspector of the main thread, whatever that does: the number of a cell on the interrupt pipe
 * ends the running JavaScript, and requests on the debug pipe go to the inspector as they are.
 * @module
 */
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { parentPort } from "node:worker_threads";

import type { InspectorMessage, InspectorRequest } from "../debugger/inspector.js";

/** What the main thread hears: that this one works, that it should run something, that the interrupt meant for the cells up to a number is over. */
export type WorkerMessage = "ready" | "nudge" | { readonly interrupted: number };

const tellMain = (message: WorkerMessage): void => parentPort?.postMessage(message);
const interruptPipe = 3;
const debugPipe = 7;
const session = new Session();
session.connectToMainThread();

let paused = false;
let last: Promise<void> = Promise.resolve();
const pipe = new Socket({ fd: interruptPipe, readable: true, writable: false });
pipe.on("data", (bytes) => {
  for (let i = 0; i + 4 <= bytes.length; i += 4) {
    const cell = bytes.readUInt32LE(i);
    last = last.then(() => interrupt(cell));
  }
});
// The kernel is gone.
pipe.on("close", () => process.kill(process.pid, "SIGKILL"));

function interrupt(cell: number): Promise<void> {
  return new Promise((resolve) => {
    // The termination hits the next JavaScript that runs. A main thread that waits runs none, so it is nudged until
    // some was hit; only then can it be told, and be sure to hear it.
    const nudge = setInterval(() => tellMain("nudge"), 5);
    session.post("Runtime.terminateExecution", () => {
      clearInterval(nudge);
      tellMain({ interrupted: cell });
      resolve();
    });
    // At a breakpoint nothing runs that could end.
    if (paused) session.post("Debugger.resume");
  });
}

const debug = new Socket({ fd: debugPipe, readable: true, writable: true });
const tell = (message: InspectorMessage): void => void debug.write(`${JSON.stringify(message)}\n`);
let rest = "";
debug.setEncoding("utf8").on("data", (text: string) => {
  const lines = (rest + text).split("\n");
  rest = lines.pop() ?? "";
  for (const line of lines) {
    const { id, method, params } = JSON.parse(line) as InspectorRequest;
    session.post(method, params as Record<string, unknown> | undefined, (error, result) => tell(error === null ? { id, result: result ?? {} } : { id, error: error.message }));
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
