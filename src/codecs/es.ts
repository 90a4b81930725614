/**
 * Event Stream 2, the format of event_stream and of the Paris and Sydney groups: a header, then events of five bytes.
 *
 * y is delivered as stored, like event_stream and loris do; software that draws such files with the origin at the
 * bottom left has to be told so (`flip`). The kinds that hold no events with pixel and polarity (generic, AMD, colour)
 * are refused with a sentence that says what they hold.
 * @module
 */
import { ByteWindow, type ByteSource } from "../bytes/index.js";
import { DecodeError, FormatError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import type { EventCodec } from "./codec.js";
import { esDefinition, esLayout } from "./es.definition.js";
import { writeEs } from "./es.writer.js";
import type { WordFormat } from "./word-decoder.js";
import { readWords } from "./words.js";

const magic = Buffer.from("Event Stream", "latin1");
const kinds = ["generic", "DVS", "ATIS", "AMD", "colour"] as const;

const format = (layout: number): WordFormat => ({
  codec: "es",
  wordBytes: 1,
  longestWord: 5,
  kernel: "decodeEs",
  definition: esDefinition,
  registers: [layout],
  addressable: { width: 1 << 16, height: 1 << 16 },
});

interface Header {
  readonly kind: (typeof kinds)[number];
  readonly version: string;
  readonly sensor: SensorSize | undefined;
  readonly length: number;
}

export const es: EventCodec = {
  name: "es",
  title: "Event Stream 2 (.es)",
  source: "format description of event_stream, neuromorphicsystems",
  endings: ["es"],
  triggers: false,
  bookmarks: true,
  sniff: (head) => magic.equals(head.subarray(0, magic.length)),
  async info(bytes) {
    const { kind, version, sensor } = await readHeader(bytes);
    const assumptions =
      kind === "ATIS" ? ["Of the ATIS only the change detections are read; threshold crossings, which measure exposure, are left out."] : [];
    return { format: "es", sensor, header: { version, type: kind }, assumptions };
  },
  async *read(bytes, options = {}) {
    const { kind, sensor, length } = await readHeader(bytes);
    if (kind !== "DVS" && kind !== "ATIS") throw await otherKind(bytes, kind, length);
    yield* readWords(bytes, format(kind === "ATIS" ? esLayout.atis : esLayout.dvs), length, options.sensor ?? sensor, options);
  },
  write: writeEs,
};

async function readHeader(source: ByteSource): Promise<Header> {
  const head = new Uint8Array(20);
  const got = await source.read(head, 0);
  const refuse = (byteOffset: number, expected: string, received: string, next?: string) =>
    new DecodeError({ codec: "es", byteOffset, expected, received, ...(next === undefined ? {} : { next }) });
  const atEnd = "the end of the file";
  if (!magic.equals(head.subarray(0, 12))) throw refuse(0, 'the words "Event Stream"', got < 12 ? atEnd : "something else");
  if (got < 16) throw refuse(12, "three bytes of version and one of type", atEnd);
  const version = head.subarray(12, 15).join(".");
  if (head[12] !== 2) throw refuse(12, "version 2", `version ${version}`, "Convert the file with event_stream");
  const kind = kinds[head[15]];
  if (kind === undefined) throw refuse(15, `a type from 0 to ${kinds.length - 1}`, String(head[15]));
  if (kind === "generic" || kind === "AMD") return { kind, version, sensor: undefined, length: 16 };
  if (got < 20) throw refuse(16, "width and height", atEnd);
  const sensor = { width: head[16] | (head[17] << 8), height: head[18] | (head[19] << 8) };
  if (sensor.width === 0 || sensor.height === 0) throw refuse(16, "a sensor with pixels", `${sensor.width}x${sensor.height}`);
  return { kind, version, sensor, length: 20 };
}

/** Reads a stream without pixels or without polarity, to say what it holds. */
async function otherKind(source: ByteSource, kind: "generic" | "AMD" | "colour", start: number): Promise<FormatError> {
  const refusal = (what: string, next: string) =>
    new FormatError({ where: source.name, expected: "events with a pixel and a polarity", received: what, next });
  if (kind === "AMD") {
    return refusal("an Event Stream of type AMD, commands for a display", "Read it with event_stream");
  }
  const window = new ByteWindow(source);
  const cutOff = (byteOffset: number) =>
    new DecodeError({ codec: "es", byteOffset, expected: `a whole ${kind} event`, received: "the end of the file" });
  let position = start;
  let t = 0;
  let events = 0;
  let payload = 0;
  for (;;) {
    const first = position;
    const [head] = await window.bytes(position, 1);
    if (head === undefined) break;
    position++;
    if (head >= 0xfe) {
      if (head === 0xff) t += 254;
      continue;
    }
    t += head;
    events++;
    if (kind === "colour") {
      if ((await window.bytes(position, 7)).length < 7) throw cutOff(first);
      position += 7;
      continue;
    }
    let length = 0;
    for (let scale = 1, more = 1; more; scale *= 128) {
      const [byte] = await window.bytes(position++, 1);
      if (byte === undefined) throw cutOff(first);
      length += (byte >> 1) * scale;
      more = byte & 1;
      if (length > 2 ** 40) throw new DecodeError({ codec: "es", byteOffset: first, expected: "a length within the file", received: `${length} bytes` });
    }
    if (length > 0 && (await window.bytes(position + length - 1, 1)).length === 0) throw cutOff(first);
    position += length;
    payload += length;
  }
  return kind === "generic"
    ? refusal(`a generic Event Stream: ${events} pieces of bytes without pixels, ${payload} bytes in all, the last at ${t} µs`, "Read it with event_stream")
    : refusal(`a colour Event Stream: ${events} colours of pixels without polarity, the last at ${t} µs`, "Read it with event_stream");
}
