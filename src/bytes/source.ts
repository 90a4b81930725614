/**
 * Bytes with random access, wherever they lie.
 * @module
 */

/** Reads ranges of bytes. */
export interface ByteSource {
  /** For messages: path or URL. */
  readonly name: string;
  /** Length in bytes, or `undefined` for a stream whose end is not known. */
  readonly size: number | undefined;
  /** For a file: where it lies, and when it was last changed, in nanoseconds. */
  readonly file?: { readonly path: string; readonly modified: bigint };
  /**
   * Only where bytes are still being added: waits until there are some from `position` on and resolves with how many,
   * or with 0 when no more will come.
   */
  grown?(position: number): Promise<number>;
  /**
   * Fills `target` from `position` on and resolves with the number of bytes read: fewer than asked only at the end,
   * 0 behind it.
   * @throws SourceError when the bytes cannot be read.
   */
  read(target: Uint8Array, position: number): Promise<number>;
  close(): Promise<void>;
}

/** Takes bytes in order. Nothing exists under its name until `close`; `abort` leaves nothing behind. */
export interface ByteSink {
  readonly name: string;
  write(bytes: Uint8Array): Promise<void>;
  /** Overwrites bytes that were written before, where the sink can: formats whose header is known at the end need it. */
  overwrite?(bytes: Uint8Array, position: number): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}
