/**
 * Writes Event Stream 2, of every type.
 * @module
 */
import { fileSink, type ByteSink } from "../bytes/index.js";
import { FormatError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";
import type { EventCodec } from "./codec.js";
import { eventStreamLayouts, type EventStreamBatch, type EventStreamType } from "./es.records.js";
import { checkFirstTime, checkSensorFits, refuseStep, WordWriter } from "./word-writer.js";

/** A pause of a year would be 250 GB of overflow bytes: longer ones than some hours are taken as a mistake. */
const longestPause = 1n << 34n;

/** Writes the DVS type. Triggers have no place in it and are left out. */
export const writeEs: NonNullable<EventCodec["write"]> = async (batches, sink, { sensor }) => {
  const out = new EventStreamWriter(sink, "DVS");
  await out.begin(sensor);
  for await (const { columns } of batches) await out.add({ type: "DVS", sensor, ...columns });
  await out.end();
};

/**
 * Writes an Event Stream 2 file of the type of its batches, which are in order of time. The file appears under its name
 * when it is complete.
 * @throws FormatError when the type cannot hold the events, and when there are no batches.
 */
export async function writeEventStream(batches: Iterable<EventStreamBatch> | AsyncIterable<EventStreamBatch>, to: string | ByteSink): Promise<void> {
  const sink = typeof to === "string" ? await fileSink(to) : to;
  let out: EventStreamWriter | undefined;
  try {
    for await (const batch of batches) {
      if (!out) {
        out = new EventStreamWriter(sink, batch.type);
        await out.begin(batch.sensor);
      }
      await out.add(batch);
    }
    if (!out) throw new FormatError({ where: "writeEventStream", expected: "at least one batch, which says what type the file is of", received: "none" });
    await out.end();
    await sink.close();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

class EventStreamWriter {
  readonly #sink: ByteSink;
  readonly #type: EventStreamType;
  readonly #out: WordWriter;
  #last: bigint | undefined;

  constructor(sink: ByteSink, type: EventStreamType) {
    this.#sink = sink;
    this.#type = type;
    this.#out = new WordWriter(sink);
  }

  async begin(sensor: SensorSize | undefined): Promise<void> {
    const { code, sensor: named } = eventStreamLayouts[this.#type];
    const { width, height } = sensor ?? { width: 0, height: 0 };
    if (named) {
      checkSensorFits("es", { width, height }, 65535);
      if (width < 1 || height < 1) throw new FormatError({ where: "writing es", expected: "a sensor with pixels", received: `${width}x${height}` });
    }
    await this.#sink.write(Buffer.concat([Buffer.from("Event Stream"), Buffer.of(2, 0, 0, code), named ? Uint8Array.of(width, width >> 8, height, height >> 8) : Buffer.of()]));
  }

  async add(batch: EventStreamBatch): Promise<void> {
    if (batch.type !== this.#type) {
      throw new FormatError({ where: "writing es", expected: `events of the type of the file, ${this.#type}`, received: `some of the type ${batch.type}` });
    }
    const { special, flags, fields } = eventStreamLayouts[this.#type];
    const columns = batch as unknown as Readonly<Record<string, Uint8Array | Uint16Array>>;
    const flagColumns = flags.map((name) => columns[name]);
    const fieldColumns = fields.map(([name]) => columns[name]);
    const out = this.#out;
    const overflow = special >> flags.length;
    for (let i = 0; i < batch.t.length; i++) {
      let step = this.#stepTo(batch.t[i]);
      while (step >= overflow) {
        const count = Math.min(255 - special, Math.floor(step / overflow));
        if (out.isFull(16)) await out.flush();
        out.u8(special + count);
        step -= count * overflow;
      }
      let head = step << flags.length;
      for (let flag = 0; flag < flags.length; flag++) head |= flagColumns[flag][i] << flag;
      if (out.isFull(16)) await out.flush();
      out.u8(head);
      for (let field = 0; field < fields.length; field++) {
        if (fields[field][1] === 2) out.u16(fieldColumns[field][i]);
        else out.u8(fieldColumns[field][i]);
      }
      if (batch.type === "generic") await this.#piece(batch.bytes[i]);
    }
  }

  async end(): Promise<void> {
    await this.#out.flush();
  }

  /** Microseconds from the event before to this one. */
  #stepTo(time: bigint): number {
    const last = this.#last ?? 0n;
    if (this.#last === undefined) checkFirstTime("es", time, 34);
    else if (time < last || time - last > longestPause) refuseStep("es", last, time);
    this.#last = time;
    return Number(time - last);
  }

  async #piece(bytes: Uint8Array): Promise<void> {
    let length = bytes.length;
    do {
      this.#out.u8(((length & 127) << 1) | (length > 127 ? 1 : 0));
      length >>>= 7;
    } while (length > 0);
    await this.#out.flush();
    await this.#sink.write(bytes);
  }
}
