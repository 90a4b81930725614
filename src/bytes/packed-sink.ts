/**
 * Sinks that pack what they are given: gzip and zstd on the way, zip when all of it is there.
 * @module
 */
import type { Transform } from "node:stream";
import * as zlib from "node:zlib";
import { MissingError } from "../errors.js";
import type { ByteSink } from "./source.js";
import { Spool } from "./spool.js";
import { ZipWriter } from "./zip-writer.js";

/** Endings of file names under which recordings are packed. */
export const packedEndings = ["gz", "zst", "zip"] as const;
export type PackedEnding = (typeof packedEndings)[number];

/**
 * Packs for `sink`, and closes it with itself. None of these can go back to its start.
 * @param entry name of the file inside a zip archive
 * @throws MissingError for "zst" on Node before 22.15.
 */
export async function packedSink(sink: ByteSink, ending: PackedEnding, entry: string): Promise<ByteSink> {
  switch (ending) {
    case "gz":
      return streamed(sink, zlib.createGzip());
    case "zst":
      return streamed(sink, zstd());
    case "zip":
      return zipped(sink, entry);
  }
}

function zstd(): Transform {
  const { createZstdCompress } = zlib as { readonly createZstdCompress?: () => Transform };
  if (createZstdCompress) return createZstdCompress();
  throw new MissingError({ where: "zstd", expected: "Node 22.15 or newer, which packs zstd", received: process.version, next: "Write to a path that ends in .gz, or run a newer Node" });
}

function streamed(sink: ByteSink, packer: Transform): ByteSink {
  const pump = (async () => {
    for await (const part of packer as AsyncIterable<Uint8Array>) await sink.write(part);
  })();
  let failed: unknown;
  // A fault of the sink destroys the packer; whoever writes next is told the fault, not that.
  pump.catch((error: unknown) => (failed = error));
  return {
    name: sink.name,
    // The bytes are the caller's again only when they were packed.
    write: (bytes) => new Promise((resolve, reject) => packer.write(bytes, (error) => (error ? reject(failed ?? error) : resolve()))),
    async close() {
      packer.end();
      await pump;
      await sink.close();
    },
    async abort() {
      packer.destroy();
      await pump.catch(() => {});
      await sink.abort();
    },
  };
}

/** A zip archive states the size of a file before the file, which waits in a temporary one until then. */
async function zipped(sink: ByteSink, entry: string): Promise<ByteSink> {
  const spool = await Spool.open();
  return {
    name: sink.name,
    write: (bytes) => spool.write(bytes),
    async close() {
      const zip = new ZipWriter(sink, true);
      await zip.add(entry, new Uint8Array(0), spool);
      await zip.end();
      await spool.close();
      await sink.close();
    },
    async abort() {
      await spool.close();
      await sink.abort();
    },
  };
}
