/**
 * The files in a zip archive, read by ranges; nothing is ever written to a disk.
 *
 * Source: PKWARE's APPNOTE.TXT 6.3.10.
 * @module
 */
import { SourceError } from "../errors.js";
import { inflate, refuseBomb } from "./inflate.js";
import type { ByteSource } from "./source.js";
import { streamSource } from "./stream.js";

const mostEntries = 10_000;

export interface ZipEntry {
  readonly name: string;
  /** Bytes as they lie in the archive, and unpacked. */
  readonly packed: number;
  readonly size: number;
  /** 0 stored, 8 deflate. */
  readonly method: number;
  /** Where the entry begins in the archive. */
  readonly position: number;
}

export function isZip(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));
}

/**
 * The files of an archive, folders left out.
 * @throws SourceError for streams, and for archives that are broken, encrypted, or name files outside themselves.
 */
export async function readZip(source: ByteSource): Promise<ZipEntry[]> {
  const { size } = source;
  const refuse = (received: string, next?: string): never => {
    throw new SourceError({ where: source.name, expected: "a zip archive", received, next });
  };
  if (size === undefined) return refuse("a stream, and the list of its files is at the end", "Save it to a file first");
  const tailBytes = Math.min(size, 65_557);
  const tail = await exactly(source, size - tailBytes, tailBytes);
  const view = viewOf(tail);
  let end = tailBytes - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) return refuse("no list of files at its end", "The file is cut off or no archive: fetch it again");
  let count = view.getUint16(end + 10, true);
  let length = view.getUint32(end + 12, true);
  let start = view.getUint32(end + 16, true);
  if ((count === 0xffff || start === 0xffffffff || length === 0xffffffff) && end >= 20 && view.getUint32(end - 20, true) === 0x07064b50) {
    const big = viewOf(await exactly(source, Number(view.getBigUint64(end - 12, true)), 56));
    count = Number(big.getBigUint64(32, true));
    length = Number(big.getBigUint64(40, true));
    start = Number(big.getBigUint64(48, true));
  }
  if (count > mostEntries) return refuse(`one of ${count} files, more than ${mostEntries}`);
  if (start + length > size || length > 1 << 26) return refuse(`a list of files of ${length} bytes at ${start}, in ${size} bytes`);

  const list = await exactly(source, start, length);
  const directory = viewOf(list);
  const entries: ZipEntry[] = [];
  for (let at = 0, i = 0; i < count; i++) {
    if (at + 46 > length || directory.getUint32(at, true) !== 0x02014b50) return refuse(`a list of ${i} files where ${count} are announced`);
    const flags = directory.getUint16(at + 8, true);
    const method = directory.getUint16(at + 10, true);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => directory.getUint16(at + offset, true)) as [number, number, number];
    const next = at + 46 + nameLength + extraLength + commentLength;
    if (next > length) return refuse("a list of files that is cut off");
    const name = Buffer.from(list.subarray(at + 46, at + 46 + nameLength)).toString(flags & 0x800 ? "utf8" : "latin1");
    const long = longFields(list.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength));
    const stated = (offset: number) => {
      const short = directory.getUint32(at + offset, true);
      return short === 0xffffffff ? (long.shift() ?? short) : short;
    };
    const unpacked = stated(24);
    const packed = stated(20);
    const position = stated(42);
    if (flags & 1) return refuse(`the encrypted file "${name}"`, "Unpack it with its password first");
    if (/(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:/.test(name)) return refuse(`the file "${name}", which lies outside the archive`, "Do not trust this archive");
    if (position + packed > size) return refuse(`the file "${name}" of ${packed} bytes at ${position}, in ${size} bytes`);
    if (!name.endsWith("/")) entries.push({ name, packed, size: unpacked, method, position });
    at = next;
  }
  return entries;
}

/**
 * The bytes of one file: by ranges where it is stored as it is, otherwise as a stream.
 * @throws SourceError for what only bombs do, and for methods other than deflate.
 */
export async function openZipEntry(source: ByteSource, entry: ZipEntry): Promise<ByteSource> {
  const name = `${source.name}: ${entry.name}`;
  const head = await exactly(source, entry.position, 30);
  const view = viewOf(head);
  if (view.getUint32(0, true) !== 0x04034b50) throw new SourceError({ where: name, expected: "the head of a file in a zip archive", received: "other bytes" });
  const start = entry.position + 30 + view.getUint16(26, true) + view.getUint16(28, true);
  if (entry.method === 0) return rangeSource(source, start, entry.packed, name);
  if (entry.method !== 8) {
    throw new SourceError({ where: name, expected: "a file that is stored or packed by deflate", received: `method ${entry.method}`, next: "Unpack it first" });
  }
  refuseBomb(name, entry.packed, entry.size);
  return streamSource(inflate({ ...source, name }, "deflate", start, start + entry.packed), name);
}

/** A part of a source; closing it leaves the whole open. */
export function rangeSource(source: ByteSource, start: number, size: number, name: string): ByteSource {
  return {
    name,
    size,
    read: (target, position) => source.read(target.subarray(0, Math.max(0, size - position)), start + position),
    async close() {},
  };
}

/** The 64-bit values of an extra field: sizes and position, as far as they are needed. */
function longFields(extra: Uint8Array): number[] {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1) {
      const count = Math.floor(Math.min(length, extra.length - at - 4) / 8);
      return Array.from({ length: count }, (_, i) => Number(view.getBigUint64(at + 4 + 8 * i, true)));
    }
    at += 4 + length;
  }
  return [];
}

async function exactly(source: ByteSource, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  if (position < 0 || (await source.read(bytes, position)) < length) {
    throw new SourceError({ where: source.name, expected: `${length} bytes at ${position} of a zip archive`, received: "the end of the file" });
  }
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
