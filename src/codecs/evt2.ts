/** Prophesee EVT2 RAW: 32-bit words behind a text header. The format is explained in `evt2.definition.ts`. */
import type { EventCodec } from "./codec.js";
import { evt2Definition } from "./evt2.definition.js";
import { writeEvt2 } from "./evt2.writer.js";
import { headerSensor, parseTextHeader, rawFormat, readTextHeader } from "./raw-header.js";
import type { WordFormat } from "./word-decoder.js";
import { readWords } from "./words.js";

const format: WordFormat = {
  codec: "evt2",
  wordBytes: 4,
  kernel: "decodeEvt2",
  definition: evt2Definition,
  addressable: { width: 2048, height: 2048 },
};

export const evt2: EventCodec = {
  name: "evt2",
  title: "Prophesee EVT2 RAW",
  sniff: (head) => rawFormat(parseTextHeader(head)) === "EVT2",
  async info(bytes) {
    const { fields } = await readTextHeader(bytes, "evt2");
    const { sensor, assumptions } = headerSensor(fields);
    return { format: "evt2", sensor, header: fields, assumptions };
  },
  async *read(bytes, options = {}) {
    const header = await readTextHeader(bytes, "evt2");
    const sensor = options.sensor ?? headerSensor(header.fields).sensor;
    yield* readWords(bytes, format, header.length, sensor, options);
  },
  write: writeEvt2,
};
