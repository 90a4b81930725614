/**
 * Recordings inside `.gz`, `.zst` and `.zip`: unpacked on the way, told by their first bytes.
 *
 * gzip and zip are unpacked as streams. Formats that need to be read in any order wait in a temporary file then.
 * @module
 */
import { inflate, isZip, openZipEntry, readZip, Spool, streamSource, memorySource, type ByteSource } from "../bytes/index.js";
import { FormatError, SourceError } from "../errors.js";
import { unpackZstd } from "./zstd.js";

/** zstd is unpacked as a whole. */
const largestZstd = 1 << 29;

/** First bytes of formats that are read in any order: HDF5, zip (npz), Parquet, Arrow files. */
const scattered = ["\x89HDF", "PK\x03\x04", "PAR1", "ARROW1"];

/**
 * What lies inside a container, or the source itself. Closing it closes what is in between, not the source.
 * @throws SourceError for broken, encrypted or hostile containers, FormatError for archives of several files
 */
export async function unwrap(source: ByteSource): Promise<ByteSource> {
  const buffer = new Uint8Array(8);
  const head = buffer.subarray(0, await source.read(buffer, 0));
  const name = source.name.replace(/\.(gz|zst|zip)$/i, "");
  if (head[0] === 0x1f && head[1] === 0x8b && head[2] === 8) return settled(streamSource(inflate(source, "gzip"), name));
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return memorySource(await unzstd(source), name);
  if (!isZip(head) || source.size === undefined) return source;
  const entries = (await readZip(source)).filter((entry) => !/(^|\/)(__MACOSX\/|\.)/.test(entry.name));
  if (entries.length > 0 && entries.every((entry) => entry.name.endsWith(".npy"))) return source;
  if (entries.length === 1) {
    const entry = await openZipEntry(source, entries[0]);
    return entry.size === undefined ? settled(entry) : entry;
  }
  throw new FormatError({
    where: source.name,
    expected: "an archive of one recording",
    received: entries.length === 0 ? "none" : `${entries.length} files: ${entries.slice(0, 5).map((entry) => entry.name).join(", ")}${entries.length > 5 ? ", …" : ""}`,
    next: "Unpack it and read them one by one",
  });
}

/** A stream as it is, or in a temporary file where its format is read in any order. */
async function settled(stream: ByteSource): Promise<ByteSource> {
  const buffer = new Uint8Array(8);
  const head = Buffer.from(buffer.subarray(0, await stream.read(buffer, 0))).toString("latin1");
  if (!scattered.some((start) => head.startsWith(start))) return stream;
  const spool = await Spool.open();
  try {
    const part = new Uint8Array(1 << 18);
    for (;;) {
      const got = await stream.read(part, spool.size);
      await spool.write(part.subarray(0, got));
      if (got < part.length) return spool.source(stream.name);
    }
  } catch (error) {
    await spool.close();
    throw error;
  } finally {
    await stream.close();
  }
}

async function unzstd(source: ByteSource): Promise<Uint8Array> {
  const refuse = (received: string): never => {
    throw new SourceError({ where: source.name, expected: `a zstd file of at most ${largestZstd} bytes, unpacked`, received, next: "Unpack it first" });
  };
  const { size } = source;
  if (size === undefined || size > largestZstd) return refuse(size === undefined ? "a stream" : `${size} bytes packed`);
  const packed = new Uint8Array(size);
  await source.read(packed, 0);
  const unpacked = await unpackZstd(packed, largestZstd);
  return typeof unpacked === "string" ? refuse(unpacked) : unpacked;
}
