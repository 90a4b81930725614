import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent, emitTrigger } from "./emit.js";

/** How the address of an event is laid out: the first registers of the kernel, in this order. */
export interface AddressLayout {
  /** 4 in AEDAT 2, 2 in AEDAT 1. */
  readonly addressBytes: 2 | 4;
  /** Records with one of these bits are no events (samples of the frame and of the inertial sensor). */
  readonly otherMask: number;
  /** Records with one of these bits are edges of the external input. */
  readonly triggerMask: number;
  readonly xShift: number;
  readonly xMask: number;
  /** x is this minus the field, for fields that count from the right; -1 for those that count from the left. */
  readonly xBase: number;
  readonly yShift: number;
  readonly yMask: number;
  readonly yBase: number;
  readonly pShift: number;
  /** 1 where a bit of 0 means on. */
  readonly pFlip: 0 | 1;
}

export function layoutRegisters(layout: AddressLayout): number[] {
  const { addressBytes, otherMask, triggerMask, xShift, xMask, xBase, yShift, yMask, yBase, pShift, pFlip } = layout;
  return [addressBytes, otherMask, triggerMask, xShift, xMask, xBase, yShift, yMask, yBase, pShift, pFlip];
}

/**
 * AEDAT 1 and 2 in readable form: what the WebAssembly kernel is compared with.
 *
 * An address, laid out as the camera has it, then the time in 32 bits of microseconds, both highest byte first. A step
 * of the clock back by half its range or more is a wrap. An edge of the external input is taken as rising.
 *
 * Source: the classes of the chips in jAER, as described there.
 */
export function aedat2Definition(block: DecodeBlock): DecodeKernel {
  const { bytes, state, longState } = block;
  const view = new DataView(bytes.buffer);
  let stamp: number | undefined;
  let base = 0n;

  return function decode() {
    const [addressBytes, otherMask, triggerMask, xShift, xMask, xBase, yShift, yMask, yBase, pShift, pFlip] = state.subarray(field.registers);
    const recordBytes = addressBytes + 4;
    while (state[field.position] + recordBytes <= state[field.end] && state[field.events] < state[field.capacity]) {
      const at = state[field.position];
      const address = addressBytes === 4 ? view.getUint32(at) : view.getUint16(at);
      const now = view.getUint32(at + addressBytes);
      const other = (address & otherMask) !== 0;
      const trigger = !other && (address & triggerMask) !== 0;
      if (trigger && state[field.triggers] === state[field.triggerCapacity]) return;
      state[field.position] += recordBytes;
      stamp ??= now;
      if (stamp - now >= 2 ** 31) base += 1n << 32n;
      stamp = now;
      if (other) continue;
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = base + BigInt(now);
        base = -BigInt(now);
      }
      const t = base + BigInt(now);
      if (trigger) {
        emitTrigger(block, t, 0, 1);
        continue;
      }
      const [x, y] = [(address >>> xShift) & xMask, (address >>> yShift) & yMask];
      const place = (from: number, value: number) => (from < 0 ? value : from - value) & 0xffff;
      emitEvent(block, t, place(xBase, x), place(yBase, y), ((address >>> pShift) & 1) ^ pFlip);
      if (state[field.fault] !== fault.none) return;
    }
  };
}
