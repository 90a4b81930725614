/**
 * Reads structures of Thrift's compact protocol, which the headers of a Parquet file are, with every length checked.
 * @module
 */
import { BrokenBuffer } from "./flatbuffer.js";

type Value = number | boolean | Uint8Array | readonly Value[] | ThriftStruct;

const deepest = 16;

/** A structure: its fields have numbers. The methods return `undefined` for a field that is missing. */
export class ThriftStruct {
  readonly #fields: ReadonlyMap<number, Value>;

  constructor(fields: ReadonlyMap<number, Value>) {
    this.#fields = fields;
  }

  number(field: number): number | undefined {
    const value = this.#fields.get(field);
    if (value === undefined || (typeof value === "number" && Number.isSafeInteger(value))) return value;
    throw new BrokenBuffer(`no whole number in field ${field}`);
  }

  flag(field: number): boolean | undefined {
    const value = this.#fields.get(field);
    if (value === undefined || typeof value === "boolean") return value;
    throw new BrokenBuffer(`no truth value in field ${field}`);
  }

  text(field: number): string | undefined {
    const value = this.#fields.get(field);
    if (value === undefined) return undefined;
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.length).toString();
    throw new BrokenBuffer(`no text in field ${field}`);
  }

  struct(field: number): ThriftStruct | undefined {
    const value = this.#fields.get(field);
    if (value === undefined || value instanceof ThriftStruct) return value;
    throw new BrokenBuffer(`no structure in field ${field}`);
  }

  /** None where the field is missing. */
  structs(field: number): readonly ThriftStruct[] {
    const value = this.#fields.get(field) ?? [];
    if (Array.isArray(value) && value.every((item) => item instanceof ThriftStruct)) return value as ThriftStruct[];
    throw new BrokenBuffer(`no list of structures in field ${field}`);
  }
}

/** The structure that begins at `start`, and where it ends. */
export function readThrift(bytes: Uint8Array, start: number): { readonly struct: ThriftStruct; readonly end: number } {
  let at = start;
  const byte = () => {
    if (at >= bytes.length) throw new BrokenBuffer("a structure that is cut off");
    return bytes[at++];
  };
  const varint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const part = byte();
      value += (part & 127) * factor;
      if (part < 128) return value;
      if (factor > 2 ** 63) throw new BrokenBuffer("a number of more than 64 bits");
    }
  };
  const zigzag = () => {
    const value = varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const length = (least: number) => {
    const value = varint();
    if (value * least > bytes.length - at) throw new BrokenBuffer("a length that passes the end");
    return value;
  };
  const list = (depth: number): Value[] => {
    const head = byte();
    const items = head >> 4 === 15 ? length(1) : head >> 4;
    if (items > bytes.length - at) throw new BrokenBuffer("a list that passes the end");
    return Array.from({ length: items }, () => ((head & 15) < 3 ? byte() === 1 : value(head & 15, depth)));
  };
  const value = (type: number, depth: number): Value => {
    switch (type) {
      case 1: return true;
      case 2: return false;
      case 3: return byte();
      case 4: case 5: case 6: return zigzag();
      case 7: return ((at += 8), NaN); // doubles: nothing here needs them
      case 8: {
        const size = length(1);
        return bytes.subarray(at, (at += size));
      }
      case 9: case 10: return list(depth + 1);
      case 12: return struct(depth + 1);
      default: throw new BrokenBuffer(`a value of type ${type}`);
    }
  };
  const struct = (depth: number): ThriftStruct => {
    if (depth > deepest) throw new BrokenBuffer("structures within structures");
    const fields = new Map<number, Value>();
    for (let field = 0; ; ) {
      const head = byte();
      if (head === 0) return new ThriftStruct(fields);
      field = head >> 4 === 0 ? zigzag() : field + (head >> 4);
      fields.set(field, value(head & 15, depth));
    }
  };
  return { struct: struct(0), end: at };
}
