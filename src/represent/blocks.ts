/**
 * How events reach the WebAssembly kernels: in blocks that stay in the cache, while the grid stays in the arena.
 * @module
 */
import type { EventTable } from "../events/table.js";
import { Arena } from "../wasm/arena.js";

/** Columns and scratch of a block: half of a usual second level cache. */
const blockBytes = 2 ** 19;
/** An arena larger than this is given back to the system after its use. */
const keptBytes = 128 * 2 ** 20;

let idle: Arena | undefined;

/** Lends an empty arena: one is kept between uses, for each new one costs address space until it is collected. */
export function withArena<Result>(use: (arena: Arena) => Result): Result {
  const arena = idle ?? new Arena();
  idle = undefined;
  arena.reset();
  try {
    return use(arena);
  } finally {
    if (arena.buffer.byteLength <= keptBytes) idle = arena;
  }
}

/** Offsets in the arena of the columns of some events, which follow event number `first` of the table. */
export interface Block {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly p: number;
  readonly scratch: number;
  readonly events: number;
  /** `events` rounded up to a multiple of eight: as many elements as columns and scratch hold at least. */
  readonly padded: number;
  readonly first: number;
}

/**
 * Copies `events` into the arena block by block and visits each. The columns are padded, so that a kernel may read
 * eight events at a time; `scratch` is bytes an event for the kernel's own use; without `time`, `t` holds nothing.
 */
export function eachBlock(
  arena: Arena,
  events: EventTable,
  { time, scratch }: { readonly time: boolean; readonly scratch: number },
  visit: (block: Block) => void,
): void {
  const blockEvents = Math.floor(blockBytes / (5 + (time ? 8 : 0) + scratch));
  const capacity = Math.min(blockEvents, events.length) + 8;
  const at = {
    t: arena.alloc(time ? capacity * 8 : 0),
    x: arena.alloc(capacity * 2),
    y: arena.alloc(capacity * 2),
    p: arena.alloc(capacity),
    scratch: arena.alloc(capacity * scratch),
  };
  const t = arena.i64(at.t, time ? capacity : 0);
  const x = arena.u16(at.x, capacity);
  const y = arena.u16(at.y, capacity);
  const p = arena.u8(at.p, capacity);
  for (let first = 0; first < events.length; first += blockEvents) {
    const end = Math.min(first + blockEvents, events.length);
    if (time) t.set(events.t.subarray(first, end));
    x.set(events.x.subarray(first, end));
    y.set(events.y.subarray(first, end));
    p.set(events.p.subarray(first, end));
    const count = end - first;
    visit({ ...at, events: count, padded: (count + 7) & ~7, first });
  }
}
