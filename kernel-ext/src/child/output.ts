/**
 * What the cells write goes to the kernel at once, in order, and the writer waits when the kernel is behind: nothing is
 * lost, memory does not grow, and a long computation does not hold back what was printed before it.
 * @module
 */
import { Console } from "node:console";
import { writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { Writable } from "node:stream";

import { encodeFrame, type Report } from "../pipe.js";
import { Release } from "../release.js";
import { cellsRun, currentCell } from "./current.js";
import { userStacks } from "./frames.js";

const reportsPipe = 5;

type StreamName = "stdout" | "stderr";

const release = new Release({ busy: cellsRun });

/** Sends a report. The pipe blocks, so one call writes all; an interrupt between two calls would tear the frame. */
export function report(message: Report): void {
  const bytes = encodeFrame(message);
  let written = 0;
  while (written < bytes.byteLength) written += writeSync(reportsPipe, bytes, written);
  release.passed(written);
}

function writeText(name: StreamName, text: string): void {
  if (text !== "") report({ type: "stream", name, cell: currentCell(), text: userStacks(text) });
}

type Done = (error?: Error | null) => void;

/** Stands for `process.stdout` or `process.stderr`. */
class CellStream extends Writable {
  readonly #name: StreamName;
  readonly #decoder = new StringDecoder("utf8");
  readonly fd: number;
  readonly isTTY = false;
  readonly columns = 120;

  constructor(name: StreamName) {
    super();
    this.#name = name;
    this.fd = name === "stdout" ? 1 : 2;
  }

  /** Not by way of `_write`: an interrupt in the middle would leave the stream waiting for the end of that write. */
  override write(chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean {
    const callback = typeof encoding === "function" ? encoding : done;
    writeText(this.#name, typeof chunk === "string" ? chunk : this.#decoder.write(Buffer.from(chunk)));
    if (callback !== undefined) process.nextTick(callback);
    return true;
  }
}

/** Puts our streams and a console that writes to them in place of Node's. */
export function captureOutput(): void {
  for (const name of ["stdout", "stderr"] as const) {
    Object.defineProperty(process, name, { value: new CellStream(name), configurable: true, enumerable: true });
  }
  const console = new Console({ stdout: process.stdout, stderr: process.stderr, colorMode: false });
  Object.defineProperty(globalThis, "console", { value: console, configurable: true, writable: true });
}
