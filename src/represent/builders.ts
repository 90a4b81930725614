/**
 * Worker threads that build grids: the main side.
 * @module
 */
import { Worker } from "node:worker_threads";
import { DeviceError } from "../errors.js";
import type { EventColumns, SensorSize } from "../events/schema.js";
import type { EventTable } from "../events/table.js";
import type { SensorWindow } from "../events/time.js";
import type { CacheOptions } from "./cache.js";
import { Grid } from "./grid.js";
import type { GridOrigin } from "./grid-file.js";
import type { GridLike } from "./representation.js";

/** What a worker is asked: the columns are its own. */
export interface BuildTask {
  readonly number: number;
  readonly representation: string;
  readonly columns: EventColumns;
  readonly sensor: SensorSize;
  readonly origin: bigint;
  readonly window: SensorWindow;
  readonly cache: string | CacheOptions | undefined;
}
export type BuildAnswer =
  | { readonly number: number; readonly grid: GridLike; readonly from: GridOrigin }
  | { readonly number: number; readonly error: string };

interface Waiting {
  readonly resolve: (grid: Grid) => void;
  readonly reject: (error: unknown) => void;
}

/** Threads that have nothing to do: to start one takes as long as to build some grids. They let the process end. */
const idle: Worker[] = [];
const mostIdle = 8;

export class Builders {
  readonly #workers: readonly Worker[];
  readonly #representation: string;
  readonly #keeps: boolean;
  readonly #waiting = new Map<number, Waiting>();
  #tasks = 0;
  #failed = false;

  /** @param keeps leaves the threads to whoever comes next: not where they have loaded a file that may change */
  constructor(count: number, representation: string, keeps: boolean) {
    this.#representation = representation;
    this.#keeps = keeps;
    const module = new URL("./builder.js", import.meta.url);
    this.#workers = Array.from({ length: count }, () => {
      const worker = idle.pop() ?? new Worker(module);
      worker.removeAllListeners();
      worker.ref();
      worker.on("message", (answer: BuildAnswer) => {
        const waiting = this.#waiting.get(answer.number)!;
        this.#waiting.delete(answer.number);
        if ("error" in answer) {
          waiting.reject(new DeviceError({ where: `${representation} in a worker`, expected: "a grid", received: answer.error }));
        }
        else waiting.resolve(new Grid(answer.grid, answer.from));
      });
      const failed = (cause: unknown) => {
        this.#failed = true;
        const error = new DeviceError({ where: "worker", expected: "grids", received: `its end: ${String(cause)}`, next: "Build without workers", cause });
        for (const { reject } of this.#waiting.values()) reject(error);
        this.#waiting.clear();
      };
      worker.on("error", failed);
      worker.on("exit", failed);
      return worker;
    });
  }

  /** The grid of the events of a window; they are copied. */
  build({ t, x, y, p, sensor, origin }: EventTable, window: SensorWindow, cache: string | CacheOptions | undefined): Promise<Grid> {
    const columns = { t: t.slice(), x: x.slice(), y: y.slice(), p: p.slice() };
    const number = this.#tasks++;
    const task: BuildTask = { number, representation: this.#representation, columns, sensor, origin, window, cache };
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      this.#workers[number % this.#workers.length]!.postMessage(task, Object.values(columns).map(({ buffer }) => buffer));
    });
  }

  async close(): Promise<void> {
    const stays = this.#keeps && !this.#failed && this.#waiting.size === 0;
    for (const worker of this.#workers) {
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
