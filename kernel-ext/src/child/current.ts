/**
 * Which cell does this output belong to? Late output of a timer belongs to the cell that set it.
 *
 * Node's AsyncLocalStorage would answer that, but one use of it makes the next interrupt abort the process. So timers
 * are wrapped: the cell is current from a callback to the end of the same turn of the event loop.
 * @module
 */
import { promisify } from "node:util";

const native = { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate };
type Timer = NodeJS.Timeout | NodeJS.Immediate;
type Callback = (...args: unknown[]) => unknown;

let running = 0;
let current = 0;
const timers = new Map<Timer, number>();

/** The cell to which output belongs now. */
export function currentCell(): number {
  return current;
}

/** From now on output belongs to this cell. */
export function enterCell(cell: number): void {
  running = current = cell;
}

const unfinished = new Set<number>();

/** A cell begins or ends. */
export function markRunning(cell: number, runs: boolean): void {
  if (runs) unfinished.add(cell);
  else unfinished.delete(cell);
}

/** True while any cell has not come to its end. */
export function cellsRun(): boolean {
  return unfinished.size > 0;
}

/** Runs `work` now; what it writes before the end of this turn belongs to `cell`. */
export function inCell(cell: number, work: () => void): void {
  current = cell;
  native.setImmediate(() => {
    current = running;
  });
  work();
}

/** Stops the timers that the cell has started. */
export function clearTimers(cell: number): void {
  for (const [timer, owner] of timers) {
    if (owner !== cell) continue;
    native.clearTimeout(timer as NodeJS.Timeout);
    native.clearImmediate(timer as NodeJS.Immediate);
    timers.delete(timer);
  }
}

/** A timer that belongs to no cell. */
export function later(work: () => void, milliseconds: number): void {
  native.setTimeout(work, milliseconds);
}

/** Runs in a task of its own, outside every cell. */
export function inFreshTask(work: () => void): void {
  native.setImmediate(outsideQueues(work));
}

/**
 * Node's queues of immediates and intervals take no harm when an interrupt unwinds `callback`: it runs between two of them.
 * One that is unwound inside would be found destroyed at the head of the queue, and Node would fail on it for ever.
 */
function outsideQueues(callback: Callback): Callback {
  return function (this: unknown, ...args: unknown[]) {
    process.nextTick(() => callback.apply(this, args));
  };
}

function owned(callback: Callback, cell: number, once: () => Timer | undefined): Callback {
  return outsideQueues(function (this: unknown, ...args: unknown[]) {
    const timer = once();
    if (timer !== undefined) timers.delete(timer);
    inCell(cell, () => callback.apply(this, args));
  });
}

/** Replaces the global timer functions. */
export function wrapTimers(): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const start = native[name] as (callback: Callback, ...rest: unknown[]) => Timer;
    const wrapped = (callback: Callback, ...rest: unknown[]): Timer => {
      if (typeof callback !== "function") return start(callback, ...rest);
      const timer: Timer = start(owned(callback, current, () => (name === "setInterval" ? undefined : timer)), ...rest);
      timers.set(timer, current);
      return timer;
    };
    const promised = (native[name] as { [promisify.custom]?: unknown })[promisify.custom];
    if (promised !== undefined) Object.defineProperty(wrapped, promisify.custom, { value: promised });
    Object.defineProperty(globalThis, name, { value: wrapped, writable: true, configurable: true });
  }
  for (const name of ["clearTimeout", "clearInterval", "clearImmediate"] as const) {
    const clear = native[name] as (timer: unknown) => void;
    const wrapped = (timer: unknown): void => {
      timers.delete(timer as Timer);
      clear(timer);
    };
    Object.defineProperty(globalThis, name, { value: wrapped, writable: true, configurable: true });
  }
}
