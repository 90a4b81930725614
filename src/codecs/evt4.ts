/** Prophesee EVT4 RAW: 32-bit words behind a text header. The format is explained in `evt4.definition.ts`. */
import { evt4Definition } from "./evt4.definition.js";
import { rawCodec } from "./raw-codec.js";
import type { WordFormat } from "./word-decoder.js";

const format: WordFormat = {
  codec: "evt4",
  wordBytes: 4,
  longestWord: 8,
  kernel: "decodeEvt4",
  definition: evt4Definition,
  addressable: { width: 2048, height: 2048 },
  startsAnywhere: true,
};

export const evt4 = rawCodec("evt4", "Prophesee EVT4 RAW", () => format);
