/**
 * The bytes of an HDF5 file by their addresses, which count from a base that the superblock states. Nothing is trusted:
 * what lies behind the end of the file is an error, and so is a structure that is larger than the file.
 * @module
 */
import type { ByteSource } from "../../bytes/index.js";
import { BrokenHdf5 } from "./header.js";

export class AddressedBytes {
  readonly #source: ByteSource;
  readonly #base: number;

  constructor(source: ByteSource, base: number) {
    this.#source = source;
    this.#base = base;
  }

  /** Bytes of the whole file. */
  get size(): number {
    return this.#source.size ?? Number.MAX_SAFE_INTEGER;
  }

  /** Position in the file of an address. */
  position(address: number): number {
    return address + this.#base;
  }

  /** Address of a position in the file. */
  addressOf(position: number): number {
    return position - this.#base;
  }

  /** Fills `target`. @throws BrokenHdf5 */
  async readInto(target: Uint8Array, address: number): Promise<void> {
    if (address < 0 || (await this.#source.read(target, this.position(address))) < target.length) {
      throw new BrokenHdf5(`${target.length} bytes at ${address}, behind the end of the file`);
    }
  }

  /** @throws BrokenHdf5 */
  async read(address: number, length: number): Promise<Uint8Array> {
    if (length > this.size) throw new BrokenHdf5(`a structure of ${length} bytes in a file of ${this.size}`);
    const bytes = new Uint8Array(length);
    await this.readInto(bytes, address);
    return bytes;
  }
}
