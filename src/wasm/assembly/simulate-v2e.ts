// One step of the v2e pixel: the kernel of src/simulate/v2e.definition.ts, operation for operation in 32-bit floats.
import { logarithm, outOfRange } from "./logarithm";
import * as B from "./simulate-block";

// Sets the reference and the filter to a picture.
export function v2eBegin(block: usize): void {
  const pixels = load<i32>(block, B.PIXELS);
  for (let first = 0; first < pixels; first += B.CHUNK) {
    const count = min(B.CHUNK, (pixels - first + 7) & ~7);
    readLogs(block, first, count);
    const bytes = <usize>count << 2;
    memory.copy(<usize>load<u32>(block, B.BASE) + (<usize>first << 2), load<u32>(block, B.LOGS), bytes);
    memory.copy(<usize>load<u32>(block, B.FILTERED) + (<usize>first << 2), load<u32>(block, B.LOGS), bytes);
  }
}

// Takes the next picture: lists the pixels that fire and how often, and the pixels that noise makes fire.
export function v2eStep(block: usize): void {
  const pixels = load<i32>(block, B.PIXELS);
  store<i32>(block, 0, B.ACTIVE);
  store<i32>(block, 0, B.NOISY);
  store<i32>(block, 0, B.LEVELS);
  store<i32>(block, 0, B.NEXT_LEVEL);
  for (let first = 0; first < pixels; first += B.CHUNK) {
    const count = min(B.CHUNK, (pixels - first + 7) & ~7);
    readLogs(block, first, count);
    if (load<f64>(block, B.FILTER) > 0) lowPass(block, first, count);
    if (load<f64>(block, B.LEAK) > 0) leak(block, first, count);
    detect(block, first, count);
    if (load<f64>(block, B.SHOT) > 0) shotNoise(block, first, count);
  }
  countLevels(block);
}

// Log intensities of a chunk, and from 0 to 1 how bright it is.
function readLogs(block: usize, first: i32, count: i32): void {
  const logs = <usize>load<u32>(block, B.LOGS);
  const lights = <usize>load<u32>(block, B.LIGHTS);
  const needLights = load<f64>(block, B.FILTER) > 0 || load<f64>(block, B.SHOT) > 0;
  if (load<i32>(block, B.KIND) === B.KIND_FLOATS) {
    const input = <usize>load<u32>(block, B.LIGHT) + (<usize>first << 2);
    let bad = false;
    for (let i: usize = 0; i < <usize>count << 2; i += 16) {
      const light = v128.load(input + i);
      bad = bad || outOfRange(light);
      v128.store(logs + i, linLog(light));
    }
    if (bad) store<i32>(block, 1, B.FAULT);
    if (needLights) {
      for (let i: usize = 0; i < <usize>count << 2; i += 16) {
        v128.store(lights + i, f32x4.div(f32x4.add(v128.load(input + i), f32x4.splat(20)), f32x4.splat(275)));
      }
    }
    return;
  }
  const input = <usize>load<u32>(block, B.LIGHT) + <usize>first;
  const table = <usize>load<u32>(block, B.TABLE);
  for (let i: usize = 0; i < <usize>count; i++) {
    store<f32>(logs + (i << 2), load<f32>(table + (<usize>load<u8>(input + i) << 2)));
  }
  if (needLights) {
    for (let i: usize = 0; i < <usize>count; i += 4) {
      const codes = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(input + i)));
      const light = f32x4.convert_i32x4_u(codes);
      v128.store(lights + (i << 2), f32x4.div(f32x4.add(light, f32x4.splat(20)), f32x4.splat(275)));
    }
  }
}

// Linear up to 20, logarithmic above, rounded to 1e-8, then to a float.
function linLog(light: v128): v128 {
  const low = linLogPair(f64x2.promote_low_f32x4(light));
  const high = linLogPair(f64x2.promote_low_f32x4(v128.shuffle<i64>(light, light, 1, 1)));
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
function linLogPair(light: v128): v128 {
  const linear = f64x2.mul(light, f64x2.splat(0.14978661367769955)); // ln 20 / 20
  const log = logarithm(f64x2.max(light, f64x2.splat(20)));
  const chosen = v128.bitselect(linear, log, f64x2.le(light, f64x2.splat(20)));
  return f64x2.div(f64x2.nearest(f64x2.mul(chosen, f64x2.splat(1e8))), f64x2.splat(1e8));
}

// First order low pass whose bandwidth grows with the light.
function lowPass(block: usize, first: i32, count: i32): void {
  const logs = <usize>load<u32>(block, B.LOGS);
  const lights = <usize>load<u32>(block, B.LIGHTS);
  const filtered = <usize>load<u32>(block, B.FILTERED) + (<usize>first << 2);
  const rate = f32x4.splat(<f32>load<f64>(block, B.FILTER));
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < <usize>count << 2; i += 16) {
    const share = f32x4.min(f32x4.mul(v128.load(lights + i), rate), one);
    const kept = f32x4.mul(f32x4.sub(one, share), v128.load(filtered + i));
    const value = f32x4.add(kept, f32x4.mul(share, v128.load(logs + i)));
    v128.store(filtered + i, value);
    v128.store(logs + i, value);
  }
}

// The reference sinks, so that a pixel at rest fires on now and then.
function leak(block: usize, first: i32, count: i32): void {
  const base = <usize>load<u32>(block, B.BASE) + (<usize>first << 2);
  const on = <usize>load<u32>(block, B.ON) + (<usize>first << 2);
  const amount = f32x4.splat(<f32>load<f64>(block, B.LEAK));
  const jitter = f32x4.splat(<f32>load<f64>(block, B.LEAK_JITTER));
  const spread = f32x4.splat(<f32>0.23);
  const one = f32x4.splat(1);
  const seed = load<i32>(block, B.SEED);
  const step = load<i32>(block, B.STEP);
  for (let i = 0; i < count; i += 4) {
    const at = <usize>i << 2;
    const own = f32x4.add(one, f32x4.mul(spread, nearlyNormal(random(first + i, seed, 0))));
    const now = f32x4.sub(one, f32x4.mul(jitter, nearlyNormal(random(first + i, seed, step))));
    const rate = f32x4.mul(f32x4.mul(amount, own), now);
    v128.store(base + at, f32x4.sub(v128.load(base + at), f32x4.mul(rate, v128.load(on + at))));
  }
}

// Lists the pixels whose log intensity is a threshold or more away from their reference.
function detect(block: usize, first: i32, count: i32): void {
  const logs = <usize>load<u32>(block, B.LOGS);
  const offset = <usize>first << 2;
  const base = <usize>load<u32>(block, B.BASE) + offset;
  const on = <usize>load<u32>(block, B.ON) + offset;
  const off = <usize>load<u32>(block, B.OFF) + offset;
  const zero = f32x4.splat(0);
  let entry = <usize>load<u32>(block, B.ACTIVE_LIST) + (<usize>load<i32>(block, B.ACTIVE) << 3);
  const start = entry;
  for (let i: usize = 0; i < <usize>count << 2; i += 16) {
    const change = f32x4.sub(v128.load(logs + i), v128.load(base + i));
    const size = f32x4.abs(change);
    const threshold = v128.bitselect(v128.load(on + i), v128.load(off + i), f32x4.gt(change, zero));
    let fires = i32x4.bitmask(f32x4.ge(size, threshold));
    while (fires) {
      const lane = <usize>ctz(fires) << 2;
      fires &= fires - 1;
      const moved = load<f32>(logs + i + lane) - load<f32>(base + i + lane);
      const step = moved > 0 ? load<f32>(on + i + lane) : load<f32>(off + i + lane);
      // Doubles hold the quotient of two floats well enough that its floor is that of the exact quotient.
      const times = min(<i32>Math.floor(<f64>Mathf.abs(moved) / <f64>step), B.MAX_LEVELS);
      store<u32>(entry, <u32>first + <u32>((i + lane) >> 2));
      store<i32>(entry, moved > 0 ? times : -times, 4);
      entry += 8;
    }
  }
  store<i32>(block, load<i32>(block, B.ACTIVE) + <i32>((entry - start) >> 3), B.ACTIVE);
}

// Noise of photons and electrons, by the end of the step: fires either way and sets the reference to the present.
function shotNoise(block: usize, first: i32, count: i32): void {
  const logs = <usize>load<u32>(block, B.LOGS);
  const lights = <usize>load<u32>(block, B.LIGHTS);
  const offset = <usize>first << 2;
  const on = <usize>load<u32>(block, B.ON) + offset;
  const off = <usize>load<u32>(block, B.OFF) + offset;
  const shot = f32x4.splat(<f32>load<f64>(block, B.SHOT));
  const nominalOn = f32x4.splat(<f32>load<f64>(block, B.NOMINAL_ON));
  const nominalOff = f32x4.splat(<f32>load<f64>(block, B.NOMINAL_OFF));
  const one = f32x4.splat(1);
  const seed = load<i32>(block, B.SEED);
  const step = ~load<i32>(block, B.STEP);
  const pixels = load<i32>(block, B.PIXELS);
  const list = <usize>load<u32>(block, B.NOISY_LIST);
  let noisy = load<i32>(block, B.NOISY);
  for (let i = 0; i < count; i += 4) {
    const at = <usize>i << 2;
    const dark = f32x4.mul(shot, f32x4.sub(one, f32x4.mul(f32x4.splat(0.75), v128.load(lights + at))));
    const onBelow = i32x4.trunc_sat_f32x4_u(f32x4.div(f32x4.mul(dark, nominalOn), v128.load(on + at)));
    const offBelow = i32x4.trunc_sat_f32x4_u(f32x4.div(f32x4.mul(dark, nominalOff), v128.load(off + at)));
    const dice = random(first + i, seed, step);
    const onMask = i32x4.bitmask(i32x4.lt_u(v128.not(dice), onBelow));
    let fires = onMask | i32x4.bitmask(i32x4.lt_u(dice, offBelow));
    while (fires) {
      const lane = ctz(fires);
      fires &= fires - 1;
      const pixel = first + i + lane;
      if (pixel >= pixels) break;
      store<u32>(list + (<usize>noisy << 3), (<u32>pixel << 1) | ((onMask >> lane) & 1));
      store<f32>(list + (<usize>noisy << 3), load<f32>(logs + at + (<usize>lane << 2)), 4);
      noisy++;
    }
  }
  store<i32>(block, noisy, B.NOISY);
}

// The sum of four even bytes, mean 510 and standard deviation 147.8, as a number with mean 0 and deviation 1.
function nearlyNormal(words: v128): v128 {
  const bytes = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(words));
  return f32x4.mul(f32x4.sub(f32x4.convert_i32x4_s(bytes), f32x4.splat(510)), f32x4.splat(<f32>0.0067658));
}

// Four random words, a function of pixel, seed and step alone (Wellons' lowbias32 over a multiplicative hash).
function random(pixel: i32, seed: i32, step: i32): v128 {
  let x = i32x4.add(i32x4.splat(pixel), i32x4(0, 1, 2, 3));
  x = i32x4.mul(v128.xor(x, i32x4.splat(seed)), i32x4.splat(0x9e3779b1));
  x = i32x4.add(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(step));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 16)), i32x4.splat(0x7feb352d));
  x = i32x4.mul(v128.xor(x, i32x4.shr_u(x, 15)), i32x4.splat(0x846ca68b));
  return v128.xor(x, i32x4.shr_u(x, 16));
}

// Time of event number `level` of a pixel: the step is cut evenly by the pixel that fires most.
// @ts-ignore: decorator
@inline
function levelTime(from: f64, duration: f64, level: i32, levels: i32): f64 {
  return from + (<f64>(level + 1) * duration) / <f64>levels;
}

// Counts the events of each level, and moves the references by the thresholds that were passed.
function countLevels(block: usize): void {
  const list = <usize>load<u32>(block, B.ACTIVE_LIST);
  const end = list + (<usize>load<i32>(block, B.ACTIVE) << 3);
  const pixels = <u32>load<i32>(block, B.PIXELS);
  let levels = 0;
  for (let entry = list; entry < end; entry += 8) {
    if (load<u32>(entry) < pixels) levels = max(levels, abs(load<i32>(entry, 4)));
  }
  store<i32>(block, levels, B.LEVELS);
  const counts = <usize>load<u32>(block, B.COUNTS);
  memory.fill(counts, 0, <usize>(levels + 1) << 2);
  const from = load<f64>(block, B.FROM);
  const duration = load<f64>(block, B.TO) - from;
  const refractory = load<f64>(block, B.REFRACTORY);
  const slow = refractory > duration / <f64>levels;
  const base = <usize>load<u32>(block, B.BASE);
  const last = <usize>load<u32>(block, B.LAST);
  for (let entry = list; entry < end; entry += 8) {
    const pixel = load<u32>(entry);
    if (pixel >= pixels) continue;
    const signed = load<i32>(entry, 4);
    const times = abs(signed);
    let kept = times;
    if (slow) {
      kept = 0;
      let before = load<f64>(last + (<usize>pixel << 3));
      for (let level = 0; level < times; level++) {
        const time = levelTime(from, duration, level, levels);
        if (!(time - before > refractory)) continue;
        before = time;
        kept++;
        const count = counts + (<usize>level << 2);
        store<u32>(count, load<u32>(count) + 1);
      }
    } else {
      const count = counts + (<usize>times << 2);
      store<u32>(count, load<u32>(count) + 1);
    }
    const at = base + (<usize>pixel << 2);
    const thresholds = <usize>(signed > 0 ? load<u32>(block, B.ON) : load<u32>(block, B.OFF));
    const threshold = load<f32>(thresholds + (<usize>pixel << 2));
    const moved = <f32>kept * threshold;
    store<f32>(at, load<f32>(at) + (signed > 0 ? moved : -moved));
  }
  if (!slow) {
    // From how many pixels fire so often to how many fire so often or more.
    let more: u32 = 0;
    for (let level = levels - 1; level >= 0; level--) {
      more += load<u32>(counts + (<usize>(level + 1) << 2));
      store<u32>(counts + (<usize>(level + 1) << 2), more);
    }
    memory.copy(counts, counts + 4, <usize>levels << 2);
  }
}

// Writes events in order of time, as many levels as there is room for; true when none are left.
export function v2eEmit(block: usize): bool {
  const levels = load<i32>(block, B.LEVELS);
  const firstLevel = load<i32>(block, B.NEXT_LEVEL);
  const counts = <usize>load<u32>(block, B.COUNTS);
  const places = <usize>load<u32>(block, B.PLACES);
  const capacity = <u32>load<i32>(block, B.CAPACITY);
  const from = load<f64>(block, B.FROM);
  const duration = load<f64>(block, B.TO) - from;
  let events = <u32>load<i32>(block, B.EVENTS);
  let level = firstLevel;
  for (; level < levels; level++) {
    const count = load<u32>(counts + (<usize>level << 2));
    if (events + count > capacity) break;
    store<u32>(places + (<usize>level << 2), events);
    const time = <i64>Math.floor(levelTime(from, duration, level, levels) + 0.5);
    B.fillTimes(block, events, events + count, time);
    events += count;
  }
  if (level > firstLevel) {
    emitLevels(block, firstLevel, level);
    store<i32>(block, level, B.NEXT_LEVEL);
  }
  store<i32>(block, <i32>events, B.EVENTS);
  return level === levels && emitNoise(block);
}

function emitLevels(block: usize, firstLevel: i32, endLevel: i32): void {
  const list = <usize>load<u32>(block, B.ACTIVE_LIST);
  const end = list + (<usize>load<i32>(block, B.ACTIVE) << 3);
  const pixels = <u32>load<i32>(block, B.PIXELS);
  const places = <usize>load<u32>(block, B.PLACES);
  const width = <u32>load<i32>(block, B.WIDTH);
  const xs = <usize>load<u32>(block, B.X);
  const ys = <usize>load<u32>(block, B.Y);
  const ps = <usize>load<u32>(block, B.P);
  const last = <usize>load<u32>(block, B.LAST);
  const from = load<f64>(block, B.FROM);
  const duration = load<f64>(block, B.TO) - from;
  const levels = load<i32>(block, B.LEVELS);
  const refractory = load<f64>(block, B.REFRACTORY);
  const slow = refractory > duration / <f64>levels;
  let row: u32 = 0;
  let rowStart: u32 = 0;
  for (let entry = list; entry < end; entry += 8) {
    const pixel = load<u32>(entry);
    if (pixel >= pixels) break;
    const signed = load<i32>(entry, 4);
    while (pixel - rowStart >= width) {
      rowStart += width;
      row++;
    }
    const x = <u16>(pixel - rowStart);
    const stop = min(abs(signed), endLevel);
    const p: u8 = signed > 0 ? 1 : 0;
    const lastAt = last + (<usize>pixel << 3);
    for (let level = firstLevel; level < stop; level++) {
      if (slow) {
        const time = levelTime(from, duration, level, levels);
        if (!(time - load<f64>(lastAt) > refractory)) continue;
        store<f64>(lastAt, time);
      }
      const place = places + (<usize>level << 2);
      const at = <usize>load<u32>(place);
      store<u32>(place, <u32>at + 1);
      store<u16>(xs + (at << 1), x);
      store<u16>(ys + (at << 1), <u16>row);
      store<u8>(ps + at, p);
    }
    if (!slow && refractory > 0 && stop === abs(signed)) store<f64>(lastAt, levelTime(from, duration, stop - 1, levels));
  }
}

// Noise comes last, at the end of the step.
function emitNoise(block: usize): bool {
  const noisy = <u32>load<i32>(block, B.NOISY);
  if (noisy === 0) return true;
  const events = <u32>load<i32>(block, B.EVENTS);
  if (events + noisy > <u32>load<i32>(block, B.CAPACITY)) return false;
  const list = <usize>load<u32>(block, B.NOISY_LIST);
  const base = <usize>load<u32>(block, B.BASE);
  const width = <u32>load<i32>(block, B.WIDTH);
  const xs = <usize>load<u32>(block, B.X);
  const ys = <usize>load<u32>(block, B.Y);
  const ps = <usize>load<u32>(block, B.P);
  for (let i: u32 = 0; i < noisy; i++) {
    const entry = list + (<usize>i << 3);
    const pixel = load<u32>(entry) >> 1;
    const at = <usize>(events + i);
    store<u16>(xs + (at << 1), <u16>(pixel % width));
    store<u16>(ys + (at << 1), <u16>(pixel / width));
    store<u8>(ps + at, <u8>(load<u32>(entry) & 1));
    store<f32>(base + (<usize>pixel << 2), load<f32>(entry, 4));
  }
  B.fillTimes(block, events, events + noisy, <i64>Math.floor(load<f64>(block, B.TO) + 0.5));
  store<i32>(block, <i32>(events + noisy), B.EVENTS);
  store<i32>(block, 0, B.NOISY);
  return true;
}
