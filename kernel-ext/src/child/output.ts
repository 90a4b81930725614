/**
 * What the cells write goes to the kernel in frames: coalesced, in order, and with the writer waiting when the kernel
 * is behind, so that nothing is lost and memory does not grow.
 * @module
 */
import { Console } from "node:console";
import { writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { Writable } from "node:stream";

import { encodeFrame, type Report } from "../pipe.js";
import { currentCell, inFreshTask } from "./current.js";

const reportsPipe = 5;
const chunkCharacters = 1 << 16;
const flushMilliseconds = 50;

type StreamName = "stdout" | "stderr";
let waiting: { name: StreamName; cell: number; parts: string[]; characters: number; since: number } | undefined;

/** Sends a report after all text that was written before it. */
export function report(message: Report): void {
  flush();
  writeFrame(message);
}

function writeFrame(message: Report): void {
  const bytes = encodeFrame(message);
  // The pipe blocks, so one call writes all; an interrupt between two calls would tear the frame.
  let written = 0;
  while (written < bytes.byteLength) {
    try {
      written += writeSync(reportsPipe, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

function flush(): void {
  if (waiting === undefined) return;
  const { name, cell, parts } = waiting;
  waiting = undefined;
  writeFrame({ type: "stream", name, cell, text: parts.join("") });
}

function writeText(name: StreamName, text: string): void {
  const cell = currentCell();
  if (waiting !== undefined && (waiting.name !== name || waiting.cell !== cell)) flush();
  if (waiting === undefined) {
    waiting = { name, cell, parts: [], characters: 0, since: performance.now() };
    inFreshTask(flush);
  }
  waiting.parts.push(text);
  waiting.characters += text.length;
  if (waiting.characters >= chunkCharacters || performance.now() - waiting.since > flushMilliseconds) flush();
}

/** Stands for `process.stdout` or `process.stderr`. */
class CellStream extends Writable {
  readonly #name: StreamName;
  readonly #decoder = new StringDecoder("utf8");
  readonly fd: number;
  readonly isTTY = false;
  readonly columns = 120;

  constructor(name: StreamName) {
    super({ decodeStrings: false });
    this.#name = name;
    this.fd = name === "stdout" ? 1 : 2;
  }

  override _write(chunk: string | Buffer, _encoding: BufferEncoding, done: () => void): void {
    writeText(this.#name, typeof chunk === "string" ? chunk : this.#decoder.write(chunk));
    done();
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
