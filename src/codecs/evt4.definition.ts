import { fault, field, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitBits, emitEvent, emitTrigger } from "./emit.js";
import { EvtClock, wrapTicks } from "./evt-clock.js";

/** EVT4 word types, bits 31 to 28 of a word. All others carry nothing that we read and are passed over. */
const type = { trigger: 0x9, off: 0xa, on: 0xb, vectorOff: 0xc, vectorOn: 0xd, timeHigh: 0xe } as const;

/**
 * Prophesee EVT4 in readable form: what the WebAssembly kernel is compared with.
 *
 * A stream of 32-bit words, laid out as those of EVT2 with other type numbers. Behind a vector word comes a word that
 * is a mask: bit i stands for an event at x + i. A fall of TIME_HIGH by half of its range is a wrap.
 *
 * Source: `evt4_event_types.h` and `evt4_decoder.h` of OpenEB (Apache-2.0).
 */
export function evt4Definition(block: DecodeBlock): DecodeKernel {
  const { bytes, state } = block;
  const view = new DataView(bytes.buffer);
  const clock = new EvtClock(block, wrapTicks.byHalf);

  return function decode() {
    while (state[field.position] + 4 <= state[field.end] && state[field.events] + 32 <= state[field.capacity]) {
      const at = state[field.position];
      const word = view.getUint32(at, true);
      const time = clock.base + BigInt((word >>> 22) & 63);
      const [x, y] = [(word >>> 11) & 0x7ff, word & 0x7ff];
      const kind = word >>> 28;
      let length = 4;
      switch (kind) {
        case type.off:
        case type.on:
          if (clock.started) emitEvent(block, time, x, y, kind & 1);
          break;
        case type.vectorOff:
        case type.vectorOn:
          length = 8;
          if (at + length > state[field.end]) return;
          if (clock.started) emitBits(block, time, view.getUint32(at + 4, true), x, y, kind & 1);
          break;
        case type.timeHigh:
          clock.setHigh(word & 0xfffffff);
          break;
        case type.trigger:
          if (clock.started && !emitTrigger(block, time, (word >>> 8) & 31, word & 1)) return;
      }
      state[field.position] += length;
      if (state[field.fault] !== fault.none) return;
    }
  };
}
