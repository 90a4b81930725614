/** Prophesee EVT2 RAW: 32-bit words behind a text header. The format is explained in `evt2.definition.ts`. */
import { evt2Definition } from "./evt2.definition.js";
import { writeEvt2 } from "./evt2.writer.js";
import { rawCodec } from "./raw-codec.js";
import type { WordFormat } from "./word-decoder.js";

const format: WordFormat = {
  codec: "evt2",
  wordBytes: 4,
  kernel: "decodeEvt2",
  definition: evt2Definition,
  addressable: { width: 2048, height: 2048 },
  startsAnywhere: true,
};

export const evt2 = rawCodec("evt2", "Prophesee EVT2 RAW", () => format, writeEvt2);
