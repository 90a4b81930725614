/**
 * Worker threads that build grids: the main side.
 * @module
 */
import { Worker } from "node:worker_threads";
import { DeviceError } from "../errors.js";
import { columnsIn, eventBytes, unwritten } from "../events/memory.js";
import type { SensorSize } from "../events/schema.js";
import type { EventTable } from "../events/table.js";
import type { SensorWindow } from "../events/time.js";
import type { CacheOptions } from "./cache.js";
import { Grid } from "./grid.js";
import type { GridOrigin } from "./grid-file.js";
import type { GridLike } from "./representation.js";

/** What a worker is asked. Memory goes with it, and comes back. */
export interface BuildTask {
  readonly number: number;
  readonly representation: string;
  /** Holds columns as `columnsIn` finds them, of so many events and more. */
  readonly columns: ArrayBuffer;
  readonly events: number;
  readonly sensor: SensorSize;
  readonly origin: bigint;
  readonly window: SensorWindow;
  readonly cache: string | CacheOptions | undefined;
  /** For the grid, if it is of the right size. */
  readonly gridMemory: ArrayBuffer | undefined;
}
export type BuildAnswer =
  | { readonly number: number; readonly columns: ArrayBuffer; readonly grid: GridLike; readonly from: GridOrigin }
  | { readonly number: number; readonly error: string };

interface Waiting {
  readonly helper: Helper;
  readonly resolve: (grid: Grid) => void;
  readonly reject: (error: unknown) => void;
}

interface Helper {
  readonly worker: Worker;
  tasks: number;
}

/** A thread that is done with a task has the next at hand. */
const mostTasks = 2;

/** Threads that have nothing to do: to start one takes as long as to build some grids. They let the process end. */
const idle: Worker[] = [];
const mostIdle = 8;

export class Builders {
  readonly #helpers: readonly Helper[];
  readonly #representation: string;
  readonly #keeps: boolean;
  readonly #waiting = new Map<number, Waiting>();
  /** Memory for columns that no thread uses now. */
  readonly #columns: ArrayBuffer[] = [];
  #tasks = 0;
  #failed = false;

  /** @param keeps leaves the threads to whoever comes next: not where they have loaded a file that may change */
  constructor(count: number, representation: string, keeps: boolean) {
    this.#representation = representation;
    this.#keeps = keeps;
    const module = new URL("./builder.js", import.meta.url);
    this.#helpers = Array.from({ length: count }, () => {
      const worker = idle.pop() ?? new Worker(module);
      worker.removeAllListeners();
      worker.ref();
      worker.on("message", (answer: BuildAnswer) => {
        const waiting = this.#waiting.get(answer.number)!;
        this.#waiting.delete(answer.number);
        waiting.helper.tasks--;
        if ("error" in answer) {
          waiting.reject(new DeviceError({ where: `${representation} in a worker`, expected: "a grid", received: answer.error }));
          return;
        }
        this.#columns.push(answer.columns);
        waiting.resolve(new Grid(answer.grid, answer.from));
      });
      const failed = (cause: unknown) => {
        this.#failed = true;
        const error = new DeviceError({ where: "worker", expected: "grids", received: `its end: ${String(cause)}`, next: "Build without workers", cause });
        for (const { reject } of this.#waiting.values()) reject(error);
        this.#waiting.clear();
      };
      worker.on("error", failed);
      worker.on("exit", failed);
      return { worker, tasks: 0 };
    });
  }

  /** Whether a thread has less to do than it may. */
  get free(): boolean {
    return this.#helpers.some(({ tasks }) => tasks < mostTasks);
  }

  /** The grid of the events of a window; they are copied. `gridMemory` is given away. */
  build({ t, x, y, p, sensor, origin }: EventTable, window: SensorWindow, cache: string | CacheOptions | undefined, gridMemory: ArrayBuffer | undefined): Promise<Grid> {
    const columns = this.#memoryFor(t.length);
    const copies = columnsIn(columns, columns.byteLength / eventBytes);
    copies.t.set(t);
    copies.x.set(x);
    copies.y.set(y);
    copies.p.set(p);
    const number = this.#tasks++;
    const task: BuildTask = { number, representation: this.#representation, columns, events: t.length, sensor, origin, window, cache, gridMemory };
    const helper = this.#helpers.reduce((least, other) => (other.tasks < least.tasks ? other : least));
    helper.tasks++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { helper, resolve, reject });
      helper.worker.postMessage(task, gridMemory ? [columns, gridMemory] : [columns]);
    });
  }

  #memoryFor(events: number): ArrayBuffer {
    const used = this.#columns.pop();
    // Room for windows that have more, in columns of whole words.
    return used && used.byteLength >= eventBytes * events ? used : unwritten(eventBytes * 8 * Math.ceil((events * 1.25 + 1) / 8));
  }

  async close(): Promise<void> {
    const stays = this.#keeps && !this.#failed && this.#waiting.size === 0;
    for (const { worker } of this.#helpers) {
      worker.removeAllListeners();
      if (stays && idle.length < mostIdle) {
        worker.unref();
        const gone = () => void (idle.includes(worker) && idle.splice(idle.indexOf(worker), 1));
        worker.on("error", gone);
        worker.on("exit", gone);
        idle.push(worker);
      } else {
        worker.on("error", () => undefined);
        await worker.terminate();
      }
    }
  }
}
