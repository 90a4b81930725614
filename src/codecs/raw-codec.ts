/** What the Prophesee RAW formats share: a text header that names the format, then words. */
import { FormatError } from "../errors.js";
import type { DecodeOptions, EventCodec } from "./codec.js";
import { headerSensor, parseTextHeader, rawFormat, readTextHeader, type TextHeader } from "./raw-header.js";
import type { WordFormat } from "./word-decoder.js";
import { readWords } from "./words.js";

/**
 * The codec of a RAW format whose header names it in upper case: "EVT3".
 * @param format how the words of a file with that header are decoded
 * @param assumptions what has to be assumed for that, besides the size of the sensor
 */
export function rawCodec(
  name: string,
  title: string,
  format: (header: TextHeader, options: DecodeOptions) => WordFormat,
  write?: NonNullable<EventCodec["write"]>,
  assumptions: (header: TextHeader) => string[] = () => [],
): EventCodec {
  return {
    name,
    title,
    source: "Prophesee OpenEB and its standalone decoder samples (Apache-2.0)",
    endings: ["raw"],
    triggers: true,
    bookmarks: true,
    tail: true,
    sniff: (head) => rawFormat(parseTextHeader(head)) === name.toUpperCase(),
    async info(bytes, options) {
      const header = await readTextHeader(bytes, name);
      const stated = rawFormat(header);
      if (stated !== undefined && stated !== name.toUpperCase()) {
        throw new FormatError({
          where: bytes.name,
          expected: `a header that states ${name.toUpperCase()}, as asked`,
          received: stated,
          next: "Leave `format` out, and the format is found from the header",
        });
      }
      const size = headerSensor(header.fields);
      const assumed = [...(options?.sensor ? [] : size.assumptions), ...assumptions(header)];
      return { format: name, sensor: size.sensor, header: header.fields, assumptions: assumed };
    },
    async *read(bytes, options = {}) {
      const header = await readTextHeader(bytes, name);
      const sensor = options.sensor ?? headerSensor(header.fields).sensor;
      yield* readWords(bytes, format(header, options), header.length, sensor, options);
    },
    ...(write && { write }),
  };
}
