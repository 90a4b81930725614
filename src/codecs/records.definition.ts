import { fault, field, longField, type DecodeBlock, type DecodeKernel } from "../wasm/decode-block.js";
import { emitEvent } from "./emit.js";
import type { WordFormat } from "./word-decoder.js";

/** Where the fields of a record lie: t as int64 in microseconds, x and y as 16 bits, p as one or two bytes. */
export interface RecordLayout {
  readonly bytes: number;
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly p: number;
  readonly pBytes: 1 | 2;
  readonly pSigned: boolean;
  /** True if x and y are int16, whose negative values lie outside any sensor. */
  readonly signed: boolean;
}

/** The word format of events as records of one size, as HDF5 compounds and structured arrays of NumPy are. */
export function recordFormat(codec: string, layout: RecordLayout): WordFormat {
  const { bytes, t, x, y, p, pBytes, pSigned, signed } = layout;
  const end = signed ? 32768 : 65535;
  return {
    codec,
    wordBytes: bytes,
    kernel: "decodeRecords",
    definition: (block) => recordsDefinition(block, layout),
    registers: [bytes, t, x, y, p, 32 - 8 * pBytes, pSigned ? 0 : 1],
    addressable: { width: end, height: end },
  };
}

/** Events as records in readable form: what the WebAssembly kernel is compared with. A polarity above 0 is "on". */
function recordsDefinition(block: DecodeBlock, layout: RecordLayout): DecodeKernel {
  const { bytes, state, longState } = block;
  const view = new DataView(bytes.buffer);

  return function decode() {
    while (state[field.position] + layout.bytes <= state[field.end] && state[field.events] < state[field.capacity]) {
      const at = state[field.position];
      const stored = view.getBigInt64(at + layout.t, true);
      if (state[field.shiftWanted]) {
        state[field.shiftWanted] = 0;
        longState[longField.shift] = stored;
      }
      const t = BigInt.asIntN(64, stored - longState[longField.shift]);
      state[field.position] += layout.bytes;
      const word = layout.pBytes === 1 ? bytes[at + layout.p] << 8 : view.getUint16(at + layout.p, true);
      const p = layout.pSigned ? (word << 16) >> 16 : word;
      emitEvent(block, t, view.getUint16(at + layout.x, true), view.getUint16(at + layout.y, true), p > 0 ? 1 : 0);
      if (state[field.fault] !== fault.none) return;
    }
  };
}
