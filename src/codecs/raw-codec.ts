/** What the Prophesee RAW formats share: a text header that names the format, then words. */
import type { EventCodec } from "./codec.js";
import { headerSensor, parseTextHeader, rawFormat, readTextHeader } from "./raw-header.js";
import type { WordFormat } from "./word-decoder.js";
import { readWords } from "./words.js";

/** The codec of a RAW format whose header names it in upper case: "EVT3". */
export function rawCodec(format: WordFormat, title: string, write: NonNullable<EventCodec["write"]>): EventCodec {
  const name = format.codec;
  return {
    name,
    title,
    source: "Prophesee OpenEB and its standalone decoder samples (Apache-2.0)",
    endings: ["raw"],
    triggers: true,
    bookmarks: true,
    sniff: (head) => rawFormat(parseTextHeader(head)) === name.toUpperCase(),
    async info(bytes, options) {
      const { fields } = await readTextHeader(bytes, name);
      const { sensor, assumptions } = headerSensor(fields);
      return { format: name, sensor, header: fields, assumptions: options?.sensor ? [] : assumptions };
    },
    async *read(bytes, options = {}) {
      const header = await readTextHeader(bytes, name);
      const sensor = options.sensor ?? headerSensor(header.fields).sensor;
      yield* readWords(bytes, format, header.length, sensor, options);
    },
    write,
  };
}
