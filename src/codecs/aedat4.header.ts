/** The start of an AEDAT4 file: the line with the version, and the header with an XML description of the streams. */
import type { ByteSource } from "../bytes/index.js";
import { DecodeError, FormatError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import { BrokenBuffer, FlatTable } from "./flatbuffer.js";

export const magic = "#!AER-DAT4.0\r\n";
export const compressions = ["none", "lz4", "lz4 high", "zstd", "zstd high"] as const;
/** A larger header is taken as a lie. */
const largestHeader = 1 << 24;

export interface Stream {
  readonly id: number;
  /** EVTS, FRME, IMUS, TRIG or something else. */
  readonly type: string;
  /** Name of the camera. */
  readonly source: string;
  readonly sensor: SensorSize | undefined;
}

export interface Header {
  readonly compression: (typeof compressions)[number];
  readonly streams: readonly Stream[];
  /** The stream that events are read from, and those of its camera. */
  readonly events: Stream | undefined;
  readonly fields: Readonly<Record<string, string>>;
  readonly assumptions: readonly string[];
  /** First byte of the first packet, and the first byte behind the last one if it is known. */
  readonly start: number;
  readonly end: number | undefined;
}

/** Reads the header. Of several event streams the one that `camera` names is taken, or the first. */
export async function readHeader(source: ByteSource, camera?: string): Promise<Header> {
  const head = new Uint8Array(18);
  const got = await source.read(head, 0);
  const refuse = (byteOffset: number, expected: string, received: string) =>
    new DecodeError({ codec: "aedat4", byteOffset, expected, received });
  if (!startsWith(head, magic)) throw refuse(0, `the line ${JSON.stringify(magic)}`, "something else");
  const length = got < 18 ? -1 : new DataView(head.buffer).getInt32(14, true);
  if (length < 8 || length > largestHeader || 18 + length > (source.size ?? Infinity)) {
    throw refuse(14, `a header of 8 to ${largestHeader} bytes within the file`, got < 18 ? "the end of the file" : `one of ${length >>> 0}`);
  }
  const bytes = new Uint8Array(length);
  if ((await source.read(bytes, 18)) < length) throw refuse(18, `a header of ${length} bytes`, "the end of the file");
  try {
    const table = FlatTable.root(bytes);
    const code = table.i32(0, 0);
    const compression = compressions[code];
    if (compression === undefined) {
      throw new FormatError({
        where: source.name,
        expected: "AEDAT4 without compression, or with LZ4 or zstd",
        received: `compression ${code}`,
      });
    }
    const xml = table.string(2);
    const dataTable = Number(table.i64(1, -1n));
    const start = 18 + length;
    const streams = streamsOf(xml);
    return {
      compression,
      streams,
      ...chooseEvents(streams, camera, source.name),
      fields: { compression, description: xml },
      start,
      end: dataTable >= start ? dataTable : undefined,
    };
  } catch (error) {
    if (error instanceof BrokenBuffer) throw refuse(18, "a header in FlatBuffers form", error.message);
    throw error;
  }
}

function chooseEvents(streams: readonly Stream[], camera: string | undefined, where: string): Pick<Header, "events" | "assumptions"> {
  const candidates = streams.filter(({ type }) => type === "EVTS");
  const names = candidates.map(({ id, source }) => (source === "" ? String(id) : `"${source}"`)).join(", ");
  if (camera !== undefined) {
    const events = candidates.find(({ id, source }) => source === camera || String(id) === camera);
    if (events) return { events, assumptions: [] };
    throw new FormatError({ where, expected: `one of the cameras ${names || "(none has events)"}`, received: `"${camera}"` });
  }
  const [events] = candidates;
  const assumptions =
    candidates.length > 1
      ? [`Of the event streams ${names} only the first is read; name another one with \`camera\`.`]
      : events
        ? []
        : ["The file has no stream of events."];
  return { events, assumptions };
}

/** The numbered nodes of the description: type and size of each stream. */
function streamsOf(xml: string): Stream[] {
  const streams: { id: number; attributes: Record<string, string> }[] = [];
  const path: (number | undefined)[] = [];
  for (const [tag, name, key, value] of xml.matchAll(/<node name="([^"]*)"[^>]*>|<\/node>|<attr key="([^"]*)"[^>]*>([^<]*)</g)) {
    if (tag.startsWith("</")) path.pop();
    else if (name !== undefined) {
      const outer = path.findLast((id) => id !== undefined);
      const id = outer === undefined && /^\d{1,9}$/.test(name) ? Number(name) : undefined;
      if (id !== undefined) streams.push({ id, attributes: {} });
      if (!tag.endsWith("/>")) path.push(id ?? outer);
    } else {
      const id = path.at(-1);
      const stream = streams.findLast((candidate) => candidate.id === id);
      if (stream) stream.attributes[key] ??= value;
    }
  }
  return streams.map(({ id, attributes }) => {
    const size = { width: Number(attributes["sizeX"]), height: Number(attributes["sizeY"]) };
    const valid = size.width > 0 && size.height > 0 && size.width <= 32768 && size.height <= 32768;
    return { id, type: attributes["typeIdentifier"] ?? "", source: attributes["source"] ?? "", sensor: valid ? size : undefined };
  });
}

export function startsWith(bytes: Uint8Array, text: string): boolean {
  return bytes.length >= text.length && Buffer.from(bytes.buffer, bytes.byteOffset, text.length).toString("latin1") === text;
}
