/** Prophesee EVT3 RAW: 16-bit words behind a text header. The format is explained in `evt3.definition.ts`. */
import { evt3GroupsDefinition } from "./evt3-groups.definition.js";
import { evt3Definition } from "./evt3.definition.js";
import { writeEvt3 } from "./evt3.writer.js";
import { rawCodec } from "./raw-codec.js";
import type { WordFormat } from "./word-decoder.js";

const words: WordFormat = {
  codec: "evt3",
  wordBytes: 2,
  kernel: "decodeEvt3",
  definition: evt3Definition,
  addressable: { width: 2048, height: 2048 },
  startsAnywhere: true,
  clock: { byte: 1, mask: 0xf0, value: 0x80 },
};

/** With `vectors: "group"`. */
const groups: WordFormat = { ...words, longestWord: 6, kernel: "decodeEvt3Groups", definition: evt3GroupsDefinition };

export const evt3 = rawCodec("evt3", "Prophesee EVT3 RAW", (_header, { vectors }) => (vectors === "group" ? groups : words), writeEvt3);
