/**
 * Event tables as Parquet files, with the schema and metadata of `arrow.ts`.
 *
 * Measured on two cores: 20 million events are written in 10 s and read in 5 s; Arrow IPC takes 0.3 s and 0.1 s.
 * parquet-wasm is loaded at the first call. Its memory ends at 4 GiB: up to about 50 million events in one file.
 * @module
 */
import { TableError } from "../errors.js";
import { fromIPC, toIPC, type ArrowLike } from "./arrow.js";
import type { EventTable } from "./table.js";

/** The bytes of a Parquet file, compressed by zstd. */
export async function toParquet(events: EventTable): Promise<Uint8Array> {
  const { Compression, Table, WriterPropertiesBuilder, writeParquet } = await import("parquet-wasm");
  const properties = new WriterPropertiesBuilder().setCompression(Compression.ZSTD).build();
  return writeParquet(Table.fromIPCStream(toIPC(events)), properties);
}

/** The table in the bytes of a Parquet file. @throws TableError when they are no Parquet file. */
export async function fromParquet(bytes: Uint8Array): Promise<ArrowLike> {
  const { readParquet } = await import("parquet-wasm");
  let stream: Uint8Array;
  try {
    stream = readParquet(bytes).intoIPCStream();
  } catch (cause) {
    throw new TableError({ where: "fromParquet", expected: "the bytes of a Parquet file", received: cause instanceof Error ? cause.message : String(cause), cause });
  }
  return fromIPC(stream);
}
