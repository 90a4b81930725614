import type { ByteSource } from "./source.js";

const windowBytes = 1 << 20;

/** Reads short pieces in order through a window of 1 MiB, so that each is not a request of its own. */
export class ByteWindow {
  readonly #source: ByteSource;
  readonly #buffer: Uint8Array | undefined;
  #bytes: Uint8Array = new Uint8Array(0);
  #position = 0;

  /** @param buffer memory to read into, where it is large enough; memory of its own otherwise */
  constructor(source: ByteSource, buffer?: Uint8Array) {
    this.#source = source;
    this.#buffer = buffer;
  }

  /**
   * Bytes from `position` on: fewer than `length` at the end, which a source that grows is waited for. The view is
   * valid until the next call.
   */
  async bytes(position: number, length: number): Promise<Uint8Array> {
    const at = position - this.#position;
    if (at >= 0 && at + length <= this.#bytes.length) return this.#bytes.subarray(at, at + length);
    const kept = at >= 0 && at < this.#bytes.length ? this.#bytes.subarray(at) : new Uint8Array(0);
    const size = Math.max(length, windowBytes);
    const next = this.#buffer && size <= this.#buffer.length ? this.#buffer.subarray(0, size) : new Uint8Array(size);
    next.set(kept);
    let filled = kept.length;
    do filled += await this.#source.read(next.subarray(filled), position + filled);
    while (filled < length && this.#source.grown && (await this.#source.grown(position + filled)) > 0);
    this.#bytes = next.subarray(0, filled);
    this.#position = position;
    return this.#bytes.subarray(0, length);
  }
}
