/**
 * Frames between the kernel and the process that runs the cells: one byte kind, four bytes length, body.
 *
 * Text of a stream travels as bytes, so that a long output is copied and not parsed.
 * @module
 */
import type { ErrorContent, JsonObject, MimeBundle } from "../../src/jupyter/index.js";

/** A cell as the child executes it. */
export interface RunnableCell {
  /** Counts executions of this kernel; names the script. */
  readonly id: number;
  /** What messages call it, such as `cell 3`. */
  readonly label: string;
  /** What the user typed. */
  readonly source: string;
  readonly javascript: string;
  /** Source map (JSON) from `javascript` to `source`. */
  readonly sourceMap: string;
  /** Characters that `javascript` was given before the first of the source. */
  readonly columnShift: number;
}

/** Kernel to child. */
export type Command = { readonly type: "execute"; readonly cell: RunnableCell };

export interface DisplayReport {
  readonly type: "display";
  readonly cell: number;
  readonly data: MimeBundle;
  readonly metadata: JsonObject;
  readonly displayId: string | undefined;
  readonly update: boolean;
}

/** Child to kernel. */
export type Report =
  | { readonly type: "ready" }
  | { readonly type: "stream"; readonly cell: number; readonly name: "stdout" | "stderr"; readonly text: string }
  | DisplayReport
  | { readonly type: "clear"; readonly cell: number; readonly wait: boolean }
  | { readonly type: "done"; readonly cell: number; readonly error?: ErrorContent; readonly result?: { readonly data: MimeBundle; readonly metadata: JsonObject } };

const kinds = { json: 0, stdout: 1, stderr: 2 } as const;
const headerBytes = 5;

export function encodeFrame(message: Command | Report): Buffer {
  const text = message.type === "stream" ? message.text : JSON.stringify(message);
  const before = message.type === "stream" ? headerBytes + 4 : headerBytes;
  const frame = Buffer.allocUnsafe(before + Buffer.byteLength(text));
  frame[0] = message.type === "stream" ? kinds[message.name] : kinds.json;
  frame.writeUInt32LE(frame.byteLength - headerBytes, 1);
  if (message.type === "stream") frame.writeUInt32LE(message.cell, headerBytes);
  frame.write(text, before);
  return frame;
}

function decodeBody(kind: number, body: Buffer): Command | Report {
  if (kind === kinds.json) return JSON.parse(body.toString());
  return { type: "stream", name: kind === kinds.stdout ? "stdout" : "stderr", cell: body.readUInt32LE(0), text: body.toString("utf8", 4) };
}

/** Collects chunks and gives the frames that are complete. */
export class FrameReader<Incoming extends Command | Report> {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #needed = headerBytes;

  *read(chunk: Buffer): Generator<Incoming> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
    while (this.#bytes >= this.#needed) {
      const buffer = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks, this.#bytes);
      this.#chunks = [buffer];
      this.#needed = headerBytes + buffer.readUInt32LE(1);
      if (this.#bytes < this.#needed) return;
      const message = decodeBody(buffer[0], buffer.subarray(headerBytes, this.#needed)) as Incoming;
      this.#chunks = [buffer.subarray(this.#needed)];
      this.#bytes -= this.#needed;
      this.#needed = headerBytes;
      yield message;
    }
  }
}
