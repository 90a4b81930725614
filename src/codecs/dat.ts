/**
 * Prophesee DAT: a text header, two bytes with type and size of an event, then events of 8 bytes. A file holds events of
 * pixels, or triggers.
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { DecodeError } from "../errors.js";
import type { EventCodec } from "./codec.js";
import { datDefinition } from "./dat.definition.js";
import { readDatTriggers } from "./dat.triggers.js";
import { writeDat } from "./dat.writer.js";
import { headerSensor, parseTextHeader, rawFormat, readTextHeader, type TextHeader } from "./raw-header.js";
import type { WordFormat } from "./word-decoder.js";
import { readWords } from "./words.js";

const format: WordFormat = {
  codec: "dat",
  wordBytes: 8,
  kernel: "decodeDat",
  definition: datDefinition,
  addressable: { width: 1 << 14, height: 1 << 14 },
  startsAnywhere: true,
};

/** Event types that the byte behind the header can name; the first two hold the same fields. */
const types: Readonly<Record<number, string>> = { 0: "2D events", 12: "CD events", 14: "triggers", 40: "flow" };

export const dat: EventCodec = {
  name: "dat",
  title: "Prophesee DAT",
  source: "Prophesee OpenEB (Apache-2.0)",
  endings: ["dat"],
  triggers: "apart",
  bookmarks: true,
  tail: true,
  sniff(head) {
    const header = parseTextHeader(head);
    return header.length > 0 && rawFormat(header) === undefined && head[header.length] in types && head[header.length + 1] === 8;
  },
  async info(bytes, options) {
    const { header } = await readHeader(bytes);
    const { sensor, assumptions } = headerSensor(header.fields);
    return { format: "dat", sensor, header: header.fields, assumptions: options?.sensor ? [] : assumptions };
  },
  async *read(bytes, options = {}) {
    const { header, start, triggers } = await readHeader(bytes);
    if (triggers) return yield* readDatTriggers(bytes, start, options);
    const sensor = options.sensor ?? headerSensor(header.fields).sensor;
    yield* readWords(bytes, format, start, sensor, options);
  },
  write: writeDat,
};

/** A file without a header is taken as legacy events from the first byte on. */
async function readHeader(bytes: ByteSource): Promise<{ header: TextHeader; start: number; triggers: boolean }> {
  const header = await readTextHeader(bytes, "dat");
  if (header.length === 0) return { header, start: 0, triggers: false };
  const kind = new Uint8Array(2);
  const got = await bytes.read(kind, header.length);
  const [type, size] = kind;
  if (got < 2 || size !== 8 || !(type === 0 || type === 12 || type === 14)) {
    throw new DecodeError({
      codec: "dat",
      byteOffset: header.length,
      expected: "event type 0, 12 or 14 and event size 8 behind the header",
      received: got < 2 ? "the end of the file" : `type ${type}${types[type] ? ` (${types[type]})` : ""} and size ${size}`,
      next: "Only CD events and triggers are read",
    });
  }
  return { header, start: header.length + 2, triggers: type === 14 };
}
