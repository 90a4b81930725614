/**
 * The kernel's side of the process with the compiler.
 *
 * That process can be given up: the compiler offers no way to stop in the middle of a type, so one that is busy for nobody
 * ends, and a new one is told what the cells have declared.
 * @module
 */
import { spawn, type ChildProcess } from "node:child_process";

import type { CellService, DeclaringCell, Prepared, Typecheck } from "./service.js";
import { compilerCommand, orderSnapshot } from "./snapshot.js";

type Method = "prepare" | "forget" | "complete" | "inspect" | "isComplete";
export interface CompilerOptions {
  readonly folder: string;
  readonly typecheck: Typecheck;
  /** What earlier cells have declared, when the process before this one was given up. */
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

/** A compiler that needs longer for a cell which was interrupted starts anew. */
const patience = 250;

/** A snapshot is made when the first cells have been served, in milliseconds after the start. */
const rest = 5_000;

export class Language {
  readonly #options: Omit<CompilerOptions, "cells">;
  #compiler: ChildProcess | undefined;
  /** Until one does not start from it. */
  #snapshots = true;
  /** In the order they were asked. */
  readonly #waiting = new Map<number, Waiting>();
  readonly #cells = new Map<number, DeclaringCell>();
  #questions = 0;

  constructor(options: Omit<CompilerOptions, "cells">) {
    this.#options = options;
    this.#compiler = this.#start();
    setTimeout(orderSnapshot, rest).unref();
  }

  /** Asks the compiler. Questions are answered in the order they are asked. */
  ask<Name extends Method>(method: Name, ...args: Parameters<CellService[Name]>): Promise<ReturnType<CellService[Name]>> {
    const question: Question = { id: ++this.#questions, method, args };
    if (method === "forget") this.#cells.clear();
    return new Promise((resolve, reject) => {
      this.#waiting.set(question.id, { question, resolve: resolve as (value: unknown) => void, reject });
      if (this.#compiler === undefined) this.#restart();
      else tell(this.#compiler, question);
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

  close(): void {
    const compiler = this.#compiler;
    this.#compiler = undefined;
    compiler?.kill("SIGKILL");
  }

  #restart(): void {
    const old = this.#compiler;
    this.#compiler = this.#start();
    for (const { question } of this.#waiting.values()) tell(this.#compiler, question);
    old?.kill("SIGKILL");
  }

  #start(): ChildProcess {
    const { args, cwd, env } = compilerCommand(this.#snapshots);
    const compiler = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "inherit", "inherit", "ipc"], serialization: "advanced" });
    let works = false;
    compiler.on("message", (answer: Answer) => {
      works = true;
      if (compiler === this.#compiler) this.#receive(answer);
    });
    const ended = (cause: string): void => {
      if (compiler !== this.#compiler) return;
      this.#compiler = undefined;
      if (!works && this.#snapshots) {
        this.#snapshots = false;
        this.#restart();
        return;
      }
      // The question that it was busy with would end the next one, too.
      const [first] = this.#waiting.values();
      this.#waiting.delete(first?.question.id ?? 0);
      if (this.#waiting.size > 0) this.#restart();
      first?.reject(new Error(`Its process ended (${cause}).`));
    };
    compiler.once("error", (error) => ended(error.message));
    compiler.once("exit", (code, signal) => ended(signal === null ? `exit code ${code}` : `signal ${signal}`));
    tell(compiler, { ...this.#options, cells: [...this.#cells.values()] });
    return compiler;
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

function tell(compiler: ChildProcess, message: CompilerOptions | Question): void {
  // One that has ended is noticed by its "exit".
  compiler.send(message, () => undefined);
}
