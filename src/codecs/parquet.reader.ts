/**
 * parquet-wasm in a thread of its own. A file that lies can bring its code to a trap in the middle of asynchronous work,
 * which nobody could catch and which would end the process; here it ends the thread.
 * @module
 */
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { ByteSource } from "../bytes/index.js";

/** What is known without reading any column. */
export interface ParquetSummary {
  /** Bytes of each row group, unpacked. */
  readonly groupBytes: readonly number[];
  readonly metadata: ReadonlyMap<string, string>;
  /** No rows, as an Arrow IPC stream: names and types of the columns. */
  readonly empty: Uint8Array;
}

interface ReadRequest {
  readonly rowGroups?: readonly number[];
  readonly limit?: number;
  readonly batchSize?: number;
}

/** Runs in the thread. Ranges of the file are asked for where it was opened. */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
const { ParquetFile } = require(workerData.library);
const waiting = new Map();
let asked = 0;
const blob = (start, end) => ({
  size: end - start, type: "",
  slice: (from = 0, to = end - start) => blob(start + from, Math.min(end, start + to)),
  arrayBuffer: () => new Promise((resolve) => { waiting.set(++asked, resolve); parentPort.postMessage({ range: asked, start, end }); }),
});
let file;
async function work({ open, read }) {
  if (open) {
    file = await ParquetFile.fromFile(blob(0, workerData.size));
    const groups = file.metadata().rowGroups().map((group) => group.totalByteSize());
    const empty = (await file.read({ limit: 0 })).intoIPCStream();
    return { groupBytes: groups, metadata: file.schema().metadata(), empty };
  }
  const table = await file.read(read);
  const batches = table.recordBatches().map((batch) => batch.intoIPCStream());
  // Its memory is not JavaScript's: nobody else would know in time that it is free.
  table.free();
  return batches;
}
parentPort.on("message", (message) => {
  if (message.bytes) { waiting.get(message.range)(message.bytes.buffer); waiting.delete(message.range); }
  else work(message).then((result) => parentPort.postMessage({ result }, Array.isArray(result) ? result.map(({ buffer }) => buffer) : []), (error) => parentPort.postMessage({ error: String(error?.message ?? error) }));
});
`;

export class ParquetThread {
  readonly #worker: Worker;
  #settle: { resolve: (value: unknown) => void; reject: (error: Error) => void } | undefined;
  #ended: Error | undefined;

  constructor(source: ByteSource, size: number) {
    this.#worker = new Worker(program, { eval: true, workerData: { library: createRequire(import.meta.url).resolve("parquet-wasm"), size }, stderr: true });
    this.#worker.on("error", (error) => this.#end(error as Error));
    this.#worker.on("exit", () => this.#end(new Error("the thread has ended")));
    this.#worker.on("message", (message: { range?: number; start: number; end: number; result?: unknown; error?: string }) => {
      if (message.range === undefined) {
        const settle = this.#settle;
        this.#settle = undefined;
        if (message.error === undefined) settle?.resolve(message.result);
        else settle?.reject(new Error(message.error));
        return;
      }
      const bytes = new Uint8Array(Math.max(0, message.end - message.start));
      source.read(bytes, message.start).then(
        (got) => {
          const read = got === bytes.length ? bytes : bytes.slice(0, got);
          this.#worker.postMessage({ range: message.range, bytes: read }, [read.buffer]);
        },
        (error: unknown) => this.#end(error as Error),
      );
    });
  }

  open(): Promise<ParquetSummary> {
    return this.#ask({ open: true }) as Promise<ParquetSummary>;
  }

  /** Arrow IPC streams, one a batch. */
  read(read: ReadRequest): Promise<Uint8Array[]> {
    return this.#ask({ read }) as Promise<Uint8Array[]>;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(message: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended) reject(this.#ended);
      this.#settle = { resolve, reject };
      this.#worker.postMessage(message);
    });
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#settle?.reject(this.#ended);
    this.#settle = undefined;
  }
}
