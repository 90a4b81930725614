/** Prophesee EVT3 RAW: 16-bit words behind a text header. The format is explained in `evt3.definition.ts`. */
import { evt3Definition } from "./evt3.definition.js";
import { writeEvt3 } from "./evt3.writer.js";
import { rawCodec } from "./raw-codec.js";
import type { WordFormat } from "./word-decoder.js";

const format: WordFormat = {
  codec: "evt3",
  wordBytes: 2,
  kernel: "decodeEvt3",
  definition: evt3Definition,
  addressable: { width: 2048, height: 2048 },
};

export const evt3 = rawCodec(format, "Prophesee EVT3 RAW", writeEvt3);
