/** Prophesee EVT2.1 RAW: 64-bit words behind a text header. The format is explained in `evt21.definition.ts`. */
import { FormatError } from "../errors.js";
import { evt21Definition, evt21Order } from "./evt21.definition.js";
import { writeEvt21 } from "./evt21.writer.js";
import { rawCodec } from "./raw-codec.js";
import { formatField, type TextHeader } from "./raw-header.js";
import type { WordFormat } from "./word-decoder.js";

const format = (order: keyof typeof evt21Order): WordFormat => ({
  codec: "evt21",
  wordBytes: 8,
  kernel: "decodeEvt21",
  definition: evt21Definition,
  // Behind those of the clock.
  registers: [0, 0, 0, 0, 0, 0, evt21Order[order]],
  addressable: { width: 2048, height: 2048 },
  startsAnywhere: true,
});

export const evt21 = rawCodec("evt21", "Prophesee EVT2.1 RAW", (header) => format(wordOrder(header).order), writeEvt21, (header) => wordOrder(header).assumptions);

/** Cameras of Prophesee with a number below this write the legacy order, and older software does not say so. */
const firstLittleSystem = 0x37;

/**
 * The order of the two halves of a word, as the header states it (`endianness=` in the format, or a line of its own) or,
 * as in OpenEB, by the number of the camera.
 */
function wordOrder({ fields }: TextHeader): { order: keyof typeof evt21Order; assumptions: string[] } {
  const stated = formatField(fields, "endianness") ?? fields["endianness"];
  if (stated === "little" || stated === "legacy") return { order: stated, assumptions: [] };
  if (stated !== undefined) {
    throw new FormatError({ where: "header of EVT2.1", expected: "endianness little or legacy", received: `"${stated}"` });
  }
  const system = Number(fields["system_ID"]);
  const order = system > 0 && system < firstLittleSystem ? "legacy" : "little";
  const reason = order === "legacy" ? `the camera has the number ${system}, so it is taken as legacy` : "it is taken as little";
  return { order, assumptions: [`The header does not say which half of a word comes first; ${reason}.`] };
}
