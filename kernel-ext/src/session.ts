/**
 * The process that runs the cells, seen from the kernel. It can crash, exit or hang; the kernel lives on.
 * @module
 */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Duplex, Readable, Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import type { ErrorContent, JsonObject, MimeBundle } from "../../src/jupyter/index.js";
import { withHugePages } from "../../src/wasm/huge-pages.js";
import { Inspector, type InspectorEvent } from "./debugger/inspector.js";
import { plainError } from "./errors.js";
import { NativeLog } from "./native-log.js";
import { encodeFrame, FrameReader, type Answer, type Command, type CommFrame, type Report, type RunnableCell } from "./pipe.js";

export interface CellOutcome {
  readonly error?: ErrorContent;
  readonly result?: { readonly data: MimeBundle; readonly metadata: JsonObject };
}

/** What a cell shows while it runs, or later. */
export type Output = Exclude<Report, { type: "ready" | "started" | "done" | "handled" | "interrupted" }>;

interface SessionOptions {
  readonly onOutput: (output: Output) => void;
  readonly onLoss: () => void;
  readonly onInspectorEvent: (event: InspectorEvent) => void;
  /** Milliseconds after which a process that has not begun to work never will. */
  readonly startLimit?: number;
}

const childMain = fileURLToPath(new URL("./child/main.js", import.meta.url));
/** File descriptors of the child beside its own output. */
const pipes = { interrupt: 3, commands: 4, reports: 5, answers: 6, debug: 7 } as const;
/** An interrupt that shows no effect after this time goes to the processes that the cell started as well. */
const patience = 300;

export class Session {
  readonly #folder: string;
  readonly #onOutput: (output: Output) => void;
  readonly #onLoss: () => void;
  readonly #onInspectorEvent: (event: InspectorEvent) => void;
  readonly #startLimit: number;
  #child: ChildProcess;
  #inspector: Inspector | undefined;
  /** How each running cell ends: one of the main shell, one of each subshell. */
  readonly #running = new Map<number, (outcome: CellOutcome) => void>();
  /** Cells on their way to the child, which an interrupt would miss. */
  readonly #starting = new Set<number>();
  /** Those of them that are to be interrupted as soon as they have begun. */
  readonly #doomed = new Set<number>();
  /** How many interrupts were sent, and the last that has come to its end. */
  readonly #interrupts = { sent: 0, over: 0 };
  /** What an interrupt under way could hit in place of the cells it is meant for: it is sent when that is over. */
  readonly #held: (() => void)[] = [];
  /** Questions that are not answered yet: true for one that the child stands still for. */
  readonly #questions: boolean[] = [];
  /** Comm messages whose handlers have not returned yet. */
  readonly #handling = new Map<number, () => void>();
  /** The cell to which output of native code and of other processes belongs. */
  #lastCell = 0;
  #state: "starting" | "ready" | "failed" | "closed" = "starting";

  /** `onLoss` hears that the process has ended: variables are gone. */
  constructor(folder: string, { onOutput, onLoss, onInspectorEvent, startLimit = 30_000 }: SessionOptions) {
    this.#folder = folder;
    this.#startLimit = startLimit;
    this.#onOutput = onOutput;
    this.#onLoss = onLoss;
    this.#onInspectorEvent = onInspectorEvent;
    this.#child = this.#start();
  }

  /** Runs a cell to its end. One at a time in each shell. */
  async execute(cell: RunnableCell): Promise<CellOutcome> {
    this.#lastCell = cell.id;
    this.#tryAgain();
    const outcome = await new Promise<CellOutcome>((finish) => {
      this.#running.set(cell.id, finish);
      this.#starting.add(cell.id);
      this.#whenCalm(() => {
        if (this.#running.has(cell.id)) this.#command({ type: "execute", cell });
      });
    });
    // What other processes wrote before the end is in the pipe already; read it first.
    await nextTurn();
    await nextTurn();
    return outcome;
  }

  /** Stops the running cells and handlers; variables stay. */
  interrupt(): void {
    for (const cell of this.#starting) this.#doomed.add(cell);
    if (this.#running.size > this.#starting.size || this.#handling.size > 0) this.#sendInterrupt();
    // What keeps a cell from its start, such as a timer of an earlier one that loops, is stopped, too.
    else if (this.#state === "ready") {
      const insist = (): void => {
        if (this.#doomed.size > 0) this.#sendInterrupt();
      };
      setTimeout(insist, patience).unref();
    }
  }

  #sendInterrupt(): void {
    const number = ++this.#interrupts.sent;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(number);
    // A child that stands still for an answer would not notice.
    while (this.#questions.length > 0) this.answer({ type: "answer", refused: "The question was interrupted." });
    this.#pipe<Writable>(pipes.interrupt).write(bytes);
    setTimeout(() => {
      if (this.#interrupts.over < number) interruptChildren(this.#child.pid);
    }, patience).unref();
  }

  /** No interrupt is under way. */
  get #calm(): boolean {
    return this.#interrupts.over === this.#interrupts.sent;
  }

  #whenCalm(send: () => void): void {
    if (this.#calm) send();
    else this.#held.push(send);
  }

  #interrupted(number: number): void {
    this.#interrupts.over = number;
    if (!this.#calm) return;
    // It has unwound their handlers.
    for (const cell of this.#handling.keys()) this.#handled(cell);
    for (const send of this.#held.splice(0)) send();
  }

  /** Hands a comm message to the child; resolves when its handlers have returned, or the child has ended. */
  async handle(message: CommFrame): Promise<void> {
    this.#tryAgain();
    await new Promise<void>((handled) => {
      this.#whenCalm(() => {
        this.#handling.set(message.cell, handled);
        this.#command(message);
      });
    });
  }

  /** Answers the oldest question; false when nothing was asked. */
  answer(answer: Answer): boolean {
    const waits = this.#questions.shift();
    if (waits === undefined) return false;
    if (waits) this.#pipe<Writable>(pipes.answers).write(encodeFrame(answer));
    else this.#whenCalm(() => this.#command(answer));
    return true;
  }

  /** The inspector of the process that runs the cells now. */
  get inspector(): Inspector {
    this.#inspector ??= new Inspector(this.#pipe<Duplex>(pipes.debug), (event) => this.#onInspectorEvent(event));
    return this.#inspector;
  }

  close(): void {
    this.#state = "closed";
    this.#child.kill("SIGKILL");
  }

  /** What kept the process from its start may have been mended since. */
  #tryAgain(): void {
    if (this.#state === "failed") this.#child = this.#start();
  }

  #start(): ChildProcess {
    this.#state = "starting";
    // The flag keeps Node alive when an interrupt unwinds through a callback.
    const child = spawn(process.execPath, ["--no-force-async-hooks-checks", "--disable-warning=ExperimentalWarning", childMain], {
      cwd: this.#folder,
      env: withHugePages(),
      stdio: ["ignore", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe", "pipe"],
    });
    for (const stream of child.stdio) stream?.on("error", () => undefined);
    let complaint = "";
    const native = new NativeLog();
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        if (this.#state === "starting") complaint = (complaint + text).slice(-2000);
        const { output, log } = name === "stderr" ? native.sift(text) : { output: text, log: "" };
        if (output !== "") this.#onOutput({ type: "stream", cell: this.#lastCell, name, text: output });
        if (log !== "") process.stderr.write(log);
      });
    }
    const late = setTimeout(() => {
      if (child !== this.#child || this.#state !== "starting") return;
      complaint += `It gave no sign of life for ${this.#startLimit / 1000} s.`;
      child.kill("SIGKILL");
    }, this.#startLimit).unref();
    const reader = new FrameReader<Report>();
    (child.stdio.at(pipes.reports) as Readable).on("data", (chunk: Buffer) => {
      for (const report of reader.read(chunk)) this.#receive(report);
    });
    child.once("error", (error) => this.#ended(child, error.message, existsSync(this.#folder) ? "" : `The folder ${this.#folder} is gone.`));
    child.once("exit", (code, signal) => {
      clearTimeout(late);
      // Its last output comes before "close", which a process that it has left behind may hold back for ever.
      const end = (): void => this.#ended(child, signal === null ? `exit code ${code}` : `signal ${signal}`, complaint);
      child.once("close", end);
      setTimeout(end, patience);
    });
    return child;
  }

  #receive(report: Report): void {
    if (report.type === "ready") this.#state = "ready";
    else if (report.type === "started") {
      this.#starting.delete(report.cell);
      if (this.#doomed.delete(report.cell)) this.#sendInterrupt();
    } else if (report.type === "interrupted") this.#interrupted(report.number);
    else if (report.type === "handled") this.#handled(report.cell);
    else if (report.type !== "done") {
      if (report.type === "ask") this.#questions.push(report.waits);
      this.#onOutput(report);
    } else this.#finish(report.cell, report);
  }

  #handled(cell: number): void {
    this.#handling.get(cell)?.();
    this.#handling.delete(cell);
  }

  #finish(cell: number, outcome: CellOutcome): void {
    const finish = this.#running.get(cell);
    for (const cells of [this.#running, this.#starting, this.#doomed]) cells.delete(cell);
    finish?.(outcome);
  }

  #ended(child: ChildProcess, cause: string, complaint: string): void {
    if (child !== this.#child || this.#state === "failed" || this.#state === "closed") return;
    const lost = this.#state === "ready";
    this.#inspector = undefined;
    this.#questions.length = 0;
    if (lost) this.#child = this.#start();
    // It would end again.
    else this.#state = "failed";
    for (const cell of this.#handling.keys()) this.#handled(cell);
    if (lost) this.#onLoss();
    const evalue = lost
      ? `The process that runs the cells ended (${cause}). A new one was started; variables are gone.`
      : `The process that runs the cells could not start (${cause}). The next cell tries again. ${complaint}`.trimEnd();
    const error = plainError({ ename: lost ? "ProcessEnded" : "ProcessNotStarted", evalue });
    if (this.#running.size > 0) for (const cell of this.#running.keys()) this.#finish(cell, { error });
    else this.#onOutput({ type: "stream", cell: this.#lastCell, name: "stderr", text: `${evalue}\n` });
    this.#interrupted(this.#interrupts.sent);
  }

  #command(command: Command): void {
    this.#pipe<Writable>(pipes.commands).write(encodeFrame(command));
  }

  #pipe<Kind>(fd: number): Kind {
    return this.#child.stdio[fd] as Kind;
  }
}

/** Sends SIGINT to all that a process has started, as a terminal does; a cell that waits in `execSync` then goes on. */
function interruptChildren(pid: number | undefined): void {
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter(Boolean);
      for (const child of children.map(Number)) {
        interruptChildren(child);
        process.kill(child, "SIGINT");
      }
    }
  } catch {
    // Not Linux, or they have ended.
  }
}
