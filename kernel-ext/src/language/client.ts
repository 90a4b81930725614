/**
 * The kernel's side of the compiler thread.
 * @module
 */
import { Worker } from "node:worker_threads";

import type { CellService, Typecheck } from "./service.js";

type Method = "prepare" | "forget" | "complete" | "inspect" | "isComplete";
export interface WorkerOptions {
  readonly folder: string;
  readonly typecheck: Typecheck;
}
export interface Question {
  readonly id: number;
  readonly method: Method;
  readonly args: readonly unknown[];
}
export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: unknown;
}

export class Language {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();
  #questions = 0;

  constructor(options: WorkerOptions) {
    this.#worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: options,
      // Fewer collections while the libraries are read.
      resourceLimits: { maxYoungGenerationSizeMb: 96 },
    });
    this.#worker.on("message", ({ id, value, error }: Answer) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(value);
      else waiting?.reject(error);
    });
  }

  /** Asks the compiler. Questions are answered in the order they are asked. */
  ask<Name extends Method>(method: Name, ...args: Parameters<CellService[Name]>): Promise<ReturnType<CellService[Name]>> {
    const id = ++this.#questions;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#worker.postMessage({ id, method, args } satisfies Question);
    });
  }
}
