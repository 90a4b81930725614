/**
 * The kernel's side of the compiler thread.
 *
 * The thread can be given up: the compiler offers no way to stop in the middle of a type, so a thread that is busy for
 * nobody ends, and a new one is told what the cells have declared.
 * @module
 */
import { Worker } from "node:worker_threads";

import type { CellService, DeclaringCell, Prepared, Typecheck } from "./service.js";

type Method = "prepare" | "forget" | "complete" | "inspect" | "isComplete";
export interface WorkerOptions {
  readonly folder: string;
  readonly typecheck: Typecheck;
  /** What earlier cells have declared, when the thread before this one was given up. */
  readonly cells: readonly DeclaringCell[];
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

interface Waiting {
  readonly question: Question;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A compiler that needs longer for a cell which was interrupted starts anew, which takes about as long. */
const patience = 250;

export class Language {
  readonly #options: Omit<WorkerOptions, "cells">;
  #worker: Worker | undefined;
  /** In the order they were asked. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #cells = new Map<number, DeclaringCell>();
  #questions = 0;

  constructor(options: Omit<WorkerOptions, "cells">) {
    this.#options = options;
    this.#worker = this.#start();
  }

  /** Asks the compiler. Questions are answered in the order they are asked. */
  ask<Name extends Method>(method: Name, ...args: Parameters<CellService[Name]>): Promise<ReturnType<CellService[Name]>> {
    const question: Question = { id: ++this.#questions, method, args };
    if (method === "forget") this.#cells.clear();
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.id, { question, resolve: resolve as (value: unknown) => void, reject });
      this.#worker ??= this.#start();
      this.#worker.postMessage(question);
    });
  }

  /** Nobody waits for the cell `id` any more. */
  giveUp(id: number): void {
    const asked = [...this.#waiting.values()].find(({ question: { method, args } }) => method === "prepare" && args[0] === id);
    if (asked === undefined) return;
    setTimeout(() => {
      if (this.#waiting.delete(asked.question.id)) this.#restart();
    }, patience).unref();
  }

  #restart(): void {
    const old = this.#worker;
    this.#worker = this.#start();
    for (const { question } of this.#waiting.values()) this.#worker.postMessage(question);
    void old?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: { ...this.#options, cells: [...this.#cells.values()] } satisfies WorkerOptions,
      // Fewer collections while the libraries are read.
      resourceLimits: { maxYoungGenerationSizeMb: 96 },
    });
    worker.on("message", (answer: Answer) => {
      if (worker === this.#worker) this.#receive(answer);
    });
    worker.on("error", (error) => {
      if (worker !== this.#worker) return;
      // The question that it was busy with would end the next one, too.
      const [first] = this.#waiting.values();
      this.#waiting.delete(first?.question.id ?? 0);
      this.#worker = undefined;
      if (this.#waiting.size > 0) this.#restart();
      first?.reject(error);
    });
    return worker;
  }

  #receive({ id, value, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    const { declares } = waiting?.question.method === "prepare" && error === undefined ? (value as Prepared) : {};
    if (declares !== undefined) this.#cells.set(declares.id, declares);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(error);
  }
}
