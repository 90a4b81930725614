/**
 * Repairs after an interrupt of a cell: it unwinds running code without its `finally`, so that what counts who is inside
 * of something counts wrongly from then on.
 * @module
 */

/** Shared by all copies of this package in a process. */
const repairs = ((globalThis as { [key: symbol]: unknown })[Symbol.for("evtlab.unwound")] ??= new Set()) as Set<() => void>;

/** Calls `repair` after each interrupt, when none of the interrupted code runs any more. */
export function whenUnwound(repair: () => void): void {
  repairs.add(repair);
}

/** For the kernel: an interrupt has unwound a cell. */
export function repairUnwound(): void {
  for (const repair of repairs) repair();
}
