/**
 * The directory at the end of a Parquet file: what is in it for files of columns of numbers, as evtlab, Arrow and Polars
 * write them. Of all others it says nothing, and the library reads them.
 *
 * Source: Apache Parquet, `parquet.thrift`.
 * @module
 */
import { Schema } from "apache-arrow";
import type { ByteSource } from "../bytes/index.js";
import { isEvtlabError } from "../errors.js";
import { schemaOf } from "./arrow.js";
import { BrokenBuffer } from "./flatbuffer.js";
import { readThrift, type ThriftStruct } from "./thrift.js";

/** Types of values as they lie in a page. */
export const physical = { int32: 1, int64: 2 } as const;

/** The values of a column in a row group. */
export interface ColumnChunk {
  readonly type: number;
  /** Values may be missing, and pages say which. */
  readonly optional: boolean;
  readonly compression: number;
  readonly position: number;
  readonly bytes: number;
}

export interface RowGroup {
  readonly rows: number;
  readonly columns: readonly ColumnChunk[];
}

export interface Directory {
  /** With the metadata of the file. */
  readonly schema: Schema;
  readonly groups: readonly RowGroup[];
}

const largestDirectory = 1 << 24;

/** `undefined` where it holds more than that, or is broken. */
export async function readDirectory(source: ByteSource, size: number, length: number): Promise<Directory | undefined> {
  if (length > largestDirectory) return undefined;
  const bytes = new Uint8Array(length);
  if ((await source.read(bytes, size - 8 - length)) < length) return undefined;
  try {
    return directoryIn(readThrift(bytes, 0).struct, size);
  } catch (error) {
    if (error instanceof BrokenBuffer || isEvtlabError(error)) return undefined;
    throw error;
  }
}

function directoryIn(file: ThriftStruct, size: number): Directory | undefined {
  const [root, ...leaves] = file.structs(2);
  const entries = new Map(file.structs(5).map((entry) => [entry.text(1) ?? "", entry.text(2) ?? ""]));
  const packed = entries.get("ARROW:schema");
  const flat = root?.number(5) === leaves.length && leaves.every((leaf) => !leaf.number(5) && (leaf.number(3) ?? 2) < 2);
  if (packed === undefined || !flat) return undefined;
  // An Arrow message in base64: a mark, its length, and the schema.
  const message = new Uint8Array(Buffer.from(packed, "base64"));
  const schema = schemaOf(message.subarray(message.length > 4 && message.subarray(0, 4).every((byte) => byte === 0xff) ? 8 : 4));
  if (schema?.fields.length !== leaves.length || schema.fields.some(({ name }, i) => name !== leaves[i].text(4))) return undefined;

  const groups = file.structs(4).map((group) => {
    const rows = group.number(3) ?? -1;
    const columns = group.structs(1).map((column, i): ColumnChunk => {
      const about = column.struct(3);
      const type = about?.number(1) ?? -1;
      const position = Math.min(about?.number(9) ?? -1, about?.number(11) ?? Infinity);
      const stored = about?.number(7) ?? -1;
      const whole = position >= 4 && stored >= 0 && position + stored <= size && about?.number(5) === rows;
      if (!whole || type !== leaves[i]?.number(1)) throw new BrokenBuffer("a column that is not where the file says");
      return { type, optional: leaves[i].number(3) === 1, compression: about.number(4) ?? -1, position, bytes: stored };
    });
    if (rows < 0 || columns.length !== leaves.length) throw new BrokenBuffer("a row group of other columns");
    return { rows, columns };
  });
  entries.delete("ARROW:schema");
  return { schema: new Schema(schema.fields, new Map([...schema.metadata, ...entries])), groups };
}
