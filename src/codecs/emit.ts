/** How the TypeScript definitions of decoders write into their block. */
import { fault, field, longField, type DecodeBlock } from "../wasm/decode-block.js";

/** Writes one event, or notes the fault and returns false when it lies outside the sensor. */
export function emitEvent(block: DecodeBlock, t: bigint, x: number, y: number, p: number): boolean {
  const { state, longState } = block;
  if (x >= state[field.width]) return refuse(block, fault.x, x);
  if (y >= state[field.height]) return refuse(block, fault.y, y);
  state[field.xEnd] = Math.max(state[field.xEnd], x + 1);
  state[field.yEnd] = Math.max(state[field.yEnd], y + 1);
  const last = longState[longField.lastT];
  if (t < last) {
    state[field.backwardSteps]++;
    const step = BigInt.asIntN(64, last - t);
    if (step > longState[longField.largestBackward]) longState[longField.largestBackward] = step;
  }
  longState[longField.lastT] = t;
  const n = state[field.events]++;
  block.t[n] = t;
  block.x[n] = x;
  block.y[n] = y;
  block.p[n] = p;
  return true;
}

/** Writes one event for each set bit of a mask, or notes the fault and writes none when one lies outside the sensor. */
export function emitBits(block: DecodeBlock, t: bigint, mask: number, first: number, y: number, p: number): void {
  if (mask === 0) return;
  const events = block.state[field.events];
  if (!emitEvent(block, t, first + 31 - Math.clz32(mask), y, p)) return;
  block.state[field.events] = events;
  for (let bit = 0; bit < 32; bit++) {
    if ((mask >>> bit) & 1) emitEvent(block, t, first + bit, y, p);
  }
}

/** Writes one trigger edge, or returns false when there is no room for it. */
export function emitTrigger(block: DecodeBlock, t: bigint, id: number, p: number): boolean {
  const { state } = block;
  const n = state[field.triggers];
  if (n === state[field.triggerCapacity]) return false;
  block.triggerT[n] = t;
  block.triggerId[n] = id;
  block.triggerP[n] = p;
  state[field.triggers] = n + 1;
  return true;
}

function refuse({ state }: DecodeBlock, code: number, value: number): false {
  state[field.fault] = code;
  state[field.faultValue] = value;
  return false;
}
