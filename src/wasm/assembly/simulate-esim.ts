// One step of the ESIM pixel: the kernel of src/simulate/esim.definition.ts, operation for operation in 64-bit floats.
import { logarithm, outOfRange } from "./logarithm";
import * as B from "./simulate-block";

// An entry of the list of pixels that fire: pixel, signed count, then two floats: events k = 1, 2, … come a + k b after
// the start of the step.
const ENTRY: usize = 24;
// Microseconds that are sorted at a time.
const SLICE: i32 = 65536;

// What may be missing of a threshold, as a part of it.
const SHORT: f64 = 1e-9;

// Sets the reference and the last log intensity to a picture.
export function esimBegin(block: usize): void {
  const pixels = load<i32>(block, B.PIXELS);
  for (let first = 0; first < pixels; first += B.CHUNK) {
    const count = min(B.CHUNK, (pixels - first + 7) & ~7);
    readLogs(block, first, count);
    const bytes = <usize>count << 3;
    memory.copy(<usize>load<u32>(block, B.BASE) + (<usize>first << 3), load<u32>(block, B.LOGS), bytes);
    memory.copy(<usize>load<u32>(block, B.FILTERED) + (<usize>first << 3), load<u32>(block, B.LOGS), bytes);
  }
}

// Takes the next picture: lists the pixels that fire, and moves their references.
export function esimStep(block: usize): void {
  const pixels = load<i32>(block, B.PIXELS);
  store<i32>(block, 0, B.ACTIVE);
  store<i32>(block, -1, B.SLICE_EVENTS);
  store<i32>(block, 0, B.NEXT_LEVEL);
  store<i32>(block, 0, B.RESUME);
  store<f64>(block, 0, B.SLICE_FROM);
  for (let first = 0; first < pixels; first += B.CHUNK) {
    const count = min(B.CHUNK, (pixels - first + 7) & ~7);
    readLogs(block, first, count);
    detect(block, first, count);
    const previous = <usize>load<u32>(block, B.FILTERED) + (<usize>first << 3);
    memory.copy(previous, load<u32>(block, B.LOGS), <usize>count << 3);
  }
}

// ln(0.001 + I / 255) of a chunk.
function readLogs(block: usize, first: i32, count: i32): void {
  const logs = <usize>load<u32>(block, B.LOGS);
  if (load<i32>(block, B.KIND) === B.KIND_FLOATS) {
    const input = <usize>load<u32>(block, B.LIGHT) + (<usize>first << 2);
    const dark = f64x2.splat(load<f64>(block, B.FILTER));
    let bad = false;
    for (let i: usize = 0; i < <usize>count << 2; i += 16) {
      const light = v128.load(input + i);
      bad = bad || outOfRange(light);
      const low = f64x2.div(f64x2.promote_low_f32x4(light), f64x2.splat(255));
      const high = f64x2.div(f64x2.promote_low_f32x4(v128.shuffle<i64>(light, light, 1, 1)), f64x2.splat(255));
      v128.store(logs + (i << 1), logarithm(f64x2.add(dark, low)));
      v128.store(logs + (i << 1), logarithm(f64x2.add(dark, high)), 16);
    }
    if (bad) store<i32>(block, 1, B.FAULT);
    return;
  }
  const input = <usize>load<u32>(block, B.LIGHT) + <usize>first;
  const table = <usize>load<u32>(block, B.TABLE);
  for (let i: usize = 0; i < <usize>count; i++) {
    store<f64>(logs + (i << 3), load<f64>(table + (<usize>load<u8>(input + i) << 3)));
  }
}

// Lists the pixels whose log intensity passes a threshold on the line from the last picture to this one.
function detect(block: usize, first: i32, count: i32): void {
  const logs = <usize>load<u32>(block, B.LOGS);
  const offset = <usize>first << 3;
  const reference = <usize>load<u32>(block, B.BASE) + offset;
  const previous = <usize>load<u32>(block, B.FILTERED) + offset;
  const on = <usize>load<u32>(block, B.ON) + offset;
  const off = <usize>load<u32>(block, B.OFF) + offset;
  const duration = load<f64>(block, B.TO) - load<f64>(block, B.FROM);
  const pixels = load<i32>(block, B.PIXELS);
  const zero = f64x2.splat(0);
  const nearly = f64x2.splat(1e-7); // Lets all through that may have reached a threshold of up to 10.
  let entry = <usize>load<u32>(block, B.ACTIVE_LIST) + <usize>load<i32>(block, B.ACTIVE) * ENTRY;
  const start = entry;
  for (let i: usize = 0; i < <usize>count << 3; i += 16) {
    const moved = f64x2.sub(v128.load(logs + i), v128.load(reference + i));
    const threshold = v128.bitselect(v128.load(on + i), v128.load(off + i), f64x2.gt(moved, zero));
    let fires = i64x2.bitmask(f64x2.ge(f64x2.add(f64x2.abs(moved), nearly), threshold));
    while (fires) {
      const lane = <usize>ctz(fires) << 3;
      fires &= fires - 1;
      const pixel = first + <i32>((i + lane) >> 3);
      if (pixel >= pixels) break;
      const now = load<f64>(logs + i + lane);
      const before = load<f64>(previous + i + lane);
      const level = load<f64>(reference + i + lane);
      const up = now > level;
      const change = now - before;
      // At rest, or on the way back: only rounding can bring a pixel here.
      if (up ? change <= 0 : change >= 0) continue;
      const step = up ? load<f64>(on + i + lane) : load<f64>(off + i + lane);
      const times = min(<i32>Math.floor(Math.abs(now - level) / step + SHORT), B.MAX_LEVELS);
      if (times === 0) continue;
      const signedStep = up ? step : -step;
      store<i32>(entry, pixel);
      store<i32>(entry, up ? times : -times, 4);
      store<f64>(entry, ((level - before) * duration) / change, 8);
      store<f64>(entry, (signedStep * duration) / change, 16);
      store<f64>(reference + i + lane, level + <f64>times * signedStep);
      entry += ENTRY;
    }
  }
  store<i32>(block, load<i32>(block, B.ACTIVE) + <i32>((entry - start) / ENTRY), B.ACTIVE);
}

// Writes events in order of time, as long as there is room; true when none are left.
export function esimEmit(block: usize): bool {
  if (load<i32>(block, B.ACTIVE) === 0) return true;
  const length = Math.floor(load<f64>(block, B.TO) + 0.5) - Math.floor(load<f64>(block, B.FROM) + 0.5);
  while (load<f64>(block, B.SLICE_FROM) <= length) {
    const bins = <i32>Math.min(<f64>SLICE, length - load<f64>(block, B.SLICE_FROM) + 1);
    if (load<i32>(block, B.SLICE_EVENTS) < 0) countBins(block, bins, length);
    if (!emitBins(block, bins, length)) return false;
    store<f64>(block, load<f64>(block, B.SLICE_FROM) + <f64>SLICE, B.SLICE_FROM);
    store<i32>(block, 0, B.NEXT_LEVEL);
    store<i32>(block, -1, B.SLICE_EVENTS);
  }
  return true;
}

// Whole microseconds from the start of the step, as times are rounded.
// @ts-ignore: decorator
@inline
function microsecond(time: f64, start: f64, length: f64): f64 {
  return Math.max(0, Math.min(length, Math.floor(time + 0.5) - start));
}

// Counts the events of each microsecond of the slice.
function countBins(block: usize, bins: i32, length: f64): void {
  const counts = <usize>load<u32>(block, B.COUNTS);
  memory.fill(counts, 0, <usize>bins << 2);
  store<i32>(block, 0, B.SLICE_EVENTS);
  visit(block, 0, bins, length, 0);
}

const COUNT: i32 = 0;
const PLACE: i32 = 1;
const APPEND: i32 = 2;

// Visits the events of some microseconds, pixel after pixel: counts them, writes each to the place of its microsecond,
// or appends it, as long as there is room for all of a pixel. Returns where in the list it stopped.
function visit(block: usize, firstBin: i32, endBin: i32, length: f64, what: i32): i32 {
  const list = <usize>load<u32>(block, B.ACTIVE_LIST);
  const active = load<i32>(block, B.ACTIVE);
  const from = load<f64>(block, B.FROM);
  const start = Math.floor(from + 0.5);
  const sliceFrom = load<f64>(block, B.SLICE_FROM);
  const low = sliceFrom + <f64>firstBin;
  const high = sliceFrom + <f64>endBin;
  const counts = <usize>load<u32>(block, B.COUNTS);
  const places = <usize>load<u32>(block, B.PLACES);
  const last = <usize>load<u32>(block, B.LAST);
  const refractory = load<f64>(block, B.REFRACTORY);
  const width = <u32>load<i32>(block, B.WIDTH);
  const xs = <usize>load<u32>(block, B.X);
  const ys = <usize>load<u32>(block, B.Y);
  const ps = <usize>load<u32>(block, B.P);
  const capacity = load<i32>(block, B.CAPACITY);
  let events = load<i32>(block, B.EVENTS);
  let row: u32 = 0;
  let rowStart: u32 = 0;
  let index = what === APPEND ? load<i32>(block, B.RESUME) : 0;
  for (; index < active; index++) {
    const entry = list + <usize>index * ENTRY;
    const pixel = load<u32>(entry);
    const signed = load<i32>(entry, 4);
    const times = abs(signed);
    if (what === APPEND && events + times > capacity) break;
    const a = load<f64>(entry, 8);
    const b = load<f64>(entry, 16);
    if (what !== COUNT) {
      while (pixel - rowStart >= width) {
        rowStart += width;
        row++;
      }
    }
    const x = <u16>(pixel - rowStart);
    const lastAt = last + (<usize>pixel << 3);
    let before = load<f64>(lastAt);
    for (let k = 1; k <= times; k++) {
      const time = from + (a + <f64>k * b);
      const bin = microsecond(time, start, length);
      if (bin < low) continue;
      if (bin >= high) break;
      if (refractory > 0) {
        if (!(time - before >= refractory)) continue;
        before = time;
      }
      const at = <usize>(bin - sliceFrom) << 2;
      if (what === COUNT) {
        store<u32>(counts + at, load<u32>(counts + at) + 1);
        continue;
      }
      let place: usize;
      if (what === PLACE) {
        place = <usize>load<u32>(places + at);
        store<u32>(places + at, <u32>place + 1);
      } else {
        place = <usize>events;
        events++;
      }
      store<u16>(xs + (place << 1), x);
      store<u16>(ys + (place << 1), <u16>row);
      store<u8>(ps + place, signed > 0 ? 1 : 0);
    }
    if (what !== COUNT && refractory > 0) store<f64>(lastAt, before);
  }
  if (what === APPEND) store<i32>(block, events, B.EVENTS);
  return index;
}

function emitBins(block: usize, bins: i32, length: f64): bool {
  const counts = <usize>load<u32>(block, B.COUNTS);
  const places = <usize>load<u32>(block, B.PLACES);
  const capacity = <u32>load<i32>(block, B.CAPACITY);
  const time = <i64>(Math.floor(load<f64>(block, B.FROM) + 0.5) + load<f64>(block, B.SLICE_FROM));
  let bin = load<i32>(block, B.NEXT_LEVEL);
  while (bin < bins) {
    const firstBin = bin;
    let events = <u32>load<i32>(block, B.EVENTS);
    const before = events;
    for (; bin < bins; bin++) {
      const count = load<u32>(counts + (<usize>bin << 2));
      if (count === 0) continue;
      if (events + count > capacity) break;
      store<u32>(places + (<usize>bin << 2), events);
      B.fillTimes(block, events, events + count, time + bin);
      events += count;
    }
    if (events > before) visit(block, firstBin, bin, length, PLACE);
    store<i32>(block, <i32>events, B.EVENTS);
    store<i32>(block, bin, B.NEXT_LEVEL);
    if (bin === bins) return true;
    if (load<u32>(counts + (<usize>bin << 2)) <= capacity) return false;
    // More events in one microsecond than a batch holds: they are in order as they come.
    if (events > 0) return false;
    const index = visit(block, bin, bin + 1, length, APPEND);
    B.fillTimes(block, 0, load<i32>(block, B.EVENTS), time + bin);
    const done = index === load<i32>(block, B.ACTIVE);
    store<i32>(block, done ? 0 : index, B.RESUME);
    if (!done) return false;
    bin++;
    store<i32>(block, bin, B.NEXT_LEVEL);
  }
  return true;
}
