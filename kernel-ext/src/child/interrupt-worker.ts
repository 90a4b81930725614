/**
 * A thread that stops the main thread, whatever that does: a byte on the interrupt pipe ends the running JavaScript.
 * @module
 */
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { parentPort } from "node:worker_threads";

const interruptPipe = 3;
const session = new Session();
session.connectToMainThread();

const pipe = new Socket({ fd: interruptPipe, readable: true, writable: false });
pipe.on("data", interrupt);
// The kernel is gone.
pipe.on("close", () => process.kill(process.pid, "SIGKILL"));

function interrupt(): void {
  // The termination hits the next JavaScript that runs. A main thread that waits runs none, so it is nudged until one
  // was hit; only then can it be told, and be sure to hear it.
  const nudge = setInterval(() => parentPort?.postMessage("nudge"), 5);
  session.post("Runtime.terminateExecution", () => {
    clearInterval(nudge);
    parentPort?.postMessage("interrupted");
  });
}
