/**
 * How events reach the WebAssembly kernels: in blocks that stay in the cache, while a canvas of cells stays in the arena.
 *
 * A canvas is zero when it is lent. A window with few events touches few of its cells; which tiles they lie in is noted,
 * and only those are copied out and cleared. So a short window costs what its events cost, and not what the sensor costs.
 * @module
 */
import type { EventTable } from "../events/table.js";
import { Arena, type Kernels } from "../wasm/arena.js";
import { gridData, type DataType } from "./grid-memory.js";
import type { GridData } from "./representation.js";

/** Columns and scratch of a block: a part of a usual second level cache. */
const blockBytes = 2 ** 18;
/** Room for columns, scratch and padding: the canvas begins behind it. */
const columnBytes = blockBytes + 4096;
/** An arena larger than this is given back to the system after its use. */
const keptBytes = 192 * 2 ** 20;
const tileShift = 12;
/** Taken and zeroed at once: in the cache. */
const takenBytes = 2 ** 18;

/** Kept between uses, for each new arena costs address space until it is collected. Its canvas is zero. */
let idle: Arena | undefined;

export interface CanvasOptions {
  /** Size of the canvas. */
  readonly bytes: number;
  /** Whether kernels need the times of events. Default false. */
  readonly time?: boolean;
  /** Bytes an event for the kernels' own use; the first four hold the address of the event's cell. Default 4. */
  readonly scratch?: number;
  /** The kernel writes addresses only where {@link Canvas.marks} asks for them, and needs no scratch otherwise. */
  readonly fused?: boolean;
  /** How far behind that address the bytes lie that the event changes. Default 0. */
  readonly reach?: number;
}

/** Offsets in the arena of the columns of some events. */
export interface Block {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly p: number;
  /** Four bytes an event: the address of its cell, when the visit is over. */
  readonly cells: number;
  /** The rest of the scratch: starts on a multiple of 16, for `padded` events. */
  readonly scratch: number;
  readonly events: number;
  /** Number of the first of them in the table. */
  readonly first: number;
}

export class Canvas {
  readonly kernels: Kernels;
  /** Offset in the arena of its first byte. */
  readonly offset: number;
  readonly #arena: Arena;
  readonly #bytes: number;
  readonly #events: EventTable;
  readonly #reach: number;
  readonly #tiles: number;
  readonly #marked: boolean;
  readonly #capacity: number;
  readonly #time: boolean;
  readonly #constants: number;
  readonly #columns: Omit<Block, "events" | "first">;
  #all = false;
  /** So many bytes of the canvas were taken, and zeroed where they were touched. */
  #taken = 0;

  constructor(arena: Arena, events: EventTable, { bytes, time = false, scratch = 4, fused = false, reach = 0 }: CanvasOptions) {
    this.#arena = arena;
    this.#events = events;
    this.#bytes = bytes;
    this.#reach = reach;
    this.kernels = arena.kernels;
    const columns = arena.alloc(columnBytes);
    this.#constants = arena.alloc(512 * 8);
    this.#marked = events.length * 8 < bytes;
    const scratchBytes = fused && !this.#marked ? 0 : scratch;
    this.#capacity = Math.floor(blockBytes / (5 + (time ? 8 : 0) + scratchBytes)) & ~7;
    const room = this.#capacity + 8;
    const t = columns;
    const x = t + (time ? room * 8 : 0);
    const y = x + room * 2;
    const p = y + room * 2;
    const cells = (p + room + 15) & ~15;
    this.#columns = { t, x, y, p, cells, scratch: (cells + room * 4 + 15) & ~15 };
    this.offset = arena.alloc(bytes + 16);
    // Behind the canvas, as clean as it is.
    this.#tiles = arena.alloc(this.#marked ? (bytes >> tileShift) + 2 : 0);
    this.#time = time;
  }

  /** Copies events [start, end) into the arena block by block and visits each. */
  blocks(visit: (block: Block) => void, start = 0, end = this.#events.length): void {
    if (end <= start) return;
    const { t, x, y, p, cells } = this.#columns;
    const events = this.#events;
    const room = this.#capacity + 8;
    const time = this.#arena.i64(t, this.#time ? room : 0);
    const columns = this.#arena.u16(x, room);
    const rows = this.#arena.u16(y, room);
    const polarities = this.#arena.u8(p, room);
    for (let first = start; first < end; first += this.#capacity) {
      const last = Math.min(first + this.#capacity, end);
      if (this.#time) time.set(events.t.subarray(first, last));
      columns.set(events.x.subarray(first, last));
      rows.set(events.y.subarray(first, last));
      polarities.set(events.p.subarray(first, last));
      visit({ ...this.#columns, events: last - first, first });
      if (this.#marked) this.kernels.markTiles(cells, last - first, this.offset, tileShift, this.#reach, this.#tiles);
    }
  }

  /** Numbers that a kernel of {@link convert} reads: their offset. At most 512. */
  constants(values: Float64Array): number {
    this.#arena.f64(this.#constants, values.length).set(values);
    return this.#constants;
  }

  /** Whether the addresses of cells are needed: where they are not, a kernel need not write them. */
  get marks(): boolean {
    return this.#marked;
  }

  /** Says that cells changed which no block names. */
  touchAll(): void {
    this.#all = true;
  }

  /** Byte ranges of the canvas, in order, outside of which all is zero. */
  touched(): (readonly [from: number, to: number])[] {
    if (!this.#marked || this.#all) return [[0, this.#bytes]];
    const count = (this.#bytes >> tileShift) + 1;
    const tiles = this.#arena.u8(this.#tiles, count);
    const ranges: [number, number][] = [];
    for (let tile = tiles.indexOf(1); tile >= 0; ) {
      let end = tiles.indexOf(0, tile);
      if (end < 0) end = count;
      ranges.push([tile << tileShift, Math.min(end << tileShift, this.#bytes)]);
      tile = tiles.indexOf(1, end);
    }
    return ranges;
  }

  #covers([[from, to] = [0, 0]]: readonly (readonly [number, number])[]): boolean {
    return from === 0 && to === this.#bytes;
  }

  /** The canvas as it is, or its first `length` values. What is taken is zero afterwards, since it is in the cache then. */
  take<Data extends GridData>(Type: DataType<Data>, length = this.#bytes / Type.BYTES_PER_ELEMENT): Data {
    const touched = this.touched();
    const result = gridData(Type, length, !this.#covers(touched));
    const bytes = new Uint8Array(result.buffer);
    for (const [from, to] of touched) {
      const end = Math.min(to, bytes.length);
      for (let at = from; at < end; at += takenBytes) {
        const cells = this.#arena.u8(this.offset + at, Math.min(takenBytes, end - at));
        bytes.set(cells, at);
        cells.fill(0);
      }
    }
    this.#taken = bytes.length;
    return result;
  }

  /**
   * A grid made from the canvas in pieces: `kernel` turns the cells of some pixels, `pixelBytes` each and whole pixels
   * only, into `perPixel` values each. What is not touched stays zero, unless `all`. The canvas is zero afterwards.
   */
  convert<Data extends GridData>(
    Type: DataType<Data>,
    { pixelBytes, perPixel, all = false }: { readonly pixelBytes: number; readonly perPixel: number; readonly all?: boolean },
    kernel: (from: number, to: number, pixels: number) => void,
  ): Data {
    const size = Type.BYTES_PER_ELEMENT * perPixel;
    const pixels = this.#bytes / pixelBytes;
    const touched = all ? [[0, this.#bytes] as const] : this.touched();
    const result = gridData(Type, pixels * perPixel, !this.#covers(touched));
    const bytes = new Uint8Array(result.buffer);
    // The columns have been used: their room takes the piece.
    const piece = this.#columns.t;
    const most = Math.floor(blockBytes / size) & ~3;
    let done = 0;
    for (const [from, to] of touched) {
      const end = Math.min(pixels, Math.ceil(to / pixelBytes));
      for (let first = Math.max(done, Math.floor(from / pixelBytes)); first < end; first += most) {
        const count = Math.min(most, end - first);
        kernel(this.offset + first * pixelBytes, piece, count);
        bytes.set(this.#arena.u8(piece, count * size), first * size);
        this.#arena.u8(this.offset + first * pixelBytes, count * pixelBytes).fill(0);
      }
      done = Math.max(done, end);
    }
    this.#taken = this.#bytes;
    return result;
  }

  /** Visits the number of each cell of `cellBytes` that may not be zero. */
  eachTouched(cellBytes: number, visit: (cell: number) => void): void {
    for (const [from, to] of this.touched()) {
      for (let cell = Math.floor(from / cellBytes); cell < to / cellBytes; cell++) visit(cell);
    }
  }

  /** The cells themselves, valid until the canvas is given back. */
  u32(): Uint32Array {
    return this.#arena.u32(this.offset, this.#bytes / 4);
  }
  i32(): Int32Array {
    return this.#arena.i32(this.offset, this.#bytes / 4);
  }
  f64(): Float64Array {
    return this.#arena.f64(this.offset, this.#bytes / 8);
  }

  /** Zeroes what was touched, and not taken. */
  clean(): void {
    for (const [from, to] of this.touched()) {
      const start = Math.max(from, this.#taken);
      if (to > start) this.#arena.u8(this.offset + start, to - start).fill(0);
    }
    this.#arena.u8(this.offset + this.#bytes, 16).fill(0);
    if (this.#marked) this.#arena.u8(this.#tiles, (this.#bytes >> tileShift) + 2).fill(0);
  }
}

/** Lends a canvas of zeroes for `events`. */
export function onCanvas<Result>(events: EventTable, options: CanvasOptions, use: (canvas: Canvas) => Result): Result {
  const arena = idle ?? new Arena();
  // Lost when `use` throws: its canvas may not be clean.
  idle = undefined;
  arena.reset();
  const canvas = new Canvas(arena, events, options);
  const result = use(canvas);
  if (arena.buffer.byteLength <= keptBytes) {
    canvas.clean();
    idle = arena;
  }
  return result;
}
