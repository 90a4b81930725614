/**
 * The messages of HDF5 object headers: what a dataset or group says of itself.
 *
 * Source: "HDF5 File Format Specification Version 3.0", sections IV.A. Versions that the library writes unless told to
 * use its latest format are read; others are named in {@link Unsupported}, and another reader may take over.
 * @module
 */
import type { Hdf5Filter, Hdf5Member, Hdf5Type } from "./types.js";

/** A structure that is broken or hostile. */
export class BrokenHdf5 extends Error {}
/** A structure that is right, but of a version that is not read here. */
export class Unsupported extends Error {}

export const messageType = {
  dataspace: 1, linkInfo: 2, datatype: 3, fill: 5, link: 6, layout: 8, filters: 11, attribute: 12, continuation: 16, symbolTable: 17,
} as const;

export interface Message {
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly position: number;
}

/** A view with 8-byte addresses as numbers. Reads behind the end are a {@link BrokenHdf5}. */
export class Reader {
  at = 0;
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  #step(size: number): number {
    const { at } = this;
    if (at + size > this.bytes.length) throw new BrokenHdf5("a structure that ends before its last field");
    this.at += size;
    return at;
  }
  u8(): number {
    return this.bytes[this.#step(1)];
  }
  u16(): number {
    return this.#view.getUint16(this.#step(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#step(4), true);
  }
  /** -1 for the undefined address; other values above 2^53 are broken. */
  u64(): number {
    const value = this.#view.getBigUint64(this.#step(8), true);
    if (value === 0xffffffffffffffffn) return -1;
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new BrokenHdf5(`an address or length of ${value}`);
    return Number(value);
  }
  unsigned(size: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value += this.u8() * 2 ** (8 * i);
    return value;
  }
  skip(size: number): void {
    this.#step(size);
  }
  take(size: number): Uint8Array {
    const at = this.#step(size);
    return this.bytes.subarray(at, at + size);
  }
  /** Text up to its zero byte. */
  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw new BrokenHdf5("a name without an end");
    return Buffer.from(this.take(end - this.at + 1).subarray(0, -1)).toString("utf8");
  }
}

export function parseDataspace(bytes: Uint8Array): number[] {
  const reader = new Reader(bytes);
  const version = reader.u8();
  const rank = reader.u8();
  if (version !== 1 && version !== 2) throw new Unsupported(`a dataspace of version ${version}`);
  if (rank > 32) throw new BrokenHdf5(`a dataspace of ${rank} dimensions`);
  reader.skip(version === 1 ? 6 : 2);
  return Array.from({ length: rank }, () => {
    const length = reader.u64();
    if (length < 0) throw new BrokenHdf5("a dimension without a length");
    return length;
  });
}

const kinds: readonly Hdf5Type["kind"][] = ["integer", "float", "other", "string", "integer", "other", "compound", "other", "integer", "variable"];

export function parseType(reader: Reader, depth = 0): Hdf5Type {
  if (depth > 4) throw new BrokenHdf5("datatypes nested too deep");
  const head = reader.u8();
  const bits = reader.u8() | (reader.u8() << 8) | (reader.u8() << 16);
  const size = reader.u32();
  const version = head >> 4;
  const kindNumber = head & 15;
  const kind = kinds[kindNumber] ?? "other";
  if (version < 1 || version > 3) throw new Unsupported(`a datatype of version ${version}`);
  const type = { kind, size, signed: false, bigEndian: (bits & 1) === 1, members: [] as Hdf5Member[] };
  switch (kindNumber) {
    case 0: // fixed point
      reader.skip(4);
      return { ...type, signed: (bits & 8) !== 0 };
    case 1: // floating point
      reader.skip(12);
      return type;
    case 4: // bit field, as h5py stores some booleans
      reader.skip(4);
      return type;
    case 6: { // compound
      const count = bits & 0xffff;
      for (let i = 0; i < count; i++) {
        const start = reader.at;
        const name = reader.text();
        if (version < 3) reader.skip((8 - ((reader.at - start) % 8)) % 8);
        const offset = version < 3 ? reader.u32() : reader.unsigned(size < 1 << 8 ? 1 : size < 1 << 16 ? 2 : size < 1 << 24 ? 3 : 4);
        if (version === 1) reader.skip(28);
        const member = parseType(reader, depth + 1);
        if (offset + member.size > size) throw new BrokenHdf5(`a field "${name}" outside its record`);
        type.members.push({ name, offset, type: member });
      }
      return { ...type, bigEndian: false };
    }
    case 8: // enumeration: h5py's booleans. Its names and values do not matter here.
      return { ...parseType(reader, depth + 1), size };
    default:
      return { ...type, bigEndian: false };
  }
}

export type Layout =
  | { readonly kind: "compact"; readonly bytes: Uint8Array }
  | { readonly kind: "contiguous"; readonly address: number; readonly size: number }
  | { readonly kind: "chunked"; readonly tree: number; readonly chunk: readonly number[]; readonly elementSize: number };

export function parseLayout(bytes: Uint8Array): Layout {
  const reader = new Reader(bytes);
  const version = reader.u8();
  const kind = reader.u8();
  if (version !== 3 && !(version === 4 && kind < 2)) throw new Unsupported(`a data layout of version ${version}`);
  if (kind === 0) return { kind: "compact", bytes: reader.take(reader.u16()) };
  if (kind === 1) return { kind: "contiguous", address: reader.u64(), size: reader.u64() };
  if (kind !== 2) throw new Unsupported(`a data layout of kind ${kind}`);
  const rank = reader.u8();
  if (rank < 2 || rank > 33) throw new BrokenHdf5(`chunks of ${rank - 1} dimensions`);
  const tree = reader.u64();
  const dimensions = Array.from({ length: rank }, () => reader.u32());
  return { kind: "chunked", tree, chunk: dimensions.slice(0, -1), elementSize: dimensions[rank - 1] };
}

export function parseFilters(bytes: Uint8Array): Hdf5Filter[] {
  const reader = new Reader(bytes);
  const version = reader.u8();
  const count = reader.u8();
  if (version !== 1 && version !== 2) throw new Unsupported(`a filter pipeline of version ${version}`);
  if (count > 32) throw new BrokenHdf5(`${count} filters`);
  if (version === 1) reader.skip(6);
  return Array.from({ length: count }, () => {
    const id = reader.u16();
    const nameLength = version === 1 || id >= 256 ? reader.u16() : 0;
    reader.skip(2);
    const values = reader.u16();
    reader.skip(version === 1 ? (nameLength + 7) & ~7 : nameLength);
    const filter = { id, values: Array.from({ length: values }, () => reader.u32()) };
    if (version === 1 && values % 2 === 1) reader.skip(4);
    return filter;
  });
}

/** Name and target of a hard link; `undefined` for soft and external links. */
export function parseLink(bytes: Uint8Array): { name: string; address: number } | undefined {
  const reader = new Reader(bytes);
  const version = reader.u8();
  if (version !== 1) throw new Unsupported(`a link of version ${version}`);
  const flags = reader.u8();
  const kind = flags & 8 ? reader.u8() : 0;
  if (flags & 4) reader.skip(8);
  if (flags & 16) reader.skip(1);
  const name = Buffer.from(reader.take(reader.unsigned(1 << (flags & 3)))).toString("utf8");
  return kind === 0 ? { name, address: reader.u64() } : undefined;
}

export interface Attribute {
  readonly name: string;
  readonly type: Hdf5Type;
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

export function parseAttribute(bytes: Uint8Array): Attribute {
  const reader = new Reader(bytes);
  const version = reader.u8();
  if (version < 1 || version > 3) throw new Unsupported(`an attribute of version ${version}`);
  reader.skip(1);
  const sizes = [reader.u16(), reader.u16(), reader.u16()];
  if (version === 3) reader.skip(1);
  const part = (size: number) => {
    const taken = reader.take(size);
    if (version === 1) reader.skip(Math.min((8 - (size % 8)) % 8, reader.bytes.length - reader.at));
    return taken;
  };
  const [name, type, space] = sizes.map(part) as [Uint8Array, Uint8Array, Uint8Array];
  return {
    name: Buffer.from(name).toString("utf8").replace(/\0.*$/s, ""),
    type: parseType(new Reader(type)),
    shape: parseDataspace(space),
    data: reader.bytes.subarray(reader.at),
  };
}
