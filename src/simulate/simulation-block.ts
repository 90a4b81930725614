/**
 * The memory that a simulator works on: one block of state, the arrays of its pixels, and the columns of a batch.
 *
 * A kernel takes one picture, remembers the state of each pixel, lists the pixels that fire, and writes their events in
 * order of time as long as there is room. `wasm/assembly/simulate-block.ts` mirrors the fields.
 * @module
 */
import type { EventColumns, SensorSize } from "../events/schema.js";
import { Arena } from "../wasm/arena.js";
import { refuseLight, type Light } from "./light.js";

/** Index of each 32-bit field. Places are byte offsets into the arena. */
export const field = {
  pixels: 0,
  width: 1,
  /** 0: a byte a pixel, looked up in the table; 1: a float a pixel. */
  kind: 2,
  /** 1 when a picture held something other than 0 to 65535. */
  fault: 3,
  /** Length of the list of pixels that fire, and of those that noise makes fire. */
  active: 4,
  noisy: 5,
  /** Events of the pixel that fires most, and the first of them that is not written yet. */
  levels: 6,
  nextLevel: 7,
  events: 8,
  capacity: 9,
  /** What the random numbers of this step follow from. */
  seed: 10,
  step: 11,
  /** Of the slice of time that is being sorted; -1 before it was counted. And where in the list to go on. */
  sliceEvents: 12,
  resume: 13,
  light: 16,
} as const;

/** Index of each 64-bit float: times in microseconds, and the parameters of the model for this step. */
export const value = {
  from: 24,
  to: 25,
  /** v2e: 2π f Δt. ESIM: what is added before the logarithm. */
  filter: 26,
  leak: 27,
  leakJitter: 28,
  shot: 29,
  nominalOn: 30,
  nominalOff: 31,
  refractory: 32,
  sliceFrom: 33,
} as const;

/** Pixels that a kernel takes at a time, and events of one pixel in one step. */
const chunk = 2048;
const maxLevels = 65536;
/** Events that a batch holds at least. */
const batchEvents = 1 << 16;

/** Bytes a pixel: of a number of the model's state, and of an entry in the list of pixels that fire. */
export interface StateBytes {
  readonly number: 4 | 8;
  readonly active: 8 | 24;
}

export class SimulationBlock {
  readonly arena = new Arena();
  readonly offset: number;
  readonly state: Int32Array;
  readonly values: Float64Array;
  /** The picture, as bytes and as floats: the same memory. */
  readonly codes: Uint8Array;
  readonly floats: Float32Array;
  /** Log intensity of each byte: 256 values, 32 or 64 bits wide as the model wants them. */
  readonly tableFloats: Float32Array;
  readonly tableDoubles: Float64Array;
  readonly on: Float32Array | Float64Array;
  readonly off: Float32Array | Float64Array;
  readonly base: Float32Array | Float64Array;
  readonly last: Float64Array;
  readonly columns: EventColumns;

  constructor({ width, height }: SensorSize, bytes: StateBytes) {
    const { arena } = this;
    const pixels = width * height;
    const padded = (pixels + 7) & ~7;
    const capacity = Math.max(batchEvents, padded);
    this.offset = arena.alloc(320);
    const sizes = [
      4 * padded, 256 * 8, chunk * 8, chunk * 8, bytes.number * padded, bytes.number * padded, bytes.number * padded, bytes.number * padded, 8 * padded,
      bytes.active * padded, 8 * padded, 4 * maxLevels, 4 * maxLevels, 8 * capacity, 2 * capacity, 2 * capacity, capacity,
    ];
    const places = sizes.map((size) => arena.alloc(size));
    sizes.forEach((size, i) => arena.clear(places[i]!, size));
    const [light, table, , , base, , on, off, last, , , , , t, x, y, p] = places as [
      number, number, number, number, number, number, number, number, number, number, number, number, number, number, number, number, number,
    ];
    this.state = arena.i32(this.offset, 80);
    this.values = arena.f64(this.offset, 40);
    this.state.fill(0);
    this.state.set(places, field.light);
    this.state[field.pixels] = pixels;
    this.state[field.width] = width;
    this.state[field.capacity] = capacity;
    this.codes = arena.u8(light, pixels);
    this.floats = arena.f32(light, pixels);
    this.tableFloats = arena.f32(table, 256);
    this.tableDoubles = arena.f64(table, 256);
    const numbers = (place: number): Float32Array | Float64Array => (bytes.number === 4 ? arena.f32(place, padded) : arena.f64(place, padded));
    this.on = numbers(on);
    this.off = numbers(off);
    this.base = numbers(base);
    this.last = arena.f64(last, padded);
    this.columns = { t: arena.i64(t, capacity), x: arena.u16(x, capacity), y: arena.u16(y, capacity), p: arena.u8(p, capacity) };
  }

  /** Copies a picture to where the kernel reads it. */
  show({ data }: Light): void {
    const isFloats = data instanceof Float32Array;
    this.state[field.kind] = isFloats ? 1 : 0;
    if (isFloats) this.floats.set(data);
    else this.codes.set(data);
  }

  /** @throws TableError when the kernel met a value that is no intensity. */
  checkLight({ t, data }: Light): void {
    if (this.state[field.fault] === 0) return;
    this.state[field.fault] = 0;
    refuseLight(t, data);
  }

  /** The events written since the last call, copied; makes room for more. */
  take(): EventColumns {
    const count = this.state[field.events]!;
    const { t, x, y, p } = this.columns;
    this.state[field.events] = 0;
    return { t: t.slice(0, count), x: x.slice(0, count), y: y.slice(0, count), p: p.slice(0, count) };
  }
}
