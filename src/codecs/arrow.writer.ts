import { RecordBatchFileWriter, Schema, type RecordBatch } from "apache-arrow";
import { metadata, toArrow, type ArrowEventTypes } from "../events/arrow.js";
import { noTriggers, type TriggerColumns } from "../events/schema.js";
import { concatTriggers } from "../events/triggers.js";
import type { EventCodec } from "./codec.js";

/** Rows of a record batch: readers that take a batch at a time need little memory. */
const batchRows = 1 << 17;

/** Collects what the writer of the library writes, and gives the footer a schema of its own. */
class FileWriter extends RecordBatchFileWriter<ArrowEventTypes> {
  #parts: Uint8Array[] = [];
  footer: ReadonlyMap<string, string> | undefined;

  take(): Uint8Array[] {
    const parts = this.#parts;
    this.#parts = [];
    return parts;
  }

  protected override _write(chunk: ArrayBufferView): this {
    if (!this._started) return this;
    const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#parts.push(bytes.slice());
    this._position += bytes.length;
    return this;
  }

  protected override _writeFooter(schema: Schema<ArrowEventTypes>): this {
    return super._writeFooter(this.footer ? new Schema(schema.fields, new Map(this.footer)) : schema);
  }
}

/** The file format, which a stream reader reads too; triggers stand in the metadata of the footer's schema. */
export const writeArrow: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor }) => {
  const writer = new FileWriter();
  const triggers: TriggerColumns[] = [];
  let described = { sensor, origin: 0n, provenance: { format: "arrow", assumptions: [] }, triggers: noTriggers };
  let begun = false;
  const put = async (columns: Parameters<typeof toArrow>[0]) => {
    for (const batch of toArrow(columns).batches) writer.write(batch as RecordBatch<ArrowEventTypes>);
    for (const part of writer.take()) await sink.write(part);
  };
  for await (const { columns: { t, x, y, p }, triggers: more } of batches) {
    if (more.t.length > 0) triggers.push({ t: more.t.slice(), id: more.id.slice(), p: more.p.slice() });
    if (!begun && t.length > 0) described = { ...described, origin: t[0] };
    for (let start = 0; start < t.length; start += batchRows) {
      const end = start + batchRows;
      await put({ t: t.subarray(start, end), x: x.subarray(start, end), y: y.subarray(start, end), p: p.subarray(start, end), ...described });
      begun = true;
    }
  }
  if (!begun) await put({ t: new BigInt64Array(0), x: new Uint16Array(0), y: new Uint16Array(0), p: new Uint8Array(0), ...described });
  writer.footer = metadata({ ...described, triggers: concatTriggers(triggers) });
  writer.finish();
  for (const part of writer.take()) await sink.write(part);
};
