import { SourceError } from "../errors.js";
import { fileSource } from "./file.js";
import { memorySource } from "./memory.js";
import type { ByteSource } from "./source.js";
import { streamSource } from "./stream.js";
import { urlSource } from "./url.js";

/** What a recording can be read from: a path, a URL, bytes in memory, a stream, or a source of one's own. */
export type BytesLike = string | URL | Uint8Array | ArrayBuffer | AsyncIterable<Uint8Array> | ByteSource;

/** Opens whatever holds bytes. A source that is passed in is returned as it is. */
export async function openSource(from: BytesLike): Promise<ByteSource> {
  if (from instanceof Uint8Array || from instanceof ArrayBuffer) return memorySource(from);
  if (typeof from === "string") return /^https?:\/\//.test(from) ? urlSource(from) : fileSource(from);
  if (from instanceof URL) {
    if (from.protocol !== "file:") return urlSource(from);
    const { fileURLToPath } = await import("node:url");
    return fileSource(fileURLToPath(from));
  }
  if (typeof from === "object" && from !== null) {
    if (Symbol.asyncIterator in from) return streamSource(from);
    if ("read" in from && "close" in from) return from;
  }
  throw new SourceError({
    expected: "a path, URL, bytes, stream or byte source",
    received: from === null ? "null" : typeof from,
  });
}
