/**
 * Passes of a kernel over the cells of a notebook.
 * @module
 */
import { setTimeout as delay } from "node:timers/promises";
import { CellError, KernelError } from "../errors.js";
import type { KernelClient } from "../jupyter/client.js";
import { cellTags, type Cell, type CodeCell, type Notebook } from "../jupyter/nbformat.js";
import type { RunOptions } from "./options.js";
import { asTerminal, Displays, OutputArea } from "./outputs.js";
import type { RunRecord } from "./record.js";

/** A failure and the cell it happened in; -1 when no cell is to blame. */
export interface Failure {
  readonly cell: number;
  readonly error: unknown;
}

/** Passes over the cells of a notebook in one kernel; displays of one pass may be updated by the next. */
export class CellRunner {
  readonly #client: KernelClient;
  readonly #options: RunOptions;
  readonly #displays = new Displays();

  constructor(client: KernelClient, options: RunOptions) {
    this.#client = client;
    this.#options = options;
  }

  /**
   * Executes the cells in order, but those to `skip`, until one fails; their outputs and records go into `notebook`
   * itself. `save` is called around every cell.
   */
  async run(notebook: Notebook, skip: (index: number) => boolean, record: RunRecord, save: () => void): Promise<Failure | undefined> {
    const { cells } = notebook;
    const { signal, onProgress } = this.#options;
    notebook.metadata["language_info"] = { ...this.#client.info.language_info };
    for (const [index, cell] of cells.entries()) {
      if (skip(index)) continue;
      signal?.throwIfAborted();
      onProgress?.({ cell: index, cells: cells.length, ...describe(cell) });
      record.startCell(cell);
      save();
      const outcome = cell.cell_type === "code" && cell.source.trim() !== "" ? await this.#code(cell, index, save) : undefined;
      record.endCell(cell, outcome ? "failed" : "completed");
      save();
      if (outcome === "exit") break;
      if (outcome) return { cell: index, error: outcome };
    }
    onProgress?.({ cell: cells.length, cells: cells.length });
    return undefined;
  }

  /** Undefined when the cell ran, "exit" when it asked for an orderly end, else the error. */
  async #code(cell: CodeCell, index: number, save: () => void): Promise<unknown> {
    const { signal, autosaveSeconds = 30, executionTimeout, onOutput } = this.#options;
    const mayFail = cellTags(cell).includes("raises-exception");
    const area = new OutputArea(cell, this.#displays);
    const autosave = autosaveSeconds > 0 ? setInterval(save, autosaveSeconds * 1000) : undefined;
    const limit = new Limit(executionTimeout, signal);
    try {
      const execution = this.#client.execute(cell.source, {
        stopOnError: !mayFail,
        onMessage: (message) => {
          const output = area.receive(message);
          if (output) onOutput?.(output, index);
        },
      });
      const { content } = await Promise.race([execution, limit.reached.then(() => interrupt(this.#client, execution))]);
      if (signal?.aborted) return signal.reason;
      cell.execution_count = content.execution_count ?? cell.execution_count;
      if (limit.expired) return this.#fail(cell, index, { ename: "CellTimeoutError", evalue: `the cell took longer than ${executionTimeout} s`, traceback: [] });
      if (content.status === "ok") return undefined;
      const error =
        content.status === "error"
          ? { ename: content.ename ?? "Error", evalue: content.evalue ?? "the kernel says no more", traceback: content.traceback ?? [] } // tslab sends none of them
          : { ename: "Aborted", evalue: "the kernel did not run the cell", traceback: [] };
      if (error.ename === "SystemExit" && (error.evalue === "" || error.evalue === "0")) return "exit";
      return mayFail ? undefined : this.#fail(cell, index, error);
    } catch (error) {
      if (signal?.aborted) return signal.reason;
      const { name, message } = error as Error;
      cell.outputs.push({ output_type: "error", ename: name, evalue: message, traceback: [`${name}: ${message}`] });
      return error;
    } finally {
      clearInterval(autosave);
      limit.stop();
      for (const output of cell.outputs) if (output.output_type === "stream") output.text = asTerminal(output.text);
    }
  }

  #fail(cell: CodeCell, cellIndex: number, error: Pick<CellError, "ename" | "evalue" | "traceback">): CellError {
    const { ename, evalue, traceback } = error;
    if (!cell.outputs.some((output) => output.output_type === "error" && output.ename === ename)) {
      cell.outputs.push({ output_type: "error", ename, evalue, traceback: traceback.length > 0 ? [...traceback] : [`${ename}: ${evalue}`] });
    }
    return new CellError({ where: `cell ${cellIndex + 1}, In [${cell.execution_count ?? "None"}]`, cellIndex, ename, evalue, traceback });
  }
}

/** The end of what a cell may take: its time, or the patience of the caller. */
class Limit {
  readonly reached: Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #expired = false;
  readonly #signal: AbortSignal | undefined;
  #onAbort = (): void => {};

  constructor(seconds: number | undefined, signal: AbortSignal | undefined) {
    this.#signal = signal;
    this.reached = new Promise((resolve) => {
      this.#onAbort = resolve;
      signal?.addEventListener("abort", this.#onAbort, { once: true });
      if (seconds !== undefined && seconds > 0) {
        this.#timer = setTimeout(() => {
          this.#expired = true;
          resolve();
        }, seconds * 1000);
      }
    });
  }

  get expired(): boolean {
    return this.#expired;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }
}

/** Interrupts until the cell ends, once a second for ten seconds: a kernel may miss one that comes before the cell runs. */
async function interrupt<Reply>(client: KernelClient, execution: Promise<Reply>): Promise<Reply> {
  const late = Symbol("late");
  for (let tries = 0; tries < 10; tries++) {
    const pause = delay(1_000, late, { ref: false });
    const ended = await Promise.race([execution, client.interrupt().then(() => pause), pause]);
    if (ended !== late) return ended as Reply;
  }
  throw new KernelError({ reason: "silent", where: "kernel", expected: "an end of the interrupted cell", received: "none within 10 s" });
}

function describe(cell: Cell): { description?: string } {
  const description = /papermill_description=(\S+)/.exec(cell.source)?.[1];
  return description === undefined ? {} : { description };
}
