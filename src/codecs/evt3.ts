/** Prophesee EVT3 RAW: 16-bit words behind a text header. The format is explained in `evt3.definition.ts`. */
import type { EventCodec } from "./codec.js";
import { evt3Definition } from "./evt3.definition.js";
import { writeEvt3 } from "./evt3.writer.js";
import { headerSensor, parseTextHeader, rawFormat, readTextHeader } from "./raw-header.js";
import type { WordFormat } from "./word-decoder.js";
import { readWords } from "./words.js";

const format: WordFormat = {
  codec: "evt3",
  wordBytes: 2,
  kernel: "decodeEvt3",
  definition: evt3Definition,
  addressable: { width: 2048, height: 2048 },
};

export const evt3: EventCodec = {
  name: "evt3",
  title: "Prophesee EVT3 RAW",
  sniff: (head) => rawFormat(parseTextHeader(head)) === "EVT3",
  async info(bytes) {
    const { fields } = await readTextHeader(bytes, "evt3");
    const { sensor, assumptions } = headerSensor(fields);
    return { format: "evt3", sensor, header: fields, assumptions };
  },
  async *read(bytes, options = {}) {
    const header = await readTextHeader(bytes, "evt3");
    const sensor = options.sensor ?? headerSensor(header.fields).sensor;
    yield* readWords(bytes, format, header.length, sensor, options);
  },
  write: writeEvt3,
};
