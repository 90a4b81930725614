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
  /** Runs in a subshell, beside the cell of the main shell. */
  readonly aside?: boolean;
  /** What messages call it, such as `cell 3`. */
  readonly label: string;
  /** What the user typed. */
  readonly source: string;
  readonly javascript: string;
  /** Source map (JSON) from `javascript` to `source`. */
  readonly sourceMap: string;
  /** Characters that `javascript` was given before the first of the source. */
  readonly columnShift: number;
  /** Modules that it imports; null for a name that is computed as it runs. */
  readonly imports: readonly (string | null)[];
}

/** What V8 calls the script of a cell. */
export function scriptName(cell: RunnableCell): string {
  return `evtlab-cell-${cell.id}.ts`;
}

/** A message of a comm: a channel between an object here and one in the front end. */
export interface CommFrame {
  readonly type: "comm";
  readonly step: "open" | "msg" | "close";
  readonly id: string;
  readonly target: string;
  /** Kernel to child: what output of the handlers belongs to. Child to kernel: the cell that sent it. */
  readonly cell: number;
  readonly data: JsonObject;
  readonly metadata: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

/** What a person typed, or why nobody was asked. */
export type Answer = { readonly type: "answer"; readonly value?: string; readonly refused?: string };

/** Kernel to child. */
export type Command = { readonly type: "execute"; readonly cell: RunnableCell } | CommFrame | Answer;

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
  /** The next JavaScript that runs is that of the cell: from now on an interrupt hits it and nothing else. */
  | { readonly type: "started"; readonly cell: number }
  | { readonly type: "stream"; readonly cell: number; readonly name: "stdout" | "stderr"; readonly text: string }
  | DisplayReport
  | { readonly type: "clear"; readonly cell: number; readonly wait: boolean }
  /** Asks the person at the front end. With `waits` the child stands still until the answer is in its pipe. */
  | { readonly type: "ask"; readonly cell: number; readonly prompt: string; readonly password: boolean; readonly waits: boolean }
  | CommFrame
  /** The handlers of a comm message have returned. */
  | { readonly type: "handled"; readonly cell: number }
  /** The interrupts up to this number have come to their end. */
  | { readonly type: "interrupted"; readonly number: number }
  | { readonly type: "done"; readonly cell: number; readonly error?: ErrorContent; readonly result?: { readonly data: MimeBundle; readonly metadata: JsonObject } };

const kinds = { json: 0, stdout: 1, stderr: 2, comm: 3 } as const;
const headerBytes = 5;

export function encodeFrame(message: Command | Report): Buffer {
  if (message.type === "stream") {
    const cell = Buffer.alloc(4);
    cell.writeUInt32LE(message.cell);
    return frame(kinds[message.name], [cell, Buffer.from(message.text)]);
  }
  if (message.type !== "comm") return frame(kinds.json, [Buffer.from(JSON.stringify(message))]);
  const { buffers, ...rest } = message;
  const parts = [Buffer.from(JSON.stringify(rest)), ...buffers];
  const lengths = Buffer.alloc(4 + 4 * parts.length);
  lengths.writeUInt32LE(parts.length);
  parts.forEach((part, i) => lengths.writeUInt32LE(part.byteLength, 4 + 4 * i));
  return frame(kinds.comm, [lengths, ...parts]);
}

function frame(kind: number, parts: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(headerBytes);
  header[0] = kind;
  header.writeUInt32LE(
    parts.reduce((bytes, part) => bytes + part.byteLength, 0),
    1,
  );
  return Buffer.concat([header, ...parts]);
}

function decodeBody(kind: number, body: Buffer): Command | Report {
  if (kind === kinds.json) return JSON.parse(body.toString());
  if (kind === kinds.comm) {
    const count = body.readUInt32LE(0);
    let at = 4 + 4 * count;
    const [json, ...buffers] = Array.from({ length: count }, (_, i) => {
      const start = at;
      at += body.readUInt32LE(4 + 4 * i);
      return body.subarray(start, at);
    });
    return { ...(JSON.parse(json.toString()) as Omit<CommFrame, "buffers">), buffers: buffers.map((bytes) => Uint8Array.from(bytes)) };
  }
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
      this.#bytes -= this.#needed;
      // Nothing left is nothing kept: an empty part would hold all of the memory that it is a part of.
      this.#chunks = this.#bytes === 0 ? [] : [buffer.subarray(this.#needed)];
      this.#needed = headerBytes;
      yield message;
    }
  }
}
