/**
 * A thread that stops the main thread, whatever that does: the number of a cell on the interrupt pipe ends the running
 * JavaScript.
 * @module
 */
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { parentPort } from "node:worker_threads";

const interruptPipe = 3;
const session = new Session();
session.connectToMainThread();

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
    const nudge = setInterval(() => parentPort?.postMessage("nudge"), 5);
    session.post("Runtime.terminateExecution", () => {
      clearInterval(nudge);
      parentPort?.postMessage({ interrupted: cell });
      resolve();
    });
  });
}
