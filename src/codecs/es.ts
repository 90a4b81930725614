/**
 * Event Stream 2, the format of event_stream and of the Paris and Sydney groups: a header, then events of five bytes.
 *
 * y is delivered as stored, like event_stream and loris do; software that draws such files with the origin at the
 * bottom left has to be told so (`flip`). The types that hold no events with pixel and polarity (generic, AMD, colour)
 * are refused with a sentence that says what they hold; {@link readEventStream} reads them all.
 * @module
 */
import type { ByteSource } from "../bytes/index.js";
import { FormatError } from "../errors.js";
import type { EventCodec } from "./codec.js";
import { esDefinition, esLayout } from "./es.definition.js";
import { isEventStream, readEventStream, readEventStreamHeader } from "./es.records.js";
import { writeEs } from "./es.writer.js";
import type { WordFormat } from "./word-decoder.js";
import { readWords } from "./words.js";

const format = (layout: number): WordFormat => ({
  codec: "es",
  wordBytes: 1,
  longestWord: 5,
  kernel: "decodeEs",
  definition: esDefinition,
  registers: [layout],
  addressable: { width: 1 << 16, height: 1 << 16 },
});

export const es: EventCodec = {
  name: "es",
  title: "Event Stream 2 (.es)",
  source: "format description of event_stream, neuromorphicsystems",
  endings: ["es"],
  triggers: false,
  bookmarks: true,
  tail: true,
  sniff: isEventStream,
  async info(bytes) {
    const { type, version, sensor } = await readEventStreamHeader(bytes);
    const assumptions =
      type === "ATIS" ? ["Of the ATIS only the change detections are read; threshold crossings, which measure exposure, are left out: `readEventStream` gives them."] : [];
    return { format: "es", sensor, header: { version, type }, assumptions };
  },
  async *read(bytes, options = {}) {
    const { type, sensor, length } = await readEventStreamHeader(bytes);
    if (type !== "DVS" && type !== "ATIS") throw await otherType(bytes, type);
    yield* readWords(bytes, format(type === "ATIS" ? esLayout.atis : esLayout.dvs), length, options.sensor ?? sensor, options);
  },
  write: writeEs,
};

/** Reads a stream without pixels or without polarity, to say what it holds. */
async function otherType(source: ByteSource, type: "generic" | "AMD" | "colour"): Promise<FormatError> {
  let events = 0;
  let bytes = 0;
  let last = 0n;
  for await (const batch of readEventStream(source)) {
    events += batch.t.length;
    last = batch.t[batch.t.length - 1];
    if (batch.type === "generic") for (const piece of batch.bytes) bytes += piece.length;
  }
  const received = {
    generic: `a generic Event Stream: ${events} pieces of bytes without pixels, ${bytes} bytes in all, the last at ${last} µs`,
    AMD: `an Event Stream of type AMD: ${events} commands for a display, the last at ${last} µs`,
    colour: `a colour Event Stream: ${events} colours of pixels without polarity, the last at ${last} µs`,
  };
  return new FormatError({ where: source.name, expected: "events with a pixel and a polarity", received: received[type], next: "Read it with `readEventStream`" });
}
