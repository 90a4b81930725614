import { fault, field, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent, emitTrigger } from "./emit.js";
import { EvtClock, wrapTicks } from "./evt-clock.js";

/** EVT2 word types, bits 31 to 28 of a word. All others carry nothing that we read and are passed over. */
const type = { off: 0x0, on: 0x1, timeHigh: 0x8, trigger: 0xa } as const;

/**
 * Prophesee EVT2 in readable form: what the WebAssembly kernel is compared with.
 *
 * A stream of 32-bit words. TIME_HIGH gives bits 33 to 6 of the time, each event the lower 6 in its bits 27 to 22,
 * then x in bits 21 to 11 and y in bits 10 to 0. Nothing is emitted before the first TIME_HIGH. The clock wraps after
 * 4.8 hours; any other step back is delivered as it is.
 *
 * Source: Prophesee, "EVT 2.0 format"; the wrap as in the decoder of OpenEB.
 */
export function evt2Definition(block: DecodeBlock): DecodeKernel {
  const { bytes, state } = block;
  const view = new DataView(bytes.buffer);
  const clock = new EvtClock(block, wrapTicks.atTheEnd);

  return function decode() {
    while (state[field.position] + 4 <= state[field.end] && state[field.events] < state[field.capacity]) {
      const word = view.getUint32(state[field.position], true);
      const time = clock.base + BigInt((word >>> 22) & 63);
      const kind = word >>> 28;
      switch (kind) {
        case type.off:
        case type.on:
          if (clock.started) emitEvent(block, time, (word >>> 11) & 0x7ff, word & 0x7ff, kind);
          break;
        case type.timeHigh:
          clock.setHigh(word & 0xfffffff);
          break;
        case type.trigger:
          if (clock.started && !emitTrigger(block, time, (word >>> 8) & 31, word & 1)) return;
      }
      state[field.position] += 4;
      if (state[field.fault] !== fault.none) return;
    }
  };
}
