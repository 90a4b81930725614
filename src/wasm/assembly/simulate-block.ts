// The block that the simulator's kernels work on: the mirror of src/simulate/simulation-block.ts, which explains it.
export const PIXELS: usize = 0;
export const WIDTH: usize = 4;
export const KIND: usize = 8;
export const FAULT: usize = 12;
export const ACTIVE: usize = 16;
export const NOISY: usize = 20;
export const LEVELS: usize = 24;
export const NEXT_LEVEL: usize = 28;
export const EVENTS: usize = 32;
export const CAPACITY: usize = 36;
export const SEED: usize = 40;
export const STEP: usize = 44;
export const SLICE_EVENTS: usize = 48;
export const RESUME: usize = 52;

export const LIGHT: usize = 64;
export const TABLE: usize = 68;
export const LOGS: usize = 72;
export const LIGHTS: usize = 76;
export const BASE: usize = 80;
export const FILTERED: usize = 84;
export const ON: usize = 88;
export const OFF: usize = 92;
export const LAST: usize = 96;
export const ACTIVE_LIST: usize = 100;
export const NOISY_LIST: usize = 104;
export const COUNTS: usize = 108;
export const PLACES: usize = 112;
export const T: usize = 116;
export const X: usize = 120;
export const Y: usize = 124;
export const P: usize = 128;

export const FROM: usize = 192;
export const TO: usize = 200;
export const FILTER: usize = 208;
export const LEAK: usize = 216;
export const LEAK_JITTER: usize = 224;
export const SHOT: usize = 232;
export const NOMINAL_ON: usize = 240;
export const NOMINAL_OFF: usize = 248;
export const REFRACTORY: usize = 256;
export const SLICE_FROM: usize = 264;

export const KIND_FLOATS: i32 = 1;
// Pixels that the passes over a picture take at a time, so that what lies between them stays in the cache.
export const CHUNK: i32 = 2048;
// Events of one pixel in one step; what goes beyond stays for the next step.
export const MAX_LEVELS: i32 = 65535;

// Fills the times of events `first` to `end` of the batch.
export function fillTimes(block: usize, first: usize, end: usize, time: i64): void {
  let at = <usize>load<u32>(block, T) + (first << 3);
  const stop = <usize>load<u32>(block, T) + (end << 3);
  const both = i64x2.splat(time);
  for (; at + 16 <= stop; at += 16) v128.store(at, both);
  if (at < stop) store<i64>(at, time);
}
