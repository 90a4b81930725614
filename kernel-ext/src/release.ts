/**
 * Gives memory back after much output. V8 collects when it needs room and not when it has time, so a process that has
 * passed on a big value would keep its size for as long as it idles.
 * @module
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const much = 16e6;
const quiet = 500;
/** A queue lets go of its buffers as its reader takes them, and tells nobody: one looks again. */
const again = { times: 10, after: 1_000 } as const;

interface ReleaseOptions {
  /** While it is true nothing is collected. */
  readonly busy?: () => boolean;
  /** What was passed on may lie in a queue of this process for a while. */
  readonly queued?: boolean;
}
// Not by the timers of cells, which belong to a cell.
const { setTimeout } = globalThis;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as (how?: { readonly type: "major"; readonly flavor: "last-resort" }) => void;
/**
 * From Node 22 on V8 keeps the pages of what it frees, some versions for ever, unless it is told that nothing is left.
 * The V8 of Node 20 knows no such words, and would collect the young generation alone.
 */
const how = Number.parseInt(process.versions.v8) < 12 ? undefined : ({ type: "major", flavor: "last-resort" } as const);

export class Release {
  readonly #busy: () => boolean;
  readonly #queued: boolean;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #left = 0;
  /** Bytes when nothing had been passed on. */
  readonly #atRest = bytesHeld();

  constructor({ busy = () => false, queued = false }: ReleaseOptions) {
    this.#busy = busy;
    this.#queued = queued;
  }

  /** Counts what was passed on; collects after much of it, when nothing more has come for a moment. */
  passed(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes < much) return;
    this.#left = again.times;
    this.#timer ??= setTimeout(() => this.#collect(), quiet).unref();
    this.#timer.refresh();
  }

  #collect(): void {
    if (this.#busy()) {
      this.#timer?.refresh();
      return;
    }
    this.#bytes = 0;
    collect(how);
    const held = this.#queued && bytesHeld() - this.#atRest > much;
    this.#timer = held && this.#left-- > 0 ? setTimeout(() => this.#collect(), again.after).unref() : undefined;
  }
}

function bytesHeld(): number {
  const { external, heapUsed } = process.memoryUsage();
  return external + heapUsed;
}
