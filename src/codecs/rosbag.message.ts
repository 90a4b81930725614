/** The serialised bytes of a ROS message, read field by field. Reading over its end throws. */
export class RosMessage {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  u8(): number {
    return this.#view.getUint8(this.#step(1));
  }
  u32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }
  f64(): number {
    return this.#view.getFloat64(this.#step(8), true);
  }
  bytes(length: number): Uint8Array {
    const at = this.#step(length);
    return this.#bytes.subarray(at, at + length);
  }
  text(): string {
    return Buffer.from(this.bytes(this.u32())).toString("latin1");
  }

  /** A std_msgs/Header: its time in microseconds. */
  header(): bigint {
    this.u32();
    const [seconds, nanoseconds] = [this.u32(), this.u32()];
    this.text();
    return BigInt(seconds) * 1_000_000n + BigInt(Math.floor(nanoseconds / 1000));
  }

  #step(length: number): number {
    const at = this.#at;
    if (at + length > this.#bytes.length) throw new Error(`a message of ${this.#bytes.length} bytes that says it has ${at + length}`);
    this.#at += length;
    return at;
  }
}
