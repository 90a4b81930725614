import type { ByteSource } from "../bytes/index.js";
import { FormatError } from "../errors.js";
import type { EventCodec } from "./codec.js";
import { parseTextHeader, rawFormat } from "./raw-header.js";
import { codec, codecNames } from "./registry.js";

const headBytes = 16384;

/**
 * Finds the codec of a recording by its first bytes, whatever the file is called.
 * @throws FormatError that lists the formats tried and shows the first bytes.
 */
export async function detectFormat(source: ByteSource): Promise<EventCodec> {
  const buffer = new Uint8Array(headBytes);
  const head = buffer.subarray(0, await source.read(buffer, 0));
  for (const name of codecNames()) {
    const candidate = await codec(name);
    if (await candidate.sniff(head, source)) return candidate;
  }
  const stated = rawFormat(parseTextHeader(head));
  if (stated !== undefined) {
    throw new FormatError({
      where: source.name,
      expected: "RAW in EVT2, EVT2.1, EVT3 or EVT4",
      received: `a header that states ${stated}, which is not read yet`,
      next: "Convert the file to EVT3 with the tools of the camera's maker",
    });
  }
  throw new FormatError({
    where: source.name,
    expected: `a recording in one of the formats ${codecNames().join(", ")}`,
    received: head.length === 0 ? "no bytes" : `the first bytes ${preview(head.subarray(0, 16))}`,
    next: "Name the format with `format` if you know it",
  });
}

function preview(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
  return `${hex} ("${text}")`;
}
