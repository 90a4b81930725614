/** What the writers of word formats share: the text header, a buffer of words, and the refusal of times that do not fit. */
import type { ByteSink } from "../bytes/index.js";
import { FormatError } from "../errors.js";
import type { SensorSize } from "../events/schema.js";

const bufferBytes = 1 << 18;

/** Writes little-endian words to a sink, many at a time. */
export class WordWriter {
  readonly #sink: ByteSink;
  readonly #bytes = new Uint8Array(bufferBytes);
  readonly #view = new DataView(this.#bytes.buffer);
  #length = 0;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  u8(byte: number): void {
    this.#bytes[this.#length++] = byte;
  }

  u16(word: number): void {
    this.#view.setUint16(this.#length, word, true);
    this.#length += 2;
  }

  u32(word: number): void {
    this.#view.setUint32(this.#length, word, true);
    this.#length += 4;
  }

  /** True if fewer than `bytes` fit into the buffer: time to `flush`. */
  isFull(bytes: number): boolean {
    return this.#length + bytes > bufferBytes;
  }

  async flush(): Promise<void> {
    await this.#sink.write(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
  }

  /** Lines `% key value`. Line breaks in values become spaces. */
  async header(fields: Readonly<Record<string, string>>, end: boolean): Promise<void> {
    const lines = Object.entries(fields).map(([key, value]) => `% ${key} ${value.replace(/[\r\n]+/g, " ")}`.trimEnd());
    if (end) lines.push("% end");
    await this.#sink.write(Buffer.from(`${lines.join("\n")}\n`, "latin1"));
  }
}

/** Refuses a first event whose time the format cannot hold: 2^40 µs, 12.7 days, takes 256 KiB of clock wraps in EVT3. */
export function checkFirstTime(format: string, t: bigint, clockBits: number): void {
  if (t >= 0n && t < 1n << BigInt(clockBits)) return;
  throw new FormatError({
    where: `writing ${format}`,
    expected: `a first event between 0 and 2^${clockBits} µs, which it can hold`,
    received: `${t} µs`,
    next: "Write with `shift: true`, so that times count from the first event",
  });
}

/** Refuses a step between two events that a reader would take for another one. */
export function refuseStep(format: string, from: bigint, to: bigint): never {
  throw new FormatError({
    where: `writing ${format}`,
    expected: "events in order of time, or nearly so",
    received: `a step from ${from} to ${to} µs`,
    next: "Sort the events by time first",
  });
}

/** Refuses a sensor whose coordinates do not fit into the words of the format. */
export function checkSensorFits(format: string, { width, height }: SensorSize, addressable: number): void {
  if (width <= addressable && height <= addressable) return;
  throw new FormatError({
    where: `writing ${format}`,
    expected: `a sensor of at most ${addressable}x${addressable}`,
    received: `${width}x${height}`,
  });
}

/** Refuses the channel of a trigger that does not fit into a word. */
export function checkTriggerId(format: string, id: number, channels: number): number {
  if (id < channels) return id;
  throw new FormatError({ where: `writing ${format}`, expected: `triggers of channels below ${channels}`, received: `channel ${id}` });
}
