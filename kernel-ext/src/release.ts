/**
 * Gives memory back after much output. V8 collects when it needs room and not when it has time, so a process that has
 * passed on a big value would keep its size for as long as it idles.
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const much = 16e6;
const quiet = 500;
// Not by the timers of cells, which belong to a cell.
const { setTimeout } = globalThis;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

export class Release {
  readonly #busy: () => boolean;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** While `busy` nothing is collected. */
  constructor(busy: () => boolean = () => false) {
    this.#busy = busy;
  }

  /** Counts what was passed on; collects after much of it, when nothing more has come for a moment. */
  passed(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < much) return;
    this.#timer ??= setTimeout(() => this.#collect(), quiet).unref();
    this.#timer.refresh();
  }

  #collect(): void {
    if (this.#busy()) {
      this.#timer?.refresh();
      return;
    }
    this.#bytes = 0;
    this.#timer = undefined;
    collect();
  }
}
