/**
 * Interrupts of a cell unwind running code without its `finally`. What counts who is inside of something counts wrongly from
 * then on and is repaired; what would be damaged half done is not unwound.
 * @module
 */

const shared = globalThis as { [key: symbol]: unknown };
/** Shared by all copies of this package in a process. */
const repairs = (shared[Symbol.for("evtlab.unwound")] ??= new Set()) as Set<() => void>;
/** Shared with the thread of the kernel that interrupts. */
export const wholeCalls = (shared[Symbol.for("evtlab.whole")] ??= new Int32Array(new SharedArrayBuffer(8))) as Int32Array<SharedArrayBuffer>;
/** In `wholeCalls`: how many are under way, and whether an interrupt waits for their end (0 or 1). */
export const underWay = 0;
export const wanted = 1;

/** Calls `repair` after each interrupt, when none of the interrupted code runs any more. */
export function whenUnwound(repair: () => void): void {
  repairs.add(repair);
}

/** For the kernel: an interrupt has unwound a cell. */
export function repairUnwound(): void {
  Atomics.store(wholeCalls, underWay, 0);
  for (const repair of repairs) repair();
}

/** `work`, which no interrupt unwinds: that comes before its begin or after its end. For short calls that never wait. */
export function whole<Args extends readonly unknown[], Value>(work: (...args: Args) => Value): (...args: Args) => Value {
  return (...args) => {
    if (Atomics.add(wholeCalls, underWay, 1) === 0 && Atomics.load(wholeCalls, wanted) === 1) {
      Atomics.sub(wholeCalls, underWay, 1);
      // Here it comes.
      Atomics.wait(wholeCalls, wanted, 1, 2_000);
      Atomics.add(wholeCalls, underWay, 1);
    }
    try {
      return work(...args);
    } finally {
      Atomics.sub(wholeCalls, underWay, 1);
    }
  };
}
