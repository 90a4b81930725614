import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent } from "./emit.js";

/** Value of the first register: how the first byte of an event is laid out. */
export const esLayout = { dvs: 0, atis: 1 } as const;

/**
 * Event Stream in readable form: what the WebAssembly kernel is compared with.
 *
 * An event is a byte, then x and y as 16-bit words. DVS: the byte is the time since the event before in bits 7 to 1 and
 * p in bit 0; 0xff adds 127 µs, 0xfe is a reset, which means nothing here. ATIS: time in bits 7 to 2, p in bit 1, and
 * bit 0 is set for a threshold crossing, which is half of a measurement of the exposure and no event; 0xfc to 0xff add
 * 0 to 3 times 63 µs.
 *
 * Source: the format description of event_stream, neuromorphicsystems.
 */
export function esDefinition(block: DecodeBlock): DecodeKernel {
  const { bytes, state, longState } = block;
  const view = new DataView(bytes.buffer);
  let now = 0n;

  return function decode() {
    const atis = state[field.registers] === esLayout.atis;
    while (state[field.position] < state[field.end] && state[field.events] < state[field.capacity]) {
      const at = state[field.position];
      const head = bytes[at];
      if (head >= (atis ? 0xfc : 0xfe)) {
        now += BigInt(atis ? (head & 3) * 63 : (head & 1) * 127);
        state[field.position]++;
        continue;
      }
      if (at + 5 > state[field.end]) return;
      state[field.position] += 5;
      now += BigInt(atis ? head >> 2 : head >> 1);
      if (atis && head & 1) continue;
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = now;
        now = 0n;
      }
      emitEvent(block, now, view.getUint16(at + 1, true), view.getUint16(at + 3, true), atis ? (head >> 1) & 1 : head & 1);
      if (state[field.fault] !== fault.none) return;
    }
  };
}
